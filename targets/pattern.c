/* SPDX-License-Identifier: MIT */
/* Patterns: the rows of the table that os/arch[/variant][/libc[version]] with * and ? stands for. */
#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "targets/complain.h"
#include "targets/target.h"
#include "targets/words.h"

#define PATTERN_MAX 100
#define REST_MAX 3

struct wish {
	char shown[COMPLAIN_SHOWN];
	char buf[PATTERN_MAX + 1];
	const char *os;
	const char *arch;
	const char *variant; /* from the word for the architecture (armhf), or NULL */
	char *rest[REST_MAX];
	size_t rest_count;
};

static bool
is_glob(const char *s)
{
	return strpbrk(s, "*?") != NULL;
}

static char *
next_part(char **s)
{
	char *part = *s;
	char *end = part ? strchr(part, '/') : NULL;

	if (end)
		*end++ = '\0';
	*s = end;
	return part;
}

static bool
read_wish(struct wish *w, const char *pattern, struct error *err)
{
	char *rest = w->buf;
	char *part;

	complain_shown(w->shown, pattern);
	if (strlen(pattern) > PATTERN_MAX)
		return complain_no_match(err, w->shown);
	for (size_t i = 0; pattern[i] != '\0'; i++) {
		bool upper = pattern[i] >= 'A' && pattern[i] <= 'Z';

		w->buf[i] = (char)(upper ? pattern[i] - 'A' + 'a' : pattern[i]);
	}
	if (*w->buf == '\0')
		memcpy(w->buf, "*", 2);
	w->os = next_part(&rest);
	w->arch = rest ? next_part(&rest) : "*";
	while ((part = next_part(&rest))) {
		if (w->rest_count == REST_MAX)
			return complain_no_match(err, w->shown);
		w->rest[w->rest_count++] = part;
	}
	return true;
}

/* A part that is a whole word may be one of the other words for it. */
static bool
translate(struct wish *w, struct error *err)
{
	const char *os = is_glob(w->os) ? w->os : words_find_os(w->os, NULL);
	const char *arch = is_glob(w->arch) ? w->arch : words_find_arch(w->arch, &w->variant);

	if (!os || !arch) {
		const char *part = os ? w->arch : w->os;
		char safe[COMPLAIN_SHOWN];

		complain_shown(safe, part);
		return complain_unknown(err, os ? AMONG_ARCH : AMONG_OS, safe, w->shown,
			(size_t)(part - w->buf), NULL, NULL);
	}
	w->os = os;
	w->arch = arch;
	return true;
}

static bool
variant_fits(const struct target_row *row, const char *part)
{
	if (is_glob(part))
		return cstr_glob(part, *row->variant ? row->variant : row->go_value);
	return words_find_variant(row->os, row->arch, part) == row;
}

static bool
too_old(const struct target_abi *abi, const char *version)
{
	return abi && *version && *abi->minimum && cstr_version_cmp(version, abi->minimum) < 0;
}

static enum target_libc
libc_of(const struct target_row *row, const char *word)
{
	enum target_libc libc = target_libc_find(word);
	const struct words_env *env = words_find_env(row->os, row->arch, word);

	return libc == LIBC_UNKNOWN && env ? env->libc : libc;
}

/* Whether `part` names the libc of `abi`; fills in the version behind it. */
static bool
libc_fits(const struct target_row *row, const struct target_abi *abi, const char *part,
	char version[static 16])
{
	char word[PATTERN_MAX + 1];

	if (is_glob(part))
		return cstr_glob(part, target_libc_name(abi->libc));
	if (libc_of(row, part) == abi->libc)
		return true;
	memcpy(word, part, strlen(part) + 1);
	return words_take_version(word, version) && libc_of(row, word) == abi->libc;
}

struct found {
	struct arena *arena;
	struct target_list list;
	size_t cap;
};

static void
found_add(struct found *f, const struct target_row *row, const struct target_abi *abi,
	const char *version)
{
	struct target t;

	target_make(&t, row, abi, version);
	if (too_old(t.abi, version))
		return;
	if (f->list.count == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 64;

		f->list.items =
			arena_grow(f->arena, f->list.items, f->cap, cap, sizeof(*f->list.items));
		f->cap = cap;
	}
	f->list.items[f->list.count++] = t;
}

/* What stands behind the variant: nothing, libc[version], a version of the system, or both. */
static void
match_libcs(struct found *f, const struct target_row *row, char *const *rest, size_t count)
{
	if (count == 0) {
		found_add(f, row, NULL, "");
		return;
	}
	if (count == 1 && words_is_version(rest[0])) {
		struct target t;

		target_make(&t, row, NULL, "");
		if (strcmp(row->os, "linux") != 0 && !target_version_is_libc(&t))
			found_add(f, row, NULL, rest[0]);
		return;
	}
	if (count > 2 || (count == 2 && !words_is_version(rest[1])))
		return;
	for (const struct target_abi *abi = row->abis; abi->libc != LIBC_UNKNOWN; abi++) {
		char version[16] = "";

		if (!libc_fits(row, abi, rest[0], version))
			continue;
		if (count == 1 || *version == '\0')
			found_add(f, row, abi, count == 2 ? rest[1] : version);
	}
}

static void
match_row(struct found *f, const struct target_row *row, const struct wish *w)
{
	size_t used = 0;

	if (!cstr_glob(w->os, row->os) || !cstr_glob(w->arch, row->arch))
		return;
	if (w->variant && strcmp(w->variant, row->variant) != 0)
		return;
	if (!w->variant) {
		used = w->rest_count > 0 && variant_fits(row, w->rest[0]);
		if (used == 0 && !row->implied)
			return;
	}
	match_libcs(f, row, w->rest + used, w->rest_count - used);
}

/* Whether any row gives a meaning to a part behind the architecture. */
static bool
means_something(const char *part)
{
	const struct target_row *row;
	char word[PATTERN_MAX + 1];
	char version[16];

	memcpy(word, part, strlen(part) + 1);
	words_take_version(word, version);
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (variant_fits(row, part) || libc_of(row, word) != LIBC_UNKNOWN)
			return true;
	}
	return is_glob(part) || words_is_version(part);
}

static bool
complain_nothing(const struct wish *w, struct error *err)
{
	char safe[COMPLAIN_SHOWN];

	for (size_t i = 0; i < w->rest_count; i++) {
		if (means_something(w->rest[i]))
			continue;
		complain_shown(safe, w->rest[i]);
		return complain_unknown(
			err, AMONG_REST, safe, w->shown, (size_t)(w->rest[i] - w->buf), NULL, NULL);
	}
	if (!is_glob(w->os) && !is_glob(w->arch) && !target_row_find(w->os, w->arch, NULL))
		return complain_pair(err, w->os, w->arch);
	return complain_no_match(err, w->shown);
}

/* A target in any spelling is a pattern too, but the bare name of a system stands for all of its
 * architectures. */
static bool
is_one_target(struct arena *a, const char *pattern, struct target_list *ret, struct error *err)
{
	struct target t;

	if (!target_parse(&t, pattern, NULL, err))
		return false;
	ret->items = ARENA_NEW(a, struct target);
	ret->items[0] = t;
	ret->count = 1;
	return true;
}

bool
target_expand(struct arena *a, const char *pattern, struct target_list *ret, struct error *err)
{
	struct wish w = { .rest_count = 0 };
	struct found f = { .arena = a };
	const struct target_row *row;

	if (!read_wish(&w, pattern, err))
		return false;
	if (*pattern && !is_glob(pattern) && (strchr(pattern, '/') || !words_find_os(w.buf, NULL)))
		return is_one_target(a, pattern, ret, err);
	if (!translate(&w, err))
		return false;
	for (size_t i = 0; (row = target_row_at(i)); i++)
		match_row(&f, row, &w);
	if (f.list.count == 0)
		return complain_nothing(&w, err);
	*ret = f.list;
	return true;
}
