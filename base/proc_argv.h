/* SPDX-License-Identifier: MIT */
/*
 * What proc.c and proc_argv.c share; not for others (they want base/proc.h).
 */
#ifndef BASE_PROC_ARGV_H
#define BASE_PROC_ARGV_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"

/* The path to execute for argv[0], or NULL with ERROR_MISSING. */
const char *proc_locate(
	struct arena *a, const char *name, const char *const *env, struct error *err) MUST_USE;
/* Fills the error of a program that did not start. Returns false. */
bool proc_not_started(const char *name, const char *path, int saved_errno, struct error *err);
/* exec and posix_spawn take vectors whose strings they promise not to change, but do not say so
 * in their types (POSIX, exec, rationale). */
char *const *proc_vector(const char *const *items);

#endif
