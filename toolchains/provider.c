/* SPDX-License-Identifier: MIT */
/* The table of toolchain providers, the words for tools, and how to install what is missing. */
#include <string.h>

#include "base/attr.h"
#include "base/proc.h"
#include "toolchains/llvm.h"
#include "toolchains/toolchain.h"

/* Ranked: with no --toolchain the first that serves the target is taken. */
static const struct provider providers[] = {
	{ "llvm", "clang and lld of this machine", llvm_probe, llvm_group },
};

size_t
provider_count(void)
{
	return ARRAY_LEN(providers);
}

const struct provider *
provider_at(size_t i)
{
	return i < ARRAY_LEN(providers) ? &providers[i] : NULL;
}

static bool
provider_unknown(const char *id, struct error *err)
{
	const char *ids[ARRAY_LEN(providers)];
	const char *near;

	for (size_t i = 0; i < ARRAY_LEN(providers); i++)
		ids[i] = providers[i].id;
	near = cstr_nearest(id, ids, ARRAY_LEN(ids));
	error_set(err, ERROR_USAGE, "unknown toolchain '%s'", id);
	return error_hint(err, "%s '%s'", near ? "did you mean" : "known is", near ? near : ids[0]);
}

/* Only answers are remembered: a refusal names the target it is for. */
static bool
probe(const struct context *ctx, const struct store *store, const struct provider *provider,
	const struct target *t, struct toolchain_memo *memo, struct toolchain *ret,
	struct error *err)
{
	const void *group = memo ? provider->group(t) : NULL;

	for (size_t i = 0; group && i < memo->count; i++)
		if (memo->items[i].provider == provider && memo->items[i].group == group) {
			*ret = memo->items[i].tools;
			return true;
		}
	if (!provider->probe(ctx, store, t, ret, err))
		return false;
	if (group && memo->count < ARRAY_LEN(memo->items)) {
		memo->items[memo->count].provider = provider;
		memo->items[memo->count].group = group;
		memo->items[memo->count++].tools = *ret;
	}
	return true;
}

bool
toolchain_get_memo(const struct context *ctx, const struct store *store, const char *provider,
	const struct target *t, struct toolchain_memo *memo, struct toolchain *ret,
	struct error *err)
{
	struct error first;
	bool tried = false;

	for (size_t i = 0; i < ARRAY_LEN(providers); i++) {
		struct error e;

		if (provider && strcmp(provider, providers[i].id) != 0)
			continue;
		if (probe(ctx, store, &providers[i], t, memo, ret, &e))
			return true;
		if (!tried)
			first = e;
		tried = true;
	}
	if (!tried)
		return provider_unknown(provider, err);
	/* The best provider's complaint: mending that one serves the user best. */
	*err = first;
	return false;
}

bool
toolchain_get(const struct context *ctx, const struct store *store, const char *provider,
	const struct target *t, struct toolchain *ret, struct error *err)
{
	return toolchain_get_memo(ctx, store, provider, t, NULL, ret, err);
}

static const struct {
	const char *word;
	enum tool tool;
} words[] = {
	/* The first word of each tool is its name. */
	{ "cc", TOOL_CC },
	{ "gcc", TOOL_CC },
	{ "clang", TOOL_CC },
	{ "c++", TOOL_CXX },
	{ "g++", TOOL_CXX },
	{ "clang++", TOOL_CXX },
	{ "ld", TOOL_LD },
	{ "ld.lld", TOOL_LD },
	{ "ar", TOOL_AR },
	{ "gcc-ar", TOOL_AR },
	{ "ranlib", TOOL_RANLIB },
	{ "gcc-ranlib", TOOL_RANLIB },
	{ "strip", TOOL_STRIP },
	{ "nm", TOOL_NM },
	{ "gcc-nm", TOOL_NM },
	{ "objcopy", TOOL_OBJCOPY },
	{ "objdump", TOOL_OBJDUMP },
	{ "readelf", TOOL_READELF },
};

const char *
tool_name(enum tool tool)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].tool == tool)
			return words[i].word;
	return NULL;
}

enum tool
tool_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].word, name) == 0)
			return words[i].tool;
	return TOOLS;
}

const char *
tool_word_at(size_t i)
{
	return i < ARRAY_LEN(words) ? words[i].word : NULL;
}

/* How each package manager is told, and what it calls the packages that we ask for. A `%` stands
 * for the version behind Debian's name ("clang-19"). */
static const struct manager {
	const char *program;
	const char *command;
	const char *clang, *clang_n, *lld, *lld_n, *llvm, *qemu;
} managers[] = {
	{ "apt-get", "apt-get install", "clang", "clang-%", "lld", "lld-%", "llvm",
		"qemu-user-static" },
	{ "apk", "apk add", "clang", "clang%", "lld", "lld%", "llvm", "qemu-user" },
	{ "dnf", "dnf install", "clang", "clang%", "lld", "lld%", "llvm", "qemu-user-static" },
	{ "zypper", "zypper install", "clang", "clang%", "lld", "lld%", "llvm", "qemu-linux-user" },
	{ "pacman", "pacman -S", "clang", "clang%", "lld", "lld%", "llvm", "qemu-user-static" },
	{ "brew", "brew install", "llvm", "llvm@%", "lld", "lld@%", "llvm", "qemu" },
	{ "pkg", "pkg install", "llvm", "llvm%", "llvm", "llvm%", "llvm", "qemu-user-static" },
};

/* `format` with the digits of `word` for its %. */
static char *
versioned(struct arena *a, const char *format, struct str word)
{
	const char *hole = strchr(format, '%');
	struct str number = word;

	while (number.len > 0 && (*number.ptr < '0' || *number.ptr > '9'))
		number = str_drop(number, 1);
	if (!hole || number.len == 0)
		return arena_strdup(a, format);
	return arena_printf(
		a, "%.*s%.*s", (int)(hole - format), format, (int)number.len, number.ptr);
}

static char *
package_name(struct arena *a, const struct manager *m, struct str word)
{
	if (str_is(word, "clang"))
		return arena_strdup(a, m->clang);
	if (str_is(word, "lld"))
		return arena_strdup(a, m->lld);
	if (str_is(word, "llvm"))
		return arena_strdup(a, m->llvm);
	if (str_is(word, "qemu-user-static"))
		return arena_strdup(a, m->qemu);
	if (str_starts(word, "clang-"))
		return versioned(a, m->clang_n, word);
	if (str_starts(word, "lld-"))
		return versioned(a, m->lld_n, word);
	return str_dup(a, word);
}

char *
install_hint(const struct context *ctx, const char *debian_packages)
{
	const struct manager *m = NULL;
	struct strvec names;
	struct strbuf text;
	struct str rest = str_from(debian_packages);

	for (size_t i = 0; i < ARRAY_LEN(managers) && !m; i++)
		if (proc_find(ctx->arena, managers[i].program, ctx->env))
			m = &managers[i];
	strbuf_init(&text, ctx->arena);
	if (!m) {
		strbuf_addf(&text, "install %s", debian_packages);
		return text.ptr;
	}
	strvec_init(&names, ctx->arena);
	strbuf_add(&text, m->command);
	while (rest.len > 0) {
		char *name = package_name(ctx->arena, m, str_cut(&rest, ' '));

		if (*name && !strvec_has(&names, name)) {
			strvec_push(&names, name);
			strbuf_addf(&text, " %s", name);
		}
	}
	return text.ptr;
}
