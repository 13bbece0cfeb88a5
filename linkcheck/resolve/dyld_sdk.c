/* SPDX-License-Identifier: MIT */
/* The stubs of an SDK: which file describes a system library, read once for many files. */
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "linkcheck/resolve/dyld.h"
#include "linkcheck/resolve/rootfs.h"

static const char *
host_path(struct dyld *d, const char *path)
{
	return rootfs_resolve(d->arena, d->world->sdk, path);
}

/* "/usr/lib/libz.tbd" of "/usr/lib/libz.1.dylib"; SDKs link the one to the other, small ones do not. */
static const char *
without_version(struct arena *a, const char *path)
{
	const char *name = path_base(path), *dot = strchr(name, '.');

	return arena_printf(a, "%.*s.tbd", (int)(dot ? dot - path : (long)strlen(path)), path);
}

/* "/S/L/F/X.framework/X.tbd" of "/S/L/F/X.framework/Versions/A/X". */
static const char *
without_versions_dir(struct arena *a, const char *path)
{
	const char *versions = strstr(path, ".framework/Versions/");

	if (!versions)
		return NULL;
	return arena_printf(
		a, "%.*s.framework/%s.tbd", (int)(versions - path), path, path_base(path));
}

static const struct tbd *
read_stub(struct dyld *d, const char *host)
{
	struct arena *a = d->store->arena;
	const char *platform = d->top->macho->platform ? d->top->macho->platform : "macos";
	char *key = arena_printf(a, "stub %s %s %s", d->top->arch, platform, host);
	struct tbd *tbd = strmap_get(&d->store->views, key);
	struct error err;
	struct str text;

	if (tbd)
		return tbd;
	tbd = ARENA_NEW(a, struct tbd); /* empty when it cannot be read */
	error_clear(&err);
	if (file_read(d->arena, host, CAP_TEXT_FILE, &text, &err))
		(void)!tbd_read(a, host, text, d->top->arch, platform, tbd, &err);
	strmap_set(&d->store->views, key, tbd);
	return tbd;
}

static const struct tbd_library *
in_file(const struct tbd *tbd, const char *install_name)
{
	for (size_t i = 0; i < tbd->count; i++)
		if (strcmp(tbd->items[i].install_name, install_name) == 0 && tbd->items[i].serves)
			return &tbd->items[i];
	return NULL;
}

const struct tbd_library *
dyld_stub(struct dyld *d, const char *install_name, const struct tbd **ret_file)
{
	struct arena *a = d->arena;
	const char *path = cstr_ends(install_name, ".dylib")
				   ? arena_strndup(a, install_name, strlen(install_name) - 6)
				   : install_name;
	const char *const tries[] = { arena_printf(a, "%s.tbd", path),
		without_version(a, install_name), without_versions_dir(a, install_name) };

	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		const char *host = tries[i] ? host_path(d, tries[i]) : NULL;
		const struct tbd *tbd = host ? read_stub(d, host) : NULL;
		const struct tbd_library *l = tbd ? in_file(tbd, install_name) : NULL;

		if (!l)
			continue;
		*ret_file = tbd;
		return l;
	}
	return NULL;
}
