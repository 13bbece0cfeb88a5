/* SPDX-License-Identifier: MIT */
/* The releases that sysroots come from, the package sets, and the choice of a release. */
#include "sysroots/source.h"

#include <string.h>

/* Oldest first. The versions are those of each release's libc6, musl and default gcc; the
 * architectures those that its Release file named while it was the stable one (a mirror may have
 * dropped some of an old release's, which shows when the index is asked). */
static const struct source sources[] = {
	{ "debian:11", "Debian 11", "bullseye", "2.31", "1.2.2", "10", false,
		{ "amd64", "arm64", "armel", "armhf", "i386", "mips64el", "mipsel", "ppc64el",
			"s390x" } },
	{ "debian:12", "Debian 12", "bookworm", "2.36", "1.2.3", "12", false,
		{ "amd64", "arm64", "armel", "armhf", "i386", "mips64el", "mipsel", "ppc64el",
			"s390x" } },
	{ "debian:13", "Debian 13", "trixie", "2.41", "1.2.5", "14", false,
		{ "amd64", "arm64", "armel", "armhf", "i386", "ppc64el", "riscv64", "s390x" } },
	{ "debian:sid", "Debian sid", "sid", "2.43", "1.2.6", "16", true,
		{ "amd64", "arm64", "armhf", "i386", "loong64", "ppc64el", "riscv64", "s390x" } },
};

/* The release that is taken when nothing else decides: old enough that what is built with it
 * starts on every distribution release that still gets updates. */
static const char default_source[] = "debian:12";

/* Which packages a set adds to the one before it; %s is the major version of gcc. libc6 is not in
 * the static set (nothing links against it), and libc.so of musl is in `musl` alone. */
static const struct {
	enum target_libc libc;
	enum package_set set;
	const char *packages[5];
} set_packages[] = {
	{ LIBC_GLIBC, SET_C_STATIC, { "libc6-dev", "libgcc-%s-dev", "linux-libc-dev" } },
	{ LIBC_GLIBC, SET_C_DYNAMIC, { "libc6", "libcrypt-dev", "libcrypt1", "libgcc-s1" } },
	{ LIBC_GLIBC, SET_CXX, { "libstdc++-%s-dev", "libstdc++6" } },
	{ LIBC_MUSL, SET_C_STATIC, { "libgcc-%s-dev", "linux-libc-dev", "musl-dev" } },
	{ LIBC_MUSL, SET_C_DYNAMIC, { "musl" } },
};

static const char *const set_names[PACKAGE_SETS] = { "c-static", "c-dynamic", "c++" };

size_t
source_count(void)
{
	return ARRAY_LEN(sources);
}

const struct source *
source_at(size_t i)
{
	return i < ARRAY_LEN(sources) ? &sources[i] : NULL;
}

const struct source *
source_get(const char *id, struct error *err)
{
	const char *ids[ARRAY_LEN(sources)];

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		if (strcmp(id, sources[i].id) == 0 || strcmp(id, sources[i].suite) == 0)
			return &sources[i];
		ids[i] = sources[i].id;
	}
	error_set(err, ERROR_USAGE, "unknown sysroot source \"%.64s\"", id);
	const char *near = cstr_nearest(id, ids, ARRAY_LEN(ids));
	if (near != NULL)
		error_hint(err, "did you mean %s?", near);
	else
		error_hint(err, "known are debian:11, debian:12, debian:13 and debian:sid");
	return NULL;
}

static bool
source_has_arch(const struct source *s, const char *arch)
{
	for (size_t i = 0; s->arches[i] != NULL; i++)
		if (strcmp(s->arches[i], arch) == 0)
			return true;
	return false;
}

/* Is this a target that packages of a distribution can serve at all? */
static bool
target_is_served(const struct target *t, struct error *err)
{
	if (strcmp(t->row->os, "linux") != 0) {
		error_set(err, ERROR_USAGE, "no sysroot source for %s: the packages are for linux",
			t->name);
		return error_hint(err, "pass your own with --sysroot DIR");
	}
	if (t->abi == NULL || (t->abi->libc != LIBC_GLIBC && t->abi->libc != LIBC_MUSL)) {
		error_set(err, ERROR_USAGE,
			"no sysroot source for %s: the packages have glibc and musl only", t->name);
		return error_hint(err, "pass your own with --sysroot DIR");
	}
	if (t->row->debian[0] == '\0') {
		error_set(err, ERROR_USAGE,
			"no sysroot source for %s: Debian has no such "
			"architecture",
			t->name);
		return error_hint(err, "pass your own with --sysroot DIR");
	}
	return true;
}

const char *
source_libc_version(const struct source *s, const struct target *t)
{
	return t->abi != NULL && t->abi->libc == LIBC_MUSL ? s->musl : s->glibc;
}

static bool
source_is_old_enough(const struct source *s, const struct target *t)
{
	return t->version[0] == '\0' ||
	       cstr_version_cmp(source_libc_version(s, t), t->version) <= 0;
}

bool
source_serves(const struct source *s, const struct target *t, struct error *err)
{
	if (!target_is_served(t, err))
		return false;
	if (!source_has_arch(s, t->row->debian)) {
		error_set(err, ERROR_USAGE, "%s has no architecture %s, which %s needs", s->id,
			t->row->debian, t->name);
		const struct source *other = source_for(t, &(struct error){ 0 });
		if (other != NULL)
			error_hint(err, "%s has it", other->id);
		return false;
	}
	if (!source_is_old_enough(s, t)) {
		error_set(err, ERROR_USAGE, "%s has %s %s, newer than the %s that %s asks for",
			s->id, target_libc_name(t->abi->libc), source_libc_version(s, t),
			t->version, t->name);
		return error_hint(err, "choose an older source, or a higher version");
	}
	return true;
}

/* How good a choice `s` is where it serves the target: higher is better. A version in the target
 * asks for the newest that is old enough; without one the default comes first, then what is newer
 * than it (oldest first), then what is older. */
static int
source_rank(size_t index, size_t preferred, const struct target *t)
{
	if (sources[index].moving)
		return 0;
	if (t->version[0] != '\0')
		return (int)index + 1;
	if (index >= preferred)
		return (int)(1000 - index);
	return (int)index + 1;
}

const struct source *
source_for(const struct target *t, struct error *err)
{
	const struct source *best = NULL, *oldest = NULL;
	size_t preferred = 0;
	int best_rank = -1;

	if (!target_is_served(t, err))
		return NULL;
	while (strcmp(sources[preferred].id, default_source) != 0)
		preferred++;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		const struct source *s = &sources[i];
		if (!source_has_arch(s, t->row->debian))
			continue;
		if (s->moving && oldest != NULL)
			continue;
		if (oldest == NULL)
			oldest = s;
		if (!source_is_old_enough(s, t))
			continue;
		if (source_rank(i, preferred, t) > best_rank) {
			best_rank = source_rank(i, preferred, t);
			best = s;
		}
	}
	if (best != NULL)
		return best;
	if (oldest == NULL) {
		error_set(err, ERROR_USAGE, "no sysroot source has architecture %s, which %s needs",
			t->row->debian, t->name);
		error_hint(err, "pass your own with --sysroot DIR");
		return NULL;
	}
	error_set(err, ERROR_USAGE, "no sysroot source has a %s as old as %s for %s",
		target_libc_name(t->abi->libc), t->version, t->name);
	error_hint(err, "the oldest is %s with %s; or pass your own with --sysroot DIR", oldest->id,
		source_libc_version(oldest, t));
	return NULL;
}

bool
source_packages(const struct source *s, const struct target *t, enum package_set set,
	struct strvec *ret, struct error *err)
{
	if (!target_is_served(t, err))
		return false;
	if (set == SET_CXX && t->abi->libc == LIBC_MUSL) {
		error_set(err, ERROR_USAGE,
			"no C++ for %s: Debian's libstdc++ is built against "
			"glibc and does not compile with musl",
			t->name);
		return error_hint(err, "use the glibc target, or pass a musl sysroot that has a "
				       "C++ library with --sysroot DIR");
	}
	for (size_t i = 0; i < ARRAY_LEN(set_packages); i++) {
		if (set_packages[i].libc != t->abi->libc || set_packages[i].set > set)
			continue;
		for (size_t k = 0; set_packages[i].packages[k] != NULL; k++) {
			const char *name = set_packages[i].packages[k];
			const char *gcc = strstr(name, "%s");
			if (gcc == NULL)
				strvec_push(ret, name);
			else
				strvec_pushf(
					ret, "%.*s%s%s", (int)(gcc - name), name, s->gcc, gcc + 2);
		}
	}
	strvec_sort(ret);
	return true;
}

const char *
package_set_name(enum package_set set)
{
	return set_names[set];
}

enum package_set
package_set_find(const char *name)
{
	size_t i = 0;

	while (i < PACKAGE_SETS && strcmp(set_names[i], name) != 0)
		i++;
	return (enum package_set)i;
}
