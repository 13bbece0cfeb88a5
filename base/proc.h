/* SPDX-License-Identifier: MIT */
/*
 * Child processes: argv vectors, never a shell. Fill a struct proc (zero it first), run it, look
 * at the result, which says exited(n), signalled(n) or timed out; a child that could not start is
 * an error. Pipes are close-on-exec, both streams are polled, EINTR is handled. When a
 * signal of interrupt.h reaches us the child is told (SIGTERM, after two seconds SIGKILL), reaped,
 * and the run fails with ERROR_INTERRUPTED.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum proc_stream {
	PROC_INHERIT, /* the child's stream is ours */
	PROC_CAPTURE, /* kept, up to CAP_CHILD_OUTPUT; the rest is dropped */
	PROC_DISCARD,
};

/* Called for each whole line of a captured stream as it arrives; `fd` is 1 or 2. */
typedef void proc_line(void *ctx, int fd, struct str line);

struct proc {
	const char *const *argv; /* argv[0]: a path, or a name looked up in env's PATH */
	const char *const *env;  /* the child's whole environment; required */
	const char *output;      /* a file the child writes: removed when it fails; or NULL */
	struct str input;        /* its standard input; empty: the null device */
	bool inherit_input;      /* its standard input is ours instead */
	enum proc_stream out;
	enum proc_stream err;
	proc_line *line; /* may be NULL */
	void *line_ctx;
	unsigned timeout_ms; /* 0: none */
};

enum proc_end { PROC_EXITED, PROC_SIGNALLED, PROC_TIMED_OUT };

struct proc_result {
	enum proc_end end;
	int code;       /* exit status, or signal number */
	struct str out; /* NUL-terminated, in the arena */
	struct str err;
	bool cut; /* some captured output was dropped */
};

bool proc_run(
	struct arena *a, const struct proc *p, struct proc_result *ret, struct error *err) MUST_USE;
bool proc_ok(const struct proc_result *r); /* exited with 0 */

/* Replaces this process. Returns only on failure. */
bool proc_exec(const char *const *argv, const char *const *env, struct error *err);
/* The executable `name` stands for: itself if it has a '/', else the first in PATH; or NULL. */
char *proc_find(struct arena *a, const char *name, const char *const *env);
/* The directories that it looks in, in their order. */
void proc_path(struct arena *a, const char *const *env, struct strvec *ret);
/* The argv as one line that a POSIX shell reads back as the same words. */
char *proc_quote(struct arena *a, const char *const *argv);

#endif
