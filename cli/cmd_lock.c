/* SPDX-License-Identifier: MIT */
/* xbuild lock: pins the sysroots of targets in xbuild.lock. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "sysroots/sysroot.h"

struct lock_options {
	struct strvec targets;
	const char *source, *set;
	bool is_static, update;
};

/* The largest set there is, so that one entry serves every way to link. */
static enum package_set
widest_set(struct session *s, const struct sysroot_request *req)
{
	const struct source *source = req->source;
	struct strvec names;
	struct error err;

	strvec_init(&names, &s->arena);
	if (!source)
		source = source_for(&req->target, &err);
	if (source && source_packages(source, &req->target, SET_CXX, &names, &err))
		return SET_CXX;
	return SET_C_DYNAMIC;
}

static bool
lock_one(struct session *s, const struct lock_options *o, struct lock *lock, const char *text,
	struct error *err)
{
	struct sysroot_request req = { 0 };

	if (!request_target(s, text, o->is_static, &req.target, err))
		return false;
	if (o->source && !(req.source = source_get(o->source, err)))
		return false;
	req.set = o->set ? package_set_find(o->set) : widest_set(s, &req);
	req.lock = lock;
	req.locked = settings_flag(&s->settings, SETTING_LOCKED);
	return sysroot_lock(&s->context, &s->store, &req, o->update, err);
}

static bool
lock_again(struct session *s, const struct lock_options *o, struct lock *lock, struct error *err)
{
	for (size_t i = 0; i < lock->count; i++) {
		struct lock_options same = *o;

		same.source = lock->entries[i].source->id;
		same.set = package_set_name(lock->entries[i].set);
		if (!lock_one(s, &same, lock, lock->entries[i].target, err))
			return false;
	}
	return true;
}

static bool
lock_named(struct session *s, const struct lock_options *o, struct lock *lock, struct error *err)
{
	struct request_list list;

	if (!request_targets(s, &o->targets, &list, err))
		return false;
	for (size_t i = 0; i < list.count; i++)
		if (!lock_one(s, o, lock, list.items[i].text, err))
			return false;
	return true;
}

static void
print(struct session *s, const struct lock *lock, bool changed)
{
	for (size_t i = 0; i < lock->count; i++) {
		const struct lock_entry *e = &lock->entries[i];

		ui_pad(stdout, ui_safe(&s->arena, e->target), UI_LABEL);
		printf("%s · %s · %s\n", e->source->id, package_set_name(e->set),
			ui_count(&s->arena, e->packages.count, "package"));
	}
	ui_step(&s->ui, changed ? "written" : "unchanged", lock->path);
}

static bool
keep(struct session *s, struct lock *lock, struct error *err)
{
	if (!lock->changed)
		return true;
	if (!settings_flag(&s->settings, SETTING_LOCKED))
		return lock_write(lock, err);
	error_set(err, ERROR_USAGE, "the lock would change, and --locked forbids that");
	error_where(err, "%s", lock->path);
	return error_hint(err, "leave out --locked");
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct lock_options *o = options;
	struct lock lock;
	bool changed;

	(void)operands;
	if (!lock_read(&lock, &s->arena, settings_text(&s->settings, SETTING_LOCK), err))
		return COMMAND_FAILED;
	if (!o->targets.count && !lock.count) {
		error_set(err, ERROR_USAGE, "%s names no target yet", lock.path);
		error_hint(err, "xbuild lock -t linux/arm64/musl");
		return COMMAND_FAILED;
	}
	if (o->targets.count ? !lock_named(s, o, &lock, err) : !lock_again(s, o, &lock, err))
		return COMMAND_FAILED;
	changed = lock.changed;
	if (!keep(s, &lock, err))
		return COMMAND_FAILED;
	print(s, &lock, changed);
	return EXIT_CLEAN;
}

#define AT(field) offsetof(struct lock_options, field)
static const char *const sets[] = { "c-static", "c-dynamic", "c++", NULL };
static const struct option options[] = {
	{ 't', "target", "TARGET", "pin this target; without one, those in xbuild.lock",
		OPTION_LIST, AT(targets), NULL, false },
	{ 0, "static", NULL, "take musl where no libc is named", OPTION_FLAG, AT(is_static), NULL,
		false },
	{ 0, "set", "SET", "c-static, c-dynamic or c++ (default: the largest there is)",
		OPTION_CHOICE, AT(set), sets, false },
	{ 0, "source", "ID", "the release it comes from, such as debian:13", OPTION_STRING,
		AT(source), NULL, false },
	{ 0, "update", NULL, "ask for newer packages", OPTION_FLAG, AT(update), NULL, false },
	OPTION_END,
};
static const char *const examples[] = {
	"lock -t linux/arm64/musl -t linux/amd64/glibc2.31",
	"lock --update",
	NULL,
};
const struct command cmd_lock = {
	.name = "lock",
	.summary = "pin the sysroots of targets in xbuild.lock",
	.options = options,
	.options_size = sizeof(struct lock_options),
	.examples = examples,
	.run = run,
};
