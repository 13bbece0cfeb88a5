/* SPDX-License-Identifier: MIT */
/*
 * Text that others wrote (file names, symbols, whole messages made of them) inside documents of ours.
 * Whatever the bytes are, the result is well-formed, stays where it is put, and shows what cannot be
 * shown as U+FFFD. Each function appends to `out`.
 */
#ifndef CLI_REPORT_ESCAPE_H
#define CLI_REPORT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The character that `s` (not empty) begins with has *ret_len bytes; may it be shown? Not what is no
 * UTF-8, controls, and what turns the direction of the text around it. */
bool escape_character(const char *s, size_t *ret_len);

/* The content of elements and of quoted attributes, XML 1.0 and HTML alike. */
void escape_xml(struct strbuf *out, const char *s);
/* Markdown text on one line, table cells too: no markup, no HTML, no mention. */
void escape_markdown(struct strbuf *out, const char *s);
/* A code span; not for table cells, which end at a bar even there. */
void escape_markdown_code(struct strbuf *out, const char *s);
/* The message of a GitHub workflow command, and the value of one of its properties. */
void escape_github(struct strbuf *out, const char *s);
void escape_github_property(struct strbuf *out, const char *s);
/* A path as a URI reference (RFC 3986): relative ones stay so, absolute ones become file:///. */
void escape_uri(struct strbuf *out, const char *path);
/* A quoted string of Graphviz's language, with its quotes. */
void escape_dot(struct strbuf *out, const char *s);
/* A quoted label of Mermaid, with its quotes: entities with # are its own. */
void escape_mermaid(struct strbuf *out, const char *s);

#endif
