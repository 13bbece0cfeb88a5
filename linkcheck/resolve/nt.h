/* SPDX-License-Identifier: MIT */
/*
 * Would this PE file start on Windows: its DLLs are searched, and its imports bound, the way that the NT loader
 * (ntdll's Ldr) does it for an unpackaged program in safe search mode: API sets, what is loaded
 * already, \KnownDlls, the program's directory, the system's directory. Names of DLLs are compared
 * without regard to case, names of functions with it.
 *
 * The program's directory is that of the file: among world->shipped when it is one of them, else on
 * this machine. The system is what is recorded of Windows (nt_system.h), and the directories of
 * world->dlls; when one of these has a kernel32.dll they are all of the system. Windows' own DLLs are
 * taken to have what they need themselves.
 *
 * A directory that a program adds at run time, PATH, and side-by-side assemblies are not looked at.
 */
#ifndef LINKCHECK_NT_H
#define LINKCHECK_NT_H

#include "linkcheck/resolve/resolve.h"

/* NTSTATUS of a start that fails. */
#define NT_DLL_NOT_FOUND 0xc0000135u
#define NT_ORDINAL_NOT_FOUND 0xc0000138u
#define NT_ENTRYPOINT_NOT_FOUND 0xc0000139u
#define NT_INVALID_IMAGE_FORMAT 0xc000007bu

/* As resolve_image, which calls it for PE files. In the result `objects` have no `object`, and no `img` when
 * they are recorded only. */
bool nt_resolve(struct arena *a, struct image *img, const struct resolve_world *world,
	struct resolution *ret, struct error *err) MUST_USE;

#endif
