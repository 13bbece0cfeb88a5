/* SPDX-License-Identifier: MIT */
/* Runs a program natively or emulated; a loader's failure is told by what it did. */
#include "cli/start.h"

#include <string.h>

#include "base/env.h"
#include "base/file.h"
#include "base/path.h"
#include "base/proc.h"
#include "cli/command.h"
#include "cli/deps_text.h"
#include "cli/exit.h"
#include "cli/lock_use.h"
#include "linkcheck/read/image.h"
#include "linkcheck/resolve/resolve.h"
#include "sysroots/import.h"
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

/* What glibc's and musl's loaders end with when they give up. A program may use it too: then there
 * is nothing to explain, and its code passes through. */
#define LOADER_FAILED 127

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

/* Is it something that a kernel starts? */
static bool
check_program(const struct program *p, struct error *err)
{
	if (!image_is_program(&p->image)) {
		error_set(err, ERROR_USAGE, "%s is %s: nothing starts it by itself", p->path,
			p->image.type == IMAGE_SHARED        ? "a library"
			: p->image.type == IMAGE_RELOCATABLE ? "an object file"
							     : "no program");
		return error_hint(err, "xbuild run wants a linked program");
	}
	if (p->image.format != FORMAT_ELF || file_is_executable(p->path))
		return true;
	error_set(err, ERROR_MISSING, "%s is not marked as executable", p->path);
	return error_hint(err, "chmod +x %s", p->path);
}

/* What the file itself says it is for. */
static bool
target_of_file(const struct program *p, struct target *ret, struct error *err)
{
	struct session *s = p->session;
	const char *interp = p->image.interpreter, *os = image_os(&p->image);
	bool linux_libc = interp && (!os || strcmp(os, "linux") == 0);
	const char *libc = !linux_libc ? "" : strstr(interp, "ld-musl") ? "/musl" : "/glibc";

	return target_parse(ret,
		arena_printf(&s->arena, "%s/%s%s", os ? os : "linux",
			image_arch_name(&s->arena, &p->image), libc),
		NULL, err);
}

/* Can a file of this kind be a program of that target? What runs on Android's kernel is Linux. */
static bool
fits(const struct program *p, const struct target *t)
{
	const struct image *img = &p->image;
	const struct target_row *row = t->row;
	const char *os = image_os(img);

	if (img->format != row->format)
		return false;
	if (os && strcmp(os, row->os) != 0 && strcmp(os, "android") != 0 &&
		strcmp(row->os, "android") != 0)
		return false;
	if (img->format != FORMAT_ELF)
		return !img->arch || strcmp(img->arch, row->arch) == 0;
	return img->machine == row->elf.machine && img->bits == row->elf.bits &&
	       img->big_endian == row->elf.big_endian;
}

static bool
set_target(struct program *p, const char *text, struct error *err)
{
	struct target open, own;
	struct error why;

	if (!text) {
		if (!target_of_file(p, &open, err))
			return error_hint(err, "say the target: xbuild run -t linux/arm64 PROG");
		p->target = target_settled(&open, !p->image.interpreter);
		return true;
	}
	if (!target_parse(&open, text, p->session->context.env, err))
		return false;
	p->target = target_settled(&open, !p->image.interpreter);
	if (fits(p, &open))
		return true;
	error_clear(&why);
	error_set(err, ERROR_USAGE, "%s is a program of %s, not of %s", p->path,
		target_of_file(p, &own, &why) ? own.name
					      : image_arch_name(&p->session->arena, &p->image),
		open.name);
	return error_hint(err, "leave -t away: the file says what it is for");
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
	struct import import;
	struct sysroot found;

	/* Of other systems no libraries are here to be run. */
	if (!p->image.interpreter || strcmp(p->target.row->os, "linux") != 0)
		return true;
	if (sysroot && strchr(sysroot, '/')) {
		p->root = path_absolute(&s->arena, s->context.cwd, sysroot);
		return true;
	}
	if (sysroot && import_find(&s->context, &s->store, sysroot, &import)) {
		p->root = import.path;
		return import_serves(&import, &p->target, 0, err);
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

static bool
resolve(struct program *p, struct resolution *ret)
{
	struct session *s = p->session;
	struct resolve_world *world = ARENA_NEW(&s->arena, struct resolve_world);
	struct objects *store = ARENA_NEW(&s->arena, struct objects);
	const char *now = env_get(s->context.env, "LD_BIND_NOW");
	struct error err;

	error_clear(&err);
	world->root = p->root ? p->root : "";
	world->library_path = env_get(s->context.env, "LD_LIBRARY_PATH");
	world->bind_now = now && *now;
	objects_init(store, &s->arena, true);
	store->trail = true;
	return resolve_image(&s->arena, &p->image, store, world, ret, &err);
}

/* True when what its loader does explains the failure: then it has been told. */
static bool
explain(struct program *p)
{
	struct session *s = p->session;
	struct resolution r;
	struct strbuf text;

	if (!resolve(p, &r) || (!r.deps.missing && r.starts != STARTS_NO))
		return false;
	strbuf_init(&text, &s->arena);
	if (r.deps.missing)
		deps_text_missing(&text, &s->ui, &r.deps);
	else
		deps_text_problems(&text, &r);
	ui_clear_line(&s->ui);
	fflush(stdout);
	fprintf(stderr, "%sxbuild:%s %s cannot start: %s\n", ui_err(&s->ui, UI_RED),
		ui_err(&s->ui, UI_PLAIN), ui_safe(&s->arena, p->path),
		!r.deps.missing       ? "its loader refuses it"
		: r.deps.missing == 1 ? "a library is missing"
				      : "libraries are missing");
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

	if (!runner_get(&s->context, &p->target, p->root, p->image.interpreter, &runner, err)) {
		if (!*err->hint)
			error_hint(err, "run it on such a machine; xbuild deps looks at it here");
		return COMMAND_FAILED;
	}
	strvec_push(&runner.argv, p->path);
	strvec_push_all(&runner.argv, args);
	context_command(&s->context, runner.argv.items);
	proc.argv = runner.argv.items;
	proc.env = s->context.env;
	proc.inherit_input = true;
	if (!proc_run(&s->arena, &proc, &result, err))
		return err->kind != ERROR_INTERRUPTED && explain(p) ? EXIT_NO : COMMAND_FAILED;
	if (result.end == PROC_EXITED && result.code == LOADER_FAILED && explain(p))
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
	if (set_target(&p, target, err) && check_program(&p, err) && set_root(&p, sysroot, err))
		code = run_it(&p, argv + 1, err);
	input_close(&p.input);
	return code;
}
