/* SPDX-License-Identifier: MIT */
/* One library's lines in a snapshot. */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"
#include "linkcheck/resolve/replica_inside.h"

#define LONGEST_WORD ((size_t)64 << 10) /* some search paths are long */

struct record {
	struct arena *arena;
	struct replica_library *lib;
	size_t dep_cap, def_cap, need_cap, symbol_cap;
};

static const char type_letters[] = "nof??ct???i"; /* by STT_* */
static const char bind_letters[] = "?gw???????u"; /* by STB_* */
static const char visibility_letters[] = "dihp";  /* by STV_* */

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *
replica_word(struct arena *a, struct str *line)
{
	struct str word = str_cut(line, ' ');
	char *text;
	size_t n = 0;

	if (word.len == 0 || word.len > LONGEST_WORD)
		return NULL;
	text = arena_alloc(a, word.len + 1);
	for (size_t i = 0; i < word.len; i++) {
		int high, low;

		if ((unsigned char)word.ptr[i] <= ' ' || (unsigned char)word.ptr[i] >= 0x7f)
			return NULL;
		if (word.ptr[i] != '%') {
			text[n++] = word.ptr[i];
			continue;
		}
		high = i + 2 < word.len ? hex_digit(word.ptr[i + 1]) : -1;
		low = i + 2 < word.len ? hex_digit(word.ptr[i + 2]) : -1;
		if (high < 0 || low < 0 || high * 16 + low == 0)
			return NULL;
		text[n++] = (char)(high * 16 + low);
		i += 2;
	}
	return text;
}

static bool
number(struct str *line, uint64_t max, uint64_t *ret)
{
	return str_to_u64(str_cut(line, ' '), max, ret);
}

static bool
hex(struct str *line, uint64_t *ret)
{
	struct str word = str_cut(line, ' ');
	uint64_t value = 0;

	if (word.len == 0 || word.len > 16)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		int digit = hex_digit(word.ptr[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*ret = value;
	return true;
}

static bool
read_elf(struct record *r, struct str line)
{
	struct replica_library *lib = r->lib;
	uint64_t bits, machine, flags, osabi, abi;
	struct str order;

	if (lib->bits || !number(&line, 64, &bits) || (bits != 32 && bits != 64))
		return false;
	order = str_cut(&line, ' ');
	if (!str_is(order, "little") && !str_is(order, "big"))
		return false;
	if (!number(&line, UINT16_MAX, &machine) || !hex(&line, &flags) || flags > UINT32_MAX ||
		!number(&line, UINT8_MAX, &osabi) || !number(&line, UINT8_MAX, &abi) || line.len)
		return false;
	lib->bits = (unsigned)bits;
	lib->big_endian = str_is(order, "big");
	lib->machine = (uint16_t)machine;
	lib->flags = (uint32_t)flags;
	lib->osabi = (uint8_t)osabi;
	lib->abi_version = (uint8_t)abi;
	return true;
}

static bool
read_dep(struct record *r, struct str line, uint64_t tag)
{
	struct replica_library *lib = r->lib;
	const char *name = replica_word(r->arena, &line);

	if (!name || line.len || lib->dep_count >= CAP_ELF_NEEDED)
		return false;
	if (lib->dep_count == r->dep_cap) {
		size_t grown = r->dep_cap ? r->dep_cap * 2 : 16;

		lib->deps =
			arena_grow(r->arena, lib->deps, r->dep_cap, grown, sizeof(lib->deps[0]));
		r->dep_cap = grown;
	}
	lib->deps[lib->dep_count++] = (struct replica_dep){ tag, name };
	return true;
}

static bool
read_needed(struct record *r, struct str line)
{
	return read_dep(r, line, DT_NEEDED);
}

static bool
read_filter(struct record *r, struct str line)
{
	return read_dep(r, line, DT_FILTER);
}

static bool
read_auxiliary(struct record *r, struct str line)
{
	return read_dep(r, line, DT_AUXILIARY);
}

static bool
read_flags(struct record *r, struct str line)
{
	return hex(&line, &r->lib->dt_flags) && hex(&line, &r->lib->dt_flags_1) && !line.len;
}

static bool
read_stack(struct record *r, struct str line)
{
	r->lib->has_stack = true;
	r->lib->stack_executable = str_is(line, "rwx");
	return r->lib->stack_executable || str_is(line, "rw");
}

static bool
read_has(struct record *r, struct str line)
{
	struct replica_library *lib = r->lib;
	const struct {
		const char *word;
		bool *field;
	} words[] = {
		{ "relr", &lib->relr },
		{ "textrel", &lib->textrel_tag },
		{ "irelative", &lib->irelative },
		{ "empty-segment", &lib->empty_segment },
		{ "tls", &lib->tls },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(line, words[i].word))
			return *words[i].field = true;
	return false;
}

static struct replica_version *
new_version(struct record *r, struct replica_version **list, size_t *count, size_t *cap)
{
	if (*count == *cap) {
		size_t grown = *cap ? *cap * 2 : 16;

		*list = arena_grow(r->arena, *list, *cap, grown, sizeof(**list));
		*cap = grown;
	}
	return &(*list)[(*count)++];
}

/* Flags that end a line. */
static bool
read_marks(struct str line, struct replica_version *v)
{
	while (line.len > 0) {
		struct str mark = str_cut(&line, ' ');

		if (str_is(mark, "base") && !v->file)
			v->base = true;
		else if (str_is(mark, "weak") && v->file)
			v->weak = true;
		else if (str_is(mark, "hidden") && v->file)
			v->hidden = true;
		else
			return false;
	}
	return true;
}

static bool
read_def(struct record *r, struct str line)
{
	struct replica_library *lib = r->lib;
	struct replica_version *v;
	uint64_t index;

	if (lib->def_count >= CAP_ELF_VERSIONS || !number(&line, VERSYM_HIDDEN - 1, &index))
		return false;
	v = new_version(r, &lib->defs, &lib->def_count, &r->def_cap);
	v->index = (uint16_t)index;
	v->name = replica_word(r->arena, &line);
	return v->name && read_marks(line, v);
}

static bool
read_need(struct record *r, struct str line)
{
	struct replica_library *lib = r->lib;
	struct replica_version *v;
	uint64_t index;

	if (lib->need_count >= CAP_ELF_VERSIONS || !number(&line, VERSYM_HIDDEN - 1, &index))
		return false;
	v = new_version(r, &lib->needs, &lib->need_count, &r->need_cap);
	v->index = (uint16_t)index;
	v->file = replica_word(r->arena, &line);
	v->name = replica_word(r->arena, &line);
	return v->file && v->name && read_marks(line, v);
}

static bool
letter(const char *letters, char c, uint8_t *ret)
{
	const char *at = c != '?' && c ? strchr(letters, c) : NULL;

	if (!at)
		return false;
	*ret = (uint8_t)(at - letters);
	return true;
}

static bool
read_symbol(struct record *r, struct str line, bool defined)
{
	struct replica_library *lib = r->lib;
	struct str kind = str_cut(&line, ' '), version = str_cut(&line, ' ');
	struct replica_symbol s = { .name = NULL };
	bool hidden = str_ends(version, "h");
	uint64_t index;
	uint8_t place;

	if (lib->symbol_count >= CAP_ELF_SYMBOLS || kind.len != 5)
		return false;
	if (hidden)
		version.len--;
	if (!letter(type_letters, kind.ptr[0], &s.type) ||
		!letter(bind_letters, kind.ptr[1], &s.bind) ||
		!letter(visibility_letters, kind.ptr[2], &s.visibility) ||
		!letter(defined ? "dabz" : "uv", kind.ptr[3], &place) || kind.ptr[4] < '0' ||
		kind.ptr[4] > '7' || !str_to_u64(version, VERSYM_HIDDEN - 1, &index))
		return false;
	s.place = kind.ptr[3];
	s.relocs = (uint8_t)(kind.ptr[4] - '0');
	s.version = (uint16_t)(index | (hidden ? VERSYM_HIDDEN : 0));
	s.name = replica_word(r->arena, &line);
	if (!s.name || line.len || strlen(s.name) >= CAP_NAME)
		return false;
	if (lib->symbol_count == r->symbol_cap) {
		size_t grown = r->symbol_cap ? r->symbol_cap * 2 : 64;

		lib->symbols = arena_grow(
			r->arena, lib->symbols, r->symbol_cap, grown, sizeof(lib->symbols[0]));
		r->symbol_cap = grown;
	}
	lib->symbols[lib->symbol_count++] = s;
	return true;
}

static bool
read_text(struct record *r, struct str line, const char **ret)
{
	if (*ret)
		return false;
	*ret = replica_word(r->arena, &line);
	return *ret && !line.len;
}

static bool
read_item(struct record *r, struct str line, struct strvec *list)
{
	const char *word = replica_word(r->arena, &line);

	if (!word || line.len || list->count >= CAP_ELF_NEEDED)
		return false;
	strvec_push(list, word);
	return true;
}

static bool
read_line(struct record *r, struct str line)
{
	struct replica_library *lib = r->lib;
	struct str key = str_cut(&line, ' ');
	const struct {
		const char *word;
		const char **text;
	} texts[] = {
		{ "soname", &lib->soname },
		{ "interp", &lib->interp },
		{ "rpath", &lib->rpath },
		{ "runpath", &lib->runpath },
	};
	const struct {
		const char *word;
		struct strvec *list;
	} lists[] = {
		{ "unread", &lib->unread },
	};
	static const struct {
		const char *word;
		bool (*read)(struct record *r, struct str line);
	} others[] = {
		{ "elf", read_elf },
		{ "needed", read_needed },
		{ "filter", read_filter },
		{ "auxiliary", read_auxiliary },
		{ "flags", read_flags },
		{ "stack", read_stack },
		{ "has", read_has },
		{ "def", read_def },
		{ "need", read_need },
	};

	if (str_is(key, "+") || str_is(key, "-"))
		return read_symbol(r, line, str_is(key, "+"));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (str_is(key, texts[i].word))
			return read_text(r, line, texts[i].text);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (str_is(key, lists[i].word))
			return read_item(r, line, lists[i].list);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_is(key, others[i].word))
			return others[i].read(r, line);
	return false;
}

bool
replica_record(struct arena *a, struct str record, struct replica_library *ret, size_t *ret_line,
	const char **ret_what)
{
	struct record r = { .arena = a, .lib = ret };

	*ret = (struct replica_library){ .bits = 0 };
	strvec_init(&ret->unread, a);
	*ret_what = "is not understood";
	for (*ret_line = 0; record.len > 0; (*ret_line)++)
		if (!read_line(&r, str_drop(str_cut(&record, '\n'), 1)))
			return false;
	*ret_what = "the file has no line \"elf\"";
	return ret->bits != 0;
}
