/* SPDX-License-Identifier: MIT */
/* Platforms, and the stores of objects that workers share out. */
#include "cli/audit_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "base/threads.h"

#define ALL_STORES ((size_t)40 << 20)
#define STORE_LEAST ((size_t)4 << 20)

/* The snapshot that --on means: what has a slash or ends like one is a path, anything else a file in the
 * folder, unless it is a platform that is built in. NULL: it means none. */
static const char *
snapshot_file(struct arena *a, const char *name, const char *folder)
{
	struct error err;
	const char *path;

	if (strchr(name, '/') || cstr_ends(name, ".snapshot"))
		return name;
	error_clear(&err);
	if (!folder || platform_get(a, name, &err))
		return NULL;
	path = path_join(a, folder, name);
	if (!file_exists(path))
		path = arena_printf(a, "%s.snapshot", path);
	return file_exists(path) ? path : NULL;
}

static bool
add_snapshot(struct audit_judge *j, struct arena *a, const char *path, struct error *err)
{
	struct snapshot *s = ARENA_NEW(a, struct snapshot);
	struct arena scratch;
	struct str text;
	bool ok;

	arena_init(&scratch);
	ok = file_read(&scratch, path, CAP_SNAPSHOT, &text, err);
	if (!ok) {
		error_wrap(err, "--on %s", path);
		error_hint(err, "make it: xbuild audit --snapshot DIR -o %s", path);
	}
	ok = ok && snapshot_read(a, path, text, s, err);
	arena_clear(&scratch);
	if (ok)
		j->snapshots[j->snapshot_count++] = s;
	return ok;
}

static bool
add_platforms(struct audit_judge *j, struct arena *a, const struct strvec *on, const char *folder,
	bool has_root, bool *ret_root, struct error *err)
{
	size_t n = 0;

	j->snapshots = ARENA_ARRAY(a, on->count + 1, const struct snapshot *);
	j->on = ARENA_ARRAY(a, on->count + 1, const struct platform *);
	for (size_t i = 0; i < on->count; i++) {
		const struct platform *p;
		const char *file;

		if (strcmp(on->items[i], "root") == 0) {
			if (!has_root) {
				error_set(err, ERROR_USAGE, "--on root needs --root DIR");
				return error_hint(err, "name the file system it has to start in");
			}
			*ret_root = true;
			continue;
		}
		file = snapshot_file(a, on->items[i], folder);
		if (file) {
			if (!add_snapshot(j, a, file, err))
				return false;
			j->on[n++] = &j->snapshots[j->snapshot_count - 1]->platform;
			continue;
		}
		p = platform_get(a, on->items[i], err);
		if (!p)
			return false;
		if (!verdict_set_add(&j->set, p)) {
			error_set(err, ERROR_USAGE, "--on: more than %d platforms",
				VERDICT_PLATFORMS);
			return error_hint(err, "ask for fewer at once");
		}
		j->on[n++] = p;
	}
	return true;
}

bool
audit_judge_start(struct audit_judge *j, struct arena *a, const struct strvec *on, const char *root,
	const char *folder, struct contract *contract, struct error *err)
{
	if (root && !file_is_dir(root)) {
		error_set(err, ERROR_MISSING, "--root: there is no directory %s", root);
		return error_hint(err, "name the directory that holds the target's /lib and /usr");
	}
	verdict_set_init(&j->set);
	if (!add_platforms(j, a, on, folder, root != NULL, &contract->on_root, err))
		return false;
	if (pthread_mutex_init(&j->lock, NULL) != 0)
		return error_set(err, ERROR_BUG, "cannot make a lock");
	j->store_limit = ALL_STORES / threads_processors();
	if (j->store_limit < STORE_LEAST)
		j->store_limit = STORE_LEAST;
	contract->platforms = &j->set;
	contract->on = j->on;
	if (j->snapshot_count > 0)
		contract->snapshots = j->snapshots;
	if (root) {
		j->world.root = root;
		contract->world = &j->world;
	}
	return true;
}

static void
use_shipped(struct objects *store, const struct shipped *set)
{
	for (; store; store = store->next)
		objects_use(store, set);
}

static struct objects *
new_store(void)
{
	struct objects *store = calloc(1, sizeof(*store));

	if (!store)
		arena_no_memory();
	objects_init(store, NULL, true);
	return store;
}

struct objects *
audit_judge_borrow(struct audit_judge *j, const struct contract *contract)
{
	struct objects *store = NULL;

	if (!contract->world && !contract->shipped && !contract->snapshots && !contract->sdk)
		return NULL;
	pthread_mutex_lock(&j->lock);
	if (j->idle_count > 0)
		store = j->idle[--j->idle_count];
	pthread_mutex_unlock(&j->lock);
	if (store) {
		use_shipped(store, contract->shipped);
		return store;
	}
	store = new_store();
	for (size_t i = 0; i < j->snapshot_count; i++) {
		struct objects *next = new_store();

		next->next = store->next;
		store->next = next;
	}
	use_shipped(store, contract->shipped);
	return store;
}

void
audit_judge_return(struct audit_judge *j, struct objects *store)
{
	if (!store)
		return;
	for (struct objects *s = store; s; s = s->next)
		objects_trim(s, j->store_limit);
	pthread_mutex_lock(&j->lock);
	j->idle[j->idle_count++] = store;
	pthread_mutex_unlock(&j->lock);
}

void
audit_judge_forget(struct audit_judge *j)
{
	while (j->idle_count > 0) {
		struct objects *store = j->idle[--j->idle_count];

		while (store) {
			struct objects *next = store->next;

			objects_clear(store);
			free(store);
			store = next;
		}
	}
}

void
audit_judge_end(struct audit_judge *j)
{
	audit_judge_forget(j);
	pthread_mutex_destroy(&j->lock);
}
