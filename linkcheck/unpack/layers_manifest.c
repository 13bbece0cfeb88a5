/* SPDX-License-Identifier: MIT */
/*
 * Manifests: docker's manifest.json (moby, "Docker Image Specification v1.2", Combined Image JSON),
 * and OCI's index and manifests (opencontainers/image-spec: image-index.md, manifest.md).
 */
#include <string.h>

#include "base/json.h"
#include "linkcheck/unpack/layers_inside.h"

#define MOST_IMAGES 64
#define MOST_LAYERS 1024
#define MOST_NESTED 4 /* an index may list indexes */

struct manifests {
	struct arena *arena;
	const struct container_tree *tree;
	struct layers_list *items;
	size_t count;
	const char *wrong;
};

static const struct container_entry *
find_text(const struct container_tree *tree, const char *path)
{
	for (size_t i = 0; i < tree->count; i++)
		if (tree->items[i].kind == CONTAINER_TEXT && strcmp(tree->items[i].path, path) == 0)
			return &tree->items[i];
	return NULL;
}

static bool
parse(struct manifests *m, const struct container_entry *e, struct json *ret)
{
	struct error err;

	error_clear(&err);
	if (json_parse(ret, e->path, e->text, &err))
		return true;
	m->wrong = arena_printf(m->arena, "%s: %s", e->path, err.what);
	return false;
}

static struct layers_list *
add_list(struct manifests *m, const char *name)
{
	struct layers_list *list;

	if (m->count == MOST_IMAGES) {
		m->wrong = "it has more images than are looked at";
		return NULL;
	}
	list = &m->items[m->count++];
	list->name = arena_strdup(m->arena, name ? name : "image");
	strvec_init(&list->paths, m->arena);
	return list;
}

static void
add_layer(struct layers_list *list, const char *path)
{
	if (path && list->paths.count < MOST_LAYERS)
		strvec_push_dup(&list->paths, path);
}

static const char *
text_in(const struct json_value *object, const char *key)
{
	const struct json_value *v = object ? json_find(object, key) : NULL;

	return v ? json_text_of(v) : NULL;
}

/* Members of an array, or none. */
static const struct json_value *
first_of(const struct json_value *object, const char *key)
{
	const struct json_value *v = object ? json_find(object, key) : NULL;

	return v && json_is_array(v) && json_count(v) > 0 ? json_at(v, 0) : NULL;
}

static void
read_docker(struct manifests *m, const struct json *doc)
{
	const struct json_value *image = json_is_array(doc->root) && json_count(doc->root) > 0
						 ? json_at(doc->root, 0)
						 : NULL;

	for (; image && json_is_object(image); image = json_next(image)) {
		const struct json_value *tag = first_of(image, "RepoTags");
		const char *name = tag ? json_text_of(tag) : NULL;
		struct layers_list *list = add_list(m, name ? name : text_in(image, "Config"));

		if (!list)
			return;
		for (const struct json_value *l = first_of(image, "Layers"); l; l = json_next(l))
			add_layer(list, json_text_of(l));
	}
}

/* "sha256:ab..." is the file blobs/sha256/ab... */
static const char *
blob_path(struct arena *a, const char *digest)
{
	const char *colon = digest ? strchr(digest, ':') : NULL;

	if (!colon || strchr(digest, '/'))
		return NULL;
	return arena_printf(a, "blobs/%.*s/%s", (int)(colon - digest), digest, colon + 1);
}

static const char *
platform_name(struct arena *a, const struct json_value *descriptor, const char *parent)
{
	const struct json_value *platform = json_find(descriptor, "platform");
	const char *ref =
		text_in(json_find(descriptor, "annotations"), "org.opencontainers.image.ref.name");
	const char *os = text_in(platform, "os"), *arch = text_in(platform, "architecture");

	if (ref)
		return ref;
	if (os && arch)
		return arena_printf(a, "%s%s%s/%s", parent, *parent ? " " : "", os, arch);
	return *parent ? parent : text_in(descriptor, "digest");
}

static void
read_oci(struct manifests *m, const struct json_value *object, const char *name, unsigned depth)
{
	struct layers_list *list;
	const struct json_value *d;

	for (d = first_of(object, "manifests"); d && json_is_object(d); d = json_next(d)) {
		const char *path = blob_path(m->arena, text_in(d, "digest"));
		const struct container_entry *e = path ? find_text(m->tree, path) : NULL;
		struct json doc;

		if (!e) {
			m->wrong = "the index lists a manifest that is not in it";
		} else if (depth < MOST_NESTED && parse(m, e, &doc)) {
			const char *known = platform_name(m->arena, d, name);

			read_oci(
				m, doc.root, arena_strdup(m->arena, known ? known : ""), depth + 1);
			json_clear(&doc);
		}
		if (m->count == MOST_IMAGES)
			return;
	}
	d = first_of(object, "layers");
	list = d ? add_list(m, name) : NULL;
	for (; list && d && json_is_object(d); d = json_next(d))
		add_layer(list, blob_path(m->arena, text_in(d, "digest")));
}

/* What cannot be unpacked is no file system: attestations and signatures have layers of JSON. */
static bool
is_of_archives(const struct manifests *m, const struct layers_list *list)
{
	for (size_t i = 0; i < list->paths.count; i++)
		if (!find_text(m->tree, list->paths.items[i]))
			return true;
	return false;
}

static void
drop_others(struct manifests *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->count; i++)
		if (is_of_archives(m, &m->items[i]))
			m->items[kept++] = m->items[i];
	m->count = kept;
}

size_t
layers_read(struct arena *a, const struct container_tree *tree, struct layers_list **ret,
	const char **ret_wrong)
{
	struct manifests m = { .arena = a, .tree = tree };
	const struct container_entry *docker = find_text(tree, "manifest.json");
	const struct container_entry *oci = find_text(tree, "index.json");
	struct json doc;

	if (!docker && !(oci && find_text(tree, "oci-layout")))
		return 0;
	m.items = ARENA_ARRAY(a, MOST_IMAGES, struct layers_list);
	if (parse(&m, docker ? docker : oci, &doc)) {
		if (docker)
			read_docker(&m, &doc);
		else
			read_oci(&m, doc.root, "", 0);
		json_clear(&doc);
	}
	/* Many packages have a file manifest.json, and most say nothing of layers. */
	if (docker && m.count == 0 && !oci)
		m.wrong = NULL;
	drop_others(&m);
	*ret = m.items;
	*ret_wrong = m.wrong;
	return m.count;
}
