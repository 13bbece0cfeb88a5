/* SPDX-License-Identifier: MIT */
/* The members of a package, judged on all processors and told in the package's order. */
#include "cli/audit_package.h"

#include "base/interrupt.h"
#include "base/threads.h"
#include "linkcheck/judge/package.h"

/* Packages below this are read in no time. */
#define LARGE ((uint64_t)8 << 20)
#define PROGRESS_STEP ((uint64_t)1 << 20)

struct pass {
	struct audit_run *run;
	struct package *package;
	const char *path;
	struct audit_slot *slots;
	size_t at; /* first member of the batch */
	uint64_t told;
};

static void
tell_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct pass *pass = ctx;

	if (total < LARGE || done < pass->told + PROGRESS_STEP)
		return;
	pass->told = done;
	ui_line(&pass->run->session->ui, "%s: read %llu of %llu MB", pass->path,
		(unsigned long long)(done >> 20), (unsigned long long)(total >> 20));
}

static bool
judge_member(struct pass *pass, size_t index, struct audit_slot *slot, struct arena *scratch,
	struct error *err)
{
	struct audit_run *run = pass->run;
	struct objects *store =
		audit_judge_borrow(&run->judge, package_contract(pass->package, index));
	struct audit audit = { 0 };
	bool ok;

	slot->is_known = true;
	ok = package_judge(pass->package, index, scratch, store, &audit, err) &&
	     audit_run_tell(run, slot, scratch, &audit, err);
	audit_judge_return(&run->judge, store);
	return ok;
}

static void
work(void *ctx, size_t index, struct arena *scratch)
{
	struct pass *pass = ctx;
	struct audit_slot *slot = &pass->slots[index];
	struct arena_mark mark = arena_mark(scratch);
	struct error err;

	error_clear(&err);
	if (!judge_member(pass, pass->at + index, slot, scratch, &err))
		audit_slot_fail(slot, &err);
	arena_reset(scratch, mark);
}

static bool
print_members(struct pass *pass, size_t n, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < n; i++) {
		const char *member = package_member(pass->package, pass->at + i);
		const char *name = arena_printf(&pass->slots[i].arena, "%s%s%s", pass->path,
			member ? "!" : "", member ? member : "");

		ok = ok ? audit_run_print(pass->run, &pass->slots[i], name, err) : false;
	}
	return ok && interrupt_check(err);
}

static bool
judge_all(struct pass *pass, struct error *err)
{
	size_t count = package_count(pass->package);

	for (pass->at = 0; pass->at < count; pass->at += AUDIT_BATCH) {
		size_t n = count - pass->at < AUDIT_BATCH ? count - pass->at : AUDIT_BATCH;

		for (size_t i = 0; i < n; i++)
			arena_init(&pass->slots[i].arena);
		threads_for(n, 0, work, pass);
		if (!print_members(pass, n, err))
			return false;
	}
	return true;
}

/* As for a directory: a package without a binary is the wrong one, if it was meant. */
static bool
check_empty(const struct pass *pass, const struct audit_file *file, struct error *err)
{
	if (package_count(pass->package) > 0 || !file->named)
		return true;
	error_set(err, ERROR_MISSING, "there are no binaries in %s", file->path);
	return error_hint(err, "name a package that has programs or libraries in it");
}

static bool
read_and_judge(
	struct pass *pass, const struct audit_file *file, bool *ret_goes_on, struct error *err)
{
	struct audit_run *run = pass->run;
	bool ok;

	*ret_goes_on = true;
	if (!run->archives && !archives_open(&run->session->arena, &run->archives, err))
		return false;
	ok = package_read(&pass->package, run->archives, file->path, &run->contract, tell_progress,
		pass, err);
	ui_clear_line(&run->session->ui);
	if (!ok || !check_empty(pass, file, err))
		return false;
	*ret_goes_on = judge_all(pass, err);
	return *ret_goes_on;
}

bool
audit_package(struct audit_run *run, const struct audit_file *file, struct error *err)
{
	struct pass pass = { .run = run, .path = file->path };
	struct audit_slot failed = { 0 };
	struct arena own;
	bool ok, goes_on;

	if (run->stamp) {
		error_set(err, ERROR_USAGE, "--stamp is for a file, not for a package");
		return error_hint(err, "name a program or library");
	}

	arena_init(&own);
	pass.slots = ARENA_ARRAY(&own, AUDIT_BATCH, struct audit_slot);
	ok = read_and_judge(&pass, file, &goes_on, err);
	package_close(pass.package);
	arena_clear(&own);
	if (ok || !goes_on || interrupt_signal())
		return ok;
	arena_init(&failed.arena);
	failed.is_known = err->kind == ERROR_FORMAT;
	audit_slot_fail(&failed, err);
	return audit_run_print(run, &failed, file->path, err);
}
