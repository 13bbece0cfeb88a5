/* SPDX-License-Identifier: MIT */
/* Writes reports, piece by piece. */
#include "cli/report/sink.h"

#include <string.h>

#include "base/caps.h"
#include "base/input.h"
#include "linkcheck/read/image.h"

static bool
is_written(const struct report_sinks *s, const char *path)
{
	for (size_t i = 0; i < s->count; i++) {
		const char *other = s->items[i].path;

		if (path ? other && strcmp(path, other) == 0 : !other)
			return true;
	}
	return false;
}

bool
report_sinks_add(struct report_sinks *s, const struct report_format *format, const char *path,
	const struct ui *ui, const char *cwd, struct error *err)
{
	struct report_sink *sink;

	if (is_written(s, path)) {
		error_set(err, ERROR_USAGE, "two reports for %s", path);
		return error_hint(err, "give each report a file of its own");
	}
	s->items = arena_grow(s->arena, s->items, s->count, s->count + 1, sizeof(*s->items));
	sink = &s->items[s->count++];
	*sink = (struct report_sink){ .format = format, .path = path };
	sink->run.ui = *ui;
	sink->run.cwd = cwd;
	if (path || format->file != report_text_file) {
		sink->run.ui.color_out = false;
		sink->run.ui.columns = 0;
	}
	return true;
}

bool
report_sinks_append(struct report_sinks *s, const struct report_format *format, const char *path,
	const struct ui *ui, const char *cwd, struct error *err)
{
	if (!report_sinks_add(s, format, path, ui, cwd, err))
		return false;
	s->items[s->count - 1].append = true;
	return true;
}

bool
report_sinks_add_spec(struct report_sinks *s, const char *spec, const struct ui *ui,
	const char *cwd, struct error *err)
{
	const struct report_format *format;
	struct str rest = str_from(spec);
	const char *name = str_dup(s->arena, str_cut(&rest, '='));

	if (rest.len == 0) {
		error_set(err, ERROR_USAGE, "--report %s names no file", spec);
		return error_hint(err, "write FORMAT=FILE: --report sarif=audit.sarif");
	}
	format = report_format_get(name, err);
	return format && report_sinks_add(s, format, str_dup(s->arena, rest), ui, cwd, err);
}

/* What is there already stays in front. */
static bool
take_over(struct report_sink *s, struct error *err)
{
	struct str old;
	bool ok;
	struct arena a;

	if (!s->append || !file_exists(s->path))
		return true;
	arena_init(&a);
	ok = file_read(&a, s->path, CAP_TEXT_FILE, &old, err);
	ok = ok ? file_draft_add(&s->draft, old, err) : (file_draft_drop(&s->draft), false);
	arena_clear(&a);
	return ok;
}

/* A slip of the hand, as in `xbuild audit -o server`, must not cost a program. */
static bool
is_binary(const char *path)
{
	struct error ignored;
	struct input in;
	struct arena a;
	bool yes = false;

	arena_init(&a);
	if (file_exists(path) && !file_is_dir(path) && input_open(&in, &a, path, &ignored)) {
		yes = image_is_supported(&in);
		input_close(&in);
	}
	arena_clear(&a);
	return yes;
}

static bool
may_write(const struct report_sink *s, struct error *err)
{
	if (!s->path || !is_binary(s->path))
		return true;
	error_set(err, ERROR_USAGE, "the report would replace %s, which is a binary", s->path);
	return error_hint(err, "give the report a name of its own");
}

static bool
open_sink(struct report_sink *s, struct error *err)
{
	if (!may_write(s, err))
		return false;
	if (s->path && (!file_draft_open(&s->draft, s->path, 0666, err) || !take_over(s, err)))
		return false;
	s->opened = true;
	arena_init(&s->arena);
	strmap_init(&s->keys, &s->arena);
	strvec_init(&s->tail, &s->arena);
	return true;
}

bool
report_sinks_open(struct report_sinks *s, struct error *err)
{
	digests_init(&s->digests);
	for (size_t i = 0; i < s->count; i++) {
		s->items[i].run.digests = &s->digests;
		if (!open_sink(&s->items[i], err)) {
			report_sinks_drop(s);
			return false;
		}
	}
	return true;
}

static void
close_sink(struct report_sink *s)
{
	if (s->opened)
		arena_clear(&s->arena);
	s->opened = false;
}

/* A failed write to standard output is told when the program ends. */
static bool
put(struct report_sink *s, const char *text, size_t len, struct error *err)
{
	if (!s->path) {
		fwrite(text, 1, len, stdout);
		return true;
	}
	if (file_draft_add(&s->draft, (struct str){ text, len }, err))
		return true;
	close_sink(s);
	return false;
}

static bool
put_begin(struct report_sink *s, struct error *err)
{
	struct arena_mark mark = arena_mark(&s->arena);
	struct strbuf b;
	bool ok;

	if (s->begun)
		return true;
	s->begun = true;
	if (!s->format->begin)
		return true;
	strbuf_init(&b, &s->arena);
	s->format->begin(&b, &s->run);
	ok = put(s, b.ptr, b.len, err);
	if (ok)
		arena_reset(&s->arena, mark);
	return ok;
}

static bool
is_beyond(const struct report_sink *s, const struct report_piece *p, size_t len)
{
	size_t limit = s->format->limits[p->level];

	return (limit && s->written[p->level] >= limit) ||
	       (s->format->max_bytes && s->bytes + len > s->format->max_bytes);
}

static bool
is_repeated(struct report_sink *s, const struct report_piece *p)
{
	char *key;

	if (!p->key)
		return false;
	if (strmap_get(&s->keys, p->key))
		return true;
	key = arena_strdup(&s->arena, p->key);
	strmap_set(&s->keys, key, key);
	return false;
}

static bool
add_piece(struct report_sink *s, const struct report_piece *p, struct error *err)
{
	size_t len = strlen(p->text), between = strlen(s->format->between);

	if (is_repeated(s, p))
		return true;
	if (p->part == PART_TAIL) {
		strvec_push_dup(&s->tail, p->text);
		return true;
	}
	if (is_beyond(s, p, len)) {
		s->left_out[p->level]++;
		return true;
	}
	if (!put_begin(s, err) || (s->bytes && !put(s, s->format->between, between, err)) ||
		!put(s, p->text, len, err))
		return false;
	s->written[p->level]++;
	s->bytes += len;
	return true;
}

bool
report_sink_add(struct report_sink *s, const struct report_pieces *pieces, struct error *err)
{
	for (size_t i = 0; i < pieces->count; i++)
		if (!add_piece(s, &pieces->items[i], err))
			return false;
	return true;
}

static bool
end_sink(struct report_sink *s, struct error *err)
{
	struct report_rest rest = { .tail = &s->tail };
	struct strbuf b;

	for (size_t i = 0; i < LEVELS; i++) {
		rest.written += s->written[i];
		rest.left_out[i] = s->left_out[i];
	}
	strbuf_init(&b, &s->arena);
	if (s->format->end)
		s->format->end(&b, &s->run, &rest);
	if (!put_begin(s, err) || !put(s, b.ptr, b.len, err))
		return false;
	close_sink(s);
	return !s->path || file_draft_commit(&s->draft, err);
}

void
report_sinks_judge(struct report_sinks *s, enum level fail_at, bool has_baseline)
{
	for (size_t i = 0; i < s->count; i++) {
		s->items[i].run.fail_at = fail_at;
		s->items[i].run.has_baseline = has_baseline;
	}
}

bool
report_sinks_end(struct report_sinks *s, const struct report_outcome *outcome, struct error *err)
{
	for (size_t i = 0; i < s->count; i++) {
		s->items[i].run.outcome = *outcome;
		if (!end_sink(&s->items[i], err)) {
			report_sinks_drop(s);
			return false;
		}
	}
	digests_clear(&s->digests);
	return true;
}

void
report_sinks_drop(struct report_sinks *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct report_sink *sink = &s->items[i];

		if (sink->opened && sink->path)
			file_draft_drop(&sink->draft);
		close_sink(sink);
	}
	digests_clear(&s->digests);
}
