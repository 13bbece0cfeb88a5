/* SPDX-License-Identifier: MIT */
/*
 * The inside of replicas: one library's record, parsed (replica_record.c), and made an ELF file
 * again (replica_stub.c).
 */
#ifndef LINKCHECK_REPLICA_INSIDE_H
#define LINKCHECK_REPLICA_INSIDE_H

#include <stdint.h>

#include "linkcheck/resolve/replica.h"

struct replica_symbol {
	const char *name;
	uint16_t version; /* as in DT_VERSYM */
	uint8_t type, bind, visibility;
	uint8_t relocs; /* ELF_REF_* */
	/* 'd' defined, 'z' as 0, 'a' absolute, 'b' absolute 0; 'u' undefined, 'v' with a value */
	char place;
};

struct replica_version {
	const char *file; /* of a need; NULL: a definition */
	const char *name;
	uint16_t index;
	bool base, weak, hidden;
};

/* An entry of the dynamic section that loads a library. */
struct replica_dep {
	uint64_t tag; /* DT_NEEDED, DT_FILTER, DT_AUXILIARY */
	const char *name;
};

struct replica_library {
	unsigned bits;
	bool big_endian;
	uint16_t machine;
	uint32_t flags;
	uint8_t osabi, abi_version;
	const char *soname, *interp, *rpath, *runpath;
	struct replica_dep *deps; /* in their order, which matters */
	size_t dep_count;
	struct strvec unread;
	uint64_t dt_flags, dt_flags_1;
	bool has_stack, stack_executable, relr, textrel_tag, irelative, empty_segment, tls;
	struct replica_version *defs, *needs;
	size_t def_count, need_count;
	struct replica_symbol *symbols;
	size_t symbol_count;
};

/* False with *ret_line, counted from 0, and what is wrong there. */
bool replica_record(struct arena *a, struct str record, struct replica_library *ret,
	size_t *ret_line, const char **ret_what);
/* Cuts the next word off the line and undoes its escapes; NULL when there is none, or a bad one. */
char *replica_word(struct arena *a, struct str *line);
/* The bytes of an ELF file that a loader would find the same things in. */
struct str replica_stub(struct arena *a, const struct replica_library *lib);

#endif
