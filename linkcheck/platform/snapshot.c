/* SPDX-License-Identifier: MIT */
/* Makes a snapshot of a root directory: follows what its loaders would look at, and writes it down. */
#include "linkcheck/platform/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "linkcheck/platform/snapshot_inside.h"
#include "linkcheck/resolve/ldconf.h"
#include "linkcheck/resolve/rootfs.h"

#define MAX_LINKS 40
#define MAX_DIRS 4096

/* A path and the lines about it. */
struct item {
	const char *path;
	const char *text;
};

struct maker {
	struct arena *arena;
	const char *root; /* "" for this machine's own */
	struct strmap seen;
	struct strmap inodes; /* "DEV INODE" to the first path of a file */
	struct item *items;
	size_t count, cap;
	struct strvec dirs; /* to be looked into; grows while it is walked */
	struct strvec libcs;
};

static const char *
host_path(struct maker *m, const char *path)
{
	return arena_printf(m->arena, "%s%s", m->root, path);
}

static void
add_item(struct maker *m, const char *path, const char *text)
{
	if (m->count == m->cap) {
		size_t grown = m->cap ? m->cap * 2 : 256;

		m->items = arena_grow(m->arena, m->items, m->cap, grown, sizeof(m->items[0]));
		m->cap = grown;
	}
	m->items[m->count++] = (struct item){ path, text };
}

static bool
is_new(struct maker *m, const char *path)
{
	static char yes[] = "";

	if (strmap_get(&m->seen, path))
		return false;
	strmap_set(&m->seen, path, yes);
	return true;
}

static void
note_link(struct maker *m, const char *path, const char *target)
{
	if (is_new(m, path))
		add_item(m, path,
			arena_printf(m->arena, "link %s %s\n", replica_escape(m->arena, path),
				replica_escape(m->arena, target)));
}

static const char *
read_link(struct maker *m, const char *host)
{
	char target[CAP_PATH];
	ssize_t n = readlink(host, target, sizeof(target) - 1);

	return n > 0 ? arena_strndup(m->arena, target, (size_t)n) : NULL;
}

/* Where a path leads inside the root, its links noted; NULL when nothing is there. */
static const char *
follow(struct maker *m, const char *path, struct stat *ret)
{
	struct str rest = str_from(path);
	const char *done = "/";
	unsigned links = 0;

	if (lstat(host_path(m, done), ret) != 0)
		return NULL;
	while (rest.len > 0) {
		struct str part = str_cut(&rest, '/');
		const char *next, *target;

		if (part.len == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			done = path_dir(m->arena, done);
			continue;
		}
		next = path_join(m->arena, done, str_dup(m->arena, part));
		if (strlen(next) + strlen(m->root) >= CAP_PATH ||
			lstat(host_path(m, next), ret) != 0)
			return NULL;
		if (!S_ISLNK(ret->st_mode)) {
			done = next;
			continue;
		}
		target = read_link(m, host_path(m, next));
		if (!target || ++links > MAX_LINKS)
			return NULL;
		note_link(m, next, target);
		if (target[0] == '/')
			done = "/";
		rest = str_from(arena_printf(
			m->arena, "%s/%.*s", target, (int)rest.len, rest.ptr ? rest.ptr : ""));
		if (rest.len >= CAP_PATH)
			return NULL;
	}
	return lstat(host_path(m, done), ret) == 0 ? done : NULL;
}

static void
add_dir(struct maker *m, const char *path)
{
	if (m->dirs.count < MAX_DIRS && path[0] == '/' && !strvec_has(&m->dirs, path))
		strvec_push(&m->dirs, path);
}

/* The private directories of a library are searched when it is loaded. */
static void
add_search_path(struct maker *m, const char *file, const char *list)
{
	struct str rest = str_from(list);

	while (rest.len > 0) {
		struct str entry = str_cut(&rest, ':');
		const char *dir = str_dup(m->arena, entry);

		if (str_starts(entry, "$ORIGIN"))
			dir = arena_printf(m->arena, "%s%s", path_dir(m->arena, file),
				dir + strlen("$ORIGIN"));
		else if (str_starts(entry, "${ORIGIN}"))
			dir = arena_printf(m->arena, "%s%s", path_dir(m->arena, file),
				dir + strlen("${ORIGIN}"));
		if (dir[0] == '/')
			add_dir(m, path_normal(m->arena, dir));
	}
}

static void
note_libc(struct maker *m, const struct image *img, const char *path)
{
	const char *best = NULL, *text;

	if (cstr_starts(path_base(path), "ld-musl-")) {
		text = "musl -";
	} else if (img->soname && strcmp(img->soname, "libc.so.6") == 0) {
		for (size_t i = 0; i < img->version_def_count; i++) {
			const char *v = img->version_defs[i].version;

			if (cstr_starts(v, "GLIBC_2.") &&
				(!best || cstr_version_cmp(v + 6, best) > 0))
				best = v + 6;
		}
		text = arena_printf(m->arena, "glibc %s", best ? best : "-");
	} else {
		return;
	}
	if (!strvec_has(&m->libcs, text))
		strvec_push(&m->libcs, text);
}

/* False: it is no ELF file. A library that no loader takes is noted as broken: a loader that finds it stops. */
static bool
read_library(struct maker *m, const char *path, const char *as)
{
	struct strbuf text;
	struct arena scratch;
	struct input in;
	struct image img;
	struct error err;
	bool elf = false, ok = false;

	error_clear(&err);
	arena_init(&scratch);
	strbuf_init(&text, m->arena);
	strbuf_addf(&text, "file %s\n", replica_escape(m->arena, path));
	if (input_open(&in, &scratch, host_path(m, path), &err)) {
		elf = bytes_equal(&in.head, 0, "\177ELF", 4);
		ok = elf && image_open(&img, &scratch, &in, &err) && snapshot_library(&text, &img);
		if (ok) {
			note_libc(m, &img, as);
			add_search_path(m, path, img.rpath);
			add_search_path(m, path, img.runpath);
			if (strcmp(path, as) != 0) {
				add_search_path(m, as, img.rpath);
				add_search_path(m, as, img.runpath);
			}
		}
		input_close(&in);
	}
	if (ok)
		add_item(m, path, text.ptr);
	else if (elf || strstr(path_base(path), ".so") || strstr(path_base(as), ".so"))
		add_item(m, path,
			arena_printf(m->arena, "broken %s\n", replica_escape(m->arena, path)));
	arena_clear(&scratch);
	return elf;
}

/* Two names of one inode are one library: the second is noted as a link to the first. */
static bool
is_same_file(struct maker *m, const char *path, const struct stat *st)
{
	char *key = arena_printf(m->arena, "%llu %llu", (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino);
	const char *first = strmap_get(&m->inodes, key);

	if (!first) {
		strmap_set(&m->inodes, key, arena_strdup(m->arena, path));
		return false;
	}
	add_item(m, path,
		arena_printf(m->arena, "link %s %s\n", replica_escape(m->arena, path),
			replica_escape(m->arena, first)));
	return true;
}

/* Whatever is at a path that a loader may look at. */
static const char *
note_path(struct maker *m, const char *path)
{
	struct stat st;
	const char *real = follow(m, path, &st);

	if (!real)
		return NULL;
	if (S_ISDIR(st.st_mode)) {
		if (is_new(m, real))
			add_item(m, real,
				arena_printf(m->arena, "dir %s\n", replica_escape(m->arena, real)));
		return real;
	}
	if (!S_ISREG(st.st_mode) || !is_new(m, real) || is_same_file(m, real, &st))
		return real;
	read_library(m, real, path);
	return real;
}

/* What may be asked for by a loader: libraries are called so, and loaders begin with ld. */
static bool
may_be_library(const char *name)
{
	return strstr(name, ".so") || cstr_starts(name, "ld");
}

static bool
note_dir(struct maker *m, const char *dir, struct error *err)
{
	const char *real = note_path(m, dir);
	struct strvec names;
	struct stat st;

	if (!real || stat(host_path(m, real), &st) != 0 || !S_ISDIR(st.st_mode))
		return true;
	strvec_init(&names, m->arena);
	if (!file_list(m->arena, host_path(m, real), &names, err))
		return err->saved_errno == EACCES;
	for (size_t i = 0; i < names.count; i++) {
		const char *path = path_join(m->arena, dir, names.items[i]);

		if (strcmp(names.items[i], "glibc-hwcaps") == 0) {
			struct strvec caps;

			strvec_init(&caps, m->arena);
			if (!file_list(m->arena,
				    host_path(m, path_join(m->arena, real, "glibc-hwcaps")), &caps,
				    err))
				continue;
			for (size_t k = 0; k < caps.count; k++)
				add_dir(m, path_join(m->arena, path, caps.items[k]));
		} else if (may_be_library(names.items[i])) {
			note_path(m, path);
		}
	}
	return true;
}

/* The loaders of all targets that are there, and the directories that are compiled into them. */
static size_t
add_loaders(struct maker *m)
{
	static const char *const plain[] = { "/lib", "/usr/lib", "/lib64", "/usr/lib64",
		"/usr/local/lib" };
	size_t found = 0;

	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_row *row = target_row_at(i);

		if (row->format != FORMAT_ELF || strcmp(row->os, "linux") != 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(row->abis) && row->abis[k].libc; k++) {
			struct stat st;
			const char *loader = row->abis[k].loader;

			if (!*loader || !follow(m, loader, &st) || !S_ISREG(st.st_mode))
				continue;
			note_path(m, loader);
			found++;
			if (!*row->multiarch)
				continue;
			add_dir(m, arena_printf(m->arena, "/lib/%s", row->multiarch));
			add_dir(m, arena_printf(m->arena, "/usr/lib/%s", row->multiarch));
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		add_dir(m, plain[i]);
	return found;
}

/* The cache where there is one, else the directories of ld.so.conf: what glibc's loader goes by. */
static void
add_configuration(struct maker *m, struct strbuf *out)
{
	struct ldcache *cache =
		ldcache_read(m->arena, &(struct rootfs_source){ .root = m->root }, false);
	struct strvec dirs;

	if (!cache)
		cache = ldcache_read(m->arena, &(struct rootfs_source){ .root = m->root }, true);
	if (cache)
		strbuf_add(out, "cache\n");
	for (size_t i = 0; cache && i < cache->count; i++) {
		strbuf_addf(out, "cache %s %s\n", replica_escape(m->arena, cache->pairs[i].name),
			replica_escape(m->arena, cache->pairs[i].path));
		add_dir(m, path_dir(m->arena, cache->pairs[i].path));
	}
	if (cache)
		return;
	strvec_init(&dirs, m->arena);
	ldconf_glibc(m->arena, &(struct rootfs_source){ .root = m->root }, &dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		strbuf_addf(out, "conf %s\n", replica_escape(m->arena, dirs.items[i]));
		add_dir(m, dirs.items[i]);
	}
}

static void
add_musl_paths(struct maker *m, struct strbuf *out)
{
	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_abi *abi = target_row_abi(target_row_at(i), LIBC_MUSL);
		struct strvec dirs;
		const char *file;

		if (!abi || strcmp(target_row_at(i)->os, "linux") != 0)
			continue;
		file = path_base(abi->loader);
		file = arena_printf(m->arena, "/etc/%.*s.path", (int)strcspn(file, "."), file);
		strvec_init(&dirs, m->arena);
		if (strmap_get(&m->seen, file) ||
			!ldconf_musl(
				m->arena, &(struct rootfs_source){ .root = m->root }, file, &dirs))
			continue;
		is_new(m, file);
		strbuf_addf(out, "path %s\n", file);
		for (size_t k = 0; k < dirs.count; k++) {
			strbuf_addf(
				out, "path %s %s\n", file, replica_escape(m->arena, dirs.items[k]));
			add_dir(m, dirs.items[k]);
		}
	}
}

/* One value of os-release(5), without its quotes; or NULL. */
static const char *
release_value(struct arena *a, struct str text, const char *key)
{
	while (text.len > 0) {
		struct str line = str_trim(str_cut(&text, '\n'));
		size_t n = strlen(key);

		if (!str_starts(line, key) || line.len <= n + 1 || line.ptr[n] != '=')
			continue;
		line = str_drop(line, n + 1);
		if (line.len >= 2 && (line.ptr[0] == '"' || line.ptr[0] == '\''))
			line = (struct str){ line.ptr + 1, line.len - 2 };
		return line.len > 0 && line.len < 200 ? str_dup(a, line) : NULL;
	}
	return NULL;
}

static void
add_identity(struct maker *m, struct strbuf *out)
{
	static const char *const files[] = { "/etc/os-release", "/usr/lib/os-release" };
	const char *id = NULL, *version = NULL, *label = NULL, *base;
	struct str text = { NULL, 0 };
	struct error err;

	error_clear(&err);
	for (size_t i = 0; i < ARRAY_LEN(files) && !text.ptr; i++) {
		const char *host = rootfs_resolve(m->arena, m->root, files[i]);

		if (host && !file_read(m->arena, host, CAP_TEXT_FILE, &text, &err))
			text = (struct str){ NULL, 0 };
	}
	id = release_value(m->arena, text, "ID");
	version = release_value(m->arena, text, "VERSION_ID");
	label = release_value(m->arena, text, "PRETTY_NAME");
	base = *m->root ? path_base(m->root) : "this-machine";
	if (!id)
		id = base;
	if (version)
		id = arena_printf(m->arena, "%s-%s", id, version);
	strbuf_addf(out, "id %s\n", replica_escape(m->arena, id));
	strbuf_addf(out, "label %s\n", replica_escape(m->arena, label ? label : id));
}

static int
compare_items(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->path, ((const struct item *)b)->path);
}

static void
write_items(struct maker *m, struct strbuf *out)
{
	qsort(m->items, m->count, sizeof(m->items[0]), compare_items);
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->items[i].path, "/") != 0)
			strbuf_add(out, m->items[i].text);
}

bool
snapshot_make(struct arena *a, const char *root, struct strbuf *ret, struct error *err)
{
	struct maker m = { .arena = a, .root = rootfs_is_host(root) ? "" : root };
	struct strbuf conf;

	strmap_init(&m.seen, a);
	strmap_init(&m.inodes, a);
	strvec_init(&m.dirs, a);
	strvec_init(&m.libcs, a);
	strbuf_init(&conf, a);
	if (add_loaders(&m) == 0) {
		error_set(err, ERROR_MISSING, "there is no loader in %s", root);
		return error_hint(
			err, "name the directory that holds /lib and /usr of a linux system");
	}
	add_configuration(&m, &conf);
	add_musl_paths(&m, &conf);
	for (size_t i = 0; i < m.dirs.count; i++)
		if (!note_dir(&m, m.dirs.items[i], err))
			return false;
	strbuf_add(ret, "xbuild snapshot 1\n");
	add_identity(&m, ret);
	strvec_sort(&m.libcs);
	for (size_t i = 0; i < m.libcs.count; i++)
		strbuf_addf(ret, "libc %s\n", m.libcs.items[i]);
	strbuf_addn(ret, conf.ptr, conf.len);
	write_items(&m, ret);
	strbuf_add(ret, "end\n"); /* a copy that was cut off would know of fewer needs */
	return true;
}
