/* SPDX-License-Identifier: MIT */
/* Sets of releases. */
#include "linkcheck/platform/abi_port.h"

#include <string.h>

#include "linkcheck/platform/abi_table.h"

/* The releases of the libc that a row covers. */
static uint64_t
row_releases(const struct abi_port *p, const struct abi_row *row)
{
	const struct abi_libc *l = &abi_libcs[p->libc_index];
	unsigned first = row->first, last = row->last, end = l->first + (unsigned)l->count - 1;

	if (!(row->arches >> p->arch & 1) || abi_library_table[row->library].libc != p->libc_index)
		return 0;
	first = first > l->first ? first - l->first : 0;
	last = (last < end ? last : end) - l->first;
	return (~(uint64_t)0 >> (63 - last)) & (~(uint64_t)0 << first) & p->releases;
}

bool
abi_port_find(struct abi_port *ret, enum target_libc libc, const char *arch, const char *loader)
{
	struct str rest = str_from(arch);
	unsigned l = abi_libc_index(libc), port = abi_arch_index(libc, str_cut(&rest, '/'));
	unsigned start;

	if (l == ABI_TABLE_LIBCS || port == ABI_TABLE_ARCHES)
		return false;
	start = abi_libcs[l].start[port];
	if (start == ABI_TABLE_NONE)
		return false;
	start = start > abi_libcs[l].first ? start - abi_libcs[l].first : 0;
	*ret = (struct abi_port){
		.libc = libc,
		.libc_index = l,
		.arch = port,
		.loader = loader,
		.releases = (~(uint64_t)0 >> (64 - abi_libcs[l].count)) & (~(uint64_t)0 << start),
	};
	return true;
}

uint32_t
abi_port_library(const struct abi_port *p, const char *soname)
{
	for (size_t i = 0; i < abi_library_count && i < 32; i++) {
		const char *name = abi_library_table[i].soname;

		if (abi_library_table[i].libc != p->libc_index)
			continue;
		if (strcmp(strcmp(name, "-") == 0 ? p->loader : name, soname) == 0)
			return (uint32_t)1 << i;
	}
	return 0;
}

uint64_t
abi_port_with_library(const struct abi_port *p, uint32_t library)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < abi_node_count; i++)
		if (library >> abi_nodes[i].library & 1)
			ret |= row_releases(p, &abi_nodes[i]);
	/* The loader is there even where it defines no node. */
	return (library & abi_port_library(p, p->loader)) ? p->releases : ret;
}

uint64_t
abi_port_with_version(const struct abi_port *p, uint32_t library, const char *version)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < abi_node_count; i++)
		if ((library >> abi_nodes[i].library & 1) &&
			strcmp(abi_versions[abi_nodes[i].version], version) == 0)
			ret |= row_releases(p, &abi_nodes[i]);
	return ret;
}

uint64_t
abi_port_with_symbol(const struct abi_port *p, const char *name, uint32_t hash, const char *version,
	uint32_t libraries)
{
	const struct abi_name *n = abi_name_find(name, hash);
	const struct abi_libc *l = &abi_libcs[p->libc_index];
	uint64_t ret = 0;

	for (size_t i = 0; n && i < n->rows; i++) {
		const struct abi_row *row = &abi_rows[n->row + i];

		if (!(libraries >> row->library & 1))
			continue;
		if (version && strcmp(abi_row_version(row, l, p->arch), version) != 0)
			continue;
		ret |= row_releases(p, row);
	}
	return ret;
}
