/* SPDX-License-Identifier: MIT */
/*
 * The inside of container_read: container_walk.c walks, container_tree.c keeps entries and remarks and counts
 * what was spent, container_binary.c handles what is read whole.
 */
#ifndef LINKCHECK_CONTAINER_INSIDE_H
#define LINKCHECK_CONTAINER_INSIDE_H

#include "base/input.h"
#include "linkcheck/unpack/container.h"
#include "linkcheck/unpack/kind.h"

#define READING_TEXT ((uint64_t)4 << 20) /* of a file that is kept as text */

struct reading {
	struct container *c;
	const struct archives *lib;
	const struct container_sink *sink;
	struct arena *scratch; /* reset for each entry */
	uint64_t size;         /* of the package */
	uint64_t read_before;  /* bytes of the files before this one, of a directory */
	struct archive_walk *outermost;
	unsigned depth;
	uint64_t entries, bytes, text; /* spent so far */
	uint64_t damaged_at;           /* entries + 1 when damage was last told */
	bool ended;                    /* a cap was reached, or the sink is full */
};

/* One entry of an archive, while the walk stands at it. */
struct reading_entry {
	struct container_tree *tree;
	struct archive_walk *walk;
	const struct archive_item *item;
	const char *path; /* normal and relative, in the scratch arena */
};

/* container_tree.c */
struct container_tree *reading_tree(
	struct reading *r, struct container_tree *parent, const char *path);
/* What the archive's own format says of where it is installed. */
void reading_tree_kind(struct container_tree *tree, enum kind kind);
/* Copies the texts. */
struct container_entry *reading_keep(
	struct reading *r, struct container_tree *tree, const struct container_entry *entry);
/* The first few are kept. */
void container_remark_add(struct container *c, bool damaged, const char *text);
void reading_remark(struct reading *r, bool damaged, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* What an archive's error says is a remark; true then. False when the system refuses. */
bool reading_damage(struct reading *r, const struct container_tree *tree, const char *path,
	const struct error *err);
/* Counts bytes that came out, or are about to. False when that is too much: reading ends. */
bool reading_spend(struct reading *r, uint64_t bytes);
/* "x.deb!usr/lib/y" */
char *reading_name(struct reading *r, const struct container_tree *tree, const char *path);

/* container_walk.c */
bool reading_archive(struct reading *r, struct container_tree *tree,
	const struct archive_source *source, struct error *err) MUST_USE;
/* What says how layers make an image; blobs are named by their sums. */
bool reading_is_image_text(const char *path, const unsigned char *head, size_t len);

/* container_binary.c */
/* The whole entry. False: `data` is NULL and a remark says why, or there is an error. */
bool reading_whole(struct reading *r, const struct reading_entry *e, unsigned char **ret_data,
	size_t *ret_len, struct error *err) MUST_USE;
/* Gives a binary, the slices of a fat file or the members of a static archive to the sink. Takes `data`. */
void reading_give(struct reading *r, const struct reading_entry *e, enum kind kind,
	unsigned char *data, size_t len);
void reading_give_static(struct reading *r, struct container_tree *tree, struct input *in);

#endif
