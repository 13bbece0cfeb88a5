/* SPDX-License-Identifier: MIT */
/* Asking programs what they are, once for each state of the program. */
#define _XOPEN_SOURCE 700 /* realpath */

#include "toolchains/probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/json.h"
#include "base/path.h"
#include "base/proc.h"
#include "sysroots/kept.h"
#include "toolchains/environment.h"

/* A compiler answers in some 20 ms; one that hangs is broken. */
#define PROBE_TIMEOUT_MS 20000

/* NULL when it cannot be run or fails. */
static char *
ask(const struct context *ctx, const char *path, const char *question)
{
	const char *argv[] = { path, question, NULL };
	struct strvec env;
	struct proc p = { 0 };
	struct proc_result r;
	struct error ignored;
	struct str text;

	strvec_init(&env, ctx->arena);
	environment_clean(ctx, &env);
	env_set(&env, "LC_ALL", "C");
	p.argv = argv;
	p.env = env.items;
	p.out = PROC_CAPTURE;
	p.err = PROC_DISCARD;
	p.timeout_ms = PROBE_TIMEOUT_MS;
	context_command(ctx, argv);
	if (!proc_run(ctx->arena, &p, &r, &ignored) || !proc_ok(&r))
		return NULL;
	text = r.out;
	return str_dup(ctx->arena, str_trim(str_cut(&text, '\n')));
}

const char *
probe_ask(const struct context *ctx, const struct store *store, const char *path,
	const char *question)
{
	char *key = arena_printf(ctx->arena, "%s %s", path, question);
	struct strvec stamps;
	struct json kept;
	const char *answer;

	if (kept_load(ctx, store, "probes", key, &kept)) {
		answer = json_text_of(json_find(kept.root, "answer"));
		answer = answer ? arena_strdup(ctx->arena, answer) : NULL;
		json_clear(&kept);
		if (answer)
			return answer;
	}
	strvec_init(&stamps, ctx->arena);
	kept_stamp(&stamps, path);
	answer = ask(ctx, path, question);
	if (answer) {
		struct json_value *value = json_new_object();

		json_add_string(value, "answer", answer);
		kept_save(ctx, store, "probes", key, &stamps, value);
	}
	return answer;
}

unsigned
probe_major(const char *text, const char *mark)
{
	const char *at = text ? strstr(text, mark) : NULL;
	unsigned n = 0;

	if (!at)
		return 0;
	for (at += strlen(mark); *at >= '0' && *at <= '9' && n < 100000; at++)
		n = n * 10 + (unsigned)(*at - '0');
	return n;
}

char *
probe_home(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL);
	char *dir;

	if (!real)
		return NULL;
	dir = path_dir(a, real);
	free(real);
	return dir;
}
