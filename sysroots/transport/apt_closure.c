/* SPDX-License-Identifier: MIT */
/* Which packages linking against some packages takes, solved by apt. */
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/kept.h"
#include "sysroots/transport/apt.h"
#include "sysroots/transport/apt_root.h"

/* One question to apt about some names. */
struct closure {
	const struct context *ctx;
	const struct apt_root *root;
	const struct package_list *given;
	const char *const *names;
};

/* Sections of Debian whose packages are headers and libraries (contrib and non-free prefix them). */
static const char *const library_sections[] = { "libs", "libdevel", "oldlibs", "kernel" };

/* What a link needs is known by its section or its name ("x11proto-dev" is in x11, "python3-dev" in
 * python); the rest are programs, documentation and data that a dependency drags in. */
static bool
is_library(const char *name, struct str section)
{
	for (size_t i = 0; i < section.len; i++)
		if (section.ptr[i] == '/')
			section = str_drop(section, i + 1);
	for (size_t i = 0; i < ARRAY_LEN(library_sections); i++)
		if (str_is(section, library_sections[i]))
			return true;
	return cstr_ends(name, "-dev") || strstr(name, "-dev-") != NULL || cstr_starts(name, "lib");
}

static bool
in_list(const struct package_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return true;
	return false;
}

static bool
asked_for(const struct closure *c, const char *name)
{
	for (const char *const *n = c->names; *n != NULL; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

/* A dpkg status in which the given packages are installed, so that apt leaves them and what they
 * alone need (libc6-dev: half of NIS and Kerberos) out of its answer. Their dependencies are not
 * said, or it would mend those first. */
static bool
write_status(const struct closure *c, const char *path, struct error *err)
{
	struct strbuf b;

	strbuf_init(&b, c->ctx->arena);
	for (size_t i = 0; i < c->given->count; i++) {
		const struct package *p = &c->given->items[i];
		strbuf_addf(&b,
			"Package: %s\nStatus: install ok installed\nVersion: %s\n"
			"Architecture: %s\nMulti-Arch: same\n%s\n",
			p->name, p->version, p->arch,
			strcmp(p->name, "libc6-dev") == 0 ? "Provides: libc-dev\n" : "");
	}
	return file_update(path, str_from(b.ptr), 0600, err);
}

/* The line of apt's answer that begins with `mark`, without it. */
static struct str
line_after(struct str text, const char *mark)
{
	while (text.ptr != NULL) {
		struct str line = str_cut(&text, '\n');
		if (str_starts(line, mark))
			return str_trim(str_drop(line, strlen(mark)));
	}
	return (struct str){ 0 };
}

/* "zlib-dev" as other distributions say it, without what is theirs. */
static char *
stem_of(struct arena *a, const char *name)
{
	size_t len = strlen(name);

	if (cstr_ends(name, "-devel"))
		len -= strlen("-devel");
	else if (cstr_ends(name, "-dev"))
		len -= strlen("-dev");
	if (len > 5 && strncmp(name, "lib", 3) == 0)
		return arena_strndup(a, name + 3, len - 3);
	return arena_strndup(a, name, len);
}

#define MOST_SUGGESTIONS 4

/* Into its place among the shortest; what is longer than all of them is dropped. */
static void
keep_shortest(const char **best, size_t *count, const char *word)
{
	size_t at = *count;

	if (at == MOST_SUGGESTIONS) {
		if (strlen(word) >= strlen(best[at - 1]))
			return;
		at--;
	} else {
		(*count)++;
	}
	for (; at > 0 && strlen(best[at - 1]) > strlen(word); at--)
		best[at] = best[at - 1];
	best[at] = word;
}

/* The shortest packages for building whose name has the word in it: "zlib" means zlib1g-dev. */
static const char *
find_similar(struct arena *a, const char *name, struct str all)
{
	const char *best[MOST_SUGGESTIONS + 1] = { NULL };
	const char *stem = stem_of(a, name);
	size_t count = 0;

	while (all.ptr != NULL) {
		const char *word = str_dup(a, str_trim(str_cut(&all, '\n')));
		if (cstr_ends(word, "-dev") && strstr(word, stem) != NULL)
			keep_shortest(best, &count, word);
	}
	return count > 0 ? apt_join_names(a, best) : NULL;
}

static bool
unknown_package(const struct closure *c, struct str name, struct error *err)
{
	static const char *const argv[] = { "apt-cache", "-q", "pkgnames", NULL };
	const char *text = str_dup(c->ctx->arena, name);
	struct proc_result result;
	const char *similar;

	if (!apt_root_run(c->ctx, c->root, argv, NULL, NULL, &result, err))
		return false;
	error_set(err, ERROR_MISSING, "%s has no package \"%.80s\" for %s", c->root->source->id,
		text, c->root->arch);
	error_where(err, "%s %s", c->root->mirror, c->root->source->suite);
	similar = find_similar(c->ctx->arena, text, result.out);
	if (similar != NULL)
		return error_hint(err, "did you mean %s?", similar);
	return error_hint(err, "packages are called as in %s: those to build with end in -dev",
		c->root->source->label);
}

static bool
explain(const struct closure *c, const struct proc_result *result, struct error *err)
{
	struct str name = line_after(result->err, "E: Unable to locate package ");
	struct str virtual = line_after(result->err, "E: Package '");

	if (name.len > 0)
		return unknown_package(c, name, err);
	if (virtual.len > 0 && strstr(virtual.ptr, "no installation candidate") != NULL)
		return unknown_package(c, str_cut(&virtual, '\''), err);
	if (strstr(result->out.len > 0 ? result->out.ptr : "", "unmet dependencies") != NULL) {
		error_set(err, ERROR_MISSING,
			"%s for %s cannot be had together: apt finds no way "
			"to satisfy their dependencies",
			apt_join_names(c->ctx->arena, c->names), c->root->arch);
		return error_hint(err, "-v shows the command; run it to see what is in the way");
	}
	apt_complaint(err, result,
		arena_printf(c->ctx->arena, "cannot look up what %s for %s takes",
			apt_join_names(c->ctx->arena, c->names), c->root->arch));
	return false;
}

/* 'URI' NAME_VERSION_ARCH.deb SIZE HASH */
static void
read_names(struct arena *a, struct str out, struct strvec *ret)
{
	while (out.ptr != NULL) {
		struct str line = str_cut(&out, '\n');
		if (!str_starts(line, "'"))
			continue;
		str_cut(&line, ' ');
		const char *name = str_dup(a, str_cut(&line, '_'));
		if (name[0] != '\0' && !strvec_has(ret, name))
			strvec_push(ret, name);
	}
}

static bool
solve(const struct closure *c, struct strvec *ret, struct error *err)
{
	const char *status = path_join(c->ctx->arena, c->root->dir, "given");
	struct proc_result result;
	struct strvec argv;

	if (!write_status(c, status, err))
		return false;
	strvec_init(&argv, c->ctx->arena);
	strvec_push_all(&argv, (const char *const[]){ "apt-get", "-q", "-o", NULL });
	strvec_pushf(&argv, "Dir::State::status=%s", status);
	strvec_push_all(&argv, (const char *const[]){ "--print-uris", "--yes",
				       "--no-install-recommends", "install", NULL });
	strvec_push_all(&argv, c->names);
	if (!apt_root_run(c->ctx, c->root, argv.items, NULL, NULL, &result, err))
		return false;
	if (!proc_ok(&result))
		return explain(c, &result, err);
	read_names(c->ctx->arena, result.out, ret);
	return true;
}

/* "Package:" and "Section:" of each; a package without a section is taken for a program. */
static bool
keep_libraries(
	const struct closure *c, const struct strvec *all, struct strvec *ret, struct error *err)
{
	struct proc_result result;
	struct strvec argv;
	const char *name = NULL;

	if (all->count == 0)
		return true;
	strvec_init(&argv, c->ctx->arena);
	strvec_push_all(&argv,
		(const char *const[]){ "apt-cache", "-q", "show", "--no-all-versions", NULL });
	strvec_push_all(&argv, all->items);
	if (!apt_root_run(c->ctx, c->root, argv.items, NULL, NULL, &result, err))
		return false;
	if (!proc_ok(&result) || result.cut) {
		apt_complaint(err, &result, "cannot look up packages");
		return false;
	}
	while (result.out.ptr != NULL) {
		struct str line = str_cut(&result.out, '\n');
		if (str_starts(line, "Package: "))
			name = str_dup(c->ctx->arena, str_drop(line, strlen("Package: ")));
		if (name == NULL || !str_starts(line, "Section: "))
			continue;
		if ((is_library(name, str_drop(line, strlen("Section: "))) || asked_for(c, name)) &&
			!in_list(c->given, name) && !strvec_has(ret, name))
			strvec_push(ret, name);
	}
	return true;
}

/* A name may be given already: then it is in no answer, and need not be. */
static bool
solve_locked(
	const struct closure *c, const struct store *store, struct strvec *ret, struct error *err)
{
	struct strvec all;

	strvec_init(&all, c->ctx->arena);
	if (!apt_root_index(c->ctx, store, c->root, c->names, false, err) || !solve(c, &all, err) ||
		!keep_libraries(c, &all, ret, err))
		return false;
	strvec_sort(ret);
	return true;
}

/* The same question to the same index: see apt.c. */
static char *
question(const struct closure *c)
{
	struct strbuf b;

	strbuf_init(&b, c->ctx->arena);
	strbuf_addf(&b, "closure %s %s of", c->root->source->suite, c->root->arch);
	for (const char *const *n = c->names; *n != NULL; n++)
		strbuf_addf(&b, " %s", *n);
	strbuf_add(&b, " beside");
	for (size_t i = 0; i < c->given->count; i++)
		strbuf_addf(&b, " %s=%s", c->given->items[i].name, c->given->items[i].version);
	return b.ptr;
}

static bool
remembered(const struct closure *c, const struct store *store, struct strvec *ret)
{
	const struct json_value *array;
	struct error ignored;
	struct json kept;

	if (!c->ctx->offline && !apt_root_is_recent(c->ctx, c->root))
		return false;
	if (!kept_load(c->ctx, store, "closures", question(c), &kept))
		return false;
	bool ok = json_get_array(&kept, kept.root, "names", &array, &ignored);
	for (const struct json_value *v = ok ? json_at(array, 0) : NULL; v != NULL;
		v = json_next(v))
		if (json_text_of(v) != NULL)
			strvec_push_dup(ret, json_text_of(v));
	json_clear(&kept);
	return ok;
}

static void
remember(const struct closure *c, const struct store *store, const struct strvec *names)
{
	struct json_value *value = json_new_object();
	struct json_value *array = json_add_array(value, "names");
	struct strvec stamps;

	strvec_init(&stamps, c->ctx->arena);
	kept_stamp(&stamps, apt_root_stamp(c->ctx->arena, c->root));
	for (size_t i = 0; i < names->count; i++)
		json_push_string(array, names->items[i]);
	kept_save(c->ctx, store, "closures", question(c), &stamps, value);
}

bool
apt_closure(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *given, const char *const *names,
	struct strvec *ret, struct error *err)
{
	const char *name = arena_printf(ctx->arena, "apt-%s-%s", source->suite, arch);
	struct apt_root root = { .source = source, .arch = arch };
	const struct closure c = { .ctx = ctx, .root = &root, .given = given, .names = names };
	int lock;

	root.dir = apt_root_dir(ctx->arena, store, source, arch);
	if (remembered(&c, store, ret))
		return true;
	if (!store_lock(ctx, store, name, true, &lock, err))
		return false;
	bool ok = apt_root_open(ctx, store, source, arch, &root, err) &&
		  solve_locked(&c, store, ret, err);
	file_unlock(lock);
	if (ok)
		remember(&c, store, ret);
	return ok;
}
