/* SPDX-License-Identifier: MIT */
/* Failing, and files in memory. */
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

void
fuzz_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
	abort();
}

static char dir[64];

static void
remove_dir(void)
{
	struct error err;

	(void)!file_remove(dir, &err);
}

const char *
fuzz_dir(void)
{
	if (!dir[0]) {
		const char *parent = file_is_dir("/dev/shm") ? "/dev/shm" : "/tmp";

		snprintf(dir, sizeof(dir), "%s/xbuild-fuzz-XXXXXX", parent);
		FUZZ_CHECK(mkdtemp(dir) != NULL);
		atexit(remove_dir);
	}
	return dir;
}

void
fuzz_write(const char *path, struct str data)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t done = 0;

	FUZZ_CHECK(fd >= 0);
	while (done < data.len) {
		ssize_t n = write(fd, data.ptr + done, data.len - done);

		FUZZ_CHECK(n > 0);
		done += (size_t)n;
	}
	close(fd);
}
