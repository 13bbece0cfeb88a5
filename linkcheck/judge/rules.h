/* SPDX-License-Identifier: MIT */
/*
 * The check functions behind the rows of rules.c, one file for each theme, and the few questions
 * about a subject that several of them ask.
 */
#ifndef LINKCHECK_RULES_H
#define LINKCHECK_RULES_H

#include "linkcheck/judge/audit.h"

/* rules_abi.c */
rule_check check_abi, check_mode, check_interpreter;
/* rules_floor.c */
rule_check check_floor, check_weak_floor, check_private;
/* rules_go.c */
rule_check check_go_target, check_go_cgo;
/* rules_policy.c */
rule_check check_needs, check_rpath_allowed;
/* rules_cpu.c */
rule_check check_cpu;
/* rules_libc.c */
rule_check check_glibc_in_musl, check_two_libcs, check_static_nss, check_static_modules;
/* rules_resolve.c */
rule_check check_library_missing, check_symbol_missing, check_symbol_lazy, check_version_missing,
	check_underlinked, check_overlinked, check_duplicate_soname, check_platform,
	check_unversioned, check_leaks, check_musl_relocs;
/* rules_rpath.c */
rule_check check_rpath_build, check_rpath_relative, check_rpath_mangled, check_rpath_absolute,
	check_rpath_escapes, check_rpath_setuid, check_rpath_dir, check_rpath_useless,
	check_rpath_kind;
/* rules_search.c */
rule_check check_host_path, check_dialects;
/* rules_time.c */
rule_check check_narrow_time;
/* rules_build.c */
rule_check check_unprotected, check_branch_guards, check_build_paths;
/* rules_layout.c */
rule_check check_pie, check_relro, check_exec_stack, check_textrel, check_alignment,
	check_malformed, check_simulated;
/* rules_macho.c */
rule_check check_dylib_missing, check_duplicate_load, check_minos, check_sdk_symbol,
	check_install_name, check_unsigned, check_slices;

/* The libc the file is promised to, else the one it is bound to. */
enum target_libc rules_libc(const struct subject *s);
/* Was it built for somebody (a contract), so that style is worth a warning? */
bool rules_has_promise(const struct subject *s);
/* For rules that need something a loader or kernel loads: true when there is nothing to check. */
bool rules_skip_unloadable(const struct subject *s, const char **ret_reason);
/* What Go's build information says of a variable, as "GOAMD64=v3" does; or NULL. */
const char *rules_go_setting(const struct subject *s, const char *name);
/* LC020's findings on what the policy allows; false when it says nothing of versions. */
bool rules_policy_floors(struct subject *s, struct findings *out);
/* The level of x86-64 the file asks for when it is above the first ("x86-64-v3"), or NULL. */
const char *rules_cpu_text(const struct subject *s);
/* LC011's finding on a platform where the file does not start. */
void rules_add_platform(struct subject *s, struct findings *out, const struct verdict_row *row);
/* For rules that conclude from what is not in the file: true when it is damaged, and may have been there. */
bool rules_damaged(const struct subject *s, const char **ret_reason);
/* A text, and the file's own name, for a command line: as a shell reads them back. */
const char *rules_word(const struct subject *s, const char *text);
const char *rules_file_word(const struct subject *s);
/* FAIL when findings were added since `before`, else PASS. */
enum verdict rules_verdict(const struct findings *out, size_t before);

#endif
