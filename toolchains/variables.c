/* SPDX-License-Identifier: MIT */
/* The table of variables that make other people's build systems build for a kit. */
#include <ctype.h>
#include <string.h>

#include "base/attr.h"
#include "base/env.h"
#include "base/path.h"
#include "base/proc.h"
#include "toolchains/environment.h"
#include "toolchains/names.h"
#include "toolchains/tools_dir.h"

struct maker {
	const struct context *ctx;
	const struct kit *kit;
	const char *dir;
	const char *rust;
};

/* NULL: the variable is not set. */
typedef const char *make_value(const struct maker *m, const char *arg);

static const char *
link_path(const struct maker *m, const char *word)
{
	return tools_dir_link(m->ctx->arena, m->kit, m->dir, word);
}

static const char *
literal(const struct maker *m, const char *text)
{
	(void)m;
	return text;
}

static const char *
static_literal(const struct maker *m, const char *text)
{
	return link_mode_is_static(m->kit->mode) ? text : NULL;
}

static const char *
file_in_dir(const struct maker *m, const char *name)
{
	return path_join(m->ctx->arena, m->dir, name);
}

static const char *
triple(const struct maker *m, const char *suffix)
{
	return arena_printf(
		m->ctx->arena, "%s%s", target_triple(m->ctx->arena, &m->kit->target), suffix);
}

static const char *
sysroot(const struct maker *m, const char *arg)
{
	(void)arg;
	return m->kit->sysroot;
}

static const char *
target_name(const struct maker *m, const char *arg)
{
	(void)arg;
	return m->kit->target.name;
}

static const char *
pkg_config_dirs(const struct maker *m, const char *arg)
{
	(void)arg;
	return environment_pkg_config_dirs(m->ctx->arena, m->kit);
}

/* A compiler for programs that run during the build; the caller's own choice stands. */
static const char *
host_compiler(const struct maker *m, const char *arg)
{
	static const char *const cxx[] = { "c++", "g++", "clang++", NULL };
	static const char *const cc[] = { "cc", "gcc", "clang", NULL };
	const char *found = NULL;

	for (const char *const *n = strcmp(arg, "c++") == 0 ? cxx : cc; *n && !found; n++)
		found = proc_find(m->ctx->arena, *n, m->ctx->env);
	return found;
}

static const char *
go_os(const struct maker *m, const char *arg)
{
	(void)arg;
	return m->kit->target.row->go ? m->kit->target.row->os : NULL;
}

static const char *
go_arch(const struct maker *m, const char *arg)
{
	(void)arg;
	return m->kit->target.row->go ? m->kit->target.row->arch : NULL;
}

/* CGO_ENABLED=0 in the caller's environment is a choice, and stands. */
static const char *
go_cgo(const struct maker *m, const char *text)
{
	const char *own = env_get(m->ctx->env, "CGO_ENABLED");

	if (!m->kit->target.row->cgo)
		return NULL;
	return own && strcmp(own, "0") == 0 ? "0" : text;
}

static const char *
rust(const struct maker *m, const char *arg)
{
	(void)arg;
	return m->rust[0] ? m->rust : NULL;
}

static const char *
rust_link(const struct maker *m, const char *word)
{
	return m->rust[0] ? link_path(m, word) : NULL;
}

/* Rust's default is dynamic for gnu and static for musl: said in both cases. */
static const char *
rust_flags(const struct maker *m, const char *arg)
{
	(void)arg;
	if (!m->rust[0])
		return NULL;
	return link_mode_is_static(m->kit->mode) ? "-C target-feature=+crt-static"
						 : "-C target-feature=-crt-static";
}

static const char *
bindgen(const struct maker *m, const char *arg)
{
	(void)arg;
	if (!m->rust[0])
		return NULL;
	return arena_printf(
		m->ctx->arena, "--target=%s --sysroot=%s", triple(m, ""), m->kit->sysroot);
}

/* In a name, @ stands for Rust's triple with underscores, % for the same in capitals. */
static const struct variable {
	const char *name;
	make_value *value;
	const char *arg;
	const char *about;
} table[] = {
	{ "AR", link_path, "ar", "make, configure: the archiver" },
	{ "AR_@", rust_link, "ar", "Rust's cc crate" },
	{ "BINDGEN_EXTRA_CLANG_ARGS_@", bindgen, NULL, "Rust's bindgen" },
	{ "BUILD_CC", host_compiler, "cc", "a compiler for this machine, in many makefiles" },
	{ "CARGO_BUILD_TARGET", rust, NULL, "cargo: the target" },
	{ "CARGO_TARGET_%_LINKER", rust_link, "cc", "cargo: the linker" },
	{ "CARGO_TARGET_%_RUNNER", rust_link, "run", "cargo run, cargo test" },
	{ "CARGO_TARGET_%_RUSTFLAGS", rust_flags, NULL, "cargo: static or dynamic libc" },
	{ "CC", link_path, "cc", "make, configure, go: the C compiler" },
	{ "CC_@", rust_link, "cc", "Rust's cc crate" },
	{ "CC_FOR_BUILD", host_compiler, "cc", "configure: a compiler for this machine" },
	{ "CGO_ENABLED", go_cgo, "1", "go: it is off by default when GOARCH is not the host's" },
	{ "CHOST", triple, "", "zlib's configure and ebuilds: the target's triple" },
	{ "CMAKE_TOOLCHAIN_FILE", file_in_dir, TOOLS_DIR_CMAKE, "cmake (3.21 or newer)" },
	{ "CROSS_COMPILE", triple, "-", "prefix of the tools, in makefiles after Linux's" },
	{ "CXX", link_path, "c++", "make, configure, go: the C++ compiler" },
	{ "CXX_@", rust_link, "c++", "Rust's cc crate" },
	{ "CXX_FOR_BUILD", host_compiler, "c++", "configure: a compiler for this machine" },
	{ "GOARCH", go_arch, NULL, "go" },
	{ "GOOS", go_os, NULL, "go" },
	{ "GO_EXTLINK_ENABLED", go_cgo, "1", "go: programs with cgo are linked by CC" },
	{ "HOSTCC", host_compiler, "cc",
		"a compiler for this machine, in makefiles after Linux's" },
	{ "LD", link_path, "ld", "make, configure: the linker" },
	{ "NM", link_path, "nm", "configure" },
	{ "OBJCOPY", link_path, "objcopy", "make, configure" },
	{ "OBJDUMP", link_path, "objdump", "make, configure" },
	{ "PKG_CONFIG", link_path, "pkg-config", "configure, cmake, go, Rust's pkg-config crate" },
	{ "PKG_CONFIG_ALLOW_CROSS", literal, "1", "Rust's pkg-config crate" },
	{ "PKG_CONFIG_ALL_STATIC", static_literal, "1", "Rust's pkg-config crate" },
	{ "PKG_CONFIG_LIBDIR", pkg_config_dirs, NULL, "pkg-config: the target's .pc files alone" },
	{ "PKG_CONFIG_SYSROOT_DIR", sysroot, NULL, "pkg-config" },
	{ "QEMU_LD_PREFIX", sysroot, NULL, "qemu-user: where the loader is" },
	{ "RANLIB", link_path, "ranlib", "make, configure" },
	{ "RANLIB_@", rust_link, "ranlib", "Rust's cc crate" },
	{ "READELF", link_path, "readelf", "make, configure" },
	{ "STRIP", link_path, "strip", "make, configure" },
	{ "XBUILD_MESON_CROSS_FILE", file_in_dir, TOOLS_DIR_MESON, "for meson setup --cross-file" },
	{ "XBUILD_RUNNER", link_path, "run", "runs a program of the target" },
	{ "XBUILD_SYSROOT", sysroot, NULL, "the target's headers and libraries" },
	{ "XBUILD_TARGET", target_name, NULL, "the target" },
};

static const char *
expand_name(const struct maker *m, const char *name)
{
	struct strbuf b;

	strbuf_init(&b, m->ctx->arena);
	for (; *name; name++) {
		if (*name != '@' && *name != '%') {
			strbuf_addc(&b, *name);
			continue;
		}
		for (const char *r = m->rust; *r; r++) {
			char c = *r == '-' || *r == '.' ? '_' : *r;

			strbuf_addc(&b, *name == '%' ? (char)toupper((unsigned char)c) : c);
		}
	}
	return b.ptr;
}

static void
add(struct environment *env, const char *name, const char *value, const char *about)
{
	size_t i = env->count++;

	for (; i > 0 && strcmp(env->items[i - 1].name, name) > 0; i--)
		env->items[i] = env->items[i - 1];
	env->items[i] = (struct environment_variable){ name, value, about };
}

bool
environment_get(const struct context *ctx, const struct store *store, const struct kit *kit,
	const char *self, struct environment *ret, struct error *err)
{
	const struct target_row *row = kit->target.row;
	struct maker m = { .ctx = ctx, .kit = kit };
	struct environment env = { 0 };

	if (!tools_dir_make(ctx, store, kit, self, &m.dir, err))
		return false;
	m.rust = rust_triple(ctx->arena, &kit->target);
	env.tools_dir = m.dir;
	env.items = ARENA_ARRAY(ctx->arena, ARRAY_LEN(table) + 1, struct environment_variable);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const char *value = table[i].value(&m, table[i].arg);

		if (value)
			add(&env, expand_name(&m, table[i].name), value, table[i].about);
	}
	if (row->go && row->go_name[0])
		add(&env, row->go_name, row->go_value, "go: the variant");
	*ret = env;
	return true;
}
