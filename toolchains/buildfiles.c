/* SPDX-License-Identifier: MIT */
/* What CMake and Meson want to read about a target: a toolchain file and a cross file. */
#include <string.h>

#include "base/attr.h"
#include "toolchains/names.h"
#include "toolchains/tools_dir.h"

static const struct {
	const char *word;
	const char *cmake;
	const char *meson;
} tools[] = {
	{ "cc", "CMAKE_C_COMPILER", "c" },
	{ "c++", "CMAKE_CXX_COMPILER", "cpp" },
	{ "ar", "CMAKE_AR", "ar" },
	{ "ranlib", "CMAKE_RANLIB", "ranlib" },
	{ "strip", "CMAKE_STRIP", "strip" },
	{ "nm", "CMAKE_NM", "nm" },
	{ "objcopy", "CMAKE_OBJCOPY", "objcopy" },
	{ "objdump", "CMAKE_OBJDUMP", "objdump" },
	{ "readelf", "CMAKE_READELF", "readelf" },
	{ "pkg-config", "PKG_CONFIG_EXECUTABLE", "pkg-config" },
	{ "run", "CMAKE_CROSSCOMPILING_EMULATOR", "exe_wrapper" },
};

/* `text` between quotes, with a backslash before what ends or expands it. */
static void
add_quoted(struct strbuf *b, char quote, const char *special, const char *text)
{
	strbuf_addc(b, quote);
	for (; *text; text++) {
		if (strchr(special, *text))
			strbuf_addc(b, '\\');
		strbuf_addc(b, *text);
	}
	strbuf_addc(b, quote);
}

static void
cmake_set(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, "set(%s ", name);
	add_quoted(b, '"', "\"\\$;", value);
	strbuf_add(b, ")\n");
}

static const char *
cmake_system(const struct target *t)
{
	static const struct {
		const char *os, *name;
	} names[] = { { "linux", "Linux" }, { "windows", "Windows" }, { "darwin", "Darwin" },
		{ "freebsd", "FreeBSD" }, { "android", "Android" } };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].os, t->row->os) == 0)
			return names[i].name;
	return "Generic";
}

char *
cmake_text(struct arena *a, const struct kit *kit, const char *dir)
{
	struct strbuf b;
	struct error refusal;

	strbuf_init(&b, a);
	strbuf_addf(&b, "# %s %s\n", kit->target.name, link_mode_name(kit->mode));
	cmake_set(&b, "CMAKE_SYSTEM_NAME", cmake_system(&kit->target));
	cmake_set(&b, "CMAKE_SYSTEM_PROCESSOR", machine_names(&kit->target)->uname);
	for (size_t i = 0; i < ARRAY_LEN(tools); i++)
		cmake_set(&b, tools[i].cmake, tools_dir_link(a, kit, dir, tools[i].word));
	if (!gate_check(&kit->target, &kit->tools, kit->mode, LANGUAGE_CXX, &refusal) ||
		(kit->target.abi->libc == LIBC_MUSL && kit->set < SET_CXX)) {
		strbuf_add(
			&b, "# project() without LANGUAGES asks for C++ even when it has none.\n");
		cmake_set(&b, "CMAKE_CXX_COMPILER_WORKS", "TRUE");
	}
	cmake_set(&b, "CMAKE_FIND_ROOT_PATH", kit->sysroot);
	cmake_set(&b, "CMAKE_FIND_ROOT_PATH_MODE_PROGRAM", "NEVER");
	cmake_set(&b, "CMAKE_FIND_ROOT_PATH_MODE_LIBRARY", "ONLY");
	cmake_set(&b, "CMAKE_FIND_ROOT_PATH_MODE_INCLUDE", "ONLY");
	cmake_set(&b, "CMAKE_FIND_ROOT_PATH_MODE_PACKAGE", "ONLY");
	if (link_mode_is_static(kit->mode)) {
		/* CMake's own platform file sets the suffixes after the toolchain file was read,
		 * and reads this variable's file after that. */
		strbuf_add(&b, "set(CMAKE_USER_MAKE_RULES_OVERRIDE "
			       "\"${CMAKE_CURRENT_LIST_FILE}\")\n");
		cmake_set(&b, "CMAKE_FIND_LIBRARY_SUFFIXES", ".a");
	}
	return b.ptr;
}

static void
meson_set(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, "%s = ", name);
	add_quoted(b, '\'', "'\\", value);
	strbuf_add(b, "\n");
}

char *
meson_text(struct arena *a, const struct kit *kit, const char *dir)
{
	const struct machine_names *names = machine_names(&kit->target);
	struct strbuf b;

	strbuf_init(&b, a);
	strbuf_addf(&b, "# %s %s\n[binaries]\n", kit->target.name, link_mode_name(kit->mode));
	for (size_t i = 0; i < ARRAY_LEN(tools); i++)
		meson_set(&b, tools[i].meson, tools_dir_link(a, kit, dir, tools[i].word));
	strbuf_add(&b, "\n[properties]\nneeds_exe_wrapper = true\n");
	if (link_mode_is_static(kit->mode))
		strbuf_add(&b, "\n[built-in options]\ndefault_library = 'static'\n");
	strbuf_add(&b, "\n[host_machine]\n");
	meson_set(&b, "system", kit->target.row->os);
	meson_set(&b, "cpu_family", names->family);
	meson_set(&b, "cpu", names->uname);
	meson_set(&b, "endian", kit->target.row->elf.big_endian ? "big" : "little");
	return b.ptr;
}
