/* SPDX-License-Identifier: MIT */
/* What Go's build information says against the promise. */
#include <string.h>

#include "linkcheck/judge/rules.h"

const char *
rules_go_setting(const struct subject *s, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < s->go.settings.count && n > 0; i++)
		if (cstr_starts(s->go.settings.items[i], name) && s->go.settings.items[i][n] == '=')
			return s->go.settings.items[i] + n + 1;
	return NULL;
}

static bool
skip_without_go(const struct subject *s, const char **ret_reason)
{
	*ret_reason = "it has no build information of Go";
	return !s->go.present || s->go.settings.count == 0;
}

static void
compare(struct subject *s, struct findings *out, const char *name, const char *promised)
{
	const char *value = rules_go_setting(s, name);

	if (value && strcmp(value, promised) != 0)
		finding_add(out, s->rule, name,
			arena_printf(s->arena, "build with %s=%s", name, promised),
			"its Go code was compiled with %s=%s, %s is %s=%s", name, value,
			s->contract->target->name, name, promised);
}

enum verdict
check_go_target(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct target *t = s->contract->target;
	size_t before = out->count;

	if (skip_without_go(s, ret_reason))
		return VERDICT_SKIP;
	if (!t || !t->row->go) {
		*ret_reason = "no target that Go has is promised";
		return VERDICT_SKIP;
	}
	compare(s, out, "GOOS", t->row->os);
	compare(s, out, "GOARCH", t->row->arch);
	return rules_verdict(out, before);
}

/* With these tags the net and user packages ask no C library (go/src/net/netgo_netcgo.go). */
static bool
has_pure_tags(const struct subject *s)
{
	const char *tags = rules_go_setting(s, "-tags");

	return tags && strstr(tags, "netgo") && strstr(tags, "osusergo");
}

enum verdict
check_go_cgo(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct contract *c = s->contract;
	const char *cgo = rules_go_setting(s, "CGO_ENABLED");
	bool dynamic = s->image->interpreter || s->image->needed.count > 0;

	if (skip_without_go(s, ret_reason))
		return VERDICT_SKIP;
	if (!c->has_mode || !link_mode_is_static(c->mode)) {
		*ret_reason = "no static link is promised";
		return VERDICT_SKIP;
	}
	if (!cgo || strcmp(cgo, "1") != 0)
		return VERDICT_PASS;
	if (dynamic)
		finding_add(out, s->rule, "CGO_ENABLED", NULL,
			"it was built with CGO_ENABLED=1, which links the C library, and it is "
			"dynamic");
	else if (s->libc.kind == LIBC_GLIBC && !has_pure_tags(s))
		finding_add(out, s->rule, "CGO_ENABLED", NULL,
			"it was built with CGO_ENABLED=1 and a static glibc, and asks that for "
			"names of "
			"hosts and users");
	else
		return VERDICT_PASS;
	return VERDICT_FAIL;
}
