/* SPDX-License-Identifier: MIT */
/*
 * Dependency trees as the text of two languages that draw them: Graphviz and Mermaid. Each file is one
 * node and each need one edge, however many trees it is in.
 */
#ifndef CLI_DEPS_GRAPH_H
#define CLI_DEPS_GRAPH_H

#include "base/str.h"
#include "base/strmap.h"
#include "linkcheck/resolve/deps.h"

enum deps_language { DEPS_DOT, DEPS_MERMAID };

struct deps_graph {
	enum deps_language language;
	struct strbuf text; /* complete after deps_graph_end */
	struct strmap nodes, edges;
};

void deps_graph_begin(struct deps_graph *g, struct arena *a, enum deps_language language);
void deps_graph_add(struct deps_graph *g, const struct deps *deps);
void deps_graph_end(struct deps_graph *g);

#endif
