/* SPDX-License-Identifier: MIT */
/* One place where a loader looks: is a file there, and would the loader take it? */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/deps_search.h"
#include "linkcheck/elf_const.h"
#include "linkcheck/rootfs.h"

#define SMALLEST_PAGE 0x1000u
#define MUSL_BUFFER 512 /* char buf[2*NAME_MAX+2] of load_library; longer paths are passed over */

void
deps_add_try(struct deps_query *q, const char *path, const char *origin, const char *reason)
{
	struct deps_node *n = q->node;

	if (!q->trail || q->s->try_budget == 0)
		return;
	q->s->try_budget--;
	if (n->try_count == q->try_cap) {
		size_t grown = q->try_cap ? q->try_cap * 2 : 8;

		n->tries =
			arena_grow(q->s->arena, n->tries, q->try_cap, grown, sizeof(n->tries[0]));
		q->try_cap = grown;
	}
	n->tries[n->try_count++] = (struct deps_try){ path, origin, reason };
}

static bool
is_machine(const struct deps_search *s, const struct image *img)
{
	return img->machine == s->top->machine && img->bits == s->top->bits &&
	       img->big_endian == s->top->big_endian;
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

/* elf/dl-load.c, open_verify and _dl_map_object_from_fd: what ends the search with an error. */
static const char *
glibc_error(const struct image *img)
{
	struct bytes head = img->input->head;
	bool known_osabi = img->osabi == ELFOSABI_NONE || img->osabi == ELFOSABI_GNU ||
			   (img->osabi == ELFOSABI_ARM && img->machine == EM_ARM);

	if (!known_osabi)
		return "another system's EI_OSABI: the loader stops here";
	for (uint64_t i = EI_PAD; i < EI_NIDENT; i++)
		if (bytes_u8(&head, i) != 0)
			return "padding in e_ident is not zero: the loader stops here";
	if (img->type == IMAGE_EXECUTABLE || (img->dt_flags_1 & DF_1_PIE))
		return "it is a program: the loader stops here";
	if (!image_is_loadable(img))
		return "neither a library nor a program: the loader stops here";
	return !img->dynamic ? "it has no dynamic section: the loader stops here"
			     : bad_segments(img);
}

/* ldso/dynlink.c map_library looks at e_type and PT_DYNAMIC only. */
static const char *
musl_error(const struct image *img)
{
	if (!image_is_loadable(img))
		return "neither a library nor a program: the loader stops here";
	return img->dynamic ? NULL : "it has no dynamic section: the loader stops here";
}

/* Why the loader does not take this file although it is there; NULL when it does. */
static const char *
refusal(struct deps_query *q, const struct image *img)
{
	struct deps_search *s = q->s;

	if (img->bits != s->top->bits || img->machine != s->top->machine || !is_machine(s, img)) {
		/* The same class and another byte order is an error, not another machine. */
		q->stop = !s->dialect->skips_foreign ||
			  (img->bits == s->top->bits && img->big_endian != s->top->big_endian);
		return arena_printf(s->arena, "other machine (%s, %u-bit)",
			image_arch_name(s->arena, img), img->bits);
	}
	if (q->how == DEPS_LOADER)
		return NULL;
	if (s->dialect->libc == LIBC_MUSL || s->dialect->libc == LIBC_GLIBC) {
		const char *why = s->dialect->libc == LIBC_MUSL ? musl_error(img) : glibc_error(img);

		q->stop = why != NULL;
		return why;
	}
	return NULL;
}

static struct object *
open_shipped(struct deps_query *q, const char *path)
{
	const struct resolve_world *w = q->s->world;

	for (size_t i = 0; i < w->file_count; i++) {
		struct object *o;

		if (strcmp(w->files[i].path, path) != 0)
			continue;
		o = strmap_get(&q->s->store->shipped, path);
		if (!o) {
			o = object_of_image(w->files[i].image, q->s->store->symbols);
			strmap_set(&q->s->store->shipped, w->files[i].path, o);
		}
		return o;
	}
	return NULL;
}

/* The path of this machine for a path of the root; walked once for each. */
static const char *
resolve_path(struct deps_query *q, const char *path)
{
	static char absent[] = "";
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

		host = found ? arena_strdup(a, found) : absent;
		strmap_set(&store->resolved, arena_strdup(a, path), host);
	}
	return host != absent ? host : NULL;
}

bool
deps_is_dir(struct deps_search *s, const char *path)
{
	static char yes[] = "yes", no[] = "no";
	struct arena *a = s->store->arena;
	char *known = strmap_get(&s->store->dirs, path);

	if (!known) {
		known = rootfs_is_dir(s->arena, s->root, path) ? yes : no;
		strmap_set(&s->store->dirs, arena_strdup(a, path), known);
	}
	return known == yes;
}

static struct object *
open_at(struct deps_query *q, const char *path, bool outside, enum object_state *ret)
{
	struct object *o = q->s->world->file_count > 0 ? open_shipped(q, path) : NULL;
	const char *host;

	*ret = OBJECT_OPEN;
	if (o)
		return o;
	host = outside ? path : resolve_path(q, path);
	if (host)
		return objects_open(q->s->store, host, ret);
	*ret = OBJECT_ABSENT;
	return NULL;
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

void
deps_try(struct deps_query *q, const char *path, bool outside, const char *origin,
	enum deps_how how)
{
	static const char *const reasons[] = {
		[OBJECT_OPEN] = NULL,
		[OBJECT_ABSENT] = "not there",
		[OBJECT_UNREADABLE] = "cannot be read",
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
		q->stop = state == OBJECT_BROKEN;
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
