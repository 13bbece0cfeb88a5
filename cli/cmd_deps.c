/* SPDX-License-Identifier: MIT */
/* xbuild deps: the libraries a program loads, where each is found, and whether it starts. */
#include <stdio.h>
#include <string.h>

#include "base/input.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/deps_graph.h"
#include "cli/deps_package.h"
#include "cli/deps_text.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "linkcheck/read/fat.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/resolve.h"
#include "linkcheck/unpack/kind.h"

struct deps_options {
	const char *root, *library_path, *hwcaps, *sdk, *format;
	struct strvec dlls;
	bool bind_now;
};

static void
add_tries_json(struct json_value *object, const struct deps_node *node)
{
	struct json_value *array;

	if (!node->try_count)
		return;
	array = json_add_array(object, "tried");
	for (size_t i = 0; i < node->try_count; i++) {
		struct json_value *item = json_push_object(array);

		json_add_string(item, "path", node->tries[i].path);
		json_add_string(item, "origin", node->tries[i].origin);
		json_add_string(item, "reason", node->tries[i].reason);
	}
}

static void
add_children_json(struct json_value *object, const struct deps_node *node)
{
	struct json_value *array = json_add_array(object, "needed");

	for (size_t i = 0; i < node->child_count; i++) {
		const struct deps_node *child = &node->children[i];
		struct json_value *item = json_push_object(array);

		json_add_string(item, "name", child->name);
		json_add_string(item, "role", child->role);
		json_add_string(item, "path", child->path);
		json_add_string(item, "how", deps_how_name(child->how));
		add_tries_json(item, child);
		if (child->child_count)
			add_children_json(item, child);
	}
}

static void
add_objects_json(struct json_value *item, const struct resolution *r)
{
	struct json_value *array = json_add_array(item, "loaded");

	for (size_t i = 0; i < r->object_count; i++)
		json_push_string(array, r->objects[i]->name);
}

static void
add_file_json(struct json_value *files, const char *path, const struct resolution *r)
{
	struct json_value *item = json_push_object(files);

	json_add_string(item, "path", path);
	json_add_string(item, "starts", resolve_starts_name(r->starts));
	json_add_string(item, "unknown", r->unknown);
	json_add_u64(item, "missing", r->deps.missing);
	json_add_u64(item, "objects", r->deps.objects);
	add_objects_json(item, r);
	report_problems_json(item, r);
	if (r->left_out)
		json_add_u64(item, "problems_left_out", r->left_out);
	add_children_json(item, &r->deps.top);
}

/* An image is a whole file system; anything else is put into the root. */
static bool
resolve(struct session *s, struct image *image, const struct shipped *shipped,
	const struct deps_options *o, struct resolution *ret, struct error *err)
{
	struct resolve_world *world = ARENA_NEW(&s->arena, struct resolve_world);
	struct objects *store = ARENA_NEW(&s->arena, struct objects);

	world->root = o->root || (shipped && shipped->whole) ? o->root : "";
	world->shipped = shipped;
	world->library_path = o->library_path;
	world->bind_now = o->bind_now;
	world->hwcaps = o->hwcaps;
	world->sdk = o->sdk;
	world->dlls = o->dlls.items;
	objects_init(store, &s->arena, true);
	store->trail = true;
	return resolve_image(&s->arena, image, store, world, ret, err);
}

static bool
resolve_file(struct session *s, struct input *input, const struct deps_options *o,
	struct resolution *ret, struct error *err)
{
	struct image *image = ARENA_NEW(&s->arena, struct image);

	return image_open(image, &s->arena, input, err) && resolve(s, image, NULL, o, ret, err);
}

/* What the files of one run are told in. */
struct deps_output {
	struct json_value *root, *files; /* json */
	struct deps_graph *graph;        /* dot and mermaid */
	bool answer;                     /* text: whether it starts, and why not */
	int code;
};

static void
show(struct session *s, const char *path, const struct resolution *r, struct deps_output *out)
{
	struct strbuf text;

	if (r->starts == STARTS_NO || r->deps.missing > 0)
		out->code = EXIT_NO;
	else if (r->damaged && out->code == EXIT_CLEAN)
		out->code = EXIT_MALFORMED;
	if (out->files) {
		add_file_json(out->files, path, r);
		return;
	}
	if (out->graph) {
		deps_graph_add(out->graph, &r->deps);
		return;
	}
	strbuf_init(&text, &s->arena);
	deps_text_tree(&text, &s->ui, &r->deps);
	if (out->answer)
		deps_text_answer(&text, &s->ui, r);
	fputs(text.ptr, stdout);
}

static bool
look_at_input(struct session *s, struct input *input, const struct deps_options *o,
	struct deps_output *out, struct error *err)
{
	struct resolution r;

	if (!resolve_file(s, input, o, &r, err)) {
		/* Nothing malformed: it is another kind of file. */
		if (err->kind == ERROR_FORMAT && !image_is_supported(input))
			err->kind = ERROR_MISSING;
		if (kind_is_container(kind_of(input)))
			return error_hint(err, "name a member: %s!path/inside", input->name);
		return *err->hint ? false : error_hint(err, "name a program or a shared library");
	}
	show(s, input->name, &r, out);
	return true;
}

/* Each architecture of a fat file has a tree of its own. */
static bool
look_at_slices(struct session *s, struct input *input, const struct deps_options *o,
	struct deps_output *out, struct error *err)
{
	struct fat_slice *slices;
	size_t n;

	if (!fat_read(&s->arena, input, &slices, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		char *name = arena_printf(&s->arena, "%s (%s)", input->name, slices[i].arch);
		struct input part;

		if (!input_slice(&part, input, name, slices[i].offset, slices[i].size, err) ||
			!look_at_input(s, &part, o, out, err))
			return false;
	}
	return true;
}

static bool
look_at_member(struct session *s, const char *package, const char *name,
	const struct deps_options *o, struct deps_output *out, struct error *err)
{
	struct deps_member member;
	struct resolution r;
	bool ok;

	if (!deps_member_open(s, package, name, &member, err))
		return false;
	ok = resolve(s, member.image, member.shipped, o, &r, err);
	if (ok)
		show(s, name, &r, out);
	package_close(member.package);
	if (!ok && !*err->hint)
		error_hint(err, "name a program or a shared library");
	return ok;
}

static bool
look_at(struct session *s, const char *path, const struct deps_options *o, struct deps_output *out,
	struct error *err)
{
	const char *package;
	struct input input;
	bool ok;

	if (deps_is_member(&s->arena, path, &package))
		return look_at_member(s, package, path, o, out, err);
	if (!input_open(&input, &s->arena, path, err))
		return false;
	ok = fat_is(&input) ? look_at_slices(s, &input, o, out, err)
			    : look_at_input(s, &input, o, out, err);
	input_close(&input);
	return ok;
}

static void
begin(struct session *s, const char *format, struct deps_output *out)
{
	out->answer = !format || strcmp(format, "text") == 0;
	if (s->ui.json) {
		out->root = json_new_object();
		json_add_u64(out->root, "schema", 1);
		out->files = json_add_array(out->root, "files");
	} else if (format && (strcmp(format, "dot") == 0 || strcmp(format, "mermaid") == 0)) {
		out->graph = ARENA_NEW(&s->arena, struct deps_graph);
		deps_graph_begin(out->graph, &s->arena,
			strcmp(format, "dot") == 0 ? DEPS_DOT : DEPS_MERMAID);
	}
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct deps_options *o = options;
	struct deps_output out = { .code = EXIT_CLEAN };
	bool ok = true;

	if (!request_dirs(&o->dlls, "--dlls", err))
		return COMMAND_FAILED;
	begin(s, o->format, &out);
	for (size_t i = 0; ok && i < operands->count; i++)
		ok = look_at(s, operands->items[i], o, &out, err);
	if (ok && out.root)
		fputs(json_text(&s->arena, out.root, true), stdout);
	if (ok && out.graph) {
		deps_graph_end(out.graph);
		fputs(out.graph->text.ptr, stdout);
	}
	json_free(out.root);
	return ok ? out.code : COMMAND_FAILED;
}

static const char *const formats[] = { "text", "tree", "dot", "mermaid", "json", NULL };
static const struct option options[] = {
	{ 0, "root", "DIR", "the file system it will run in (default: this machine's)",
		OPTION_STRING, offsetof(struct deps_options, root), NULL, false },
	{ 0, "library-path", "LIST", "directories as in LD_LIBRARY_PATH", OPTION_STRING,
		offsetof(struct deps_options, library_path), NULL, false },
	{ 0, "hwcaps", "NAME", "the processor's best glibc-hwcaps directory: x86-64-v3",
		OPTION_STRING, offsetof(struct deps_options, hwcaps), NULL, false },
	{ 0, "dlls", "DIR", "a directory of DLLs, for programs of Windows (repeatable)",
		OPTION_LIST, offsetof(struct deps_options, dlls), NULL, false },
	{ 0, "sdk", "DIR", "the SDK whose .tbd files stand for macOS's own libraries",
		OPTION_STRING, offsetof(struct deps_options, sdk), NULL, false },
	{ 0, "bind-now", NULL, "bind every symbol at start, as LD_BIND_NOW does", OPTION_FLAG,
		offsetof(struct deps_options, bind_now), NULL, false },
	{ 0, "format", "FORMAT", "text, tree (no answer), dot, mermaid or json", OPTION_CHOICE,
		offsetof(struct deps_options, format), formats, false },
	OPTION_END,
};
static const char *const examples[] = {
	"deps ./server",
	"deps --root /srv/alpine ./server",
	"deps app_1.0_amd64.deb!usr/bin/app",
	"deps --format dot ./server",
	NULL,
};
const struct command cmd_deps = {
	.name = "deps",
	.summary = "show which libraries a program loads, from where, and whether it starts",
	.operands = "PATH...",
	.options = options,
	.options_size = sizeof(struct deps_options),
	.operand = OPERAND_FILE,
	.least = 1,
	.most = OPERANDS_MANY,
	.examples = examples,
	.run = run,
};
