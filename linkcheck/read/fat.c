/* SPDX-License-Identifier: MIT */
/* The header of a fat file. */
#include "linkcheck/read/fat.h"

#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/macho.h"

#define MAGIC_32 0xcafebabeu
#define MAGIC_64 0xcafebabfu
#define HEADER 8

/* In a Java class file the version stands where the count is: minor and major, which began at 45. */
#define JAVA_FIRST 45

static struct bytes
head_of(const struct input *in)
{
	struct bytes head = in->head;

	head.big_endian = true;
	return head;
}

bool
fat_is(const struct input *in)
{
	struct bytes head = head_of(in);
	uint32_t magic = bytes_u32(&head, 0), count = bytes_u32(&head, 4);

	return !head.bad && (magic == MAGIC_64 || (magic == MAGIC_32 && count < JAVA_FIRST));
}

static struct fat_slice
slice_at(struct arena *a, struct bytes *table, uint64_t at, bool wide)
{
	uint32_t cpu = bytes_u32(table, at);
	const char *arch = macho_arch_name(cpu, bytes_u32(table, at + 4));

	return (struct fat_slice){
		.arch = arch ? arch : arena_printf(a, "machine 0x%08" PRIx32, cpu),
		.offset = bytes_word(table, at + 8, wide ? 8 : 4),
		.size = wide ? bytes_u64(table, at + 16) : bytes_u32(table, at + 12),
	};
}

bool
fat_read(struct arena *a, struct input *in, struct fat_slice **ret, size_t *ret_count,
	struct error *err)
{
	struct bytes head = head_of(in), table;
	bool wide = bytes_u32(&head, 0) == MAGIC_64;
	uint32_t count = bytes_u32(&head, 4), size = wide ? 32 : 20;
	struct fat_slice *slices;

	if (count == 0 || count > CAP_FAT_SLICES) {
		error_set(err, ERROR_FORMAT, "%s is a fat file of %" PRIu32 " architectures",
			in->name, count);
		return error_where(err, "%s, offset 4", in->name);
	}
	if (!input_window(in, HEADER, (uint64_t)count * size, &table, err))
		return false;
	table.big_endian = true;
	slices = ARENA_ARRAY(a, count, struct fat_slice);
	for (uint32_t i = 0; i < count; i++)
		slices[i] = slice_at(a, &table, (uint64_t)i * size, wide);
	*ret = slices;
	*ret_count = count;
	return true;
}
