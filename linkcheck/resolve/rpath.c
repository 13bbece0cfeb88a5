/* SPDX-License-Identifier: MIT */
/* Search paths inside binaries: what is wrong with each entry, and what it should be. */
#include "linkcheck/resolve/rpath.h"

#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "base/str.h"

/* glibc: elf/dl-load.c _dl_dst_substitute; musl: ldso/dynlink.c fixup_rpath; FreeBSD: rtld.1. */
static const char *const glibc_tokens[] = { "ORIGIN", "LIB", "PLATFORM", NULL };
static const char *const musl_tokens[] = { "ORIGIN", NULL };
static const char *const origin_token[] = { "ORIGIN", NULL };
static const char *const bionic_tokens[] = { "ORIGIN", "LIB", NULL };
static const char *const native_tokens[] = { "ORIGIN", "OSNAME", "OSREL", "PLATFORM", "LIB", "ISA",
	NULL };

/* Directories of the machine that built a file. A '*' within one part matches any rest of it. */
static const char *const build_dirs[] = { "/tmp", "/var/tmp", "/home", "/root", "/build", "/builds",
	"/buildroot", "/Users", "/private", "/usr/src", "/workspace", "/github", "/__w",
	"/var/lib/jenkins", "/var/lib/buildkite-agent", "/mnt", "/media" };
static const char *const build_parts[] = { "/conda-bld/", "/_h_env_placehold", "/BUILDROOT/",
	"/bazel-out/", "/CMakeFiles/", "/.cargo/", "/sysroot/", "/sysroots/" };

static const char *const default_dirs[] = { "/lib", "/usr/lib", "/lib64", "/usr/lib64", "/lib32",
	"/usr/lib32", "/libx32", "/usr/libx32" };
/* Names of library directories of the system, at the top, in /usr and in /usr/TRIPLE. */
static const char *const library_dirs[] = { "lib", "lib64", "lib32", "libx32", "libo32",
	"libexec" };

/* What stands for $ORIGIN when a shell, make, a linker option or another system's habit got it. */
static const char *const mangled_origins[] = { "$$ORIGIN", "\\$ORIGIN", "\\$$ORIGIN", "$(ORIGIN)",
	"@loader_path", "@executable_path", "%ORIGIN%", "RIGIN", "ORIGIN", "$origin", "${origin}" };

const char *const *
rpath_tokens(enum target_libc libc)
{
	switch (libc) {
	case LIBC_MUSL:
		return musl_tokens;
	case LIBC_BIONIC:
		return bionic_tokens;
	case LIBC_NATIVE:
		return native_tokens;
	default:
		return glibc_tokens;
	}
}

static bool
is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

size_t
rpath_token_at(const char *s, const char *const *tokens, size_t *ret_index)
{
	if (*s != '$')
		return 0;
	for (size_t i = 0; tokens[i]; i++) {
		size_t n = strlen(tokens[i]);

		if (s[1] == '{' && strncmp(s + 2, tokens[i], n) == 0 && s[2 + n] == '}') {
			*ret_index = i;
			return n + 3;
		}
		if (strncmp(s + 1, tokens[i], n) == 0 && !is_name_char(s[1 + n])) {
			*ret_index = i;
			return n + 1;
		}
	}
	return 0;
}

static bool
has_unknown_token(const char *s, const char *const *tokens)
{
	for (const char *p = strchr(s, '$'); p; p = strchr(p + 1, '$')) {
		size_t which;

		if (rpath_token_at(p, tokens, &which) == 0)
			return true;
	}
	return false;
}

/* Without what belongs to a command line: "-Wl,-rpath,", quotes, trailing commas. */
static const char *
strip_options(struct arena *a, const char *s)
{
	static const char *const options[] = { "-Wl,", "-Wl", "-rpath-link,", "-rpath,",
		"-rpath=", "--rpath=", "-R", "'", "\"" };
	char *copy;
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (cstr_starts(s, options[i])) {
			s += strlen(options[i]);
			i = (size_t)-1; /* from the start again */
		}
	copy = arena_strdup(a, s);
	n = strlen(copy);
	while (n > 0 && strchr("'\",\\", copy[n - 1]))
		copy[--n] = '\0';
	return copy;
}

/* The entry with a mended $ORIGIN, or NULL when nothing in it was mangled. */
static const char *
mended(struct arena *a, const char *s)
{
	const char *bare = strip_options(a, s);

	for (size_t i = 0; i < ARRAY_LEN(mangled_origins); i++) {
		size_t n = strlen(mangled_origins[i]);

		if (cstr_starts(bare, mangled_origins[i]) && (bare[n] == '/' || bare[n] == '\0'))
			return arena_printf(a, "$ORIGIN%s", bare + n);
	}
	if (strcmp(bare, s) == 0 && !strchr(s, '\\'))
		return NULL;
	return bare;
}

bool
rpath_is_build_dir(const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(build_dirs); i++)
		if (path_inside(build_dirs[i], s))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(build_parts); i++)
		if (strstr(s, build_parts[i]))
			return true;
	return false;
}

static bool
is_default_dir(const char *s, const struct target_row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(default_dirs); i++)
		if (strcmp(s, default_dirs[i]) == 0)
			return true;
	if (!row || !row->multiarch || *row->multiarch == '\0')
		return false;
	if (cstr_starts(s, "/usr/"))
		s += strlen("/usr");
	return cstr_starts(s, "/lib/") && strcmp(s + strlen("/lib/"), row->multiarch) == 0;
}

static bool
is_library_dir(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(library_dirs); i++)
		if (str_is(name, library_dirs[i]))
			return true;
	return false;
}

/* Below a library directory of the system: /lib, /usr/lib64, /usr/TRIPLE/lib ... */
static bool
in_system_dir(const char *s, enum target_libc libc)
{
	struct str rest = str_from(s + 1), first = str_cut(&rest, '/'), second;

	if (is_library_dir(first))
		return true;
	if (str_is(first, "system") || str_is(first, "vendor"))
		return libc == LIBC_BIONIC;
	if (!str_is(first, "usr"))
		return false;
	second = str_cut(&rest, '/');
	if (str_is(second, "pkg"))
		return libc == LIBC_NATIVE;
	if (str_is(second, "local") && libc != LIBC_NATIVE)
		return false;
	return is_library_dir(second) || is_library_dir(str_cut(&rest, '/'));
}

/* /opt/app/lib of /opt/app/bin/x: the package is installed as a whole where it is. */
static bool
in_own_tree(struct arena *a, const char *entry, const char *path)
{
	const char *tree = path_dir(a, entry);

	return path[0] == '/' && strcmp(tree, "/") != 0 && strchr(tree + 1, '/') &&
	       path_inside(tree, path_normal(a, path));
}

/* Does the entry, seen from the file's directory, climb above the root? Known for absolute paths only. */
static bool
climbs_out(struct arena *a, const char *entry, const char *path)
{
	const char *const *tokens = glibc_tokens;
	size_t which, n = rpath_token_at(entry, tokens, &which);
	long depth = 0;
	struct str rest;

	if (entry[0] == '/') {
		rest = str_from(entry);
	} else if (n > 0 && which == 0 && path[0] == '/') {
		rest = str_from(
			arena_printf(a, "%s/%s", path_dir(a, path_normal(a, path)), entry + n));
	} else {
		return false;
	}
	while (rest.len > 0) {
		struct str part = str_cut(&rest, '/');

		if (str_is(part, ".."))
			depth--;
		else if (part.len > 0 && !str_is(part, "."))
			depth++;
		if (depth < 0)
			return true;
	}
	return false;
}

/* Where the same libraries may be found from the file itself. */
static const char *
from_origin(struct arena *a, const struct image *img, const char *entry, const char *path)
{
	if (path[0] == '/') {
		const char *to =
			path_relative(a, path_dir(a, path_normal(a, path)), path_normal(a, entry));

		return strcmp(to, ".") == 0 ? "$ORIGIN" : arena_printf(a, "$ORIGIN/%s", to);
	}
	return image_is_program(img) ? "$ORIGIN/../lib" : "$ORIGIN";
}

struct view {
	struct arena *arena;
	const struct image *img;
	const struct target_row *row;
	const char *path;
	enum target_libc libc;
	const char *place;
	bool floating;
};

/* With "lib" for $LIB, which is what it stands for or begins with ("lib64", "lib/TRIPLE"). */
static const char *
with_lib(struct arena *a, const char *s)
{
	static const char *const tokens[] = { "LIB", NULL };
	struct strbuf text;

	strbuf_init(&text, a);
	while (*s) {
		size_t which, n = rpath_token_at(s, tokens, &which);

		if (n > 0)
			strbuf_add(&text, "lib");
		else
			strbuf_addc(&text, *s);
		s += n > 0 ? n : 1;
	}
	return text.ptr;
}

static void
judge_absolute(const struct view *v, struct rpath_entry *e)
{
	const char *plain = path_normal(v->arena, with_lib(v->arena, e->text));

	if (climbs_out(v->arena, e->text, v->place)) {
		e->fault = RPATH_ESCAPES;
		e->corrected = plain;
	} else if (rpath_is_build_dir(plain)) {
		e->fault = RPATH_BUILD_DIR;
		e->corrected = NULL;
	} else if (is_default_dir(plain, v->row)) {
		e->fault = RPATH_DEFAULT;
		e->corrected = NULL;
	} else if (!in_system_dir(plain, v->libc) && !in_own_tree(v->arena, plain, v->path)) {
		e->fault = RPATH_ABSOLUTE;
		e->corrected = from_origin(v->arena, v->img, plain, v->path);
	}
}

static void
judge(const struct view *v, struct rpath_entry *e)
{
	const char *const *tokens = rpath_tokens(v->libc);
	size_t which;
	const char *better;

	e->fault = RPATH_FINE;
	e->corrected = e->text;
	if (*e->text == '\0') {
		e->fault = RPATH_EMPTY;
		e->corrected = NULL;
	} else if (e->text[0] == '/' && !strchr(e->text, '$')) {
		judge_absolute(v, e);
	} else if ((better = mended(v->arena, e->text)) != NULL) {
		e->fault = RPATH_MANGLED;
		e->corrected = *better == '\0' ? NULL
			       : *better == '/' || *better == '$'
				       ? better
				       : arena_printf(v->arena, "$ORIGIN/%s", better);
	} else if (has_unknown_token(e->text, tokens)) {
		e->fault = RPATH_TOKEN;
		e->corrected = from_origin(v->arena, v->img, "/usr/lib", "");
	} else if (e->text[0] == '/') {
		judge_absolute(v, e);
	} else if (rpath_token_at(e->text, origin_token, &which) == 0) {
		e->fault = RPATH_RELATIVE; /* $LIB and $PLATFORM stand for names, not for paths */
		e->corrected = arena_printf(v->arena, "$ORIGIN/%s", path_normal(v->arena, e->text));
	} else if (climbs_out(v->arena, e->text, v->place)) {
		e->fault = v->floating ? RPATH_LEAVES : RPATH_ESCAPES;
		if (!v->floating)
			e->corrected = from_origin(v->arena, v->img, "/usr/lib", "");
	}
}

static void
mark_duplicates(struct rpath_list *l)
{
	for (size_t i = 1; i < l->count; i++)
		for (size_t k = 0; k < i; k++)
			if (l->items[i].fault == RPATH_FINE && l->items[k].fault != RPATH_EMPTY &&
				strcmp(l->items[i].text, l->items[k].text) == 0) {
				l->items[i].fault = RPATH_DUPLICATE;
				l->items[i].corrected = NULL;
			}
}

static const char *
join_corrected(struct arena *a, const struct rpath_list *l)
{
	struct strvec parts;
	struct strbuf text;

	strvec_init(&parts, a);
	strbuf_init(&text, a);
	for (size_t i = 0; i < l->count; i++) {
		const char *part = l->items[i].corrected;

		if (!part || strvec_has(&parts, part))
			continue;
		strbuf_addf(&text, "%s%s", parts.count > 0 ? ":" : "", part);
		strvec_push(&parts, part);
	}
	return text.ptr;
}

void
rpath_read(struct arena *a, const struct image *img, enum target_libc libc, const char *path,
	const char *place, bool floating, struct rpath_list *ret)
{
	struct view v = { a, img, image_row(img), path, libc, place, floating };
	const char *whole = img->runpath ? img->runpath : img->rpath;
	struct str rest = str_from(whole);
	size_t n = 1;

	*ret = (struct rpath_list){ .corrected = "" };
	/* glibc and musl take a wholly empty path as none. */
	if (!whole || *whole == '\0')
		return;
	ret->is_rpath = !img->runpath;
	for (const char *p = whole; *p; p++)
		n += *p == ':';
	ret->cut = n > CAP_RPATH_ENTRIES;
	if (ret->cut)
		n = CAP_RPATH_ENTRIES;
	ret->items = ARENA_ARRAY(a, n, struct rpath_entry);
	while (ret->count < n) {
		struct rpath_entry *e = &ret->items[ret->count++];

		e->text = str_dup(a, str_cut(&rest, ':'));
		judge(&v, e);
	}
	mark_duplicates(ret);
	ret->corrected = join_corrected(a, ret);
}
