/* SPDX-License-Identifier: MIT */
/*
 * What Windows brings along, as far as it is recorded: names of its DLLs and API sets, and of the
 * most used ones the exports. The records come from import libraries (linkcheck/platform/data/windows.tsv), so
 * they prove that something is there; what they lack may be there nevertheless.
 */
#ifndef LINKCHECK_NT_SYSTEM_H
#define LINKCHECK_NT_SYSTEM_H

#include <stdbool.h>

#include "linkcheck/resolve/nt_table.h"

enum nt_dll_kind {
	NT_DLL_UNKNOWN,
	NT_DLL_SYSTEM,    /* part of Windows */
	NT_DLL_API_SET,   /* "api-ms-win-...": a name that leads to one of them */
	NT_DLL_REDIST,    /* installed by a package of Microsoft's: msvcp140.dll */
	NT_DLL_TOOLCHAIN, /* a compiler's own: libgcc_s_seh-1.dll */
};

/* Families of C libraries, each with its own heap, FILE and errno. */
enum nt_crt { NT_CRT_NONE, NT_CRT_MSVCRT, NT_CRT_UCRT, NT_CRT_OTHER };

/* Names of DLLs in any case. */
enum nt_dll_kind nt_dll_kind(const char *dll);
/* Found before the program's own directory: \KnownDlls. */
bool nt_dll_is_known(const char *dll);
/* "ext-ms-...": an API set that a Windows need not have. */
bool nt_dll_is_extension(const char *dll);

enum nt_answer {
	NT_EXPORTED,
	NT_NOT_RECORDED, /* the DLL's exports are recorded, and it is not among them */
	NT_NO_RECORDS,
};
/* `name`, or "#7" for an ordinal. *ret_since is the first Windows that has it ("6.2"), or NULL. */
enum nt_answer nt_dll_exports(
	const char *dll, const char *arch, const char *name, const char **ret_since);

/* Which C library a DLL is, or belongs to; *ret_name names it ("msvcrt", "ucrt", "msvcr120"). */
enum nt_crt nt_dll_crt(const char *dll, const char **ret_name);

#endif
