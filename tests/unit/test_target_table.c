/* SPDX-License-Identifier: MIT */
/* The table of targets and the tables of words: sorted, unique, complete, documented. */
#include "tests/unit/unit.h"

#include "base/attr.h"
#include "base/str.h"
#include "targets/linkmode.h"
#include "targets/target.h"
#include "targets/words.h"

/* `go tool dist list -json` of Go 1.26: the pair, cgo, first class. */
static const struct {
	const char *pair;
	bool cgo;
	bool first;
} go_list[] = {
	{ "aix/ppc64", true, false },
	{ "android/386", true, false },
	{ "android/amd64", true, false },
	{ "android/arm", true, false },
	{ "android/arm64", true, false },
	{ "darwin/amd64", true, true },
	{ "darwin/arm64", true, true },
	{ "dragonfly/amd64", true, false },
	{ "freebsd/386", true, false },
	{ "freebsd/amd64", true, false },
	{ "freebsd/arm", true, false },
	{ "freebsd/arm64", true, false },
	{ "illumos/amd64", true, false },
	{ "ios/amd64", true, false },
	{ "ios/arm64", true, false },
	{ "js/wasm", false, false },
	{ "linux/386", true, true },
	{ "linux/amd64", true, true },
	{ "linux/arm", true, true },
	{ "linux/arm64", true, true },
	{ "linux/loong64", true, false },
	{ "linux/mips", true, false },
	{ "linux/mips64", true, false },
	{ "linux/mips64le", true, false },
	{ "linux/mipsle", true, false },
	{ "linux/ppc64", false, false },
	{ "linux/ppc64le", true, false },
	{ "linux/riscv64", true, false },
	{ "linux/s390x", true, false },
	{ "netbsd/386", true, false },
	{ "netbsd/amd64", true, false },
	{ "netbsd/arm", true, false },
	{ "netbsd/arm64", true, false },
	{ "openbsd/386", true, false },
	{ "openbsd/amd64", true, false },
	{ "openbsd/arm", true, false },
	{ "openbsd/arm64", true, false },
	{ "openbsd/ppc64", false, false },
	{ "openbsd/riscv64", true, false },
	{ "plan9/386", false, false },
	{ "plan9/amd64", false, false },
	{ "plan9/arm", false, false },
	{ "solaris/amd64", true, false },
	{ "wasip1/wasm", false, false },
	{ "windows/386", true, true },
	{ "windows/amd64", true, true },
	{ "windows/arm64", true, false },
};

static const char *
pair_of(const struct target_row *row, char buf[64])
{
	snprintf(buf, 64, "%s/%s", row->os, row->arch);
	return buf;
}

static void
rows_are_sorted(void **state)
{
	const struct target_row *last = NULL;
	const struct target_row *row;

	(void)state;
	for (size_t i = 0; (row = target_row_at(i)); i++, last = row) {
		int order = last ? strcmp(last->os, row->os) : -1;

		if (order == 0)
			order = strcmp(last->arch, row->arch);
		if (order > 0)
			fail_msg("%s/%s is out of order", row->os, row->arch);
		/* The implied variant opens each pair, and is the only implied one. */
		assert_int_equal(row->implied, order < 0);
		if (order == 0)
			assert_string_not_equal(last->variant, row->variant);
	}
	assert_null(target_row_at(target_row_count()));
}

static void
variants_are_unique(void **state)
{
	const struct target_row *row;

	(void)state;
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		assert_ptr_equal(target_row_find(row->os, row->arch, row->variant), row);
		if (row->implied)
			assert_ptr_equal(target_row_find(row->os, row->arch, NULL), row);
		if (*row->go_value)
			assert_ptr_equal(
				words_find_variant(row->os, row->arch, row->go_value), row);
		if (*row->variant)
			assert_ptr_equal(words_find_variant(row->os, row->arch, row->variant), row);
		/* Only the implied variant may be silent; arm always speaks. */
		if (*row->variant == '\0')
			assert_true(row->implied);
		if (strcmp(row->arch, "arm") == 0)
			assert_string_not_equal(row->variant, "");
	}
	assert_null(target_row_find("linux", "amd64", "v5"));
	assert_null(target_row_find("darwin", "mips", NULL));
}

static void
facts_are_filled_in(void **state)
{
	const struct target_row *row;

	(void)state;
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		const char *const texts[] = { row->os, row->arch, row->variant, row->go_name,
			row->go_value, row->debian, row->multiarch, row->alpine, row->qemu,
			row->os_minimum };

		for (size_t k = 0; k < ARRAY_LEN(texts); k++)
			assert_non_null(texts[k]);
		assert_null(row->flags[ARRAY_LEN(row->flags) - 1]);
		assert_int_equal(*row->go_name == '\0', *row->go_value == '\0');
		assert_int_equal(row->elf.flags & ~row->elf.flags_mask, 0);
		if (*row->os_minimum)
			assert_true(words_is_version(row->os_minimum));
		if (row->format != FORMAT_ELF) {
			assert_int_equal(row->elf.bits, 0);
			continue;
		}
		assert_true(row->elf.bits == 32 || row->elf.bits == 64);
		assert_int_equal(row->elf.page_max & (row->elf.page_max - 1), 0);
		assert_true(row->elf.page_max >= 4096);
		assert_int_not_equal(row->elf.machine, 0);
		/* A distribution that has the architecture has a library directory for it. */
		if (*row->debian)
			assert_string_not_equal(row->multiarch, "");
	}
}

static void
abis_are_filled_in(void **state)
{
	const struct target_row *row;

	(void)state;
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		bool ended = false;

		for (size_t k = 0; k < ARRAY_LEN(row->abis); k++) {
			const struct target_abi *abi = &row->abis[k];

			ended |= abi->libc == LIBC_UNKNOWN;
			if (ended) {
				assert_int_equal(abi->libc, LIBC_UNKNOWN);
				continue;
			}
			assert_string_not_equal(abi->triple, "");
			assert_non_null(abi->loader);
			if (*abi->minimum)
				assert_true(words_is_version(abi->minimum));
			if (*abi->loader)
				assert_int_equal(abi->loader[0], '/');
			assert_ptr_equal(target_row_abi(row, abi->libc), abi);
			if (*abi->minimum && *row->os_minimum && strcmp(row->os, "linux") != 0)
				assert_true(cstr_version_cmp(row->os_minimum, abi->minimum) >= 0);
		}
		assert_true(ended);
		assert_null(target_row_abi(row, LIBC_UNKNOWN));
	}
}

static void
go_pairs_are_all_there(void **state)
{
	const struct target_row *row;
	size_t next = 0;
	char pair[64];

	(void)state;
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (!row->go) {
			assert_false(row->cgo || row->go_first_class);
			continue;
		}
		if (row->implied) {
			assert_true(next < ARRAY_LEN(go_list));
			assert_string_equal(pair_of(row, pair), go_list[next].pair);
			next++;
		}
		assert_int_equal(row->cgo, go_list[next - 1].cgo);
		assert_int_equal(row->go_first_class, go_list[next - 1].first);
	}
	assert_int_equal(next, ARRAY_LEN(go_list));
	assert_false(target_row_find("zigos", "amd64", NULL)->go);
	assert_false(target_row_find("linux", "sparc64", NULL)->go);
	assert_false(target_row_find("freebsd", "riscv64", NULL)->go);
}

/* Another release of Go may have other pairs, which is no fault of the table. */
static void
go_agrees(void **state)
{
	FILE *go = popen("go version 2>/dev/null && go tool dist list 2>/dev/null", "r");
	char line[128];
	size_t next = 0;

	(void)state;
	assert_non_null(go);
	if (!fgets(line, sizeof(line), go) || !strstr(line, " go1.26")) {
		pclose(go);
		print_message("SKIP: no Go 1.26 here to compare the pairs with\n");
		skip();
	}
	while (fgets(line, sizeof(line), go)) {
		line[strcspn(line, "\n")] = '\0';
		assert_true(next < ARRAY_LEN(go_list));
		assert_string_equal(line, go_list[next].pair);
		next++;
	}
	assert_int_equal(pclose(go), 0);
	assert_int_equal(next, ARRAY_LEN(go_list));
}

static const struct target_row *
row_of(const char *os, const char *arch, const char *variant)
{
	const struct target_row *row = target_row_find(os, arch, variant);

	assert_non_null(row);
	return row;
}

/* Values that were read off linked files and real loaders. */
static void
known_facts(void **state)
{
	static const struct {
		const char *arch;
		const char *variant;
		unsigned machine, bits, big, flags, page;
		const char *glibc, *musl, *debian, *multiarch, *alpine, *qemu;
	} known[] = {
		{ "386", NULL, 3, 32, 0, 0, 0x1000, "/lib/ld-linux.so.2", "/lib/ld-musl-i386.so.1",
			"i386", "i386-linux-gnu", "x86", "i386" },
		{ "amd64", "v3", 62, 64, 0, 0, 0x1000, "/lib64/ld-linux-x86-64.so.2",
			"/lib/ld-musl-x86_64.so.1", "amd64", "x86_64-linux-gnu", "x86_64",
			"x86_64" },
		{ "arm", "v5", 40, 32, 0, 0x05000200, 0x1000, "/lib/ld-linux.so.3",
			"/lib/ld-musl-arm.so.1", "armel", "arm-linux-gnueabi", "", "arm" },
		{ "arm", "v6", 40, 32, 0, 0x05000400, 0x1000, "/lib/ld-linux-armhf.so.3",
			"/lib/ld-musl-armhf.so.1", "", "arm-linux-gnueabihf", "armhf", "arm" },
		{ "arm", NULL, 40, 32, 0, 0x05000400, 0x1000, "/lib/ld-linux-armhf.so.3",
			"/lib/ld-musl-armhf.so.1", "armhf", "arm-linux-gnueabihf", "armv7", "arm" },
		{ "arm64", NULL, 183, 64, 0, 0, 0x10000, "/lib/ld-linux-aarch64.so.1",
			"/lib/ld-musl-aarch64.so.1", "arm64", "aarch64-linux-gnu", "aarch64",
			"aarch64" },
		{ "loong64", NULL, 258, 64, 0, 0x43, 0x10000,
			"/lib64/ld-linux-loongarch-lp64d.so.1", "/lib/ld-musl-loongarch64.so.1",
			"loong64", "loongarch64-linux-gnu", "loongarch64", "loongarch64" },
		{ "mips", "softfloat", 8, 32, 1, 0x1000, 0x10000, "/lib/ld.so.1",
			"/lib/ld-musl-mips-sf.so.1", "", "", "", "mips" },
		{ "mips64le", NULL, 8, 64, 0, 0, 0x10000, "/lib64/ld.so.1",
			"/lib/ld-musl-mips64el.so.1", "mips64el", "mips64el-linux-gnuabi64",
			"mips64el", "mips64el" },
		{ "mipsle", NULL, 8, 32, 0, 0x1000, 0x10000, "/lib/ld.so.1",
			"/lib/ld-musl-mipsel.so.1", "mipsel", "mipsel-linux-gnu", "mipsel",
			"mipsel" },
		{ "ppc64", NULL, 21, 64, 1, 0, 0x10000, "/lib64/ld64.so.1",
			"/lib/ld-musl-powerpc64.so.1", "ppc64", "powerpc64-linux-gnu", "ppc64",
			"ppc64" },
		{ "ppc64le", "power9", 21, 64, 0, 2, 0x10000, "/lib64/ld64.so.2",
			"/lib/ld-musl-powerpc64le.so.1", "ppc64el", "powerpc64le-linux-gnu",
			"ppc64le", "ppc64le" },
		{ "riscv64", "rva22u64", 243, 64, 0, 4, 0x1000, "/lib/ld-linux-riscv64-lp64d.so.1",
			"/lib/ld-musl-riscv64.so.1", "riscv64", "riscv64-linux-gnu", "riscv64",
			"riscv64" },
		{ "s390x", NULL, 22, 64, 1, 0, 0x1000, "/lib/ld64.so.1", "/lib/ld-musl-s390x.so.1",
			"s390x", "s390x-linux-gnu", "s390x", "s390x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct target_row *row = row_of("linux", known[i].arch, known[i].variant);

		assert_int_equal(row->elf.machine, known[i].machine);
		assert_int_equal(row->elf.bits, known[i].bits);
		assert_int_equal(row->elf.big_endian, known[i].big);
		assert_int_equal(row->elf.flags, known[i].flags);
		assert_int_equal(row->elf.page_max, known[i].page);
		assert_string_equal(target_row_abi(row, LIBC_GLIBC)->loader, known[i].glibc);
		assert_string_equal(target_row_abi(row, LIBC_MUSL)->loader, known[i].musl);
		assert_string_equal(row->debian, known[i].debian);
		assert_string_equal(row->multiarch, known[i].multiarch);
		assert_string_equal(row->alpine, known[i].alpine);
		assert_string_equal(row->qemu, known[i].qemu);
	}
	assert_string_equal(row_of("zigos", "amd64", NULL)->abis[0].loader, "");
	assert_string_equal(row_of("zigos", "amd64", NULL)->abis[0].triple, "x86_64-linux-musl");
}

/* Every table of words is sorted, so that a word cannot stand there twice unseen; none repeats a
 * word of the table of targets, and all of them lead somewhere. */
static void
words_are_unique(void **state)
{
	const char *variant = NULL;
	enum target_libc libc;

	(void)state;
	for (size_t i = 0; i < words_os_count; i++) {
		if (i)
			assert_true(strcmp(words_os[i - 1].word, words_os[i].word) < 0);
		assert_string_equal(words_find_os(words_os[i].os, &libc), words_os[i].os);
		assert_string_not_equal(words_os[i].os, words_os[i].word);
		assert_null(words_find_arch(words_os[i].word, &variant));
	}
	for (size_t i = 0; i < words_arch_count; i++) {
		const struct words_arch *w = &words_arch[i];

		if (i)
			assert_true(strcmp(words_arch[i - 1].word, w->word) < 0);
		assert_string_equal(words_find_arch(w->arch, &variant), w->arch);
		assert_null(variant);
		assert_string_not_equal(w->arch, w->word);
		if (w->variant)
			assert_non_null(target_row_find("linux", w->arch, w->variant));
	}
	for (size_t i = 0; i < words_variant_count; i++) {
		const struct words_variant *w = &words_variant[i];

		if (i)
			assert_true(strcmp(words_variant[i - 1].word, w->word) < 0);
		assert_non_null(target_row_find("linux", w->arch, w->variant));
	}
}

static void
environments_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < words_env_count; i++) {
		const struct words_env *w = &words_env[i];
		const struct words_env *last = i ? w - 1 : NULL;

		if (last)
			assert_true(strcmp(last->word, w->word) <= 0);
		if (last && strcmp(last->word, w->word) == 0)
			assert_true(
				strcmp(last->os, w->os) != 0 || strcmp(last->arch, w->arch) != 0);
		assert_int_equal(target_libc_find(w->word), LIBC_UNKNOWN);
	}
	for (size_t i = 0; i < words_fp_count; i++) {
		const char *arch = words_fp[i].arch[0] == 'm' ? "mips64le" : words_fp[i].arch;

		assert_non_null(target_row_find("linux", arch, words_fp[i].result));
	}
	for (size_t i = 0; i < words_refused_count; i++) {
		if (i)
			assert_true(strcmp(words_refused[i - 1].word, words_refused[i].word) < 0);
		assert_null(words_find_env("linux", "amd64", words_refused[i].word));
	}
	for (size_t i = 0; i < words_whole_count; i++) {
		struct target t;
		struct error err;

		error_clear(&err);
		assert_true(target_parse(&t, words_whole[i].word, NULL, &err));
		assert_string_equal(t.name, words_whole[i].canonical);
	}
}

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* `word` between characters that cannot belong to it. */
static void
assert_documented(const char *page, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = page; (at = strstr(at, word)); at++) {
		if ((at == page || !is_word_char(at[-1])) && !is_word_char(at[len]))
			return;
	}
	fail_msg("man/xbuild-targets.7 does not know %s", word);
}

static void
everything_is_documented(void **state)
{
	struct arena a;
	struct str page;
	struct error err;
	const struct target_row *row;
	char pair[64];

	(void)state;
	error_clear(&err);
	if (!file_exists("man/xbuild-targets.7")) {
		print_message("SKIP: not run from the root of the tree\n");
		skip();
	}
	arena_init(&a);
	assert_true(file_read(&a, "man/xbuild-targets.7", 1 << 20, &page, &err));
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		assert_documented(page.ptr, pair_of(row, pair));
		assert_documented(page.ptr, *row->variant ? row->variant : row->go_value);
		if (*row->go_name)
			assert_documented(page.ptr, row->go_name);
	}
	for (size_t i = 0; i < words_os_count; i++)
		assert_documented(page.ptr, words_os[i].word);
	for (size_t i = 0; i < words_arch_count; i++)
		assert_documented(page.ptr, words_arch[i].word);
	for (size_t i = 0; i < words_variant_count; i++)
		assert_documented(page.ptr, words_variant[i].word);
	for (size_t i = 0; i < words_env_count; i++)
		assert_documented(page.ptr, words_env[i].word);
	for (size_t i = 0; i < words_refused_count; i++)
		assert_documented(page.ptr, words_refused[i].word);
	for (size_t i = 0; i < words_whole_count; i++)
		assert_documented(page.ptr, words_whole[i].word);
	for (int i = LIBC_UNKNOWN + 1; i < LIBC_KINDS; i++)
		assert_documented(page.ptr, target_libc_name((enum target_libc)i));
	arena_clear(&a);
}

/* The page's matrix row: ".It Li os/arch Ta go Ta libcs Ta oldest". */
static void
the_matrix_is_true(void **state)
{
	struct arena a;
	struct str page;
	struct error err;
	const struct target_row *row;

	(void)state;
	error_clear(&err);
	if (!file_exists("man/xbuild-targets.7"))
		skip();
	arena_init(&a);
	assert_true(file_read(&a, "man/xbuild-targets.7", 1 << 20, &page, &err));
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		const char *go = row->go_first_class ? "first" : row->cgo ? "cgo" : "pure";
		struct strbuf line;

		if (!row->implied)
			continue;
		strbuf_init(&line, &a);
		strbuf_addf(
			&line, ".It Li %s/%s Ta %s Ta ", row->os, row->arch, row->go ? go : "no");
		if (row->abis[0].libc == LIBC_UNKNOWN)
			strbuf_add(&line, "none");
		for (size_t k = 0; row->abis[k].libc != LIBC_UNKNOWN; k++)
			strbuf_addf(&line, "%s%s%s%s", k ? ", " : "",
				target_libc_name(row->abis[k].libc),
				*row->abis[k].minimum ? " " : "", row->abis[k].minimum);
		strbuf_addf(&line, " Ta %s\n", *row->os_minimum ? row->os_minimum : "\\-");
		if (!strstr(page.ptr, line.ptr))
			fail_msg("man/xbuild-targets.7 lacks the line: %s", line.ptr);
	}
	arena_clear(&a);
}

static void
names_and_back(void **state)
{
	(void)state;
	for (int i = LIBC_UNKNOWN + 1; i < LIBC_KINDS; i++)
		assert_int_equal(target_libc_find(target_libc_name((enum target_libc)i)), i);
	assert_string_equal(target_libc_name(LIBC_UNKNOWN), "unknown");
	assert_string_equal(target_libc_name((enum target_libc)99), "unknown");
	assert_int_equal(target_libc_find("unknown"), LIBC_UNKNOWN);
	assert_int_equal(target_libc_find(""), LIBC_UNKNOWN);
	assert_string_equal(target_format_name(FORMAT_MACHO), "macho");
	assert_string_equal(target_format_name(FORMAT_PLAN9), "plan9");
	for (int i = 0; i < LINK_MODES; i++)
		assert_int_equal(link_mode_find(link_mode_name((enum link_mode)i)), i);
	assert_int_equal(link_mode_find("statick"), LINK_MODES);
	assert_string_equal(link_mode_name(LINK_MODES), "unknown");
	assert_string_equal(link_mode_name(LINK_STATIC_PIE), "static-pie");
	assert_true(link_mode_is_static(LINK_STATIC));
	assert_true(link_mode_is_static(LINK_STATIC_PIE));
	assert_false(link_mode_is_static(LINK_DYNAMIC));
	assert_false(link_mode_is_static(LINK_SHARED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sorted),
		cmocka_unit_test(variants_are_unique),
		cmocka_unit_test(facts_are_filled_in),
		cmocka_unit_test(abis_are_filled_in),
		cmocka_unit_test(go_pairs_are_all_there),
		cmocka_unit_test(go_agrees),
		cmocka_unit_test(known_facts),
		cmocka_unit_test(words_are_unique),
		cmocka_unit_test(environments_are_unique),
		cmocka_unit_test(everything_is_documented),
		cmocka_unit_test(the_matrix_is_true),
		cmocka_unit_test(names_and_back),
	};

	return cmocka_run_group_tests_name("target table", tests, NULL, NULL);
}
