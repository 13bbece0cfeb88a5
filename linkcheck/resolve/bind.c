/* SPDX-License-Identifier: MIT */
/* Symbol binding over a loaded closure. */
#include "linkcheck/resolve/bind.h"

#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/read/elf.h"

/* What the closure of an object's own needs leaves open. */
struct object_bound {
	struct object **providers;
	size_t provider_count;
	const struct object_ref **missing;
	size_t missing_count;
};

void
bind_problem(struct bind *b, struct resolve_problem problem)
{
	struct resolution *r = b->ret;

	if (r->problem_count >= CAP_PROBLEMS) {
		r->left_out++;
		/* One that keeps it from starting is never left out for those that do not. */
		if (problem.when == RESOLVE_AT_START)
			r->problems[CAP_PROBLEMS - 1] = problem;
		return;
	}
	if (r->problem_count == b->problem_cap) {
		size_t grown = b->problem_cap ? b->problem_cap * 2 : 8;

		r->problems = arena_grow(b->search->arena, r->problems, b->problem_cap, grown,
			sizeof(r->problems[0]));
		b->problem_cap = grown;
	}
	r->problems[r->problem_count++] = problem;
}

bool
bind_is_lfs64(const char *name, char plain[16])
{
	/* ldso/dynlink.c get_lfs64 */
	static const char *const names[] = { "aio_cancel", "aio_error", "aio_fsync", "aio_read",
		"aio_return", "aio_suspend", "aio_write", "alphasort", "creat", "fallocate",
		"fgetpos", "fopen", "freopen", "fseeko", "fsetpos", "fstat", "fstatat", "fstatfs",
		"fstatvfs", "ftello", "ftruncate", "ftw", "getdents", "getrlimit", "glob",
		"globfree", "lio_listio", "lockf", "lseek", "lstat", "mkostemp", "mkostemps",
		"mkstemp", "mkstemps", "mmap", "nftw", "open", "openat", "posix_fadvise",
		"posix_fallocate", "pread", "preadv", "prlimit", "pwrite", "pwritev", "readdir",
		"scandir", "sendfile", "setrlimit", "stat", "statfs", "statvfs", "tmpfile",
		"truncate", "versionsort", "__fxstat", "__fxstatat", "__lxstat", "__xstat" };
	size_t len = strlen(name);

	if (strcmp(name, "readdir64_r") == 0) {
		memcpy(plain, "readdir_r", sizeof("readdir_r"));
		return true;
	}
	if (len < 3 || len >= 16 + 1 || strcmp(name + len - 2, "64") != 0)
		return false;
	memcpy(plain, name, len - 2);
	plain[len - 2] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i], plain) == 0)
			return true;
	return false;
}

/* RESOLVE_MAP (elf/dl-reloc.c): the version of the reference's own DT_VERSYM entry, if any. */
static const struct image_version_need *
version_of(const struct object *o, const struct object_ref *ref)
{
	return ref->version < o->version_limit ? o->versions[ref->version] : NULL;
}

/* Does the name in a version's record mean this object? (_dl_name_match_p) */
static bool
is_named(struct bind *b, const struct image_version_need *version, const struct deps_object *o)
{
	if (!version || !version->file)
		return false;
	if (o->unseen)
		return strvec_has(&o->names, version->file);
	return strmap_get(&b->search->exact, version->file) == o;
}

/* check_match asserts that the file a version names has versions, once it has found the name there,
 * even one that is hidden: the process aborts. */
static bool
is_assertion(struct bind *b, const struct object_query *q, const struct deps_object *o)
{
	return b->asserts && q->version && !o->object->versioned && is_named(b, q->version, o) &&
	       object_match_glibc(o->object, q);
}

/* The index of the first object in scope that has it, or object_count. */
static size_t
look_up(struct bind *b, const struct deps_object *from, const struct object_query *q, bool copy)
{
	struct deps_search *s = b->search;
	bool program = image_is_program(s->top);

	b->asserted = false;
	if (s->dialect->libc == LIBC_GLIBC && (from->img->dt_flags & DF_SYMBOLIC) && !copy &&
		b->find(from->object, q))
		for (size_t i = 0; i < s->object_count; i++)
			if (s->objects[i] == from)
				return i;
	/* A COPY relocation looks behind the program: ELF_RTYPE_CLASS_COPY; musl's ctx. */
	for (size_t i = 0; i < s->object_count; i++) {
		if (copy && program && s->objects[i] == s->file)
			continue;
		b->asserted = is_assertion(b, q, s->objects[i]);
		if (b->asserted)
			break;
		if (b->find(s->objects[i]->object, q))
			return i;
		if (b->strict_files && is_named(b, q->version, s->objects[i]))
			break;
	}
	return s->object_count;
}

static size_t
look_up_lfs64(struct bind *b, const struct object_query *q)
{
	struct deps_search *s = b->search;
	char plain[16];
	struct object_query again = { .name = plain, .definition = true };

	if (!b->lfs64 || !s->interpreter || !bind_is_lfs64(q->name, plain))
		return s->object_count;
	again.hash = object_hash(plain);
	if (!object_find_musl(s->interpreter->object, &again))
		return s->object_count;
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i] == s->interpreter)
			return i;
	return 0; /* get_lfs64 asks the loader even when nobody needs it */
}

bool
bind_is_now(const struct bind *b, const struct image *img)
{
	return b->search->world->bind_now || b->search->dialect->libc == LIBC_MUSL ||
	       (img->dt_flags & DF_BIND_NOW) || (img->dt_flags_1 & DF_1_NOW);
}

static const char *
why_missing(struct bind *b, const char *library)
{
	const struct deps_object *named = library ? strmap_get(&b->search->exact, library) : NULL;

	if (b->asserts && named && !named->object->versioned)
		return arena_printf(b->search->arena,
			"asked of %s, which has no versions: glibc's loader aborts", named->name);
	return "defined nowhere";
}

static void
add_missing(
	struct bind *b, struct deps_object *o, const struct object_ref *ref, enum resolve_when when)
{
	struct arena *a = b->search->arena;
	const struct image_version_need *version = version_of(o->object, ref);
	const char *name = object_ref_name(o->object, ref);
	bool musl = b->search->dialect->libc == LIBC_MUSL;
	struct resolve_problem p = {
		.kind = RESOLVE_SYMBOL,
		.when = when,
		.symbol = name,
		.version = version && !musl ? version->version : NULL,
		.library = version && !musl ? version->file : NULL,
		.wanted_by = o->name,
		.own = o == b->search->file,
	};

	p.text = arena_printf(a, "%s%s%s is %s (wanted by %s)", name, p.version ? "@" : "",
		p.version ? p.version : "", why_missing(b, p.library), o->name);
	bind_problem(b, p);
}

static struct object_query
query_of(const struct bind *b, const struct deps_object *o, const struct object_ref *ref,
	bool definition)
{
	return (struct object_query){
		.name = object_ref_name(o->object, ref),
		.hash = ref->hash,
		.version =
			b->search->dialect->libc == LIBC_MUSL ? NULL : version_of(o->object, ref),
		.definition = definition,
	};
}

bool
bind_is_ifunc(const struct bind *b, const struct deps_object *o, const struct object_ref *ref,
	bool definition, size_t provider)
{
	struct object_query q = query_of(b, o, ref, definition);

	return object_type_glibc(b->search->objects[provider]->object, &q) == STT_GNU_IFUNC;
}

size_t
bind_ref(struct bind *b, struct deps_object *o, const struct object_ref *ref, bool definition,
	bool copy)
{
	struct object_query q = query_of(b, o, ref, definition);
	size_t i = look_up(b, o, &q, copy);

	return i < b->search->object_count ? i : look_up_lfs64(b, &q);
}

/* A reference that no definition serves. What its relocations are decides whether, and when, the
 * process dies; a data relocation may still be bound to a PLT stub of the program. */
static void
judge_missing(struct bind *b, struct deps_object *o, const struct object_ref *ref)
{
	size_t none = b->search->object_count;
	bool glibc = b->search->dialect->libc == LIBC_GLIBC, aborts = b->asserted;
	uint8_t how;

	/* musl's do_relocs takes the thread-local offset of the object that defines it, even of none. */
	if (!aborts && ref->weak && (glibc || (!ref->defined && !ref->tls)))
		return;
	if (glibc && ref->local)
		return;
	if (!object_relocs(o->object))
		o->object->relocs_unknown = true;
	how = object_ref_relocs(o->object, ref);
	if (!aborts && (how & ELF_REF_DATA) && !(how & ELF_REF_COPY) &&
		(ref->tls || bind_ref(b, o, ref, false, false) < none))
		how &= (uint8_t) ~(ref->tls ? 0 : ELF_REF_DATA);
	if (how & (ELF_REF_DATA | ELF_REF_COPY))
		add_missing(b, o, ref, RESOLVE_AT_START);
	else if (how & ELF_REF_LAZY)
		add_missing(b, o, ref, bind_is_now(b, o->img) ? RESOLVE_AT_START : RESOLVE_AT_CALL);
}

static size_t
bind_full(struct bind *b, struct deps_object *o, const struct object_ref *ref)
{
	bool copy = o->object->relocs && (o->object->relocs[ref->symbol] & ELF_REF_COPY);

	return bind_ref(b, o, ref, true, copy);
}

/* The file itself: who serves it is worth knowing. */
static void
bind_top(struct bind *b)
{
	struct deps_object *top = b->search->file;

	for (size_t i = 0; i < top->object->ref_count; i++) {
		const struct object_ref *ref = &top->object->refs[i];
		size_t provider = bind_full(b, top, ref);

		if (provider == b->search->object_count)
			judge_missing(b, top, ref);
		else
			b->used[provider] = true;
	}
}

/* Notes whether each object has the needed libraries that it had before. */
static void
note_deps(struct bind *b)
{
	struct deps_search *s = b->search;
	size_t serial = ++s->store->serial;

	for (size_t i = 0; i < s->object_count; i++) {
		struct deps_object *o = s->objects[i];
		struct object *obj = o->object;
		size_t n = obj->img->needed.count;
		bool same = obj->host != NULL && o != s->file;

		for (size_t k = 0; k < n && same; k++)
			same = o->deps[k] && o->deps[k]->object->host &&
			       (!obj->deps_known || obj->deps[k] == o->deps[k]->object);
		if (!same)
			continue;
		obj->loaded_as_known = serial;
		if (obj->deps_known)
			continue;
		obj->deps = ARENA_ARRAY(s->store->arena, n, struct object *);
		for (size_t k = 0; k < n; k++)
			obj->deps[k] = o->deps[k]->object;
		obj->deps_known = true;
	}
}

static bool
all_as_known(const struct object_bound *bound, size_t serial)
{
	for (size_t i = 0; i < bound->provider_count; i++)
		if (bound->providers[i]->loaded_as_known != serial)
			return false;
	return true;
}

/* The closure of an object by its known needs; NULL when part of it is loaded differently here. */
static struct object_bound *
closure_of(struct bind *b, struct object *o)
{
	struct deps_search *s = b->search;
	size_t serial = s->store->serial, visit = ++s->store->visits;
	struct object_bound *bound;
	struct object **list = ARENA_ARRAY(s->arena, s->object_count + 1, struct object *);
	size_t n = 0;

	list[n++] = o;
	o->visited = visit;
	for (size_t i = 0; i < n; i++) {
		if (list[i]->loaded_as_known != serial)
			return NULL;
		for (size_t k = 0; k < list[i]->img->needed.count; k++) {
			struct object *dep = list[i]->deps[k];

			if (dep->visited == visit)
				continue;
			if (n > s->object_count)
				return NULL;
			dep->visited = visit;
			list[n++] = dep;
		}
	}
	bound = ARENA_NEW(s->store->arena, struct object_bound);
	bound->providers = ARENA_ARRAY(s->store->arena, n, struct object *);
	memcpy(bound->providers, list, n * sizeof(struct object *));
	bound->provider_count = n;
	return bound;
}

static bool
bound_within(struct bind *b, const struct object_bound *bound, struct object *o,
	const struct object_ref *ref)
{
	struct object_query q = {
		.name = object_ref_name(o, ref),
		.hash = ref->hash,
		.version = b->search->dialect->libc == LIBC_MUSL ? NULL : version_of(o, ref),
		.definition = true,
	};

	if (q.version && q.version->file) {
		const struct deps_object *named = strmap_get(&b->search->exact, q.version->file);

		if (b->asserts && named && !named->object->versioned)
			return false;
	}
	/* Behind its own object: what it refers to is rarely there. */
	for (size_t i = 1; i < bound->provider_count; i++)
		if (b->find(bound->providers[i], &q))
			return true;
	return b->find(o, &q);
}

static void
remember(struct bind *b, struct object *o)
{
	struct object_bound *bound = closure_of(b, o);
	const struct object_ref **missing;

	if (!bound)
		return;
	missing = ARENA_ARRAY(b->search->arena, o->ref_count, const struct object_ref *);
	for (size_t i = 0; i < o->ref_count; i++)
		if (!bound_within(b, bound, o, &o->refs[i]))
			missing[bound->missing_count++] = &o->refs[i];
	bound->missing = ARENA_ARRAY(
		b->search->store->arena, bound->missing_count, const struct object_ref *);
	memcpy(bound->missing, missing, bound->missing_count * sizeof(const struct object_ref *));
	o->bound = bound;
}

static void
bind_library(struct bind *b, struct deps_object *o)
{
	struct object *obj = o->object;
	size_t none = b->search->object_count;

	if (!obj->bound && !b->whole_scope && obj->host)
		remember(b, obj);
	if (obj->bound && !b->whole_scope && all_as_known(obj->bound, b->search->store->serial)) {
		for (size_t i = 0; i < obj->bound->missing_count; i++)
			if (bind_full(b, o, obj->bound->missing[i]) == none)
				judge_missing(b, o, obj->bound->missing[i]);
		return;
	}
	for (size_t i = 0; i < obj->ref_count; i++)
		if (bind_full(b, o, &obj->refs[i]) == none)
			judge_missing(b, o, &obj->refs[i]);
}

/* musl looks every relocation's symbol up by name, even where the object defines it; it then misses
 * definitions with a hidden version and IFUNCs. glibc finds such an object's own definition. */
static void
bind_own_definitions(struct bind *b, struct deps_object *o)
{
	struct elf *e = o->img->reader;
	size_t none = b->search->object_count;

	if (!object_relocs(o->object))
		return;
	for (uint64_t i = 1; i < e->symbol_count; i++) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);
		struct object_ref ref = { .name = s.name, .symbol = (uint32_t)i, .defined = true };

		if (s.section == SHN_UNDEF || s.bind == STB_LOCAL || !o->object->relocs[i] ||
			(o->object->relocs[i] & ELF_REF_COPY))
			continue;
		if (!(elf_symbol_version(e, i) & VERSYM_HIDDEN) && s.type != STT_GNU_IFUNC)
			continue;
		if (!elf_symbol_name(e, &s))
			continue;
		ref.hash = object_hash(object_ref_name(o->object, &ref));
		if (bind_ref(b, o, &ref, (o->object->relocs[i] & ELF_REF_LAZY) != 0, false) == none)
			add_missing(b, o, &ref, RESOLVE_AT_START);
	}
}

void
bind_all(struct bind *b)
{
	struct deps_search *s = b->search;

	b->used = ARENA_ARRAY(s->arena, s->object_count + 1, bool);
	note_deps(b);
	bind_top(b);
	b->whole_scope = b->strict_files || s->objects[0]->unseen;
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i] != s->interpreter && s->objects[i] != s->file)
			bind_library(b, s->objects[i]);
	if (s->dialect->libc != LIBC_MUSL)
		return;
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i] != s->interpreter)
			bind_own_definitions(b, s->objects[i]);
}
