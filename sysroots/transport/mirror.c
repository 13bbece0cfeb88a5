/* SPDX-License-Identifier: MIT */
/* Mirrors and keys of distributions. */
#include "sysroots/transport/mirror.h"

#include <string.h>

#include "base/env.h"
#include "base/path.h"
#include "sysroots/transport/fetch_rules.h"

char *
mirror_variable(struct arena *a, const char *prefix, const struct distribution *d)
{
	char *name = arena_printf(a, "XBUILD_%s_%s", prefix, d->name);

	for (char *c = name; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return name;
}

static void
push_base(struct strvec *ret, struct str base)
{
	base = str_trim(base);
	while (str_ends(base, "/"))
		base.len--;
	if (base.len > 0)
		strvec_push(ret, str_dup(ret->arena, base));
}

static const char *
said(const struct context *ctx, const char *prefix, const struct source *source)
{
	const char *value = env_get(ctx->env, mirror_variable(ctx->arena, prefix, source->of));

	return value != NULL && value[0] != '\0' ? value : NULL;
}

bool
mirror_is_chosen(const struct context *ctx, const struct source *source)
{
	return said(ctx, "MIRROR", source) != NULL;
}

const char *const *
mirror_bases(const struct context *ctx, const struct source *source, const char *arch)
{
	const struct distribution *d = source->of;
	bool is_port = d->ports[0] != NULL && strcmp(arch, "amd64") != 0;
	struct str rest = str_from(said(ctx, "MIRROR", source));
	struct strvec bases;

	strvec_init(&bases, ctx->arena);
	while (rest.ptr != NULL)
		push_base(&bases, str_cut(&rest, ' '));
	for (const char *const *b = is_port ? d->ports : d->bases;
		!mirror_is_chosen(ctx, source) && *b != NULL; b++)
		push_base(&bases, str_from(*b));
	return bases.items;
}

const char *
mirror_keys(const struct context *ctx, const struct source *source)
{
	const char *keys = said(ctx, "KEYRING", source);

	return keys != NULL ? path_absolute(ctx->arena, ctx->cwd, keys) : source->of->keys;
}

const char *const *
mirror_urls(struct arena *a, const char *const *bases, const char *path)
{
	const char *encoded = fetch_encode(a, path);
	struct strvec urls;

	strvec_init(&urls, a);
	for (; *bases != NULL; bases++)
		strvec_pushf(&urls, "%s/%s", *bases, encoded);
	return urls.items;
}
