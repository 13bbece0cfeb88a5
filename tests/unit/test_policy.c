/* SPDX-License-Identifier: MIT */
/* Policies: built-in rows, errors in hand-written ones, and what they say of files; baselines. */
#include "linkcheck/judge/baseline.h"
#include "linkcheck/judge/fingerprint.h"
#include "linkcheck/judge/policy.h"
#include "linkcheck/read/elf_const.h"
#include "tests/unit/unit.h"

#define TODAY "2026-11-25"

static struct arena arena;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static struct policy
parse(const char *text)
{
	struct policy p;
	struct error err;

	error_clear(&err);
	if (!policy_parse(&p, &arena, "p.json", str_from(text), TODAY, &err))
		fail_msg("%s: %s", text, err.what);
	return p;
}

static void
every_row_is_a_policy(void **state)
{
	(void)state;
	assert_true(policy_row_count() >= 8);
	for (size_t i = 0; i < policy_row_count(); i++) {
		const struct policy_row *row = policy_row_at(i);

		if (i > 0)
			assert_true(strcmp(policy_row_at(i - 1)->name, row->name) < 0);
		assert_ptr_equal(policy_row_find(row->name), row);
		assert_true(strlen(row->summary) > 10);
		parse(row->text);
	}
	assert_null(policy_row_at(policy_row_count()));
	assert_null(policy_row_find("manylinux"));
}

static void
errors_name_key_and_nearest(void **state)
{
	static const struct {
		const char *text, *what, *hint;
	} rows[] = {
		{ "[]", "p.json does not hold a JSON object", "write at least: {}" },
		{ "{\"flors\":{}}", "p.json: key flors is not known", "did you mean floors?" },
		{ "{\"floors\":[]}", "p.json: key floors must be an object", "" },
		{ "{\"floors\":{\"glibc\":2.17}}", "p.json: key floors.glibc must be a string",
			"" },
		{ "{\"floors\":{\"glibc\":\"new\"}}", "p.json: key glibc must be a version",
			"write digits and dots: \"2.17\"" },
		{ "{\"needs\":{\"alow\":[]}}", "p.json: key needs.alow is not known",
			"did you mean allow?" },
		{ "{\"needs\":{\"allow\":[1]}}", "p.json: key allow must hold strings", "" },
		{ "{\"rules\":{\"LC999\":\"off\"}}", "p.json: there is no rule LC999", NULL },
		{ "{\"rules\":{\"rpath-relativ\":\"off\"}}",
			"p.json: there is no rule rpath-relativ", "did you mean rpath-relative?" },
		{ "{\"rules\":{\"LC041\":\"eror\"}}", "p.json: rule LC041 cannot be \"eror\"",
			"it is one of: off, note, warning, error" },
		{ "{\"roles\":{\"programs\":{}}}", "p.json: key roles.programs is not known",
			"did you mean program?" },
		{ "{\"roles\":{\"plugin\":{\"platforms\":[]}}}",
			"p.json: key roles.plugin.platforms is not known", NULL },
		{ "{\"arches\":{\"x86_64\":{}}}", "p.json: key x86_64 is no architecture",
			"use Go's names: amd64, arm64, ppc64le" },
		{ "{\"extends\":\"manylinux\"}", "p.json: there is no built-in policy manylinux",
			NULL },
		{ "{\"mode\":\"statik\"}", "p.json: key mode is no way of linking", NULL },
		{ "{\"suppressions\":[{\"rule\":\"LC041\"}]}", NULL,
			"say why the finding is accepted" },
		{ "{\"suppressions\":[{\"reason\":\"x\"}]}",
			"p.json: key suppressions has one that would accept everything",
			"name a rule, a file or a symbol" },
		{ "{\"suppressions\":[{\"rule\":\"LC041\",\"reason\":\"x\",\"expires\":\"2026-13-"
		  "01\"}]}",
			"p.json: key expires must be a date",
			"write the last day: \"2026-12-31\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct policy p = { .name = "untouched" };
		struct error err;

		error_clear(&err);
		assert_false(
			policy_parse(&p, &arena, "p.json", str_from(rows[i].text), TODAY, &err));
		assert_int_equal(err.kind, ERROR_USAGE);
		if (rows[i].what)
			assert_string_equal(err.what, rows[i].what);
		if (rows[i].hint)
			assert_string_equal(err.hint, rows[i].hint);
		assert_string_equal(p.name, "untouched");
	}
}

/* A program and a library of amd64 as far as policies look. */
static struct subject
subject_of(struct image *img, enum image_type type, const char *soname)
{
	static const struct contract contract;
	struct subject s = { .arena = &arena, .image = img, .contract = &contract };

	*img = (struct image){ .type = type,
		.format = FORMAT_ELF,
		.machine = EM_X86_64,
		.bits = 64,
		.soname = soname,
		.interpreter = type == IMAGE_PIE ? "/lib64/ld-linux-x86-64.so.2" : NULL };
	s.role = role_of(img);
	return s;
}

static void
parts_hold_for_roles_and_architectures(void **state)
{
	struct policy p = parse("{\"extends\":\"manylinux_2_17\",\"floors\":{\"glibc\":\"2.20\"},"
				"\"arches\":{\"amd64\":{\"floors\":{\"gcc\":\"9.0\"}}},"
				"\"roles\":{\"plugin\":{\"floors\":{\"glibc\":\"2.30\"},"
				"\"needs\":{\"allow\":[\"libhost.so*\"],\"forbid\":[\"libz*\"]}}},"
				"\"rpath\":{\"allow\":[\"$ORIGIN/*\"]}}");
	struct image program, plugin;
	struct subject a = subject_of(&program, IMAGE_PIE, NULL);
	struct subject b = subject_of(&plugin, IMAGE_SHARED, NULL);
	struct strvec families;

	(void)state;
	assert_string_equal(policy_floor(&p, &a, "glibc"), "2.20");
	assert_string_equal(policy_floor(&p, &b, "glibc"), "2.30");
	assert_string_equal(policy_floor(&p, &a, "gcc"), "9.0");
	assert_string_equal(policy_floor(&p, &a, "ZLIB"), "1.2.5.2");
	assert_null(policy_floor(&p, &a, "OPENSSL"));
	strvec_init(&families, &arena);
	policy_families(&p, &a, &families);
	assert_int_equal(families.count, 6);
	assert_int_equal(policy_need(&p, &a, "libz.so.1"), POLICY_ALLOWS);
	assert_int_equal(policy_need(&p, &b, "libz.so.1"), POLICY_FORBIDS);
	assert_int_equal(policy_need(&p, &a, "libhost.so.1"), POLICY_NOT_LISTED);
	assert_int_equal(policy_need(&p, &b, "libhost.so.1"), POLICY_ALLOWS);
	assert_int_equal(policy_need(&p, &a, "ld-linux-x86-64.so.2"), POLICY_ALLOWS);
	assert_int_equal(policy_rpath(&p, &a, "$ORIGIN/lib"), POLICY_ALLOWS);
	assert_int_equal(policy_rpath(&p, &a, "/opt/lib"), POLICY_NOT_LISTED);
}

static void
add(struct findings *all, const char *rule, const char *where)
{
	finding_add(all, rule_find(rule), where, NULL, "a message about %s", where);
}

static void
levels_and_suppressions(void **state)
{
	struct policy p =
		parse("{\"rules\":{\"LC060\":\"error\",\"rpath-useless\":\"off\"},"
		      "\"roles\":{\"program\":{\"rules\":{\"LC043\":\"note\"}}},\"suppressions\":["
		      "{\"rule\":\"LC041\",\"file\":\"bin/"
		      "*\",\"symbol\":\"lib\",\"reason\":\"until 3.0\"},"
		      "{\"rule\":\"LC040\",\"file\":\"prog\",\"reason\":\"late\",\"expires\":"
		      "\"2026-11-24\"},"
		      "{\"rule\":\"LC042\",\"reason\":\"today\",\"expires\":\"" TODAY "\"},"
		      "{\"file\":\"other\",\"reason\":\"never\"}]}");
	struct image img;
	struct audit audit = { .path = "bin/prog", .subject = subject_of(&img, IMAGE_PIE, NULL) };
	struct findings *all = &audit.findings;

	(void)state;
	all->arena = &arena;
	add(all, "LC060", "");
	add(all, "LC047", "x");
	add(all, "LC043", "/opt");
	add(all, "LC041", "lib");
	add(all, "LC041", "lib2");
	add(all, "LC040", "/build");
	add(all, "LC042", "RIGIN");
	policy_apply(&p, &audit);
	assert_int_equal(all->count, 6);
	assert_int_equal(all->items[0].level, LEVEL_ERROR);
	assert_int_equal(all->items[1].level, LEVEL_NOTE);
	assert_int_equal(all->items[2].state, FINDING_SUPPRESSED);
	assert_string_equal(all->items[2].accepted, "until 3.0");
	assert_int_equal(all->items[3].state, FINDING_COUNTS);
	assert_int_equal(all->items[4].state, FINDING_COUNTS); /* it ended yesterday */
	assert_int_equal(all->items[5].state, FINDING_SUPPRESSED);
	assert_true(p.suppressions[1].expired && atomic_load(&p.suppressions[1].used));
	assert_false(p.suppressions[2].expired);
	assert_false(atomic_load(&p.suppressions[3].used));
}

static void
baseline_knows_findings_again(void **state)
{
	struct image img;
	struct audit audit = { .path = "./bin/prog", .subject = subject_of(&img, IMAGE_PIE, NULL) };
	struct contract here = { .cwd = "/home/me" };
	struct findings *all = &audit.findings;
	struct baseline b;
	struct error err;
	char *fingerprint, *text;

	(void)state;
	audit.subject.contract = &here;
	all->arena = &arena;
	add(all, "LC041", "lib");
	add(all, "LC041", "lib2");
	assert_string_equal(audit_label(&arena, &audit), "bin/prog");
	fingerprint = finding_fingerprint(&arena, "bin/prog", &all->items[0]);
	assert_int_equal(strlen(fingerprint), 32);
	text = arena_printf(&arena,
		"{\"baseline\":1,\"findings\":[{\"fingerprint\":\"%s\",\"rule\":\"LC041\","
		"\"file\":\"bin/prog\",\"where\":\"lib\"},{\"fingerprint\":\"00\",\"rule\":"
		"\"LC040\",\"file\":\"gone\"}]}",
		fingerprint);
	assert_true(baseline_parse(&b, &arena, "b", str_from(text), &err));
	assert_int_equal(b.count, 2);
	baseline_apply(&b, &audit);
	assert_int_equal(all->items[0].state, FINDING_KNOWN);
	assert_int_equal(all->items[1].state, FINDING_COUNTS);
	assert_true(atomic_load(&b.items[0].met));
	assert_false(atomic_load(&b.items[1].met));
	assert_false(
		baseline_parse(&b, &arena, "b", STR("{\"baseline\":2,\"findings\":[]}"), &err));
	assert_string_equal(err.what, "b is a baseline of a newer xbuild");
	assert_false(baseline_parse(&b, &arena, "b", STR("{\"findings\":[]}"), &err));
	assert_false(
		baseline_parse(&b, &arena, "b", STR("{\"baseline\":1,\"findings\":[1]}"), &err));
}

static void
labels_are_relative_and_fingerprints_differ(void **state)
{
	const char *const one[] = { "LC041", "ab", "c", NULL };
	const char *const other[] = { "LC041", "a", "bc", NULL };

	(void)state;
	assert_string_equal(path_label(&arena, "/w", "/w/a/b"), "a/b");
	assert_string_equal(path_label(&arena, "/w", "/wide/b"), "/wide/b");
	assert_string_equal(path_label(&arena, "/w", "./a"), "a");
	assert_string_equal(path_label(&arena, "/w", "../a"), "../a");
	assert_string_equal(path_label(&arena, "/", "/usr/bin/x"), "usr/bin/x");
	assert_string_equal(path_label(&arena, NULL, "x/./y"), "x/./y");
	assert_string_not_equal(fingerprint_of(&arena, one), fingerprint_of(&arena, other));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_a_policy),
		cmocka_unit_test(errors_name_key_and_nearest),
		cmocka_unit_test(parts_hold_for_roles_and_architectures),
		cmocka_unit_test(levels_and_suppressions),
		cmocka_unit_test(baseline_knows_findings_again),
		cmocka_unit_test(labels_are_relative_and_fingerprints_differ),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
