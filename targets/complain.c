/* SPDX-License-Identifier: MIT */
/* The sentences for targets that are not understood, and the search for what was meant. */
#include "targets/complain.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "targets/words.h"

/* More than all words of one kind. */
#define NEAR_MAX 256

struct near {
	const char *words[NEAR_MAX];
	size_t count;
};

void
complain_shown(char ret[COMPLAIN_SHOWN], const char *text)
{
	size_t used = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];

		if (i == COMPLAIN_BYTES) {
			memcpy(ret + used, "...", 3);
			used += 3;
			break;
		}
		if (c >= ' ' && c <= '~')
			ret[used++] = (char)c;
		else
			used += (size_t)snprintf(ret + used, 5, "\\x%02x", c);
	}
	ret[used] = '\0';
}

void
complain_list(char *buf, size_t size, const char *word)
{
	size_t used = strlen(buf);
	const char *comma = used ? ", " : "";

	if (cstr_ends(buf, "..."))
		return;
	if (used + strlen(comma) + strlen(word) + sizeof(", ...") > size)
		word = "...";
	snprintf(buf + used, size - used, "%s%s", comma, word);
}

static void
near_add(struct near *n, const char *word)
{
	if (n->count < NEAR_MAX && *word)
		n->words[n->count++] = word;
}

static void
near_systems(struct near *n)
{
	const struct target_row *row;
	const char *last = "";

	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (strcmp(row->os, last) != 0)
			near_add(n, row->os);
		last = row->os;
	}
	for (size_t i = 0; i < words_os_count; i++)
		near_add(n, words_os[i].word);
}

static void
near_architectures(struct near *n)
{
	const struct target_row *row;

	/* Every architecture runs Linux, but for wasm. */
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (row->implied && (strcmp(row->os, "linux") == 0 || row->format == FORMAT_WASM))
			near_add(n, row->arch);
	}
	for (size_t i = 0; i < words_arch_count; i++)
		near_add(n, words_arch[i].word);
}

static void
near_rest(struct near *n, const char *os, const char *arch)
{
	const struct target_row *row;

	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if ((os && strcmp(row->os, os) != 0) || (arch && strcmp(row->arch, arch) != 0))
			continue;
		near_add(n, *row->variant ? row->variant : row->go_value);
	}
	for (int libc = LIBC_UNKNOWN + 1; libc < LIBC_KINDS; libc++)
		near_add(n, target_libc_name((enum target_libc)libc));
	for (size_t i = 0; i < words_env_count; i++)
		near_add(n, words_env[i].word);
}

static const char *const among_names[] = {
	[AMONG_OS] = "operating system",
	[AMONG_ARCH] = "architecture",
	[AMONG_OS_OR_ARCH] = "operating system or architecture",
	[AMONG_REST] = "variant or C library",
};

static bool
hint_near(struct error *err, const struct near *n, const char *part)
{
	const char *found = cstr_nearest(part, n->words, n->count);

	if (found)
		return error_hint(err, "did you mean %s? see `xbuild targets`", found);
	return error_hint(err, "see `xbuild targets`");
}

bool
complain_unknown(struct error *err, enum complain_among among, const char *part, const char *shown,
	size_t byte, const char *os, const char *arch)
{
	struct near n = { .count = 0 };
	const char *variant = NULL;

	if (*part == '\0')
		error_set(err, ERROR_USAGE, "empty part in target \"%s\"", shown);
	else
		error_set(err, ERROR_USAGE, "unknown %s \"%s\" in target \"%s\"",
			among_names[among], part, shown);
	error_where(err, "byte %zu of the target", byte + 1);
	if (among == AMONG_OS || among == AMONG_OS_OR_ARCH)
		near_systems(&n);
	if (among == AMONG_ARCH || among == AMONG_OS_OR_ARCH)
		near_architectures(&n);
	if (among == AMONG_REST)
		near_rest(&n, os, arch);
	if (among == AMONG_OS && words_find_arch(part, &variant))
		return error_hint(err, "the operating system comes first: linux/%s", part);
	return hint_near(err, &n, part);
}

bool
complain_no_match(struct error *err, const char *shown)
{
	error_set(err, ERROR_USAGE, "no target matches \"%s\"", shown);
	return error_hint(
		err, "a pattern is os/arch[/variant][/libc] with * in it; see `xbuild targets`");
}

/* "386, amd64, arm64": what an operating system runs on. */
static void
list_architectures(char *buf, size_t size, const char *os)
{
	const struct target_row *row;

	buf[0] = '\0';
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (row->implied && strcmp(row->os, os) == 0)
			complain_list(buf, size, row->arch);
	}
}

bool
complain_pair(struct error *err, const char *os, const char *arch)
{
	char list[256];

	list_architectures(list, sizeof(list), os);
	error_set(err, ERROR_USAGE, "%s does not run on %s", os, arch);
	return error_hint(err, "%s runs on: %s", os, list);
}

bool
complain_no_arch(struct error *err, const char *os, const char *shown)
{
	char list[256];

	list_architectures(list, sizeof(list), os);
	error_set(err, ERROR_USAGE, "target \"%s\" names no architecture", shown);
	return error_hint(err, "%s runs on: %s", os, list);
}

bool
complain_variant(struct error *err, const char *os, const char *arch, const char *variant)
{
	const struct target_row *row;
	char list[256] = "";

	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (strcmp(row->os, os) == 0 && strcmp(row->arch, arch) == 0)
			complain_list(
				list, sizeof(list), *row->variant ? row->variant : row->go_value);
	}
	error_set(err, ERROR_USAGE, "%s/%s has no variant \"%s\"", os, arch, variant);
	if (*list == '\0')
		return error_hint(err, "write %s/%s", os, arch);
	return error_hint(err, "its variants are: %s", list);
}

bool
complain_libc(struct error *err, const struct target_row *row, const char *libc)
{
	char list[64] = "";

	for (size_t i = 0; row->abis[i].libc != LIBC_UNKNOWN; i++)
		complain_list(list, sizeof(list), target_libc_name(row->abis[i].libc));
	error_set(err, ERROR_USAGE, "%s/%s has no %s", row->os, row->arch, libc);
	if (*list == '\0')
		return error_hint(err, "programs for %s are built by Go alone", row->os);
	return error_hint(err, "its C library is one of: %s", list);
}

bool
complain_refused(struct error *err, const char *part, const char *os, const char *arch)
{
	error_set(err, ERROR_USAGE, "\"%s\" does not fit %s%s%s", part, os, arch ? "/" : "",
		arch ? arch : "");
	for (size_t i = 0; i < words_refused_count; i++) {
		if (strcmp(words_refused[i].word, part) == 0)
			return error_hint(err, "%s", words_refused[i].hint);
	}
	return error_hint(err, "see `xbuild targets %s`", os);
}

bool
complain_too_old(struct error *err, const struct target *t, const char *version)
{
	const char *minimum = t->abi->minimum;

	if (!target_version_is_libc(t)) {
		error_set(err, ERROR_USAGE, "%s %s does not run on %s", t->row->os, version,
			t->row->arch);
		return error_hint(
			err, "the oldest that does is %s: %s/%s", minimum, t->name, minimum);
	}
	error_set(err, ERROR_USAGE, "%s %s does not support %s", target_libc_name(t->abi->libc),
		version, t->row->arch);
	return error_hint(err, "the oldest that does is %s", minimum);
}
