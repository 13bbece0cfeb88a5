/* SPDX-License-Identifier: MIT */
/* What only PE files have, for machines. */
#include "cli/report/report.h"
#include "linkcheck/judge/rules_pe.h"
#include "linkcheck/read/pe.h"

static void
add_list(struct json_value *object, const char *key, const char *const *items, size_t count)
{
	struct json_value *array;

	if (!count)
		return;
	array = json_add_array(object, key);
	for (size_t i = 0; i < count; i++)
		json_push_string(array, items[i]);
}

static void
add_version(struct json_value *object, struct arena *a, const char *key, struct pe_version v)
{
	json_add_string(object, key, arena_printf(a, "%u.%u", v.major, v.minor));
}

static void
add_flags(struct json_value *object, const struct pe *pe)
{
	uint16_t flags = pe->dll_characteristics;

	json_add_bool(object, "aslr", (flags & PE_DYNAMIC_BASE) && pe->relocatable);
	json_add_bool(object, "high_entropy", (flags & PE_HIGH_ENTROPY_VA) != 0);
	json_add_bool(object, "nx", (flags & PE_NX_COMPAT) != 0);
	json_add_bool(object, "cfg", (flags & PE_GUARD_CF) != 0);
	json_add_bool(object, "force_integrity", (flags & PE_FORCE_INTEGRITY) != 0);
	json_add_bool(object, "signature", pe->has_certificate);
	json_add_bool(object, "managed", pe->managed);
	json_add_bool(object, "tls", pe->tls);
}

void
report_pe_json(struct json_value *object, struct arena *a, const struct subject *s)
{
	const struct pe *pe = s->image->pe;
	struct subject copy = *s;
	struct strvec names;
	struct json_value *value;

	if (!pe)
		return;
	value = json_add_object(object, "pe");
	json_add_string(value, "subsystem", pe_subsystem_name(a, pe->subsystem));
	add_version(value, a, "subsystem_version", pe->subsystem_version);
	add_version(value, a, "os_version", pe->os_version);
	add_version(value, a, "linker_version", pe->linker);
	add_flags(value, pe);
	add_list(value, "delay_needed", (const char *const *)pe->delay_needed.items,
		pe->delay_needed.count);
	add_list(value, "assemblies", pe->assemblies.items, pe->assemblies.count);
	json_add_string(value, "pdb", pe->pdb);
	json_add_string(value, "debug_id", pe->debug_id);
	json_add_string(value, "windows", rules_windows_floor(&copy, &names));
	add_list(value, "windows_symbols", names.items, names.count);
}
