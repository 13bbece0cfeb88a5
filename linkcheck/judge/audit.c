/* SPDX-License-Identifier: MIT */
/* The audit of one binary: facts, then every rule. */
#include "linkcheck/judge/audit.h"

#include <stdarg.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "linkcheck/judge/baseline.h"
#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/policy.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/judge/rules_pe.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/fat.h"
#include "linkcheck/read/libc.h"
#include "linkcheck/read/macho.h"
#include "linkcheck/read/reader.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/nt.h"

static void
add(struct findings *out, const struct rule *rule, enum level level, const char *where,
	const char *fix, const char *message)
{
	if (out->count == out->cap) {
		size_t grown = out->cap ? out->cap * 2 : 8;

		out->items =
			arena_grow(out->arena, out->items, out->cap, grown, sizeof(out->items[0]));
		out->cap = grown;
	}
	out->items[out->count++] = (struct finding){
		.rule = rule,
		.level = level,
		.message = message,
		.where = where ? where : "",
		.fix = fix,
	};
}

void
finding_add(struct findings *out, const struct rule *rule, const char *where, const char *fix,
	const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(out, rule, rule->level, where, fix, arena_vprintf(out->arena, fmt, ap));
	va_end(ap);
}

void
finding_add_level(struct findings *out, const struct rule *rule, enum level level,
	const char *where, const char *fix, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(out, rule, level, where, fix, arena_vprintf(out->arena, fmt, ap));
	va_end(ap);
}

/* Those that look at the header and the segments alone; the others cannot pass a file whose tables are
 * cut or contradict each other. */
static bool
is_header_rule(const struct rule *rule)
{
	static rule_check *const checks[] = { check_abi, check_pie, check_exec_stack,
		check_alignment, check_pe_hardening, check_malformed, check_simulated };

	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (rule->check == checks[i])
			return true;
	return false;
}

static void
run_rule(struct audit *audit, struct rule_result *r)
{
	struct subject *s = &audit->subject;
	const char *reason = NULL;

	if (!(r->rule->formats >> s->image->format & 1)) {
		r->verdict = VERDICT_SKIP;
		r->reason = "it is about files of another format";
		return;
	}
	s->rule = r->rule;
	r->verdict = r->rule->check(s, &audit->findings, &reason);
	if (r->verdict == VERDICT_PASS && !is_header_rule(r->rule) && rules_damaged(s, &reason))
		r->verdict = VERDICT_UNKNOWN;
	if (r->verdict == VERDICT_SKIP || r->verdict == VERDICT_UNKNOWN)
		r->reason = reason;
}

/* What does not start on the target it was promised to is an error even when no rule has a name for the
 * reason. */
static void
add_broken_promise(struct audit *audit)
{
	struct subject *s = &audit->subject;
	struct findings *out = &audit->findings;

	if (!s->promise || s->promise->on != ON_FAILS)
		return;
	for (size_t i = 0; i < out->count; i++)
		if (out->items[i].level == LEVEL_ERROR)
			return;
	for (size_t i = 0; i < audit->result_count; i++)
		if (audit->results[i].rule->check == check_platform) {
			s->rule = audit->results[i].rule;
			rules_add_platform(s, out, s->promise);
			audit->results[i].verdict = VERDICT_FAIL;
			audit->results[i].reason = NULL;
		}
}

static void
count_finding(struct audit *audit, const struct finding *f)
{
	if (f->state == FINDING_SUPPRESSED) {
		audit->suppressed++;
	} else if (f->state == FINDING_KNOWN) {
		audit->known++;
	} else {
		audit->errors += f->level == LEVEL_ERROR;
		audit->warnings += f->level == LEVEL_WARNING;
		audit->notes += f->level == LEVEL_NOTE;
	}
}

static void
run_rules(struct audit *audit)
{
	struct subject *s = &audit->subject;

	audit->result_count = rule_count();
	audit->results = ARENA_ARRAY(s->arena, audit->result_count, struct rule_result);
	for (size_t i = 0; i < audit->result_count; i++) {
		audit->results[i].rule = rule_at(i);
		run_rule(audit, &audit->results[i]);
	}
	add_broken_promise(audit);
	for (size_t i = 0; i < audit->findings.count; i++) {
		struct finding *f = &audit->findings.items[i];

		f->level = role_level(s->role, f->rule, f->level);
	}
	for (size_t i = 0; i < audit->result_count; i++)
		audit->unknown += audit->results[i].verdict == VERDICT_UNKNOWN;
	if (s->contract->policy)
		policy_apply(s->contract->policy, audit);
	if (s->contract->baseline)
		baseline_apply(s->contract->baseline, audit);
	for (size_t i = 0; i < audit->findings.count; i++)
		count_finding(audit, &audit->findings.items[i]);
}

static void
find_libsystem(struct subject *s)
{
	for (size_t i = 0; i < s->image->needed.count; i++)
		if (cstr_starts(s->image->needed.items[i], "/usr/lib/libSystem."))
			s->libc = (struct libc_use){ .kind = LIBC_LIBSYSTEM,
				.linked = LIBC_LINKED_DYNAMIC,
				.evidence = "needs libSystem" };
}

/* What rules look at that is neither in headers nor in symbol tables. Texts are searched where somebody
 * promised something: it takes the longest of all. */
static void
read_parts(struct subject *s)
{
	const struct contract *c = s->contract;

	s->role = c->has_role ? c->role : role_of(s->image);
	(void)image_object_parts(s->image, &s->parts);
	if (!image_guards(s->image, &s->guards_seen, &s->guards))
		s->guards_seen = 0;
	s->paths_read = c->target || c->has_mode || c->floor;
	if (s->paths_read)
		image_build_paths(s->image, &s->paths);
}

static bool
read_facts(struct subject *s, struct error *err)
{
	struct image *img = s->image;

	read_parts(s);
	/* A core dump or debug information carries nothing that is loaded. */
	if (image_is_loadable(img) && !image_go(img, &s->go, err))
		return false;
	if (img->macho)
		find_libsystem(s);
	if (img->pe)
		rules_find_crt(s);
	return img->format != FORMAT_ELF ||
	       (libc_identify(img, &s->go, &s->libc, err) &&
		       floors_find(img, &s->floors, &s->floor_count, err));
}

/* The newest recorded release stands for a target that names none. */
static const struct platform *
promised_platform(struct arena *a, const struct contract *c)
{
	struct platform *p = ARENA_NEW(a, struct platform);
	const struct target *t = c->target;
	const char *release;

	if (!t || !t->abi || (t->abi->libc != LIBC_GLIBC && t->abi->libc != LIBC_MUSL))
		return NULL;
	p->libc = t->abi->libc;
	p->id = t->name;
	p->label = t->name;
	p->glibcxx = "";
	if (c->floor || t->version[0] != '\0') {
		p->libc_version = c->floor ? c->floor : t->version;
		return abi_is_release(p->libc, p->libc_version) ? p : NULL;
	}
	for (size_t i = 0; (release = abi_release_at(p->libc, i)); i++)
		p->libc_version = release;
	return p;
}

static void
judge_promise(struct subject *s)
{
	struct verdict_set *set = ARENA_NEW(s->arena, struct verdict_set);
	const struct platform *p = promised_platform(s->arena, s->contract);
	struct verdicts *verdicts = ARENA_NEW(s->arena, struct verdicts);

	if (!p || !verdict_set_add(set, p))
		return;
	verdict_find(s->arena, s->object, s->libc.kind, s->closure, set, verdicts);
	if (verdicts->count > 0)
		s->promise = &verdicts->rows[0];
}

/* Without a search path only a system directory can have it, and then the platform's is meant. */
static bool
is_platforms_own(const struct image *img, const char *name)
{
	return !img->rpath && !img->runpath && libc_of_soname(name) != LIBC_UNKNOWN;
}

static bool
needs_shipped(const struct subject *s)
{
	const struct image_list *needed = &s->image->needed;

	for (size_t i = 0; i < needed->count; i++)
		if (!is_platforms_own(s->image, needed->items[i]) &&
			(shipped_named(s->contract->shipped, needed->items[i]) ||
				shipped_numbered(s->contract->shipped, needed->items[i])))
			return true;
	return false;
}

/* The libraries that come with it bring their own demands along. */
static bool
find_closure(struct subject *s, struct objects *store, struct error *err)
{
	const struct resolve_world world = { .shipped = s->contract->shipped };
	struct resolution *closure;

	if (!store || !needs_shipped(s))
		return true;
	closure = ARENA_NEW(s->arena, struct resolution);
	if (!resolve_load(s->arena, s->image, store, &world, closure, err))
		return false;
	s->closure = closure;
	return true;
}

static size_t
snapshot_count(const struct contract *c)
{
	size_t n = 0;

	while (c->snapshots[n])
		n++;
	return n;
}

/* Their rows follow those of the platforms. */
static bool
judge_snapshots(struct subject *s, struct objects *store, struct error *err)
{
	const struct contract *c = s->contract;
	struct verdicts *v = &s->verdicts;
	size_t before = v->count;

	v->rows = arena_grow(
		s->arena, v->rows, before, before + snapshot_count(c), sizeof(v->rows[0]));
	for (size_t i = 0; c->snapshots[i]; i++) {
		struct objects own, *use = store ? store->next : NULL;
		bool ok;

		for (size_t k = 0; k < i && use; k++)
			use = use->next;
		objects_init(&own, NULL, true);
		ok = snapshot_verdict(s->arena, s->image, c->snapshots[i], c->shipped,
			use ? use : &own, &v->rows[v->count], err);
		objects_clear(&own);
		if (!ok)
			return false;
		v->count++;
	}
	return true;
}

/* Without a root, beside the file itself: everything in it is named from there. */
static bool
judge_macho(struct subject *s, struct objects *store, struct error *err)
{
	const struct contract *c = s->contract;
	struct resolve_world world = { .shipped = c->shipped };
	struct resolution *resolution = ARENA_NEW(s->arena, struct resolution);
	const struct image_export *exports;
	struct objects own;
	size_t n;
	bool ok;

	if (!image_exports(s->image, &exports, &n, err)) /* for their defects */
		return false;
	if (c->world)
		world = *c->world;
	world.sdk = c->sdk;
	objects_init(&own, s->arena, true);
	ok = resolve_image(s->arena, s->image, store ? store : &own, &world, resolution, err);
	objects_clear(&own);
	s->resolution = resolution;
	return ok;
}

/* Where no search path inside a file led to anything and nothing is missing, no other rules would. */
static bool
depends_on_search_path(const struct resolution *r)
{
	bool any = false;

	for (size_t i = 0; i < r->object_count; i++) {
		const struct deps_object *o = r->objects[i];

		if (o->node && (o->node->how == DEPS_RPATH || o->node->how == DEPS_RUNPATH))
			return true;
		any = any || o->img->rpath || o->img->runpath;
	}
	return any && r->deps.missing > 0;
}

/* glibc and musl agree on everything but search paths inside files, mostly. */
static bool
judge_otherwise(struct subject *s, struct objects *store, struct error *err)
{
	struct resolve_world world = *s->contract->world;
	struct resolution *other;

	if (!depends_on_search_path(s->resolution) ||
		(s->libc.kind != LIBC_GLIBC && s->libc.kind != LIBC_MUSL))
		return true;
	world.as = s->libc.kind == LIBC_GLIBC ? LIBC_MUSL : LIBC_GLIBC;
	other = ARENA_NEW(s->arena, struct resolution);
	if (!resolve_load(s->arena, s->image, store, &world, other, err))
		return false;
	s->other = other;
	return true;
}

/* What Windows would load: with the file itself, what ships with it or lies beside it. */
static bool
judge_pe(struct subject *s, struct error *err)
{
	const struct contract *c = s->contract;
	struct resolve_world world = { .shipped = c->shipped, .dlls = c->dlls };
	struct resolution *resolution = ARENA_NEW(s->arena, struct resolution);

	if (!nt_resolve(s->arena, s->image, &world, resolution, err))
		return false;
	s->resolution = resolution;
	return true;
}

/* Where it runs: only asked of what a loader or a kernel loads. */
static bool
judge(struct subject *s, struct objects *store, struct error *err)
{
	const struct contract *c = s->contract;
	struct resolution *resolution = ARENA_NEW(s->arena, struct resolution);

	if (s->image->macho && image_is_loadable(s->image))
		return judge_macho(s, store, err);
	if (s->image->pe && image_is_loadable(s->image))
		return judge_pe(s, err);
	if (s->image->format != FORMAT_ELF || !image_is_loadable(s->image) ||
		(!c->platforms && !c->world && !c->target && !c->snapshots))
		return true;
	if (!find_closure(s, store, err))
		return false;
	if (c->world && store) {
		if (!resolve_image(s->arena, s->image, store, c->world, resolution, err))
			return false;
		s->resolution = resolution;
		if (!judge_otherwise(s, store, err))
			return false;
		s->object = resolution->file->object;
	} else if (s->closure) {
		s->object = s->closure->file->object;
	} else {
		s->object = object_of_image(s->image, true);
	}
	if (c->platforms)
		verdict_find(
			s->arena, s->object, s->libc.kind, s->closure, c->platforms, &s->verdicts);
	judge_promise(s);
	return !c->snapshots || judge_snapshots(s, store, err);
}

bool
audit_read(struct arena *a, struct input *in, const struct contract *contract, struct audit *ret,
	struct error *err)
{
	struct audit audit = { .path = in->name, .size = in->size };
	struct subject *s = &audit.subject;

	s->arena = a;
	s->contract = contract;
	s->image = ARENA_NEW(a, struct image);
	s->place = contract->cwd ? path_absolute(a, contract->cwd, in->name) : in->name;
	audit.findings.arena = a;
	if (!image_open(s->image, a, in, err) || !read_facts(s, err))
		return false;
	audit.readable = true;
	audit.malformed = s->image->defects.count > 0;
	*ret = audit;
	return true;
}

bool
audit_read_slices(struct arena *a, struct input *in, const struct contract *contract,
	struct audit **ret, size_t *ret_count, struct error *err)
{
	struct fat_slice *slices;
	struct audit *audits;
	struct image **images;
	size_t n;

	if (!fat_read(a, in, &slices, &n, err))
		return false;
	audits = ARENA_ARRAY(a, n, struct audit);
	images = ARENA_ARRAY(a, n, struct image *);
	for (size_t i = 0; i < n; i++) {
		char *name = arena_printf(a, "%s (%s)", in->name, slices[i].arch);
		struct input *part = ARENA_NEW(a, struct input);

		if (!input_slice(part, in, name, slices[i].offset, slices[i].size, err) ||
			!audit_read(a, part, contract, &audits[i], err))
			return false;
		images[i] = audits[i].subject.image;
		audits[i].subject.slices = images;
	}
	*ret = audits;
	*ret_count = n;
	return true;
}

bool
audit_judge(struct audit *audit, struct objects *store, struct error *err)
{
	struct subject *s = &audit->subject;

	s->store = store;
	if (!judge(s, store, err))
		return false;
	if (s->image->macho)
		rpath_read_macho(s->arena, s->image, s->place, &s->rpath);
	else
		rpath_read(s->arena, s->image, rules_libc(s),
			audit->member ? s->place : audit->path, s->place,
			s->contract->shipped && s->contract->shipped->floating, &s->rpath);
	if (s->image->format == FORMAT_ELF && !audit->member && s->contract->world &&
		s->contract->world->root)
		s->rpath_dirs = rpath_dirs(s->arena, &s->rpath, s->contract->world->root, s->place);
	run_rules(audit);
	audit->malformed = s->image->defects.count > 0;
	return true;
}

bool
audit_input_in(struct arena *a, struct input *in, const struct contract *contract,
	struct objects *store, struct audit *ret, struct error *err)
{
	struct audit audit;

	if (!audit_read(a, in, contract, &audit, err) || !audit_judge(&audit, store, err))
		return false;
	*ret = audit;
	return true;
}

bool
audit_input(struct arena *a, struct input *in, const struct contract *contract, struct audit *ret,
	struct error *err)
{
	struct objects store;
	bool ok;

	objects_init(&store, a, true);
	ok = audit_input_in(a, in, contract, &store, ret, err);
	objects_clear(&store);
	return ok;
}

static const char *
relro_text(const struct image *img)
{
	bool now = (img->dt_flags & DF_BIND_NOW) != 0 || (img->dt_flags_1 & DF_1_NOW) != 0;

	if (!img->has_relro)
		return "no RELRO";
	/* A static program has no PLT that is filled late. */
	return now || (!img->interpreter && image_is_program(img)) ? "full RELRO" : "partial RELRO";
}

static const char *
link_text(const struct image *img)
{
	if (img->type == IMAGE_SHARED)
		return "library";
	return img->interpreter || img->needed.count > 0 ? "dynamic" : "static";
}

static void
add_libc(struct strbuf *b, const struct subject *s)
{
	if (s->floor_count == 0 && s->libc.kind != LIBC_UNKNOWN)
		strbuf_addf(b, " · %s%s%s", target_libc_name(s->libc.kind),
			s->libc.version ? " " : "", s->libc.version ? s->libc.version : "");
	for (size_t i = 0; i < s->floor_count; i++)
		strbuf_addf(b, " · %s >= %s", s->floors[i].family, s->floors[i].version);
	if (s->go.present)
		strbuf_addf(b, " · %s", s->go.version ? s->go.version : "Go");
}

/* Programs of macOS are dynamic, all of them. */
static void
add_macho(struct strbuf *b, const struct subject *s)
{
	static const char *const signatures[] = {
		[MACHO_UNSIGNED] = "not signed",
		[MACHO_AD_HOC] = "ad-hoc signed",
		[MACHO_SIGNED] = "signed",
		[MACHO_SIGNATURE_STALE] = "changed after signing",
		[MACHO_SIGNATURE_BROKEN] = "broken signature",
	};
	const struct macho *facts = s->image->macho;

	if (s->image->type == IMAGE_PIE)
		strbuf_add(b, " · PIE");
	else if (s->image->type == IMAGE_SHARED)
		strbuf_add(b, facts->filetype == MH_BUNDLE ? " · bundle" : " · library");
	else
		strbuf_add(b, " · program");
	if (facts->platform)
		strbuf_addf(b, " · %s >= %s", macho_platform_label(facts->platform), facts->minos);
	strbuf_addf(b, " · %s", signatures[facts->signature]);
	if (s->go.present)
		strbuf_addf(b, " · %s", s->go.version ? s->go.version : "Go");
}

char *
audit_summary(struct arena *a, const struct audit *audit)
{
	const struct image *img = audit->subject.image;
	const char *cpu;
	struct strbuf b;

	strbuf_init(&b, a);
	if (!audit->readable) {
		strbuf_add(&b, "unknown format");
		return b.ptr;
	}
	if (img->format == FORMAT_ARCHIVE) {
		strbuf_add(&b, img->ops->name);
		return b.ptr;
	}
	strbuf_addf(&b, "%s %s", img->ops->name, image_arch_name(a, img));
	if (!image_is_loadable(img)) {
		strbuf_addf(&b, " · %s", image_type_name(img));
		return b.ptr;
	}
	if (img->macho) {
		add_macho(&b, &audit->subject);
		return b.ptr;
	}
	if (img->pe) {
		rules_summary_pe(&b, &audit->subject);
		return b.ptr;
	}
	strbuf_addf(&b, " · %s", link_text(img));
	if (img->type == IMAGE_PIE)
		strbuf_add(&b, " · PIE");
	if (img->dynamic)
		strbuf_addf(&b, " · %s", relro_text(img));
	cpu = rules_cpu_text(&audit->subject);
	if (cpu)
		strbuf_addf(&b, " · %s", cpu);
	add_libc(&b, &audit->subject);
	return b.ptr;
}
