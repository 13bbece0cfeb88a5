/* SPDX-License-Identifier: MIT */
/*
 * Imported sysroots on the command line: `xbuild sysroot import`, and what the other subcommands
 * say of one that is named.
 */
#ifndef CLI_IMPORTED_H
#define CLI_IMPORTED_H

#include "base/json.h"
#include "cli/session.h"
#include "sysroots/import.h"

struct imported_options {
	const char *platform;
};
/* A command_run: `options` is a struct imported_options. */
int imported_add(
	struct session *s, const void *options, const struct strvec *operands, struct error *err);

void imported_print(struct session *s, const struct import *i);
void imported_print_whole(struct session *s, const struct import *i);
void imported_json(struct json_value *object, const struct import *i);
bool imported_verify(struct session *s, const struct import *i, struct strvec *ret_damage,
	struct error *err) MUST_USE;

#endif
