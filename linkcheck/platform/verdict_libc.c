/* SPDX-License-Identifier: MIT */
/* What a file asks of the C library, held against all recorded releases at once. */
#include <string.h>

#include "linkcheck/platform/verdict_inside.h"
#include "linkcheck/read/elf.h"
#include "linkcheck/read/libc.h"
#include "linkcheck/resolve/bind.h"

#define BIT(i) ((uint64_t)1 << (i))
#define MOST_SYMBOLS 4096 /* demands for single symbols; more say nothing new */

/* Libraries that glibc's releases have and distributions replace (libxcrypt, libnsl): taken as
 * given, because which one a platform has is not recorded. */
static const char *const replaced[] = { "libcrypt.so.1", "libnsl.so.1" };
static const char *const cxx_libraries[] = { "libstdc++.so.6", "libgcc_s.so.1" };

static bool
is_one_of(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static uint32_t
library_bit(const struct judge *j, const char *name)
{
	return is_one_of(name, replaced, ARRAY_LEN(replaced)) || judge_provider(j, name)
		       ? 0
		       : abi_port_library(&j->port, name);
}

static uint64_t
releases_from(const struct judge *j, const char *version)
{
	uint64_t ret = 0;
	const char *release;

	for (size_t i = 0; (release = abi_release_at(j->port.libc, i)); i++)
		if (cstr_version_cmp(release, version) >= 0)
			ret |= BIT(i);
	return ret;
}

static void
give(struct judge *j, const char *name)
{
	const struct deps_try *stop = judge_stop(j, name);

	if (stop)
		judge_demand(
			j, (struct demand){ .unknown = ~(uint64_t)0,
				   .fix = "ship a library of this architecture there, or nothing",
				   .text = arena_printf(j->arena, "%s: %s: %s", name, stop->path,
					   stop->reason) });
	if (!strvec_has(j->given, name))
		strvec_push(j->given, name);
}

/* Each of glibc's libraries needs libc.so.6, which needs the loader; librt and libanl need threads. */
static uint32_t
with_needs(const struct judge *j, uint32_t library)
{
	const struct abi_port *p = &j->port;
	uint32_t threads = abi_port_library(p, "librt.so.1") | abi_port_library(p, "libanl.so.1");

	if (library == abi_port_library(p, p->loader))
		return library;
	if (library & threads)
		library |= abi_port_library(p, "libpthread.so.0");
	return library | abi_port_library(p, "libc.so.6") | abi_port_library(p, p->loader);
}

/* Loaded before a library asks for it. */
static bool
is_loaded_by(const struct image *program, const char *name)
{
	if (program->dt_flags_1 & DF_1_NODEFLIB)
		return false;
	for (size_t i = 0; i < program->needed.count; i++)
		if (strcmp(program->needed.items[i], name) == 0)
			return true;
	return false;
}

/* elf/dl-load.c _dl_map_object: for such a file neither the default directories are searched nor what the
 * cache has of them. */
static void
judge_nodeflib(struct judge *j, const char *name)
{
	const struct image *img = j->top->img;
	const struct image *top = j->closure ? j->closure->file->img : img;
	bool searches = img->rpath || img->runpath || j->top->img != top;
	bool certain = j->program && !searches;

	if (!(img->dt_flags_1 & DF_1_NODEFLIB) || strcmp(name, j->port.loader) == 0)
		return;
	if (img != top && is_loaded_by(top, name))
		return;
	if (!j->program && strcmp(name, "libc.so.6") == 0)
		return;
	judge_demand(j, (struct demand){ .unknown = certain ? 0 : ~(uint64_t)0,
				.fix = "link without -Wl,-z,nodefaultlib",
				.text = arena_printf(j->arena,
					"%s is not searched for in the default directories "
					"(-z nodefaultlib)",
					name) });
}

static void
judge_needed_glibc(struct judge *j)
{
	const struct image *img = j->top->img;

	for (size_t i = 0; i < img->needed.count; i++) {
		const char *name = img->needed.items[i];
		uint32_t bit = library_bit(j, name);

		if (judge_provider(j, name))
			continue;
		if (bit || is_one_of(name, cxx_libraries, ARRAY_LEN(cxx_libraries)))
			judge_nodeflib(j, name);
		if (is_one_of(name, cxx_libraries, ARRAY_LEN(cxx_libraries))) {
			j->cxx = true;
			j->libraries |= with_needs(j, abi_port_library(&j->port, "libm.so.6"));
		} else if (bit) {
			j->libraries |= with_needs(j, bit);
			judge_demand(
				j, (struct demand){ .met = judge_platforms(j,
							    abi_port_with_library(&j->port, bit)),
					   .text = arena_printf(j->arena, "has no %s", name) });
		} else if (libc_of_soname(name) == LIBC_MUSL) {
			judge_demand(
				j, (struct demand){ .text = arena_printf(j->arena,
							    "has no %s, which is musl's", name) });
		} else {
			give(j, name);
		}
	}
}

static void
judge_cxx_version(struct judge *j, const struct image_version_need *need)
{
	struct demand d = { .kind = DEMAND_VERSION, .need = need };
	const char *level = NULL;
	bool known = false, has = false;

	for (size_t i = 0; i < j->set->count; i++) {
		if (!(j->asked & BIT(i)))
			continue;
		/* Neighbours often have the same one. */
		if (!level || strcmp(level, j->set->items[i]->glibcxx) != 0)
			has = cxx_level_has(j->set->items[i]->glibcxx, need->version, &known);
		level = j->set->items[i]->glibcxx;
		if (has)
			d.met |= BIT(i);
		if (!known)
			d.unknown |= BIT(i);
	}
	judge_demand(j, d);
}

static const char no_relr[] = "link with -Wl,-z,nopack-relative-relocs";

/* Since 2.36 a file with DT_RELR has to ask for its marker; before, nobody relocates it. */
static void
judge_relr(struct judge *j)
{
	struct image *img = j->top->img;
	bool asks = false, libc = false;

	if (!img->has_relr)
		return;
	for (size_t i = 0; i < img->version_need_count; i++)
		asks = asks || strcmp(img->version_needs[i].version, "GLIBC_ABI_DT_RELR") == 0;
	for (size_t i = 0; i < img->needed.count; i++)
		libc = libc || cstr_starts(img->needed.items[i], "libc.so.");
	if (libc && !asks && img->version_need_count > 0)
		judge_demand(j,
			(struct demand){ .text = "has DT_RELR without asking for GLIBC_ABI_DT_RELR",
				.fix = no_relr });
	else
		judge_demand(
			j, (struct demand){ .met = judge_platforms(j, releases_from(j, "2.36")),
				   .text = "does not know DT_RELR",
				   .fix = no_relr });
}

static void
judge_libc_version(struct judge *j, const struct image_version_need *need, uint32_t library)
{
	uint64_t met = judge_platforms(j, abi_port_with_version(&j->port, library, need->version));

	judge_demand(j, (struct demand){ .kind = DEMAND_VERSION, .need = need, .met = met });
	if (need->index < ((const struct elf *)j->top->img->reader)->version_limit)
		j->version_met[need->index] = met;
}

/* elf/dl-version.c find_needed: a file that no loaded object answers to fails an assertion, even for
 * a weak version. What a library lacks, its program may load. */
static bool
is_unloaded(const struct judge *j, uint32_t library)
{
	return j->program &&
	       (library & ~(j->libraries | abi_port_library(&j->port, j->port.loader)));
}

/* elf/dl-version.c: every version that is not weak must be defined. */
static void
judge_versions(struct judge *j)
{
	struct image *img = j->top->img;

	for (size_t i = 0; i < img->version_need_count; i++) {
		const struct image_version_need *need = &img->version_needs[i];
		uint32_t bit = library_bit(j, need->file);

		if (judge_shipped_version(j, need))
			continue;
		if (is_unloaded(j, bit))
			judge_demand(
				j, (struct demand){ .text = arena_printf(j->arena,
							    "asks %s for %s without needing it",
							    need->file, need->version) });
		if (need->weak)
			continue;
		if (is_one_of(need->file, cxx_libraries, ARRAY_LEN(cxx_libraries)))
			judge_cxx_version(j, need);
		else if (bit)
			judge_libc_version(j, need, bit);
	}
}

/* When the process dies of a missing symbol; false when nothing refers to it. */
static bool
is_used(struct judge *j, const struct object_ref *ref, bool *ret_at_call)
{
	const struct image *img = j->top->img;
	uint8_t how;

	if (!object_relocs(j->top)) {
		*ret_at_call = false;
		return true;
	}
	how = object_ref_relocs(j->top, ref);
	*ret_at_call = j->port.libc == LIBC_GLIBC && !(how & ~ELF_REF_LAZY) &&
		       !(img->dt_flags & DF_BIND_NOW) && !(img->dt_flags_1 & DF_1_NOW);
	return how != 0;
}

static void
demand_symbol(struct judge *j, const struct object_ref *ref, const struct image_version_need *need,
	uint64_t met, bool unknown)
{
	struct demand d = { .kind = DEMAND_SYMBOL, .need = need, .ref = ref, .met = met };

	if (!is_used(j, ref, &d.at_call) || j->symbols++ >= MOST_SYMBOLS)
		return;
	if (unknown)
		d.unknown = ~met;
	judge_demand(j, d);
}

/* On musl: a name that is reserved for the C library, and that glibc gives out. A program may bring
 * any other name, this one it has no business to. */
static bool
is_of_glibc(const struct judge *j, const struct object_ref *ref)
{
	const char *name = object_ref_name(j->top, ref);

	return j->port.libc == LIBC_MUSL && cstr_starts(name, "__") &&
	       abi_ever(LIBC_GLIBC, image_arch_name(j->arena, j->top->img), name);
}

/* A name that no release of the libc has: it is of another needed library, or, for a library, of
 * the program that loads it. */
static void
judge_foreign_symbol(struct judge *j, const struct object_ref *ref)
{
	if (j->given->count > 0 || j->cxx || (!j->program && !is_of_glibc(j, ref)))
		return;
	if (!judge_is_shipped_symbol(j, object_ref_name(j->top, ref)))
		demand_symbol(j, ref, NULL, 0, false);
}

/* On musl, which ignores the version: it says all the same that glibc has the symbol. */
static bool
is_glibc_version(const struct judge *j, const struct object_ref *ref)
{
	const struct elf *e = j->top->img->reader;
	const struct image_version_need *need =
		ref->version < e->version_limit ? e->needs_by_index[ref->version] : NULL;

	return need && cstr_starts(need->version, "GLIBC_");
}

/* For a library, the program may have loaded any. */
static void
judge_unversioned(struct judge *j, const struct object_ref *ref, uint64_t extra)
{
	const char *name = object_ref_name(j->top, ref);
	uint32_t libraries = j->program ? j->libraries : ~(uint32_t)0;
	uint64_t releases =
		abi_port_with_symbol(&j->port, name, ref->hash, NULL, libraries) | extra;
	uint64_t met;

	if (!releases && is_glibc_version(j, ref)) {
		demand_symbol(j, ref, NULL, 0, false);
		return;
	}
	if (!releases) {
		judge_foreign_symbol(j, ref);
		return;
	}
	met = judge_platforms(j, releases);
	if (met != j->asked && !judge_is_shipped_symbol(j, name))
		demand_symbol(j, ref, NULL, met, false);
}

static void
judge_versioned(
	struct judge *j, const struct object_ref *ref, const struct image_version_need *need)
{
	const char *name = object_ref_name(j->top, ref);
	uint64_t met;

	/* Private symbols are not recorded; that the node is there was checked. */
	if (strcmp(need->version, "GLIBC_PRIVATE") == 0) {
		demand_symbol(j, ref, need, 0, true);
		return;
	}
	met = judge_platforms(
		j, abi_port_with_symbol(&j->port, name, ref->hash, need->version, j->libraries));
	/* Where the version is missing, the symbol says nothing new. */
	if (j->version_met[ref->version] & ~met)
		demand_symbol(j, ref, need, met, false);
}

/* An entry that the file defines itself asks nothing of others, unless it is filled by a copy. */
static bool
asks_nothing(const struct judge *j, const struct object_ref *ref)
{
	return ref->defined && !(j->top->relocs && (j->top->relocs[ref->symbol] & ELF_REF_COPY));
}

void
judge_glibc(struct judge *j)
{
	const struct elf *e = j->top->img->reader;
	uint8_t *bits; /* by version index: of glibc's own libraries */

	bits = ARENA_ARRAY(j->arena, e->version_limit + 1, uint8_t);
	j->version_met = ARENA_ARRAY(j->arena, e->version_limit + 1, uint64_t);
	for (size_t i = 0; i < e->version_limit; i++)
		j->version_met[i] = j->asked;
	judge_versions(j);
	judge_relr(j);
	for (size_t i = 0; i < j->top->img->version_need_count; i++) {
		const struct image_version_need *need = &j->top->img->version_needs[i];

		if (need->index < e->version_limit)
			bits[need->index] = library_bit(j, need->file) != 0;
	}
	for (size_t i = 0; i < j->top->ref_count; i++) {
		const struct object_ref *ref = &j->top->refs[i];
		const struct image_version_need *need =
			ref->version < e->version_limit ? e->needs_by_index[ref->version] : NULL;

		if (ref->weak || asks_nothing(j, ref))
			continue;
		if (!need)
			judge_unversioned(j, ref, 0);
		else if (bits[ref->version])
			judge_versioned(j, ref, need);
	}
}

/* ldso/dynlink.c load_library: these are the loader itself. */
static bool
is_musl_name(const char *name)
{
	static const char *const reserved[] = { "libc.", "libpthread.", "librt.", "libm.", "libdl.",
		"libutil.", "libxnet." };

	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (cstr_starts(name, reserved[i]))
			return true;
	return false;
}

static void
judge_needed_musl(struct judge *j)
{
	const struct image *img = j->top->img;
	struct abi_port glibc;

	if (!abi_port_find(&glibc, LIBC_GLIBC, image_arch_name(j->arena, img), "ld-linux"))
		glibc = (struct abi_port){ .libc_index = ~0u, .loader = "" };
	for (size_t i = 0; i < img->needed.count; i++) {
		const char *name = img->needed.items[i];
		bool is_cxx;

		if (judge_provider(j, name) && !is_musl_name(name))
			continue;
		is_cxx = is_one_of(name, cxx_libraries, ARRAY_LEN(cxx_libraries));
		j->cxx = j->cxx || is_cxx;
		if (is_cxx || is_musl_name(name) || strcmp(name, j->port.loader) == 0)
			j->libraries = ~(uint32_t)0;
		else if (abi_port_library(&glibc, name) || cstr_starts(name, "ld-linux"))
			judge_demand(
				j, (struct demand){ .text = arena_printf(j->arena,
							    "has no %s, which is glibc's", name) });
		else
			give(j, name);
	}
	for (size_t i = 0; i < img->version_need_count; i++)
		if (!judge_provider(j, img->version_needs[i].file) &&
			is_one_of(img->version_needs[i].file, cxx_libraries,
				ARRAY_LEN(cxx_libraries)))
			judge_cxx_version(j, &img->version_needs[i]);
}

void
judge_needs(struct judge *j)
{
	if (j->port.libc == LIBC_MUSL)
		judge_needed_musl(j);
	else
		judge_needed_glibc(j);
}

/* Read only of a file that could start. */
static void
judge_musl_relocs(struct judge *j)
{
	struct image *img = j->top->img;

	if (img->has_relr)
		judge_demand(
			j, (struct demand){ .met = judge_platforms(j, releases_from(j, "1.2.4")),
				   .text = "does not know DT_RELR",
				   .fix = no_relr });
	if (img->has_textrel && image_is_program(img))
		judge_demand(j, (struct demand){ .text = "does no text relocations in programs",
					.fix = "compile with -fPIE and link with -Wl,-z,text" });
	if (object_relocs(j->top) && img->has_irelative)
		judge_demand(j, (struct demand){ .text = "has no IRELATIVE relocations (IFUNC)" });
}

void
judge_musl(struct judge *j)
{
	uint64_t lfs64 = releases_from(j, "1.2.4");
	char plain[16];

	if (!judge_open(j))
		return; /* it needs what no musl has: a glibc library, as a rule */
	for (size_t i = 0; i < j->top->ref_count; i++) {
		const struct object_ref *ref = &j->top->refs[i];

		if ((ref->weak && !ref->defined) || asks_nothing(j, ref))
			continue;
		judge_unversioned(
			j, ref, bind_is_lfs64(object_ref_name(j->top, ref), plain) ? lfs64 : 0);
	}
	if (judge_open(j))
		judge_musl_relocs(j);
}
