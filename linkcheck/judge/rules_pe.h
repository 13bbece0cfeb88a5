/* SPDX-License-Identifier: MIT */
/* The check functions for PE files, and what the summary and other rules ask about one. */
#ifndef LINKCHECK_RULES_PE_H
#define LINKCHECK_RULES_PE_H

#include "linkcheck/judge/rules.h"

rule_check check_dll_missing, check_entry_missing, check_mixed_crt, check_pe_hardening,
	check_dll_machine, check_windows_version, check_runtime_dll;

/* The newest Windows that a function imported at start is recorded to need ("6.2"), and which they are;
 * NULL when nothing newer than 6.0 is recorded. */
const char *rules_windows_floor(struct subject *s, struct strvec *ret_names);
/* LC035's part: a static program needs no DLL but Windows' own. */
void rules_check_static_pe(struct subject *s, struct findings *out);
/* Sets s->libc by the needed DLLs. */
void rules_find_crt(struct subject *s);
/* " · program · console · ucrt · ASLR · NX" */
void rules_summary_pe(struct strbuf *b, const struct subject *s);

#endif
