/* SPDX-License-Identifier: MIT */
/*
 * The listed platforms: releases of distributions with their libc and, where recorded, the highest
 * GLIBCXX version of their libstdc++. Families stand together, the oldest release first. What a
 * distribution patches into its libc is not promised here (RHEL 9 has a few symbols of 2.35).
 */
#include "base/attr.h"
#include "linkcheck/platform/platform.h"

/* clang-format off */

#define GLIBC(version) LIBC_GLIBC, version
#define MUSL(version)  LIBC_MUSL, version

static const struct platform rows[] = {
	{ "debian:8", "Debian 8", GLIBC("2.19"), "3.4.20" },
	{ "debian:9", "Debian 9", GLIBC("2.24"), "3.4.22" },
	{ "debian:10", "Debian 10", GLIBC("2.28"), "3.4.25" },
	{ "debian:11", "Debian 11", GLIBC("2.31"), "3.4.28" },
	{ "debian:12", "Debian 12", GLIBC("2.36"), "3.4.30" },
	{ "debian:13", "Debian 13", GLIBC("2.41"), "3.4.33" },

	{ "ubuntu:14.04", "Ubuntu 14.04", GLIBC("2.19"), "3.4.19" },
	{ "ubuntu:16.04", "Ubuntu 16.04", GLIBC("2.23"), "3.4.21" },
	{ "ubuntu:18.04", "Ubuntu 18.04", GLIBC("2.27"), "3.4.25" },
	{ "ubuntu:20.04", "Ubuntu 20.04", GLIBC("2.31"), "3.4.28" },
	{ "ubuntu:22.04", "Ubuntu 22.04", GLIBC("2.35"), "3.4.30" },
	{ "ubuntu:24.04", "Ubuntu 24.04", GLIBC("2.39"), "3.4.33" },

	{ "rhel:7", "RHEL 7, CentOS 7", GLIBC("2.17"), "3.4.19" },
	{ "rhel:8", "RHEL 8, Rocky 8, Alma 8", GLIBC("2.28"), "3.4.25" },
	{ "rhel:9", "RHEL 9, Rocky 9, Alma 9", GLIBC("2.34"), "3.4.29" },
	{ "rhel:10", "RHEL 10", GLIBC("2.39"), "3.4.33" },

	{ "amzn:2", "Amazon Linux 2", GLIBC("2.26"), "3.4.24" },
	{ "amzn:2023", "Amazon Linux 2023", GLIBC("2.34"), "3.4.29" },

	{ "fedora:36", "Fedora 36", GLIBC("2.35"), "3.4.30" },
	{ "fedora:37", "Fedora 37", GLIBC("2.36"), "3.4.30" },
	{ "fedora:38", "Fedora 38", GLIBC("2.37"), "3.4.31" },
	{ "fedora:39", "Fedora 39", GLIBC("2.38"), "3.4.32" },
	{ "fedora:40", "Fedora 40", GLIBC("2.39"), "3.4.33" },
	{ "fedora:41", "Fedora 41", GLIBC("2.40"), "3.4.33" },
	{ "fedora:42", "Fedora 42", GLIBC("2.41"), "3.4.34" },
	{ "fedora:43", "Fedora 43", GLIBC("2.42"), "3.4.34" },

	{ "opensuse:15.5", "openSUSE Leap 15.5, SLES 15 SP5", GLIBC("2.31"), "" },
	{ "opensuse:15.6", "openSUSE Leap 15.6, SLES 15 SP6", GLIBC("2.38"), "" },

	{ "manylinux_2_17", "manylinux2014", GLIBC("2.17"), "3.4.19" },
	{ "manylinux_2_28", "manylinux_2_28", GLIBC("2.28"), "3.4.25" },
	{ "manylinux_2_34", "manylinux_2_34", GLIBC("2.34"), "3.4.29" },

	{ "alpine:3.12", "Alpine 3.12", MUSL("1.1.24"), "3.4.28" },
	{ "alpine:3.13", "Alpine 3.13", MUSL("1.2.2"), "3.4.28" },
	{ "alpine:3.14", "Alpine 3.14", MUSL("1.2.2"), "3.4.28" },
	{ "alpine:3.15", "Alpine 3.15", MUSL("1.2.2"), "3.4.28" },
	{ "alpine:3.16", "Alpine 3.16", MUSL("1.2.3"), "3.4.29" },
	{ "alpine:3.17", "Alpine 3.17", MUSL("1.2.3"), "3.4.30" },
	{ "alpine:3.18", "Alpine 3.18", MUSL("1.2.4"), "3.4.30" },
	{ "alpine:3.19", "Alpine 3.19", MUSL("1.2.4"), "3.4.32" },
	{ "alpine:3.20", "Alpine 3.20", MUSL("1.2.5"), "3.4.32" },
	{ "alpine:3.21", "Alpine 3.21", MUSL("1.2.5"), "3.4.33" },
	{ "alpine:3.22", "Alpine 3.22", MUSL("1.2.5"), "3.4.33" },
};

/* clang-format on */

size_t
platform_count(void)
{
	return ARRAY_LEN(rows);
}

const struct platform *
platform_at(size_t i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}
