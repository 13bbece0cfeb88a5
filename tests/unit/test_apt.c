/* SPDX-License-Identifier: MIT */
/*
 * The apt transport against an apt that is a few lines of shell in a temporary PATH: what it is
 * asked, and what becomes of what it says. The real apt is tests/real/sysroots.sh's business.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "base/env.h"
#include "sysroots/transport/apt.h"
#include "sysroots/transport/apt_root.h"

#define SHA_HELLO "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	char *bin;
	struct store store;
	struct strvec env;
	struct context ctx;
	const struct source *source;
	struct package_list list;
};

/* Every call is noted in $LOG; what it prints and whether it fails are files beside it. */
static const char apt_get[] =
	"#!/bin/sh\n"
	"echo \"apt-get $*\" >> \"$HOME/log\"\n"
	"case \"$*\" in\n"
	"indextargets*) cat \"$HOME/targets\" ;;\n"
	"*--print-uris*update) cat \"$HOME/uris\" ;;\n"
	"*update) cat \"$HOME/update.err\" >&2; exit $(cat \"$HOME/update.rc\") ;;\n"
	"*' install '*) cat \"$HOME/solved\"; cat \"$HOME/solved.err\" >&2\n"
	"	cat \"$HOME/store/apt/bookworm-arm64/given\" > \"$HOME/given\"\n"
	"	exit $(cat \"$HOME/solved.rc\") ;;\n"
	"*download*) cat \"$HOME/download\"; cat \"$HOME/download.err\" >&2\n"
	"	exit $(cat \"$HOME/download.rc\") ;;\n"
	"esac\n";
static const char apt_cache[] = "#!/bin/sh\n"
				"echo \"apt-cache $*\" >> \"$HOME/log\"\n"
				"case \"$*\" in\n"
				"*pkgnames*) cat \"$HOME/pkgnames\" ;;\n"
				"*show*) cat \"$HOME/show\" ;;\n"
				"esac\n";
static const char apt_config[] = "#!/bin/sh\n"
				 "echo 'Dir::Bin::methods \"'$HOME'/bin/methods\";'\n"
				 "echo 'Acquire::http::Proxy \"http://proxy.example:3128\";'\n"
				 "echo 'Acquire::AllowInsecureRepositories \"1\";'\n"
				 "echo 'APT::Update::Post-Invoke:: \"rm -rf /\";'\n";
/* download-file URI TARGET HASH ... */
static const char apt_helper[] =
	"#!/bin/sh\n"
	"echo \"apt-helper $*\" >> \"$HOME/log\"\n"
	"while [ \"$1\" != download-file ]; do shift; done; shift\n"
	"cat \"$HOME/helper.err\" >&2\n"
	"while [ $# -gt 0 ]; do cat \"$HOME/payload\" > \"$2\"; shift 3; done\n"
	"echo dlstatus:1:50.5:Retrieving\n"
	"exit $(cat \"$HOME/helper.rc\")\n";

static void
put(struct fixture *f, const char *name, const char *text)
{
	unit_file(&f->arena, f->dir, name, text, 0644);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	f->dir = unit_temp_dir(&f->arena);
	f->bin = path_join(&f->arena, f->dir, "bin");
	if (!file_mkdirs(f->bin, 0755, &f->err))
		return -1;
	unit_file(&f->arena, f->bin, "apt-get", apt_get, 0755);
	unit_file(&f->arena, f->bin, "apt-cache", apt_cache, 0755);
	unit_file(&f->arena, f->bin, "apt-config", apt_config, 0755);
	unit_file(&f->arena, f->bin, "apt-helper", apt_helper, 0755);
	put(f, "targets",
		"Docker|Docker CE|stable|https://docker.example/linux/debian/\n"
		"Debian|Debian-Security|main|http://mirror.example/debian-security/\n"
		"Debian|Debian|main|http://mirror.example/debian/\n");
	put(f, "uris", "");
	put(f, "update.err", "");
	put(f, "update.rc", "0");
	put(f, "download", "");
	put(f, "download.err", "");
	put(f, "download.rc", "0");
	put(f, "solved", "");
	put(f, "solved.err", "");
	put(f, "solved.rc", "0");
	put(f, "show", "");
	put(f, "pkgnames", "");
	put(f, "helper.err", "");
	put(f, "helper.rc", "0");
	put(f, "payload", "hello\n");
	put(f, "log", "");
	strvec_init(&f->env, &f->arena);
	strvec_pushf(&f->env, "PATH=%s:/usr/bin:/bin", f->bin);
	strvec_pushf(&f->env, "HOME=%s", f->dir);
	strvec_push(&f->env, "SECRET=x");
	f->ctx = (struct context){ .arena = &f->arena, .env = f->env.items, .cwd = "/" };
	store_init(&f->store, path_join(&f->arena, f->dir, "store"));
	if (!store_prepare(&f->store, &f->err))
		return -1;
	f->source = source_get("debian:12", &f->err);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unit_remove(f->dir);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static const char *
read_text(struct fixture *f, const char *name)
{
	struct str text;

	if (!file_read(&f->arena, path_join(&f->arena, f->dir, name), 100000, &text, &f->err))
		fail_msg("%s", f->err.what);
	return text.ptr;
}

static unsigned
calls(struct fixture *f, const char *what)
{
	unsigned count = 0;

	for (const char *at = read_text(f, "log"); (at = strstr(at, what)) != NULL; at++)
		count++;
	return count;
}

static bool
resolve(struct fixture *f, const char *const *names, bool refresh)
{
	return apt_resolve(
		&f->ctx, &f->store, f->source, "arm64", names, refresh, &f->list, &f->err);
}

static const char *const two[] = { "musl-dev", "libstdc++6", NULL };
static const char two_lines[] =
	"'http://mirror.example/debian/pool/main/m/musl/musl-dev_1.2.3-1_arm64.deb' "
	"musl-dev_1.2.3-1_arm64.deb 566724 SHA256:" SHA_HELLO "\n"
	"'http://mirror.example/debian/pool/main/g/gcc-12/"
	"libstdc%2b%2b6_12.2.0-14%2bdeb12u1_arm64.deb' "
	"libstdc++6_1%3a12.2.0-14+deb12u1_arm64.deb 6 SHA256:" SHA_HELLO "\n";

static void
test_resolve(void **state)
{
	struct fixture *f = *state;
	const struct package *p;

	put(f, "download", two_lines);
	if (!resolve(f, two, false))
		fail_msg("%s", f->err.what);
	assert_int_equal(f->list.count, 2);
	p = &f->list.items[0]; /* sorted by name */
	assert_string_equal(p->name, "libstdc++6");
	assert_string_equal(p->version, "1:12.2.0-14+deb12u1");
	assert_string_equal(p->arch, "arm64");
	assert_string_equal(p->path, "pool/main/g/gcc-12/libstdc++6_12.2.0-14+deb12u1_arm64.deb");
	assert_int_equal(p->size, 6);
	assert_string_equal(p->sha256, SHA_HELLO);
	assert_int_equal(calls(f, "apt-get -q update"), 1);
	/* The index is fresh now; a refresh is a refresh. */
	assert_true(resolve(f, two, false));
	assert_int_equal(calls(f, "apt-get -q update"), 1);
	assert_true(resolve(f, two, true));
	assert_int_equal(calls(f, "apt-get -q update"), 2);
}

/* A key of what is remembered that is cut short would be another question's too. */
static void
test_long_questions(void **state)
{
	struct fixture *f = *state;
	struct strvec names;

	put(f, "download", two_lines);
	strvec_init(&names, &f->arena);
	strvec_push_all(&names, two);
	assert_true(resolve(f, names.items, false));
	for (int i = 0; i < 40; i++)
		strvec_push(&names, "libstdc++6");
	assert_true(resolve(f, names.items, false));
	strvec_push(&names, "another");
	assert_false(resolve(f, names.items, false));
	assert_string_equal(f->err.what, "debian:12 has no package another for arm64");
}

static const char *const zlib[] = { "zlib1g-dev", NULL };

static bool
closure(struct fixture *f, const char *const *names, struct strvec *ret)
{
	struct package given[] = {
		{ .name = "libc6-dev", .version = "2.36", .arch = "arm64" },
		{ .name = "libc6", .version = "2.36", .arch = "arm64" },
	};
	const struct package_list list = { given, 2 };

	strvec_init(ret, &f->arena);
	error_clear(&f->err);
	return apt_closure(&f->ctx, &f->store, f->source, "arm64", &list, names, ret, &f->err);
}

static void
test_closure(void **state)
{
	struct fixture *f = *state;
	struct strvec names;

	put(f, "solved",
		"Reading package lists...\n"
		"'http://m/zlib1g_1%3a1_arm64.deb' zlib1g_1%3a1_arm64.deb 1 MD5Sum:0\n"
		"'http://m/zlib1g-dev_1_arm64.deb' zlib1g-dev_1_arm64.deb 1 MD5Sum:0\n"
		"'http://m/x' perl-base_1_arm64.deb 1 MD5Sum:0\n");
	put(f, "show",
		"Package: zlib1g-dev\nSection: libdevel\n\nPackage: zlib1g\nSection: "
		"contrib/libs\n\nPackage: perl-base\nSection: perl\n\nPackage: x11proto-dev\n"
		"Section: x11\n");
	if (!closure(f, zlib, &names))
		fail_msg("%s", f->err.what);
	assert_int_equal(names.count, 3);
	assert_string_equal(names.items[0], "x11proto-dev");
	assert_string_equal(names.items[1], "zlib1g");
	assert_string_equal(names.items[2], "zlib1g-dev");
	assert_int_equal(calls(f, "show --no-all-versions zlib1g zlib1g-dev perl-base"), 1);
	assert_non_null(strstr(read_text(f, "given"),
		"Package: libc6-dev\nStatus: install ok installed\nVersion: 2.36\n"));
	/* The same question again costs nothing. */
	unsigned before = calls(f, "apt-get");
	assert_true(closure(f, zlib, &names));
	assert_int_equal(names.count, 3);
	assert_int_equal(calls(f, "apt-get"), before);
}

static void
test_closure_of_unknown(void **state)
{
	static const char *const odd[] = { "libzlib-devel", NULL };
	struct fixture *f = *state;
	struct strvec names;

	put(f, "solved.err", "E: Unable to locate package libzlib-devel\n");
	put(f, "solved.rc", "100");
	put(f, "pkgnames", "lua-zlib-dev\nzlib1g\nzlib1g-dev\na-very-long-zlib-name-dev\n");
	assert_false(closure(f, odd, &names));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "debian:12 has no package \"libzlib-devel\" for arm64");
	assert_non_null(strstr(f->err.hint, "did you mean zlib1g-dev, lua-zlib-dev"));
	put(f, "solved.err", "");
	put(f, "solved", "The following packages have unmet dependencies:\n");
	assert_false(closure(f, zlib, &names));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_non_null(strstr(f->err.what, "cannot be had together"));
	put(f, "solved", "E: something else\n");
	assert_false(closure(f, zlib, &names));
	assert_non_null(strstr(f->err.what, "zlib1g-dev"));
}

static void
test_private_root(void **state)
{
	struct fixture *f = *state;
	const char *conf;

	put(f, "download", two_lines);
	assert_true(resolve(f, two, false));
	conf = read_text(f, "store/apt/bookworm-arm64/apt.conf");
	assert_non_null(strstr(conf, "Acquire::http::Proxy \"http://proxy.example:3128\";"));
	assert_null(strstr(conf, "Post-Invoke"));
	assert_null(strstr(conf, "AllowInsecure"));
	assert_non_null(strstr(conf, "Dir::Etc::main \"/dev/null\";"));
	assert_non_null(strstr(conf, "APT::Architecture \"arm64\";"));
	assert_non_null(strstr(read_text(f, "store/apt/bookworm-arm64/sources.list"),
		"http://mirror.example/debian bookworm main\n"));
}

static void
test_old_index(void **state)
{
	struct fixture *f = *state;
	const struct timespec old[2] = { { .tv_sec = time(NULL) - 25 * 60 * 60 },
		{ .tv_sec = time(NULL) - 25 * 60 * 60 } };

	put(f, "download", two_lines);
	assert_true(resolve(f, two, false));
	assert_int_equal(
		utimensat(AT_FDCWD,
			path_join(&f->arena, f->dir, "store/apt/bookworm-arm64/updated"), old, 0),
		0);
	assert_true(resolve(f, two, false));
	assert_int_equal(calls(f, "apt-get -q update"), 2);
}

static void
test_mirror_from_sources(void **state)
{
	struct fixture *f = *state;

	put(f, "targets", "");
	put(f, "uris",
		"'https://docker.example/linux/debian/dists/bookworm/stable/binary-amd64/"
		"Packages.xz' x 0 \n"
		"'https://corp.example/tools/dists/bookworm/main/binary-amd64/Packages.xz' x 0 \n"
		"'http://other.example/debian/dists/bookworm/InRelease' x 0 \n"
		"'http://other.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0 "
		"\n");
	put(f, "download", "");
	assert_false(resolve(f, two, false)); /* no packages, but a mirror */
	assert_non_null(strstr(read_text(f, "store/apt/bookworm-arm64/sources.list"),
		"http://other.example/debian bookworm main\n"));
}

static void
test_mirror_by_variable(void **state)
{
	struct fixture *f = *state;

	env_set(&f->env, "XBUILD_MIRROR_DEBIAN", "http://mine.example/debian/");
	f->ctx.env = f->env.items;
	assert_false(resolve(f, two, false));
	assert_non_null(strstr(read_text(f, "store/apt/bookworm-arm64/sources.list"),
		"http://mine.example/debian bookworm main\n"));
	env_set(&f->env, "XBUILD_MIRROR_DEBIAN",
		"http://a.example/debian https://b.example/debian");
	f->ctx.env = f->env.items;
	assert_false(resolve(f, two, false));
	assert_non_null(strstr(read_text(f, "store/apt/bookworm-arm64/sources.list"),
		"http://a.example/debian bookworm main\n"));
	env_set(&f->env, "XBUILD_MIRROR_DEBIAN", "http://x/debian [trusted=yes]");
	f->ctx.env = f->env.items;
	assert_false(resolve(f, two, false));
	assert_int_equal(f->err.kind, ERROR_USAGE);
	assert_non_null(strstr(f->err.what, "XBUILD_MIRROR_DEBIAN"));
}

static void
test_mirror_list(void **state)
{
	struct fixture *f = *state;

	put(f, "mirrors", "# a comment\n\nhttp://listed.example/debian\tpriority:1\n");
	put(f, "targets",
		arena_printf(&f->arena, "Debian|Debian|main|mirror+file:%s/mirrors/\n", f->dir));
	assert_false(resolve(f, two, false));
	assert_non_null(strstr(read_text(f, "store/apt/bookworm-arm64/sources.list"),
		"http://listed.example/debian bookworm main\n"));
}

static void
test_no_mirror(void **state)
{
	struct fixture *f = *state;

	put(f, "targets", "Ubuntu|Ubuntu|main|http://ubuntu.example/ubuntu/\n");
	assert_false(resolve(f, two, false));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_non_null(strstr(f->err.hint, "XBUILD_MIRROR_DEBIAN"));
}

static void
test_missing_package(void **state)
{
	static const char *const three[] = { "musl-dev", "libstdc++6", "nosuch", NULL };
	struct fixture *f = *state;

	put(f, "download", two_lines);
	put(f, "download.err", "E: Unable to locate package nosuch\n");
	put(f, "download.rc", "100");
	assert_false(resolve(f, three, false));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "debian:12 has no package nosuch for arm64");
	put(f, "download", "");
	assert_false(resolve(f, three, false));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(
		f->err.what, "this mirror has no packages of debian:12 (bookworm) for arm64");
}

static void
test_strange_lines(void **state)
{
	static const char *const lines[] = {
		"'http://evil.example/x/a_1_arm64.deb' a_1_arm64.deb 5 SHA256:" SHA_HELLO "\n",
		"'http://mirror.example/debian/a' a_1_arm64.deb 5 SHA512:" SHA_HELLO "\n",
		"'http://mirror.example/debian/a' a_1_arm64.deb 5 SHA256:abc\n",
		"'http://mirror.example/debian/a' a_1_arm64.deb -5 SHA256:" SHA_HELLO "\n",
		"'http://mirror.example/debian/a' a_1_arm64.deb 99999999999 SHA256:" SHA_HELLO "\n",
		"'http://mirror.example/debian/a' a.deb 5 SHA256:" SHA_HELLO "\n",
		"'http://mirror.example/debian/%2e%2e/a' a_1_arm64.deb 5 SHA256:" SHA_HELLO "\n",
		"'\n",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		put(f, "download", lines[i]);
		if (resolve(f, two, false))
			fail_msg("accepted: %s", lines[i]);
		assert_int_equal(f->err.kind, ERROR_FORMAT);
	}
	put(f, "download", arena_printf(&f->arena, "%s%s", two_lines, two_lines));
	assert_false(resolve(f, two, false));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
}

static void
test_complaints(void **state)
{
	static const struct {
		const char *text;
		enum error_kind kind;
		bool again;
		const char *why;
	} cases[] = {
		{ "E: Failed to fetch http://m/Packages.xz  File has unexpected size (1 != 2). "
		  "Mirror sync in progress?\n",
			ERROR_NET, true, "in the middle of an update" },
		{ "W: Failed to fetch http://m/InRelease  Could not connect to m:80 (127.0.0.1). - "
		  "connect (111: Connection refused)\n",
			ERROR_NET, false, "cannot be reached" },
		{ "W: Failed to fetch x  Temporary failure resolving 'm'\n", ERROR_NET, false,
			"cannot be resolved" },
		{ "E: The repository 'x' is not signed.\n", ERROR_VERIFY, false, "not signed" },
		{ "W: GPG error: NO_PUBKEY 0123\n", ERROR_VERIFY, false, "key is not known" },
		{ "E: Write error - write (28: No space left on device)\n", ERROR_IO, false,
			"disk is full" },
		{ "E: Failed to fetch x  404  Not Found\n", ERROR_NET, false, "any more" },
		{ "E: something new\n", ERROR_NET, false, "apt failed" },
		{ "", ERROR_NET, false, "apt failed" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct proc_result r = {
			.code = 100, .out = STR(""), .err = str_from(cases[i].text)
		};
		assert_int_equal(apt_complaint(&f->err, &r, "the index"), cases[i].again);
		assert_int_equal(f->err.kind, cases[i].kind);
		if (strstr(f->err.what, cases[i].why) == NULL)
			fail_msg("%s", f->err.what);
		assert_non_null(strstr(f->err.what, "the index: "));
	}
}

/* Two pauses of seconds: kept out of the other cases. */
static void
test_mirror_in_sync(void **state)
{
	struct fixture *f = *state;

	put(f, "update.err", "E: Failed to fetch x  File has unexpected size (1 != 2).\n");
	put(f, "update.rc", "100");
	assert_false(resolve(f, two, false));
	assert_int_equal(f->err.kind, ERROR_NET);
	assert_string_equal(f->err.what,
		"cannot fetch the index of debian:12 (bookworm) for arm64: the mirror is in the "
		"middle of an update");
	assert_int_equal(calls(f, "apt-get -q update"), 3);
	assert_int_equal(calls(f, "download"), 0);
}

/* What apt calls a warning, because it has old files to go on with. */
static void
test_warning_is_a_failure(void **state)
{
	struct fixture *f = *state;

	put(f, "update.err", "W: Failed to fetch x  Could not connect to y\n");
	assert_false(resolve(f, two, false));
	assert_int_equal(f->err.kind, ERROR_NET);
	assert_int_equal(calls(f, "apt-get -q update"), 1);
}

static void
test_offline(void **state)
{
	struct fixture *f = *state;

	f->ctx.offline = true;
	assert_false(resolve(f, two, true));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_non_null(strstr(f->err.what, "offline"));
	assert_non_null(strstr(f->err.where, "musl-dev, libstdc++6"));
	assert_int_equal(calls(f, "update"), 0);
	/* With an index from before, it is used. */
	f->ctx.offline = false;
	put(f, "download", two_lines);
	assert_true(resolve(f, two, false));
	f->ctx.offline = true;
	assert_true(resolve(f, two, true));
	assert_int_equal(calls(f, "apt-get -q update"), 1);
	assert_false(apt_fetch(&f->ctx, &f->store, f->source, "arm64", &f->list, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_non_null(strstr(f->err.what, "libstdc++6, musl-dev"));
	assert_int_equal(calls(f, "apt-helper"), 0);
}

static struct package_list
hello_package(struct fixture *f)
{
	struct package *p = ARENA_NEW(&f->arena, struct package);

	*p = (struct package){ "libstdc++6", "12", "arm64", "pool/main/g/libstdc++6_12_arm64.deb",
		6, SHA_HELLO };
	return (struct package_list){ p, 1 };
}

static size_t
temps(struct fixture *f)
{
	struct strvec names;

	strvec_init(&names, &f->arena);
	assert_true(file_list(&f->arena, store_path(&f->store, &f->arena, "tmp"), &names, &f->err));
	return names.count;
}

static void
test_fetch(void **state)
{
	struct fixture *f = *state;
	struct package_list list = hello_package(f);

	if (!apt_fetch(&f->ctx, &f->store, f->source, "arm64", &list, &f->err))
		fail_msg("%s", f->err.what);
	assert_true(store_has_blob(&f->store, SHA_HELLO, 6));
	assert_non_null(strstr(read_text(f, "log"),
		"http://mirror.example/debian/pool/main/g/libstdc%2b%2b6_12_arm64.deb "));
	assert_int_equal(temps(f), 0);
	/* What is there is not fetched again; and no index was needed. */
	assert_true(apt_fetch(&f->ctx, &f->store, f->source, "arm64", &list, &f->err));
	assert_int_equal(calls(f, "apt-helper"), 1);
	assert_int_equal(calls(f, "-q update"), 0);
}

static void
test_fetch_wrong(void **state)
{
	struct fixture *f = *state;
	struct package_list list = hello_package(f);

	put(f, "payload", "jello\n");
	assert_false(apt_fetch(&f->ctx, &f->store, f->source, "arm64", &list, &f->err));
	assert_int_equal(f->err.kind, ERROR_VERIFY);
	assert_int_equal(temps(f), 0);
	put(f, "helper.err", "E: Failed to fetch x  404  Not Found [IP: 1.2.3.4 80]\n");
	put(f, "helper.rc", "100");
	assert_false(apt_fetch(&f->ctx, &f->store, f->source, "arm64", &list, &f->err));
	assert_int_equal(f->err.kind, ERROR_NET);
	assert_non_null(strstr(f->err.hint, "lock --update"));
	assert_false(store_has_blob(&f->store, SHA_HELLO, 6));
	assert_int_equal(temps(f), 0);
}

static void
test_available(void **state)
{
	static const char *const none[] = { "PATH=/nonexistent", NULL };
	static const char *const only_apt[] = { "PATH=/nonexistent", "XBUILD_TRANSPORT=apt", NULL };
	struct fixture *f = *state;

	assert_true(apt_available(&f->ctx, f->source, &f->err));
	assert_string_equal(transport_get(&f->ctx, f->source, &f->err)->name, "apt");
	f->ctx.env = none;
	assert_string_equal(transport_get(&f->ctx, f->source, &f->err)->name, "http");
	f->ctx.env = only_apt;
	assert_null(transport_get(&f->ctx, f->source, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_non_null(strstr(f->err.what, "apt-get"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_resolve),
		TEST(test_long_questions),
		TEST(test_closure),
		TEST(test_closure_of_unknown),
		TEST(test_private_root),
		TEST(test_old_index),
		TEST(test_mirror_from_sources),
		TEST(test_mirror_by_variable),
		TEST(test_mirror_list),
		TEST(test_no_mirror),
		TEST(test_missing_package),
		TEST(test_strange_lines),
		TEST(test_complaints),
		TEST(test_mirror_in_sync),
		TEST(test_warning_is_a_failure),
		TEST(test_offline),
		TEST(test_fetch),
		TEST(test_fetch_wrong),
		TEST(test_available),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
