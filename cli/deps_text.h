/* SPDX-License-Identifier: MIT */
/*
 * Dependency trees for people: each library with how it was found, or every place that was tried.
 */
#ifndef CLI_DEPS_TEXT_H
#define CLI_DEPS_TEXT_H

#include "base/json.h"
#include "base/str.h"
#include "cli/ui.h"
#include "linkcheck/resolve/deps.h"
#include "linkcheck/resolve/resolve.h"

void deps_text_tree(struct strbuf *out, const struct ui *ui, const struct deps *deps);
/* What goes wrong: of the symbols that one file lacks, the first few. */
void deps_text_problems(struct strbuf *out, const struct resolution *r);
/* The same, and whether it starts. */
void deps_text_answer(struct strbuf *out, const struct ui *ui, const struct resolution *r);
/* The same as "problems" of a JSON object. */
void report_problems_json(struct json_value *object, const struct resolution *r);
/* Only what is missing. */
void deps_text_missing(struct strbuf *out, const struct ui *ui, const struct deps *deps);

#endif
