/* SPDX-License-Identifier: MIT */
/* Looks up the recorded DLLs of Windows. */
#include "linkcheck/resolve/nt_system.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

#define NAME_MAX_KEPT 128 /* longer names are none of Windows' */

/* HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\KnownDLLs of Windows 10, and what these need
 * themselves: mapped once for all programs, so nobody's own copy is ever taken. */
static const char *const known[] = {
	"advapi32",
	"bcryptprimitives",
	"clbcatq",
	"combase",
	"comdlg32",
	"coml2",
	"difxapi",
	"gdi32",
	"gdi32full",
	"gdiplus",
	"imagehlp",
	"imm32",
	"kernel32",
	"kernelbase",
	"msctf",
	"msvcp_win",
	"msvcrt",
	"normaliz",
	"nsi",
	"ntdll",
	"ole32",
	"oleaut32",
	"psapi",
	"rpcrt4",
	"sechost",
	"setupapi",
	"shcore",
	"shell32",
	"shlwapi",
	"ucrtbase",
	"user32",
	"win32u",
	"wldap32",
	"ws2_32",
};

/* What GCC, LLVM and Cygwin put beside their programs. */
static const char *const toolchain[] = {
	"libgcc_s_",
	"libstdc++-",
	"libwinpthread-",
	"libssp-",
	"libgomp-",
	"libquadmath-",
	"libatomic-",
	"libgfortran-",
	"libobjc-",
	"libc++.",
	"libc++abi.",
	"libunwind.",
	"libomp.",
	"libasan",
	"cygwin1.",
	"msys-2.0.",
	"cyggcc_s-",
	"cygstdc++-",
	"pthreadgc2.",
};

/* In lower case; false when it is too long to be one. */
static bool
lower(const char *name, char out[NAME_MAX_KEPT])
{
	size_t n = strlen(name);

	if (n >= NAME_MAX_KEPT)
		return false;
	for (size_t i = 0; i <= n; i++)
		out[i] = (char)tolower((unsigned char)name[i]);
	return true;
}

static bool
is_set_name(const char *low)
{
	return cstr_starts(low, "api-") || cstr_starts(low, "ext-");
}

/* The part of an API set's name that is compared: all before the last hyphen, which precedes the
 * revision (ApiSetpSearchForApiSet); of other names all. */
static size_t
compared(const char *low)
{
	const char *last = strrchr(low, '-');

	return is_set_name(low) && last ? (size_t)(last - low) : strlen(low);
}

static const struct nt_dll_row *
find_dll(const char *low)
{
	size_t n = compared(low), left = 0, right = nt_dll_count;

	while (left < right) {
		size_t mid = left + (right - left) / 2;
		const char *name = nt_text + nt_dlls[mid].name;
		int order = strncmp(name, low, n);

		if (order == 0 && !is_set_name(low))
			order = name[n] != '\0';
		else if (order == 0)
			order = name[n] == '-' && !strchr(name + n + 1, '-') ? 0 : 1;
		if (order == 0)
			return &nt_dlls[mid];
		if (order < 0)
			left = mid + 1;
		else
			right = mid;
	}
	return NULL;
}

static bool
is_toolchain(const char *low)
{
	for (size_t i = 0; i < ARRAY_LEN(toolchain); i++)
		if (cstr_starts(low, toolchain[i]))
			return true;
	return false;
}

enum nt_dll_kind
nt_dll_kind(const char *dll)
{
	char low[NAME_MAX_KEPT];
	const struct nt_dll_row *row;

	if (!lower(dll, low))
		return NT_DLL_UNKNOWN;
	row = find_dll(low);
	if (row && is_set_name(low))
		return NT_DLL_API_SET;
	if (row)
		return row->redist ? NT_DLL_REDIST : NT_DLL_SYSTEM;
	return is_toolchain(low) ? NT_DLL_TOOLCHAIN : NT_DLL_UNKNOWN;
}

bool
nt_dll_is_known(const char *dll)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		size_t n = strlen(known[i]);

		if (strncasecmp(dll, known[i], n) == 0 && strcasecmp(dll + n, ".dll") == 0)
			return true;
	}
	return false;
}

bool
nt_dll_is_extension(const char *dll)
{
	return strncasecmp(dll, "ext-ms-", 7) == 0;
}

static const struct nt_export_row *
find_export(const struct nt_dll_row *dll, const char *name)
{
	size_t left = dll->first, right = dll->first + (size_t)dll->count;

	while (left < right) {
		size_t mid = left + (right - left) / 2;
		int order = strcmp(nt_text + nt_exports[mid].name, name);

		if (order == 0)
			return &nt_exports[mid];
		if (order < 0)
			left = mid + 1;
		else
			right = mid;
	}
	return NULL;
}

/* Where a contract's functions have always been; the sets' own lists are those of one release. */
static const char *
host_of(const char *low)
{
	if (cstr_starts(low, "api-ms-win-crt-"))
		return "ucrtbase.dll";
	return cstr_starts(low, "api-ms-win-core-") ? "kernel32.dll" : NULL;
}

/* No import library is recorded of other machines; what both recorded ones have, they have too. */
static unsigned
arch_bits(const char *arch)
{
	if (strcmp(arch, "386") == 0)
		return NT_ARCH_386;
	return strcmp(arch, "amd64") == 0 ? NT_ARCH_AMD64 : NT_ARCH_386 | NT_ARCH_AMD64;
}

enum nt_answer
nt_dll_exports(const char *dll, const char *arch, const char *name, const char **ret_since)
{
	char low[NAME_MAX_KEPT];
	const struct nt_dll_row *row = lower(dll, low) ? find_dll(low) : NULL;
	const struct nt_export_row *e = row ? find_export(row, name) : NULL;
	const char *host = row ? host_of(low) : NULL;
	unsigned bits = arch_bits(arch);

	*ret_since = NULL;
	if (host && !e)
		e = find_export(find_dll(host), name);
	if (!row || row->count == 0)
		return NT_NO_RECORDS;
	if (!e || (e->arches & bits) != bits)
		return NT_NOT_RECORDED;
	if (e->since)
		*ret_since = nt_versions[e->since];
	return NT_EXPORTED;
}

enum nt_crt
nt_dll_crt(const char *dll, const char **ret_name)
{
	/* Each of them is a C library of its own: Visual C++ 4 to 2013, debug builds, Cygwin. */
	static const char *const others[] = { "crtdll", "msvcrt10", "msvcrt20", "msvcrt40",
		"msvcrtd", "ucrtbased", "msvcr70d", "msvcr71d", "msvcr80d", "msvcr90d", "msvcr100d",
		"msvcr110d", "msvcr120d", "msvcr70", "msvcr71", "msvcr80", "msvcr90", "msvcr100",
		"msvcr110", "msvcr120", "cygwin1", "msys-2.0" };
	char low[NAME_MAX_KEPT];

	*ret_name = NULL;
	if (!lower(dll, low))
		return NT_CRT_NONE;
	if (strcmp(low, "msvcrt.dll") == 0) {
		*ret_name = "msvcrt";
		return NT_CRT_MSVCRT;
	}
	if (strcmp(low, "ucrtbase.dll") == 0 || cstr_starts(low, "api-ms-win-crt-")) {
		*ret_name = "ucrt";
		return NT_CRT_UCRT;
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		size_t n = strlen(others[i]);

		if (strncmp(low, others[i], n) == 0 && strcmp(low + n, ".dll") == 0) {
			*ret_name = others[i];
			return NT_CRT_OTHER;
		}
	}
	return NT_CRT_NONE;
}
