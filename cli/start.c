/* SPDX-License-Identifier: MIT */
/* Runs a program natively or emulated; a loader's failure is told by the search it made. */
#include "cli/start.h"

#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "base/proc.h"
#include "cli/command.h"
#include "cli/deps_text.h"
#include "cli/exit.h"
#include "cli/lock_use.h"
#include "linkcheck/read/image.h"
#include "sysroots/sysroot.h"
#include "toolchains/runner.h"

struct program {
	struct session *session;
	const char *path;
	struct target target;
	struct input input;
	struct image image;
	const char *root; /* its file system: a sysroot, or NULL for this machine's */
};

/* The codes a shell, a loader or qemu ends with when the program never ran. */
static bool
is_start_failure(const struct proc_result *r)
{
	return r->end == PROC_EXITED &&
	       (r->code == 126 || r->code == 127 || r->code == 255 || r->code == 1);
}

static bool
open_program(struct program *p, const char *name, struct error *err)
{
	struct session *s = p->session;
	char *found = strchr(name, '/') || file_exists(name)
			      ? path_absolute(&s->arena, s->context.cwd, name)
			      : proc_find(&s->arena, name, s->context.env);

	if (!found) {
		error_set(err, ERROR_MISSING, "there is no program %s", name);
		return error_hint(err, "build it first, or give its path: ./%s", name);
	}
	p->path = found;
	if (!input_open(&p->input, &s->arena, found, err))
		return *err->hint ? false : error_hint(err, "build it first, or mend the path");
	if (image_open(&p->image, &s->arena, &p->input, err))
		return true;
	input_close(&p->input);
	return *err->hint ? false : error_hint(err, "xbuild run starts binaries, not scripts");
}

/* What the file itself says it is for. */
static bool
target_of_file(struct program *p, struct error *err)
{
	struct session *s = p->session;
	const char *interp = p->image.interpreter;
	const char *libc = "";

	if (p->image.os) /* another system's format says so itself */
		return target_parse(&p->target,
			arena_printf(&s->arena, "%s/%s", p->image.os,
				image_arch_name(&s->arena, &p->image)),
			NULL, err);
	if (interp && strstr(interp, "ld-musl"))
		libc = "/musl";
	else if (interp)
		libc = "/glibc";
	return target_parse(&p->target,
		arena_printf(&s->arena, "linux/%s%s", image_arch_name(&s->arena, &p->image), libc),
		NULL, err);
}

static bool
set_target(struct program *p, const char *text, struct error *err)
{
	struct target open;

	if (!text) {
		if (!target_of_file(p, err))
			return error_hint(err, "say the target: xbuild run -t linux/arm64 PROG");
		p->target = target_settled(&p->target, !p->image.interpreter);
		return true;
	}
	if (!target_parse(&open, text, p->session->context.env, err))
		return false;
	p->target = target_settled(&open, !p->image.interpreter);
	return true;
}

/* This machine's own loader serves a program of this machine's own libc. */
static bool
runs_on_host_files(const struct program *p)
{
	struct target host;

	target_host(&host);
	return host.row == p->target.row && file_exists(p->image.interpreter);
}

static bool
needs_cxx(const struct image *img)
{
	for (size_t i = 0; i < img->needed.count; i++)
		if (cstr_starts(img->needed.items[i], "libstdc++"))
			return true;
	return false;
}

static bool
set_root(struct program *p, const char *sysroot, struct error *err)
{
	struct session *s = p->session;
	struct sysroot_request req = { 0 };
	struct sysroot found;

	if (!p->image.interpreter)
		return true;
	if (sysroot && strchr(sysroot, '/')) {
		p->root = path_absolute(&s->arena, s->context.cwd, sysroot);
		return true;
	}
	if (!sysroot && runs_on_host_files(p))
		return true;
	req.target = p->target;
	req.set = needs_cxx(&p->image) ? SET_CXX : SET_C_DYNAMIC;
	if (sysroot && !(req.source = source_get(sysroot, err)))
		return false;
	if (!lock_use(s, &req, err) || !sysroot_get(&s->context, &s->store, &req, &found, err) ||
		!lock_keep(&req, err))
		return false;
	p->root = found.path;
	return true;
}

/* True when the loader's search explains the failure: then it has been told. */
static bool
explain(struct program *p)
{
	struct session *s = p->session;
	struct strbuf text;
	struct error err;
	struct deps deps;

	if (!deps_find(&s->arena, &p->image, p->root ? p->root : "", &deps, &err) || !deps.missing)
		return false;
	strbuf_init(&text, &s->arena);
	deps_text_missing(&text, &s->ui, &deps);
	ui_clear_line(&s->ui);
	fflush(stdout);
	fprintf(stderr, "%sxbuild:%s %s cannot start: %s\n", ui_err(&s->ui, UI_RED),
		ui_err(&s->ui, UI_PLAIN), ui_safe(&s->arena, p->path),
		deps.missing == 1 ? "a library is missing" : "libraries are missing");
	fputs(text.ptr, stderr);
	fprintf(stderr, "  hint: xbuild deps%s%s %s shows the whole search\n",
		p->root ? " --root " : "", p->root ? p->root : "", p->path);
	return true;
}

static int
run_it(struct program *p, const char *const *args, struct error *err)
{
	struct session *s = p->session;
	struct runner runner = { 0 };
	struct proc_result result;
	struct proc proc = { 0 };

	if (!runner_get(&s->context, &p->target, p->root, p->image.interpreter, &runner, err))
		return COMMAND_FAILED;
	strvec_push(&runner.argv, p->path);
	strvec_push_all(&runner.argv, args);
	context_command(&s->context, runner.argv.items);
	proc.argv = runner.argv.items;
	proc.env = s->context.env;
	proc.inherit_input = true;
	if (!proc_run(&s->arena, &proc, &result, err))
		return err->kind != ERROR_INTERRUPTED && explain(p) ? EXIT_NO : COMMAND_FAILED;
	if (is_start_failure(&result) && explain(p))
		return EXIT_NO;
	return result.end == PROC_SIGNALLED ? EXIT_SIGNAL + result.code : result.code;
}

int
start_program(struct session *s, const char *target, const char *sysroot, const char *const *argv,
	struct error *err)
{
	struct program p = { .session = s };
	int code = COMMAND_FAILED;

	if (!argv[0]) {
		error_set(err, ERROR_USAGE, "there is no program to run");
		error_hint(err, "name it behind the options");
		return COMMAND_FAILED;
	}
	if (!open_program(&p, argv[0], err))
		return COMMAND_FAILED;
	if (set_target(&p, target, err) && set_root(&p, sysroot, err))
		code = run_it(&p, argv + 1, err);
	input_close(&p.input);
	return code;
}
