/* SPDX-License-Identifier: MIT */
/*
 * The two streams and how they look: results on standard output; steps, progress and diagnostics on
 * standard error. Colour is used where the stream is a terminal (or as told), a moving line only
 * on a terminal, one plain line a step otherwise. What a result looks like never depends on timing.
 */
#ifndef CLI_UI_H
#define CLI_UI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/context.h"
#include "base/str.h"

enum ui_style { UI_PLAIN, UI_BOLD, UI_DIM, UI_RED, UI_GREEN, UI_YELLOW, UI_STYLES };

struct ui {
	bool color_out, color_err;
	bool live;           /* standard error is a terminal that a line can be redrawn on */
	bool quiet;          /* no steps, no progress */
	bool verbose;        /* each child command */
	bool json;           /* errors are objects on standard output */
	unsigned columns;    /* of the terminal that standard output is; 0: do not break lines */
	unsigned line_shown; /* bytes of the moving line that are on the screen */
	uint64_t line_next;  /* ms: not redrawn before */
	uint64_t work_began; /* ms, for the rate */
	char work[64];       /* what the moving line is about */
};

/* `color` is "auto", "always" or "never"; `env` says NO_COLOR and TERM. */
void ui_init(struct ui *ui, const char *color, const char *const *env);
/* Colour on and off for standard output and standard error; "" where there is none. */
const char *ui_out(const struct ui *ui, enum ui_style style);
const char *ui_err(const struct ui *ui, enum ui_style style);

/* The notifier's functions, for a struct notify. `ui` must outlive it. */
void ui_notify(struct ui *ui, struct notify *ret);
/* Takes the moving line off the screen: before anything else is printed. */
void ui_clear_line(struct ui *ui);
/* A moving line of the caller's own words; nothing without a terminal. */
void ui_line(struct ui *ui, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* One step on standard error, in the columns of the results. */
void ui_step(struct ui *ui, const char *verb, const char *detail);

/* "41 KB", "3.8 MB": decimal units. */
char *ui_size(struct arena *a, uint64_t bytes);
/* "1 error", "2 errors", "no errors" */
char *ui_count(struct arena *a, size_t n, const char *noun);
/* Columns that UTF-8 text takes on a terminal (one for each code point). */
size_t ui_width(const char *s);
/* Prints `s` and blanks up to `width` columns, at least one. */
void ui_pad(FILE *f, const char *s, size_t width);
/* Text that others wrote, fit for a terminal: controls, and bytes that are no UTF-8, become '?'. */
char *ui_safe(struct arena *a, const char *s);

/* Appends text, broken between words at the terminal's width: further lines begin with `indent` blanks, and
 * so many columns are taken already. */
void ui_wrap(struct strbuf *out, const struct ui *ui, size_t indent, const char *text);

/* Width of the first column of a result block: "linux/arm64/musl   clang 14 ..." */
#define UI_LABEL 19

#endif
