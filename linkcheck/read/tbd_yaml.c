/* SPDX-License-Identifier: MIT */
/* YAML events into JSON values. The only file that knows libyaml. */
#include "linkcheck/read/tbd_yaml.h"

#include <string.h>
#include <yaml.h>

#include "base/caps.h"
#include "base/lazy.h"

LAZY_NOTE(yaml, "tbd", "Stub libraries of Apple's SDKs", "suggested", "libyaml-0.so.2");

#define MAX_DEPTH 16

struct reader {
	const char *name;
	struct error *err;
	yaml_parser_t parser;
	yaml_event_t event; /* the current one, when has_event */
	bool has_event;
	uint64_t values;
	int (*initialize)(yaml_parser_t *);
	void (*set_input)(yaml_parser_t *, const unsigned char *, size_t);
	int (*parse)(yaml_parser_t *, yaml_event_t *);
	void (*delete_event)(yaml_event_t *);
	void (*delete_parser)(yaml_parser_t *);
};

static bool
load(struct reader *r, struct error *err)
{
	const struct lazy_symbol symbols[] = {
		{ "yaml_parser_initialize", (void **)&r->initialize },
		{ "yaml_parser_set_input_string", (void **)&r->set_input },
		{ "yaml_parser_parse", (void **)&r->parse },
		{ "yaml_event_delete", (void **)&r->delete_event },
		{ "yaml_parser_delete", (void **)&r->delete_parser },
	};

	return lazy_load("libyaml-0.so.2", "libyaml-0-2", symbols, ARRAY_LEN(symbols), err);
}

static bool
complain(struct reader *r, size_t line, const char *what)
{
	error_set(r->err, ERROR_FORMAT, "%s: %s", r->name, what);
	return error_where(r->err, "%s, line %zu", r->name, line + 1);
}

/* The next event, in place of the current one. */
static bool
next(struct reader *r)
{
	if (r->has_event)
		r->delete_event(&r->event);
	r->has_event = false;
	if (!r->parse(&r->parser, &r->event))
		return complain(r, r->parser.problem_mark.line,
			r->parser.problem ? r->parser.problem : "not YAML");
	r->has_event = true;
	if (++r->values > CAP_JSON_VALUES)
		return complain(r, r->event.start_mark.line, "too many values");
	return true;
}

static const char *
scalar(const struct reader *r)
{
	return (const char *)r->event.data.scalar.value;
}

static bool read_mapping(struct reader *r, struct json_value *to, unsigned depth);

static bool
read_sequence(struct reader *r, struct json_value *to, unsigned depth)
{
	while (next(r)) {
		size_t line = r->event.start_mark.line;

		switch (r->event.type) {
		case YAML_SEQUENCE_END_EVENT:
			return true;
		case YAML_SCALAR_EVENT:
			json_push_string(to, scalar(r));
			break;
		case YAML_MAPPING_START_EVENT:
			if (!read_mapping(r, json_push_object(to), depth + 1))
				return false;
			break;
		default:
			return complain(r, line, "a list holds something else than texts");
		}
	}
	return false;
}

static bool
read_member(struct reader *r, struct json_value *to, const char *key, unsigned depth)
{
	if (!next(r))
		return false;
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		json_add_string(to, key, scalar(r));
		return true;
	case YAML_SEQUENCE_START_EVENT:
		return read_sequence(r, json_add_array(to, key), depth + 1);
	case YAML_MAPPING_START_EVENT:
		return read_mapping(r, json_add_object(to, key), depth + 1);
	default:
		return complain(r, r->event.start_mark.line, "a key has no plain value");
	}
}

static bool
read_mapping(struct reader *r, struct json_value *to, unsigned depth)
{
	if (depth > MAX_DEPTH)
		return complain(r, r->event.start_mark.line, "values are nested too deep");
	while (next(r)) {
		char *key;
		bool ok;

		if (r->event.type == YAML_MAPPING_END_EVENT)
			return true;
		if (r->event.type != YAML_SCALAR_EVENT)
			return complain(r, r->event.start_mark.line, "a key is no text");
		key = strdup(scalar(r));
		if (!key)
			arena_no_memory();
		ok = read_member(r, to, key, depth);
		free(key);
		if (!ok)
			return false;
	}
	return false;
}

static bool
read_documents(struct reader *r, struct json_value *documents)
{
	while (next(r)) {
		struct json_value *document;
		const char *tag;

		if (r->event.type == YAML_STREAM_END_EVENT)
			return true;
		if (r->event.type != YAML_MAPPING_START_EVENT) {
			if (r->event.type == YAML_SCALAR_EVENT ||
				r->event.type == YAML_SEQUENCE_START_EVENT ||
				r->event.type == YAML_ALIAS_EVENT)
				return complain(
					r, r->event.start_mark.line, "a document is no mapping");
			continue; /* the stream's and the documents' marks */
		}
		document = json_push_object(documents);
		tag = (const char *)r->event.data.mapping_start.tag;
		json_add_string(document, "!", tag);
		if (!read_mapping(r, document, 0))
			return false;
	}
	return false;
}

bool
tbd_yaml_parse(struct json *ret, const char *name, struct str text, struct error *err)
{
	struct reader r = { .name = name, .err = err };
	struct json doc = { .name = name };
	bool ok;

	if (!load(&r, err))
		return false;
	if (!r.initialize(&r.parser))
		arena_no_memory();
	r.set_input(&r.parser, (const unsigned char *)text.ptr, text.len);
	doc.root = json_new_object();
	ok = read_documents(&r, json_add_array(doc.root, "documents"));
	if (r.has_event)
		r.delete_event(&r.event);
	r.delete_parser(&r.parser);
	if (!ok) {
		json_clear(&doc);
		return false;
	}
	*ret = doc;
	return true;
}
