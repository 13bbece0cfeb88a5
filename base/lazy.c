/* SPDX-License-Identifier: MIT */
/* Libraries that are loaded when they are first needed. */
#include "base/lazy.h"

#include <dlfcn.h>
#include <string.h>

/* The handle is never closed: the addresses stay good until the process ends, and a second load
 * of the same library only counts. */
bool
lazy_load(const char *soname, const char *package, const struct lazy_symbol *symbols, size_t count,
	struct error *err)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	if (!library) {
		error_set(err, ERROR_MISSING, "cannot load %s", soname);
		error_where(err, "%s", dlerror());
		return error_hint(err, "install the package that has it (Debian: %s)", package);
	}
	for (size_t i = 0; i < count; i++) {
		if (!dlsym(library, symbols[i].name)) {
			error_set(err, ERROR_MISSING, "%s has no function %s", soname,
				symbols[i].name);
			dlclose(library);
			return error_hint(
				err, "install a newer version of it (Debian: %s)", package);
		}
	}
	/* memcpy: the slot is a pointer to a function, which is not a void pointer in C. */
	for (size_t i = 0; i < count; i++) {
		void *address = dlsym(library, symbols[i].name);

		memcpy(symbols[i].slot, &address, sizeof(address));
	}
	return true;
}
