/* SPDX-License-Identifier: MIT */
/* Calls to the notifier that tolerate absent functions. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_BYTES 1024

void
context_command(const struct context *ctx, const char *const *argv)
{
	if (ctx->notify && ctx->notify->command)
		ctx->notify->command(ctx->notify->ctx, argv);
}

void
context_step(const struct context *ctx, const char *verb, const char *fmt, ...)
{
	char text[TEXT_BYTES];
	va_list ap;

	if (!ctx->notify || !ctx->notify->step)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ctx->notify->step(ctx->notify->ctx, verb, text);
}

void
context_progress(const struct context *ctx, const char *what, uint64_t done, uint64_t total)
{
	if (ctx->notify && ctx->notify->progress)
		ctx->notify->progress(ctx->notify->ctx, what, done, total);
}
