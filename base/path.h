/* SPDX-License-Identifier: MIT */
/*
 * Path text. Nothing here touches the file system; results live in the arena.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"

/* "a" and "b" give "a/b"; an absolute `b` replaces `a`; an empty `a` gives `b`. */
char *path_join(struct arena *a, const char *dir, const char *name);
/* The part behind the last '/', never empty unless the path is. Points into `path`. */
const char *path_base(const char *path);
/* The part before the last '/': "." when there is none, "/" for the root. */
char *path_dir(struct arena *a, const char *path);
/* Without ".", "..", doubled or trailing slashes, by text alone. ".." at the top of an absolute
 * path vanishes; at the top of a relative one it stays. An empty result is ".". */
char *path_normal(struct arena *a, const char *path);
/* The relative path that leads from directory `from` to `to`; both absolute and normal. */
char *path_relative(struct arena *a, const char *from, const char *to);
/* True when `path` is `dir` or lies below it; both normal. */
bool path_inside(const char *dir, const char *path);
/* An absolute, normal form of `path`, seen from `cwd` (absolute). */
char *path_absolute(struct arena *a, const char *cwd, const char *path);

#endif
