/* SPDX-License-Identifier: MIT */
/* Manifests of roots, their file lists, and refs. */
#include "sysroots/manifest.h"

#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/added.h"

#define MANIFEST_SCHEMA 1

static char *
manifest_path(const struct context *ctx, const struct store *store, const char *digest,
	const char *suffix)
{
	return arena_printf(ctx->arena, "%s/roots/%s%s", store->dir, digest, suffix);
}

static bool
write_record(const struct context *ctx, const struct store *store, const char *dir,
	const char *digest, const char *suffix, struct str text, struct error *err)
{
	const char *draft = arena_printf(ctx->arena, "%s/manifest%s", dir, suffix);

	return file_write(draft, text, 0444, err) &&
	       file_rename(draft, manifest_path(ctx, store, digest, suffix), err);
}

/* One line each: "file SHA256 SIZE r|x PATH" and "link TARGET PATH", separated by tabs, which no
 * name can have (unpack.c refuses control characters). */
struct str
manifest_files_text(struct arena *a, const struct unpack_list *list)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t i = 0; i < list->count; i++) {
		const struct unpack_entry *e = &list->items[i];
		if (e->link != NULL)
			strbuf_addf(&b, "link\t%s\t%s\n", e->link, e->path);
		else
			strbuf_addf(&b, "file\t%s\t%" PRIu64 "\t%s\t%s\n", e->sha256, e->size,
				e->executable ? "x" : "r", e->path);
	}
	return (struct str){ b.ptr, b.len };
}

bool
manifest_write_files(const struct context *ctx, const struct store *store, const char *dir,
	const char *digest, const struct unpack_list *list, struct error *err)
{
	return write_record(
		ctx, store, dir, digest, ".files", manifest_files_text(ctx->arena, list), err);
}

bool
manifest_write(const struct context *ctx, const struct store *store, const char *dir,
	const struct manifest *m, const struct unpack_list *list, struct error *err)
{
	struct json doc = { .name = "manifest", .root = json_new_object() };

	json_add_u64(doc.root, "schema", MANIFEST_SCHEMA);
	json_add_string(doc.root, "source", m->source->id);
	json_add_string(doc.root, "arch", m->arch);
	json_add_string(doc.root, "libc", target_libc_name(m->libc));
	json_add_u64(doc.root, "bytes", m->bytes);
	json_add_u64(doc.root, "files", m->files);
	package_list_write(json_add_array(doc.root, "packages"), &m->packages);
	const char *text = json_text(ctx->arena, doc.root, true);
	json_clear(&doc);
	return manifest_write_files(ctx, store, dir, m->digest, list, err) &&
	       write_record(ctx, store, dir, m->digest, ".json", str_from(text), err);
}

static bool
parse_manifest(
	const struct context *ctx, const struct json *doc, struct manifest *ret, struct error *err)
{
	struct manifest m = { .digest = ret->digest };
	const struct json_value *packages;
	const char *source, *arch, *libc;
	uint64_t schema;

	if (!json_get_u64(doc, doc->root, "schema", &schema, err) ||
		!json_get_string(doc, doc->root, "source", &source, err) ||
		!json_get_string(doc, doc->root, "arch", &arch, err) ||
		!json_get_string(doc, doc->root, "libc", &libc, err) ||
		!json_get_u64(doc, doc->root, "bytes", &m.bytes, err) ||
		!json_get_u64(doc, doc->root, "files", &m.files, err) ||
		!json_get_array(doc, doc->root, "packages", &packages, err) ||
		!package_list_read(ctx->arena, doc, packages, &m.packages, err))
		return false;
	if (schema != MANIFEST_SCHEMA) {
		error_set(
			err, ERROR_FORMAT, "a sysroot's manifest is of another version of xbuild");
		return error_where(err, "%s", doc->name);
	}
	m.source = source_get(source, err);
	m.arch = arena_strdup(ctx->arena, arch);
	m.libc = target_libc_find(libc);
	if (m.source == NULL)
		return false;
	*ret = m;
	return true;
}

bool
manifest_find(const struct context *ctx, const struct store *store, const char *digest,
	struct manifest *ret)
{
	const char *path = manifest_path(ctx, store, digest, ".json");
	struct manifest m = { .digest = arena_strdup(ctx->arena, digest) };
	struct error ignored;
	struct json doc;

	if (!file_is_dir(store_root(store, ctx->arena, digest)) ||
		!json_read_file(ctx->arena, &doc, path, &ignored))
		return false;
	bool ok = parse_manifest(ctx, &doc, &m, &ignored);
	json_clear(&doc);
	if (ok)
		*ret = m;
	return ok;
}

bool
manifest_serves(const struct manifest *m, const struct source *source, const struct target *t)
{
	return m->source == source && t->abi != NULL && m->libc == t->abi->libc &&
	       strcmp(m->arch, source_arch(source, t)) == 0;
}

void
manifest_used(const struct context *ctx, const struct store *store, const char *digest)
{
	store_used(manifest_path(ctx, store, digest, ".json"));
}

static bool
parse_file_line(struct arena *a, struct str line, struct unpack_entry *ret)
{
	struct unpack_entry e = { 0 };
	struct str kind = str_cut(&line, '\t');

	if (str_is(kind, "link")) {
		e.link = str_dup(a, str_cut(&line, '\t'));
	} else {
		char *hex = str_dup(a, str_cut(&line, '\t'));
		if (!str_is(kind, "file") || !digest_is_hex(hex) ||
			!str_to_u64(str_cut(&line, '\t'), UINT64_MAX, &e.size))
			return false;
		memcpy(e.sha256, hex, sizeof(e.sha256));
		e.executable = str_is(str_cut(&line, '\t'), "x");
	}
	e.path = str_dup(a, line);
	*ret = e;
	return line.len > 0 && line.len < CAP_PATH;
}

bool
manifest_files(const struct context *ctx, const struct store *store, const char *digest,
	struct unpack_list *ret, struct error *err)
{
	const char *path = manifest_path(ctx, store, digest, ".files");
	struct unpack_list list = { .arena = ctx->arena };
	struct str text;

	if (!file_read(ctx->arena, path, CAP_TEXT_FILE, &text, err))
		return false;
	while (text.len > 0) {
		struct unpack_entry entry;
		if (!parse_file_line(ctx->arena, str_cut(&text, '\n'), &entry)) {
			error_set(err, ERROR_FORMAT, "the list of a sysroot's files is damaged");
			return error_where(err, "%s", path);
		}
		unpack_list_add(&list, &entry);
	}
	*ret = list;
	return true;
}

char *
manifest_ref_path(
	const struct context *ctx, const struct store *store, const struct manifest_ref *ref)
{
	char *name = arena_strdup(ctx->arena, ref->target);

	for (char *p = name; *p != '\0'; p++)
		if (*p == '/')
			*p = '+';
	return arena_printf(ctx->arena, "%s/refs/%s@%s+%s%s%s.json", store->dir, name,
		ref->source->id, package_set_name(ref->set), ref->pinned ? "=" : "",
		ref->pinned ? ref->digest : "");
}

bool
manifest_ref_write(const struct context *ctx, const struct store *store,
	const struct manifest_ref *ref, struct error *err)
{
	struct json doc = { .name = "ref", .root = json_new_object() };

	json_add_u64(doc.root, "schema", MANIFEST_SCHEMA);
	json_add_string(doc.root, "target", ref->target);
	json_add_string(doc.root, "source", ref->source->id);
	json_add_string(doc.root, "set", package_set_name(ref->set));
	json_add_string(doc.root, "root", ref->digest);
	json_add_bool(doc.root, "pinned", ref->pinned);
	added_to_json(doc.root, &ref->added);
	const char *text = json_text(ctx->arena, doc.root, false);
	json_clear(&doc);
	return file_update(manifest_ref_path(ctx, store, ref), str_from(text), 0644, err);
}

static bool
parse_ref(const struct context *ctx, const struct json *doc, struct manifest_ref *ret,
	struct error *err)
{
	const char *target, *source, *set, *root;
	struct manifest_ref ref = { 0 };

	if (!json_get_string(doc, doc->root, "target", &target, err) ||
		!json_get_string(doc, doc->root, "source", &source, err) ||
		!json_get_string(doc, doc->root, "set", &set, err) ||
		!json_get_string(doc, doc->root, "root", &root, err))
		return false;
	ref.source = source_get(source, err);
	if (ref.source == NULL)
		return false;
	ref.set = package_set_find(set);
	if (ref.set == PACKAGE_SETS || !digest_is_hex(root)) {
		error_set(err, ERROR_FORMAT, "a reference to a sysroot is damaged");
		return error_where(err, "%s", doc->name);
	}
	/* Stores of before there were pinned ones do not say. */
	if (json_find(doc->root, "pinned") != NULL &&
		!json_get_bool(doc, doc->root, "pinned", &ref.pinned, err))
		return false;
	if (!added_from_json(ctx->arena, doc, doc->root, &ref.added, err))
		return false;
	ref.target = arena_strdup(ctx->arena, target);
	ref.digest = arena_strdup(ctx->arena, root);
	*ret = ref;
	return true;
}

bool
manifest_ref_read(
	const struct context *ctx, const char *path, struct manifest_ref *ret, struct error *err)
{
	struct json doc;

	if (!json_read_file(ctx->arena, &doc, path, err))
		return false;
	bool ok = parse_ref(ctx, &doc, ret, err);
	json_clear(&doc);
	return ok;
}

bool
manifest_ref_find(const struct context *ctx, const struct store *store, struct manifest_ref *ref)
{
	struct manifest_ref found = { 0 };
	struct error ignored;

	if (!manifest_ref_read(ctx, manifest_ref_path(ctx, store, ref), &found, &ignored) ||
		found.pinned || found.source != ref->source || found.set != ref->set ||
		strcmp(found.target, ref->target) != 0 || !added_same(&found.added, &ref->added))
		return false;
	ref->digest = found.digest;
	return true;
}

bool
manifest_refs(const struct context *ctx, const struct store *store, struct strvec *paths,
	struct manifest_ref **ret, size_t *count, struct error *err)
{
	const char *dir = store_path(store, ctx->arena, "refs");
	struct strvec names;

	*count = 0;
	strvec_init(&names, ctx->arena);
	if (!file_is_dir(dir)) {
		*ret = NULL;
		return true;
	}
	if (!file_list(ctx->arena, dir, &names, err))
		return false;
	*ret = ARENA_ARRAY(ctx->arena, names.count, struct manifest_ref);
	for (size_t i = 0; i < names.count; i++) {
		const char *path = path_join(ctx->arena, dir, names.items[i]);
		struct error ignored;
		if (!cstr_ends(path, ".json") ||
			!manifest_ref_read(ctx, path, &(*ret)[*count], &ignored))
			continue;
		strvec_push(paths, path);
		(*count)++;
	}
	return true;
}
