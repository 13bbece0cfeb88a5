/* SPDX-License-Identifier: MIT */
/* Reads and writes xbuild.lock around a request for a sysroot. */
#include "cli/lock_use.h"

bool
lock_look(struct session *s, struct sysroot_request *req, struct error *err)
{
	const char *path = settings_text(&s->settings, SETTING_LOCK);
	struct lock *lock = ARENA_NEW(&s->arena, struct lock);

	req->locked = settings_flag(&s->settings, SETTING_LOCKED);
	if (!lock_read(lock, &s->arena, path, err))
		return false;
	req->lock = lock->exists ? lock : NULL;
	return true;
}

bool
lock_use(struct session *s, struct sysroot_request *req, struct error *err)
{
	if (!lock_look(s, req, err))
		return false;
	if (req->lock || !req->locked)
		return true;
	error_set(err, ERROR_USAGE, "there is no xbuild.lock to obey");
	error_where(err, "%s", settings_text(&s->settings, SETTING_LOCK));
	return error_hint(err, "write one with `xbuild lock`, or leave out --locked");
}

bool
lock_keep(struct sysroot_request *req, struct error *err)
{
	return !req->lock || !req->lock->changed || lock_write(req->lock, err);
}
