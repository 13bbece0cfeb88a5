/* SPDX-License-Identifier: MIT */
/* xbuild doctor: what this machine has, what it lacks, and the command that mends it. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "sysroots/sysroot.h"
#include "sysroots/transport/package.h"
#include "toolchains/gate.h"
#include "toolchains/runner.h"
#include "toolchains/toolchain.h"

#define VERSION_MS 3000 /* a program that takes longer to say its version is not asked again */

struct doctor_options {
	const char *format;
};

/* One thing that was looked for. */
struct check {
	const char *group; /* "tools", "linux/arm64/musl" */
	const char *name;
	const char *found; /* NULL: missing */
	const char *lacks; /* why it is wanted, or what is wrong */
	const char *mend;  /* what to do, or NULL */
	bool needed;       /* without it nothing is built */
};

struct report_list {
	struct session *session;
	struct check *items;
	size_t count;
};

static void
put(struct report_list *r, struct check check)
{
	r->items =
		arena_grow(&r->session->arena, r->items, r->count, r->count + 1, sizeof(*r->items));
	r->items[r->count++] = check;
}

static void
put_error(struct report_list *r, const char *group, const char *name, const struct error *err)
{
	struct arena *a = &r->session->arena;

	const char *gap = *err->where ? ": " : "";

	put(r, (struct check){ group, name, NULL,
		       arena_printf(a, "%s%s%s", err->what, gap, err->where),
		       *err->hint ? arena_strdup(a, err->hint) : NULL, true });
}

/* Programs beside the compilers, which toolchains/ looks for itself. */
static const struct program {
	const char *label;
	const char *name;
	const char *also; /* another name that serves as well, or NULL */
	const char *package;
	const char *wanted_for;
	bool needed;
} programs[] = {
	{ "ninja", "ninja", "samu", "ninja-build", "xbuild build", true },
	{ "apt", "apt-get", NULL, "apt", "fetching sysroots of Debian and Ubuntu", false },
	{ "qemu", "qemu-aarch64-static", "qemu-aarch64", "qemu-user-static",
		"xbuild run of other architectures", false },
	{ "pkg-config", "pkg-config", "pkgconf", "pkgconf",
		"xbuild exec of builds that ask for libraries", false },
};

/* "/usr/bin/ninja (1.11.1)": the first number in the first line of what it says. */
static char *
with_version(struct session *s, const char *path)
{
	const char *argv[] = { path, "--version", NULL };
	struct proc proc = { .argv = argv, .env = s->context.env, .timeout_ms = VERSION_MS };
	struct proc_result result;
	struct error err;
	struct str line;

	proc.out = PROC_CAPTURE;
	proc.err = PROC_DISCARD;
	if (!proc_run(&s->arena, &proc, &result, &err) || !proc_ok(&result))
		return arena_strdup(&s->arena, path);
	line = str_cut(&result.out, '\n');
	while (line.len) {
		struct str word = str_cut(&line, ' ');

		if (word.len && word.ptr[0] >= '0' && word.ptr[0] <= '9')
			return arena_printf(&s->arena, "%s (%s)", path, str_dup(&s->arena, word));
	}
	return arena_strdup(&s->arena, path);
}

static void
check_programs(struct report_list *r)
{
	struct session *s = r->session;

	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		const struct program *p = &programs[i];
		const char *path = proc_find(&s->arena, p->name, s->context.env);

		if (!path && p->also)
			path = proc_find(&s->arena, p->also, s->context.env);
		put(r, (struct check){ "tools", p->label, path ? with_version(s, path) : NULL,
			       arena_printf(&s->arena, "wanted for %s", p->wanted_for),
			       install_hint(&s->context, p->package), p->needed });
	}
}

/* Which compilers there are, seen through one target that all of them can serve. */
static void
check_providers(struct report_list *r)
{
	struct session *s = r->session;
	struct target target;
	struct error err;

	if (!request_target(s, "linux/amd64/musl", true, &target, &err))
		return;
	for (size_t i = 0; i < provider_count(); i++) {
		const struct provider *p = provider_at(i);
		struct toolchain tools;

		error_clear(&err);
		if (!p->probe(&s->context, &s->store, &target, &tools, &err)) {
			put_error(r, "tools", p->id, &err);
			continue;
		}
		put(r, (struct check){ "tools", p->id,
			       arena_printf(&s->arena, "%s, linker %u (%s)", tools.label,
				       tools.linker_version, tools.path[TOOL_CC]),
			       NULL, NULL, true });
	}
}

static void
check_store(struct report_list *r)
{
	struct session *s = r->session;
	struct error err;

	error_clear(&err);
	if (!store_prepare(&s->store, &err))
		put_error(r, "tools", "store", &err);
	else
		put(r, (struct check){ "tools", "store",
			       arena_printf(&s->arena, "%s", s->store.dir), NULL, NULL, true });
}

static void
check_sysroot(struct report_list *r, const struct target *t)
{
	struct session *s = r->session;
	struct sysroot_request req = { .target = *t };
	struct sysroot found;
	const struct transport *transport;
	struct error err;

	error_clear(&err);
	req.source = source_for(t, &err);
	if (!req.source) {
		put_error(r, t->name, "sysroot", &err);
		return;
	}
	if (sysroot_find(&s->context, &s->store, &req, &found, &err)) {
		put(r, (struct check){ t->name, "sysroot",
			       arena_printf(&s->arena, "%s, in the store", req.source->id), NULL,
			       NULL, true });
		return;
	}
	error_clear(&err);
	transport = transport_get(&s->context, req.source, &err);
	if (!transport) {
		put_error(r, t->name, "sysroot", &err);
		return;
	}
	put(r, (struct check){ t->name, "sysroot",
		       arena_printf(&s->arena, "%s, fetched by %s when it is needed",
			       req.source->id, transport->name),
		       NULL, NULL, true });
}

static void
check_modes(struct report_list *r, const struct target *t, const struct toolchain *tools)
{
	struct session *s = r->session;
	struct error err;

	for (size_t m = 0; m < LINK_MODES; m++) {
		const char *name = link_mode_name((enum link_mode)m);

		error_clear(&err);
		if (gate_check(t, tools, (enum link_mode)m, LANGUAGE_C, &err))
			put(r, (struct check){ t->name, name, "works", NULL, NULL, false });
		else
			put(r, (struct check){ t->name, name, NULL,
				       arena_strdup(&s->arena, err.what),
				       *err.hint ? arena_strdup(&s->arena, err.hint) : NULL,
				       false });
	}
}

static bool
check_target(struct report_list *r, const char *text, struct error *err)
{
	struct session *s = r->session;
	struct target *t = ARENA_NEW(&s->arena, struct target);
	struct toolchain tools;
	struct runner runner;
	struct error lacks;

	if (!request_target(s, text, false, t, err))
		return false;
	error_clear(&lacks);
	if (toolchain_get(&s->context, &s->store, settings_text(&s->settings, SETTING_TOOLCHAIN), t,
		    &tools, &lacks)) {
		put(r, (struct check){ t->name, "toolchain", tools.label, NULL, NULL, true });
		check_modes(r, t, &tools);
	} else {
		put_error(r, t->name, "toolchain", &lacks);
	}
	check_sysroot(r, t);
	error_clear(&lacks);
	if (runner_get(&s->context, t, NULL, NULL, &runner, &lacks))
		put(r, (struct check){ t->name, "run", runner.how, NULL, NULL, false });
	else
		put(r, (struct check){ t->name, "run", NULL, arena_strdup(&s->arena, lacks.what),
			       arena_strdup(&s->arena, lacks.hint), false });
	return true;
}

static void
print_settings(struct session *s)
{
	const struct ui *ui = &s->ui;

	printf("%ssettings%s\n", ui_out(ui, UI_BOLD), ui_out(ui, UI_PLAIN));
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *item = &s->settings.items[i];

		printf("  ");
		ui_pad(stdout, item->name, UI_LABEL - 2);
		printf("%s   %s%s%s\n", item->value ? item->value : "-", ui_out(ui, UI_DIM),
			item->origin, ui_out(ui, UI_PLAIN));
	}
	printf("  ");
	ui_pad(stdout, "config.json", UI_LABEL - 2);
	printf("%s   %s%s%s\n", s->settings.config_path ? s->settings.config_path : "-",
		ui_out(ui, UI_DIM), s->settings.config_exists ? "read" : "not there",
		ui_out(ui, UI_PLAIN));
}

static void
print_checks(struct session *s, const struct report_list *r)
{
	const struct ui *ui = &s->ui;
	const char *group = "";

	for (size_t i = 0; i < r->count; i++) {
		const struct check *c = &r->items[i];

		if (strcmp(c->group, group) != 0)
			printf("\n%s%s%s\n", ui_out(ui, UI_BOLD), c->group, ui_out(ui, UI_PLAIN));
		group = c->group;
		printf("  ");
		ui_pad(stdout, c->name, UI_LABEL - 2);
		if (c->found) {
			puts(c->found);
			continue;
		}
		printf("%s%s%s: %s\n", ui_out(ui, c->needed ? UI_RED : UI_YELLOW),
			c->needed ? "missing" : "not here", ui_out(ui, UI_PLAIN), c->lacks);
		if (c->mend && *c->mend)
			printf("%*s%s\n", UI_LABEL, "", c->mend);
	}
}

static void
print_json(struct session *s, const struct report_list *r)
{
	struct json_value *root = json_new_object();
	struct json_value *settings, *checks;

	json_add_u64(root, "schema", 1);
	settings = json_add_array(root, "settings");
	for (size_t i = 0; i < SETTINGS; i++) {
		struct json_value *item = json_push_object(settings);

		json_add_string(item, "name", s->settings.items[i].name);
		json_add_string(item, "value", s->settings.items[i].value);
		json_add_string(item, "origin", s->settings.items[i].origin);
	}
	checks = json_add_array(root, "checks");
	for (size_t i = 0; i < r->count; i++) {
		struct json_value *item = json_push_object(checks);

		json_add_string(item, "group", r->items[i].group);
		json_add_string(item, "name", r->items[i].name);
		json_add_string(item, "found", r->items[i].found);
		json_add_bool(item, "needed", r->items[i].needed);
		if (r->items[i].found)
			continue;
		json_add_string(item, "lacks", r->items[i].lacks);
		json_add_string(item, "mend", r->items[i].mend);
	}
	fputs(json_text(&s->arena, root, true), stdout);
	json_free(root);
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct report_list r = { s, NULL, 0 };
	bool lacking = false;

	(void)options;
	check_providers(&r);
	check_programs(&r);
	check_store(&r);
	for (size_t i = 0; i < operands->count; i++)
		if (!check_target(&r, operands->items[i], err))
			return COMMAND_FAILED;
	if (s->ui.json) {
		print_json(s, &r);
	} else {
		print_settings(s);
		print_checks(s, &r);
	}
	for (size_t i = 0; i < r.count; i++)
		lacking |= r.items[i].needed && !r.items[i].found;
	return lacking ? EXIT_MISSING : EXIT_CLEAN;
}

static const struct option options[] = {
	FORMAT_ROW(struct doctor_options),
	OPTION_END,
};
static const char *const examples[] = { "doctor", "doctor linux/arm64/musl", NULL };
const struct command cmd_doctor = {
	.name = "doctor",
	.summary = "show what this machine can build, what it lacks, and how to mend that",
	.operands = "[TARGET]...",
	.options = options,
	.options_size = sizeof(struct doctor_options),
	.operand = OPERAND_TARGET,
	.most = OPERANDS_MANY,
	.examples = examples,
	.run = run,
};
