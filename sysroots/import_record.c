/* SPDX-License-Identifier: MIT */
/* Records of imported sysroots: reading, writing, listing, and what they are good for. */
#include "sysroots/import_record.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "sysroots/source.h"

#define RECORD_SCHEMA 1
#define LONGEST_NAME 64
#define MOST_ARCHS 16

static const struct {
	unsigned bit;
	const char *word, *text;
} abilities[] = {
	{ IMPORT_COMPILE, "c", "C" },
	{ IMPORT_CXX, "c++", "C++" },
	{ IMPORT_DYNAMIC, "dynamic", "dynamic" },
	{ IMPORT_STATIC, "static", "static" },
};

bool
import_name_check(const char *name, struct error *err)
{
	static const char of[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789._+-";
	size_t len = strlen(name);
	struct error ignored;

	if (len == 0 || len > LONGEST_NAME || strspn(name, of) != len || name[0] == '.' ||
		name[0] == '-') {
		error_set(err, ERROR_USAGE, "a sysroot cannot be called \"%.80s\"", name);
		return error_hint(
			err, "a name has letters, digits and ._+- and begins with none of .-");
	}
	/* "dir" is what a directory of the user's is called where a source's id would stand. */
	if (source_get(name, &ignored) == NULL && strcmp(name, "dir") != 0)
		return true;
	error_set(err, ERROR_USAGE, "%s is the name of a source", name);
	return error_hint(err, "choose another name");
}

char *
import_record_path(const struct context *ctx, const struct store *store, const char *name)
{
	return arena_printf(ctx->arena, "%s/imported/%s.json", store->dir, name);
}

static void
add_archs(struct json_value *array, const struct import *i)
{
	for (size_t k = 0; k < i->arch_count; k++) {
		const struct import_arch *arch = &i->archs[k];
		struct json_value *object = json_push_object(array);
		json_add_string(object, "os", arch->row->os);
		json_add_string(object, "arch", arch->row->arch);
		json_add_string(object, "variant", arch->row->variant);
		struct json_value *serves = json_add_array(object, "serves");
		for (size_t n = 0; n < ARRAY_LEN(abilities); n++)
			if (arch->serves & abilities[n].bit)
				json_push_string(serves, abilities[n].word);
	}
}

bool
import_record_write(const struct context *ctx, const struct store *store, const struct import *i,
	struct error *err)
{
	struct json doc = { .name = "import", .root = json_new_object() };

	json_add_u64(doc.root, "schema", RECORD_SCHEMA);
	json_add_string(doc.root, "name", i->name);
	json_add_string(doc.root, "label", i->label);
	json_add_string(doc.root, "about", i->about);
	json_add_string(doc.root, "libc", target_libc_name(i->libc));
	json_add_string(doc.root, "version", i->version);
	json_add_string(doc.root, "gcc", i->gcc);
	add_archs(json_add_array(doc.root, "archs"), i);
	json_add_string(doc.root, "input", i->input);
	json_add_string(doc.root, "sha256", i->sha256);
	json_add_string(doc.root, "digest", i->digest);
	json_add_u64(doc.root, "bytes", i->bytes);
	json_add_u64(doc.root, "files", i->files);
	const char *text = json_text(ctx->arena, doc.root, true);
	json_clear(&doc);
	return file_update(import_record_path(ctx, store, i->name), str_from(text), 0644, err) ||
	       store_blame(store, err);
}

/* The text members of a record, and where they stand. */
static const struct {
	const char *key;
	size_t field;
} texts[] = {
	{ "name", offsetof(struct import, name) },
	{ "label", offsetof(struct import, label) },
	{ "about", offsetof(struct import, about) },
	{ "version", offsetof(struct import, version) },
	{ "gcc", offsetof(struct import, gcc) },
	{ "input", offsetof(struct import, input) },
	{ "sha256", offsetof(struct import, sha256) },
	{ "digest", offsetof(struct import, digest) },
};

static bool
read_texts(struct arena *a, const struct json *doc, struct import *ret)
{
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		const char *text = json_text_of(json_find(doc->root, texts[k].key));
		if (text == NULL)
			return false;
		*(const char **)(void *)((char *)ret + texts[k].field) = arena_strdup(a, text);
	}
	return true;
}

static bool
read_arch(const struct json *doc, const struct json_value *v, struct import_arch *ret)
{
	const struct json_value *serves;
	const char *os, *arch, *variant;
	struct error ignored;

	if (!json_is_object(v) || !json_get_string(doc, v, "os", &os, &ignored) ||
		!json_get_string(doc, v, "arch", &arch, &ignored) ||
		!json_get_string(doc, v, "variant", &variant, &ignored) ||
		!json_get_array(doc, v, "serves", &serves, &ignored))
		return false;
	ret->row = target_row_find(os, arch, variant);
	for (const struct json_value *s = json_at(serves, 0); s != NULL; s = json_next(s))
		for (size_t n = 0; n < ARRAY_LEN(abilities); n++)
			if (json_text_of(s) != NULL &&
				strcmp(json_text_of(s), abilities[n].word) == 0)
				ret->serves |= abilities[n].bit;
	return ret->row != NULL;
}

static bool
read_archs(struct arena *a, const struct json *doc, struct import *ret)
{
	const struct json_value *array;
	struct error ignored;

	if (!json_get_array(doc, doc->root, "archs", &array, &ignored) || json_count(array) == 0 ||
		json_count(array) > MOST_ARCHS)
		return false;
	ret->archs = ARENA_ARRAY(a, json_count(array), struct import_arch);
	for (const struct json_value *v = json_at(array, 0); v != NULL; v = json_next(v))
		if (!read_arch(doc, v, &ret->archs[ret->arch_count++]))
			return false;
	ret->os = ret->archs[0].row->os;
	return true;
}

static bool
read_record(struct arena *a, const struct json *doc, struct import *ret)
{
	struct error ignored;
	uint64_t schema;

	if (!json_is_object(doc->root) ||
		!json_get_u64(doc, doc->root, "schema", &schema, &ignored) ||
		schema != RECORD_SCHEMA ||
		!json_get_u64(doc, doc->root, "bytes", &ret->bytes, &ignored) ||
		!json_get_u64(doc, doc->root, "files", &ret->files, &ignored) ||
		!read_texts(a, doc, ret) || !read_archs(a, doc, ret))
		return false;
	const char *libc = json_text_of(json_find(doc->root, "libc"));
	ret->libc = libc != NULL ? target_libc_find(libc) : LIBC_UNKNOWN;
	return ret->libc != LIBC_UNKNOWN && digest_is_hex(ret->digest);
}

bool
import_find(
	const struct context *ctx, const struct store *store, const char *name, struct import *ret)
{
	struct import found = { 0 };
	struct error ignored;
	struct json doc;

	if (!import_name_check(name, &ignored) ||
		!json_read_file(ctx->arena, &doc, import_record_path(ctx, store, name), &ignored))
		return false;
	bool ok = read_record(ctx->arena, &doc, &found) && strcmp(found.name, name) == 0;
	json_clear(&doc);
	if (!ok)
		return false;
	found.path = store_root(store, ctx->arena, found.digest);
	if (!file_is_dir(found.path))
		return false;
	*ret = found;
	return true;
}

bool
import_list(const struct context *ctx, const struct store *store, struct import_list *ret,
	struct error *err)
{
	const char *dir = store_path(store, ctx->arena, "imported");
	struct import_list list = { 0 };
	struct strvec names;

	if (file_is_dir(dir)) {
		if (!file_list(ctx->arena, dir, &names, err))
			return false;
		list.items = ARENA_ARRAY(ctx->arena, names.count, struct import);
		for (size_t i = 0; i < names.count; i++) {
			size_t len = strlen(names.items[i]);
			if (cstr_ends(names.items[i], ".json") &&
				import_find(ctx, store,
					arena_strndup(ctx->arena, names.items[i], len - 5),
					&list.items[list.count]))
				list.count++;
		}
	}
	*ret = list;
	return true;
}

/* Variants that differ in instructions alone have one ABI, and one sysroot serves them all. */
static bool
same_abi(const struct target_row *x, const struct target_row *y)
{
	if (strcmp(x->os, y->os) != 0)
		return false;
	if (x->format != FORMAT_ELF || y->format != FORMAT_ELF)
		return strcmp(x->arch, y->arch) == 0;
	return x->elf.machine == y->elf.machine && x->elf.bits == y->elf.bits &&
	       x->elf.big_endian == y->elf.big_endian && x->elf.flags == y->elf.flags;
}

unsigned
import_abilities(const struct import *i, const struct target *t)
{
	for (size_t k = 0; k < i->arch_count; k++)
		if (same_abi(i->archs[k].row, t->row))
			return i->archs[k].serves;
	return 0;
}

char *
import_targets_text(struct arena *a, const struct import *i)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t k = 0; k < i->arch_count; k++) {
		const struct target_row *row = i->archs[k].row;
		strbuf_addf(&b, "%s%s/%s%s%s", k > 0 ? ", " : "", row->os, row->arch,
			row->variant[0] != '\0' && !row->implied ? "/" : "",
			row->implied ? "" : row->variant);
	}
	return b.ptr;
}

char *
import_serves_text(struct arena *a, unsigned serves)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t n = 0; n < ARRAY_LEN(abilities); n++)
		if (serves & abilities[n].bit)
			strbuf_addf(&b, "%s%s", b.len > 0 ? ", " : "", abilities[n].text);
	return b.ptr;
}

static bool
not_for(const struct import *i, const struct target *t, struct error *err)
{
	struct arena scratch;

	arena_init(&scratch);
	error_set(err, ERROR_USAGE, "the imported sysroot %s is for %s, not for %s", i->name,
		import_targets_text(&scratch, i), t->name);
	arena_clear(&scratch);
	return error_hint(err,
		"xbuild sysroot show %s tells what it is; without --sysroot another "
		"one is taken",
		i->name);
}

static bool
lacks(const struct import *i, const struct target *t, const char *what, struct error *err)
{
	error_set(err, ERROR_USAGE, "the imported sysroot %s cannot serve %s: %s", i->name, t->name,
		what);
	return error_hint(err, "xbuild sysroot show %s tells what it has", i->name);
}

bool
import_serves(const struct import *i, const struct target *t, unsigned wants, struct error *err)
{
	unsigned has = import_abilities(i, t);

	if (has == 0)
		return not_for(i, t, err);
	if (t->abi == NULL || t->abi->libc != i->libc) {
		error_set(err, ERROR_USAGE, "the imported sysroot %s has %s, but %s needs %s",
			i->name, target_libc_name(i->libc), t->name,
			t->abi != NULL ? target_libc_name(t->abi->libc) : "no libc");
		return error_hint(err, "name the libc in the target: %s/%s/%s", t->row->os,
			t->row->arch, target_libc_name(i->libc));
	}
	/* Apple's SDK is newer than what it builds for; everything else is as old as it is. */
	if (t->version[0] != '\0' && i->version[0] != '\0' && i->libc != LIBC_LIBSYSTEM &&
		i->libc != LIBC_BIONIC && cstr_version_cmp(i->version, t->version) > 0) {
		error_set(err, ERROR_USAGE,
			"the imported sysroot %s is of version %s, newer than "
			"the %s that %s asks for",
			i->name, i->version, t->version, t->name);
		return error_hint(err, "import an older one, or ask for a higher version");
	}
	if ((wants & IMPORT_COMPILE) && !(has & IMPORT_COMPILE))
		return lacks(i, t, "it lacks headers", err);
	if ((wants & IMPORT_CXX) && !(has & IMPORT_CXX))
		return lacks(i, t, "it has no C++ library", err);
	if ((wants & IMPORT_DYNAMIC) && !(has & IMPORT_DYNAMIC))
		return lacks(i, t,
			"it lacks start files, libgcc or the shared libc to link "
			"dynamically",
			err);
	if ((wants & IMPORT_STATIC) && !(has & IMPORT_STATIC))
		return lacks(i, t, "it lacks the static libraries to link statically", err);
	return true;
}
