/* SPDX-License-Identifier: MIT */
/* Platforms, and the stores of objects that workers share out. */
#include "cli/audit_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/threads.h"

#define ALL_STORES ((size_t)40 << 20)
#define STORE_LEAST ((size_t)4 << 20)

static bool
add_platforms(struct audit_judge *j, struct arena *a, const struct strvec *on, bool has_root,
	bool *ret_root, struct error *err)
{
	size_t n = 0;

	j->on = ARENA_ARRAY(a, on->count + 1, const struct platform *);
	for (size_t i = 0; i < on->count; i++) {
		const struct platform *p;

		if (strcmp(on->items[i], "root") == 0) {
			if (!has_root) {
				error_set(err, ERROR_USAGE, "--on root needs --root DIR");
				return error_hint(err, "name the file system it has to start in");
			}
			*ret_root = true;
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
	struct contract *contract, struct error *err)
{
	if (root && !file_is_dir(root)) {
		error_set(err, ERROR_MISSING, "--root: there is no directory %s", root);
		return error_hint(err, "name the directory that holds the target's /lib and /usr");
	}
	verdict_set_init(&j->set);
	if (!add_platforms(j, a, on, root != NULL, &contract->on_root, err))
		return false;
	if (pthread_mutex_init(&j->lock, NULL) != 0)
		return error_set(err, ERROR_BUG, "cannot make a lock");
	j->store_limit = ALL_STORES / threads_processors();
	if (j->store_limit < STORE_LEAST)
		j->store_limit = STORE_LEAST;
	contract->platforms = &j->set;
	contract->on = j->on;
	if (root) {
		j->world.root = root;
		contract->world = &j->world;
	}
	return true;
}

struct objects *
audit_judge_borrow(struct audit_judge *j, const struct contract *contract)
{
	struct objects *store = NULL;

	if (!contract->world && !contract->shipped)
		return NULL;
	pthread_mutex_lock(&j->lock);
	if (j->idle_count > 0)
		store = j->idle[--j->idle_count];
	pthread_mutex_unlock(&j->lock);
	if (store) {
		objects_use(store, contract->shipped);
		return store;
	}
	store = calloc(1, sizeof(*store));
	if (!store)
		arena_no_memory();
	objects_init(store, NULL, true);
	objects_use(store, contract->shipped);
	return store;
}

void
audit_judge_return(struct audit_judge *j, struct objects *store)
{
	if (!store)
		return;
	objects_trim(store, j->store_limit);
	pthread_mutex_lock(&j->lock);
	j->idle[j->idle_count++] = store;
	pthread_mutex_unlock(&j->lock);
}

void
audit_judge_end(struct audit_judge *j)
{
	while (j->idle_count > 0) {
		struct objects *store = j->idle[--j->idle_count];

		objects_clear(store);
		free(store);
	}
	pthread_mutex_destroy(&j->lock);
}
