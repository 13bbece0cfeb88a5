/* SPDX-License-Identifier: MIT */
/* Parses an argv by tables of options. */
#include "cli/option.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

struct parser {
	struct arena *arena;
	const struct option_group *groups;
	size_t count;
	enum operand_style style;
	const char *const *argv;
	size_t at; /* next element of argv */
	struct strvec *operands;
	struct strvec seen; /* names, for OPERANDS_TOOL */
	struct error *err;
};

enum step { STEP_NEXT, STEP_FOREIGN, STEP_FAILED };

static void *
slot(const struct option_group *g, const struct option *o)
{
	return (char *)g->dest + o->offset;
}

static void
init_lists(const struct parser *p)
{
	for (size_t i = 0; i < p->count; i++)
		for (const struct option *o = p->groups[i].options; o && o->name; o++)
			if (o->kind == OPTION_LIST)
				strvec_init(slot(&p->groups[i], o), p->arena);
}

static const struct option *
find_long(const struct parser *p, struct str name, const struct option_group **ret_group)
{
	for (size_t i = 0; i < p->count; i++)
		for (const struct option *o = p->groups[i].options; o && o->name; o++)
			if (str_is(name, o->name)) {
				*ret_group = &p->groups[i];
				return o;
			}
	return NULL;
}

static const struct option *
find_letter(const struct parser *p, char letter, const struct option_group **ret_group)
{
	for (size_t i = 0; i < p->count; i++)
		for (const struct option *o = p->groups[i].options; o && o->name; o++)
			if (o->letter == letter) {
				*ret_group = &p->groups[i];
				return o;
			}
	return NULL;
}

static enum step
fail_unknown(const struct parser *p, const char *typed, struct str name)
{
	struct strvec known;
	const char *near;

	strvec_init(&known, p->arena);
	for (size_t i = 0; i < p->count; i++)
		for (const struct option *o = p->groups[i].options; o && o->name; o++)
			strvec_push(&known, o->name);
	near = cstr_nearest(str_dup(p->arena, name), known.items, known.count);
	error_set(p->err, ERROR_USAGE, "unknown option %s", typed);
	if (near)
		error_hint(p->err, "the nearest option is --%s", near);
	return STEP_FAILED;
}

static bool
set_choice(const struct parser *p, const struct option *o, const char *value, const char **dest)
{
	struct strbuf all;

	strbuf_init(&all, p->arena);
	for (size_t i = 0; o->choices[i]; i++) {
		if (strcmp(o->choices[i], value) == 0) {
			*dest = value;
			return true;
		}
		strbuf_addf(&all, "%s%s", i ? ", " : "", o->choices[i]);
	}
	error_set(p->err, ERROR_USAGE, "--%s cannot be %s", o->name, value);
	return error_hint(p->err, "it is one of: %s", all.ptr);
}

static bool
set_number(const struct parser *p, const struct option *o, const char *value, unsigned *dest)
{
	uint64_t n;

	if (!str_to_u64(str_from(value), UINT_MAX, &n) || n == 0) {
		error_set(p->err, ERROR_USAGE, "--%s needs a number, not %s", o->name, value);
		return error_hint(p->err, "give a whole number from 1 on: --%s 4", o->name);
	}
	*dest = (unsigned)n;
	return true;
}

static bool
set_value(const struct parser *p, const struct option_group *g, const struct option *o,
	const char *value)
{
	void *dest = slot(g, o);

	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)dest = true;
		return true;
	case OPTION_STRING:
		*(const char **)dest = value;
		return true;
	case OPTION_LIST:
		strvec_push(dest, value);
		return true;
	case OPTION_NUMBER:
		return set_number(p, o, value, dest);
	case OPTION_CHOICE:
		return set_choice(p, o, value, dest);
	}
	return false;
}

/* `inline_value` is what stood behind "=" or behind the letter; NULL: the next word is the value. */
static enum step
take(struct parser *p, const struct option_group *g, const struct option *o,
	const char *inline_value)
{
	const char *value = inline_value;

	strvec_push(&p->seen, o->name);
	if (o->kind != OPTION_FLAG && !value) {
		value = p->argv[p->at];
		if (!value) {
			error_set(p->err, ERROR_USAGE, "--%s needs a value", o->name);
			error_hint(p->err, "write it as --%s %s", o->name, o->argument);
			return STEP_FAILED;
		}
		p->at++;
	}
	return set_value(p, g, o, value) ? STEP_NEXT : STEP_FAILED;
}

/* A tool's own options look like ours (`nm -t x`): ours stand in front, each once. */
static bool
is_foreign(const struct parser *p, const struct option *o)
{
	return p->style == OPERANDS_TOOL && (!o || strvec_has(&p->seen, o->name));
}

static enum step
take_long(struct parser *p, const char *word)
{
	struct str rest = str_from(word + 2);
	const char *equals = strchr(word, '=');
	struct str name = equals ? str_cut(&rest, '=') : rest;
	const struct option_group *g = NULL;
	const struct option *o = find_long(p, name, &g);

	if (is_foreign(p, o))
		return STEP_FOREIGN;
	if (!o)
		return fail_unknown(p, word, name);
	if (equals && o->kind == OPTION_FLAG) {
		error_set(p->err, ERROR_USAGE, "--%s takes no value", o->name);
		error_hint(p->err, "write only --%s", o->name);
		return STEP_FAILED;
	}
	p->at++;
	return take(p, g, o, equals ? equals + 1 : NULL);
}

/* -v, -vq, -j4, -t TARGET. A tool's word is ours only as a whole. */
static enum step
take_letters(struct parser *p, const char *word)
{
	for (const char *c = word + 1; *c; c++) {
		const struct option_group *g = NULL;
		const struct option *o = find_letter(p, *c, &g);

		if (is_foreign(p, o) || (p->style == OPERANDS_TOOL && word[2]))
			return STEP_FOREIGN;
		if (!o)
			return fail_unknown(p,
				arena_printf(p->arena, word[2] ? "-%c in %s" : "-%c", *c, word),
				(struct str){ c, 1 });
		if (c == word + 1)
			p->at++;
		if (o->kind != OPTION_FLAG)
			return take(p, g, o, c[1] ? c + 1 : NULL);
		if (take(p, g, o, NULL) != STEP_NEXT)
			return STEP_FAILED;
	}
	return STEP_NEXT;
}

static void
take_rest(struct parser *p)
{
	strvec_push_all(p->operands, p->argv + p->at);
	while (p->argv[p->at])
		p->at++;
}

/* One word. */
static enum step
step(struct parser *p)
{
	const char *word = p->argv[p->at];

	if (word[0] != '-' || word[1] == '\0') {
		if (p->style != OPERANDS_ANYWHERE)
			return STEP_FOREIGN;
		strvec_push(p->operands, word);
		p->at++;
		return STEP_NEXT;
	}
	if (strcmp(word, "--") == 0) {
		/* A compiler knows "--" itself; only for commands is it ours to take away. */
		if (p->style != OPERANDS_TOOL)
			p->at++;
		return STEP_FOREIGN;
	}
	return word[1] == '-' ? take_long(p, word) : take_letters(p, word);
}

bool
option_parse(struct arena *a, const struct option_group *groups, size_t group_count,
	enum operand_style style, const char *const *argv, struct strvec *operands,
	struct error *err)
{
	struct parser p = { a, groups, group_count, style, argv, 0, operands, { 0 }, err };

	strvec_init(&p.seen, a);
	init_lists(&p);
	while (p.argv[p.at]) {
		switch (step(&p)) {
		case STEP_NEXT:
			break;
		case STEP_FOREIGN:
			take_rest(&p);
			return true;
		case STEP_FAILED:
			return false;
		}
	}
	return true;
}

static bool
is_given(const struct option *o, const void *dest)
{
	const char *place = (const char *)dest + o->offset;

	switch (o->kind) {
	case OPTION_FLAG:
		return *(const bool *)place;
	case OPTION_LIST:
		return ((const struct strvec *)(const void *)place)->count > 0;
	case OPTION_NUMBER:
		return *(const unsigned *)(const void *)place > 0;
	case OPTION_STRING:
	case OPTION_CHOICE:
		break;
	}
	return *(const char *const *)(const void *)place != NULL;
}

bool
option_complete(const struct option *options, const void *dest, struct error *err)
{
	for (const struct option *o = options; o && o->name; o++)
		if (o->required && !is_given(o, dest)) {
			error_set(err, ERROR_USAGE, "--%s is missing", o->name);
			if (o->letter)
				return error_hint(err, "add -%c %s", o->letter, o->argument);
			return error_hint(err, "add --%s %s", o->name, o->argument);
		}
	return true;
}

char *
option_synopsis(struct arena *a, const struct option *o)
{
	const char *open = o->required ? "" : "[";
	const char *close = o->required ? "" : "]";
	const char *more = o->kind == OPTION_LIST ? "..." : "";
	char *word =
		o->letter ? arena_printf(a, "-%c", o->letter) : arena_printf(a, "--%s", o->name);

	if (!o->argument)
		return arena_printf(a, "%s%s%s", open, word, close);
	return arena_printf(a, "%s%s %s%s%s", open, word, o->argument, close, more);
}

char *
option_usage(struct arena *a, const struct option *o)
{
	const char *gap = o->argument ? " " : "";
	const char *argument = o->argument ? o->argument : "";

	if (o->letter)
		return arena_printf(a, "-%c, --%s%s%s", o->letter, o->name, gap, argument);
	return arena_printf(a, "    --%s%s%s", o->name, gap, argument);
}
