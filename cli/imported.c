/* SPDX-License-Identifier: MIT */
/* xbuild sysroot import, and how an imported sysroot is shown. */
#include "cli/imported.h"

#include <stdio.h>

#include "base/input.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "linkcheck/read/image.h"
#include "sysroots/sysroot.h"

/* sysroots/ asks what a file is; linkcheck/ reads it. */
static bool
look(void *unused, struct arena *scratch, const char *path, struct import_binary *ret)
{
	struct error ignored;
	struct image image;
	struct input in;

	(void)unused;
	if (!input_open(&in, scratch, path, &ignored))
		return false;
	bool ok = image_open(&image, scratch, &in, &ignored) && image.format == FORMAT_ELF;
	if (ok)
		*ret = (struct import_binary){ image.machine, image.bits, image.big_endian,
			image.flags };
	input_close(&in);
	return ok;
}

static const char *
label_of(struct arena *a, const struct import *i)
{
	struct strbuf b;
	unsigned serves = 0;

	for (size_t k = 0; k < i->arch_count; k++)
		serves |= i->archs[k].serves;
	strbuf_init(&b, a);
	strbuf_addf(&b, "%s", i->label);
	if (i->libc == LIBC_GLIBC || i->libc == LIBC_MUSL)
		strbuf_addf(&b, " %s", target_libc_name(i->libc));
	strbuf_addf(&b, "%s%s · %s · %s · %s", i->version[0] != '\0' ? " " : "", i->version,
		import_targets_text(a, i), import_serves_text(a, serves), ui_size(a, i->bytes));
	return ui_safe(a, b.ptr);
}

void
imported_print(struct session *s, const struct import *i)
{
	ui_pad(stdout, i->name, UI_LABEL + 4);
	puts(label_of(&s->arena, i));
}

static void
print_field(struct session *s, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	ui_pad(stdout, name, UI_LABEL);
	puts(ui_safe(&s->arena, value));
}

void
imported_print_whole(struct session *s, const struct import *i)
{
	imported_print(s, i);
	print_field(s, "system", i->about);
	print_field(s, "path", i->path);
	print_field(s, "digest", i->digest);
	print_field(s, "from", i->input);
	print_field(s, "sha256", i->sha256);
	for (size_t k = 0; k < i->arch_count; k++) {
		const struct import one = { .archs = &i->archs[k], .arch_count = 1 };
		const char *serves = import_serves_text(&s->arena, i->archs[k].serves);
		print_field(s, import_targets_text(&s->arena, &one),
			serves[0] != '\0' ? serves : "nothing: it lacks headers");
	}
}

void
imported_json(struct json_value *object, const struct import *i)
{
	struct json_value *targets;
	struct arena scratch;

	arena_init(&scratch);
	json_add_string(object, "name", i->name);
	json_add_string(object, "label", i->label);
	json_add_string(object, "about", i->about);
	json_add_string(object, "libc", target_libc_name(i->libc));
	json_add_string(object, "version", i->version);
	targets = json_add_array(object, "targets");
	for (size_t k = 0; k < i->arch_count; k++) {
		const struct import one = { .archs = &i->archs[k], .arch_count = 1 };
		struct json_value *target = json_push_object(targets);
		json_add_string(target, "target", import_targets_text(&scratch, &one));
		json_add_bool(target, "compile", i->archs[k].serves & IMPORT_COMPILE);
		json_add_bool(target, "dynamic", i->archs[k].serves & IMPORT_DYNAMIC);
		json_add_bool(target, "static", i->archs[k].serves & IMPORT_STATIC);
		json_add_bool(target, "c++", i->archs[k].serves & IMPORT_CXX);
	}
	json_add_string(object, "digest", i->digest);
	json_add_string(object, "path", i->path);
	json_add_u64(object, "bytes", i->bytes);
	json_add_string(object, "input", i->input);
	json_add_string(object, "sha256", i->sha256);
	arena_clear(&scratch);
}

/* Its files are held to the list that was made of them, as any root's are. */
bool
imported_verify(
	struct session *s, const struct import *i, struct strvec *ret_damage, struct error *err)
{
	const struct sysroot root = { .path = i->path, .digest = i->digest };

	return sysroot_verify(&s->context, &s->store, &root, ret_damage, err);
}

int
imported_add(
	struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct imported_options *o = options;
	struct import_request req = {
		.name = operands->items[0], .platform = o->platform, .look = look
	};
	struct import made;

	strvec_init(&req.inputs, &s->arena);
	strvec_push_all(&req.inputs, operands->items + 1);
	if (!import_add(&s->context, &s->store, &req, &made, err))
		return COMMAND_FAILED;
	ui_clear_line(&s->ui);
	if (!made.fresh)
		ui_step(&s->ui, "unchanged", made.name);
	imported_print(s, &made);
	return EXIT_CLEAN;
}
