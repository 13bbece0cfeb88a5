/* SPDX-License-Identifier: MIT */
/*
 * Compiles linkcheck/platform/data/glibc.tsv and musl.tsv into the tables of linkcheck/platform/abi_table.h. Runs on
 * the building machine while xbuild is built, so it needs nothing but a C library:
 *
 *	abi-gen glibc.tsv musl.tsv > abi_tables.c
 *
 * The facts are checked as they are read; a line that is not understood ends the build.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "linkcheck/platform/abi_table.h"

#define FIELDS 6
#define MAX_RELEASES 128
#define MAX_LIBRARIES 64
#define MAX_VERSIONS 200
#define MAX_ROWS 60000

struct fact {
	const char *name;
	struct abi_row row;
};

struct text_list {
	const char *items[256];
	size_t count;
};

static struct fact facts[MAX_ROWS];
static size_t fact_count;
static struct abi_row nodes[MAX_ROWS];
static size_t node_count;
static struct text_list releases, versions, arches, libraries;
static const char *sonames[MAX_LIBRARIES];
static uint8_t library_libc[MAX_LIBRARIES];
static int arch_bits[ABI_TABLE_ARCHES];
static const char *base_text[ABI_TABLE_LIBCS][ABI_TABLE_ARCHES];
static struct abi_libc libcs[ABI_TABLE_LIBCS];
static const char *file;
static unsigned line_number;

static _Noreturn void die(const char *fmt, ...) PRINTF_LIKE(1, 2);

static void
die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%u: ", file ? file : "abi-gen", line_number);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void *
must(void *p)
{
	if (!p)
		die("out of memory");
	return p;
}

static const char *
keep(const char *s)
{
	return strcpy(must(malloc(strlen(s) + 1)), s);
}

static size_t
find(const struct text_list *l, const char *s, size_t from)
{
	for (size_t i = from; i < l->count; i++)
		if (strcmp(l->items[i], s) == 0)
			return i;
	return l->count;
}

static size_t
add(struct text_list *l, const char *s, size_t max)
{
	if (l->count == max || strlen(s) >= ABI_TABLE_TEXT)
		die("too many, or too long: %s", s);
	l->items[l->count] = keep(s);
	return l->count++;
}

/* Versions: "" first, then GLIBC_ by number, then the rest by text. */

static bool
is_numbered(const char *v)
{
	return strncmp(v, "GLIBC_", 6) == 0 && v[6] >= '0' && v[6] <= '9';
}

static int
number_cmp(const char *a, const char *b)
{
	for (;;) {
		char *enda, *endb;
		long x = strtol(a, &enda, 10), y = strtol(b, &endb, 10);

		if (x != y)
			return x < y ? -1 : 1;
		if (*enda != '.' || *endb != '.')
			return (*enda == '.') - (*endb == '.');
		a = enda + 1;
		b = endb + 1;
	}
}

static int
version_cmp(const void *pa, const void *pb)
{
	const char *a = *(const char *const *)pa, *b = *(const char *const *)pb;

	if (!*a || !*b)
		return (*a != '\0') - (*b != '\0');
	if (is_numbered(a) != is_numbered(b))
		return is_numbered(a) ? -1 : 1;
	return is_numbered(a) ? number_cmp(a + 6, b + 6) : strcmp(a, b);
}

static void
note_version(const char *s)
{
	s = strcmp(s, "-") == 0 ? "" : s;
	if (find(&versions, s, 0) == versions.count)
		add(&versions, s, MAX_VERSIONS);
}

static uint8_t
version_of(const char *s)
{
	size_t i = find(&versions, strcmp(s, "-") == 0 ? "" : s, 0);

	if (i == versions.count)
		die("version %s was not seen", s);
	return (uint8_t)i;
}

static uint8_t
release_of(const char *s, unsigned libc)
{
	size_t i = find(&releases, s, libcs[libc].first);

	if (i == releases.count)
		die("unknown release %s", s);
	return (uint8_t)i;
}

/* "all,-loong64", "32", "386,amd64": the architectures whose port is named in this file. */
static uint16_t
arch_set(const char *s, unsigned libc)
{
	char copy[256];
	unsigned set = 0;

	if (strlen(s) >= sizeof(copy))
		die("set of architectures is too long");
	strcpy(copy, s);
	for (char *word = strtok(copy, ","); word; word = strtok(NULL, ",")) {
		bool out = *word == '-';
		unsigned these = 0;

		word += out;
		for (size_t a = 0; a < arches.count; a++)
			if (libcs[libc].start[a] != ABI_TABLE_NONE &&
				(strcmp(word, arches.items[a]) == 0 || strcmp(word, "all") == 0 ||
					atoi(word) == arch_bits[a]))
				these |= 1u << a;
		if (these == 0 || (out && (these & set) != these))
			die("no such architectures: %s", word);
		set = out ? set & ~these : set | these;
	}
	return (uint16_t)set;
}

/* @releases, @library, @arch: fields[0] is the word. */
static void
read_heading(char **fields, unsigned libc)
{
	if (strcmp(fields[0], "@releases") == 0) {
		libcs[libc].first = (uint8_t)releases.count;
		for (char *r = strtok(fields[1], " "); r; r = strtok(NULL, " "))
			add(&releases, r, MAX_RELEASES);
		libcs[libc].count = (uint8_t)(releases.count - libcs[libc].first);
	} else if (strcmp(fields[0], "@library") == 0) {
		size_t i = add(&libraries, fields[1], MAX_LIBRARIES);

		if (strlen(fields[2]) >= sizeof(((struct abi_library *)0)->soname))
			die("soname is too long");
		sonames[i] = keep(fields[2]);
		library_libc[i] = (uint8_t)libc;
	} else if (strcmp(fields[0], "@arch") == 0) {
		size_t i = find(&arches, fields[1], 0);

		if (i == arches.count)
			i = add(&arches, fields[1], ABI_TABLE_ARCHES);
		arch_bits[i] = atoi(fields[2]);
		base_text[libc][i] = keep(fields[3]);
		note_version(fields[3]);
		libcs[libc].start[i] = release_of(fields[4], libc);
	} else {
		die("unknown heading %s", fields[0]);
	}
}

/* The symbols wait for the second pass, when all versions are known and sorted. */
static void
read_fact(char **fields, unsigned libc)
{
	size_t library = 0;
	struct fact f = { 0 };

	while (library < libraries.count &&
		(library_libc[library] != libc || strcmp(libraries.items[library], fields[0]) != 0))
		library++;
	if (library == libraries.count)
		die("unknown library %s", fields[0]);
	f.row.library = (uint8_t)library;
	f.row.version = version_of(fields[2]);
	f.row.first = release_of(fields[3], libc);
	f.row.last = strcmp(fields[4], "-") == 0 ? ABI_TABLE_NONE : release_of(fields[4], libc);
	f.row.arches = arch_set(fields[5], libc);
	if (f.row.last < f.row.first)
		die("ends before it begins");
	if (strcmp(fields[1], "-") == 0) {
		nodes[node_count++] = f.row;
		return;
	}
	if (fact_count == MAX_ROWS)
		die("too many facts");
	f.name = keep(fields[1]);
	facts[fact_count++] = f;
}

static void
read_file(const char *path, unsigned libc, bool second)
{
	char line[1024], *fields[FIELDS];
	FILE *in = fopen(path, "r");

	file = path;
	line_number = 0;
	if (!in)
		die("%s", strerror(errno));
	while (fgets(line, sizeof(line), in)) {
		size_t n = 0, want;

		line_number++;
		if (!strchr(line, '\n'))
			die("line is too long, or not ended");
		*strchr(line, '\n') = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		for (char *s = strtok(line, "\t"); s && n < FIELDS; s = strtok(NULL, "\t"))
			fields[n++] = s;
		want = line[0] != '@' ? 6 : line[1] == 'a' ? 5 : line[1] == 'l' ? 3 : 2;
		if (n != want)
			die("%zu fields, not %zu", n, want);
		if (line[0] == '@' && !second)
			read_heading(fields, libc);
		else if (line[0] != '@' && !second)
			note_version(fields[2]);
		else if (line[0] != '@')
			read_fact(fields, libc);
	}
	if (ferror(in) || fclose(in) != 0)
		die("%s", strerror(errno));
}

/* The nodes of each library, an architecture at a time: the version as it is there, the first
 * and the last release with a symbol of it. Symbols may come and go, so the ranges are joined. */
static void
add_node(const struct abi_row *row, unsigned arch)
{
	const struct abi_libc *libc = &libcs[library_libc[row->library]];
	struct abi_row n = *row;

	n.arches = (uint16_t)(1u << arch);
	if (is_numbered(versions.items[n.version]) && n.version < libc->base[arch])
		n.version = libc->base[arch];
	if (n.first < libc->start[arch])
		n.first = libc->start[arch];
	for (size_t i = 0; i < node_count; i++) {
		struct abi_row *old = &nodes[i];

		if (old->library != n.library || old->version != n.version ||
			old->arches != n.arches)
			continue;
		old->first = n.first < old->first ? n.first : old->first;
		old->last = n.last > old->last ? n.last : old->last;
		return;
	}
	if (node_count == MAX_ROWS)
		die("too many version nodes");
	nodes[node_count++] = n;
}

static int
node_cmp(const void *pa, const void *pb)
{
	const struct abi_row *a = pa, *b = pb;

	if (a->library != b->library)
		return a->library - b->library;
	if (a->version != b->version)
		return a->version - b->version;
	return a->first != b->first ? a->first - b->first : a->last - b->last;
}

static void
make_nodes(void)
{
	static struct abi_row given[256];
	size_t given_count = node_count, out = 0;

	if (given_count > sizeof(given) / sizeof(given[0]))
		die("too many nodes without symbols");
	memcpy(given, nodes, given_count * sizeof(given[0]));
	node_count = 0;
	for (unsigned arch = 0; arch < arches.count; arch++) {
		for (size_t i = 0; i < given_count; i++)
			if (given[i].arches & 1u << arch)
				add_node(&given[i], arch);
		for (size_t i = 0; i < fact_count; i++)
			if (facts[i].row.arches & 1u << arch)
				add_node(&facts[i].row, arch);
	}
	qsort(nodes, node_count, sizeof(nodes[0]), node_cmp);
	for (size_t i = 0; i < node_count; i++) {
		if (out > 0 && node_cmp(&nodes[out - 1], &nodes[i]) == 0)
			nodes[out - 1].arches |= nodes[i].arches;
		else
			nodes[out++] = nodes[i];
	}
	node_count = out;
}

static int
fact_cmp(const void *pa, const void *pb)
{
	const struct fact *a = pa, *b = pb;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : node_cmp(&a->row, &b->row);
}

static void
print_texts(const char *name, const struct text_list *l)
{
	printf("const char %s[][ABI_TABLE_TEXT] = {", name);
	for (size_t i = 0; i < l->count; i++)
		printf("%s\"%s\",", i % 8 == 0 ? "\n\t" : " ", l->items[i]);
	printf("\n};\n");
}

static void
print_row(const struct abi_row *r, size_t i)
{
	printf("%s{ 0x%03x, %u, %u, %u, %u },", i % 4 == 0 ? "\n\t" : " ", r->arches, r->library,
		r->version, r->first, r->last);
}

static void
print_libcs(void)
{
	printf("const struct abi_libc abi_libcs[ABI_TABLE_LIBCS] = {\n");
	for (size_t l = 0; l < ABI_TABLE_LIBCS; l++) {
		printf("\t{ %u, %u, {", libcs[l].first, libcs[l].count);
		for (size_t a = 0; a < ABI_TABLE_ARCHES; a++)
			printf(" %u,", libcs[l].base[a]);
		printf(" }, {");
		for (size_t a = 0; a < ABI_TABLE_ARCHES; a++)
			printf(" %u,", libcs[l].start[a]);
		printf(" } },\n");
	}
	printf("};\nconst struct abi_library abi_library_table[] = {\n");
	for (size_t i = 0; i < libraries.count; i++)
		printf("\t{ \"%s\", %u },\n", sonames[i], library_libc[i]);
	printf("};\nconst size_t abi_library_count = %zu;\n", libraries.count);
}

static void
print_text(const char *s)
{
	for (; *s; s++) {
		if (*s < '!' || *s > '~' || *s == '\'' || *s == '\\')
			die("odd character in the name of a symbol");
		printf("'%c',", *s);
	}
	printf("0,\n");
}

static void
print_names(void)
{
	static uint16_t slots[ABI_TABLE_SLOTS];
	uint32_t text = 0;
	size_t names = 0;

	printf("const struct abi_name abi_names[] = {\n");
	for (size_t i = 0, n; i < fact_count; i += n) {
		uint32_t hash = abi_hash(facts[i].name), slot = abi_slot(hash);

		for (n = 1; i + n < fact_count; n++)
			if (strcmp(facts[i].name, facts[i + n].name) != 0)
				break;
		printf("\t{ 0x%08x, %u, %zu, %zu },\n", hash, text, i, n);
		text += (uint32_t)strlen(facts[i].name) + 1;
		while (slots[slot])
			slot = (slot + 1) % ABI_TABLE_SLOTS;
		slots[slot] = (uint16_t)++names;
	}
	printf("};\nconst uint16_t abi_slots[ABI_TABLE_SLOTS] = {");
	if (names > ABI_TABLE_SLOTS * 3 / 4)
		die("too many names for the hash table");
	for (size_t i = 0; i < ABI_TABLE_SLOTS; i++)
		printf("%s%u,", i % 16 == 0 ? "\n\t" : " ", slots[i]);
	printf("\n};\nconst char abi_text[] = {\n");
	for (size_t i = 0; i < fact_count; i++)
		if (i == 0 || strcmp(facts[i - 1].name, facts[i].name) != 0)
			print_text(facts[i].name);
	printf("};\n");
}

int
main(int argc, char **argv)
{
	size_t plain = 0;

	if (argc != 1 + ABI_TABLE_LIBCS)
		die("usage: abi-gen glibc.tsv musl.tsv");
	memset(libcs, 0, sizeof(libcs));
	note_version("-");
	for (unsigned l = 0; l < ABI_TABLE_LIBCS; l++) {
		memset(libcs[l].start, ABI_TABLE_NONE, sizeof(libcs[l].start));
		read_file(argv[1 + l], l, false);
	}
	qsort(versions.items, versions.count, sizeof(versions.items[0]), version_cmp);
	while (plain < versions.count &&
		(!*versions.items[plain] || is_numbered(versions.items[plain])))
		plain++;
	for (unsigned l = 0; l < ABI_TABLE_LIBCS; l++) {
		for (size_t a = 0; a < arches.count; a++)
			libcs[l].base[a] = base_text[l][a] ? version_of(base_text[l][a]) : 0;
		read_file(argv[1 + l], l, true);
	}
	file = NULL;
	make_nodes();
	qsort(facts, fact_count, sizeof(facts[0]), fact_cmp);

	printf("/* Made by linkcheck/platform/data/gen.c from linkcheck/platform/data; do not edit. */\n");
	printf("#include \"linkcheck/platform/abi_table.h\"\n\n");
	print_texts("abi_versions", &versions);
	printf("const size_t abi_version_count = %zu;\n", versions.count);
	printf("const unsigned abi_version_plain = %zu;\n", plain);
	print_texts("abi_releases", &releases);
	print_texts("abi_arches", &arches);
	printf("const size_t abi_arch_count = %zu;\n", arches.count);
	print_libcs();
	printf("const struct abi_row abi_nodes[] = {");
	for (size_t i = 0; i < node_count; i++)
		print_row(&nodes[i], i);
	printf("\n};\nconst size_t abi_node_count = %zu;\n", node_count);
	printf("const struct abi_row abi_rows[] = {");
	for (size_t i = 0; i < fact_count; i++)
		print_row(&facts[i].row, i);
	printf("\n};\n");
	print_names();
	if (fflush(stdout) != 0 || ferror(stdout))
		die("%s", strerror(errno));
	return 0;
}
