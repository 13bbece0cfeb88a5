/* SPDX-License-Identifier: MIT */
/* What is kept of a package while it is read, and how much of it may be read. */
#include <stdarg.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/unpack/container_inside.h"

#define MAX_REMARKS 16

struct container_tree *
reading_tree(struct reading *r, struct container_tree *parent, const char *path)
{
	struct arena *a = r->c->arena;
	struct container_tree *t = ARENA_NEW(a, struct container_tree);

	t->parent = parent;
	t->path = arena_strdup(a, path);
	t->is_layer = parent && (cstr_starts(path, "blobs/") || cstr_ends(path, "/layer.tar"));
	r->text += sizeof(*t) + 2 * strlen(path) + (parent ? strlen(parent->name) : 0);
	t->name = parent ? container_member(a, parent, path, NULL) : "";
	*r->c->last = t;
	r->c->last = &t->next;
	return t;
}

void
reading_tree_kind(struct container_tree *tree, enum kind kind)
{
	tree->is_deb = kind == KIND_DEB;
	tree->is_rooted |= kind == KIND_DEB || kind == KIND_RPM;
}

char *
container_member(
	struct arena *a, const struct container_tree *tree, const char *path, const char *arch)
{
	return arena_printf(a, "%s%s%s%s%s%s", tree->name, *tree->name ? "!" : "", path,
		arch ? " (" : "", arch ? arch : "", arch ? ")" : "");
}

char *
reading_name(struct reading *r, const struct container_tree *tree, const char *path)
{
	return *path ? container_member(r->scratch, tree, path, NULL)
		     : arena_strdup(r->scratch, tree->name);
}

void
container_remark_add(struct container *c, bool damaged, const char *text)
{
	if (!c->remarks)
		c->remarks = ARENA_ARRAY(c->arena, MAX_REMARKS, struct container_remark);
	if (c->remark_count == MAX_REMARKS) {
		c->remarks[MAX_REMARKS - 1].text = "more is wrong with it; this list was cut";
		c->remarks[MAX_REMARKS - 1].damaged |= damaged;
		return;
	}
	c->remarks[c->remark_count++] =
		(struct container_remark){ damaged, arena_strdup(c->arena, text) };
}

void
reading_remark(struct reading *r, bool damaged, const char *fmt, ...)
{
	struct arena_mark mark = arena_mark(r->scratch);
	va_list ap;

	va_start(ap, fmt);
	container_remark_add(r->c, damaged, arena_vprintf(r->scratch, fmt, ap));
	va_end(ap);
	arena_reset(r->scratch, mark);
}

bool
reading_damage(struct reading *r, const struct container_tree *tree, const char *path,
	const struct error *err)
{
	const char *name = reading_name(r, tree, path);

	if (err->kind != ERROR_FORMAT)
		return false;
	/* An archive that ends too early ends those that it lies in as well: once is enough. */
	if (r->damaged_at != r->entries + 1)
		reading_remark(r, true, "%s%s%s", name, *name ? ": " : "", err->what);
	r->damaged_at = r->entries + 1;
	return true;
}

static bool
end(struct reading *r, const char *why)
{
	if (!r->ended)
		reading_remark(r, false, "%s: what follows was not looked at", why);
	r->ended = true;
	return false;
}

bool
reading_spend(struct reading *r, uint64_t bytes)
{
	uint64_t most = r->size > CAP_AUDIT_BYTES / CAP_AUDIT_RATIO ? CAP_AUDIT_BYTES
								    : r->size * CAP_AUDIT_RATIO;

	if (most < CAP_AUDIT_RATIO_FROM)
		most = CAP_AUDIT_RATIO_FROM;
	if (r->ended || bytes > most || r->bytes > most - bytes)
		return end(r, "it expands beyond all measure");
	r->bytes += bytes;
	return true;
}

struct container_entry *
reading_keep(struct reading *r, struct container_tree *tree, const struct container_entry *entry)
{
	struct arena *a = r->c->arena;
	struct container_entry *e;

	r->text += sizeof(*entry) + strlen(entry->path) + entry->text.len +
		   (entry->target ? strlen(entry->target) : 0);
	if (r->text > CAP_AUDIT_TEXT) {
		end(r, "it has more names than are kept");
		return NULL;
	}
	if (tree->count == tree->cap) {
		size_t grown = tree->cap ? tree->cap * 2 : 16;

		tree->items = arena_grow(a, tree->items, tree->cap, grown, sizeof(*tree->items));
		tree->cap = grown;
	}
	e = &tree->items[tree->count++];
	*e = *entry;
	e->path = arena_strdup(a, entry->path);
	e->arch = entry->arch ? arena_strdup(a, entry->arch) : NULL;
	e->target = entry->target ? arena_strdup(a, entry->target) : NULL;
	e->text = (struct str){ str_dup(a, entry->text), entry->text.len };
	return e;
}
