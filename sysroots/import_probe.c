/* SPDX-License-Identifier: MIT */
/* Looking at an imported tree: which system it is, of which version, and for which machines. */
#include "sysroots/import_probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "sysroots/import_archs.h"
#include "sysroots/normalise.h"

/* A libc is a few megabytes; what is larger is none. */
#define MOST_LIBC_BYTES ((uint64_t)64 << 20)

/* The text of a file of the tree, links followed; empty when it is not there or too large. */
static struct str
read_text(const struct import_tree *t, const char *path, uint64_t cap)
{
	struct error ignored;
	const struct unpack_entry *e = normalise_resolve(t->list, t->arena, path);
	struct str text = { 0 };

	if (e == NULL || e->size > cap ||
		!file_read(t->arena, path_join(t->arena, t->dir, e->path), cap, &text, &ignored))
		return (struct str){ 0 };
	return text;
}

/* The number that "#define NAME" gives; 0 when there is none. */
static uint64_t
defined(struct str text, const char *name)
{
	uint64_t value;

	while (text.len > 0) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!str_starts(line, "#"))
			continue;
		line = str_trim(str_drop(line, 1));
		if (!str_starts(line, "define"))
			continue;
		line = str_trim(str_drop(line, strlen("define")));
		if (!str_starts(line, name))
			continue;
		line = str_drop(line, strlen(name));
		size_t digits = 0;
		if (line.len == 0 || (line.ptr[0] != ' ' && line.ptr[0] != '\t'))
			continue;
		line = str_trim(line);
		while (digits < line.len && line.ptr[digits] >= '0' && line.ptr[digits] <= '9')
			digits++;
		if (str_to_u64((struct str){ line.ptr, digits }, UINT32_MAX, &value))
			return value;
	}
	return 0;
}

/* PRETTY_NAME of os-release(5), without its quotes. */
static const char *
pretty_name(const struct import_tree *t)
{
	struct str text = read_text(t, "usr/lib/os-release", CAP_TEXT_FILE);

	if (text.len == 0)
		text = read_text(t, "etc/os-release", CAP_TEXT_FILE);
	while (text.len > 0) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!str_starts(line, "PRETTY_NAME="))
			continue;
		line = str_drop(line, strlen("PRETTY_NAME="));
		while (line.len > 0 && strchr("\"'", line.ptr[0]) != NULL)
			line = str_drop(line, 1);
		while (line.len > 0 && strchr("\"'", line.ptr[line.len - 1]) != NULL)
			line.len--;
		const char *name = str_dup(t->arena, line);
		return unpack_name_is_plain(name) && line.len < 100 ? name : "";
	}
	return "";
}

/* "GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.": its banner. */
static const char *
glibc_banner(const struct import_tree *t, const char *path)
{
	static const char mark[] = "release version ";
	struct str text = read_text(t, path, MOST_LIBC_BYTES);
	bool seen = false;

	for (size_t i = 0; i + sizeof(mark) < text.len; i++) {
		if (!seen && text.ptr[i] == 'G')
			seen = memcmp(text.ptr + i, "GNU C Library", 13) == 0;
		if (!seen || memcmp(text.ptr + i, mark, sizeof(mark) - 1) != 0)
			continue;
		const char *at = text.ptr + i + sizeof(mark) - 1;
		size_t len = strspn(at, "0123456789.");
		while (len > 0 && at[len - 1] == '.')
			len--;
		return len < 12 ? arena_strndup(t->arena, at, len) : "";
	}
	return "";
}

/* musl keeps its version as a string of its own: "1.2.5" between two NULs. */
static const char *
musl_version(const struct import_tree *t, const char *path)
{
	struct str text = read_text(t, path, MOST_LIBC_BYTES);

	for (size_t i = 0; i + 6 < text.len; i++) {
		if (text.ptr[i] != '\0' || text.ptr[i + 1] != '1' || text.ptr[i + 2] != '.')
			continue;
		const char *at = text.ptr + i + 1;
		size_t len = strspn(at, "0123456789.");
		const char *second = memchr(at + 2, '.', len - 2);
		if (len < 10 && at[len] == '\0' && second != NULL && second[1] != '\0' &&
			strchr(second + 1, '.') == NULL)
			return arena_strndup(t->arena, at, len);
	}
	return "";
}

static bool
probe_glibc(struct import_tree *t, struct import *ret, struct error *err)
{
	struct str features = read_text(t, "usr/include/features.h", CAP_TEXT_FILE);

	ret->libc = LIBC_GLIBC;
	ret->about = pretty_name(t);
	if (!import_archs_elf(t, ret, err))
		return false;
	for (size_t i = 0; i < t->count && ret->version[0] == '\0'; i++)
		if (t->found[i].libc != NULL)
			ret->version = glibc_banner(t, t->found[i].libc);
	if (ret->version[0] == '\0' && defined(features, "__GLIBC__") > 0)
		ret->version =
			arena_printf(t->arena, "%u.%u", (unsigned)defined(features, "__GLIBC__"),
				(unsigned)defined(features, "__GLIBC_MINOR__"));
	return true;
}

static bool
probe_musl(struct import_tree *t, struct import *ret, struct error *err)
{
	ret->libc = LIBC_MUSL;
	ret->about = pretty_name(t);
	if (!import_archs_elf(t, ret, err))
		return false;
	for (size_t i = 0; i < t->count && ret->version[0] == '\0'; i++)
		if (t->found[i].libc != NULL)
			ret->version = musl_version(t, t->found[i].libc);
	if (ret->version[0] == '\0')
		ret->version = musl_version(t, "usr/lib/libc.a");
	return true;
}

/* The BSDs' versions, as their <sys/param.h> counts them: 1400097 is FreeBSD 14.0, 1000000300
 * NetBSD 10.0, 202310 (of OpenBSD, which also defines OpenBSD7_4) OpenBSD 7.4. */
static bool
probe_freebsd(struct import_tree *t, struct import *ret, struct error *err)
{
	struct str param = read_text(t, "usr/include/sys/param.h", CAP_TEXT_FILE);
	uint64_t version = defined(param, "__FreeBSD_version");

	ret->libc = LIBC_NATIVE;
	ret->version = arena_printf(
		t->arena, "%u.%u", (unsigned)(version / 100000), (unsigned)(version / 1000 % 100));
	return import_archs_elf(t, ret, err);
}

static bool
probe_netbsd(struct import_tree *t, struct import *ret, struct error *err)
{
	struct str param = read_text(t, "usr/include/sys/param.h", CAP_TEXT_FILE);
	uint64_t version = defined(param, "__NetBSD_Version__");

	ret->libc = LIBC_NATIVE;
	ret->version = arena_printf(t->arena, "%u.%u", (unsigned)(version / 100000000),
		(unsigned)(version / 1000000 % 100));
	return import_archs_elf(t, ret, err);
}

static bool
probe_openbsd(struct import_tree *t, struct import *ret, struct error *err)
{
	struct str text = read_text(t, "usr/include/sys/param.h", CAP_TEXT_FILE);

	ret->libc = LIBC_NATIVE;
	while (text.len > 0 && ret->version[0] == '\0') {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!str_starts(line, "#define") && !str_starts(line, "#\tdefine"))
			continue;
		str_cut(&line, 'O');
		if (!str_starts(line, "penBSD") || line.len < 9 || line.ptr[7] != '_')
			continue;
		ret->version = arena_printf(t->arena, "%c.%c", line.ptr[6], line.ptr[8]);
	}
	return import_archs_elf(t, ret, err);
}

static bool
probe_android(struct import_tree *t, struct import *ret, struct error *err)
{
	struct str ndk = read_text(t, "usr/include/android/ndk-version.h", CAP_TEXT_FILE);

	ret->libc = LIBC_BIONIC;
	if (defined(ndk, "__NDK_MAJOR__") > 0)
		ret->about =
			arena_printf(t->arena, "NDK r%u", (unsigned)defined(ndk, "__NDK_MAJOR__"));
	return import_archs_android(t, ret, err);
}

/* The text between <string> and </string> that follows a key of an XML property list. */
static const char *
plist_string(struct arena *a, struct str text, const char *key)
{
	const char *at =
		text.len > 0 ? strstr(text.ptr, arena_printf(a, "<key>%s</key>", key)) : NULL;
	const char *begin = at != NULL ? strstr(at, "<string>") : NULL;
	const char *end = begin != NULL ? strstr(begin, "</string>") : NULL;

	if (end == NULL || end - begin > 64)
		return "";
	begin += strlen("<string>");
	return arena_strndup(a, begin, (size_t)(end - begin));
}

/* Apple's own description of the SDK: JSON since macOS 10.14, a property list before. */
static void
read_sdk_settings(const struct import_tree *t, const char **version, const char **name)
{
	struct str text = read_text(t, "SDKSettings.json", CAP_TEXT_FILE);
	const char *v = NULL, *n = NULL;
	struct error ignored;
	struct json doc;

	*version = *name = "";
	if (text.len > 0 && json_parse(&doc, "SDKSettings.json", text, &ignored)) {
		if (json_is_object(doc.root)) {
			v = json_text_of(json_find(doc.root, "Version"));
			n = json_text_of(json_find(doc.root, "CanonicalName"));
		}
		*version = v != NULL ? arena_strdup(t->arena, v) : "";
		*name = n != NULL ? arena_strdup(t->arena, n) : "";
		json_clear(&doc);
	} else {
		text = read_text(t, "SDKSettings.plist", CAP_TEXT_FILE);
		*version = plist_string(t->arena, text, "Version");
		*name = plist_string(t->arena, text, "CanonicalName");
	}
	if (strspn(*version, "0123456789.") != strlen(*version) || strlen(*version) > 12)
		*version = "";
}

static bool
probe_apple(struct import_tree *t, struct import *ret, struct error *err)
{
	const char *name;

	ret->libc = LIBC_LIBSYSTEM;
	read_sdk_settings(t, &ret->version, &name);
	if (cstr_starts(name, "iphone")) {
		ret->os = "ios";
		ret->label = "ios-sdk";
	}
	struct str tbd = read_text(t, "usr/lib/libSystem.tbd", CAP_TEXT_FILE);
	if (tbd.len == 0)
		tbd = read_text(t, "usr/lib/libSystem.B.tbd", CAP_TEXT_FILE);
	return import_archs_apple(t, tbd, ret, err);
}

/* Most telling first: a rootfs of Linux may have anything. */
static const struct system {
	const char *file;    /* is there ... */
	const char *defines; /* ... and says so; NULL: it being there is enough */
	const char *label, *os;
	bool (*probe)(struct import_tree *t, struct import *ret, struct error *err);
} systems[] = {
	{ "usr/lib/libSystem.tbd", NULL, "macos-sdk", "darwin", probe_apple },
	{ "usr/lib/libSystem.B.tbd", NULL, "macos-sdk", "darwin", probe_apple },
	{ "usr/include/android/api-level.h", NULL, "android-ndk", "android", probe_android },
	{ "usr/include/sys/param.h", "__FreeBSD_version", "freebsd-base", "freebsd",
		probe_freebsd },
	{ "usr/include/sys/param.h", "__NetBSD_Version__", "netbsd-base", "netbsd", probe_netbsd },
	{ "usr/include/sys/param.h", "OpenBSD", "openbsd-base", "openbsd", probe_openbsd },
	{ "usr/include/features.h", "__GLIBC__", "linux-rootfs", "linux", probe_glibc },
	{ "usr/include/features.h", NULL, "linux-rootfs", "linux", probe_musl },
};

static bool
is_system(const struct import_tree *t, const struct system *s)
{
	if (normalise_resolve(t->list, t->arena, s->file) == NULL)
		return false;
	return s->defines == NULL || defined(read_text(t, s->file, CAP_TEXT_FILE), s->defines) > 0;
}

static bool
no_headers(struct error *err)
{
	error_set(err, ERROR_FORMAT, "this is no sysroot: it has no usr/include/stdio.h");
	return error_hint(err,
		"it must have the headers of a C library and what programs are linked with: "
		"install "
		"libc6-dev and gcc (Debian), musl-dev and gcc (Alpine) in it first; of a BSD, give "
		"the archives of the base and of the compiler set");
}

bool
import_probe(struct arena *a, const char *dir, const struct unpack_list *list, import_look *look,
	void *look_ctx, struct import *ret, struct error *err)
{
	struct import_tree t = {
		.arena = a, .dir = dir, .list = list, .look = look, .look_ctx = look_ctx
	};

	if (normalise_resolve(list, a, "usr/include/stdio.h") == NULL)
		return no_headers(err);
	ret->about = ret->version = ret->gcc = "";
	for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
		if (!is_system(&t, &systems[i]))
			continue;
		ret->label = systems[i].label;
		ret->os = systems[i].os;
		return systems[i].probe(&t, ret, err);
	}
	error_set(err, ERROR_FORMAT,
		"the C library of this sysroot is none that is known: it is not glibc, musl, "
		"bionic, "
		"a BSD's or Apple's");
	return error_hint(err, "a directory can be used as it is: --sysroot DIR");
}
