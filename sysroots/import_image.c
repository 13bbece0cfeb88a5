/* SPDX-License-Identifier: MIT */
/* Reading container images: manifests, platforms, layers. */
#include "sysroots/import_image.h"

#include <string.h>

#include "base/caps.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/path.h"

/* A manifest is a few kilobytes. All small texts of an archive are kept until its index is known. */
#define MOST_TEXT_BYTES ((uint64_t)1 << 20)
#define MOST_TEXTS_BYTES ((uint64_t)64 << 20)
#define MOST_LAYERS 512
#define MOST_INDEXES 4 /* an index of indexes of ... */

static bool
malformed(const struct import_image *img, const char *what, struct error *err)
{
	error_set(err, ERROR_FORMAT, "the image cannot be read: %s", what);
	return error_where(err, "%s", img->path);
}

/* A path of the image, normal and inside; NULL when it is not. */
static const char *
plain_path(struct arena *a, const char *path)
{
	const char *normal = path_normal(a, path);

	if (normal[0] == '/' || cstr_starts(normal, "../") || strcmp(normal, "..") == 0 ||
		strlen(normal) >= CAP_PATH)
		return NULL;
	return normal;
}

static bool
get_text(const struct import_image *img, const char *path, struct str *ret, struct error *err)
{
	if (img->is_dir)
		return file_read(img->arena, path_join(img->arena, img->path, path),
			MOST_TEXT_BYTES, ret, err);
	const struct str *found = strmap_get(&img->texts, path);
	if (found == NULL) {
		error_set(err, ERROR_FORMAT, "the image has no %s", path);
		return error_where(err, "%s", img->path);
	}
	*ret = *found;
	return true;
}

static bool
has_text(const struct import_image *img, const char *path)
{
	if (img->is_dir)
		return file_exists(path_join(img->arena, img->path, path));
	return strmap_get(&img->texts, path) != NULL;
}

static bool
get_json(const struct import_image *img, const char *path, struct json *ret, struct error *err)
{
	struct str text = { 0 };

	return get_text(img, path, &text, err) &&
	       json_parse(ret, arena_printf(img->arena, "%s: %s", img->path, path), text, err);
}

/* "sha256:HEX" as the path of its blob; NULL for anything else. */
static const char *
blob_path(struct arena *a, const char *digest)
{
	if (digest == NULL || !cstr_starts(digest, "sha256:") || !digest_is_hex(digest + 7))
		return NULL;
	return arena_printf(a, "blobs/sha256/%s", digest + 7);
}

static bool
add_layer(struct import_image *img, const char *path, struct error *err)
{
	const char *plain = path != NULL ? plain_path(img->arena, path) : NULL;
	const char *link;
	size_t i = 0;

	if (plain == NULL || img->layers.count == MOST_LAYERS)
		return malformed(img, "its list of layers makes no sense", err);
	/* Older `docker save` writes a layer that is there already as a link to it. */
	link = img->is_dir ? NULL : strmap_get(&img->links, plain);
	if (link != NULL)
		plain = link;
	/* The same layer twice: only the upper one shows. */
	while (i < img->layers.count && strcmp(img->layers.items[i], plain) != 0)
		i++;
	if (i < img->layers.count) {
		memmove(&img->layers.items[i], &img->layers.items[i + 1],
			(img->layers.count - i) * sizeof(*img->layers.items));
		img->layers.count--;
	}
	strvec_push_dup(&img->layers, plain);
	return true;
}

/* [{"Config":"...","RepoTags":[...],"Layers":["<id>/layer.tar",...]}] */
static bool
docker_layers(struct import_image *img, struct error *err)
{
	const struct json_value *image, *layers;
	struct json doc;
	bool ok;

	if (!get_json(img, "manifest.json", &doc, err))
		return false;
	image = json_is_array(doc.root) ? json_at(doc.root, 0) : NULL;
	layers = json_is_object(image) ? json_find(image, "Layers") : NULL;
	if (!json_is_array(layers)) {
		ok = malformed(img, "manifest.json lists no layers", err);
	} else if (json_count(doc.root) > 1) {
		ok = malformed(img, "it holds several images", err);
		error_hint(err, "save one: docker save NAME");
	} else {
		ok = true;
		for (const struct json_value *v = json_at(layers, 0); ok && v != NULL;
			v = json_next(v))
			ok = add_layer(img, json_text_of(v), err);
	}
	json_clear(&doc);
	return ok;
}

static bool
oci_manifest_layers(struct import_image *img, const struct json_value *layers, struct error *err)
{
	for (const struct json_value *v = json_at(layers, 0); v != NULL; v = json_next(v)) {
		const char *digest =
			json_is_object(v) ? json_text_of(json_find(v, "digest")) : NULL;
		if (!add_layer(img, blob_path(img->arena, digest), err))
			return false;
	}
	return true;
}

/* "linux/arm64" or "linux/arm/v7" of a manifest's descriptor; "" when it says none, NULL when it is
 * no image (attestations are for "unknown/unknown"). */
static const char *
platform_of(struct arena *a, const struct json_value *descriptor)
{
	const struct json_value *p = json_find(descriptor, "platform");
	const char *os, *arch, *variant;

	if (!json_is_object(p))
		return "";
	os = json_text_of(json_find(p, "os"));
	arch = json_text_of(json_find(p, "architecture"));
	variant = json_text_of(json_find(p, "variant"));
	if (os == NULL || arch == NULL || strcmp(os, "unknown") == 0)
		return NULL;
	return arena_printf(a, "%s/%s%s%s", os, arch, variant != NULL ? "/" : "",
		variant != NULL ? variant : "");
}

static bool
platform_fits(const char *wanted, const char *platform)
{
	size_t len = strlen(wanted);

	return platform[0] == '\0' || strcmp(platform, wanted) == 0 ||
	       (strncmp(platform, wanted, len) == 0 && platform[len] == '/');
}

/* The one descriptor of an index that is meant. */
static const struct json_value *
choose(const struct import_image *img, const struct json_value *manifests, const char *platform,
	struct error *err)
{
	const struct json_value *chosen = NULL;
	struct strbuf all;
	size_t count = 0;

	strbuf_init(&all, img->arena);
	for (const struct json_value *v = json_at(manifests, 0); v != NULL; v = json_next(v)) {
		const char *p = json_is_object(v) ? platform_of(img->arena, v) : NULL;
		if (p == NULL || !unpack_name_is_plain(p))
			continue;
		strbuf_addf(&all, "%s%s", all.len > 0 ? ", " : "", p[0] != '\0' ? p : "unnamed");
		if (platform != NULL && !platform_fits(platform, p))
			continue;
		chosen = v;
		count++;
	}
	if (count == 1)
		return chosen;
	error_set(err, ERROR_USAGE,
		count == 0 ? "the image has nothing for %s"
			   : "the image is for several platforms%s",
		count == 0 && platform != NULL ? platform : "");
	error_where(err, "%s: %s", img->path, all.ptr);
	error_hint(err, "name one of them: --platform OS/ARCH");
	return NULL;
}

/* An index names manifests, or further indexes; a manifest names layers. */
static bool
oci_layers(struct import_image *img, const char *path, const char *platform, unsigned depth,
	struct error *err)
{
	const struct json_value *list;
	struct json doc;
	bool ok;

	if (depth == MOST_INDEXES)
		return malformed(img, "its indexes are nested too deep", err);
	if (path == NULL)
		return malformed(img, "a digest is not SHA-256", err);
	if (!get_json(img, path, &doc, err))
		return false;
	list = json_is_object(doc.root) ? json_find(doc.root, "layers") : NULL;
	if (json_is_array(list)) {
		ok = oci_manifest_layers(img, list, err);
	} else {
		list = json_is_object(doc.root) ? json_find(doc.root, "manifests") : NULL;
		const struct json_value *one = NULL;
		ok = json_is_array(list) || malformed(img, "no manifests and no layers", err);
		one = ok ? choose(img, list, platform, err) : NULL;
		ok = one != NULL &&
		     oci_layers(img, blob_path(img->arena, json_text_of(json_find(one, "digest"))),
			     platform, depth + 1, err);
	}
	json_clear(&doc);
	return ok;
}

/* Reads the present entry through: into memory where it is small and begins like JSON, and its digest
 * where it is a blob that is named by one. */
static bool
read_entry(struct import_image *img, struct archive_walk *w, const char *path, bool keep,
	uint64_t *total, struct error *err)
{
	const char *hex = cstr_starts(path, "blobs/sha256/") ? path_base(path) : "";
	enum archive_step step;
	struct digest *digest = NULL;
	char got[DIGEST_HEX];
	struct strbuf text;
	const void *block;
	uint64_t offset;
	size_t len;

	if (digest_is_hex(hex) && !digest_begin(&digest, err))
		return false;
	strbuf_init(&text, img->arena);
	while ((step = archive_block(w, &block, &len, &offset, err)) == ARCHIVES_NEXT) {
		if (!interrupt_check(err)) {
			step = ARCHIVES_FAILED;
			break;
		}
		if (digest != NULL)
			digest_add(digest, block, len);
		*total += keep ? len : 0;
		keep = keep && text.len + len <= MOST_TEXT_BYTES && *total <= MOST_TEXTS_BYTES;
		if (keep)
			strbuf_addn(&text, block, len);
	}
	if (step == ARCHIVES_FAILED) {
		digest_drop(digest);
		return false;
	}
	if (digest != NULL) {
		digest_end(digest, got);
		if (strcmp(got, hex) != 0) {
			error_set(err, ERROR_VERIFY, "a blob of the image has another content");
			return error_where(err, "%s: %s", img->path, path);
		}
	}
	if (keep) {
		struct str *s = ARENA_NEW(img->arena, struct str);
		*s = (struct str){ text.ptr, text.len };
		strmap_set(&img->texts, path, s);
	}
	return true;
}

/* JSON, by name or, for blobs, by how it begins. */
static bool
is_text(struct archive_walk *w, const struct archive_item *item, const char *path)
{
	const unsigned char *head;
	struct error ignored;
	size_t len;

	if (item->size > MOST_TEXT_BYTES)
		return false;
	if (cstr_ends(path, ".json") || strcmp(path, "oci-layout") == 0)
		return true;
	return archive_head(w, &head, &len, &ignored) && len > 0 && head[0] == '{';
}

static bool
scan_entry(struct import_image *img, struct archive_walk *w, const struct archive_item *item,
	uint64_t *total, struct error *err)
{
	const char *path = item->path != NULL ? plain_path(img->arena, item->path) : NULL;

	if (path == NULL || !unpack_name_is_plain(path))
		return true;
	if (item->kind == ARCHIVES_SYMLINK && item->link != NULL) {
		const char *to = plain_path(
			img->arena, path_join(img->arena, path_dir(img->arena, path), item->link));
		if (to != NULL)
			strmap_set(&img->links, path, arena_strdup(img->arena, to));
		return true;
	}
	if (item->kind != ARCHIVES_FILE)
		return true;
	bool blob = cstr_starts(path, "blobs/sha256/");
	bool text = is_text(w, item, path);
	return (!blob && !text) || read_entry(img, w, path, text, total, err);
}

/* The walk of a rootfs ends at its first file that no image has at its top. */
static bool
could_be_image(const struct archive_item *item)
{
	const char *path = item->path != NULL ? item->path : "";

	if (cstr_starts(path, "./"))
		path += 2;
	size_t len = strcspn(path, "/");
	return item->kind == ARCHIVES_DIR || path[len] == '\0'
		       ? cstr_ends(path, ".json") || strcmp(path, "oci-layout") == 0 ||
				 strcmp(path, "repositories") == 0 || item->kind == ARCHIVES_DIR
		       : cstr_starts(path, "blobs/") || cstr_ends(path, "/layer.tar") ||
				 cstr_ends(path, "/json") || cstr_ends(path, "/VERSION");
}

static bool
scan_archive(struct import_image *img, bool *ret_is, struct error *err)
{
	const struct archive_source source = {
		.name = img->path, .file = img->path, .formats = ARCHIVES_TAR | ARCHIVES_ZIP
	};
	struct archive_item item;
	struct archive_walk *w;
	enum archive_step step;
	uint64_t total = 0, entries = 0;
	bool ok = true;

	if (!archive_open(img->arena, img->lib, &source, &w, err))
		return false;
	while ((step = archive_next(w, &item, err)) == ARCHIVES_NEXT) {
		if (++entries > CAP_UNPACK_ENTRIES || !could_be_image(&item)) {
			archive_close(w);
			*ret_is = false;
			return true;
		}
		if (!scan_entry(img, w, &item, &total, err)) {
			ok = false;
			break;
		}
	}
	ok = ok && step == ARCHIVES_END;
	archive_close(w);
	*ret_is = ok && (has_text(img, "manifest.json") || has_text(img, "oci-layout"));
	return ok;
}

bool
import_image_open(struct import_image *img, struct arena *a, const struct archives *lib,
	const char *path, const char *platform, bool *ret_is, struct error *err)
{
	*img = (struct import_image){ .arena = a, .lib = lib, .path = path };
	img->is_dir = file_is_dir(path);
	strmap_init(&img->texts, a);
	strmap_init(&img->links, a);
	strvec_init(&img->layers, a);
	if (img->is_dir)
		*ret_is = has_text(img, "oci-layout") ||
			  (has_text(img, "manifest.json") && !has_text(img, "usr"));
	else if (!scan_archive(img, ret_is, err))
		return false;
	if (!*ret_is)
		return true;
	if (has_text(img, "index.json") &&
		(has_text(img, "oci-layout") || !has_text(img, "manifest.json"))) {
		if (!oci_layers(img, "index.json", platform, 0, err))
			return false;
	} else if (!docker_layers(img, err)) {
		return false;
	}
	return img->layers.count > 0 || malformed(img, "it has no layers", err);
}

/* A layer of a directory is a file that is named by its digest, or by whoever unpacked it. */
static bool
unpack_file(struct import_image *img, const char *layer, const struct unpack_sink *sink,
	struct error *err)
{
	const char *path = path_join(img->arena, img->path, layer);
	char got[DIGEST_HEX];

	if (digest_is_hex(path_base(layer))) {
		if (!digest_file(path, got, NULL, err))
			return false;
		if (strcmp(got, path_base(layer)) != 0) {
			error_set(err, ERROR_VERIFY, "a layer of the image has another content");
			return error_where(err, "%s", path);
		}
	}
	return unpack_archive(img->lib, path, sink, err);
}

static bool
unpack_from_archive(
	struct import_image *img, import_image_sink *sink_of, void *ctx, struct error *err)
{
	const struct archive_source source = {
		.name = img->path, .file = img->path, .formats = ARCHIVES_TAR | ARCHIVES_ZIP
	};
	bool *done = ARENA_ARRAY(img->arena, img->layers.count, bool);
	struct archive_item item;
	struct archive_walk *w;
	enum archive_step step;
	size_t left = img->layers.count;
	bool ok = true;

	if (!archive_open(img->arena, img->lib, &source, &w, err))
		return false;
	while (ok && left > 0 && (step = archive_next(w, &item, err)) == ARCHIVES_NEXT) {
		const char *path = item.path != NULL ? plain_path(img->arena, item.path) : NULL;
		if (path == NULL || item.kind != ARCHIVES_FILE)
			continue;
		for (size_t i = 0; ok && i < img->layers.count; i++) {
			if (done[i] || strcmp(img->layers.items[i], path) != 0)
				continue;
			ok = unpack_inner(img->lib, w,
				arena_printf(img->arena, "%s: %s", img->path, path),
				sink_of(ctx, i), err);
			done[i] = true;
			left--;
			break;
		}
	}
	archive_close(w);
	if (!ok || left == 0)
		return ok;
	return step == ARCHIVES_FAILED ? false : malformed(img, "a layer is missing", err);
}

bool
import_image_unpack(
	struct import_image *img, import_image_sink *sink_of, void *ctx, struct error *err)
{
	if (!img->is_dir)
		return unpack_from_archive(img, sink_of, ctx, err);
	for (size_t i = 0; i < img->layers.count; i++)
		if (!unpack_file(img, img->layers.items[i], sink_of(ctx, i), err))
			return false;
	return true;
}
