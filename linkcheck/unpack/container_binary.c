/* SPDX-License-Identifier: MIT */
/* Entries that are read whole: binaries, files of several, and archives that must be searched. */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/interrupt.h"
#include "linkcheck/read/ar.h"
#include "linkcheck/read/fat.h"
#include "linkcheck/unpack/container_inside.h"

#define FIRST_ROOM ((size_t)64 << 10)

/* A growing block that can be given away and freed by itself, which nothing in an arena can. */
struct block {
	unsigned char *data;
	size_t len, room;
};

static void
make_room(struct block *b, size_t need)
{
	size_t room = b->room ? b->room * 2 : FIRST_ROOM;

	if (need <= b->room)
		return;
	if (room < need)
		room = need;
	b->data = realloc(b->data, room);
	if (!b->data)
		arena_no_memory();
	b->room = room;
}

/* Zeros stand for a hole. */
static void
put(struct block *b, uint64_t at, const void *data, size_t len)
{
	size_t end = (size_t)at + len;

	make_room(b, end);
	if (!b->data) /* nothing, and nothing before it */
		return;
	if (at > b->len)
		memset(b->data + b->len, 0, (size_t)at - b->len);
	memcpy(b->data + at, data, len);
	if (end > b->len)
		b->len = end;
}

static bool
too_large(struct reading *r, const struct reading_entry *e)
{
	reading_remark(
		r, false, "%s is too large to be looked at", reading_name(r, e->tree, e->path));
	return false;
}

static bool
read_blocks(struct reading *r, const struct reading_entry *e, struct block *b, struct error *err)
{
	const void *data;
	size_t len;
	uint64_t at;
	enum archive_step step;

	/* No more is asked for at once than the package could hold; the rest comes as it is read. */
	if (e->item->has_size && e->item->size <= r->size * 16)
		make_room(b, (size_t)e->item->size + 1);
	while ((step = archive_block(e->walk, &data, &len, &at, err)) == ARCHIVES_NEXT) {
		bool counted = e->item->has_size && !e->item->sparse && at + len <= e->item->size;

		if (at > CAP_AUDIT_MEMBER || len > CAP_AUDIT_MEMBER - at)
			return too_large(r, e);
		if (!interrupt_check(err) || (!counted && !reading_spend(r, len)))
			return false;
		/* A hole costs memory as data do. */
		if (at > b->len && !reading_spend(r, at - b->len))
			return false;
		put(b, at, data, len);
	}
	return step == ARCHIVES_END || (reading_damage(r, e->tree, e->path, err) && false);
}

bool
reading_whole(struct reading *r, const struct reading_entry *e, unsigned char **ret_data,
	size_t *ret_len, struct error *err)
{
	struct block b = { 0 };

	*ret_data = NULL;
	if (e->item->has_size && e->item->size > CAP_AUDIT_MEMBER)
		return too_large(r, e);
	error_clear(err);
	if (!read_blocks(r, e, &b, err)) {
		free(b.data);
		return false;
	}
	*ret_data = b.data;
	*ret_len = b.len;
	return true;
}

static void
give(struct reading *r, struct container_tree *tree, struct container_binary binary)
{
	struct container_entry entry = {
		.kind = CONTAINER_BINARY, .path = binary.path, .arch = binary.arch
	};
	struct container_entry *kept = reading_keep(r, tree, &entry);

	if (!kept) {
		free(binary.data);
		return;
	}
	binary.tree = tree;
	binary.path = kept->path;
	binary.arch = kept->arch;
	kept->binary = r->sink->binary(r->sink->ctx, &binary);
	r->c->binaries++;
	if (kept->binary)
		return;
	tree->count--;
	if (!r->ended)
		reading_remark(r, false,
			"it has more binaries than are kept: those from %s on were not looked at",
			reading_name(r, tree, binary.path));
	r->ended = true;
}

/* A part of a file that is in memory or on disk, as a block of its own. */
static unsigned char *
copy_part(struct reading *r, struct input *in, uint64_t off, uint64_t len, struct error *err)
{
	struct arena_mark mark = arena_mark(r->scratch);
	unsigned char *copy = NULL;
	struct bytes b;

	error_clear(err);
	if (input_window(in, off, len, &b, err)) {
		copy = arena_heap((size_t)len);
		memcpy(copy, b.ptr, (size_t)len);
	}
	arena_reset(r->scratch, mark);
	return copy;
}

/* Members of a static archive that are no objects (a linker's plan, a text) say nothing. */
static void
give_member(
	struct reading *r, struct container_tree *tree, struct input *in, const struct ar_member *m)
{
	uint64_t head = m->len < 4096 ? m->len : 4096;
	struct error err;
	unsigned char *data;

	data = copy_part(r, in, m->off, head, &err);
	if (data && kind_of_bytes(data, (size_t)head) == KIND_BINARY && reading_spend(r, m->len)) {
		free(data);
		data = copy_part(r, in, m->off, m->len, &err);
		if (data) {
			give(r, tree,
				(struct container_binary){
					.path = m->name, .data = data, .len = (size_t)m->len });
			return;
		}
	}
	if (!data)
		reading_remark(r, err.kind != ERROR_LIMIT, "%s: %s", reading_name(r, tree, m->name),
			err.what);
	free(data);
}

void
reading_give_static(struct reading *r, struct container_tree *tree, struct input *in)
{
	struct ar_member m;
	struct error err;
	struct ar ar;

	tree->is_static = true;
	error_clear(&err);
	if (!ar_open(&ar, r->c->arena, in, &err)) {
		reading_damage(r, tree, "", &err);
		return;
	}
	while (!r->ended && !interrupt_signal() && ar_next(&ar, &m)) {
		if (m.outside)
			break;
		give_member(r, tree, in, &m);
	}
	if (ar.defect)
		reading_remark(r, true, "%s%s%s", tree->name, *tree->name ? ": " : "", ar.defect);
	if (ar.thin)
		reading_remark(r, false,
			"%s%sit is a thin archive: its members are files beside it, and are to be "
			"named themselves",
			tree->name, *tree->name ? ": " : "");
}

static void
give_slices(struct reading *r, const struct reading_entry *e, struct input *in)
{
	struct fat_slice *slices;
	struct error err;
	size_t count;

	error_clear(&err);
	if (!fat_read(r->scratch, in, &slices, &count, &err)) {
		reading_damage(r, e->tree, e->path, &err);
		return;
	}
	for (size_t i = 0; i < count && !r->ended; i++) {
		unsigned char *data;

		if (!reading_spend(r, slices[i].size))
			return;
		data = copy_part(r, in, slices[i].offset, slices[i].size, &err);
		if (!data) {
			reading_remark(r, err.kind != ERROR_LIMIT, "%s (%s): %s",
				reading_name(r, e->tree, e->path), slices[i].arch, err.what);
			continue;
		}
		give(r, e->tree,
			(struct container_binary){ .path = e->path,
				.arch = slices[i].arch,
				.data = data,
				.len = (size_t)slices[i].size,
				.mode = e->item->mode });
	}
}

void
reading_give(struct reading *r, const struct reading_entry *e, enum kind kind, unsigned char *data,
	size_t len)
{
	struct input in;

	if (kind == KIND_BINARY) {
		give(r, e->tree,
			(struct container_binary){
				.path = e->path, .data = data, .len = len, .mode = e->item->mode });
		return;
	}
	input_from_buffer(&in, r->scratch, reading_name(r, e->tree, e->path), data, len);
	if (kind == KIND_FAT)
		give_slices(r, e, &in);
	else
		reading_give_static(r, reading_tree(r, e->tree, e->path), &in);
	free(data);
}
