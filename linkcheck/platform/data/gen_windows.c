/* SPDX-License-Identifier: MIT */
/*
 * Compiles linkcheck/platform/data/windows.tsv into the tables of linkcheck/resolve/nt_table.h. Runs on the building machine while
 * xbuild is built, so it needs nothing but a C library:
 *
 *	windows-gen windows.tsv > nt_tables.c
 *
 * The facts are checked as they are read; a line that is not understood ends the build.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "linkcheck/resolve/nt_table.h"

#define MAX_DLLS 4096
#define MAX_EXPORTS 65536
#define MAX_TEXT (1u << 20)
#define SLOTS (1u << 17)

static const char *const versions[] = { "", "6.1", "6.2", "6.3", "10.0" };

static struct nt_dll_row dlls[MAX_DLLS];
static struct nt_export_row exports[MAX_EXPORTS];
static size_t dll_count, export_count;
static char text[MAX_TEXT];
static size_t text_len = 1;
static uint32_t slots[SLOTS]; /* of names already in `text` */
static const char *file = "windows-gen";
static unsigned line_number;

static _Noreturn void die(const char *fmt, ...) PRINTF_LIKE(1, 2);

static void
die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%u: ", file, line_number);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* Many API sets export what kernel32 exports: a name is kept once. */
static uint32_t
keep(const char *s)
{
	size_t n = strlen(s) + 1;
	uint32_t hash = 5381;

	for (const char *c = s; *c; c++) {
		if (*c < '!' || *c > '~' || *c == '\'' || *c == '\\')
			die("odd character in %s", s);
		hash = hash * 33 + (unsigned char)*c;
	}
	for (hash %= SLOTS; slots[hash]; hash = (hash + 1) % SLOTS)
		if (strcmp(text + slots[hash], s) == 0)
			return slots[hash];
	if (text_len + n > MAX_TEXT)
		die("too much text");
	memcpy(text + text_len, s, n);
	slots[hash] = (uint32_t)text_len;
	text_len += n;
	return slots[hash];
}

static void
add_dll(char **fields, size_t n)
{
	if (n != 3 || dll_count == MAX_DLLS)
		die("no DLL, or too many");
	if (dll_count > 0 && strcmp(text + dlls[dll_count - 1].name, fields[1]) >= 0)
		die("%s is not in order", fields[1]);
	if (strcmp(fields[2], "system") != 0 && strcmp(fields[2], "redist") != 0)
		die("unknown kind %s", fields[2]);
	dlls[dll_count++] = (struct nt_dll_row){
		.name = keep(fields[1]),
		.first = (uint32_t)export_count,
		.redist = strcmp(fields[2], "redist") == 0,
	};
}

static uint8_t
arches_of(const char *s)
{
	if (strcmp(s, "-") == 0)
		return NT_ARCH_386 | NT_ARCH_AMD64;
	if (strcmp(s, "386") == 0)
		return NT_ARCH_386;
	if (strcmp(s, "amd64") != 0)
		die("unknown architecture %s", s);
	return NT_ARCH_AMD64;
}

static uint8_t
version_of(const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		if (strcmp(versions[i], s) == 0)
			return (uint8_t)i;
	die("unknown Windows %s", s);
}

static void
add_export(char **fields, size_t n)
{
	struct nt_dll_row *dll = dll_count ? &dlls[dll_count - 1] : NULL;

	if (!dll || export_count == MAX_EXPORTS || dll->count == UINT16_MAX)
		die("an export without a DLL, or too many");
	if (dll->count > 0 && strcmp(text + exports[export_count - 1].name, fields[0]) >= 0)
		die("%s is not in order", fields[0]);
	exports[export_count++] = (struct nt_export_row){
		.name = keep(fields[0]),
		.arches = arches_of(n > 1 ? fields[1] : "-"),
		.since = version_of(n > 2 ? fields[2] : ""),
	};
	dll->count++;
}

static void
read_file(void)
{
	char line[1024], *fields[3];
	FILE *in = fopen(file, "r");

	if (!in)
		die("%s", strerror(errno));
	while (fgets(line, sizeof(line), in)) {
		size_t n = 0;

		line_number++;
		if (!strchr(line, '\n'))
			die("line is too long, or not ended");
		*strchr(line, '\n') = '\0';
		/* An export by ordinal begins with '#' too, and a digit. */
		if (line[0] == '\0' || (line[0] == '#' && line[1] == ' '))
			continue;
		for (char *s = strtok(line, "\t"); s; s = strtok(NULL, "\t")) {
			if (n == ARRAY_LEN(fields))
				die("too many fields");
			fields[n++] = s;
		}
		if (strcmp(fields[0], "@dll") == 0)
			add_dll(fields, n);
		else
			add_export(fields, n);
	}
	if (ferror(in) || fclose(in) != 0)
		die("%s", strerror(errno));
}

static void
print_text(void)
{
	printf("const char nt_text[] = {");
	for (size_t i = 0; i < text_len; i++) {
		if (i == 0 || text[i - 1] == '\0')
			putchar('\n');
		if (text[i])
			printf("'%c',", text[i]);
		else
			printf("0,");
	}
	printf("\n};\n");
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		die("usage: windows-gen windows.tsv");
	file = argv[1];
	read_file();
	printf("/* Made by linkcheck/platform/data/gen_windows.c from windows.tsv; do not edit. "
	       "*/\n");
	printf("#include \"linkcheck/resolve/nt_table.h\"\n\n");
	printf("const char nt_versions[][8] = {");
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		printf(" \"%s\",", versions[i]);
	printf(" };\nconst size_t nt_dll_count = %zu;\nconst struct nt_dll_row nt_dlls[] = {\n",
		dll_count);
	for (size_t i = 0; i < dll_count; i++)
		printf("\t{ %u, %u, %u, %u },\n", dlls[i].name, dlls[i].first, dlls[i].count,
			dlls[i].redist);
	printf("};\nconst struct nt_export_row nt_exports[] = {\n");
	for (size_t i = 0; i < export_count; i++)
		printf("\t{ %u, %u, %u },\n", exports[i].name, exports[i].arches, exports[i].since);
	printf("};\n");
	print_text();
	return 0;
}
