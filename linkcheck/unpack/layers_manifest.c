/* SPDX-License-Identifier: MIT */
/*
 * Manifests: docker's manifest.json (moby, "Docker Image Specification v1.2", Combined Image JSON),
 * and OCI's index and manifests (opencontainers/image-spec: image-index.md, manifest.md).
 */
#include <string.h>

#include "base/caps.h"
#include "base/json.h"
#include "base/strmap.h"
#include "linkcheck/unpack/layers_inside.h"

#define MOST_LAYERS 1024
#define MOST_NAME 512    /* it stands before each member's */
#define MOST_NESTED 4    /* an index may list indexes */
#define MOST_LISTED 1024 /* manifests and indexes: nothing keeps an index from listing itself */

struct manifests {
	struct arena *arena;
	struct strmap texts; /* of the tree, by path */
	struct layers_list *items;
	size_t count, most, listed;
	uint64_t bytes; /* of JSON that was read */
	struct layers_remark wrong;
};

static void
damaged(struct manifests *m, const char *text)
{
	m->wrong = (struct layers_remark){ true, text };
}

static void
cut(struct manifests *m, const char *text)
{
	m->wrong = (struct layers_remark){ false, text };
}

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

	m->bytes += e->text.len;
	if (m->bytes > CAP_AUDIT_TEXT) {
		cut(m, "its manifests are longer than is looked at");
		return false;
	}
	error_clear(&err);
	if (json_parse(ret, e->path, e->text, &err))
		return true;
	damaged(m, arena_printf(m->arena, "%s: %s", e->path, err.what));
	return false;
}

static struct layers_list *
add_list(struct manifests *m, const char *name)
{
	struct layers_list *list;

	if (m->count == m->most) {
		cut(m, "it has more images than are looked at");
		return NULL;
	}
	list = &m->items[m->count++];
	name = name ? name : "image";
	list->name = arena_strndup(m->arena, name, strnlen(name, MOST_NAME));
	strvec_init(&list->paths, m->arena);
	return list;
}

static void
add_layer(struct manifests *m, struct layers_list *list, const char *path)
{
	if (path && list->paths.count == MOST_LAYERS)
		cut(m, "an image has more layers than are looked at");
	else if (path)
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
		const struct json_value *layer = first_of(image, "Layers");
		struct layers_list *list;

		if (!layer)
			continue;
		list = add_list(m, name ? name : text_in(image, "Config"));
		if (!list)
			return;
		for (; layer; layer = json_next(layer))
			add_layer(m, list, json_text_of(layer));
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

static void read_oci(
	struct manifests *m, const struct json_value *object, const char *name, unsigned depth);

/* A manifest, or another index. */
static void
read_listed(struct manifests *m, const struct json_value *descriptor, const char *parent,
	unsigned depth)
{
	const char *path = blob_path(m->arena, text_in(descriptor, "digest")), *name;
	const struct container_entry *e = path ? strmap_get(&m->texts, path) : NULL;
	struct json doc;

	if (!e) {
		damaged(m, "the index lists a manifest that is not in it");
	} else if (depth == MOST_NESTED) {
		cut(m, "its indexes list each other more deeply than is looked at");
	} else if (parse(m, e, &doc)) {
		name = platform_name(m->arena, descriptor, parent);
		read_oci(m, doc.root, arena_strdup(m->arena, name ? name : ""), depth + 1);
		json_clear(&doc);
	}
}

static void
read_oci(struct manifests *m, const struct json_value *object, const char *name, unsigned depth)
{
	struct layers_list *list;
	const struct json_value *d;

	for (d = first_of(object, "manifests"); d && json_is_object(d); d = json_next(d)) {
		if (m->listed == MOST_LISTED) {
			cut(m, "its indexes list more manifests than are looked at");
			return;
		}
		m->listed++;
		read_listed(m, d, name, depth);
	}
	d = first_of(object, "layers");
	list = d ? add_list(m, name) : NULL;
	for (; list && d && json_is_object(d); d = json_next(d))
		add_layer(m, list, blob_path(m->arena, text_in(d, "digest")));
}

/* What cannot be unpacked is no file system: attestations and signatures have layers of JSON. */
static bool
is_of_archives(const struct manifests *m, const struct layers_list *list)
{
	for (size_t i = 0; i < list->paths.count; i++)
		if (!strmap_get(&m->texts, list->paths.items[i]))
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

static void
keep_texts(struct manifests *m, const struct container_tree *tree)
{
	strmap_init(&m->texts, m->arena);
	for (size_t i = 0; i < tree->count; i++) {
		struct container_entry *e = &tree->items[i];

		if (e->kind == CONTAINER_TEXT && !strmap_get(&m->texts, e->path))
			strmap_set(&m->texts, e->path, e);
	}
}

size_t
layers_read(struct arena *a, const struct container_tree *tree, size_t most,
	struct layers_list **ret, struct layers_remark *ret_wrong)
{
	struct manifests m = { .arena = a, .most = most };
	const struct container_entry *docker = find_text(tree, "manifest.json");
	const struct container_entry *oci = find_text(tree, "index.json");
	struct json doc;

	if (!docker && !(oci && find_text(tree, "oci-layout")))
		return 0;
	m.items = ARENA_ARRAY(a, most, struct layers_list);
	keep_texts(&m, tree);
	if (parse(&m, docker ? docker : oci, &doc)) {
		if (docker)
			read_docker(&m, &doc);
		else
			read_oci(&m, doc.root, "", 0);
		json_clear(&doc);
	}
	/* Many packages have a file manifest.json, and most say nothing of layers. */
	if (docker && m.count == 0 && !oci)
		m.wrong.text = NULL;
	drop_others(&m);
	*ret = m.items;
	*ret_wrong = m.wrong;
	return m.count;
}
