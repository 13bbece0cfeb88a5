/* SPDX-License-Identifier: MIT */
/* Static archives: the names of three dialects, thin ones, and those that are damaged. */
#include "tests/unit/unit.h"

#include "linkcheck/read/ar.h"

#define MAX 4096

struct made {
	char out[MAX];
	size_t len;
};

static void
add(struct made *m, const char *name, const char *data, size_t len, size_t stored)
{
	assert_true(m->len + 60 + stored + 1 < MAX);
	/* name, date, owner, group, mode, size, end */
	m->len += (size_t)snprintf(m->out + m->len, 61, "%-16s%-12s%-6s%-6s%-8s%-10zu`\n", name,
		"0", "0", "0", "644", len);
	memcpy(m->out + m->len, data, stored);
	m->len += stored;
	if (m->len & 1)
		m->out[m->len++] = '\n';
}

static void
add_text(struct made *m, const char *name, const char *data)
{
	add(m, name, data, strlen(data), strlen(data));
}

static void
begin(struct made *m, const char *magic)
{
	*m = (struct made){ .len = strlen(magic) };
	memcpy(m->out, magic, m->len);
}

/* "name=content;" of each member, and "!defect" at the end. */
static const char *
walk(struct arena *a, const struct made *m)
{
	struct input in, part;
	struct ar_member member;
	struct strbuf out;
	struct error err;
	struct ar ar;

	error_clear(&err);
	strbuf_init(&out, a);
	input_from_buffer(&in, a, "x.a", m->out, m->len);
	if (!ar_open(&ar, a, &in, &err))
		return "no archive";
	while (ar_next(&ar, &member)) {
		strbuf_addf(&out, "%s=", member.name);
		if (member.outside) {
			strbuf_addf(&out, "outside %d;", (int)member.len);
			continue;
		}
		assert_true(input_slice(&part, &in, member.name, member.off, member.len, &err));
		strbuf_addn(&out, (const char *)part.head.ptr, (size_t)part.head.len);
		strbuf_addc(&out, ';');
	}
	assert_false(ar_next(&ar, &member));
	if (ar.defect)
		strbuf_addf(&out, "!%s", ar.defect);
	return out.ptr;
}

static void
names(void **state)
{
	static const char table[] = "a_very_long_name_indeed.o/\nanother_long_name.obj";
	struct arena a;
	struct made m;

	(void)state;
	arena_init(&a);
	begin(&m, "!<arch>\n");
	add_text(&m, "/", "symbols");
	/* GNU's end of a name, and Microsoft's. */
	add(&m, "//", table, sizeof(table), sizeof(table));
	add_text(&m, "short.o/", "one");
	add_text(&m, "/0", "two!");
	add_text(&m, "/27", "three");
	add_text(&m, "#1/12", "bsd name.o\0\0four");
	assert_string_equal(walk(&a, &m),
		"short.o=one;a_very_long_name_indeed.o=two!;another_long_name.obj=three;"
		"!archive member at offset 0x17c: its name is longer than the member");
	arena_clear(&a);
}

static void
bsd(void **state)
{
	struct arena a;
	struct made m;

	(void)state;
	arena_init(&a);
	begin(&m, "!<arch>\n");
	add(&m, "#1/20", "__.SYMDEF SORTED\0\0\0\0table", 25, 25);
	add(&m, "#1/12", "bsd name.o\0\0four", 16, 16);
	add_text(&m, "plain.o", "five");
	assert_string_equal(walk(&a, &m), "bsd name.o=four;plain.o=five;");
	arena_clear(&a);
}

static void
thin(void **state)
{
	struct arena a;
	struct made m;

	(void)state;
	arena_init(&a);
	begin(&m, "!<thin>\n");
	add_text(&m, "/", "symbols!");
	add_text(&m, "//", "obj/one.o/\n\n");
	add(&m, "/0", "", 1000, 0);
	add(&m, "two.o/", "", 7, 0);
	assert_string_equal(walk(&a, &m), "obj/one.o=outside 1000;two.o=outside 7;");
	arena_clear(&a);
}

static void
damaged(void **state)
{
	struct arena a;
	struct made m;

	(void)state;
	arena_init(&a);
	begin(&m, "!<arch>\n");
	assert_string_equal(walk(&a, &m), "");
	add_text(&m, "a.o/", "data");
	add(&m, "b.o/", "cut", 30, 3);
	assert_string_equal(
		walk(&a, &m), "a.o=data;!archive member at offset 0x48: its content is cut short");
	begin(&m, "!<arch>\n");
	add(&m, "a.o/", "", 9999999999, 0);
	assert_string_equal(
		walk(&a, &m), "!archive member at offset 0x8: its content is cut short");
	m.out[8 + 48] = '-';
	assert_string_equal(walk(&a, &m), "!archive member at offset 0x8: its header is damaged");
	m.len = 40;
	assert_string_equal(walk(&a, &m), "!archive member at offset 0x8: its header is cut short");
	begin(&m, "!<arch>\n");
	add_text(&m, "/5", "x");
	assert_string_equal(walk(&a, &m), "!archive member at offset 0x8: its name is not in the "
					  "table of long names");
	begin(&m, "!<arch\n>");
	assert_string_equal(walk(&a, &m), "no archive");
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(bsd),
		cmocka_unit_test(thin),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
