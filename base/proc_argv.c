/* SPDX-License-Identifier: MIT */
/* Programs and their arguments: finding, quoting, replacing ourselves, telling how one ended. */
#include "base/proc_argv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/env.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/proc.h"

#define DEFAULT_PATH "/usr/bin:/bin"

char *const *
proc_vector(const char *const *items)
{
	union {
		const char *const *in;
		char *const *out;
	} vector = { .in = items };

	return vector.out;
}

/* An empty element is the current directory (POSIX, 8.3). Other relative elements are passed
 * over: what they name depends on where one stands. */
static const char *
element_dir(struct arena *a, struct str element)
{
	if (element.len == 0 || str_is(element, "."))
		return ".";
	return element.ptr[0] == '/' ? str_dup(a, element) : NULL;
}

void
proc_path(struct arena *a, const char *const *env, struct strvec *ret)
{
	const char *path = env_get(env, "PATH");
	struct str rest = str_from(path ? path : DEFAULT_PATH);

	strvec_init(ret, a);
	while (rest.ptr) {
		const char *dir = element_dir(a, str_cut(&rest, ':'));

		if (dir)
			strvec_push(ret, dir);
	}
}

char *
proc_find(struct arena *a, const char *name, const char *const *env)
{
	const char *path = env_get(env, "PATH");
	struct str rest = str_from(path ? path : DEFAULT_PATH);

	if (name[0] == '\0')
		return NULL;
	if (strchr(name, '/'))
		return file_is_executable(name) ? arena_strdup(a, name) : NULL;
	while (rest.ptr) {
		const char *dir = element_dir(a, str_cut(&rest, ':'));
		char *file = dir ? path_join(a, dir, name) : NULL;

		if (file && file_is_executable(file))
			return file;
	}
	return NULL;
}

const char *
proc_locate(struct arena *a, const char *name, const char *const *env, struct error *err)
{
	const char *path = strchr(name, '/') ? name : proc_find(a, name, env);

	if (path)
		return path;
	error_set_errno(err, ENOENT, "cannot start %s", name);
	error_where(err, "%s", name);
	error_hint(err, "no directory in PATH has it");
	return NULL;
}

bool
proc_not_started(const char *name, const char *path, int saved_errno, struct error *err)
{
	error_set_errno(err, saved_errno, "cannot start %s", path_base(name));
	error_where(err, "%s", name);
	if (saved_errno == ENOENT && file_exists(path))
		error_hint(err,
			"%s is there, so its interpreter is not: see the first line of a "
			"script, or `readelf -l` of a program",
			path);
	if (saved_errno == ENOEXEC)
		error_hint(err, "%s is no program of this machine", path);
	return false;
}

bool
proc_ok(const struct proc_result *r)
{
	return r->end == PROC_EXITED && r->code == 0;
}

bool
proc_exec(const char *const *argv, const char *const *env, struct error *err)
{
	struct arena scratch;
	const char *path;
	bool ok;

	arena_init(&scratch);
	path = proc_locate(&scratch, argv[0], env, err);
	ok = path != NULL;
	if (ok) {
		interrupt_restore();
		execve(path, proc_vector(argv), proc_vector(env));
		ok = proc_not_started(argv[0], path, errno, err);
	}
	arena_clear(&scratch);
	return ok;
}

/* '=' is plain except in the first word, where it would make an assignment. */
static bool
is_plain(const char *word, bool first)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_@%+:,./-";
	size_t n = strspn(word, plain);

	while (!first && word[n] == '=')
		n += 1 + strspn(word + n + 1, plain);
	return n > 0 && word[n] == '\0';
}

static void
add_quoted(struct strbuf *line, const char *word)
{
	strbuf_addc(line, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			strbuf_add(line, "'\\''");
		else
			strbuf_addc(line, *word);
	}
	strbuf_addc(line, '\'');
}

char *
proc_quote(struct arena *a, const char *const *argv)
{
	struct strbuf line;

	strbuf_init(&line, a);
	for (size_t i = 0; argv[i]; i++) {
		if (i > 0)
			strbuf_addc(&line, ' ');
		if (is_plain(argv[i], i == 0))
			strbuf_add(&line, argv[i]);
		else
			add_quoted(&line, argv[i]);
	}
	return line.ptr;
}
