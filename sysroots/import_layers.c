/* SPDX-License-Identifier: MIT */
/* Unpacking the inputs of an import, and laying them over one another. */
#include "sysroots/import_layers.h"

#include <string.h>

#include "base/archive.h"
#include "base/caps.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/strmap.h"
#include "sysroots/import_image.h"

/* What programs are linked with lies in few places. These are left out, at the top ... */
static const char *const unwanted[] = {
	"Applications/",
	"Library/",
	"bin/",
	"boot/",
	"data/",
	"dev/",
	"home/",
	"media/",
	"mnt/",
	"proc/",
	"rescue/",
	"root/",
	"run/",
	"sbin/",
	"srv/",
	"sys/",
	"tmp/",
	"usr/bin/",
	"usr/games/",
	"usr/lib/debug/",
	"usr/lib/firmware/",
	"usr/lib/jvm/",
	"usr/lib/locale/",
	"usr/lib/modules/",
	"usr/lib/systemd/",
	"usr/lib/udev/",
	"usr/libexec/",
	"usr/obj/",
	"usr/ports/",
	"usr/sbin/",
	"usr/src/",
	"usr/tests/",
	"var/",
};

/* ... and of these directories everything is but what stands here. */
static const struct {
	const char *dir;
	const char *keep[6];
} mostly_unwanted[] = {
	{ "etc/", { "etc/alternatives/", "etc/ld.so.conf", "etc/ld-musl-", "etc/os-release" } },
	{ "usr/share/", { "usr/share/aclocal/", "usr/share/cmake", "usr/share/pkgconfig/" } },
	{ "System/", { "System/Library/Frameworks/", "System/Library/PrivateFrameworks/",
			     "System/iOSSupport/", "System/Library/SubFrameworks/" } },
};

/* Below lib/ and usr/lib/ lies what languages and programs bring, too. */
static const char *const not_linked[] = { ".bin", ".cjs", ".class", ".css", ".el", ".elc", ".fw",
	".gz", ".html", ".jar", ".js", ".json", ".ko", ".map", ".md", ".mjs", ".node", ".pl",
	".png", ".pm", ".py", ".pyc", ".pyi", ".rb", ".rlib", ".rs", ".svg", ".tcl", ".ts", ".txt",
	".wasm", ".xz", ".zst" };

/* One archive or directory, or one layer of an image. */
struct layer {
	const char *top; /* the directory in it that is the sysroot: "MacOSX14.sdk", or "" */
	bool image;
	struct arena *arena;
	const char *dir; /* where it is unpacked */
	struct unpack_list list;
	struct unpack_sink sink;
	struct strvec *gone;   /* paths that whiteouts remove from the layers below */
	struct strvec *opaque; /* directories of which nothing below shows */
};

/* "usr/share/pkgconfig/" is entered for "usr/share/", and "usr/share/" for it. */
static bool
is_kept(const char *path, const char *keep)
{
	size_t n = strlen(path), k = strlen(keep);

	return strncmp(path, keep, k) == 0 ||
	       (path[n - 1] == '/' && n <= k && strncmp(path, keep, n) == 0);
}

static bool
is_not_linked(const char *path)
{
	if (!cstr_starts(path, "usr/lib") && !cstr_starts(path, "lib"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(not_linked); i++)
		if (cstr_ends(path, not_linked[i]))
			return true;
	return false;
}

static bool
is_wanted(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(unwanted); i++)
		if (cstr_starts(path, unwanted[i]))
			return false;
	for (size_t i = 0; i < ARRAY_LEN(mostly_unwanted); i++) {
		if (!cstr_starts(path, mostly_unwanted[i].dir))
			continue;
		for (size_t k = 0; mostly_unwanted[i].keep[k] != NULL; k++)
			if (is_kept(path, mostly_unwanted[i].keep[k]))
				return true;
		return false;
	}
	return !is_not_linked(path);
}

/* OCI image-spec, "Whiteouts": ".wh.NAME" removes NAME below, ".wh..wh..opq" all that was in the
 * directory. Nothing of that name is ever a file. */
static bool
take_whiteout(const struct layer *l, const char *path)
{
	const char *base = path_base(path);
	const char *dir = path_dir(l->arena, path);

	if (!l->image || !cstr_starts(base, ".wh."))
		return false;
	if (strcmp(base, ".wh..wh..opq") == 0)
		strvec_push(l->opaque, dir);
	else
		strvec_push(l->gone, path_join(l->arena, strcmp(dir, ".") == 0 ? "" : dir,
					     arena_strdup(l->arena, base + strlen(".wh."))));
	return true;
}

static const char *
place(const void *ctx, struct arena *scratch, const char *path)
{
	const struct layer *l = ctx;
	size_t n = strlen(l->top);

	(void)scratch;
	if (n > 0) {
		/* A directory's question has a slash behind it: those on the way are entered. */
		if (path[strlen(path) - 1] == '/' && cstr_starts(l->top, path))
			return path;
		if (strncmp(path, l->top, n) != 0 || path[n] != '/')
			return NULL;
		path += n + 1;
		if (path[0] == '\0')
			return l->top;
	}
	if (take_whiteout(l, path))
		return NULL;
	return is_wanted(path) ? path : NULL;
}

struct layers {
	const struct context *ctx;
	const struct import_request *req;
	const char *dir;
	const struct archives *lib;
	struct unpack_totals totals;
	struct layer **items;
	size_t count;
};

static bool
new_layer(struct layers *ls, bool image, const char *top, struct layer **ret, struct error *err)
{
	struct arena *a = ls->ctx->arena;
	struct layer *l = ARENA_NEW(a, struct layer);

	*l = (struct layer){ .top = top, .image = image, .arena = a };
	l->dir = arena_printf(a, "%s/layer.%zu", ls->dir, ls->count);
	l->list.arena = a;
	l->gone = ARENA_NEW(a, struct strvec);
	l->opaque = ARENA_NEW(a, struct strvec);
	strvec_init(l->gone, a);
	strvec_init(l->opaque, a);
	l->sink = (struct unpack_sink){
		.dir = l->dir,
		.want = place,
		.want_ctx = l,
		.totals = &ls->totals,
		.ret = &l->list,
		.lenient = true,
		.top = top[0] != '\0' ? top : NULL,
	};
	if (!file_mkdirs(l->dir, 0755, err))
		return false;
	ls->items = arena_grow(a, ls->items, ls->count, ls->count + 1, sizeof(struct layer *));
	ls->items[ls->count++] = l;
	*ret = l;
	return true;
}

/* What tells where a sysroot begins: the part before it is the top. */
static const char *const marks[] = { "usr/include/stdio.h", "SDKSettings.json",
	"SDKSettings.plist" };

static void
note_top(struct arena *a, const char *path, const char **best)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		size_t n = strlen(path), m = strlen(marks[i]);
		if (n < m || strcmp(path + n - m, marks[i]) != 0 ||
			(n > m && path[n - m - 1] != '/'))
			continue;
		const char *top = arena_strndup(a, path, n > m ? n - m - 1 : 0);
		if (*best == NULL || strlen(top) < strlen(*best))
			*best = top;
	}
}

/* An SDK and an NDK lie in a directory of their archive. The headers are read for it, once. */
static bool
find_top(struct layers *ls, const char *file, const char **ret, struct error *err)
{
	const struct archive_source source = {
		.name = file, .file = file, .formats = ARCHIVES_TAR | ARCHIVES_ZIP
	};
	struct arena *a = ls->ctx->arena;
	struct archive_item item;
	struct archive_walk *w;
	enum archive_step step;
	const char *best = NULL;
	size_t entries = 0;

	if (!archive_open(a, ls->lib, &source, &w, err))
		return false;
	while ((step = archive_next(w, &item, err)) == ARCHIVES_NEXT) {
		if (++entries > CAP_UNPACK_ENTRIES || (best != NULL && best[0] == '\0'))
			break;
		if (!interrupt_check(err)) {
			step = ARCHIVES_FAILED;
			break;
		}
		if (item.path != NULL && item.kind != ARCHIVES_DIR)
			note_top(a, path_normal(a, item.path), &best);
	}
	archive_close(w);
	if (step == ARCHIVES_FAILED)
		return false;
	*ret = best != NULL && best[0] != '/' && strstr(best, "..") == NULL ? best : "";
	return true;
}

static const struct unpack_sink *
sink_of(void *ctx, size_t layer)
{
	struct layers *ls = ctx;

	return &ls->items[layer]->sink;
}

static bool
unpack_image(struct layers *ls, struct import_image *img, struct error *err)
{
	struct layers own = *ls;
	struct layer *l;

	own.items = NULL;
	own.count = 0;
	own.dir = arena_printf(ls->ctx->arena, "%s/image.%zu", ls->dir, ls->count);
	for (size_t i = 0; i < img->layers.count; i++)
		if (!new_layer(&own, true, "", &l, err))
			return false;
	for (size_t i = 0; i < own.count; i++)
		own.items[i]->sink.totals = &ls->totals;
	if (!import_image_unpack(img, sink_of, &own, err))
		return false;
	ls->items = arena_grow(ls->ctx->arena, ls->items, ls->count, ls->count + own.count,
		sizeof(struct layer *));
	memcpy(ls->items + ls->count, own.items, own.count * sizeof(struct layer *));
	ls->count += own.count;
	return true;
}

static bool
unpack_input(struct layers *ls, const char *input, struct error *err)
{
	struct arena *a = ls->ctx->arena;
	const char *path = path_absolute(a, ls->ctx->cwd, input);
	const char *top = "";
	struct import_image img;
	struct layer *l;
	bool is_image;

	context_progress(ls->ctx, arena_printf(a, "unpacking %s", path_base(path)), 0, 0);
	if (!import_image_open(&img, a, ls->lib, path, ls->req->platform, &is_image, err))
		return false;
	if (is_image)
		return unpack_image(ls, &img, err);
	if (file_is_dir(path))
		return new_layer(ls, false, "", &l, err) && unpack_directory(path, &l->sink, err);
	return find_top(ls, path, &top, err) && new_layer(ls, false, top, &l, err) &&
	       unpack_import(ls->lib, path, &l->sink, err);
}

/* What of lower layers does not show any more. */
struct cover {
	struct arena *arena;
	struct strmap files;  /* files and links of the layers above */
	struct strmap dirs;   /* directories that have something in them */
	struct strmap gone;   /* whiteouts */
	struct strmap opaque; /* directories */
};

static bool
is_covered(const struct cover *c, const char *path)
{
	if (strmap_get(&c->files, path) || strmap_get(&c->dirs, path) ||
		strmap_get(&c->gone, path) || strmap_get(&c->opaque, "."))
		return true;
	char *part = arena_strdup(c->arena, path);
	for (char *slash = part; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		if (strmap_get(&c->files, part) || strmap_get(&c->gone, part) ||
			strmap_get(&c->opaque, part))
			return true;
	}
	return false;
}

static void
cover_layer(struct cover *c, const struct layer *l)
{
	for (size_t i = 0; i < l->list.count; i++) {
		const char *path = l->list.items[i].path;
		strmap_set(&c->files, path, c);
		for (const char *slash = path; (slash = strchr(slash, '/')) != NULL; slash++) {
			const char *dir = arena_strndup(c->arena, path, (size_t)(slash - path));
			if (strmap_get(&c->dirs, dir) == NULL)
				strmap_set(&c->dirs, dir, c);
		}
	}
	for (size_t i = 0; i < l->gone->count; i++)
		strmap_set(&c->gone, l->gone->items[i], c);
	for (size_t i = 0; i < l->opaque->count; i++)
		strmap_set(&c->opaque, l->opaque->items[i], c);
}

/* Its directories are real ones: nothing above has a link in their place, or it would be covered. */
static bool
move_entry(const struct layers *ls, const struct layer *l, const char *root,
	const struct unpack_entry *e, struct strmap *made, struct error *err)
{
	struct arena *a = ls->ctx->arena;
	const char *to = path_join(a, root, e->path);
	const char *dir = path_dir(a, to);

	if (strmap_get(made, dir) == NULL) {
		if (!file_mkdirs(dir, 0755, err))
			return false;
		strmap_set(made, dir, made);
	}
	return file_rename(path_join(a, l->dir, e->path), to, err);
}

/* From the top down: what is there already covers what comes. */
static bool
merge(struct layers *ls, struct unpack_list *ret, struct error *err)
{
	const char *root = path_join(ls->ctx->arena, ls->dir, "root");
	struct cover c = { .arena = ls->ctx->arena };
	struct strmap made;

	if (!file_mkdirs(root, 0755, err))
		return false;
	strmap_init(&made, c.arena);
	strmap_init(&c.files, c.arena);
	strmap_init(&c.dirs, c.arena);
	strmap_init(&c.gone, c.arena);
	strmap_init(&c.opaque, c.arena);
	for (size_t i = ls->count; i > 0; i--) {
		const struct layer *l = ls->items[i - 1];
		for (size_t k = 0; k < l->list.count; k++) {
			const struct unpack_entry *e = &l->list.items[k];
			if (is_covered(&c, e->path))
				continue;
			if (!interrupt_check(err) || !move_entry(ls, l, root, e, &made, err))
				return false;
			unpack_list_add(ret, e);
		}
		cover_layer(&c, l);
	}
	return true;
}

bool
import_layers(const struct context *ctx, const struct import_request *req, const char *dir,
	struct unpack_list *ret, struct error *err)
{
	struct layers ls = { .ctx = ctx, .req = req, .dir = dir };

	if (!archives_open(ctx->arena, &ls.lib, err))
		return false;
	for (size_t i = 0; i < req->inputs.count; i++)
		if (!unpack_input(&ls, req->inputs.items[i], err))
			return false;
	return merge(&ls, ret, err);
}
