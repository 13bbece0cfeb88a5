/* SPDX-License-Identifier: MIT */
/* Questions to the compiled facts about what C libraries export. */
#include "linkcheck/platform/abi.h"

#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "linkcheck/platform/abi_table.h"

struct abi {
	const struct abi_libc *libc;
	unsigned libc_index;
	unsigned arch;      /* index */
	unsigned release;   /* index */
	const char *loader; /* soname */
	const char *const *libraries;
};

/* The ports that have another's facts. MIPS: one ABI list serves both byte orders. ppc64: musl has
 * ELFv2 only and the same sources; glibc's big-endian port is another ABI and is not recorded. */
static const struct {
	enum target_libc libc;
	const char *arch;
	const char *same_as;
} same_ports[] = {
	{ LIBC_GLIBC, "mipsle", "mips" },
	{ LIBC_GLIBC, "mips64le", "mips64" },
	{ LIBC_MUSL, "mipsle", "mips" },
	{ LIBC_MUSL, "mips64le", "mips64" },
	{ LIBC_MUSL, "ppc64", "ppc64le" },
};

/* The order is that of the facts in the Makefile. */
unsigned
abi_libc_index(enum target_libc libc)
{
	return libc == LIBC_GLIBC ? 0 : libc == LIBC_MUSL ? 1 : ABI_TABLE_LIBCS;
}

unsigned
abi_arch_index(enum target_libc libc, struct str arch)
{
	unsigned l = abi_libc_index(libc);

	for (size_t i = 0; i < ARRAY_LEN(same_ports); i++)
		if (same_ports[i].libc == libc && str_is(arch, same_ports[i].arch))
			arch = str_from(same_ports[i].same_as);
	for (unsigned i = 0; l < ABI_TABLE_LIBCS && i < abi_arch_count; i++)
		if (str_is(arch, abi_arches[i]) && abi_libcs[l].start[i] != ABI_TABLE_NONE)
			return i;
	return ABI_TABLE_ARCHES;
}

const char *
abi_release_at(enum target_libc libc, size_t i)
{
	unsigned l = abi_libc_index(libc);

	if (l == ABI_TABLE_LIBCS || i >= abi_libcs[l].count)
		return NULL;
	return abi_releases[abi_libcs[l].first + i];
}

bool
abi_is_release(enum target_libc libc, const char *version)
{
	const char *release;

	for (size_t i = 0; (release = abi_release_at(libc, i)); i++)
		if (strcmp(release, version) == 0)
			return true;
	return false;
}

static bool
row_serves(const struct abi_row *row, const struct abi *abi)
{
	return (row->arches >> abi->arch & 1) && row->first <= abi->release &&
	       abi->release <= row->last && abi_library_table[row->library].libc == abi->libc_index;
}

static const char *
row_library(const struct abi_row *row, const struct abi *abi)
{
	const char *soname = abi_library_table[row->library].soname;

	return strcmp(soname, "-") == 0 ? abi->loader : soname;
}

const char *
abi_row_version(const struct abi_row *row, const struct abi_libc *libc, unsigned arch)
{
	unsigned v = row->version;

	if (v > 0 && v < abi_version_plain && v < libc->base[arch])
		v = libc->base[arch];
	return abi_versions[v];
}

/* A library is there when it has a node, and has a node when it has a symbol. */
static const char *const *
list_libraries(struct arena *a, const struct abi *abi)
{
	struct strvec names;

	strvec_init(&names, a);
	for (size_t i = 0; i < abi_node_count; i++) {
		const char *soname = row_library(&abi_nodes[i], abi);

		if (row_serves(&abi_nodes[i], abi) && !strvec_has(&names, soname))
			strvec_push(&names, soname);
	}
	if (!strvec_has(&names, abi->loader))
		strvec_push(&names, abi->loader);
	return names.items;
}

/* The loader's soname is the last part of its path (glibc's shlib-versions, musl's Makefile). NULL
 * when there is no such target. */
static const char *
loader_of(struct arena *a, enum target_libc libc, struct str arch, struct str variant)
{
	const char *name = variant.ptr ? str_dup(a, variant) : NULL;
	const struct target_row *row = target_row_find("linux", str_dup(a, arch), name);
	const struct target_abi *abi = row ? target_row_abi(row, libc) : NULL;

	return abi ? path_base(abi->loader) : NULL;
}

static void
say_known(struct arena *a, enum target_libc libc, unsigned start, struct error *err)
{
	const struct abi_libc *l = &abi_libcs[abi_libc_index(libc)];
	struct strbuf names;

	if (start != ABI_TABLE_NONE) {
		error_hint(err, "%s to %s are known", abi_releases[start],
			abi_releases[l->first + l->count - 1]);
		return;
	}
	strbuf_init(&names, a);
	for (size_t i = 0; i < abi_arch_count; i++)
		if (l->start[i] != ABI_TABLE_NONE)
			strbuf_addf(&names, "%s%s", names.len > 0 ? ", " : "", abi_arches[i]);
	error_hint(err, "%s is known for %s", target_libc_name(libc), names.ptr);
}

static bool
find_release(unsigned libc, unsigned start, const char *version, unsigned *ret)
{
	unsigned end = abi_libcs[libc].first + (unsigned)abi_libcs[libc].count;

	for (unsigned i = start; i < end; i++) {
		if (strcmp(abi_releases[i], version) != 0)
			continue;
		*ret = i;
		return true;
	}
	return false;
}

const struct abi *
abi_get(struct arena *a, enum target_libc libc, const char *version, const char *arch,
	struct error *err)
{
	struct str variant = str_from(arch), name = str_cut(&variant, '/');
	unsigned l = abi_libc_index(libc), port = abi_arch_index(libc, name),
		 start = ABI_TABLE_NONE;
	struct abi *abi = ARENA_NEW(a, struct abi);

	if (l == ABI_TABLE_LIBCS) {
		error_set(err, ERROR_USAGE, "the exports of this libc (%s) are not recorded",
			target_libc_name(libc));
		return NULL;
	}
	abi->loader = loader_of(a, libc, name, variant);
	if (port < ABI_TABLE_ARCHES && abi->loader)
		start = abi_libcs[l].start[port];
	if (start == ABI_TABLE_NONE || !find_release(l, start, version, &abi->release)) {
		error_set(err, ERROR_USAGE, "nothing is known of %s %s on %s",
			target_libc_name(libc), version, arch);
		say_known(a, libc, start, err);
		return NULL;
	}
	abi->libc = &abi_libcs[l];
	abi->libc_index = l;
	abi->arch = port;
	abi->libraries = list_libraries(a, abi);
	return abi;
}

const char *const *
abi_libraries(const struct abi *abi)
{
	return abi->libraries;
}

const struct abi_name *
abi_name_find(const char *name, uint32_t hash)
{
	uint32_t slot = abi_slot(hash);

	for (; abi_slots[slot]; slot = (slot + 1) % ABI_TABLE_SLOTS) {
		const struct abi_name *n = &abi_names[abi_slots[slot] - 1];

		if (n->hash == hash && strcmp(abi_text + n->text, name) == 0)
			return n;
	}
	return NULL;
}

bool
abi_find(const struct abi *abi, const char *name, size_t i, struct abi_symbol *ret)
{
	const struct abi_name *n = abi_name_find(name, abi_hash(name));

	for (size_t r = 0; n && r < n->rows; r++) {
		const struct abi_row *row = &abi_rows[n->row + r];

		if (!row_serves(row, abi) || i-- > 0)
			continue;
		ret->library = row_library(row, abi);
		ret->version = abi_row_version(row, abi->libc, abi->arch);
		return true;
	}
	return false;
}

/* The rows of nodes are made for each architecture: no base to think of. */
bool
abi_has_version(const struct abi *abi, const char *library, const char *version)
{
	for (size_t i = 0; *version && i < abi_node_count; i++)
		if (row_serves(&abi_nodes[i], abi) &&
			strcmp(abi_versions[abi_nodes[i].version], version) == 0 &&
			strcmp(row_library(&abi_nodes[i], abi), library) == 0)
			return true;
	return false;
}

const char *
abi_since(enum target_libc libc, const char *arch, const char *name, const char *version,
	const char **ret_last)
{
	struct str rest = str_from(arch);
	unsigned l = abi_libc_index(libc), port = abi_arch_index(libc, str_cut(&rest, '/'));
	const struct abi_name *n =
		port < ABI_TABLE_ARCHES ? abi_name_find(name, abi_hash(name)) : NULL;
	unsigned first = ABI_TABLE_NONE, last = 0;

	for (size_t r = 0; n && r < n->rows; r++) {
		const struct abi_row *row = &abi_rows[n->row + r];

		if (abi_library_table[row->library].libc != l || !(row->arches >> port & 1) ||
			(version &&
				strcmp(abi_row_version(row, &abi_libcs[l], port), version) != 0))
			continue;
		first = row->first < first ? row->first : first;
		last = row->last > last ? row->last : last;
	}
	if (first == ABI_TABLE_NONE)
		return NULL;
	*ret_last = last == ABI_TABLE_NONE ? "" : abi_releases[last];
	return abi_releases[first > abi_libcs[l].start[port] ? first : abi_libcs[l].start[port]];
}

bool
abi_ever(enum target_libc libc, const char *arch, const char *name)
{
	const char *last;

	return abi_since(libc, arch, name, NULL, &last) != NULL;
}
