/* SPDX-License-Identifier: MIT */
/* A policy or a baseline that somebody wrote: refused by name, or one that judges without going astray. */
#include <string.h>

#include "linkcheck/judge/baseline.h"
#include "linkcheck/judge/policy.h"
#include "linkcheck/read/elf_const.h"
#include "tests/fuzz/fuzz.h"

static void
judge(struct arena *a, const struct policy *p, enum image_type type)
{
	static const struct contract contract;
	struct image img = { .type = type,
		.format = FORMAT_ELF,
		.machine = EM_X86_64,
		.bits = 64,
		.interpreter = "/lib64/ld-linux-x86-64.so.2" };
	struct audit audit = { .path = "dir/prog",
		.subject = { .arena = a, .image = &img, .contract = &contract } };
	struct strvec families;

	audit.findings.arena = a;
	for (size_t i = 0; i < rule_count(); i++)
		finding_add(&audit.findings, rule_at(i), "lib", NULL, "a message");
	policy_apply(p, &audit);
	FUZZ_CHECK(audit.findings.count <= rule_count());
	for (size_t i = 0; i < audit.findings.count; i++) {
		const struct finding *f = &audit.findings.items[i];

		FUZZ_CHECK(f->level < LEVELS);
		FUZZ_CHECK((f->state == FINDING_SUPPRESSED) == (f->accepted != NULL));
	}
	strvec_init(&families, a);
	policy_families(p, &audit.subject, &families);
	for (size_t i = 0; i < families.count; i++)
		FUZZ_CHECK(policy_floor(p, &audit.subject, families.items[i]) != NULL);
	(void)policy_need(p, &audit.subject, "libz.so.1");
	(void)policy_rpath(p, &audit.subject, "$ORIGIN/lib");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = { (const char *)data, size };
	struct baseline b;
	struct policy p;
	struct arena a;
	struct error err;

	arena_init(&a);
	error_clear(&err);
	if (policy_parse(&p, &a, "policy", text, "2026-11-25", &err)) {
		for (size_t i = 0; i < p.suppression_count; i++)
			FUZZ_CHECK(p.suppressions[i].reason != NULL);
		judge(&a, &p, IMAGE_PIE);
		judge(&a, &p, IMAGE_SHARED);
	} else {
		FUZZ_CHECK(err.kind == ERROR_USAGE || err.kind == ERROR_FORMAT ||
			   err.kind == ERROR_LIMIT);
	}
	if (baseline_parse(&b, &a, "baseline", text, &err))
		for (size_t i = 0; i < b.count; i++)
			FUZZ_CHECK(b.items[i].fingerprint && b.items[i].rule && b.items[i].file);
	arena_clear(&a);
	return 0;
}
