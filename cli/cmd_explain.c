/* SPDX-License-Identifier: MIT */
/* xbuild explain: what a rule, a target, a platform, a sysroot source or a policy is. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/session.h"
#include "linkcheck/judge/policy.h"
#include "linkcheck/judge/rule.h"
#include "linkcheck/platform/platform.h"
#include "sysroots/source.h"
#include "targets/target.h"

#define COLUMNS 80

static void
field(const char *name, const char *value)
{
	if (!value || !*value)
		return;
	ui_pad(stdout, name, UI_LABEL);
	puts(value);
}

/* A paragraph, broken between words. */
static void
paragraph(const char *text)
{
	size_t column = 0;

	putchar('\n');
	while (*text) {
		size_t len = strcspn(text, " \n");

		if (column && column + 1 + len > COLUMNS) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%s%.*s", column ? " " : "", (int)len, text);
		text += len + strspn(text + len, " \n");
	}
	putchar('\n');
}

static void
explain_rule(const struct ui *ui, const struct rule *r)
{
	printf("%s%s %s%s   %s\n", ui_out(ui, UI_BOLD), r->id, r->name, ui_out(ui, UI_PLAIN),
		level_name(r->level));
	paragraph(r->summary);
	paragraph(r->cause);
	if (r->remedy && *r->remedy) {
		printf("\n%sWhat to do%s", ui_out(ui, UI_BOLD), ui_out(ui, UI_PLAIN));
		paragraph(r->remedy);
	}
}

static void
explain_source(const struct ui *ui, const struct source *src)
{
	printf("%s%s%s   %s\n", ui_out(ui, UI_BOLD), src->id, ui_out(ui, UI_PLAIN), src->label);
	field("suite", src->suite);
	field("glibc", src->glibc);
	field("musl", src->musl);
	field("gcc", src->gcc);
	ui_pad(stdout, "architectures", UI_LABEL);
	for (size_t i = 0; src->arches[i]; i++)
		printf("%s%s", i ? " " : "", src->arches[i]);
	putchar('\n');
	if (src->moving)
		field("moving", "changes from day to day: used only when it is named");
}

/* What a binary may ask for there. */
static void
explain_platform(struct session *s, const struct platform *p)
{
	field("libc", arena_printf(&s->arena, "%s %s", target_libc_name(p->libc), p->libc_version));
	if (p->libc == LIBC_GLIBC)
		field("symbols", arena_printf(&s->arena, "GLIBC_%s and older", p->libc_version));
	field("libstdc++", *p->glibcxx ? arena_printf(&s->arena, "GLIBCXX_%s and older", p->glibcxx)
				       : "not recorded");
	field("audit", arena_printf(&s->arena, "xbuild audit --on %s FILE", p->id));
}

static void
explain_abis(struct session *s, const struct target *t)
{
	for (size_t i = 0; i < ARRAY_LEN(t->row->abis); i++) {
		const struct target_abi *abi = &t->row->abis[i];

		if (abi->libc == LIBC_UNKNOWN || (t->abi && t->abi != abi))
			continue;
		field(target_libc_name(abi->libc),
			arena_printf(&s->arena, "%s%s%s", abi->triple,
				abi->loader && *abi->loader ? " · loader " : "",
				abi->loader ? abi->loader : ""));
	}
}

static void
explain_target(struct session *s, const struct target *t)
{
	const struct target_row *row = t->row;
	const struct source *source;
	struct target settled = target_settled(t, false);
	struct strbuf flags;
	struct error err;

	printf("%s%s%s   %s\n", ui_out(&s->ui, UI_BOLD), t->name, ui_out(&s->ui, UI_PLAIN),
		target_format_name(row->format));
	explain_abis(s, t);
	if (row->go)
		field("go",
			arena_printf(&s->arena, "GOOS=%s GOARCH=%s%s%s%s%s%s", row->os, row->arch,
				*row->go_name ? " " : "", row->go_name, *row->go_name ? "=" : "",
				row->go_value, row->cgo ? " · cgo" : ""));
	strbuf_init(&flags, &s->arena);
	for (size_t i = 0; i < ARRAY_LEN(row->flags) && row->flags[i]; i++)
		strbuf_addf(&flags, "%s%s", i ? " " : "", row->flags[i]);
	field("flags", flags.ptr);
	field("debian", row->debian);
	field("alpine", row->alpine);
	field("qemu", *row->qemu ? arena_printf(&s->arena, "qemu-%s", row->qemu) : "");
	source = source_for(&settled, &err);
	field("sysroot", source ? source->id : err.what);
}

/* The row's own text, to copy and to change. */
static void
explain_policy(struct session *s, const struct policy_row *row)
{
	struct error err;
	struct json doc;

	printf("%spolicy %s%s   %s\n", ui_out(&s->ui, UI_BOLD), row->name, ui_out(&s->ui, UI_PLAIN),
		row->summary);
	field("audit", arena_printf(&s->arena, "xbuild audit --policy %s FILE", row->name));
	field("extend", arena_printf(&s->arena, "{\"extends\": \"%s\", ...}", row->name));
	if (!json_parse(&doc, row->name, str_from(row->text), &err))
		return;
	printf("\n%s", json_text(&s->arena, doc.root, true));
	json_clear(&doc);
}

static bool
looks_like_rule(const char *topic)
{
	return (topic[0] == 'L' || topic[0] == 'l') && (topic[1] == 'C' || topic[1] == 'c') &&
	       topic[2] >= '0' && topic[2] <= '9';
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const char *topic = operands->items[0];
	const struct rule *rule = rule_find(topic);
	const struct policy_row *policy = policy_row_find(topic);
	const struct platform *platform;
	const struct source *source;
	struct target target;
	struct error other;

	(void)options;
	if (rule) {
		explain_rule(&s->ui, rule);
		return EXIT_CLEAN;
	}
	if (looks_like_rule(topic)) {
		error_set(err, ERROR_USAGE, "there is no rule %s", topic);
		error_hint(err, "man xbuild-audit lists the rules");
		return COMMAND_FAILED;
	}
	source = source_get(topic, &other);
	platform = platform_get(&s->arena, source ? source->id : topic, err);
	if (source)
		explain_source(&s->ui, source);
	else if (platform)
		printf("%s%s%s   %s\n", ui_out(&s->ui, UI_BOLD), platform->id,
			ui_out(&s->ui, UI_PLAIN), platform->label);
	if (platform)
		explain_platform(s, platform);
	if (policy && platform)
		putchar('\n');
	if (policy)
		explain_policy(s, policy);
	if (source || platform || policy)
		return EXIT_CLEAN;
	if (strchr(topic, ':'))
		return COMMAND_FAILED;
	if (!target_parse(&target, topic, s->context.env, err))
		return COMMAND_FAILED;
	explain_target(s, &target);
	return EXIT_CLEAN;
}

static const char *const examples[] = {
	"explain LC041",
	"explain linux/arm/v7",
	"explain debian:12",
	"explain alpine:3.20",
	"explain strict",
	NULL,
};
const struct command cmd_explain = {
	.name = "explain",
	.summary = "tell what a rule, a target, a platform, a source or a policy is",
	.operands = "RULE|TARGET|PLATFORM|SOURCE|POLICY",
	.operand = OPERAND_TOPIC,
	.least = 1,
	.most = 1,
	.examples = examples,
	.run = run,
};
