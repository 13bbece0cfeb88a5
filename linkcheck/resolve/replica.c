/* SPDX-License-Identifier: MIT */
/* Reads a snapshot, and answers as its file system would. */
#include "linkcheck/resolve/replica.h"

#include <errno.h>
#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/resolve/replica_inside.h"

#define MARK "xbuild snapshot 1"
#define MAX_LINKS 40 /* as Linux: more is ELOOP */
/* The device number that no real file has: files of a snapshot are told apart by their lines. */
#define REPLICA_DEVICE ((dev_t)-1)

struct reading {
	struct replica *r;
	size_t line, file_cap, path_cap;
	size_t entries;
	bool ended;
	struct error *err;
};

char *
replica_escape(struct arena *a, const char *text)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c <= ' ' || c >= 0x7f || c == '%')
			strbuf_addf(&b, "%%%02x", c);
		else
			strbuf_addc(&b, (char)c);
	}
	return b.ptr;
}

static bool
refuse(struct reading *in, size_t line, const char *what)
{
	error_set(in->err, ERROR_FORMAT, "%s is no snapshot that can be used: line %zu %s",
		in->r->name, line, what);
	error_where(in->err, "%s, line %zu", in->r->name, line);
	return error_hint(in->err, "make it again: xbuild audit --snapshot DIR -o FILE");
}

static struct replica_entry *
add_entry(struct reading *in, const char *path, enum replica_kind kind)
{
	struct replica_entry *e = ARENA_NEW(in->r->arena, struct replica_entry);

	e->kind = kind;
	e->path = path;
	e->line = in->line;
	in->entries++;
	strmap_set(&in->r->entries, path, e);
	return e;
}

/* The directories above are there when what is in them is. */
static bool
add_parents(struct reading *in, const char *path)
{
	const char *dir = path_dir(in->r->arena, path);
	const struct replica_entry *e = strmap_get(&in->r->entries, dir);

	if (e)
		return e->kind == REPLICA_DIR;
	return (strcmp(dir, "/") == 0 || add_parents(in, dir)) && add_entry(in, dir, REPLICA_DIR);
}

static bool
is_plain_path(struct arena *a, const char *path)
{
	return path && path[0] == '/' && strlen(path) < CAP_PATH &&
	       strcmp(path_normal(a, path), path) == 0;
}

/* A new path; NULL when the line has none, or names one that is there already. */
static struct replica_entry *
take_path(struct reading *in, struct str *line, enum replica_kind kind)
{
	char *path = replica_word(in->r->arena, line);
	struct replica_entry *old;

	if (!is_plain_path(in->r->arena, path) || in->entries > CAP_UNPACK_ENTRIES)
		return NULL;
	old = strmap_get(&in->r->entries, path);
	if (old)
		return kind == REPLICA_DIR && old->kind == REPLICA_DIR ? old : NULL;
	if (strcmp(path, "/") != 0 && !add_parents(in, path))
		return NULL;
	return add_entry(in, path, kind);
}

static bool
read_link(struct reading *in, struct str line)
{
	struct replica_entry *e = take_path(in, &line, REPLICA_LINK);

	if (!e)
		return false;
	e->target = replica_word(in->r->arena, &line);
	return e->target && !line.len && strlen(e->target) < CAP_PATH;
}

static bool
read_dir(struct reading *in, struct str line)
{
	return take_path(in, &line, REPLICA_DIR) && !line.len;
}

static bool
read_broken(struct reading *in, struct str line)
{
	return take_path(in, &line, REPLICA_BROKEN) && !line.len;
}

static bool
read_file(struct reading *in, struct str line)
{
	struct replica *r = in->r;
	struct replica_entry *e = take_path(in, &line, REPLICA_FILE);

	if (!e || line.len)
		return false;
	if (r->file_count == in->file_cap) {
		size_t grown = in->file_cap ? in->file_cap * 2 : 64;

		r->files = arena_grow(
			r->arena, r->files, in->file_cap, grown, sizeof(struct replica_entry *));
		in->file_cap = grown;
	}
	r->files[r->file_count++] = e;
	return true;
}

static bool
read_one(struct reading *in, struct str line, const char **ret)
{
	if (*ret)
		return false;
	*ret = replica_word(in->r->arena, &line);
	return *ret && !line.len;
}

static bool
read_id(struct reading *in, struct str line)
{
	return read_one(in, line, &in->r->id);
}

static bool
read_label(struct reading *in, struct str line)
{
	return read_one(in, line, &in->r->label);
}

static bool
read_libc(struct reading *in, struct str line)
{
	char *name = replica_word(in->r->arena, &line);
	char *version = name ? replica_word(in->r->arena, &line) : NULL;

	if (!version || line.len || in->r->libcs.count >= 64)
		return false;
	strvec_pushf(&in->r->libcs, "%s %s", name, version);
	return true;
}

static bool
read_conf(struct reading *in, struct str line)
{
	const char *dir = replica_word(in->r->arena, &line);

	if (!dir || line.len || in->r->conf.count >= CAP_ELF_NEEDED)
		return false;
	strvec_push(&in->r->conf, dir);
	return true;
}

/* "cache" alone: there is one, without an entry. */
static bool
read_cache(struct reading *in, struct str line)
{
	struct arena *a = in->r->arena;
	char *name, *path;

	if (!in->r->cache)
		in->r->cache = ldcache_new(a);
	if (!line.len)
		return true;
	name = replica_word(a, &line);
	path = replica_word(a, &line);
	if (!name || !path || line.len || in->entries++ > CAP_UNPACK_ENTRIES)
		return false;
	ldcache_add(a, in->r->cache, name, path);
	return true;
}

static struct replica_path *
musl_path(struct reading *in, const char *file)
{
	struct replica *r = in->r;
	struct replica_path *p;

	for (size_t i = 0; i < r->path_count; i++)
		if (strcmp(r->paths[i].file, file) == 0)
			return &r->paths[i];
	if (r->path_count >= 64)
		return NULL;
	r->paths = arena_grow(
		r->arena, r->paths, r->path_count, r->path_count + 1, sizeof(r->paths[0]));
	p = &r->paths[r->path_count++];
	p->file = file;
	strvec_init(&p->dirs, r->arena);
	return p;
}

/* "path FILE DIR"; "path FILE" alone: it is empty. */
static bool
read_path(struct reading *in, struct str line)
{
	char *file = replica_word(in->r->arena, &line), *dir;
	struct replica_path *p = file ? musl_path(in, file) : NULL;

	if (!p)
		return false;
	if (!line.len)
		return true;
	dir = replica_word(in->r->arena, &line);
	if (!dir || line.len || p->dirs.count >= CAP_ELF_NEEDED)
		return false;
	strvec_push(&p->dirs, dir);
	return true;
}

static bool
read_end(struct reading *in, struct str line)
{
	in->ended = true;
	return !line.len;
}

static bool
read_line(struct reading *in, struct str line)
{
	static const struct {
		const char *word;
		bool (*read)(struct reading *in, struct str line);
	} words[] = {
		{ "id", read_id },
		{ "label", read_label },
		{ "libc", read_libc },
		{ "conf", read_conf },
		{ "cache", read_cache },
		{ "path", read_path },
		{ "dir", read_dir },
		{ "link", read_link },
		{ "broken", read_broken },
		{ "file", read_file },
		{ "end", read_end },
	};
	struct str key = str_cut(&line, ' ');

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(key, words[i].word))
			return words[i].read(in, line);
	return false;
}

/* The lines about a file begin with a blank. */
static struct str
take_record(struct str *text)
{
	const char *start = text->ptr;

	while (text->len > 0 && text->ptr[0] == '\t')
		str_cut(text, '\n');
	return (struct str){ start, text->ptr ? (size_t)(text->ptr - start) : 0 };
}

/* Parsed, and made a file again. */
static bool
use_record(struct reading *in, struct replica_entry *e, struct str record, struct arena *scratch)
{
	struct replica_library lib;
	const char *what;
	struct str stub;
	size_t line;

	if (!replica_record(scratch, record, &lib, &line, &what))
		return refuse(in, e->line + 1 + line, what);
	stub = replica_stub(scratch, &lib);
	e->stub = (struct str){ arena_strndup(in->r->arena, stub.ptr, stub.len), stub.len };
	strvec_init(&e->unread, in->r->arena);
	for (size_t i = 0; i < lib.unread.count; i++)
		strvec_push_dup(&e->unread, lib.unread.items[i]);
	return true;
}

static bool
read_lines(struct reading *in, struct str text, struct arena *scratch)
{
	while (text.len > 0) {
		struct arena_mark mark = arena_mark(scratch);
		size_t files = in->r->file_count;
		struct str record;

		in->line++;
		if (in->ended || !read_line(in, str_cut(&text, '\n')))
			return refuse(in, in->line, "is not understood");
		record = take_record(&text);
		if (record.len > 0 && files == in->r->file_count)
			return refuse(in, in->line + 1, "belongs to no file");
		if (files < in->r->file_count &&
			!use_record(in, in->r->files[files], record, scratch))
			return false;
		for (size_t i = 0; i < record.len; i++)
			in->line += record.ptr[i] == '\n';
		arena_reset(scratch, mark);
	}
	if (!in->ended)
		return refuse(in, in->line, "is the last and not \"end\": the rest is missing");
	return in->r->id || refuse(in, in->line, "is the last, and no line had an id");
}

bool
replica_read(
	struct arena *a, const char *name, struct str text, struct replica *ret, struct error *err)
{
	struct replica r = { .arena = a, .name = name };
	struct reading in = { .r = &r, .line = 1, .err = err };
	struct arena scratch;
	bool ok;

	strmap_init(&r.entries, a);
	strvec_init(&r.libcs, a);
	strvec_init(&r.conf, a);
	if (!str_is(str_cut(&text, '\n'), MARK))
		return refuse(&in, 1, "is not \"" MARK "\"");
	arena_init(&scratch);
	ok = read_lines(&in, text, &scratch);
	arena_clear(&scratch);
	if (!ok)
		return false;
	if (!r.label)
		r.label = r.id;
	*ret = r;
	return true;
}

static const struct replica_entry *
fail(int code)
{
	errno = code;
	return NULL;
}

const struct replica_entry *
replica_find(const struct replica *r, struct arena *a, const char *path)
{
	static const struct replica_entry top = { .kind = REPLICA_DIR, .path = "/" };
	const struct replica_entry *at = &top;
	struct str rest = str_from(path);
	unsigned links = 0;

	while (rest.len > 0) {
		struct str part = str_cut(&rest, '/');
		const struct replica_entry *next;

		if (part.len == 0 || str_is(part, "."))
			continue;
		if (at->kind != REPLICA_DIR)
			return fail(ENOTDIR);
		if (str_is(part, "..")) {
			next = strmap_get(&r->entries, path_dir(a, at->path));
			at = next ? next : &top;
			continue;
		}
		next = strmap_get(&r->entries, path_join(a, at->path, str_dup(a, part)));
		if (!next)
			return fail(ENOENT);
		if (next->kind != REPLICA_LINK) {
			at = next;
			continue;
		}
		if (++links > MAX_LINKS)
			return fail(ELOOP);
		if (next->target[0] == '/')
			at = &top;
		if (strlen(next->target) + rest.len + 1 >= CAP_PATH)
			return fail(ENAMETOOLONG);
		rest = str_from(arena_printf(
			a, "%s/%.*s", next->target, (int)rest.len, rest.ptr ? rest.ptr : ""));
	}
	return at;
}

bool
replica_is_dir(const struct replica *r, struct arena *a, const char *path)
{
	const struct replica_entry *e = replica_find(r, a, path);

	return e && e->kind == REPLICA_DIR;
}

const struct strvec *
replica_musl_path(const struct replica *r, const char *file)
{
	for (size_t i = 0; i < r->path_count; i++)
		if (strcmp(r->paths[i].file, file) == 0)
			return &r->paths[i].dirs;
	return NULL;
}

struct image *
replica_open(const struct replica_entry *entry, struct arena *a, struct error *err)
{
	struct input *in = ARENA_NEW(a, struct input);
	struct image *img = ARENA_NEW(a, struct image);

	input_from_buffer(in, a, entry->path, entry->stub.ptr, entry->stub.len);
	in->dev = REPLICA_DEVICE;
	in->ino = (ino_t)entry->line;
	if (!image_open(img, a, in, err))
		return NULL;
	strvec_push_all(&img->unsimulated, entry->unread.items);
	return img;
}

/* By the identification and e_machine of the files. */
bool
replica_has_machine(const struct replica *r, const struct image *img)
{
	for (size_t i = 0; i < r->file_count; i++) {
		struct str stub = r->files[i]->stub;
		struct bytes b = bytes_from(stub.ptr, stub.len, 0, img->big_endian);

		if (bytes_u8(&b, EI_CLASS) == img->bits / 32 &&
			bytes_u8(&b, EI_DATA) == (img->big_endian ? 2 : 1) &&
			bytes_u16(&b, 18) == img->machine)
			return true;
	}
	return false;
}
