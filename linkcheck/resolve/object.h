/* SPDX-License-Identifier: MIT */
/*
 * A file as a loader has it in memory: its image, what it refers to, and its symbol table ready for
 * being asked. Objects are opened once for many resolutions: `struct objects` keeps what was opened,
 * by path and by (device, inode). Binding asks objects millions of questions, so each reference's
 * name is hashed once, when it is read, and hash tables are probed where they were read.
 *
 * The store belongs to one thread and to one world (resolve.h). It owns the files and all memory of
 * its objects; when that has grown above a limit, objects_trim forgets all of it at once, so nobody
 * may hold an object across that call.
 */
#ifndef LINKCHECK_OBJECT_H
#define LINKCHECK_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/input.h"
#include "base/strmap.h"
#include "linkcheck/read/image.h"
#include "linkcheck/resolve/shipped.h"

/* One undefined symbol, one that a COPY relocation fills, or one that is defined with the value 0,
 * which no look-up finds. */
struct object_ref {
	uint32_t name; /* offset in the string table */
	uint32_t hash; /* of DT_GNU_HASH */
	uint32_t symbol;
	uint16_t version; /* of DT_VERSYM, without the hidden bit */
	bool weak;
	bool tls;
	bool local; /* hidden visibility: glibc does not look it up */
	bool defined;
};

struct object {
	struct image *img;
	struct input *input;
	const char *host; /* path of this machine; NULL for a file that the caller opened */
	dev_t dev;
	ino_t ino;

	struct object_ref *refs;
	size_t ref_count;
	uint8_t *relocs;     /* ELF_REF_* of each symbol; NULL until object_relocs */
	bool relocs_unknown; /* the file could not be read again */

	/* DT_GNU_HASH's header; gnu_buckets 0: it has none. */
	uint32_t gnu_buckets, gnu_first, gnu_bloom, gnu_shift;
	uint64_t gnu_chain; /* offset of the chains in the table */
	/* By the index of DT_VERSYM, as glibc's l_versions: needs, and definitions (whose `file` is
	 * NULL) without the base. */
	const struct image_version_need **versions;
	size_t version_limit;
	bool ifunc_known, has_ifunc; /* bind_ifunc.c: it has a symbol of type GNU_IFUNC */
	bool versioned; /* glibc sees versions (l_versyms): DT_VERSYM beside needs or definitions */

	/* What bind.c remembers of earlier resolutions. */
	struct object **deps; /* its needed libraries */
	bool deps_known;
	struct object_bound *bound;
	size_t loaded_as_known; /* serial of the resolution that loaded it with these deps */
	size_t visited;         /* serial of a walk */
};

enum object_state {
	OBJECT_OPEN,
	OBJECT_ABSENT,
	OBJECT_UNREADABLE,
	OBJECT_TOO_LONG, /* ENAMETOOLONG */
	OBJECT_FAILED,   /* open failed otherwise: a loop of links, an I/O error */
	OBJECT_BROKEN,   /* it is there, and no binary */
	OBJECT_FOREIGN,  /* a fat file without the architecture */
};

struct objects {
	struct arena *arena;
	struct arena own;          /* unless the caller's is used */
	struct strmap paths;       /* of this machine */
	struct strmap resolved;    /* paths of the root to paths of this machine */
	struct strmap dirs;        /* of the root: is it there? */
	struct strmap shipped;     /* objects of resolve_world.shipped */
	const struct shipped *set; /* the set that those are of */
	struct strmap replicas;    /* objects of resolve_world.replica */
	struct strmap real_dirs;   /* of this machine: with all links resolved */
	struct strmap views;       /* deps_dirs.c: what a loader for one kind of file has */
	struct object **list;
	size_t count, cap;
	struct objects *next; /* for who judges in several worlds: the next one's; or NULL */
	size_t serial;        /* of the last resolution */
	size_t visits;        /* walks so far */
	bool symbols;         /* read symbol tables too, for binding */
	bool trail;           /* keep every place looked at, not only of what is missing */
};

/* `a` NULL: memory of its own, which objects_clear gives back; else that arena's. */
void objects_init(struct objects *store, struct arena *a, bool symbols);
void objects_clear(struct objects *store);
/* Forgets everything when more than `limit` bytes of its own are held. */
void objects_trim(struct objects *store, size_t limit);
/* The object at a path of this machine, opened now or before; NULL with the state why not. */
struct object *objects_open(struct objects *store, const char *host, enum object_state *ret);

/* Makes ready for files that ship with this set (or NULL): objects of another are forgotten. */
void objects_use(struct objects *store, const struct shipped *set);
/* The object of a shipped file, opened now or before: the store's own copy. */
struct object *objects_shipped(
	struct objects *store, const struct shipped_file *file, enum object_state *ret);

/* The same, and of a fat file the slice for `arch` (Go's name). */
struct object *objects_open_arch(
	struct objects *store, const char *host, const char *arch, enum object_state *ret);

/* What an error of open(2) means; 0: something that is no file was opened. */
enum object_state object_state_of(int saved_errno);
/* The object of this very file, if it was opened before; else NULL. */
struct object *objects_find(const struct objects *store, const struct input *in);

/* An object around an image that the caller opened; its tables live in the image's arena. */
struct object *object_of_image(struct image *img, bool symbols);
/* Reads what relocations say of its symbols; false when they cannot be had. */
bool object_relocs(struct object *o) MUST_USE;
/* The same file for a loader that never read its versions; its relocations are read before. */
struct object *object_without_versions(struct object *o);
/* When the references to a symbol are bound: an ELF_REF_* set; DATA when it is not known. */
uint8_t object_ref_relocs(const struct object *o, const struct object_ref *ref);
const char *object_ref_name(const struct object *o, const struct object_ref *ref);

/* A name that is looked for. */
struct object_query {
	const char *name;
	uint32_t hash;                            /* of DT_GNU_HASH */
	const struct image_version_need *version; /* NULL: unversioned */
	bool definition; /* an undefined entry with a value (a PLT stub) does not match */
};

uint32_t object_hash(const char *name);
/* Would a loader that looks `q` up in `o` take a symbol of it? By glibc's check_match
 * (elf/dl-lookup.c), or by musl's find_sym (ldso/dynlink.c). */
typedef bool object_find(struct object *o, const struct object_query *q);
bool object_find_glibc(struct object *o, const struct object_query *q);
bool object_find_musl(struct object *o, const struct object_query *q);
/* Does check_match take a symbol of it, even one that hides from others? */
bool object_match_glibc(struct object *o, const struct object_query *q);
/* The STT_* of what object_find_glibc finds; 0 when it finds none. */
uint8_t object_type_glibc(struct object *o, const struct object_query *q);
/* Has its hash table any entry of this name? */
bool object_names(struct object *o, const char *name);

#endif
