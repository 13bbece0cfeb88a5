/* SPDX-License-Identifier: MIT */
/* Which version nodes libstdc++ and libgcc define at a given GLIBCXX level. */
#include <string.h>

#include "base/str.h"
#include "linkcheck/platform/abi.h"

/* "Symbol versioning on the libstdc++.so binary" in the ABI page of libstdc++'s manual, for GCC 3.4
 * to 15; what GCC 10, 12, 14 and 16 define was held against Debian's packages (abi-facts.t). The
 * oldest GCC that reaches the level is named: a node of libgcc that only a later one of the same
 * level has is denied. */
static const struct level {
	const char *glibcxx;
	const char *cxxabi;
	const char *gcc;
} levels[] = {
	{ "3.4", "1.3", "3.4.0" },
	{ "3.4.1", "1.3", "3.4.1" },
	{ "3.4.2", "1.3", "3.4.2" },
	{ "3.4.3", "1.3", "3.4.3" },
	{ "3.4.4", "1.3.1", "4.0.0" },
	{ "3.4.5", "1.3.1", "4.0.1" },
	{ "3.4.6", "1.3.1", "4.0.2" },
	{ "3.4.7", "1.3.1", "4.0.3" },
	{ "3.4.8", "1.3.1", "4.1.1" },
	{ "3.4.9", "1.3.1", "4.2.0" },
	{ "3.4.10", "1.3.2", "4.3.0" },
	{ "3.4.11", "1.3.3", "4.4.0" },
	{ "3.4.12", "1.3.3", "4.4.1" },
	{ "3.4.13", "1.3.3", "4.4.2" },
	{ "3.4.14", "1.3.4", "4.5.0" },
	{ "3.4.15", "1.3.5", "4.6.0" },
	{ "3.4.16", "1.3.5", "4.6.1" },
	{ "3.4.17", "1.3.6", "4.7.0" },
	{ "3.4.18", "1.3.7", "4.8.0" },
	{ "3.4.19", "1.3.7", "4.8.3" },
	{ "3.4.20", "1.3.8", "4.9.0" },
	{ "3.4.21", "1.3.9", "5.1.0" },
	{ "3.4.22", "1.3.10", "6.1.0" },
	{ "3.4.23", "1.3.11", "7.1.0" },
	{ "3.4.24", "1.3.11", "7.2.0" },
	{ "3.4.25", "1.3.11", "8.1.0" },
	{ "3.4.26", "1.3.12", "9.1.0" },
	{ "3.4.27", "1.3.12", "9.2.0" },
	{ "3.4.28", "1.3.12", "9.3.0" }, /* and GCC 10 */
	{ "3.4.29", "1.3.13", "11.1.0" },
	{ "3.4.30", "1.3.13", "12.1.0" },
	{ "3.4.31", "1.3.14", "13.1.0" },
	{ "3.4.32", "1.3.14", "13.2.0" },
	{ "3.4.33", "1.3.15", "14.1.0" },
	{ "3.4.34", "1.3.16", "15.1.0" }, /* 1.3.16 on riscv64 only */
	{ "3.4.35", "1.3.17", "16.1.0" },
	{ "3.4.36", "1.3.17", "16.2.0" },
};

/* A node's name is a family and a number. The long double and __ieee128 families (powerpc, s390)
 * count along with the plain ones, which gnu.ver numbers together. */
enum family { FAMILY_GLIBCXX, FAMILY_CXXABI, FAMILY_GCC };
static const struct {
	const char *prefix;
	enum family family;
} families[] = {
	{ "GLIBCXX_LDBL_", FAMILY_GLIBCXX },
	{ "GLIBCXX_IEEE128_", FAMILY_GLIBCXX },
	{ "GLIBCXX_", FAMILY_GLIBCXX },
	{ "CXXABI_LDBL_", FAMILY_CXXABI },
	{ "CXXABI_IEEE128_", FAMILY_CXXABI },
	{ "CXXABI_ARM_", FAMILY_CXXABI },
	{ "CXXABI_", FAMILY_CXXABI },
	{ "GCC_", FAMILY_GCC },
};

/* Nodes without a number, and the level that has them for sure: TM_1 came with GCC 4.7's
 * transactional memory; FLOAT128 was seen in GCC 10 and is not vouched for before. */
static const struct {
	const char *node;
	const char *glibcxx;
	bool vague; /* older levels may have it too */
} unnumbered[] = {
	{ "CXXABI_TM_1", "3.4.17", false },
	{ "CXXABI_FLOAT128", "3.4.28", true },
};

static const struct level *
find_level(const char *glibcxx)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (strcmp(levels[i].glibcxx, glibcxx) == 0)
			return &levels[i];
	return NULL;
}

static bool
numbered_has(const struct level *level, enum family family, const char *number)
{
	const char *highest = family == FAMILY_GLIBCXX  ? level->glibcxx
			      : family == FAMILY_CXXABI ? level->cxxabi
							: level->gcc;

	return cstr_version_cmp(number, highest) <= 0;
}

bool
cxx_level_has(const char *glibcxx, const char *version, bool *ret_known)
{
	const struct level *level = find_level(glibcxx);

	*ret_known = level != NULL;
	for (size_t i = 0; level && i < ARRAY_LEN(unnumbered); i++) {
		bool has = cstr_version_cmp(unnumbered[i].glibcxx, glibcxx) <= 0;

		if (strcmp(unnumbered[i].node, version) != 0)
			continue;
		*ret_known = has || !unnumbered[i].vague;
		return has;
	}
	for (size_t i = 0; level && i < ARRAY_LEN(families); i++) {
		const char *number = version + strlen(families[i].prefix);

		if (cstr_starts(version, families[i].prefix) && *number >= '0' && *number <= '9')
			return numbered_has(level, families[i].family, number);
	}
	*ret_known = false;
	return false;
}
