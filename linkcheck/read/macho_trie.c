/* SPDX-License-Identifier: MIT */
/*
 * The trie of exports (mach-o/loader.h, "export info"): each node ends a name or not, and has edges
 * with the next part of it. Every node is visited once, so a trie that runs in circles ends; a
 * name has a longest length, so a deep one does.
 */
#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/macho_file.h"

#define KIND_MASK 3u
#define KIND_THREAD_LOCAL 1u
#define FLAG_WEAK 4u
#define FLAG_REEXPORT 8u
#define MAX_DEPTH 512

struct node {
	uint64_t edge; /* offset of the next edge */
	unsigned left; /* edges not yet followed */
	size_t length; /* of the name up to here */
};

struct walk {
	struct macho_file *m;
	struct bytes b;
	unsigned char *seen; /* one bit for each offset */
	struct node nodes[MAX_DEPTH];
	size_t depth;
	char name[CAP_NAME];
};

static const char *
copy(struct macho_file *m, const char *s, size_t len)
{
	m->text_bytes += len + 1;
	if (m->text_bytes > CAP_MACHO_TEXT)
		return NULL;
	return arena_strndup(m->arena, s, len);
}

static bool
add_export(struct walk *w, uint64_t at, size_t length)
{
	uint64_t flags = macho_uleb(&w->b, &at), ordinal = 0;
	const char *name = copy(w->m, w->name, length), *other = name;
	struct image_export e = { .name = name, .weak = (flags & FLAG_WEAK) != 0 };
	struct str text;

	if (!name) {
		image_unsimulated(w->m->img, "the names of its exports are more than is read");
		return false;
	}
	if ((flags & KIND_MASK) == KIND_THREAD_LOCAL)
		e.type = STT_TLS;
	if (flags & FLAG_REEXPORT) {
		ordinal = macho_uleb(&w->b, &at);
		text = bytes_cstr(&w->b, at, CAP_NAME);
		if (text.len > 0)
			other = text.ptr;
	} else {
		(void)macho_uleb(&w->b, &at);
	}
	if (w->b.bad)
		return false;
	macho_add_export(w->m, &e, ordinal > UINT32_MAX ? UINT32_MAX : (uint32_t)ordinal, other);
	return true;
}

static bool
is_new(struct walk *w, uint64_t off)
{
	unsigned char bit = (unsigned char)(1u << (off & 7));
	bool fresh = !(w->seen[off >> 3] & bit);

	w->seen[off >> 3] |= bit;
	return fresh;
}

/* Reads the node at `off`, whose name has `length` bytes so far, and puts it on top. */
static bool
enter(struct walk *w, uint64_t off, size_t length)
{
	uint64_t at = off, size;

	if (off >= w->b.len) {
		image_defect(
			w->m->img, "export trie: a node at 0x%" PRIx64 " is outside of it", off);
		return false;
	}
	if (!is_new(w, off)) {
		image_defect(
			w->m->img, "export trie: two edges lead to the node at 0x%" PRIx64, off);
		return false;
	}
	if (w->depth == MAX_DEPTH) {
		image_defect(w->m->img, "export trie: more than %d nodes deep", MAX_DEPTH);
		return false;
	}
	size = macho_uleb(&w->b, &at);
	if (w->b.bad || !bytes_has(&w->b, at, size))
		goto cut;
	if (size > 0 && !add_export(w, at, length))
		goto cut;
	at += size;
	w->nodes[w->depth++] =
		(struct node){ .left = bytes_u8(&w->b, at), .edge = at + 1, .length = length };
	if (!w->b.bad)
		return true;
cut:
	image_defect(w->m->img, "export trie: the node at 0x%" PRIx64 " runs out of it", off);
	return false;
}

/* Follows the next edge of the node on top. */
static bool
follow(struct walk *w)
{
	struct node *n = &w->nodes[w->depth - 1];
	struct str text = bytes_cstr(&w->b, n->edge, CAP_NAME);
	uint64_t at = n->edge + text.len + 1, to;
	size_t length = n->length + text.len;

	to = macho_uleb(&w->b, &at);
	if (w->b.bad || length >= sizeof(w->name)) {
		image_defect(
			w->m->img, "export trie: an edge at 0x%" PRIx64 " has no end", n->edge);
		return false;
	}
	memcpy(w->name + n->length, text.ptr, text.len);
	n->edge = at;
	n->left--;
	return enter(w, to, length);
}

void
macho_trie_exports(struct macho_file *m)
{
	struct walk *w;
	bool ok;

	w = ARENA_NEW(m->arena, struct walk);
	w->m = m;
	if (!image_window(m->img, m->trie.off, m->trie.len, "export trie", &w->b))
		return;
	w->seen = arena_alloc(m->arena, (size_t)(m->trie.len / 8 + 1));
	ok = enter(w, 0, 0);
	while (ok && w->depth > 0) {
		if (w->nodes[w->depth - 1].left == 0)
			w->depth--;
		else
			ok = follow(w);
	}
}
