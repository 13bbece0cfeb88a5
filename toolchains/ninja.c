/* SPDX-License-Identifier: MIT */
/* Writing build.ninja. */
#include "toolchains/ninja.h"

#include <string.h>

#include "base/attr.h"
#include "base/path.h"
#include "base/proc.h"
#include "toolchains/driver.h"

/* A link with more inputs than this goes through a response file: the kernel's limit for one
 * argument is 128 KiB, and ninja hands the command to the shell as one. */
#define RESPONSE_INPUTS 200

static const struct {
	const char *suffix;
	enum language language;
	bool compiled;
} suffixes[] = {
	{ ".c", LANGUAGE_C, true },
	{ ".i", LANGUAGE_C, true },
	{ ".s", LANGUAGE_C, true },
	{ ".S", LANGUAGE_C, true },
	{ ".cc", LANGUAGE_CXX, true },
	{ ".cp", LANGUAGE_CXX, true },
	{ ".cpp", LANGUAGE_CXX, true },
	{ ".cxx", LANGUAGE_CXX, true },
	{ ".c++", LANGUAGE_CXX, true },
	{ ".C", LANGUAGE_CXX, true },
	{ ".CPP", LANGUAGE_CXX, true },
	{ ".ii", LANGUAGE_CXX, true },
	{ ".o", LANGUAGE_C, false },
	{ ".a", LANGUAGE_C, false },
	{ ".so", LANGUAGE_C, false },
};

enum { SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

static size_t
suffix_of(const char *source)
{
	size_t i = 0;

	while (i < SUFFIXES && !cstr_ends(source, suffixes[i].suffix))
		i++;
	return i;
}

enum language
language_of(const char *source)
{
	size_t i = suffix_of(source);

	return i < SUFFIXES ? suffixes[i].language : LANGUAGE_C;
}

static bool
is_compiled(const char *source)
{
	size_t i = suffix_of(source);

	return i < SUFFIXES && suffixes[i].compiled;
}

static void
add_dollars(struct strbuf *b, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			strbuf_addc(b, '$');
		strbuf_addc(b, *text);
	}
}

char *
ninja_quote(struct arena *a, const char *word)
{
	const char *one[] = { word, NULL };
	struct strbuf b;

	strbuf_init(&b, a);
	add_dollars(&b, proc_quote(a, one), "$");
	return b.ptr;
}

/* A path on a build line. */
static char *
ninja_path(struct arena *a, const char *path)
{
	struct strbuf b;

	strbuf_init(&b, a);
	add_dollars(&b, path, "$ :");
	return b.ptr;
}

/* A name that the compiler would take for an option or a response file. "./" in front would be no
 * help: ninja takes it off. */
static const char *
as_input(struct arena *a, const char *cwd, const char *path)
{
	return path[0] == '-' || path[0] == '@' ? path_join(a, cwd, path) : path;
}

static void
add_command(struct strbuf *b, struct arena *a, const struct strvec *argv)
{
	strbuf_add(b, "  command =");
	for (size_t i = 0; i < argv->count; i++)
		strbuf_addf(b, " %s", ninja_quote(a, argv->items[i]));
}

/* The part of an object's path that stands for a part of its source's. ".." is "__" and the root
 * "_"; a part that is nothing but such marks gets two more, so that no two sources meet. */
static void
add_part(struct strbuf *b, struct str part)
{
	size_t marks = 0;

	while (marks < part.len && part.ptr[marks] == '_')
		marks++;
	strbuf_addc(b, '/');
	if (str_is(part, ".."))
		strbuf_add(b, "__");
	else
		strbuf_addn(b, part.ptr, part.len);
	if (marks == part.len)
		strbuf_add(b, "__");
}

/* Where a source's object goes: below `work`, whatever the source's path. */
static char *
object_of(struct arena *a, const struct ninja_program *p, const char *source)
{
	struct str rest = str_from(path_normal(a, source));
	struct strbuf b;

	strbuf_init(&b, a);
	strbuf_addf(&b, "%s/%s.obj%s", p->work, p->name, str_starts(rest, "/") ? "/_" : "");
	while (rest.ptr && rest.len > 0) {
		struct str part = str_cut(&rest, '/');

		if (part.len > 0)
			add_part(&b, part);
	}
	strbuf_add(&b, ".o");
	return b.ptr;
}

char *
ninja_stamp(struct arena *a, const struct ninja_program *p)
{
	return arena_printf(a, "%s/%s.audited", p->work, p->name);
}

struct writer {
	struct arena *a;
	struct strbuf *b;
	const char *self;
	const char *cwd;
	const struct ninja_program *p;
	size_t number;
	enum language language; /* C++ when one source is */
	size_t inputs;
};

static void
write_compile_rule(struct writer *w, enum language language)
{
	const struct kit *kit = w->p->kit;
	struct strvec argv;

	strvec_init(&argv, w->a);
	strvec_push(&argv, kit->tools.path[language == LANGUAGE_CXX ? TOOL_CXX : TOOL_CC]);
	driver_common(kit, language, &argv);
	driver_compile(kit, kit->mode, &argv);
	driver_reproducible(kit, w->cwd, &argv);
	strvec_push_all(&argv, w->p->cflags);
	strbuf_addf(w->b, "rule %s%zu\n", language == LANGUAGE_CXX ? "cxx" : "cc", w->number);
	add_command(w->b, w->a, &argv);
	strbuf_add(w->b, " -MD -MF $out.d -o $out -c $in\n");
	strbuf_addf(w->b, "  depfile = $out.d\n  deps = gcc\n  description = %s %s $in\n",
		kit->target.name, language == LANGUAGE_CXX ? "c++" : "cc");
}

static void
write_link_rule(struct writer *w)
{
	const struct kit *kit = w->p->kit;
	bool response = w->inputs > RESPONSE_INPUTS;
	struct strvec argv, tail;

	strvec_init(&argv, w->a);
	strvec_init(&tail, w->a);
	strvec_push(&argv, kit->tools.path[w->language == LANGUAGE_CXX ? TOOL_CXX : TOOL_CC]);
	driver_common(kit, w->language, &argv);
	driver_link(kit, kit->mode, &argv, &tail);
	/* From the content, whatever the distribution's default is. Mach-O's UUID always is. */
	if (kit->target.row->format != FORMAT_MACHO)
		strvec_push(&argv, "-Wl,--build-id=sha1");
	strbuf_addf(w->b, "rule link%zu\n", w->number);
	add_command(w->b, w->a, &argv);
	strbuf_add(w->b, response ? " -o $out @$out.rsp" : " -o $out $in");
	for (const char *const *f = w->p->ldflags; *f; f++)
		strbuf_addf(w->b, " %s", ninja_quote(w->a, *f));
	for (size_t i = 0; i < tail.count; i++)
		strbuf_addf(w->b, " %s", ninja_quote(w->a, tail.items[i]));
	strbuf_addf(w->b, "\n  description = %s link $out\n", kit->target.name);
	if (response)
		strbuf_add(w->b, "  rspfile = $out.rsp\n  rspfile_content = $in\n");
}

static void
write_audit_rule(struct writer *w)
{
	const struct kit *kit = w->p->kit;
	const char *const words[] = { w->self, "audit", "--quiet", "-t", kit->target.name, "--mode",
		link_mode_name(kit->mode), "--stamp", NULL };
	struct strvec argv;

	strvec_init(&argv, w->a);
	strvec_push_all(&argv, words);
	strbuf_addf(w->b, "rule audit%zu\n", w->number);
	add_command(w->b, w->a, &argv);
	strbuf_addf(w->b, " $out -- $in\n  description = %s audit $in\n", kit->target.name);
}

static void
write_edges(struct writer *w)
{
	const struct ninja_program *p = w->p;
	const char *out = ninja_path(w->a, p->output);
	struct strbuf inputs;

	strbuf_init(&inputs, w->a);
	for (const char *const *s = p->sources; *s; s++) {
		const char *source = as_input(w->a, w->cwd, *s);
		const char *object = source;

		if (is_compiled(*s)) {
			object = object_of(w->a, p, *s);
			strbuf_addf(w->b, "build %s: %s%zu %s\n", ninja_path(w->a, object),
				language_of(*s) == LANGUAGE_CXX ? "cxx" : "cc", w->number,
				ninja_path(w->a, source));
		}
		strbuf_addf(&inputs, " %s", ninja_path(w->a, object));
	}
	strbuf_addf(w->b, "build %s: link%zu%s\n", out, w->number, inputs.ptr);
	/* A newer xbuild may know more about the same file. */
	strbuf_addf(w->b, "build %s: audit%zu %s | %s\n", ninja_path(w->a, ninja_stamp(w->a, p)),
		w->number, out, ninja_path(w->a, w->self));
	strbuf_addf(w->b, "default %s\n", ninja_path(w->a, ninja_stamp(w->a, p)));
}

static void
write_program(struct writer *w)
{
	bool has[LANGUAGE_CXX + 1] = { false };

	w->language = LANGUAGE_C;
	w->inputs = 0;
	for (const char *const *s = w->p->sources; *s; s++) {
		w->inputs++;
		if (is_compiled(*s))
			has[language_of(*s)] = true;
	}
	if (has[LANGUAGE_CXX])
		w->language = LANGUAGE_CXX;
	strbuf_addf(w->b, "\n# %s: %s\n", w->p->kit->target.name, kit_label(w->a, w->p->kit));
	if (has[LANGUAGE_C])
		write_compile_rule(w, LANGUAGE_C);
	if (has[LANGUAGE_CXX])
		write_compile_rule(w, LANGUAGE_CXX);
	write_link_rule(w);
	write_audit_rule(w);
	write_edges(w);
}

static bool
check_name(const char *name, struct error *err)
{
	if (!strpbrk(name, "\n\r"))
		return true;
	error_set(err, ERROR_USAGE, "a file name with a line break cannot be built");
	return error_where(err, "%s", name);
}

/* A build line has no way to write a '|' (ninja's lexer.in.cc: EvalString). */
static bool
check_path(const char *path, struct error *err)
{
	if (!strchr(path, '|'))
		return check_name(path, err);
	error_set(err, ERROR_USAGE, "a file name with a '|' cannot be built: ninja cannot take it");
	error_where(err, "%s", path);
	return error_hint(err, "rename it");
}

static bool
check_names(const char *self, const struct ninja_program *p, struct error *err)
{
	const char *const *flags[] = { p->cflags, p->ldflags };

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		for (const char *const *f = flags[i]; *f; f++)
			if (!check_name(*f, err))
				return false;
	for (const char *const *s = p->sources; *s; s++)
		if (!check_path(*s, err))
			return false;
	return check_path(self, err) && check_path(p->name, err) && check_path(p->output, err) &&
	       check_path(p->work, err) && check_name(p->kit->sysroot, err);
}

bool
ninja_text(struct arena *a, const char *self, const char *cwd, const struct ninja_program *programs,
	size_t count, char **ret, struct error *err)
{
	struct strbuf b;
	struct writer w = { .a = a, .b = &b, .self = self, .cwd = cwd };

	strbuf_init(&b, a);
	strbuf_add(&b, "# Written by xbuild; changes are lost.\nninja_required_version = 1.5\n");
	for (size_t i = 0; i < count; i++) {
		if (!check_names(self, &programs[i], err))
			return false;
		w.p = &programs[i];
		w.number = i;
		write_program(&w);
	}
	*ret = b.ptr;
	return true;
}
