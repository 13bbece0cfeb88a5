/* SPDX-License-Identifier: MIT */
/* Files that are opened once for many resolutions. */
#include "linkcheck/resolve/object.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"
#include "linkcheck/read/elf.h"
#include "linkcheck/read/fat.h"

struct opened {
	struct object *object;
	enum object_state state;
};

void
objects_init(struct objects *store, struct arena *a, bool symbols)
{
	*store = (struct objects){ .symbols = symbols };
	arena_init(&store->own);
	store->arena = a ? a : &store->own;
	strmap_init(&store->paths, store->arena);
	strmap_init(&store->resolved, store->arena);
	strmap_init(&store->dirs, store->arena);
	strmap_init(&store->shipped, store->arena);
	strmap_init(&store->replicas, store->arena);
	strmap_init(&store->real_dirs, store->arena);
	strmap_init(&store->views, store->arena);
}

void
objects_clear(struct objects *store)
{
	for (size_t i = 0; i < store->count; i++)
		input_close(store->list[i]->input);
	arena_clear(&store->own);
}

void
objects_trim(struct objects *store, size_t limit)
{
	const struct shipped *set;
	struct objects *next = store->next;

	if (store->own.total <= limit)
		return;
	objects_clear(store);
	set = store->set;
	objects_init(store, NULL, store->symbols);
	store->set = set;
	store->next = next;
}

void
objects_use(struct objects *store, const struct shipped *set)
{
	struct objects *next = store->next;

	if (store->set != set) {
		objects_clear(store);
		objects_init(store, NULL, store->symbols);
	}
	store->next = next;
	store->set = set;
}

uint32_t
object_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

/* The hash of the name at `off`; false when it does not end within the table and the cap. */
static bool
hash_name(const struct elf *e, uint32_t off, uint32_t *ret)
{
	uint64_t end = e->dynstr.len;
	uint32_t h = 5381;

	if (end > (uint64_t)off + CAP_NAME)
		end = (uint64_t)off + CAP_NAME;
	for (uint64_t i = off; i < end; i++) {
		if (e->dynstr.ptr[i] == '\0') {
			*ret = h;
			return true;
		}
		h = h * 33 + e->dynstr.ptr[i];
	}
	return false;
}

static bool
is_reference(const struct elf_symbol *s)
{
	return s->bind != STB_LOCAL && s->type != STT_SECTION && s->type != STT_FILE;
}

/* Most entries are defined and have a value: only these two fields are read of them. */
static bool
may_refer(struct object *o, struct elf *e, uint64_t index)
{
	bool wide = e->word == 8;
	uint64_t at = wide ? index * 24 : index * 16;
	uint16_t section = bytes_u16(&e->dynsym, at + (wide ? 6 : 14));

	return section == SHN_UNDEF ||
	       (bytes_word(&e->dynsym, at + (wide ? 8 : 4), e->word) == 0 && section != SHN_ABS) ||
	       (o->relocs && (o->relocs[index] & ELF_REF_COPY));
}

static void
add_ref(struct object *o, struct elf *e, uint64_t index)
{
	struct elf_symbol s = elf_symbol_at(e, &e->dynsym, index);
	struct object_ref *r = &o->refs[o->ref_count];

	if (!is_reference(&s) || !hash_name(e, s.name, &r->hash))
		return;
	if (s.section != SHN_UNDEF && s.type == STT_TLS)
		return; /* an offset, which may well be 0 */
	r->name = s.name;
	r->symbol = (uint32_t)index;
	r->version = elf_symbol_version(e, index) & (VERSYM_HIDDEN - 1);
	r->weak = s.bind == STB_WEAK;
	r->tls = s.type == STT_TLS;
	r->local = s.visibility == STV_HIDDEN || s.visibility == STV_INTERNAL;
	r->defined = s.section != SHN_UNDEF;
	o->ref_count++;
}

static void
read_refs(struct object *o)
{
	struct elf *e = o->img->reader;
	size_t n = 0;

	for (uint64_t i = 1; i < e->symbol_count; i++)
		n += may_refer(o, e, i);
	o->refs = ARENA_ARRAY(e->arena, n, struct object_ref);
	for (uint64_t i = 1; i < e->symbol_count && n > 0; i++)
		if (may_refer(o, e, i)) {
			add_ref(o, e, i);
			n--;
		}
}

static void
read_hash_header(struct object *o)
{
	struct elf *e = o->img->reader;
	struct bytes *t = &e->gnu_hash;

	if (!elf_hash_ready(e) || t->len == 0)
		return;
	o->gnu_buckets = bytes_u32(t, 0);
	o->gnu_first = bytes_u32(t, 4);
	o->gnu_bloom = bytes_u32(t, 8);
	o->gnu_shift = bytes_u32(t, 12) & 31;
	o->gnu_chain = 16 + (uint64_t)o->gnu_bloom * e->word + (uint64_t)o->gnu_buckets * 4;
	if (t->bad || o->gnu_bloom == 0 || o->gnu_chain > t->len)
		o->gnu_buckets = 0;
}

static void
read_versions(struct object *o)
{
	const struct elf *e = o->img->reader;
	struct image_version_need *defs;

	o->versioned =
		e->versym.len > 0 && o->img->version_need_count + o->img->version_def_count > 0;
	if (!o->versioned)
		return;
	o->version_limit = e->version_limit;
	o->versions = ARENA_ARRAY(e->arena, o->version_limit, const struct image_version_need *);
	defs = ARENA_ARRAY(e->arena, o->version_limit, struct image_version_need);
	for (size_t i = 0; i < o->version_limit; i++) {
		const struct image_version_def *def = e->defs_by_index[i];

		o->versions[i] = e->needs_by_index[i];
		if (!def || def->base)
			continue;
		defs[i] = (struct image_version_need){
			.version = def->version, .hash = def->hash, .index = def->index
		};
		o->versions[i] = &defs[i];
	}
}

/* Only programs have COPY relocations, and each fills a symbol that they define; most define none. */
static bool
may_be_copied(struct elf *e)
{
	for (uint64_t i = 1; i < e->symbol_count; i++)
		if (bytes_u16(&e->dynsym, e->word == 8 ? i * 24 + 6 : i * 16 + 14) != SHN_UNDEF)
			return true;
	return false;
}

static void
read_symbols(struct object *o)
{
	struct elf *e = o->img->reader;

	if (o->img->format != FORMAT_ELF || !elf_symbols_ready(e))
		return;
	read_hash_header(o);
	read_versions(o);
	/* Of others the relocations are read when something is amiss. */
	if (image_is_program(o->img) && may_be_copied(e) && !object_relocs(o))
		o->relocs_unknown = true;
	read_refs(o);
}

struct object *
object_of_image(struct image *img, bool symbols)
{
	struct object *o = ARENA_NEW(img->arena, struct object);

	o->img = img;
	o->input = img->input;
	o->dev = img->input->dev;
	o->ino = img->input->ino;
	if (symbols)
		read_symbols(o);
	return o;
}

struct object *
objects_find(const struct objects *store, const struct input *in)
{
	for (size_t i = 0; i < store->count && in->ino != 0; i++)
		if (store->list[i]->ino == in->ino && store->list[i]->dev == in->dev &&
			store->list[i]->input->size == in->size)
			return store->list[i];
	return NULL;
}

static void
keep(struct objects *store, struct object *o)
{
	if (store->count == store->cap) {
		size_t grown = store->cap ? store->cap * 2 : 64;

		store->list = arena_grow(
			store->arena, store->list, store->cap, grown, sizeof(struct object *));
		store->cap = grown;
	}
	store->list[store->count++] = o;
}

enum object_state
object_state_of(int saved_errno)
{
	switch (saved_errno) {
	case ENOENT:
	case ENOTDIR:
		return OBJECT_ABSENT;
	case EACCES:
		return OBJECT_UNREADABLE;
	case ENAMETOOLONG:
		return OBJECT_TOO_LONG;
	case 0: /* a directory, a device */
		return OBJECT_BROKEN;
	default:
		return OBJECT_FAILED;
	}
}

/* Replaces *in by its slice for `arch`, which goes on using the descriptor. */
static enum object_state
cut_slice(struct objects *store, struct input **in, const char *arch)
{
	struct input *slice = ARENA_NEW(store->arena, struct input);
	struct fat_slice *slices;
	struct error err;
	size_t n;

	if (!fat_read(store->arena, *in, &slices, &n, &err))
		return OBJECT_BROKEN;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(slices[i].arch, arch) != 0)
			continue;
		if (!input_slice(slice, *in, (*in)->name, slices[i].offset, slices[i].size, &err))
			return OBJECT_BROKEN;
		slice->borrowed = false;
		*in = slice;
		return OBJECT_OPEN;
	}
	return OBJECT_FOREIGN;
}

/* What will be asked of it is read now: descriptors are few. */
static bool
read_object(struct objects *store, struct object *o)
{
	struct error err;

	if (o->img->format == FORMAT_MACHO)
		return !store->symbols || image_settle(o->img, &err);
	if (store->symbols)
		read_symbols(o);
	return true;
}

static enum object_state
open_image(struct objects *store, struct input *in, const char *host, struct object **ret)
{
	struct image *img = ARENA_NEW(store->arena, struct image);
	struct object *o = ARENA_NEW(store->arena, struct object);
	struct error err;

	error_clear(&err);
	if (!image_open(img, store->arena, in, &err))
		return OBJECT_BROKEN;
	o->img = img;
	o->input = in;
	o->host = host;
	o->dev = in->dev;
	o->ino = in->ino;
	if (!read_object(store, o))
		return OBJECT_FAILED;
	keep(store, o);
	*ret = o;
	return OBJECT_OPEN;
}

static enum object_state
open_file(struct objects *store, const char *host, const char *arch, struct object **ret)
{
	struct input *in = ARENA_NEW(store->arena, struct input);
	enum object_state state = OBJECT_OPEN;
	struct error err;
	int fd;

	error_clear(&err);
	if (!input_open(in, store->arena, host, &err))
		return object_state_of(err.saved_errno);
	fd = in->fd;
	if (arch && fat_is(in))
		state = cut_slice(store, &in, arch);
	if (state == OBJECT_OPEN)
		*ret = objects_find(store, in);
	if (state == OBJECT_OPEN && !*ret)
		state = open_image(store, in, host, ret);
	close(fd);
	in->fd = -1;
	return state;
}

static struct object *
open_known(struct objects *store, const char *key, const char *host, const char *arch,
	enum object_state *ret)
{
	struct opened *known = strmap_get(&store->paths, key);

	if (!known) {
		known = ARENA_NEW(store->arena, struct opened);
		host = arena_strdup(store->arena, host);
		known->state = open_file(store, host, arch, &known->object);
		strmap_set(&store->paths, arena_strdup(store->arena, key), known);
	}
	*ret = known->state;
	return known->object;
}

struct object *
objects_open(struct objects *store, const char *host, enum object_state *ret)
{
	return open_known(store, host, host, NULL, ret);
}

struct object *
objects_open_arch(struct objects *store, const char *host, const char *arch, enum object_state *ret)
{
	const char *key = arena_printf(store->arena, "%s (%s)", host, arch);

	return open_known(store, key, host, arch, ret);
}

struct object *
objects_shipped(struct objects *store, const struct shipped_file *file, enum object_state *ret)
{
	struct object *o;

	if (file->of)
		file = file->of;
	if (file->host)
		return objects_open(store, file->host, ret);
	*ret = OBJECT_OPEN;
	o = strmap_get(&store->shipped, file->path);
	if (!o) {
		o = object_of_image(image_share(store->arena, file->image), store->symbols);
		strmap_set(&store->shipped, file->path, o);
	}
	return o;
}

/* Opens the file again for one more look; it must still be the same. */
static bool
reopen(struct object *o)
{
	struct error err;
	struct stat st;
	int fd;

	if (o->input->fd >= 0 || o->input->data)
		return true;
	error_clear(&err);
	fd = o->host ? file_open_regular(o->host, &st, &err) : -1;
	if (fd < 0)
		return false;
	if (st.st_dev != o->dev || st.st_ino != o->ino || (uint64_t)st.st_size != o->input->size) {
		close(fd);
		return false;
	}
	o->input->fd = fd;
	return true;
}

bool
object_relocs(struct object *o)
{
	struct elf *e = o->img->reader;
	bool was_open = o->input->fd >= 0;

	if (o->relocs)
		return true;
	if (o->img->format != FORMAT_ELF || o->relocs_unknown || (!e->relocs && !reopen(o)))
		return false;
	o->relocs = elf_read_relocs(e);
	if (!was_open && o->input->fd >= 0) {
		close(o->input->fd);
		o->input->fd = -1;
	}
	return true;
}

struct object *
object_without_versions(struct object *o)
{
	struct object *ret = ARENA_NEW(o->img->arena, struct object);

	if (!object_relocs(o))
		o->relocs_unknown = true;
	*ret = *o;
	ret->host = NULL; /* what is remembered of the file does not hold */
	ret->deps = NULL;
	ret->deps_known = false;
	ret->bound = NULL;
	ret->versioned = false;
	ret->version_limit = 0;
	return ret;
}

uint8_t
object_ref_relocs(const struct object *o, const struct object_ref *ref)
{
	return o->relocs ? o->relocs[ref->symbol] : ELF_REF_DATA;
}

const char *
object_ref_name(const struct object *o, const struct object_ref *ref)
{
	const struct elf *e = o->img->reader;

	return (const char *)e->dynstr.ptr + ref->name;
}
