/* SPDX-License-Identifier: MIT */
/* The releases that sysroots come from, the package sets, and the choice of a release. */
#include "sysroots/source.h"

#include <string.h>

/* The built-in places. Debian's is its dated archive, which keeps every package it ever had: a lock
 * does not go stale there (any moment is understood as the last state before it). Ubuntu's release
 * pockets never change. */
static const struct distribution debian = {
	.name = "debian",
	.os = "linux",
	.layout = LAYOUT_DEBIAN,
	.preferred = "debian:12", /* old enough that what is built with it starts on every
				   * distribution release that still gets updates */
	.bases = { "https://snapshot.debian.org/archive/debian/20250915T000000Z" },
	.components = { "main" },
	.keys = "/usr/share/keyrings/debian-archive-keyring.gpg",
	.keys_package = "debian-archive-keyring",
};

/* musl is in universe. */
static const struct distribution ubuntu = {
	.name = "ubuntu",
	.os = "linux",
	.layout = LAYOUT_DEBIAN,
	.preferred = "ubuntu:22.04",
	.named = true,
	.bases = { "http://archive.ubuntu.com/ubuntu" },
	.ports = { "http://ports.ubuntu.com/ubuntu-ports" },
	.components = { "main", "universe" },
	.keys = "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
	.keys_package = "ubuntu-archive-keyring",
};

/* All of it is built for musl, C++ too. The gcc column is the directory's name. */
static const struct distribution alpine = {
	.name = "alpine",
	.os = "linux",
	.layout = LAYOUT_ALPINE,
	.preferred = "alpine:3.22",
	.named = true,
	.bases = { "https://dl-cdn.alpinelinux.org/alpine" },
	.components = { "main", "community" },
	.keys = "/etc/apk/keys",
	.keys_package = "alpine-keys (of Alpine)",
};

/* One archive with the whole system. Releases that are over move to the second place. */
static const struct distribution freebsd = {
	.name = "freebsd",
	.os = "freebsd",
	.layout = LAYOUT_FREEBSD,
	.preferred = "freebsd:14",
	.bases = { "https://download.freebsd.org/releases",
		"https://ftp-archive.freebsd.org/pub/FreeBSD-Archive/old-releases" },
	.keys = "",
	.keys_package = "",
};

/* Oldest first in each distribution. The versions are those of each release's libc6, musl and
 * default gcc; the architectures those that its Release file named while it was the stable one (a
 * mirror may have dropped some of an old release's, which shows when the index is asked). */
static const struct source sources[] = {
	{ &debian, "debian:11", "Debian 11", "bullseye", "2.31", "1.2.2", "", "10", false,
		{ "amd64", "arm64", "armel", "armhf", "i386", "mips64el", "mipsel", "ppc64el",
			"s390x" } },
	{ &debian, "debian:12", "Debian 12", "bookworm", "2.36", "1.2.3", "", "12", false,
		{ "amd64", "arm64", "armel", "armhf", "i386", "mips64el", "mipsel", "ppc64el",
			"s390x" } },
	{ &debian, "debian:13", "Debian 13", "trixie", "2.41", "1.2.5", "", "14", false,
		{ "amd64", "arm64", "armel", "armhf", "i386", "ppc64el", "riscv64", "s390x" } },
	{ &debian, "debian:sid", "Debian sid", "sid", "2.43", "1.2.6", "", "16", true,
		{ "amd64", "arm64", "armhf", "i386", "loong64", "ppc64el", "riscv64", "s390x" } },
	{ &ubuntu, "ubuntu:20.04", "Ubuntu 20.04", "focal", "2.31", "1.1.24", "", "9", false,
		{ "amd64", "arm64", "armhf", "ppc64el", "riscv64", "s390x" } },
	{ &ubuntu, "ubuntu:22.04", "Ubuntu 22.04", "jammy", "2.35", "1.2.2", "", "11", false,
		{ "amd64", "arm64", "armhf", "ppc64el", "riscv64", "s390x" } },
	{ &ubuntu, "ubuntu:24.04", "Ubuntu 24.04", "noble", "2.39", "1.2.4", "", "13", false,
		{ "amd64", "arm64", "armhf", "ppc64el", "riscv64", "s390x" } },
	{ &alpine, "alpine:3.18", "Alpine 3.18", "v3.18", "", "1.2.4", "", "12.2.1", false,
		{ "aarch64", "armhf", "armv7", "ppc64le", "s390x", "x86", "x86_64" } },
	{ &alpine, "alpine:3.19", "Alpine 3.19", "v3.19", "", "1.2.4", "", "13.2.1", false,
		{ "aarch64", "armhf", "armv7", "ppc64le", "s390x", "x86", "x86_64" } },
	{ &alpine, "alpine:3.20", "Alpine 3.20", "v3.20", "", "1.2.5", "", "13.2.1", false,
		{ "aarch64", "armhf", "armv7", "ppc64le", "riscv64", "s390x", "x86", "x86_64" } },
	{ &alpine, "alpine:3.21", "Alpine 3.21", "v3.21", "", "1.2.5", "", "14.2.0", false,
		{ "aarch64", "armhf", "armv7", "loongarch64", "ppc64le", "riscv64", "s390x", "x86",
			"x86_64" } },
	{ &alpine, "alpine:3.22", "Alpine 3.22", "v3.22", "", "1.2.5", "", "14.2.0", false,
		{ "aarch64", "armhf", "armv7", "loongarch64", "ppc64le", "riscv64", "s390x", "x86",
			"x86_64" } },
	{ &freebsd, "freebsd:13", "FreeBSD 13.5", "13.5-RELEASE", "", "", "13", "", false,
		{ "amd64", "arm64", "armv7", "i386", "riscv64" } },
	{ &freebsd, "freebsd:14", "FreeBSD 14.3", "14.3-RELEASE", "", "", "14", "", false,
		{ "amd64", "arm64", "armv7", "i386", "riscv64" } },
};

/* Which packages a set adds to the one before it; %s is the version of gcc. libc6 is not in the
 * static set (nothing links against it), and libc.so of musl is in `musl` alone. */
static const struct {
	enum source_layout layout;
	enum target_libc libc;
	enum package_set set;
	const char *packages[5];
} set_packages[] = {
	{ LAYOUT_DEBIAN, LIBC_GLIBC, SET_C_STATIC,
		{ "libc6-dev", "libgcc-%s-dev", "linux-libc-dev" } },
	{ LAYOUT_DEBIAN, LIBC_GLIBC, SET_C_DYNAMIC,
		{ "libc6", "libcrypt-dev", "libcrypt1", "libgcc-s1" } },
	{ LAYOUT_DEBIAN, LIBC_GLIBC, SET_CXX, { "libstdc++-%s-dev", "libstdc++6" } },
	{ LAYOUT_DEBIAN, LIBC_MUSL, SET_C_STATIC,
		{ "libgcc-%s-dev", "linux-libc-dev", "musl-dev" } },
	{ LAYOUT_DEBIAN, LIBC_MUSL, SET_C_DYNAMIC, { "musl" } },
	{ LAYOUT_ALPINE, LIBC_MUSL, SET_C_STATIC, { "gcc", "linux-headers", "musl-dev" } },
	{ LAYOUT_ALPINE, LIBC_MUSL, SET_C_DYNAMIC, { "libgcc", "musl" } },
	{ LAYOUT_ALPINE, LIBC_MUSL, SET_CXX, { "libstdc++", "libstdc++-dev" } },
	{ LAYOUT_FREEBSD, LIBC_NATIVE, SET_C_STATIC, { "base" } }, /* and all else is in it */
	{ LAYOUT_FREEBSD, LIBC_NATIVE, SET_CXX, { NULL } },
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

const struct distribution *
source_distribution(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(sources); i++)
		if (strcmp(sources[i].of->name, name) == 0)
			return sources[i].of;
	return NULL;
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
		error_hint(err, "debian:12 is one; `xbuild explain debian:12` tells about it");
	return NULL;
}

/* FreeBSD calls its architectures as Go does, but for these. */
static const struct {
	const char *arch, *variant, *freebsd;
} freebsd_arches[] = {
	{ "386", NULL, "i386" },
	{ "arm", "v7", "armv7" },
	{ "arm", NULL, "" },
};

const char *
source_arch(const struct source *s, const struct target *t)
{
	if (s->of->layout == LAYOUT_DEBIAN)
		return t->row->debian;
	if (s->of->layout == LAYOUT_ALPINE)
		return t->row->alpine;
	for (size_t i = 0; i < ARRAY_LEN(freebsd_arches); i++)
		if (strcmp(freebsd_arches[i].arch, t->row->arch) == 0 &&
			(freebsd_arches[i].variant == NULL ||
				strcmp(freebsd_arches[i].variant, t->row->variant) == 0))
			return freebsd_arches[i].freebsd;
	return t->row->arch;
}

static bool
source_has_arch(const struct source *s, const struct target *t)
{
	const char *arch = source_arch(s, t);

	for (size_t i = 0; s->arches[i] != NULL; i++)
		if (strcmp(s->arches[i], arch) == 0)
			return true;
	return false;
}

const char *
source_libc_version(const struct source *s, const struct target *t)
{
	switch (t->abi != NULL ? t->abi->libc : LIBC_UNKNOWN) {
	case LIBC_GLIBC:
		return s->glibc;
	case LIBC_MUSL:
		return s->musl;
	default:
		return s->system;
	}
}

/* Is it the target's system, with the target's libc? */
static bool
source_is_for(const struct source *s, const struct target *t)
{
	return strcmp(s->of->os, t->row->os) == 0 && t->abi != NULL &&
	       source_libc_version(s, t)[0] != '\0';
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
	const struct source *other;

	if (strcmp(s->of->os, t->row->os) != 0 || !source_is_for(s, t)) {
		other = source_for(t, err);
		if (other == NULL)
			return false;
		error_set(err, ERROR_USAGE, "%s does not have what %s needs", s->id, t->name);
		return error_hint(err, "%s has it", other->id);
	}
	if (!source_has_arch(s, t)) {
		error_set(err, ERROR_USAGE, "%s has no architecture %s, which %s needs", s->id,
			source_arch(s, t)[0] != '\0' ? source_arch(s, t) : t->row->arch, t->name);
		other = source_for(t, &(struct error){ 0 });
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

static size_t
preferred_index(const struct distribution *of)
{
	size_t i = 0;

	while (strcmp(sources[i].id, of->preferred) != 0)
		i++;
	return i;
}

/* How good a choice this is where it serves the target: higher is better. A version in the target
 * asks for the newest that is old enough; without one the default comes first, then what is newer
 * than it (oldest first), then what is older. */
static int
source_rank(size_t index, const struct target *t)
{
	if (sources[index].moving)
		return 0;
	if (t->version[0] != '\0')
		return (int)index + 1;
	if (index >= preferred_index(sources[index].of))
		return (int)(1000 - index);
	return (int)index + 1;
}

/* Nothing was found: why? `oldest` has the architecture, but a libc that is too new. */
static void
explain_none(const struct target *t, const struct source *oldest, bool served, struct error *err)
{
	if (!served) {
		error_set(err, ERROR_USAGE, "no sysroot source for %s is known", t->name);
		error_hint(err, "pass your own with --sysroot DIR");
		return;
	}
	if (oldest == NULL) {
		error_set(
			err, ERROR_USAGE, "no sysroot source has the architecture of %s", t->name);
		error_hint(err, "pass your own with --sysroot DIR");
		return;
	}
	error_set(err, ERROR_USAGE, "no sysroot source has a %s as old as %s for %s",
		target_libc_name(t->abi->libc), t->version, t->name);
	error_hint(err, "the oldest is %s with %s; or pass your own with --sysroot DIR", oldest->id,
		source_libc_version(oldest, t));
}

const struct source *
source_for(const struct target *t, struct error *err)
{
	const struct source *best = NULL, *oldest = NULL;
	bool served = false;
	int best_rank = -1;

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		const struct source *s = &sources[i];
		if (s->of->named || !source_is_for(s, t))
			continue;
		served = true;
		if (!source_has_arch(s, t) || (s->moving && oldest != NULL))
			continue;
		if (oldest == NULL)
			oldest = s;
		if (source_is_old_enough(s, t) && source_rank(i, t) > best_rank) {
			best_rank = source_rank(i, t);
			best = s;
		}
	}
	if (best == NULL)
		explain_none(t, oldest, served, err);
	return best;
}

static void
push_package(struct strvec *ret, const char *name, const char *gcc)
{
	const char *at = strstr(name, "%s");

	if (at == NULL)
		strvec_push(ret, name);
	else
		strvec_pushf(ret, "%.*s%s%s", (int)(at - name), name, gcc, at + 2);
}

static bool
has_set(const struct source *s, const struct target *t, enum package_set set)
{
	for (size_t i = 0; i < ARRAY_LEN(set_packages); i++)
		if (set_packages[i].layout == s->of->layout &&
			set_packages[i].libc == t->abi->libc && set_packages[i].set == set)
			return true;
	return false;
}

bool
source_packages(const struct source *s, const struct target *t, enum package_set set,
	struct strvec *ret, struct error *err)
{
	if (!source_is_for(s, t))
		return source_serves(s, t, err);
	if (set == SET_CXX && !has_set(s, t, set)) {
		error_set(err, ERROR_USAGE,
			"no C++ for %s: Debian's libstdc++ is built against "
			"glibc and does not compile with musl",
			t->name);
		return error_hint(err,
			"use the glibc target, or a source that is built for musl: "
			"%s",
			alpine.preferred);
	}
	for (size_t i = 0; i < ARRAY_LEN(set_packages); i++) {
		if (set_packages[i].layout != s->of->layout ||
			set_packages[i].libc != t->abi->libc || set_packages[i].set > set)
			continue;
		for (size_t k = 0; set_packages[i].packages[k] != NULL; k++)
			push_package(ret, set_packages[i].packages[k], s->gcc);
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
