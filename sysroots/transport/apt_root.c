/* SPDX-License-Identifier: MIT */
/* Private apt roots: the host's mirror and settings, the root's files, running apt in it. */
#include "sysroots/transport/apt_root.h"

#include <string.h>

#include "base/caps.h"
#include "base/env.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/transport/mirror.h"

#define APT_TIMEOUT_MS (15u * 60 * 1000)
#define CHARS_OF_NAMES 200
#define ASK_TIMEOUT_MS (60u * 1000)

/* What children of ours may see of the environment. */
static const char *const apt_env[] = { "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "http_proxy",
	"https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY",
	"ALL_PROXY", "NO_PROXY", NULL };

/* The host's settings that reach a mirror. Everything else stays out: above all hooks
 * (APT::Update::Post-Invoke deletes the host's caches in Docker images), further index targets,
 * and what would allow unsigned archives. */
static const char *const copied_settings[] = { "Acquire::http::", "Acquire::https::",
	"Acquire::ftp::", "Acquire::Retries", "Acquire::ForceIPv", "Acquire::EnableSrvRecords",
	"Acquire::Check-Valid-Until", "Acquire::Check-Date", "Acquire::Max-ValidTime",
	"Acquire::Min-ValidTime", "Acquire::By-Hash", "Acquire::Queue-Mode",
	"Dir::Etc::netrc" /* and netrcparts */ };

/* An environment for apt; `config` NULL leaves the host's configuration in force. */
static const char *const *
make_env(const struct context *ctx, const char *config)
{
	struct strvec env;

	strvec_init(&env, ctx->arena);
	env_keep(&env, ctx->env, apt_env);
	if (env_get(env.items, "PATH") == NULL)
		env_set(&env, "PATH",
			"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	env_set(&env, "APT_CONFIG", config != NULL ? config : env_get(ctx->env, "APT_CONFIG"));
	env_set(&env, "DEBIAN_FRONTEND", "noninteractive");
	env_set(&env, "LC_ALL", "C"); /* messages are read */
	return env.items;
}

/* Asks apt under the host's configuration; anything but success is an empty answer. */
static bool
ask_host(const struct context *ctx, const char *const *argv, struct str *ret, struct error *err)
{
	const struct proc p = {
		.argv = argv,
		.env = make_env(ctx, NULL),
		.out = PROC_CAPTURE,
		.err = PROC_DISCARD,
		.timeout_ms = ASK_TIMEOUT_MS,
	};
	struct proc_result result;

	if (!proc_run(ctx->arena, &p, &result, err))
		return false;
	*ret = proc_ok(&result) ? result.out : (struct str){ 0 };
	return true;
}

/* "mirror+file:/etc/apt/mirrors/debian.list" (Debian's cloud images): the first URI in that file.
 * apt-helper does not understand the method. */
static const char *
plain_mirror(struct arena *a, struct str uri)
{
	struct str rest, line;
	struct error ignored;

	while (str_ends(uri, "/"))
		uri.len--;
	if (!str_starts(uri, "mirror+file:"))
		return uri.len > 0 && !str_starts(uri, "cdrom:") && !str_starts(uri, "mirror")
			       ? str_dup(a, uri)
			       : NULL;
	char *path = str_dup(a, str_drop(uri, strlen("mirror+file:")));
	if (!file_read(a, path, CAP_TEXT_FILE, &rest, &ignored))
		return NULL;
	while (rest.ptr != NULL) {
		line = str_trim(str_cut(&rest, '\n'));
		struct str first = str_cut(&line, '\t');
		first = str_cut(&first, ' ');
		if (first.len > 0 && first.ptr[0] != '#' && !str_starts(first, "mirror"))
			return plain_mirror(a, first);
	}
	return NULL;
}

/* From indices that were fetched before: they say of themselves what they are. */
static bool
mirror_from_indices(const struct context *ctx, const char **ret, struct error *err)
{
	static const char *const argv[] = { "apt-get", "indextargets", "--format",
		"$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)", "Created-By: Packages", NULL };
	struct str answer;

	if (!ask_host(ctx, argv, &answer, err))
		return false;
	while (*ret == NULL && answer.ptr != NULL) {
		struct str line = str_cut(&answer, '\n');
		if (str_starts(line, "Debian|Debian|main|"))
			*ret = plain_mirror(
				ctx->arena, str_drop(line, strlen("Debian|Debian|main|")));
	}
	return true;
}

/* Is this "<mirror>/dists/<a release of Debian>/main/..."? */
static bool
is_main_archive(struct arena *a, struct str uri, struct str *mirror)
{
	static const char *const rolling[] = { "stable", "oldstable", "testing", "unstable" };
	char *text = str_dup(a, uri);
	char *dists = strstr(text, "/dists/");

	if (dists == NULL)
		return false;
	struct str rest = str_from(dists + strlen("/dists/"));
	struct str suite = str_cut(&rest, '/');
	if (!str_starts(rest, "main/"))
		return false;
	*mirror = (struct str){ text, (size_t)(dists - text) };
	for (size_t i = 0; i < ARRAY_LEN(rolling); i++)
		if (str_is(suite, rolling[i]))
			return str_ends(*mirror, "/debian");
	for (size_t i = 0; i < source_count(); i++)
		if (str_is(suite, source_at(i)->suite))
			return str_ends(*mirror, "/debian");
	return false;
}

/* From the configured sources, where the host never ran `apt-get update` (fresh containers): apt
 * prints what it would fetch. A wrong guess is no danger, the signature would not match. */
static bool
mirror_from_sources(const struct context *ctx, const char **ret, struct error *err)
{
	static const char *const argv[] = { "apt-get", "--print-uris", "update", NULL };
	struct str answer, mirror;

	if (!ask_host(ctx, argv, &answer, err))
		return false;
	while (*ret == NULL && answer.ptr != NULL) {
		struct str line = str_cut(&answer, '\n');
		if (!str_starts(line, "'"))
			continue;
		line = str_drop(line, 1);
		if (is_main_archive(ctx->arena, str_cut(&line, '\''), &mirror))
			*ret = plain_mirror(ctx->arena, mirror);
	}
	return true;
}

/* It is written into a file of apt's, in a line of blank-separated words. */
static bool
mirror_is_plain(const char *mirror)
{
	return strchr(mirror, ':') != NULL && strpbrk(mirror, " \t\r\n[]\"#") == NULL;
}

/* apt has one mirror for a source; of several the first is it. */
static bool
chosen_mirror(const struct context *ctx, const char *list, const char **ret, struct error *err)
{
	struct str rest = str_trim(str_from(list));
	bool good = true;

	while (rest.ptr != NULL && good) {
		const char *mirror = plain_mirror(ctx->arena, str_trim(str_cut(&rest, ' ')));
		good = mirror != NULL && mirror_is_plain(mirror);
		if (*ret == NULL)
			*ret = mirror;
	}
	if (good)
		return true;
	error_set(err, ERROR_USAGE, "XBUILD_MIRROR_DEBIAN is not the URI of an archive");
	return error_where(err, "%s", list);
}

static bool
find_mirror(const struct context *ctx, const char **ret, struct error *err)
{
	const char *mirror = env_get(ctx->env, "XBUILD_MIRROR_DEBIAN");

	*ret = NULL;
	if (mirror != NULL && mirror[0] != '\0')
		return chosen_mirror(ctx, mirror, ret, err);
	mirror = NULL;
	if (!mirror_from_indices(ctx, &mirror, err) ||
		(mirror == NULL && !mirror_from_sources(ctx, &mirror, err)))
		return false;
	if (mirror == NULL || !mirror_is_plain(mirror)) {
		error_set(err, ERROR_MISSING, "apt has no mirror of Debian on this machine");
		return error_hint(err,
			"set XBUILD_MIRROR_DEBIAN to the URI of one (http://HOST/debian); its "
			"keys come with the package debian-archive-keyring");
	}
	*ret = mirror;
	return true;
}

/* The host's settings that are copied, as text; and where apt-helper is. */
static bool
read_settings(
	const struct context *ctx, struct strbuf *settings, const char **helper, struct error *err)
{
	static const char *const argv[] = { "apt-config", "dump", NULL };
	static const char methods[] = "Dir::Bin::methods \"";
	struct str answer;

	*helper = "/usr/lib/apt/apt-helper";
	if (!ask_host(ctx, argv, &answer, err))
		return false;
	while (answer.ptr != NULL) {
		struct str line = str_cut(&answer, '\n');
		for (size_t i = 0; i < ARRAY_LEN(copied_settings); i++) {
			if (!str_starts(line, copied_settings[i]))
				continue;
			strbuf_addn(settings, line.ptr, line.len);
			strbuf_addc(settings, '\n');
		}
		if (str_starts(line, methods) && str_ends(line, "\";")) {
			line = str_drop(line, sizeof(methods) - 1);
			line.len -= 2;
			*helper = path_join(ctx->arena,
				path_dir(ctx->arena, str_dup(ctx->arena, line)), "apt-helper");
		}
	}
	return true;
}

static bool
write_text(const struct apt_root *root, struct arena *a, const char *name, const char *text,
	struct error *err)
{
	return file_update(path_join(a, root->dir, name), str_from(text), 0600, err);
}

/* Sandbox: apt drops to user _apt when it runs as root, who could not read a private store; it
 * would say so and go on as root. PDiffs: many small patches are slower than one index. */
static bool
write_config(const struct context *ctx, const struct apt_root *root, const char *settings,
	struct error *err)
{
	struct strbuf b;

	strbuf_init(&b, ctx->arena);
	strbuf_add(&b, settings);
	strbuf_addf(&b, "Dir::State \"%s/state\";\n", root->dir);
	strbuf_addf(&b, "Dir::State::status \"%s/status\";\n", root->dir);
	strbuf_addf(&b, "Dir::Cache \"%s/cache\";\n", root->dir);
	strbuf_add(&b, "Dir::Cache::srcpkgcache \"\";\n"); /* with one source, a second copy */
	strbuf_addf(&b, "Dir::Etc::sourcelist \"%s/sources.list\";\n", root->dir);
	strbuf_addf(&b, "Dir::Etc::sourceparts \"%s/empty\";\n", root->dir);
	strbuf_addf(&b, "Dir::Etc::parts \"%s/empty\";\n", root->dir);
	strbuf_addf(&b, "Dir::Etc::preferencesparts \"%s/empty\";\n", root->dir);
	strbuf_add(&b, "Dir::Etc::main \"/dev/null\";\n"
		       "Dir::Etc::preferences \"/dev/null\";\n"
		       "Acquire::Languages \"none\";\n"
		       "Acquire::PDiffs \"false\";\n"
		       "APT::Sandbox::User \"root\";\n"
		       "APT::Update::Error-Mode \"any\";\n");
	strbuf_addf(&b, "APT::Architecture \"%s\";\nAPT::Architectures { \"%s\"; };\n", root->arch,
		root->arch);
	return write_text(root, ctx->arena, "apt.conf", b.ptr, err);
}

static bool
write_sources(const struct context *ctx, const struct apt_root *root, struct error *err)
{
	const char *keys = mirror_keys(ctx, root->source);
	const char *signed_by = file_exists(keys) && strpbrk(keys, " \t\n[]") == NULL ? keys : NULL;
	const char *text = arena_printf(ctx->arena, "deb %s%s%s%s %s main\n",
		signed_by != NULL ? "[signed-by=" : "", signed_by != NULL ? signed_by : "",
		signed_by != NULL ? "] " : "", root->mirror, root->source->suite);

	return write_text(root, ctx->arena, "sources.list", text, err) &&
	       write_text(root, ctx->arena, "status", "", err);
}

static bool
make_dirs(const struct context *ctx, const struct apt_root *root, struct error *err)
{
	static const char *const dirs[] = { "state/lists/partial", "cache/archives/partial",
		"empty" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (!file_mkdirs(path_join(ctx->arena, root->dir, dirs[i]), 0755, err))
			return false;
	return true;
}

char *
apt_root_dir(
	struct arena *a, const struct store *store, const struct source *source, const char *arch)
{
	return arena_printf(a, "%s/apt/%s-%s", store->dir, source->suite, arch);
}

bool
apt_root_open(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, struct apt_root *ret, struct error *err)
{
	struct apt_root root = { .source = source, .arch = arch };
	struct strbuf settings;

	root.dir = apt_root_dir(ctx->arena, store, source, arch);
	if (strpbrk(root.dir, "\"\n") != NULL) {
		error_set(
			err, ERROR_USAGE, "the store's path has a character that apt cannot read");
		return error_where(err, "%s", store->dir);
	}
	strbuf_init(&settings, ctx->arena);
	if (!find_mirror(ctx, &root.mirror, err) ||
		!read_settings(ctx, &settings, &root.helper, err))
		return false;
	if (!make_dirs(ctx, &root, err) || !write_config(ctx, &root, settings.ptr, err) ||
		!write_sources(ctx, &root, err))
		return store_blame(store, err);
	root.env = make_env(ctx, path_join(ctx->arena, root.dir, "apt.conf"));
	*ret = root;
	return true;
}

/* What -v shows can be pasted: the variable that makes it a private root stands in front. */
static void
announce(const struct context *ctx, const struct apt_root *root, const char *const *argv)
{
	struct strvec words;

	strvec_init(&words, ctx->arena);
	strvec_push(&words, "env");
	strvec_pushf(&words, "APT_CONFIG=%s/apt.conf", root->dir);
	strvec_push_all(&words, argv);
	context_command(ctx, words.items);
}

bool
apt_root_run(const struct context *ctx, const struct apt_root *root, const char *const *argv,
	proc_line *line, void *line_ctx, struct proc_result *ret, struct error *err)
{
	const struct proc p = {
		.argv = argv,
		.env = root->env,
		.out = PROC_CAPTURE,
		.err = PROC_CAPTURE,
		.line = line,
		.line_ctx = line_ctx,
		.timeout_ms = APT_TIMEOUT_MS,
	};

	announce(ctx, root, argv);
	return proc_run(ctx->arena, &p, ret, err);
}

const char *
apt_join_names(struct arena *a, const char *const *names)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t i = 0; names[i] != NULL && b.len < CHARS_OF_NAMES; i++)
		strbuf_addf(&b, "%s%s", i > 0 ? ", " : "", names[i]);
	return b.ptr;
}
