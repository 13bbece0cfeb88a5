/* SPDX-License-Identifier: MIT */
/*
 * Archives made by hand, byte for byte, so that a test can say what no honest tool would write:
 * tar (ustar) members of any name and type, wrapped into a .deb.
 */
#ifndef TESTS_UNIT_DEBS_H
#define TESTS_UNIT_DEBS_H

#include "base/digest.h"
#include "tests/unit/unit.h"

struct deb {
	struct strbuf tar;
};

static inline void
deb_init(struct deb *d, struct arena *a)
{
	strbuf_init(&d->tar, a);
}

/* Writes the sum of a header into it. */
static inline void
deb_sum(char *header)
{
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum & 0777777u);
}

/* `type` is ustar's: '0' file, '1' hard link, '2' symbolic link, '3' device, '5' directory.
 * `size` is what the header claims, which need not be the length of `data`. */
static inline void
deb_member(struct deb *d, const char *name, char type, unsigned mode, const char *link,
	const char *data, size_t len, unsigned long long size)
{
	char header[512] = { 0 };

	snprintf(header, 100, "%s", name);
	snprintf(header + 100, 8, "%07o", mode & 07777777u);
	snprintf(header + 108, 8, "%07o", 0u);
	snprintf(header + 116, 8, "%07o", 0u);
	snprintf(header + 124, 12, "%011llo", size & 077777777777ull);
	snprintf(header + 136, 12, "%011llo", 1500000000ull);
	header[156] = type;
	snprintf(header + 157, 100, "%s", link);
	memcpy(header + 257,
		"ustar\0"
		"00",
		8);
	deb_sum(header);
	strbuf_addn(&d->tar, header, sizeof(header));
	strbuf_addn(&d->tar, data, len);
	while (d->tar.len % 512 != 0)
		strbuf_addc(&d->tar, '\0');
}

static inline void
deb_file(struct deb *d, const char *name, const char *text)
{
	deb_member(d, name, '0', 0644, "", text, strlen(text), strlen(text));
}

static inline void
deb_link(struct deb *d, const char *name, const char *target)
{
	deb_member(d, name, '2', 0777, target, "", 0, 0);
}

static inline void
deb_ar_member(struct strbuf *b, const char *name, const char *data, size_t len)
{
	char header[61];

	snprintf(header, sizeof(header), "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "100644",
		len);
	strbuf_addn(b, header, 60);
	strbuf_addn(b, data, len);
	if (len % 2 != 0)
		strbuf_addc(b, '\n');
}

static inline void
deb_write_bytes(const char *path, struct str bytes)
{
	struct error err;

	error_clear(&err);
	if (!file_write(path, bytes, 0644, &err))
		fail_msg("%s", err.what);
}

/* Ends the tar and writes the .deb. */
static inline void
deb_write(struct deb *d, const char *path)
{
	static const char zeros[1024];
	struct strbuf ar;

	strbuf_addn(&d->tar, zeros, sizeof(zeros));
	strbuf_init(&ar, d->tar.arena);
	strbuf_add(&ar, "!<arch>\n");
	deb_ar_member(&ar, "debian-binary", "2.0\n", 4);
	deb_ar_member(&ar, "control.tar", zeros, sizeof(zeros));
	deb_ar_member(&ar, "data.tar", d->tar.ptr, d->tar.len);
	deb_write_bytes(path, (struct str){ ar.ptr, ar.len });
}

#endif
