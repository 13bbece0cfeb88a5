/* SPDX-License-Identifier: MIT */
/* Configuration of loaders: directories to search. */
#include "linkcheck/resolve/ldconf.h"

#include <string.h>

#include "base/caps.h"
#include "base/path.h"

#define MAX_DEPTH 8
#define MAX_DIRS 4096
/* Real systems have some ten files and one pattern. What is beyond is left out. */
#define MAX_FILES 1024
#define MAX_PATTERNS 64

struct conf {
	struct arena *arena;
	const struct rootfs_source *from;
	struct strvec *dirs;
	unsigned depth;
	/* So far, or left: a file that includes itself twice must end too. */
	unsigned files, patterns;
	uint64_t room;
};

static void read_conf(struct conf *c, const char *path);

/* glob(3) in the last part, which is how every distribution writes it. */
static void
include(struct conf *c, const char *from, struct str pattern)
{
	const char *text, *dir;
	struct strvec names;

	if (c->depth >= MAX_DEPTH || c->files >= MAX_FILES)
		return;
	text = str_dup(c->arena, pattern);
	if (text[0] != '/')
		text = path_join(c->arena, path_dir(c->arena, from), text);
	if (!strpbrk(text, "*?")) {
		read_conf(c, text);
		return;
	}
	if (c->patterns++ >= MAX_PATTERNS)
		return;
	dir = path_dir(c->arena, text);
	strvec_init(&names, c->arena);
	if (!rootfs_list(c->arena, c->from, dir, &names))
		return;
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i][0] != '.' && cstr_glob(path_base(text), names.items[i]))
			read_conf(c, path_join(c->arena, dir, names.items[i]));
}

/* elf/ldconfig.c parse_conf: '#' starts a comment, "include" and "hwcap" are words, "dir=type" is
 * an old form of a directory. */
static void
read_line(struct conf *c, const char *path, struct str line)
{
	line = str_trim(str_cut(&line, '#'));
	if (line.len == 0)
		return;
	if (str_starts(line, "include ") || str_starts(line, "include\t")) {
		include(c, path, str_trim(str_drop(line, strlen("include "))));
		return;
	}
	if (str_starts(line, "hwcap "))
		return;
	line = str_trim(str_cut(&line, '='));
	if (line.len > 0 && line.ptr[0] == '/' && c->dirs->count < MAX_DIRS)
		strvec_push(c->dirs, path_normal(c->arena, str_dup(c->arena, line)));
}

static void
read_conf(struct conf *c, const char *path)
{
	struct str text;

	if (c->depth >= MAX_DEPTH || c->files++ >= MAX_FILES ||
		!rootfs_read(c->arena, c->from, path, c->room, &text))
		return;
	c->room -= text.len;
	c->depth++;
	while (text.len > 0)
		read_line(c, path, str_cut(&text, '\n'));
	c->depth--;
}

void
ldconf_glibc(struct arena *a, const struct rootfs_source *from, struct strvec *ret)
{
	struct conf c = { .arena = a, .from = from, .dirs = ret, .room = CAP_TEXT_FILE };

	read_conf(&c, "/etc/ld.so.conf");
}

bool
ldconf_musl(struct arena *a, const struct rootfs_source *from, const char *path, struct strvec *ret)
{
	struct str text;

	if (!rootfs_read(a, from, path, CAP_TEXT_FILE, &text))
		return false;
	/* ldso/dynlink.c path_open: colons and newlines separate. */
	while (text.len > 0) {
		struct str line = str_cut(&text, '\n');

		while (line.len > 0 && ret->count < MAX_DIRS) {
			struct str dir = str_cut(&line, ':');

			if (dir.len > 0)
				strvec_push(ret, str_dup(a, dir));
		}
	}
	return true;
}
