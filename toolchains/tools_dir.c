/* SPDX-License-Identifier: MIT */
/* The folder of links for one kit. */
#include "toolchains/tools_dir.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/kept.h"
#include "toolchains/dispatch.h"

/* Tools that read every target's files alike, so that a makefile's plain `ar` is safe. */
static const char *const bare[] = { "ar", "ranlib", "strip", "nm", "objcopy", "objdump", "readelf",
	"pkg-config", NULL };

char *
tools_dir_link(struct arena *a, const struct kit *kit, const char *dir, const char *word)
{
	return arena_printf(a, "%s/%s-%s", dir, target_triple(a, &kit->target), word);
}

static bool
links_to(const char *link, const char *self)
{
	char to[CAP_PATH];
	ssize_t n = readlink(link, to, sizeof(to) - 1);

	if (n < 0)
		return false;
	to[n] = '\0';
	return strcmp(to, self) == 0;
}

/* A link is replaced by rename, so that its name always works for others. */
static bool
make_link(const struct context *ctx, const char *self, const char *link, struct error *err)
{
	char *temp;

	if (links_to(link, self))
		return true;
	temp = arena_printf(ctx->arena, "%s.%ld", link, (long)getpid());
	if ((symlink(self, temp) != 0 && errno != EEXIST) || rename(temp, link) != 0) {
		error_set_errno(err, errno, "cannot make the link %s", path_base(link));
		unlink(temp);
		return error_where(err, "%s", link);
	}
	return true;
}

static bool
make_prefixed(const struct context *ctx, const char *self, const char *dir, const char *prefix,
	struct error *err)
{
	static const char *const more[] = { "pkg-config", "run", NULL };
	const char *word;

	for (size_t i = 0; (word = tool_word_at(i)); i++)
		if (!make_link(ctx, self, arena_printf(ctx->arena, "%s/%s-%s", dir, prefix, word),
			    err))
			return false;
	for (const char *const *m = more; *m; m++)
		if (!make_link(
			    ctx, self, arena_printf(ctx->arena, "%s/%s-%s", dir, prefix, *m), err))
			return false;
	return true;
}

static bool
make_links(const struct context *ctx, const struct kit *kit, const char *self, const char *dir,
	struct error *err)
{
	const struct target_row *row = kit->target.row;
	const char *triple = target_triple(ctx->arena, &kit->target);

	if (!make_prefixed(ctx, self, dir, triple, err))
		return false;
	/* People know Debian's name of the triple ("arm-linux-gnueabihf") better. */
	if (kit->target.abi->libc == LIBC_GLIBC && row->multiarch[0] &&
		strcmp(row->multiarch, triple) != 0 &&
		!make_prefixed(ctx, self, dir, row->multiarch, err))
		return false;
	for (const char *const *b = bare; *b; b++)
		if (!make_link(ctx, self, path_join(ctx->arena, dir, *b), err))
			return false;
	/* `go run` and `go test` look for this name when GOOS or GOARCH is not the host's. */
	return make_link(ctx, self,
		arena_printf(ctx->arena, "%s/go_%s_%s_exec", dir, row->os, row->arch), err);
}

/* "linux+arm64+musl-static-pie-0123456789abcdef": readable, and one for each request. */
static char *
dir_name(const struct context *ctx, const struct kit *kit, const char *self, const char *request)
{
	char *name = arena_strdup(ctx->arena, kit->target.name);
	char *key = arena_printf(ctx->arena, "%s\n%s", self, request);

	for (char *p = name; *p; p++)
		if (*p == '/')
			*p = '+';
	return arena_printf(ctx->arena, "cache/bin/%s-%s-%016" PRIx64, name,
		link_mode_name(kit->mode), kept_hash(key));
}

/* kit.json could not name it: another file would be taken, or none. */
static bool
check_text(const char *path, struct error *err)
{
	struct str rest = str_from(path);
	size_t n;

	while (rest.len > 0 && (n = str_utf8(rest)) > 0)
		rest = str_drop(rest, n);
	if (rest.len == 0)
		return true;
	error_set(err, ERROR_USAGE, "a path that is not UTF-8 cannot be handed on to the tools");
	error_where(err, "%s", path);
	return error_hint(err, "work in a directory with another name");
}

static bool
fill(const struct context *ctx, const struct kit *kit, const char *self, const char *dir,
	const char *request, struct error *err)
{
	const struct {
		const char *name;
		char *text;
	} files[] = {
		{ DISPATCH_FILE, arena_strdup(ctx->arena, request) },
		{ TOOLS_DIR_CMAKE, cmake_text(ctx->arena, kit, dir) },
		{ TOOLS_DIR_MESON, meson_text(ctx->arena, kit, dir) },
	};

	if (!file_mkdirs(dir, 0755, err))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (!file_update(path_join(ctx->arena, dir, files[i].name), str_from(files[i].text),
			    0644, err))
			return false;
	return make_links(ctx, kit, self, dir, err);
}

bool
tools_dir_make(const struct context *ctx, const struct store *store, const struct kit *kit,
	const char *self, const char **ret, struct error *err)
{
	char *request = dispatch_text(ctx->arena, kit);
	char *dir = store_path(store, ctx->arena, dir_name(ctx, kit, self, request));

	if (!check_text(kit->sysroot, err) || (kit->lock_path && !check_text(kit->lock_path, err)))
		return false;
	/* Nothing is written where all is there already: a store may be read-only. */
	if (!fill(ctx, kit, self, dir, request, err))
		return error_hint(err,
			"make %s writable, or set XBUILD_CACHE_DIR to a directory that is",
			store->dir);
	*ret = dir;
	return true;
}
