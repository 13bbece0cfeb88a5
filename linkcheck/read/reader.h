/* SPDX-License-Identifier: MIT */
/*
 * What a format's reader gives to image.c, which dispatches to it: one row each, in image.c. Whatever an image
 * function's comment promises in image.h, the reader's function of that name keeps.
 */
#ifndef LINKCHECK_READER_H
#define LINKCHECK_READER_H

#include "linkcheck/read/image.h"

struct image_reader {
	enum target_format format;
	const char *name; /* "ELF" */
	/* Does the file begin like one? Looks at input.head only. */
	bool (*is)(const struct input *in);
	/* The image is set up (path, input, arena, lists); fills in everything else. */
	bool (*open)(struct image *img, struct error *err);
	bool (*imports)(struct image *img, const struct image_import **ret, size_t *ret_count,
		struct error *err);
	bool (*exports)(struct image *img, const struct image_export **ret, size_t *ret_count,
		struct error *err);
	bool (*export_find)(
		struct image *img, const char *name, size_t i, struct image_export *ret);
	/* Where in the file a section lies. */
	bool (*section)(struct image *img, const char *name, uint64_t *ret_off, uint64_t *ret_len);
	/* Where in the file an address lies, and how many bytes are mapped from there on. */
	bool (*locate)(struct image *img, uint64_t vaddr, uint64_t *ret_off, uint64_t *ret_room);
	/* The part of the file in which Go's linker puts its build information; false when a Go
	 * program cannot be told by it. */
	bool (*go_range)(struct image *img, uint64_t *ret_off, uint64_t *ret_len);
	/* ELF only, else NULL. */
	bool (*version_users)(struct image *img, const bool *wanted, size_t limit,
		image_user *visit, void *ctx, struct error *err);
	bool (*static_libc)(struct image *img, struct image_static_libc *ret, struct error *err);
	bool (*object_parts)(struct image *img, struct image_object *ret);
	bool (*guards)(struct image *img, unsigned *ret_seen, unsigned *ret_guarded);
	void (*build_paths)(struct image *img, struct image_paths *ret);
	/* Reads every table that the functions above look into but `section`, `static_libc` and
	 * `version_users`; NULL: reading imports and exports is that. */
	bool (*settle)(struct image *img, struct error *err);
	/* The reader's state for a copy of a settled image; NULL: nothing in it is written any more. */
	void *(*share)(struct image *copy);
};

extern const struct image_reader elf_reader, macho_reader, pe_reader;

/* For readers. Records what is malformed; only the first few are kept, and each once. */
void image_defect(struct image *img, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same for what this reader does not understand. */
void image_unsimulated(struct image *img, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* [off, off+len) in the file's byte order; false and a defect "WHAT ..." when it cannot be had. */
bool image_window(
	struct image *img, uint64_t off, uint64_t len, const char *what, struct bytes *ret);

/* go.c */
bool go_build_info(struct image *img, struct image_go *ret, struct error *err) MUST_USE;

#endif
