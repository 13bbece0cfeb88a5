/* SPDX-License-Identifier: MIT */
/* Colours, columns, steps and the moving line of progress. */
#include "cli/ui.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/env.h"
#include "base/proc.h"
#include "base/str.h"
#include "cli/report/escape.h"

#define LINE_PAUSE_MS 100
#define LINE_COLUMNS 79
/* Narrower ones are left to the terminal. */
#define COLUMNS_LEAST 40

static const char *const style_codes[UI_STYLES] = {
	[UI_PLAIN] = "\033[0m",
	[UI_BOLD] = "\033[1m",
	[UI_DIM] = "\033[2m",
	[UI_RED] = "\033[1;31m",
	[UI_GREEN] = "\033[32m",
	[UI_YELLOW] = "\033[33m",
};

/* COLUMNS says it where somebody sets it; a file has no width. */
static unsigned
width_of(const char *const *env, int fd)
{
	const char *text = env_get(env, "COLUMNS");
	struct winsize size;
	uint64_t n;

	if (text && str_to_u64(str_from(text), 10000, &n))
		return (unsigned)n;
	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool
wants_color(const char *color, const char *const *env, int fd)
{
	const char *no_color = env_get(env, "NO_COLOR");
	const char *term = env_get(env, "TERM");

	if (strcmp(color, "auto") != 0)
		return strcmp(color, "always") == 0;
	if (no_color && *no_color) /* https://no-color.org: present and not empty */
		return false;
	return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

void
ui_init(struct ui *ui, const char *color, const char *const *env)
{
	const char *term = env_get(env, "TERM");

	ui->color_out = wants_color(color, env, STDOUT_FILENO);
	ui->color_err = wants_color(color, env, STDERR_FILENO);
	ui->columns = width_of(env, STDOUT_FILENO);
	ui->live = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

const char *
ui_out(const struct ui *ui, enum ui_style style)
{
	return ui->color_out ? style_codes[style] : "";
}

const char *
ui_err(const struct ui *ui, enum ui_style style)
{
	return ui->color_err ? style_codes[style] : "";
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void
ui_clear_line(struct ui *ui)
{
	if (!ui->line_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	ui->line_shown = 0;
}

/* Cut to the screen, so that a long line does not wrap and pile up. */
static void
draw_line(struct ui *ui, const char *text)
{
	size_t len = 0;

	for (size_t columns = 0; text[len] && columns < LINE_COLUMNS; columns++)
		for (len++; ((unsigned char)text[len] & 0xc0) == 0x80;)
			len++;
	fprintf(stderr, "\r\033[K%.*s", (int)len, text);
	fflush(stderr);
	ui->line_shown = (unsigned)len;
	ui->line_next = now_ms() + LINE_PAUSE_MS;
}

void
ui_line(struct ui *ui, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!ui->live || ui->quiet || now_ms() < ui->line_next)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	draw_line(ui, text);
}

void
ui_step(struct ui *ui, const char *verb, const char *detail)
{
	if (ui->quiet)
		return;
	ui_clear_line(ui);
	fputs(ui_err(ui, UI_DIM), stderr);
	ui_pad(stderr, verb, UI_LABEL);
	fprintf(stderr, "%s%s\n", detail, ui_err(ui, UI_PLAIN));
}

static void
on_step(void *ctx, const char *verb, const char *detail)
{
	ui_step(ctx, verb, detail);
}

static void
on_command(void *ctx, const char *const *argv)
{
	struct ui *ui = ctx;
	struct arena a;

	if (!ui->verbose)
		return;
	ui_clear_line(ui);
	arena_init(&a);
	fprintf(stderr, "%s%s%s\n", ui_err(ui, UI_DIM), proc_quote(&a, argv), ui_err(ui, UI_PLAIN));
	arena_clear(&a);
}

/* "40 s", "3 min" */
static const char *
left_text(struct arena *a, uint64_t seconds)
{
	return seconds < 100 ? arena_printf(a, "%u s", (unsigned)seconds)
			     : arena_printf(a, "%u min", (unsigned)(seconds / 60));
}

/* "1.2 MB of 3.8 MB, 900 KB/s, 3 s left" */
static const char *
amount_text(struct arena *a, uint64_t done, uint64_t total, uint64_t ms)
{
	struct strbuf text;

	strbuf_init(&text, a);
	strbuf_add(&text, ui_size(a, done));
	if (total)
		strbuf_addf(&text, " of %s", ui_size(a, total));
	if (ms)
		strbuf_addf(&text, ", %s/s", ui_size(a, done * 1000 / ms));
	/* Who has just begun knows no rate yet. */
	if (ms >= 1000 && done > 0 && done < total)
		strbuf_addf(&text, ", %s left", left_text(a, (total - done) * ms / done / 1000));
	return text.ptr;
}

static void
on_progress(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct ui *ui = ctx;
	struct arena a;
	uint64_t now;

	if (!ui->live || ui->quiet)
		return;
	now = now_ms();
	if (strncmp(what, ui->work, sizeof(ui->work) - 1) != 0) {
		snprintf(ui->work, sizeof(ui->work), "%s", what);
		ui->work_began = now;
	}
	if (now < ui->line_next)
		return;
	arena_init(&a);
	ui_line(ui, "%-*s %s", UI_LABEL - 1, ui_safe(&a, what),
		done || total ? amount_text(&a, done, total, now - ui->work_began) : "");
	arena_clear(&a);
}

void
ui_notify(struct ui *ui, struct notify *ret)
{
	*ret = (struct notify){ ui, on_command, on_step, on_progress };
}

char *
ui_size(struct arena *a, uint64_t bytes)
{
	static const char *const units[] = { "KB", "MB", "GB", "TB" };
	double n = (double)bytes / 1000;
	size_t unit = 0;

	if (bytes < 1000)
		return arena_printf(a, "%u bytes", (unsigned)bytes);
	while (n >= 999.5 && unit + 1 < ARRAY_LEN(units)) {
		n /= 1000;
		unit++;
	}
	return arena_printf(a, n < 9.95 ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

char *
ui_count(struct arena *a, size_t n, const char *noun)
{
	if (n == 0)
		return arena_printf(a, "no %ss", noun);
	return arena_printf(a, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

size_t
ui_width(const char *s)
{
	size_t columns = 0;

	for (; *s; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			columns++;
	return columns;
}

void
ui_pad(FILE *f, const char *s, size_t width)
{
	size_t used = ui_width(s);

	fprintf(f, "%s%*s", s, used < width ? (int)(width - used) : 1, "");
}

char *
ui_safe(struct arena *a, const char *s)
{
	struct strbuf b;
	size_t len;

	strbuf_init(&b, a);
	for (; *s; s += len)
		if (escape_character(s, &len))
			strbuf_addn(&b, s, len);
		else
			strbuf_addc(&b, '?');
	return b.ptr;
}

void
ui_wrap(struct strbuf *out, const struct ui *ui, size_t indent, const char *text)
{
	size_t column = indent;

	if (ui->columns < COLUMNS_LEAST) {
		strbuf_add(out, text);
		return;
	}
	while (*text) {
		size_t len = strcspn(text, " ");
		size_t width = ui_width(arena_strndup(out->arena, text, len));

		if (column > indent && column + 1 + width > ui->columns) {
			strbuf_addf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			strbuf_addc(out, ' ');
			column++;
		}
		strbuf_addn(out, text, len);
		column += width;
		text += len;
		text += *text == ' ';
	}
}
