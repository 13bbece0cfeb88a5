/* SPDX-License-Identifier: MIT */
/* Version floors and the symbols that set them. */
#include "linkcheck/judge/floors.h"

#include <string.h>

#include "base/caps.h"
#include "base/str.h"

#define SHOWN_SYMBOLS 8
#define MAX_FLOORS 64 /* glibc has about fifty versions */

static const struct {
	const char *family;
	const char *prefix;
} families[] = {
	{ "glibc", "GLIBC_" },
	{ "glibcxx", "GLIBCXX_" },
	{ "cxxabi", "CXXABI_" },
	{ "gcc", "GCC_" },
};

/* Versions that stand for a feature of the loader (glibc's Versions files) and when it came. */
static const struct {
	const char *name;
	const char *version;
} markers[] = {
	{ "GLIBC_ABI_DT_RELR", "2.36" },
	{ "GLIBC_ABI_DT_X86_64_PLT", "2.42" },
	{ "GLIBC_ABI_GNU2_TLS", "2.42" },
	{ "GLIBC_ABI_GNU_TLS", "2.42" },
};

/* The number in a version of the family, or NULL: GLIBC_PRIVATE and CXXABI_FLOAT128 have none. */
static const char *
version_in(const char *version, size_t family)
{
	const char *rest;

	if (family == 0)
		for (size_t i = 0; i < ARRAY_LEN(markers); i++)
			if (strcmp(version, markers[i].name) == 0)
				return markers[i].version;
	if (!cstr_starts(version, families[family].prefix))
		return NULL;
	rest = version + strlen(families[family].prefix);
	return *rest >= '0' && *rest <= '9' ? rest : NULL;
}

struct collect {
	struct floor *floors;
	size_t floor_count;
	size_t *owner; /* by version index: which floor + 1; 0 none */
	bool *wanted;
	size_t limit;
	bool *strong; /* by floor: a reference that is not weak was seen */
};

static void
collect_init(struct collect *c, struct image *img)
{
	*c = (struct collect){ .floors = NULL };
	for (size_t i = 0; i < img->version_need_count; i++)
		if (img->version_needs[i].index >= c->limit)
			c->limit = (size_t)img->version_needs[i].index + 1;
	c->owner = ARENA_ARRAY(img->arena, c->limit, size_t);
	c->wanted = ARENA_ARRAY(img->arena, c->limit, bool);
	c->floors = ARENA_ARRAY(img->arena, img->version_need_count + 1, struct floor);
	c->strong = ARENA_ARRAY(img->arena, img->version_need_count + 1, bool);
}

static void
visit_user(void *ctx, const char *name, uint16_t index, bool weak)
{
	struct collect *c = ctx;
	size_t i = c->owner[index] - 1;
	struct strvec *symbols = &c->floors[i].symbols;

	c->strong[i] = c->strong[i] || !weak;
	if (symbols->count < CAP_FLOOR_SYMBOLS)
		strvec_push_dup(symbols, name);
}

/* A symbol can be wanted of two libraries in the same version. */
static void
sort_unique(struct strvec *v)
{
	size_t n = 0;

	strvec_sort(v);
	for (size_t i = 0; i < v->count; i++)
		if (n == 0 || strcmp(v->items[n - 1], v->items[i]) != 0)
			v->items[n++] = v->items[i];
	v->items[n] = NULL;
	v->count = n;
}

static bool
collect_symbols(struct collect *c, struct image *img, struct error *err)
{
	for (size_t i = 0; i < c->floor_count; i++)
		strvec_init(&c->floors[i].symbols, img->arena);
	if (c->floor_count == 0)
		return true;
	if (!image_version_users(img, c->wanted, c->limit, visit_user, c, err))
		return false;
	for (size_t i = 0; i < c->floor_count; i++) {
		sort_unique(&c->floors[i].symbols);
		c->floors[i].weak_only = c->floors[i].symbols.count > 0 && !c->strong[i];
	}
	return true;
}

/* Makes every need with this family and version set the floor. */
static void
claim(struct collect *c, const struct image *img, size_t family, size_t floor)
{
	struct floor *f = &c->floors[floor];

	for (size_t i = 0; i < img->version_need_count; i++) {
		const struct image_version_need *n = &img->version_needs[i];
		const char *v = version_in(n->version, family);

		if (!v || strcmp(v, f->version) != 0)
			continue;
		c->owner[n->index] = floor + 1;
		c->wanted[n->index] = true;
		if (!f->library)
			f->library = n->file;
	}
}

bool
floors_find(struct image *img, struct floor **ret, size_t *ret_count, struct error *err)
{
	struct collect c;

	collect_init(&c, img);
	for (size_t family = 0; family < ARRAY_LEN(families) && img->version_need_count > 0;
		family++) {
		const char *best = NULL;

		for (size_t i = 0; i < img->version_need_count; i++) {
			const char *v = version_in(img->version_needs[i].version, family);

			if (v && (!best || cstr_version_cmp(v, best) > 0))
				best = v;
		}
		if (!best)
			continue;
		c.floors[c.floor_count] =
			(struct floor){ .family = families[family].family, .version = best };
		claim(&c, img, family, c.floor_count++);
	}
	if (!collect_symbols(&c, img, err))
		return false;
	*ret = c.floors;
	*ret_count = c.floor_count;
	return true;
}

/* Keeps the newest MAX_FLOORS: a hostile file can have tens of thousands of versions. */
static void
insert_newest_first(struct collect *c, struct floor f)
{
	size_t at = 0;

	while (at < c->floor_count && cstr_version_cmp(c->floors[at].version, f.version) > 0)
		at++;
	if (at == MAX_FLOORS ||
		(at < c->floor_count && strcmp(c->floors[at].version, f.version) == 0))
		return;
	if (c->floor_count == MAX_FLOORS)
		c->floor_count--;
	memmove(&c->floors[at + 1], &c->floors[at], (c->floor_count - at) * sizeof(f));
	c->floors[at] = f;
	c->floor_count++;
}

bool
floors_above(struct image *img, const char *family, const char *limit, struct floor **ret,
	size_t *ret_count, struct error *err)
{
	struct collect c;
	size_t number = 0;

	while (number + 1 < ARRAY_LEN(families) && strcmp(families[number].family, family) != 0)
		number++;
	collect_init(&c, img);
	for (size_t i = 0; i < img->version_need_count; i++) {
		const char *v = version_in(img->version_needs[i].version, number);

		if (v && cstr_version_cmp(v, limit) > 0)
			insert_newest_first(&c, (struct floor){ .family = family, .version = v });
	}
	for (size_t i = 0; i < c.floor_count; i++)
		claim(&c, img, number, i);
	if (!collect_symbols(&c, img, err))
		return false;
	*ret = c.floors;
	*ret_count = c.floor_count;
	return true;
}

const char *
floors_symbols_text(struct arena *a, const struct strvec *symbols)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t i = 0; i < symbols->count && i < SHOWN_SYMBOLS; i++)
		strbuf_addf(&b, "%s%s", i > 0 ? ", " : "", symbols->items[i]);
	if (symbols->count > SHOWN_SYMBOLS)
		strbuf_addf(&b, " and %zu more", symbols->count - SHOWN_SYMBOLS);
	return b.ptr;
}
