/* SPDX-License-Identifier: MIT */
/* Reading Release files (wiki.debian.org/DebianRepository/Format). */
#include "sysroots/transport/debian_release.h"

#include <string.h>

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

/* Days from 1970 to a day of the Gregorian calendar; `month` from 1. */
static int64_t
days_to(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2), era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool
number(struct str text, uint64_t most, int64_t *ret)
{
	uint64_t n;

	if (!str_to_u64(text, most, &n))
		return false;
	*ret = (int64_t)n;
	return true;
}

static bool
parse_clock(struct str text, int64_t *ret)
{
	int64_t h, m, s;

	if (!number(str_cut(&text, ':'), 23, &h) || !number(str_cut(&text, ':'), 59, &m) ||
		!number(text, 60, &s))
		return false;
	*ret = (h * 60 + m) * 60 + s;
	return true;
}

static bool
parse_month(struct str text, int64_t *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(months); i++) {
		*ret = (int64_t)i + 1;
		if (str_is(text, months[i]))
			return true;
	}
	return false;
}

bool
debian_date_parse(struct str text, int64_t *ret)
{
	int64_t day, month, year, seconds;

	text = str_trim(text);
	str_cut(&text, ' '); /* "Sat," */
	if (!number(str_cut(&text, ' '), 31, &day) || !parse_month(str_cut(&text, ' '), &month) ||
		!number(str_cut(&text, ' '), 9999, &year) ||
		!parse_clock(str_cut(&text, ' '), &seconds) || year < 1970 || day == 0)
		return false;
	if (!str_is(text, "UTC") && !str_is(text, "GMT") && !str_is(text, "+0000"))
		return false;
	*ret = days_to(year, month, day) * 86400 + seconds;
	return true;
}

bool
debian_dated_base(const char *base, int64_t *ret)
{
	struct str text = str_from(base);
	int64_t date, clock;

	while (str_ends(text, "/"))
		text.len--;
	if (text.len < 17 || text.ptr[text.len - 17] != '/' || !str_ends(text, "Z"))
		return false;
	text = str_drop(text, text.len - 16);
	if (text.ptr[8] != 'T' || !number((struct str){ text.ptr, 8 }, 99991231, &date) ||
		!number((struct str){ text.ptr + 9, 6 }, 235960, &clock))
		return false;
	*ret = days_to(date / 10000, date / 100 % 100, date % 100) * 86400 +
	       (clock / 10000 * 60 + clock / 100 % 100) * 60 + clock % 100;
	return true;
}

static bool
malformed(const char *field, struct error *err)
{
	return error_set(err, ERROR_FORMAT, "the Release file has no good field %s", field);
}

/* Takes the lines that belong to the field off: those that begin with a blank. */
static struct str
take_block(struct str *rest)
{
	struct str block = { rest->ptr, 0 };
	const char *end = rest->ptr != NULL ? rest->ptr + rest->len : NULL;

	while (rest->ptr != NULL && rest->len > 0 && rest->ptr[0] == ' ') {
		str_cut(rest, '\n');
		block.len = (size_t)((rest->ptr != NULL ? rest->ptr : end) - block.ptr);
	}
	return block;
}

static bool
take_field(struct arena *a, struct debian_release *r, struct str name, struct str value,
	struct str *rest, struct error *err)
{
	if (str_is(name, "Suite"))
		r->suite = str_dup(a, value);
	else if (str_is(name, "Codename"))
		r->codename = str_dup(a, value);
	else if (str_is(name, "Acquire-By-Hash"))
		r->by_hash = str_is(value, "yes");
	else if (str_is(name, "Date"))
		return debian_date_parse(value, &r->date) || malformed("Date", err);
	else if (str_is(name, "Valid-Until"))
		return debian_date_parse(value, &r->valid_until) || malformed("Valid-Until", err);
	else if (str_is(name, "SHA256"))
		r->files = take_block(rest);
	return true;
}

bool
debian_release_parse(
	struct arena *a, struct str text, struct debian_release *ret, struct error *err)
{
	struct debian_release r = { .suite = "", .codename = "" };
	struct str rest = text;

	while (rest.ptr != NULL) {
		struct str line = str_cut(&rest, '\n');
		struct str name = str_cut(&line, ':');
		if (line.ptr != NULL && !take_field(a, &r, name, str_trim(line), &rest, err))
			return false;
	}
	if (r.date <= 0)
		return malformed("Date", err);
	if (r.files.len == 0)
		return malformed("SHA256", err);
	*ret = r;
	return true;
}

/* The next word of a line of words. */
static struct str
take_word(struct str *line)
{
	*line = str_trim(*line);
	return str_cut(line, ' ');
}

bool
debian_release_file(const struct debian_release *r, const char *path, char sha256[DIGEST_HEX],
	uint64_t *ret_size)
{
	struct str rest = r->files;

	while (rest.ptr != NULL) {
		struct str line = str_cut(&rest, '\n');
		struct str hex = take_word(&line), size = take_word(&line);
		if (!str_is(str_trim(line), path) || hex.len != DIGEST_HEX - 1 ||
			!str_to_u64(size, UINT64_MAX, ret_size))
			continue;
		memcpy(sha256, hex.ptr, DIGEST_HEX - 1);
		sha256[DIGEST_HEX - 1] = '\0';
		return digest_is_hex(sha256);
	}
	return false;
}
