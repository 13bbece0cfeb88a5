/* SPDX-License-Identifier: MIT */
/* The ways to get packages, in the order in which they are preferred. */
#include <string.h>

#include "base/env.h"
#include "sysroots/transport/apt.h"
#include "sysroots/transport/http.h"
#include "sysroots/transport/package.h"

static const struct transport transports[] = {
	{ "apt", apt_available, apt_resolve, apt_closure, apt_fetch },
	{ "http", http_available, http_resolve, http_closure, http_fetch },
};

/* XBUILD_TRANSPORT names one; "auto" and nothing mean the first that is available. */
const struct transport *
transport_get(const struct context *ctx, const struct source *source, struct error *err)
{
	const char *chosen = env_get(ctx->env, "XBUILD_TRANSPORT");
	bool any = chosen == NULL || chosen[0] == '\0' || strcmp(chosen, "auto") == 0;
	struct error first;

	error_clear(&first);
	for (size_t i = 0; i < ARRAY_LEN(transports); i++) {
		struct error why;
		if (!any && strcmp(transports[i].name, chosen) != 0)
			continue;
		if (transports[i].available(ctx, source, &why))
			return &transports[i];
		if (first.kind == ERROR_NONE)
			first = why;
	}
	if (first.kind == ERROR_NONE) {
		error_set(&first, ERROR_USAGE, "there is no transport \"%.40s\"", chosen);
		error_hint(&first, "set XBUILD_TRANSPORT to auto, apt or http");
	}
	*err = first;
	return NULL;
}
