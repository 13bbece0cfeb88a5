/* SPDX-License-Identifier: MIT */
/* xbuild sysroot: what the store holds for targets. */
#include <stdio.h>
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/imported.h"
#include "cli/lock_use.h"
#include "cli/request.h"
#include "sysroots/added.h"
#include "sysroots/sysroot.h"
#include "sysroots/transport/package.h"
#include "sysroots/vendor.h"

struct sysroot_options {
	const char *set, *source, *format;
};

static enum package_set
set_of(const struct sysroot_options *o)
{
	return o->set ? package_set_find(o->set) : SET_C_DYNAMIC;
}

/* A target that was named without a libc stands for the one of a dynamic link, but where only a
 * static set is asked for. */
static bool
request_of(struct session *s, const char *text, const struct sysroot_options *o,
	struct sysroot_request *ret, struct error *err)
{
	const char *source = o->source ? o->source : settings_text(&s->settings, SETTING_SOURCE);

	*ret = (struct sysroot_request){ 0 };
	ret->set = set_of(o);
	if (!request_target(s, text, ret->set == SET_C_STATIC, &ret->target, err))
		return false;
	if (source && !(ret->source = source_get(source, err)))
		return false;
	return true;
}

static char *
label_of(struct arena *a, const struct sysroot *r)
{
	struct strbuf b;

	strbuf_init(&b, a);
	strbuf_addf(&b, "%s %s (%s) · %s", target_libc_name(r->target.abi->libc), r->libc_version,
		r->source->id, package_set_name(r->set));
	for (size_t i = 0; i < r->added.count; i++)
		strbuf_addf(&b, " + %s", r->added.items[i]);
	strbuf_addf(&b, " · %s%s", ui_size(a, r->bytes), r->pinned ? " · for a lock" : "");
	return b.ptr;
}

static void
print_line(struct session *s, const struct sysroot *r)
{
	ui_pad(stdout, r->target.name, UI_LABEL + 4); /* linux/amd64/glibc2.31 fits */
	printf("%s\n", label_of(&s->arena, r));
}

static void
fill_json(struct json_value *item, const struct sysroot *r, bool packages)
{
	struct json_value *array;

	json_add_string(item, "target", r->target.name);
	json_add_string(item, "source", r->source->id);
	json_add_string(item, "set", package_set_name(r->set));
	json_add_string(item, "libc", target_libc_name(r->target.abi->libc));
	json_add_string(item, "libc_version", r->libc_version);
	json_add_string(item, "digest", r->digest);
	json_add_string(item, "path", r->path);
	json_add_u64(item, "bytes", r->bytes);
	json_add_bool(item, "pinned", r->pinned);
	added_to_json(item, &r->added);
	if (!packages)
		return;
	array = json_add_array(item, "packages");
	for (size_t i = 0; i < r->packages.count; i++) {
		const struct package *p = &r->packages.items[i];
		struct json_value *object = json_push_object(array);

		json_add_string(object, "name", p->name);
		json_add_string(object, "version", p->version);
		json_add_string(object, "arch", p->arch);
		json_add_u64(object, "size", p->size);
		json_add_string(object, "sha256", p->sha256);
	}
}

/* Operands of `add`: targets first, then the packages that all of them get. The first is always a
 * target; a name with a slash never is a package. */
static bool
split_operands(struct session *s, const struct strvec *operands, struct strvec *targets,
	struct strvec *packages, struct error *err)
{
	struct error ignored;
	struct target t;
	size_t i = 0;

	strvec_init(targets, &s->arena);
	strvec_init(packages, &s->arena);
	for (; i < operands->count; i++) {
		const char *word = operands->items[i];
		if (i > 0 && !strchr(word, '/') &&
			!target_parse(&t, word, s->context.env, &ignored))
			break;
		strvec_push(targets, word);
	}
	for (; i < operands->count; i++) {
		const char *word = operands->items[i];
		if (!package_is_name(word)) {
			error_set(err, ERROR_USAGE, "no package can be called \"%.80s\"", word);
			return error_hint(err, "targets stand before the packages");
		}
		strvec_push(packages, word);
	}
	strvec_sort(packages);
	return true;
}

static int
add(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct strvec targets, packages;
	struct sysroot_request req;
	struct sysroot got;

	if (!split_operands(s, operands, &targets, &packages, err))
		return COMMAND_FAILED;
	for (size_t i = 0; i < targets.count; i++) {
		if (!request_of(s, targets.items[i], options, &req, err))
			return COMMAND_FAILED;
		req.packages = packages;
		if (!lock_use(s, &req, err) ||
			!sysroot_get(&s->context, &s->store, &req, &got, err) ||
			!lock_keep(&req, err))
			return COMMAND_FAILED;
		print_line(s, &got);
	}
	return EXIT_CLEAN;
}

static void
list_json(struct session *s, const struct sysroot_list *all, const struct import_list *imports)
{
	struct json_value *root = json_new_object(), *array;

	json_add_u64(root, "schema", 1);
	array = json_add_array(root, "sysroots");
	for (size_t i = 0; i < all->count; i++)
		fill_json(json_push_object(array), &all->items[i], false);
	array = json_add_array(root, "imported");
	for (size_t i = 0; i < imports->count; i++)
		imported_json(json_push_object(array), &imports->items[i]);
	fputs(json_text(&s->arena, root, true), stdout);
	json_free(root);
}

static int
list(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct import_list imports;
	struct sysroot_list all;

	(void)options;
	(void)operands;
	if (!sysroot_list(&s->context, &s->store, &all, err) ||
		!import_list(&s->context, &s->store, &imports, err))
		return COMMAND_FAILED;
	if (s->ui.json) {
		list_json(s, &all, &imports);
		return EXIT_CLEAN;
	}
	for (size_t i = 0; i < all.count; i++)
		print_line(s, &all.items[i]);
	for (size_t i = 0; i < imports.count; i++)
		imported_print(s, &imports.items[i]);
	if (!all.count && !imports.count && !s->ui.quiet)
		fprintf(stderr, "no sysroots yet: xbuild sysroot add linux/arm64/musl\n");
	return EXIT_CLEAN;
}

/* Of those in the store the one a target's name stands for here: the lock's, where there is one.
 * Any set will do. */
static bool
find_one(struct session *s, const char *text, const struct sysroot_options *o, struct sysroot *ret,
	struct error *err)
{
	struct sysroot_options least = *o;
	struct sysroot_request req;

	if (!least.set)
		least.set = package_set_name(SET_C_STATIC);
	if (!request_of(s, text, &least, &req, err))
		return false;
	if (!o->set && !request_target(s, text, false, &req.target, err))
		return false;
	if (!lock_look(s, &req, err))
		return false;
	error_clear(err);
	if (sysroot_find(&s->context, &s->store, &req, ret, err))
		return true;
	if (err->kind != ERROR_NONE)
		return false;
	error_set(err, ERROR_MISSING, "there is no sysroot for %s in the store", req.target.name);
	return error_hint(err, "xbuild sysroot add %s", req.target.name);
}

static void
show_text(struct session *s, const struct sysroot *r)
{
	print_line(s, r);
	ui_pad(stdout, "path", UI_LABEL);
	puts(r->path);
	ui_pad(stdout, "digest", UI_LABEL);
	puts(r->digest);
	for (size_t i = 0; i < r->packages.count; i++) {
		const struct package *p = &r->packages.items[i];

		ui_pad(stdout, i ? "" : "packages", UI_LABEL);
		printf("%s %s %s, %s\n", p->name, p->version, p->arch, ui_size(&s->arena, p->size));
	}
}

static int
show_import(struct session *s, const struct import *i)
{
	struct json_value *root;

	if (!s->ui.json) {
		imported_print_whole(s, i);
		return EXIT_CLEAN;
	}
	root = json_new_object();
	json_add_u64(root, "schema", 1);
	imported_json(json_add_object(root, "imported"), i);
	fputs(json_text(&s->arena, root, true), stdout);
	json_free(root);
	return EXIT_CLEAN;
}

static int
show(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct json_value *root;
	struct sysroot found;
	struct import import;

	if (import_find(&s->context, &s->store, operands->items[0], &import))
		return show_import(s, &import);
	if (!find_one(s, operands->items[0], options, &found, err))
		return COMMAND_FAILED;
	if (!s->ui.json) {
		show_text(s, &found);
		return EXIT_CLEAN;
	}
	root = json_new_object();
	json_add_u64(root, "schema", 1);
	fill_json(json_add_object(root, "sysroot"), &found, true);
	fputs(json_text(&s->arena, root, true), stdout);
	json_free(root);
	return EXIT_CLEAN;
}

static int
path(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct sysroot found;
	struct import import;

	if (import_find(&s->context, &s->store, operands->items[0], &import)) {
		puts(import.path);
		return EXIT_CLEAN;
	}
	if (!find_one(s, operands->items[0], options, &found, err))
		return COMMAND_FAILED;
	puts(found.path);
	return EXIT_CLEAN;
}

static void
print_verdict(struct session *s, const char *name, const struct strvec *damage)
{
	ui_clear_line(&s->ui);
	ui_pad(stdout, name, UI_LABEL);
	if (damage->count)
		printf("%sdamaged%s\n", ui_out(&s->ui, UI_RED), ui_out(&s->ui, UI_PLAIN));
	else
		printf("%swhole%s\n", ui_out(&s->ui, UI_GREEN), ui_out(&s->ui, UI_PLAIN));
	for (size_t i = 0; i < damage->count; i++)
		printf("  %s\n", ui_safe(&s->arena, damage->items[i]));
}

static bool
verify_one(struct session *s, const struct sysroot *r, size_t *ret_damaged, struct error *err)
{
	struct strvec damage;

	strvec_init(&damage, &s->arena);
	if (!sysroot_verify(&s->context, &s->store, r, &damage, err))
		return false;
	print_verdict(s, r->target.name, &damage);
	*ret_damaged += damage.count > 0;
	return true;
}

static bool
verify_import(struct session *s, const struct import *i, size_t *ret_damaged, struct error *err)
{
	struct strvec damage;

	strvec_init(&damage, &s->arena);
	if (!imported_verify(s, i, &damage, err))
		return false;
	print_verdict(s, i->name, &damage);
	*ret_damaged += damage.count > 0;
	return true;
}

static bool
verify_named(struct session *s, const char *name, const struct sysroot_options *o,
	size_t *ret_damaged, struct error *err)
{
	struct import import;
	struct sysroot one;

	if (import_find(&s->context, &s->store, name, &import))
		return verify_import(s, &import, ret_damaged, err);
	return find_one(s, name, o, &one, err) && verify_one(s, &one, ret_damaged, err);
}

static bool
verify_all(struct session *s, size_t *ret_damaged, struct error *err)
{
	struct import_list imports;
	struct sysroot_list all;

	if (!sysroot_list(&s->context, &s->store, &all, err) ||
		!import_list(&s->context, &s->store, &imports, err))
		return false;
	for (size_t i = 0; i < all.count; i++)
		if (!verify_one(s, &all.items[i], ret_damaged, err))
			return false;
	for (size_t i = 0; i < imports.count; i++)
		if (!verify_import(s, &imports.items[i], ret_damaged, err))
			return false;
	return true;
}

static int
verify(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	size_t damaged = 0;

	if (operands->count ? !verify_named(s, operands->items[0], options, &damaged, err)
			    : !verify_all(s, &damaged, err))
		return COMMAND_FAILED;
	if (damaged)
		fprintf(stderr, "what is damaged was set aside and will be fetched again when it "
				"is needed; what was imported has to be imported again\n");
	return damaged ? EXIT_NO : EXIT_CLEAN;
}

/* One that is there for the lock of some project, which need not be the one at hand. */
static bool
find_pinned(struct session *s, const char *text, const struct sysroot_options *o,
	struct sysroot *ret, struct error *err)
{
	struct sysroot_request req;
	struct sysroot_list all;

	if (!request_of(s, text, o, &req, err) || !sysroot_list(&s->context, &s->store, &all, err))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		const struct sysroot *r = &all.items[i];

		if (strcmp(r->target.name, req.target.name) != 0 || (o->set && r->set < req.set) ||
			(req.source && r->source != req.source))
			continue;
		*ret = *r;
		return true;
	}
	return false;
}

static int
rm(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const char *target = operands->items[0];
	struct sysroot found;
	struct import import;
	struct error ignored;

	if (import_find(&s->context, &s->store, target, &import)) {
		if (!import_remove(&s->context, &s->store, &import, err))
			return COMMAND_FAILED;
		ui_step(&s->ui, "removed", import.name);
		return EXIT_CLEAN;
	}
	if (!find_one(s, target, options, &found, err) &&
		(err->kind != ERROR_MISSING || !find_pinned(s, target, options, &found, &ignored)))
		return COMMAND_FAILED;
	if (!sysroot_remove(&s->context, &s->store, &found, err))
		return COMMAND_FAILED;
	ui_step(&s->ui, "removed", found.target.name);
	return EXIT_CLEAN;
}

static int
gc(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct lock lock;
	uint64_t bytes;
	size_t things;

	(void)options;
	(void)operands;
	if (!lock_read(&lock, &s->arena, settings_text(&s->settings, SETTING_LOCK), err) ||
		!sysroot_gc(&s->context, &s->store, &lock, &bytes, &things, err))
		return COMMAND_FAILED;
	ui_pad(stdout, "removed", UI_LABEL);
	printf("%s, %s\n", ui_count(&s->arena, things, "item"), ui_size(&s->arena, bytes));
	return EXIT_CLEAN;
}

#define AT(field) offsetof(struct sysroot_options, field)
static const char *const sets[] = { "c-static", "c-dynamic", "c++", NULL };
#define SET_ROW                                                                                    \
	{                                                                                          \
		0, "set", "SET", "c-static, c-dynamic or c++", OPTION_CHOICE, AT(set), sets, false \
	}
#define SOURCE_ROW                                                                                 \
	{                                                                                          \
		0, "source", "ID", "the release it comes from, such as debian:13", OPTION_STRING,  \
			AT(source), NULL, false                                                    \
	}
static const struct option pick_options[] = { SET_ROW, SOURCE_ROW, OPTION_END };
static const struct option list_options[] = { FORMAT_ROW(struct sysroot_options), OPTION_END };
static const struct option show_options[] = { SET_ROW, SOURCE_ROW,
	FORMAT_ROW(struct sysroot_options), OPTION_END };

static const struct option import_options[] = {
	{ 0, "platform", "OS/ARCH", "which part of an image for several, such as linux/arm64",
		OPTION_STRING, offsetof(struct imported_options, platform), NULL, false },
	OPTION_END,
};

struct vendor_options {
	const char *output, *import;
};

static bool
vendor_out(struct session *s, const char *path, struct vendor_count *count, struct error *err)
{
	struct lock lock;

	if (!lock_read(&lock, &s->arena, settings_text(&s->settings, SETTING_LOCK), err))
		return false;
	if (!lock.exists) {
		error_set(err, ERROR_MISSING, "there is no xbuild.lock to make a bundle of");
		error_where(err, "%s", lock.path);
		return error_hint(err, "write one with `xbuild lock -t TARGET`");
	}
	return vendor_write(&s->context, &s->store, &lock,
		path_absolute(&s->arena, s->context.cwd, path), count, err);
}

/* The bundle's lock is put where there is none; one that is there is its project's own. */
static bool
vendor_in(struct session *s, const char *path, struct vendor_count *count, struct error *err)
{
	const char *lock_path = settings_text(&s->settings, SETTING_LOCK);
	struct str lock = { 0 }, have;
	struct error ignored;

	if (!vendor_read(&s->context, &s->store, path_absolute(&s->arena, s->context.cwd, path),
		    &lock, count, err))
		return false;
	if (lock.len > 0 && !file_exists(lock_path))
		return file_write(lock_path, lock, 0644, err);
	if (lock.len > 0 && file_read(&s->arena, lock_path, CAP_TEXT_FILE, &have, &ignored) &&
		!str_eq(lock, have))
		ui_step(&s->ui, "lock", "stays as it is: the bundle has another");
	return true;
}

static int
vendor(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct vendor_options *o = options;
	struct vendor_count count = { 0 };

	(void)operands;
	if (!o->output == !o->import) {
		error_set(err, ERROR_USAGE, "a bundle is either written or taken in");
		error_hint(err, "give -o FILE or --import FILE");
		return COMMAND_FAILED;
	}
	if (!(o->output ? vendor_out(s, o->output, &count, err)
			: vendor_in(s, o->import, &count, err)))
		return COMMAND_FAILED;
	ui_clear_line(&s->ui);
	ui_pad(stdout, o->output ? "bundled" : "taken in", UI_LABEL);
	printf("%s, %s\n", ui_count(&s->arena, count.packages, "package"),
		ui_size(&s->arena, count.bytes));
	return EXIT_CLEAN;
}

static const struct option vendor_options[] = {
	{ 0, "import", "FILE", "take the packages of a bundle into the store", OPTION_STRING,
		offsetof(struct vendor_options, import), NULL, false },
	{ 'o', "output", "FILE", "write a bundle: .tar, or .tar.zst, .tar.xz, .tar.gz",
		OPTION_STRING, offsetof(struct vendor_options, output), NULL, false },
	OPTION_END,
};

#define SUB(word, does)                                                                            \
	.name = #word, .summary = (does), .run = (word),                                           \
	.options_size = sizeof(struct sysroot_options)
static const struct command subcommands[] = {
	{ SUB(add, "fetch and compose sysroots, with further packages"),
		.operands = "TARGET... [PACKAGE]...", .options = pick_options,
		.operand = OPERAND_TARGET, .least = 1, .most = OPERANDS_MANY },
	{ SUB(gc, "remove what nothing refers to or has used for 30 days") },
	{ .name = "import",
		.summary = "keep an SDK, a BSD's base, a root file system or an image as a sysroot",
		.operands = "NAME FILE...",
		.options = import_options,
		.options_size = sizeof(struct imported_options),
		.operand = OPERAND_FILE,
		.least = 2,
		.most = OPERANDS_MANY,
		.run = imported_add },
	{ SUB(list, "list the sysroots in the store"), .options = list_options },
	{ SUB(path, "print the directory of a sysroot"), .operands = "TARGET|NAME",
		.options = pick_options, .operand = OPERAND_TARGET, .least = 1, .most = 1 },
	{ SUB(rm, "remove a sysroot"), .operands = "TARGET|NAME", .options = pick_options,
		.operand = OPERAND_TARGET, .least = 1, .most = 1 },
	{ SUB(show, "show what a sysroot is made of"), .operands = "TARGET|NAME",
		.options = show_options, .operand = OPERAND_TARGET, .least = 1, .most = 1 },
	{ .name = "vendor",
		.summary = "bundle the packages of xbuild.lock, or take a bundle in",
		.options = vendor_options,
		.options_size = sizeof(struct vendor_options),
		.run = vendor },
	{ SUB(verify, "compare sysroots with the digests they were made with"),
		.operands = "[TARGET|NAME]", .options = pick_options, .operand = OPERAND_TARGET,
		.most = 1 },
	{ .name = NULL },
};
static const char *const examples[] = {
	"sysroot add linux/arm64/musl --set c-static",
	"sysroot add linux/arm64/glibc zlib1g-dev libssl-dev",
	"sysroot import macos MacOSX14.sdk.tar.xz",
	"sysroot path linux/amd64/glibc2.31",
	NULL,
};
const struct command cmd_sysroot = {
	.name = "sysroot",
	.summary = "fetch, list, check and remove the headers and libraries of targets",
	.operands = "COMMAND",
	.operand = OPERAND_COMMAND,
	.examples = examples,
	.subcommands = subcommands,
};
