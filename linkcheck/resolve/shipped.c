/* SPDX-License-Identifier: MIT */
/* Files that are installed together, found by path and by name. */
#include "linkcheck/resolve/shipped.h"

#include <ctype.h>
#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "base/str.h"

#define MAX_LINKS 40 /* as Linux: more is ELOOP */
#define MAX_WORK ((size_t)16 << 10)

void
shipped_init(struct shipped *s, struct arena *a)
{
	*s = (struct shipped){ .arena = a };
	strmap_init(&s->by_path, a);
	strmap_init(&s->by_name, a);
	strmap_init(&s->by_stem, a);
	strmap_init(&s->dirs, a);
}

static char *
lower_name(struct arena *a, const char *path)
{
	char *name = arena_strdup(a, path_base(path));

	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return name;
}

static void
add_by_name(struct shipped *s, struct shipped_file *file)
{
	char *name = lower_name(s->arena, file->path);
	struct shipped_file *last = strmap_get(&s->by_name, name);

	if (!last) {
		strmap_set(&s->by_name, name, file);
		return;
	}
	file->same_name = last->same_name;
	last->same_name = file;
}

/* libz.so.1.2.13: by libz.so.1.2, libz.so.1 and libz.so. */
static void
add_by_stem(struct shipped *s, struct shipped_file *file)
{
	char *name = arena_strdup(s->arena, path_base(file->path)), *dot;
	const char *so = strstr(name, ".so.");

	while (so && (dot = strrchr(name, '.')) != so) {
		*dot = '\0';
		if (!strmap_get(&s->by_stem, name))
			strmap_set(&s->by_stem, arena_strdup(s->arena, name), file);
	}
}

/* Every directory above a file; the first that is known has those above it too. */
static void
add_dirs(struct shipped *s, const char *path)
{
	char *dir = path_dir(s->arena, path);

	while (!strmap_get(&s->dirs, dir)) {
		strmap_set(&s->dirs, dir, dir);
		dir = path_dir(s->arena, dir);
	}
}

static void
add(struct shipped *s, struct shipped_file entry)
{
	struct shipped_file *file = strmap_get(&s->by_path, entry.path);

	if (file) {
		entry.path = file->path;
		entry.same_name = file->same_name;
		*file = entry;
		return;
	}
	file = ARENA_NEW(s->arena, struct shipped_file);
	*file = entry;
	if (s->count == s->cap) {
		size_t grown = s->cap ? s->cap * 2 : 16;

		s->items = arena_grow(
			s->arena, s->items, s->cap, grown, sizeof(struct shipped_file *));
		s->cap = grown;
	}
	s->items[s->count++] = file;
	strmap_set(&s->by_path, file->path, file);
	if (!file->target) {
		add_by_name(s, file);
		add_by_stem(s, file);
		add_dirs(s, file->path);
	}
}

void
shipped_add(struct shipped *s, const char *path, struct image *image)
{
	image->place = path;
	add(s, (struct shipped_file){ .path = path, .image = image });
}

void
shipped_add_host(struct shipped *s, const char *path, const char *host)
{
	add(s, (struct shipped_file){ .path = path, .host = host });
}

void
shipped_add_link(struct shipped *s, const char *path, const char *target)
{
	add(s, (struct shipped_file){ .path = path, .target = target });
}

void
shipped_add_text(struct shipped *s, const char *path, struct str text)
{
	if (s->text_count == s->text_cap) {
		size_t grown = s->text_cap ? s->text_cap * 2 : 8;

		s->texts = arena_grow(s->arena, s->texts, s->text_cap, grown, sizeof(s->texts[0]));
		s->text_cap = grown;
	}
	s->texts[s->text_count++] = (struct shipped_text){ path, text };
}

/* A path while its links are followed: `done` has none any more. */
struct walk {
	char done[CAP_PATH], rest[2 * CAP_PATH];
	size_t done_len;
	size_t work; /* bytes looked up: no real path comes near the cap, however it is linked */
	unsigned links;
};

static void
climb(struct walk *w)
{
	while (w->done_len > 0 && w->done[--w->done_len] != '/')
		;
	w->done[w->done_len] = '\0';
}

/* The link's text takes the place of what led to it. */
static bool
follow(struct walk *w, const char *target, struct str *rest)
{
	size_t target_len = strlen(target);

	if (target_len + rest->len + 1 >= CAP_PATH || ++w->links > MAX_LINKS)
		return false;
	memmove(w->rest + target_len + 1, rest->len ? rest->ptr : "", rest->len);
	memcpy(w->rest, target, target_len);
	w->rest[target_len] = '/';
	*rest = (struct str){ w->rest, target_len + 1 + rest->len };
	if (target[0] == '/')
		w->done_len = 0;
	else
		climb(w);
	w->done[w->done_len] = '\0';
	return true;
}

static bool
step(const struct shipped *s, struct walk *w, struct str part, struct str *rest)
{
	const struct shipped_file *f;

	if (part.len == 0 || str_is(part, "."))
		return true;
	if (str_is(part, "..")) {
		climb(w);
		return true;
	}
	if (w->done_len + part.len + 2 > sizeof(w->done))
		return false;
	w->done[w->done_len++] = '/';
	memcpy(w->done + w->done_len, part.ptr, part.len);
	w->done_len += part.len;
	w->done[w->done_len] = '\0';
	w->work += w->done_len;
	f = strmap_get(&s->by_path, w->done);
	return !f || !f->target || follow(w, f->target, rest);
}

/* Follows every link in `path`; false for a loop, or what no path can be. */
static bool
resolve(const struct shipped *s, const char *path, struct walk *w)
{
	struct str rest = str_from(path);

	if (rest.len >= CAP_PATH)
		return false;
	w->done[0] = '\0';
	w->done_len = w->work = 0;
	w->links = 0;
	while (rest.len > 0) {
		struct str part = str_cut(&rest, '/');

		if (!step(s, w, part, &rest) || w->work > MAX_WORK)
			return false;
	}
	return true;
}

void
shipped_close(struct shipped *s)
{
	struct walk w;

	for (size_t i = 0; i < s->count; i++) {
		struct shipped_file *link = s->items[i], *file;

		if (!link->target || !resolve(s, link->path, &w))
			continue;
		file = strmap_get(&s->by_path, w.done);
		if (file && !file->target) {
			link->of = file;
			link->image = file->image;
			link->host = file->host;
			add_by_name(s, link);
		} else if (strmap_get(&s->dirs, w.done_len ? w.done : "/")) {
			s->dir_links++;
		}
	}
}

static const struct shipped_file *
found(const struct shipped_file *file)
{
	return !file || !file->target || file->of ? file : NULL;
}

const struct shipped_file *
shipped_at(const struct shipped *s, const char *path)
{
	const struct shipped_file *file = s ? found(strmap_get(&s->by_path, path)) : NULL;
	struct walk w;

	if (file || !s || s->dir_links == 0 || !resolve(s, path, &w))
		return file;
	return found(strmap_get(&s->by_path, w.done));
}

bool
shipped_is_dir(const struct shipped *s, const char *path)
{
	struct walk w;

	if (!s || strmap_get(&s->dirs, path))
		return s != NULL;
	return s->dir_links > 0 && resolve(s, path, &w) &&
	       strmap_get(&s->dirs, w.done_len ? w.done : "/");
}

const struct shipped_file *
shipped_named(const struct shipped *s, const char *name)
{
	const char *base = path_base(name);
	char lower[CAP_PATH];
	size_t n = strlen(base);

	if (!s || n >= sizeof(lower))
		return NULL;
	for (size_t i = 0; i <= n; i++)
		lower[i] = (char)tolower((unsigned char)base[i]);
	return strmap_get(&s->by_name, lower);
}

const struct shipped_file *
shipped_numbered(const struct shipped *s, const char *name)
{
	return s ? strmap_get(&s->by_stem, name) : NULL;
}

const struct shipped_text *
shipped_text_at(const struct shipped *s, const char *path)
{
	struct walk w;

	if (!resolve(s, path, &w))
		return NULL;
	for (size_t i = s->text_count; i-- > 0;) /* the later layer wins */
		if (strcmp(s->texts[i].path, w.done) == 0)
			return &s->texts[i];
	return NULL;
}

static void
list_name(const char *path, const char *dir, struct strvec *ret)
{
	size_t n = strlen(dir);

	if (strncmp(path, dir, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/') &&
		!strvec_has(ret, path + n + 1))
		strvec_push(ret, path + n + 1);
}

void
shipped_list(const struct shipped *s, const char *dir, struct strvec *ret)
{
	struct walk w;

	if (!resolve(s, dir, &w))
		return;
	for (size_t i = 0; i < s->text_count; i++)
		list_name(s->texts[i].path, w.done, ret);
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i]->target)
			list_name(s->items[i]->path, w.done, ret);
	strvec_sort(ret);
}

const char *
shipped_path_of(const struct shipped *s, const struct image *image)
{
	return s ? image->place : NULL;
}
