/* SPDX-License-Identifier: MIT */
/* The ways to get packages, in the order in which they are preferred. */
#include "sysroots/transport/apt.h"
#include "sysroots/transport/package.h"

static const struct transport transports[] = {
	{ "apt", apt_available, apt_resolve, apt_closure, apt_fetch },
};

const struct transport *
transport_get(const struct context *ctx, const struct source *source, struct error *err)
{
	struct error first;

	error_clear(&first);
	for (size_t i = 0; i < ARRAY_LEN(transports); i++) {
		struct error why;
		if (transports[i].available(ctx, source, &why))
			return &transports[i];
		if (first.kind == ERROR_NONE)
			first = why;
	}
	*err = first;
	return NULL;
}
