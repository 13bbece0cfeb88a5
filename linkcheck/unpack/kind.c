/* SPDX-License-Identifier: MIT */
/* Files told apart by their first bytes. */
#include "linkcheck/unpack/kind.h"

#include <string.h>

#include "linkcheck/read/ar.h"
#include "linkcheck/read/fat.h"
#include "linkcheck/read/image.h"

#define TAR_BLOCK 512
#define TAR_SUM 148
#define TAR_SUM_SIZE 8

/* file(1)'s archive and compress; an empty .zip begins with the end of its list. */
static const struct {
	const char *text;
	unsigned char len;
	unsigned short offset;
	enum kind kind;
} magics[] = {
	{ "!<arch>\ndebian-binary", 21, 0, KIND_DEB }, { "ustar", 5, 257, KIND_ARCHIVE },
	{ "070701", 6, 0, KIND_ARCHIVE }, /* cpio newc */
	{ "070702", 6, 0, KIND_ARCHIVE }, /* ... with sums */
	{ "070707", 6, 0, KIND_ARCHIVE }, /* odc */
	{ "\xed\xab\xee\xdb", 4, 0, KIND_RPM }, { "PK\3\4", 4, 0, KIND_ZIP },
	{ "PK\5\6", 4, 0, KIND_ZIP }, { "PK00PK\3\4", 8, 0, KIND_ZIP },
	{ "\x1f\x8b\x08", 3, 0, KIND_COMPRESSED }, /* gzip */
	{ "1AY&SY", 6, 4, KIND_COMPRESSED },       /* bzip2, behind "BZh9" */
	{ "\xfd"
	  "7zXZ",
		6, 0, KIND_COMPRESSED },               /* xz, its NUL counted */
	{ "\x28\xb5\x2f\xfd", 4, 0, KIND_COMPRESSED }, /* zstd */
};

/* A tar file from before "ustar" is told by the sum of its first header (pax, "ustar Interchange Format"). */
static bool
is_old_tar(struct bytes head)
{
	unsigned sum = 0, stated = 0, digits = 0;

	if (head.len < TAR_BLOCK || bytes_u8(&head, 0) == 0)
		return false;
	for (unsigned i = 0; i < TAR_BLOCK; i++)
		sum += i - TAR_SUM < TAR_SUM_SIZE ? ' ' : bytes_u8(&head, i);
	for (unsigned i = TAR_SUM; i < TAR_SUM + TAR_SUM_SIZE; i++) {
		unsigned digit = bytes_u8(&head, i) - (unsigned)'0';

		if (digit < 8) {
			stated = stated * 8 + digit;
			digits++;
		} else if (digits > 0) {
			break;
		}
	}
	return digits > 0 && stated == sum;
}

enum kind
kind_of(const struct input *in)
{
	if (image_is_supported(in))
		return KIND_BINARY;
	if (fat_is(in))
		return KIND_FAT;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (bytes_equal(&in->head, magics[i].offset, magics[i].text, magics[i].len))
			return magics[i].kind;
	if (ar_is(in))
		return KIND_STATIC;
	return is_old_tar(in->head) ? KIND_ARCHIVE : KIND_OTHER;
}

enum kind
kind_of_bytes(const void *head, size_t len)
{
	struct input in;

	input_from_buffer(&in, NULL, "", head, len);
	return kind_of(&in);
}

bool
kind_is_container(enum kind kind)
{
	return kind != KIND_OTHER && kind != KIND_BINARY && kind != KIND_FAT;
}
