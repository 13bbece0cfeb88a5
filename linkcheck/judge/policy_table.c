/* SPDX-License-Identifier: MIT */
/*
 * The built-in policies, in the language that users write theirs in. What manylinux and musllinux allow
 * is what auditwheel's policy files say (auditwheel 6.8, src/auditwheel/policy), as highest versions: by
 * architecture where these differ.
 */
#include "linkcheck/judge/policy.h"

#include <string.h>

/* Sorted by name. */
static const struct policy_row rows[] = {
	{ "alpine", "starts on the supported releases of Alpine",
		"{\"platforms\": [\"alpine:3.20\", \"alpine:3.21\", \"alpine:3.22\"], "
		"\"needs\": {\"forbid\": [\"libc.so.6\", \"ld-linux*\"]}}" },
	{ "default", "the rules as they are", "{}" },
	{ "manylinux_2_17",
		"wheels for glibc 2.17 and newer (manylinux2014), as auditwheel has them",
		"{\"floors\": {\"LIBATOMIC\": \"1.0\", \"ZLIB\": \"1.2.5.2\", \"cxxabi\": "
		"\"1.3.7\", "
		"\"gcc\": \"4.7.0\", \"glibc\": \"2.17\", \"glibcxx\": \"3.4.19\"}, "
		"\"needs\": {\"allow\": [\"libatomic.so.1\", \"libgcc_s.so.1\", "
		"\"libstdc++.so.6\", "
		"\"libm.so.6\", \"libanl.so.1\", \"libdl.so.2\", \"librt.so.1\", \"libc.so.6\", "
		"\"libnsl.so.1\", \"libutil.so.1\", \"libpthread.so.0\", \"libX11.so.6\", "
		"\"libXext.so.6\", \"libXrender.so.1\", \"libICE.so.6\", \"libSM.so.6\", "
		"\"libGL.so.1\", "
		"\"libgobject-2.0.so.0\", \"libgthread-2.0.so.0\", \"libglib-2.0.so.0\", "
		"\"libresolv.so.2\", \"libexpat.so.1\", \"libz.so.1\"]}, "
		"\"arches\": {\"386\": {\"floors\": {\"gcc\": \"4.8.0\"}}, "
		"\"amd64\": {\"floors\": {\"gcc\": \"4.8.0\"}}, "
		"\"arm64\": {\"floors\": {\"glibc\": \"2.18\"}}, "
		"\"ppc64\": {\"floors\": {\"gcc\": \"4.8.0\"}}}}" },
	{ "manylinux_2_28", "wheels for glibc 2.28 and newer, as auditwheel has them",
		"{\"floors\": {\"LIBATOMIC\": \"1.2\", \"ZLIB\": \"1.2.9\", \"cxxabi\": "
		"\"1.3.11\", "
		"\"gcc\": \"7.0.0\", \"glibc\": \"2.28\", \"glibcxx\": \"3.4.24\"}, "
		"\"needs\": {\"allow\": [\"libatomic.so.1\", \"libgcc_s.so.1\", "
		"\"libstdc++.so.6\", "
		"\"libm.so.6\", \"libmvec.so.1\", \"libanl.so.1\", \"libdl.so.2\", \"librt.so.1\", "
		"\"libc.so.6\", \"libnsl.so.1\", \"libutil.so.1\", \"libpthread.so.0\", "
		"\"libX11.so.6\", "
		"\"libXext.so.6\", \"libXrender.so.1\", \"libICE.so.6\", \"libSM.so.6\", "
		"\"libGL.so.1\", "
		"\"libgobject-2.0.so.0\", \"libgthread-2.0.so.0\", \"libglib-2.0.so.0\", "
		"\"libresolv.so.2\", \"libexpat.so.1\", \"libz.so.1\"]}}" },
	{ "manylinux_2_34", "wheels for glibc 2.34 and newer, as auditwheel has them",
		"{\"floors\": {\"LIBATOMIC\": \"1.2\", \"ZLIB\": \"1.2.9\", \"cxxabi\": "
		"\"1.3.13\", "
		"\"gcc\": \"7.0.0\", \"glibc\": \"2.34\", \"glibcxx\": \"3.4.29\"}, "
		"\"needs\": {\"allow\": [\"libatomic.so.1\", \"libgcc_s.so.1\", "
		"\"libstdc++.so.6\", "
		"\"libm.so.6\", \"libmvec.so.1\", \"libanl.so.1\", \"libdl.so.2\", \"librt.so.1\", "
		"\"libc.so.6\", \"libnsl.so.1\", \"libutil.so.1\", \"libpthread.so.0\", "
		"\"libX11.so.6\", "
		"\"libXext.so.6\", \"libXrender.so.1\", \"libICE.so.6\", \"libSM.so.6\", "
		"\"libGL.so.1\", "
		"\"libgobject-2.0.so.0\", \"libgthread-2.0.so.0\", \"libglib-2.0.so.0\", "
		"\"libresolv.so.2\", \"libexpat.so.1\", \"libz.so.1\"]}, "
		"\"arches\": {\"arm64\": {\"floors\": {\"gcc\": \"11.0\"}}}}" },
	{ "musllinux_1_2", "wheels for musl 1.2 and newer, as auditwheel has them",
		"{\"platforms\": [\"musl1.2.0\"], \"needs\": {\"allow\": [\"libc.so\", "
		"\"libc.musl-*.so.1\", \"libz.so.1\"]}}" },
	{ "static", "needs no loader and no library, and loads nothing later",
		"{\"mode\": \"static\", \"needs\": {\"allow\": []}, \"rules\": {\"LC033\": "
		"\"error\", "
		"\"LC034\": \"error\"}}" },
	{ "strict",
		"what is a warning elsewhere is an error, and search paths stay inside the package",
		"{\"rpath\": {\"allow\": [\"$ORIGIN\", \"$ORIGIN/*\", \"$ORIGIN/*/*\", "
		"\"$ORIGIN/*/*/*\", "
		"\"${ORIGIN}\", \"${ORIGIN}/*\", \"${ORIGIN}/*/*\", \"${ORIGIN}/*/*/*\", "
		"\"@loader_path\", \"@loader_path/*\", \"@loader_path/*/*\", "
		"\"@loader_path/*/*/*\", "
		"\"@executable_path/*\", \"@executable_path/*/*\", \"@executable_path/*/*/*\"]}, "
		"\"rules\": {\"LC004\": \"error\", \"LC007\": \"error\", \"LC009\": \"error\", "
		"\"LC021\": \"error\", \"LC033\": \"error\", \"LC034\": \"error\", \"LC043\": "
		"\"error\", "
		"\"LC044\": \"error\", \"LC048\": \"error\", \"LC060\": \"error\", \"LC061\": "
		"\"error\", "
		"\"LC121\": \"error\"}}" },
};

size_t
policy_row_count(void)
{
	return ARRAY_LEN(rows);
}

const struct policy_row *
policy_row_at(size_t i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}

const struct policy_row *
policy_row_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}
