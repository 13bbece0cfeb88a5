/* SPDX-License-Identifier: MIT */
/* One place where a loader looks: is a file there, and would the loader take it? */
#include <errno.h>
#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/replica.h"
#include "linkcheck/resolve/rootfs.h"

#define SMALLEST_PAGE 0x1000u
#define GLIBC_ABI_MAX 4u /* libc-abis: LIBC_ABI_MAX */
#define MUSL_BUFFER 512  /* char buf[2*NAME_MAX+2] of load_library; longer paths are passed over */

void
deps_add_try(struct deps_query *q, const char *path, const char *origin, const char *reason)
{
	struct deps_node *n = q->node;

	if (!q->trail)
		return;
	if (n->try_count == q->try_cap) {
		size_t grown = q->try_cap ? q->try_cap * 2 : 8;

		n->tries =
			arena_grow(q->s->arena, n->tries, q->try_cap, grown, sizeof(n->tries[0]));
		q->try_cap = grown;
	}
	n->tries[n->try_count++] = (struct deps_try){ path, origin, reason };
}

/* A file can name millions of places, and each takes time and a path. */
bool
deps_spend(struct deps_query *q, const char *path, const char *origin)
{
	uint64_t text = strlen(path) + strlen(q->node->name);
	struct deps_search *s = q->s;

	if (!s->cut && (s->place_budget == 0 || s->text_budget < text))
		s->cut = "too many places to look at: the search ends here";
	if (s->cut) {
		deps_add_try(q, path, origin, s->cut);
		q->stop = true;
		return false;
	}
	s->place_budget--;
	s->text_budget -= text;
	return true;
}

static bool
is_machine(const struct deps_search *s, const struct image *img)
{
	return img->machine == s->top->machine && img->bits == s->top->bits &&
	       img->big_endian == s->top->big_endian;
}

/* elf/dl-load.c fillin_rpath takes slashes off the end of a directory; musl's path_open adds one to
 * whatever is there. */
char *
deps_join(struct deps_search *s, const char *dir, const char *name)
{
	size_t len = strlen(dir);

	if (s->dialect->libc != LIBC_MUSL)
		while (len > 0 && dir[len - 1] == '/')
			len--;
	return arena_printf(s->arena, "%.*s/%s", (int)len, dir, name);
}

static const char *
bad_segments(const struct image *img)
{
	bool loaded = false;

	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *s = &img->segments[i];

		if (s->type != PT_LOAD)
			continue;
		loaded = true;
		if ((s->align & (SMALLEST_PAGE - 1)) != 0)
			return "its segments are not aligned to pages: the loader stops here";
		if (((s->vaddr - s->offset) & (s->align - 1)) != 0)
			return "address and offset of a segment do not fit: the loader stops here";
	}
	return loaded ? NULL : "it has no loadable segment: the loader stops here";
}

/* Of e_ident, which open_verify compares before the machine. */
static const char *
glibc_ident_error(struct deps_search *s, const struct image *img)
{
	struct bytes head = img->input->head;
	bool known_osabi = img->osabi == ELFOSABI_NONE || img->osabi == ELFOSABI_GNU ||
			   (img->osabi == ELFOSABI_ARM && img->machine == EM_ARM);

	if (img->input->size < (s->top->bits == 64 ? 64u : 52u))
		return "shorter than a header: the loader stops here";
	if (img->bits != s->top->bits)
		return NULL; /* another class is passed over */
	if (img->big_endian != s->top->big_endian)
		return "the other byte order: the loader stops here";
	if (bytes_u8(&head, EI_VERSION) != 1)
		return "EI_VERSION is not 1: the loader stops here";
	if (!known_osabi)
		return "another system's EI_OSABI: the loader stops here";
	if (img->abi_version != 0 &&
		(img->osabi != ELFOSABI_GNU || img->abi_version >= GLIBC_ABI_MAX))
		return "an unknown EI_ABIVERSION: the loader stops here";
	for (uint64_t i = EI_PAD; i < EI_NIDENT; i++)
		if (bytes_u8(&head, i) != 0)
			return "padding in e_ident is not zero: the loader stops here";
	head.big_endian = img->big_endian;
	if (bytes_u32(&head, 20) != 1)
		return "e_version is not 1: the loader stops here";
	return NULL;
}

/* elf/dl-load.c, open_verify and _dl_map_object_from_fd: what ends the search with an error. */
static const char *
glibc_error(const struct image *img)
{
	if (img->type == IMAGE_EXECUTABLE || (img->dt_flags_1 & DF_1_PIE))
		return "it is a program: the loader stops here";
	if (!image_is_loadable(img))
		return "neither a library nor a program: the loader stops here";
	return !img->dynamic ? "it has no dynamic section: the loader stops here"
			     : bad_segments(img);
}

static void
loaded_range(const struct image *img, uint64_t *ret_start, uint64_t *ret_end)
{
	*ret_start = UINT64_MAX;
	*ret_end = 0;
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *seg = &img->segments[i];

		if (seg->type != PT_LOAD)
			continue;
		if (seg->vaddr < *ret_start)
			*ret_start = seg->vaddr;
		if (seg->vaddr + seg->memsz > *ret_end)
			*ret_end = seg->vaddr + seg->memsz;
	}
	*ret_start &= ~(uint64_t)(SMALLEST_PAGE - 1);
}

/* musl loads a program at a fixed address as a library too, where its place is free. */
static bool
is_place_taken(const struct deps_search *s, const struct image *img)
{
	uint64_t start, end;

	loaded_range(img, &start, &end);
	for (size_t i = 0; i < s->object_count; i++) {
		uint64_t from, to;

		if (s->objects[i]->object->ino == img->input->ino &&
			s->objects[i]->object->dev == img->input->dev)
			return false; /* it is loaded already, which is seen first */
		loaded_range(s->objects[i]->img, &from, &to);
		if (s->objects[i]->img->type == IMAGE_EXECUTABLE && from < end && start < to)
			return true;
	}
	return false;
}

/* The first release whose map_library passes over segments without memory, as GNU ld makes of an
 * empty .eh_frame; before, mmap refuses a length of 0. The file tells itself by a function that
 * came with it. */
static bool
maps_empty_segments(const struct deps_search *s)
{
	if (s->world->libc_version)
		return cstr_version_cmp(s->world->libc_version, "1.2.3") >= 0;
	return !s->interpreter || !s->store->symbols ||
	       object_names(s->interpreter->object, "qsort_r");
}

static bool
has_empty_segment(const struct image *img)
{
	uint64_t start, end, page = SMALLEST_PAGE - 1;

	loaded_range(img, &start, &end);
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *seg = &img->segments[i];

		if (seg->type == PT_LOAD && seg->memsz == 0 && (seg->vaddr & page) == 0 &&
			seg->vaddr != start)
			return true;
	}
	return false;
}

/* ldso/dynlink.c map_library looks at e_type and PT_DYNAMIC only. */
static const char *
musl_error(const struct deps_search *s, const struct image *img)
{
	if (img->type == IMAGE_EXECUTABLE && is_place_taken(s, img))
		return "its fixed address is taken: the loader stops here";
	if (!image_is_loadable(img))
		return "neither a library nor a program: the loader stops here";
	if (!img->dynamic)
		return "it has no dynamic section: the loader stops here";
	if (has_empty_segment(img) && !maps_empty_segments(s))
		return "a segment is empty, which musl 1.2.3 was the first to load: the loader "
		       "stops here";
	return NULL;
}

/* Why the loader does not take this file although it is there; NULL when it does. */
static const char *
refusal(struct deps_query *q, const struct image *img)
{
	struct deps_search *s = q->s;
	bool glibc = s->dialect->libc == LIBC_GLIBC && q->how != DEPS_LOADER;
	const char *why = NULL;

	if (glibc)
		why = glibc_ident_error(s, img);
	if (why) {
		q->stop = true;
		return why;
	}
	if (!is_machine(s, img)) {
		q->stop = !s->dialect->skips_foreign;
		return arena_printf(s->arena, "other machine (%s, %u-bit)",
			image_arch_name(s->arena, img), img->bits);
	}
	if (glibc)
		why = glibc_error(img);
	else if (s->dialect->libc == LIBC_MUSL && q->how != DEPS_LOADER)
		why = musl_error(s, img);
	q->stop = why != NULL;
	return why;
}

/* The root may lead to a shipped file through links of its own: /lib is usr/lib in most. */
static const struct shipped_file *
behind_links(struct deps_query *q, const char *path)
{
	const char *root = q->s->root, *dir = path_dir(q->s->arena, path), *real;
	bool host = rootfs_is_host(root);
	size_t n = host ? 0 : strlen(root);

	while (n > 1 && root[n - 1] == '/')
		n--;
	real = host ? rootfs_real(q->s->arena, dir) : rootfs_resolve(q->s->arena, root, dir);
	if (!real || strcmp(real + n, dir) == 0)
		return NULL;
	return shipped_at(q->s->world->shipped, path_join(q->s->arena, real + n, path_base(path)));
}

static struct object *
open_shipped(struct deps_query *q, const char *path, enum object_state *ret)
{
	const struct shipped *shipped = q->s->world->shipped;
	const struct shipped_file *file = shipped_at(shipped, path);

	if (!file && shipped && strstr(path, "/."))
		file = shipped_at(shipped, path_normal(q->s->arena, path));
	if (!file && shipped && q->s->root)
		file = behind_links(q, path);
	return file ? objects_shipped(q->s->store, file, ret) : NULL;
}

/* The path of this machine for a path of the root; walked once for each. */
static const char *
resolve_path(struct deps_query *q, const char *path, enum object_state *ret)
{
	static char absent[] = "", unreadable[] = "", too_long[] = "", failed[] = "";
	static char *const marks[] = {
		[OBJECT_OPEN] = absent,
		[OBJECT_ABSENT] = absent,
		[OBJECT_UNREADABLE] = unreadable,
		[OBJECT_TOO_LONG] = too_long,
		[OBJECT_FAILED] = failed,
		[OBJECT_BROKEN] = failed,
	};
	struct objects *store = q->s->store;
	struct arena *a = store->arena;
	char *host;

	if (!q->s->root)
		return NULL;
	if (rootfs_is_host(q->s->root))
		return path;
	host = strmap_get(&store->resolved, path);
	if (!host) {
		char *found = rootfs_resolve(q->s->arena, q->s->root, path);

		host = found ? arena_strdup(a, found) : marks[object_state_of(errno)];
		strmap_set(&store->resolved, arena_strdup(a, path), host);
	}
	for (size_t i = OBJECT_ABSENT; i < ARRAY_LEN(marks); i++)
		if (host == marks[i]) {
			*ret = (enum object_state)i;
			return NULL;
		}
	return host;
}

static bool
is_dir(const struct deps_search *s, const char *path)
{
	if (s->world->replica)
		return replica_is_dir(s->world->replica, s->arena, path);
	if (!s->root)
		return shipped_is_dir(s->world->shipped, path);
	return rootfs_is_dir(s->arena, s->root, path);
}

bool
deps_is_dir(struct deps_search *s, const char *path)
{
	static char yes[] = "yes", no[] = "no";
	struct arena *a = s->store->arena;
	char *known = strmap_get(&s->store->dirs, path);

	if (!known) {
		known = is_dir(s, path) ? yes : no;
		strmap_set(&s->store->dirs, arena_strdup(a, path), known);
	}
	return known == yes;
}

/* These loaders take ELF files only. */
static struct object *
only_elf(struct object *o, enum object_state *ret)
{
	if (!o || o->img->format == FORMAT_ELF)
		return o;
	*ret = OBJECT_BROKEN;
	return NULL;
}

static struct object *
new_replica_object(struct objects *store, const struct replica_entry *e)
{
	struct error err;
	struct image *img;
	struct object *o;

	error_clear(&err);
	img = replica_open(e, store->arena, &err);
	if (!img)
		return NULL;
	o = object_of_image(img, store->symbols);
	o->host = e->path; /* it outlives one resolution, as files of this machine do */
	return o;
}

static struct object *
open_replica(struct deps_query *q, const char *path, enum object_state *ret)
{
	const struct replica_entry *e = replica_find(q->s->world->replica, q->s->arena, path);
	struct objects *store = q->s->store;
	struct object *o;

	*ret = e ? OBJECT_BROKEN : object_state_of(errno);
	if (!e || e->kind != REPLICA_FILE)
		return NULL;
	o = strmap_get(&store->replicas, e->path);
	if (!o) {
		o = new_replica_object(store, e);
		strmap_set(&store->replicas, e->path, o);
	}
	if (o)
		*ret = OBJECT_OPEN;
	return o;
}

static struct object *
open_at(struct deps_query *q, const char *path, bool outside, enum object_state *ret)
{
	struct object *o;
	const char *host;

	*ret = OBJECT_ABSENT;
	o = open_shipped(q, path, ret);
	if (o || *ret != OBJECT_ABSENT)
		return only_elf(o, ret);
	if (q->s->world->replica && !outside)
		return open_replica(q, path, ret);
	host = outside ? path : resolve_path(q, path, ret);
	return host ? only_elf(objects_open(q->s->store, host, ret), ret) : NULL;
}

struct object *
deps_peek(struct deps_search *s, const char *path)
{
	struct deps_query q = { .s = s };
	enum object_state state;

	return open_at(&q, path, false, &state);
}

/* A libc in a musl process is musl's own, whatever file was found: dynlink.c load_library. */
static bool
is_second_libc(const struct deps_query *q, struct object *o)
{
	struct object_query start = { .name = "__libc_start_main", .definition = true };
	struct object_query in = { .name = "stdin", .definition = true };

	if (q->s->dialect->libc != LIBC_MUSL || !q->s->store->symbols || q->how == DEPS_LOADER)
		return false;
	start.hash = object_hash(start.name);
	in.hash = object_hash(in.name);
	return object_find_musl(o, &start) && object_find_musl(o, &in);
}

/* ldso/dynlink.c path_open and elf/dl-load.c open_path: how far an error of open goes. */
static void
give_up(struct deps_query *q, enum object_state state)
{
	bool musl = q->s->dialect->libc == LIBC_MUSL;

	q->stop = state == OBJECT_BROKEN || (musl && state == OBJECT_FAILED);
	q->leave = !musl && (state == OBJECT_FAILED || state == OBJECT_TOO_LONG);
}

void
deps_try(
	struct deps_query *q, const char *path, bool outside, const char *origin, enum deps_how how)
{
	static const char *const reasons[] = {
		[OBJECT_OPEN] = NULL,
		[OBJECT_ABSENT] = "not there",
		[OBJECT_UNREADABLE] = "cannot be read",
		[OBJECT_TOO_LONG] = "the path is too long",
		[OBJECT_FAILED] = "cannot be opened",
		[OBJECT_BROKEN] = "not an ELF file: the loader stops here",
	};
	enum object_state state;
	struct object *o;
	const char *reason;

	if (strlen(path) >= (q->s->dialect->libc == LIBC_MUSL ? MUSL_BUFFER : CAP_PATH) &&
		how != DEPS_PATH) {
		deps_add_try(q, path, origin, "the path is too long");
		return;
	}
	o = open_at(q, path, outside, &state);
	if (!o) {
		deps_add_try(q, path, origin, reasons[state]);
		give_up(q, state);
		return;
	}
	q->how = how;
	reason = refusal(q, o->img);
	deps_add_try(q, path, origin, reason);
	if (reason)
		return;
	q->object = o;
	q->path = path;
	q->outside = outside;
	q->is_libc = is_second_libc(q, o);
}
