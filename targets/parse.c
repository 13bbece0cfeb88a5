/* SPDX-License-Identifier: MIT */
/*
 * Reading one target in any spelling. The text is copied, lower-cased and cut in place; which of
 * four shapes it has is told by its separators, and every word is looked up in targets/words.c or
 * the table:
 *
 *	linux/arm/v7/musl  linux/arm-7     the system first, cut at '/'
 *	linux-arm64  linux_arm_7           the system first, cut at '-' or '_'
 *	aarch64-unknown-linux-musl         a triple: the architecture first, cut at '-'
 *	arm64  armhf  x86_64               an architecture alone: Linux
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/env.h"
#include "base/str.h"
#include "targets/complain.h"
#include "targets/target.h"
#include "targets/words.h"

/* Longer than any name we understand; what is longer is refused unread. */
#define TEXT_MAX 100

/* One text while it is read. The words point into `buf`, the table, or the alias tables. */
struct reading {
	char shown[COMPLAIN_SHOWN];
	char buf[TEXT_MAX + 1];
	const char *os;
	const char *arch;
	const char *variant; /* canonical, NULL while none is named */
	enum words_float fp;
	enum target_libc libc;
	char version[sizeof(((struct target *)NULL)->version)];
};

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
load(struct reading *r, const char *text, struct error *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789._,/-";
	size_t len = strlen(text);

	complain_shown(r->shown, text);
	if (len == 0)
		error_set(err, ERROR_USAGE, "the target is empty");
	if (len > TEXT_MAX)
		error_set(err, ERROR_USAGE, "target \"%s\" is too long", r->shown);
	if (len == 0 || len > TEXT_MAX)
		return error_hint(err, "write os/arch[/variant][/libc]; see `xbuild targets`");
	for (size_t i = 0; i < len; i++) {
		r->buf[i] = lower(text[i]);
		if (strchr(good, r->buf[i]))
			continue;
		error_set(err, ERROR_USAGE,
			"a target cannot hold the character at byte %zu of \"%s\"", i + 1,
			r->shown);
		return error_hint(err, "see `xbuild targets`");
	}
	return true;
}

static bool
unknown(const struct reading *r, enum complain_among among, const char *part, struct error *err)
{
	return complain_unknown(
		err, among, part, r->shown, (size_t)(part - r->buf), r->os, r->arch);
}

/* The next part of *s, or NULL behind the last one. */
static char *
cut(char **s, char sep)
{
	char *part = *s;
	char *end = part ? strchr(part, sep) : NULL;

	if (end)
		*end++ = '\0';
	*s = end;
	return part;
}

static bool
set_version(struct reading *r, const char *version, struct error *err)
{
	if (*r->version) {
		error_set(err, ERROR_USAGE, "target \"%s\" names two versions, %s and %s", r->shown,
			r->version, version);
		return error_hint(err, "leave one out");
	}
	memcpy(r->version, version, strlen(version) + 1);
	return true;
}

/* Darwin's kernel version, which LLVM and GNU triples carry, as the version of macOS: 19 was 10.15,
 * 20 was 11, 24 was 15, 25 is 26. Only its first number counts. */
static void
macos_from_kernel(char version[static 16])
{
	unsigned kernel = 0;

	for (const char *p = version; *p >= '0' && *p <= '9'; p++)
		kernel = kernel * 10 + (unsigned)(*p - '0');
	if (kernel < 20)
		snprintf(version, 16, "10.%u", kernel > 4 ? kernel - 4 : 0);
	else
		snprintf(version, 16, "%u", kernel < 25 ? kernel - 9 : kernel + 1);
}

/* Whether the versions of an operating system's targets are its libc's. That of a Linux kernel has
 * no place in a target. */
static bool
counts_libc(const char *os)
{
	const struct target_row *row;

	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (strcmp(row->os, os) == 0)
			return row->abis[0].libc == LIBC_GLIBC || row->abis[0].libc == LIBC_MUSL;
	}
	return false;
}

/* Whether a word is an operating system, perhaps with a version; fills r->os and more. */
static bool
find_os(struct reading *r, char *word, bool triple)
{
	char name[TEXT_MAX + 1];
	char version[16] = "";

	memcpy(name, word, strlen(word) + 1);
	r->os = words_find_os(name, &r->libc);
	if (!r->os && words_take_version(name, version))
		r->os = words_find_os(name, &r->libc);
	if (!r->os || (*version && counts_libc(r->os)))
		return false;
	if (triple && *version && strcmp(name, "darwin") == 0)
		macos_from_kernel(version);
	memcpy(r->version, version, sizeof(r->version));
	return true;
}

static bool
check_pair(const struct reading *r, struct error *err)
{
	return target_row_find(r->os, r->arch, NULL) || complain_pair(err, r->os, r->arch);
}

static bool
set_variant(struct reading *r, const char *variant, struct error *err)
{
	if (r->variant && strcmp(r->variant, variant) != 0) {
		error_set(err, ERROR_USAGE, "target \"%s\" names two variants, %s and %s", r->shown,
			r->variant, variant);
		return error_hint(err, "leave one out");
	}
	r->variant = variant;
	return true;
}

static bool
known_elsewhere(const char *word)
{
	for (size_t i = 0; i < words_env_count; i++) {
		if (strcmp(words_env[i].word, word) == 0)
			return true;
	}
	for (size_t i = 0; i < words_refused_count; i++) {
		if (strcmp(words_refused[i].word, word) == 0)
			return true;
	}
	return false;
}

/* A libc's own name, or the last word of a triple. False when it is neither. */
static bool
apply_env(struct reading *r, const char *word)
{
	enum target_libc libc = target_libc_find(word);
	const struct words_env *env = words_find_env(r->os, r->arch, word);

	if (libc == LIBC_UNKNOWN && !env)
		return false;
	if (libc == LIBC_UNKNOWN)
		libc = env->libc;
	if (libc != LIBC_UNKNOWN)
		r->libc = libc;
	if (env && env->fp != FLOAT_OPEN)
		r->fp = env->fp;
	if (env && env->real_os)
		r->os = env->real_os;
	return true;
}

/* A libc or environment, with or without a version. */
static bool
read_env(struct reading *r, char *part, struct error *err)
{
	char name[TEXT_MAX + 1];
	char version[16];

	if (apply_env(r, part))
		return check_pair(r, err);
	memcpy(name, part, strlen(part) + 1);
	if (words_take_version(name, version) && apply_env(r, name))
		return check_pair(r, err) && set_version(r, version, err);
	if (known_elsewhere(part) || known_elsewhere(name))
		return complain_refused(err, part, r->os, r->arch);
	return unknown(r, AMONG_REST, part, err);
}

/* One part behind the architecture: a variant, then a libc, then a version; in doubt in this order,
 * so that linux/arm/7 is a variant and freebsd/arm64/14 a version. */
static bool
read_rest(struct reading *r, char *part, struct error *err)
{
	const struct target_row *row = words_find_variant(r->os, r->arch, part);

	/* Behind a variant a bare number is the system's version: freebsd/arm/v7/6. */
	if (r->variant && words_is_version(part) && !counts_libc(r->os))
		row = NULL;
	if (row && r->libc == LIBC_UNKNOWN && *r->version == '\0')
		return set_variant(r, row->variant, err);
	if (row && !words_is_version(part)) {
		error_set(err, ERROR_USAGE, "the variant \"%s\" stands too late in target \"%s\"",
			part, r->shown);
		return error_hint(err, "write %s/%s/%s first", r->os, r->arch, part);
	}
	if (words_is_version(part))
		return set_version(r, part, err);
	return read_env(r, part, err);
}

/* Takes an architecture off the front of `rest`. x86_64 has a separator of its own, so the longest
 * known word wins; arm-7 has its variant behind a '-' whatever the separator is. */
static bool
take_arch(struct reading *r, char *rest, char sep, char **ret_next, struct error *err)
{
	char *first = rest + strcspn(rest, (char[]){ sep, '\0' });
	char *end = sep == '/' ? first : rest + strlen(rest);

	for (; end > rest; end--) {
		char at = *end;

		if (at != '\0' && at != sep && at != '-')
			continue;
		*end = '\0';
		r->arch = words_find_arch(rest, &r->variant);
		if (r->arch) {
			*ret_next = at ? end + 1 : NULL;
			return true;
		}
		*end = at;
	}
	*first = '\0';
	return known_elsewhere(rest) ? complain_refused(err, rest, r->os, NULL)
				     : unknown(r, AMONG_ARCH, rest, err);
}

static bool
read_os_first(struct reading *r, char sep, struct error *err)
{
	char *rest = r->buf;
	char *part = cut(&rest, sep);

	if (!find_os(r, part, false))
		return unknown(r, AMONG_OS, part, err);
	if (!rest || *rest == '\0')
		return complain_no_arch(err, r->os, r->shown);
	if (!take_arch(r, rest, sep, &rest, err) || !check_pair(r, err))
		return false;
	while ((part = cut(&rest, sep))) {
		if (!read_rest(r, part, err))
			return false;
	}
	return true;
}

/* arch-[vendor-]os[-environment ...]; the vendor may be anything. */
static bool
read_triple(struct reading *r, struct error *err)
{
	char *rest = r->buf;
	char *arch = cut(&rest, '-');
	char *os = cut(&rest, '-');

	r->arch = words_find_arch(arch, &r->variant);
	if (!r->arch)
		return unknown(r, AMONG_OS_OR_ARCH, arch, err);
	if (!find_os(r, os, true)) {
		char *vendor = os;
		bool long_form = rest && strchr(rest, '-');

		os = cut(&rest, '-');
		if (!os || !find_os(r, os, true))
			return unknown(r, AMONG_OS, long_form ? os : vendor, err);
	}
	if (!check_pair(r, err))
		return false;
	for (char *part; (part = cut(&rest, '-'));) {
		if (!read_env(r, part, err))
			return false;
	}
	return true;
}

/* Debian's, Alpine's and uname's words for a machine mean Linux. */
static bool
read_word(struct reading *r, struct error *err)
{
	r->arch = words_find_arch(r->buf, &r->variant);
	if (!r->arch && find_os(r, r->buf, false))
		return complain_no_arch(err, r->os, r->shown);
	if (!r->arch)
		return unknown(r, AMONG_OS_OR_ARCH, r->buf, err);
	r->os = "linux";
	return check_pair(r, err);
}

static bool
starts_with_os(const struct reading *r, char sep)
{
	char word[TEXT_MAX + 1];
	size_t len = strcspn(r->buf, (char[]){ sep, '\0' });

	memcpy(word, r->buf, len);
	word[len] = '\0';
	return r->buf[len] == sep && words_find_os(word, NULL);
}

static bool
read_text(struct reading *r, struct error *err)
{
	for (size_t i = 0; i < words_whole_count; i++) {
		if (strcmp(words_whole[i].word, r->buf) == 0)
			memcpy(r->buf, words_whole[i].canonical,
				strlen(words_whole[i].canonical) + 1);
	}
	if (strchr(r->buf, '/'))
		return read_os_first(r, '/', err);
	if (strchr(r->buf, '-'))
		return starts_with_os(r, '-') ? read_os_first(r, '-', err) : read_triple(r, err);
	if (starts_with_os(r, '_'))
		return read_os_first(r, '_', err);
	return read_word(r, err);
}

/* The float ABI that a triple names chooses the variant, or must fit the one that is named. */
static bool
settle_float(struct reading *r, struct error *err)
{
	const char *fp = r->fp == FLOAT_HARD ? "hard" : "soft";

	for (size_t i = 0; i < words_fp_count; i++) {
		const struct words_fp *w = &words_fp[i];

		if (w->fp != r->fp || !cstr_glob(w->arch, r->arch) || !w->variant != !r->variant)
			continue;
		if (!w->variant || strcmp(w->variant, r->variant) == 0) {
			r->variant = w->result;
			return true;
		}
	}
	error_set(err, ERROR_USAGE, "target \"%s\": %s/%s/%s has no %s float", r->shown, r->os,
		r->arch, r->variant ? r->variant : "", fp);
	return error_hint(err, "see `xbuild targets %s/%s/*`", r->os, r->arch);
}

/* GOARM and its like say the variant where the text leaves it open, as they do for Go. */
static bool
variant_from_env(struct reading *r, const char *const *env, struct error *err)
{
	const struct target_row *row = target_row_find(r->os, r->arch, NULL);
	const char *value = env && *row->go_name ? env_get(env, row->go_name) : NULL;
	char shown[COMPLAIN_SHOWN];

	if (!value || *value == '\0')
		return true;
	row = words_find_variant(r->os, r->arch, value);
	if (row) {
		r->variant = row->variant;
		return true;
	}
	complain_shown(shown, value);
	complain_variant(err, r->os, r->arch, shown);
	return error_where(
		err, "%s in the environment", target_row_find(r->os, r->arch, NULL)->go_name);
}

static bool
check_version(const struct reading *r, const struct target *t, struct error *err)
{
	if (counts_libc(r->os) && r->libc == LIBC_UNKNOWN) {
		error_set(err, ERROR_USAGE, "target \"%s\" has a version without a C library",
			r->shown);
		return error_hint(err, "name the C library too: %s/%s%s", t->name,
			target_libc_name(t->row->abis[0].libc), r->version);
	}
	if (t->abi && *t->abi->minimum && cstr_version_cmp(r->version, t->abi->minimum) < 0)
		return complain_too_old(err, t, r->version);
	return true;
}

/* What was read, against the table. */
static bool
resolve(struct reading *r, const char *const *env, struct target *ret, struct error *err)
{
	const struct target_row *row;
	const struct target_abi *abi = NULL;
	struct target t;

	if (r->fp != FLOAT_OPEN && !settle_float(r, err))
		return false;
	if (!r->variant && !variant_from_env(r, env, err))
		return false;
	row = target_row_find(r->os, r->arch, r->variant);
	if (!row)
		return complain_variant(err, r->os, r->arch, r->variant);
	if (r->libc != LIBC_UNKNOWN)
		abi = target_row_abi(row, r->libc);
	if (r->libc != LIBC_UNKNOWN && !abi)
		return complain_libc(err, row, target_libc_name(r->libc));
	target_make(&t, row, abi, "");
	if (*r->version && !check_version(r, &t, err))
		return false;
	target_make(ret, row, abi, r->version);
	return true;
}

bool
target_parse(struct target *ret, const char *text, const char *const *env, struct error *err)
{
	struct reading r = { .libc = LIBC_UNKNOWN, .fp = FLOAT_OPEN };

	if (!load(&r, text, err) || !read_text(&r, err))
		return false;
	return resolve(&r, env, ret, err);
}
