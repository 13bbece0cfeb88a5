/* SPDX-License-Identifier: MIT */
/* What .tbd files of all versions say, from JSON values. */
#include "linkcheck/read/tbd.h"

#include <string.h>

#include "base/caps.h"
#include "base/json.h"
#include "linkcheck/read/tbd_yaml.h"

struct reader {
	struct arena *arena;
	const char *arch; /* Apple's name */
	const char *platform;
	unsigned version; /* of the format: 1 to 5 */
	struct tbd_library *library;
};

/* One list of names and what each stands for as a symbol. */
struct list {
	const char *key;
	const char *prefixes[3]; /* NULL-terminated; {""}: the name itself */
	bool weak;
};

#define CLASS                                                                                      \
	{                                                                                          \
		"_OBJC_CLASS_$_", "_OBJC_METACLASS_$_", NULL                                       \
	}

/* LLVM's TextStub.cpp; versions 1 to 4. */
static const struct list yaml_lists[] = {
	{ "symbols", { "", NULL }, false },
	{ "weak-def-symbols", { "", NULL }, true },
	{ "weak-symbols", { "", NULL }, true },
	{ "thread-local-symbols", { "", NULL }, false },
	{ "objc-classes", CLASS, false },
	{ "objc-eh-types", { "_OBJC_EHTYPE_$_", NULL }, false },
	{ "objc-ivars", { "_OBJC_IVAR_$_", NULL }, false },
};

/* TextStubV5.cpp: inside "data" and "text". */
static const struct list json_lists[] = {
	{ "global", { "", NULL }, false },
	{ "weak", { "", NULL }, true },
	{ "thread_local", { "", NULL }, false },
	{ "objc_class", CLASS, false },
	{ "objc_eh_type", { "_OBJC_EHTYPE_$_", NULL }, false },
	{ "objc_ivar", { "_OBJC_IVAR_$_", NULL }, false },
};

static const struct {
	const char *go, *apple, *also;
} arches[] = {
	{ "amd64", "x86_64", "x86_64h" },
	{ "arm64", "arm64", "arm64e" },
	{ "arm64e", "arm64e", "arm64e" },
	{ "386", "i386", "i386" },
	{ "arm", "armv7", "armv7s" },
};

/* The word of versions 1 to 3; "macos" for both of "zippered". */
static const struct {
	const char *old, *platform;
} old_platforms[] = {
	{ "macosx", "macos" },
	{ "zippered", "macos" },
	{ "ios", "ios" },
	{ "tvos", "tvos" },
	{ "watchos", "watchos" },
	{ "bridgeos", "bridgeos" },
};

static const char *
apple_arch(const char *go)
{
	for (size_t i = 0; i < ARRAY_LEN(arches); i++)
		if (strcmp(arches[i].go, go) == 0)
			return arches[i].apple;
	return go;
}

/* Stubs of arm64e serve programs of arm64, which the same system starts. */
static bool
is_arch(const struct reader *r, struct str arch)
{
	if (str_is(arch, r->arch))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(arches); i++)
		if (strcmp(arches[i].apple, r->arch) == 0 && str_is(arch, arches[i].also))
			return true;
	return false;
}

/* "arm64-macos"; nothing at all is for everybody. */
static bool
is_target(const struct reader *r, const char *text)
{
	struct str target = str_from(text), arch = str_cut(&target, '-');

	/* "maccatalyst" is another platform, "macos" alone is meant. */
	return is_arch(r, arch) && (!target.ptr || str_is(target, r->platform));
}

static bool
lists_target(const struct reader *r, const struct json_value *object)
{
	const struct json_value *v = json_find(object, "targets");
	bool old = !v;

	if (old)
		v = json_find(object, "archs");
	if (!v)
		return true;
	for (const struct json_value *i = json_at(v, 0); i; i = json_next(i)) {
		const char *text = json_text_of(i);

		if (text && (old ? is_arch(r, str_from(text)) : is_target(r, text)))
			return true;
	}
	return false;
}

static const char *
keep_text(struct reader *r, const struct json_value *v)
{
	const char *text = v ? json_text_of(v) : NULL;

	return text ? arena_strdup(r->arena, text) : NULL;
}

/* Cuts "WORD$" off; the empty text when there is none. */
static const char *
cut_word(struct reader *r, struct str *rest)
{
	return str_dup(r->arena, str_cut(rest, '$'));
}

static void
add_directive(struct reader *r, struct tbd_directive d)
{
	struct tbd_directive *kept = ARENA_NEW(r->arena, struct tbd_directive);
	const char *key = d.symbol ? d.symbol : "";

	*kept = d;
	kept->next = strmap_get(&r->library->directives, key);
	strmap_set(&r->library->directives, key, kept);
}

/* $ld$hide$os10.5$_x, $ld$add$os10.5$_x, $ld$previous$LIB$COMPATIBLE$PLATFORM$SINCE$UNTIL$_x$ */
static void
read_directive(struct reader *r, struct str rest)
{
	const char *action = cut_word(r, &rest);
	struct tbd_directive d = { 0 };

	if (strcmp(action, "previous") == 0) {
		d.order = TBD_PREVIOUS;
		d.library = cut_word(r, &rest);
		(void)str_cut(&rest, '$');
		if (!str_is(str_cut(&rest, '$'), strcmp(r->platform, "macos") == 0 ? "1" : "2"))
			return;
		d.since = cut_word(r, &rest);
		d.until = cut_word(r, &rest);
		if (str_ends(rest, "$"))
			rest.len--;
		d.symbol = rest.len > 0 ? str_dup(r->arena, rest) : NULL;
		add_directive(r, d);
		return;
	}
	if (strcmp(action, "hide") == 0)
		d.order = TBD_HIDE;
	else if (strcmp(action, "add") == 0)
		d.order = TBD_ADD;
	else
		return; /* install_name, compatibility_version, weak: they do not move a symbol */
	d.since = cut_word(r, &rest);
	if (!cstr_starts(d.since, "os") || rest.len == 0)
		return;
	d.since += 2;
	d.symbol = str_dup(r->arena, rest);
	add_directive(r, d);
}

static void
add_symbol(struct reader *r, const char *prefix, const char *name, bool weak)
{
	static char strong_text[] = "strong", weak_text[] = "weak";
	struct tbd_library *l = r->library;

	if (*prefix == '\0' && cstr_starts(name, "$ld$")) {
		read_directive(r, str_from(name + 4));
		return;
	}
	name = arena_printf(r->arena, "%s%s", prefix, name);
	if (strmap_get(&l->symbols, name))
		return;
	strmap_set(&l->symbols, name, weak ? weak_text : strong_text);
	l->symbol_count++;
}

static void
read_lists(struct reader *r, const struct json_value *object, const struct list *lists, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct list *list = &lists[i];
		const struct json_value *v = json_find(object, list->key);
		/* Versions 1 and 2 write Objective-C names with an underscore in front. */
		bool old = r->version < 3 && *list->prefixes[0];

		for (const struct json_value *s = v ? json_at(v, 0) : NULL; s; s = json_next(s)) {
			const char *name = json_text_of(s);

			if (!name)
				continue;
			if (old && *name == '_')
				name++;
			for (size_t k = 0; list->prefixes[k]; k++)
				add_symbol(r, list->prefixes[k], name, list->weak);
		}
	}
}

static void
add_reexports(struct reader *r, const struct json_value *names)
{
	for (const struct json_value *i = names ? json_at(names, 0) : NULL; i; i = json_next(i)) {
		const char *text = json_text_of(i);

		if (text)
			strvec_push_dup(&r->library->reexports, text);
	}
}

static void
read_yaml_section(struct reader *r, const struct json_value *document, const char *key)
{
	const struct json_value *v = json_find(document, key);

	for (const struct json_value *i = v ? json_at(v, 0) : NULL; i; i = json_next(i)) {
		if (!json_is_object(i) || !lists_target(r, i))
			continue;
		read_lists(r, i, yaml_lists, ARRAY_LEN(yaml_lists));
		add_reexports(r, json_find(i, "re-exports")); /* versions 1 to 3 */
		add_reexports(r, json_find(i, "libraries"));  /* version 4 */
	}
}

static bool
is_old_platform(const struct reader *r, const char *word)
{
	for (size_t i = 0; word && i < ARRAY_LEN(old_platforms); i++)
		if (strcmp(old_platforms[i].old, word) == 0)
			return strcmp(old_platforms[i].platform, r->platform) == 0;
	return true;
}

static unsigned
yaml_version(const struct json_value *document)
{
	const struct json_value *tag = json_find(document, "!");
	const char *text = tag ? json_text_of(tag) : "";

	if (strcmp(text, "!tapi-tbd") == 0)
		return 4;
	if (cstr_ends(text, "-v3"))
		return 3;
	return cstr_ends(text, "-v2") ? 2 : 1;
}

static bool
name_missing(const char *name, struct error *err)
{
	error_set(err, ERROR_FORMAT, "%s has a library without install name", name);
	return error_hint(err, "it is no .tbd file, or was cut short");
}

static bool
read_yaml_library(struct reader *r, const struct json_value *d, const char *name, struct error *err)
{
	struct tbd_library *l = r->library;
	const struct json_value *platform = json_find(d, "platform");

	r->version = yaml_version(d);
	l->install_name = keep_text(r, json_find(d, "install-name"));
	if (!l->install_name)
		return name_missing(name, err);
	l->current = keep_text(r, json_find(d, "current-version"));
	l->compatible = keep_text(r, json_find(d, "compatibility-version"));
	l->serves =
		lists_target(r, d) && is_old_platform(r, platform ? json_text_of(platform) : NULL);
	if (!l->serves)
		return true;
	read_yaml_section(r, d, "exports");
	read_yaml_section(r, d, "reexports");
	read_yaml_section(r, d, "reexported-libraries");
	return true;
}

/* Version 5 wraps single values: [ { "targets": [...], "name": "..." } ]. */
static const struct json_value *
wrapped(struct reader *r, const struct json_value *library, const char *list, const char *key)
{
	const struct json_value *v = json_find(library, list);

	for (const struct json_value *i = v ? json_at(v, 0) : NULL; i; i = json_next(i))
		if (json_is_object(i) && lists_target(r, i))
			return json_find(i, key);
	return NULL;
}

static void
read_json_symbols(struct reader *r, const struct json_value *library, const char *key)
{
	const struct json_value *v = json_find(library, key), *part;

	for (const struct json_value *i = v ? json_at(v, 0) : NULL; i; i = json_next(i)) {
		if (!json_is_object(i) || !lists_target(r, i))
			continue;
		if ((part = json_find(i, "data")) && json_is_object(part))
			read_lists(r, part, json_lists, ARRAY_LEN(json_lists));
		if ((part = json_find(i, "text")) && json_is_object(part))
			read_lists(r, part, json_lists, ARRAY_LEN(json_lists));
	}
}

static void
read_target_info(struct reader *r, const struct json_value *info)
{
	for (const struct json_value *i = info ? json_at(info, 0) : NULL; i; i = json_next(i)) {
		const struct json_value *v = json_is_object(i) ? json_find(i, "target") : NULL;
		const char *target = v ? json_text_of(v) : NULL;

		if (!target || !is_target(r, target))
			continue;
		r->library->serves = true;
		r->library->minos = keep_text(r, json_find(i, "min_deployment"));
	}
}

static bool
read_json_library(struct reader *r, const struct json_value *library,
	const struct json_value *shared_info, const char *name, struct error *err)
{
	struct tbd_library *l = r->library;
	const struct json_value *info = json_find(library, "target_info"), *list;

	l->install_name = keep_text(r, wrapped(r, library, "install_names", "name"));
	l->current = keep_text(r, wrapped(r, library, "current_versions", "version"));
	l->compatible = keep_text(r, wrapped(r, library, "compatibility_versions", "version"));
	read_target_info(r, info ? info : shared_info);
	if (!l->install_name && !l->serves)
		l->install_name = ""; /* there is one, for other targets */
	if (!l->install_name)
		return name_missing(name, err);
	read_json_symbols(r, library, "exported_symbols");
	read_json_symbols(r, library, "reexported_symbols");
	list = json_find(library, "reexported_libraries");
	for (const struct json_value *i = list ? json_at(list, 0) : NULL; i; i = json_next(i))
		if (json_is_object(i) && lists_target(r, i))
			add_reexports(r, json_find(i, "names"));
	return true;
}

static void
new_library(struct reader *r, struct tbd *ret)
{
	struct tbd_library *l = &ret->items[ret->count++];

	strvec_init(&l->reexports, r->arena);
	strmap_init(&l->symbols, r->arena);
	strmap_init(&l->directives, r->arena);
	r->library = l;
}

static bool
read_yaml(struct reader *r, const struct json *doc, struct tbd *ret, struct error *err)
{
	const struct json_value *documents = json_find(doc->root, "documents");

	ret->items = ARENA_ARRAY(r->arena, json_count(documents), struct tbd_library);
	for (const struct json_value *d = json_at(documents, 0); d; d = json_next(d)) {
		new_library(r, ret);
		if (!read_yaml_library(r, d, doc->name, err))
			return false;
	}
	return ret->count > 0 || name_missing(doc->name, err);
}

static bool
read_json(struct reader *r, const struct json *doc, struct tbd *ret, struct error *err)
{
	const struct json_value *main, *rest = json_find(doc->root, "libraries"), *info;

	r->version = 5;
	if (!json_get_object(doc, doc->root, "main_library", &main, err)) {
		err->kind = ERROR_FORMAT;
		return false;
	}
	info = json_find(main, "target_info");
	ret->items = ARENA_ARRAY(r->arena, 1 + (rest ? json_count(rest) : 0), struct tbd_library);
	new_library(r, ret);
	if (!read_json_library(r, main, info, doc->name, err))
		return false;
	for (const struct json_value *i = rest ? json_at(rest, 0) : NULL; i; i = json_next(i)) {
		if (!json_is_object(i))
			continue;
		new_library(r, ret);
		if (!read_json_library(r, i, info, doc->name, err))
			return false;
	}
	return true;
}

bool
tbd_read(struct arena *a, const char *name, struct str text, const char *arch, const char *platform,
	struct tbd *ret, struct error *err)
{
	struct reader r = { .arena = a, .arch = apple_arch(arch), .platform = platform };
	struct str body = str_trim(text);
	struct tbd tbd = { 0 };
	struct json doc;
	bool ok;

	if (str_starts(body, "{")) {
		if (!json_parse(&doc, name, text, err))
			return false;
		ok = read_json(&r, &doc, &tbd, err);
	} else {
		if (!tbd_yaml_parse(&doc, name, text, err))
			return false;
		ok = read_yaml(&r, &doc, &tbd, err);
	}
	json_clear(&doc);
	if (ok)
		*ret = tbd;
	return ok;
}

static bool
is_at(const struct tbd_directive *d, const char *minos)
{
	return cstr_version_cmp(d->since, minos) == 0;
}

enum tbd_found
tbd_find(const struct tbd_library *l, const char *symbol, const char *minos)
{
	bool there = strmap_get(&l->symbols, symbol) != NULL;
	const struct tbd_directive *d = strmap_get(&l->directives, symbol);

	for (; d && minos; d = d->next) {
		if (d->order == TBD_HIDE && is_at(d, minos))
			return there ? TBD_HIDDEN : TBD_ABSENT;
		if (d->order == TBD_ADD && is_at(d, minos))
			there = true;
	}
	return there ? TBD_THERE : TBD_ABSENT;
}
