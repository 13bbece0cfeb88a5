/* SPDX-License-Identifier: MIT */
/*
 * The manifest among the resources: which side-by-side assemblies the file wants, and which Windows
 * it was tested on. It is XML; the two attributes that matter are found without a parser, and what is
 * written in an unusual way is left out.
 */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/pe_file.h"

#define TYPE_MANIFEST 24
#define DIRECTORY_SIZE 16
#define ENTRY_SIZE 8
#define SUBDIRECTORY 0x80000000u
#define MANIFEST_MAX ((uint64_t)256 << 10)
#define FOUND_MAX 64

/* In the directory at `off` of the resources the entry of this number, or the first of all when it is
 * 0; where it leads, or 0. */
static uint32_t
find_entry(struct pe_file *p, uint32_t off, uint32_t id)
{
	uint64_t at = (uint64_t)p->dirs[PE_DIR_RESOURCE].rva + off;
	uint32_t count;
	struct bytes b;

	if (!pe_peek(p, at, DIRECTORY_SIZE, &b))
		return 0;
	count = (uint32_t)bytes_u16(&b, 12) + bytes_u16(&b, 14);
	for (uint32_t i = 0; i < count && i < CAP_PE_RESOURCES; i++) {
		if (!pe_peek(p, at + DIRECTORY_SIZE + (uint64_t)i * ENTRY_SIZE, ENTRY_SIZE, &b))
			return 0;
		if (id == 0 || bytes_u32(&b, 0) == id)
			return bytes_u32(&b, 4);
	}
	return 0;
}

static bool
find_manifest(struct pe_file *p, struct bytes *ret)
{
	uint32_t type, name, language;
	uint64_t off, room;
	struct bytes b;

	if (p->dirs[PE_DIR_RESOURCE].rva == 0)
		return false;
	type = find_entry(p, 0, TYPE_MANIFEST);
	name = type & SUBDIRECTORY ? find_entry(p, type & ~SUBDIRECTORY, 0) : 0;
	language = name & SUBDIRECTORY ? find_entry(p, name & ~SUBDIRECTORY, 0) : 0;
	if (language == 0 || (language & SUBDIRECTORY) ||
		!pe_peek(p, (uint64_t)p->dirs[PE_DIR_RESOURCE].rva + language, 8, &b))
		return false;
	if (!pe_locate(p, bytes_u32(&b, 0), &off, &room) || bytes_u32(&b, 4) > room ||
		bytes_u32(&b, 4) > MANIFEST_MAX)
		return false;
	return pe_peek_file(p, off, bytes_u32(&b, 4), ret);
}

static bool
skip_to(struct str *text, const char *what)
{
	size_t n = strlen(what);

	while (text->len >= n && memcmp(text->ptr, what, n) != 0)
		*text = str_drop(*text, 1);
	if (text->len < n)
		return false;
	*text = str_drop(*text, n);
	return true;
}

/* The value of name="..." or name='...' within one tag. */
static const char *
attribute(struct arena *a, struct str tag, const char *name)
{
	struct str value;
	char quote;

	if (!skip_to(&tag, name) || tag.len < 2)
		return NULL;
	quote = tag.ptr[0];
	if (quote != '"' && quote != '\'')
		return NULL;
	tag = str_drop(tag, 1);
	value = str_cut(&tag, quote);
	return tag.ptr && value.len > 0 && value.len < CAP_NAME ? str_dup(a, value) : NULL;
}

static void
collect(struct pe_file *p, struct str text, const char *element, const char *name,
	struct strvec *ret)
{
	while (ret->count < FOUND_MAX && skip_to(&text, element)) {
		struct str tag = str_cut(&text, '>');
		const char *value = attribute(p->arena, tag, name);

		if (value && !strvec_has(ret, value))
			strvec_push(ret, value);
	}
}

/* An assemblyIdentity names the file itself too; only those it depends on count. */
static void
collect_assemblies(struct pe_file *p, struct str text)
{
	while (p->facts.assemblies.count < FOUND_MAX && skip_to(&text, "<dependentAssembly")) {
		struct str rest = text, tag;
		const char *name;

		if (!skip_to(&rest, "<assemblyIdentity"))
			return;
		tag = str_cut(&rest, '>');
		name = attribute(p->arena, tag, " name=");
		if (name && !strvec_has(&p->facts.assemblies, name))
			strvec_push(&p->facts.assemblies, name);
	}
}

void
pe_read_manifest(struct pe_file *p)
{
	struct bytes b;
	struct str text;

	if (!find_manifest(p, &b))
		return;
	text = (struct str){ (const char *)b.ptr, (size_t)b.len };
	collect_assemblies(p, text);
	collect(p, text, "<supportedOS", "Id=", &p->facts.supported_os);
}
