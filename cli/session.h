/* SPDX-License-Identifier: MIT */
/*
 * One run of xbuild: what main settles before a command starts, and what every command is handed.
 * The session owns the arena; everything a command allocates lives as long as the run.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "base/context.h"
#include "base/error.h"
#include "cli/settings.h"
#include "cli/ui.h"
#include "sysroots/store.h"

struct command;

struct session {
	struct arena arena;
	struct notify notify;
	struct context context;
	struct settings settings;
	struct ui ui;
	struct store store;
	const char *argv0;
	const struct command *command; /* the one that runs */
};

/* Enough to parse options and to tell an error. */
void session_init(struct session *s, const char *argv0, const char *const *env);
/* `global` holds what was given on the command line. Changes directory for -C. */
bool session_start(
	struct session *s, const struct global_options *global, struct error *err) MUST_USE;
void session_end(struct session *s);

/* This program's own path, absolute. */
const char *session_self(struct session *s);

#endif
