/* SPDX-License-Identifier: MIT */
/*
 * Prints what linkcheck/platform/abi.h says, for abi-facts.t. Of one libc release on one architecture
 * (LIBC VERSION ARCH): "library SONAME", "node SONAME VERSION", "symbol SONAME NAME VERSION" ("-"
 * for none). Of a GLIBCXX level (glibcxx LEVEL): those of the nodes on standard input it has.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "linkcheck/platform/abi.h"
#include "linkcheck/platform/abi_table.h"

static void
print_symbols(const struct abi *abi)
{
	struct abi_symbol s;

	for (size_t slot = 0; slot < ABI_TABLE_SLOTS; slot++) {
		const char *name;

		if (!abi_slots[slot])
			continue;
		name = abi_text + abi_names[abi_slots[slot] - 1].text;
		for (size_t i = 0; abi_find(abi, name, i, &s); i++)
			printf("symbol %s %s %s\n", s.library, name, *s.version ? s.version : "-");
	}
}

/* abi_since must not contradict abi_get: asked of every symbol that the release has. */
static bool
since_agrees(const struct abi *abi, enum target_libc libc, const char *release, const char *arch)
{
	struct abi_symbol s;

	for (size_t slot = 0; slot < ABI_TABLE_SLOTS; slot++) {
		const char *name, *first, *last = "";

		if (!abi_slots[slot])
			continue;
		name = abi_text + abi_names[abi_slots[slot] - 1].text;
		for (size_t i = 0; abi_find(abi, name, i, &s); i++) {
			first = abi_since(libc, arch, name, s.version, &last);
			if (!first || cstr_version_cmp(first, release) > 0 ||
				(*last && cstr_version_cmp(last, release) < 0)) {
				fprintf(stderr, "abi_since contradicts abi_find: %s\n", name);
				return false;
			}
		}
	}
	return true;
}

static int
print_level(const char *level)
{
	char node[128];
	bool known;

	while (scanf("%127s", node) == 1) {
		bool has = cxx_level_has(level, node, &known);

		if (has || !known)
			printf("%s%s\n", known ? "" : "unknown ", node);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct arena arena;
	struct error err;
	const struct abi *abi;
	enum target_libc libc;

	if (argc == 3 && strcmp(argv[1], "glibcxx") == 0)
		return print_level(argv[2]);
	if (argc != 4)
		return 64;
	arena_init(&arena);
	libc = target_libc_find(argv[1]);
	abi = abi_get(&arena, libc, argv[2], argv[3], &err);
	if (!abi) {
		fprintf(stderr, "%s; %s\n", err.what, err.hint);
		return 2;
	}
	for (const char *const *l = abi_libraries(abi); *l; l++) {
		printf("library %s\n", *l);
		for (size_t v = 0; v < abi_version_count; v++)
			if (abi_has_version(abi, *l, abi_versions[v]))
				printf("node %s %s\n", *l, abi_versions[v]);
	}
	print_symbols(abi);
	return since_agrees(abi, libc, argv[2], argv[3]) ? 0 : 1;
}
