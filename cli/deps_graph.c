/* SPDX-License-Identifier: MIT */
/* Writes dependency trees for dot(1) and Mermaid. */
#include "cli/deps_graph.h"

#include "cli/report/escape.h"

/* What languages differ in. */
static const struct language {
	const char *begin, *end;
	const char *missing; /* behind the node of a library that is not found */
	void (*quote)(struct strbuf *out, const char *s);
} languages[] = {
	[DEPS_DOT] = { "digraph deps {\n\trankdir=LR;\n\tnode [shape=box, fontname=monospace];\n",
		"}\n", "style=dashed, color=red", escape_dot },
	[DEPS_MERMAID] = { "flowchart LR\n\tclassDef missing stroke:red,stroke-dasharray:4\n", "",
		":::missing", escape_mermaid },
};

void
deps_graph_begin(struct deps_graph *g, struct arena *a, enum deps_language language)
{
	g->language = language;
	strbuf_init(&g->text, a);
	strmap_init(&g->nodes, a);
	strmap_init(&g->edges, a);
	strbuf_add(&g->text, languages[language].begin);
}

void
deps_graph_end(struct deps_graph *g)
{
	strbuf_add(&g->text, languages[g->language].end);
}

/* The node's own name in the text: names of files may hold anything. */
static const char *
node_of(struct deps_graph *g, const struct deps_node *node)
{
	const struct language *l = &languages[g->language];
	const char *name = node->path ? node->path : node->name;
	const char *known = strmap_get(&g->nodes, name);
	char *id;

	if (known)
		return known;
	id = arena_printf(g->text.arena, "n%zu", g->nodes.count);
	strmap_set(&g->nodes, name, id);
	strbuf_addf(&g->text, "\t%s%s", id, g->language == DEPS_DOT ? " [label=" : "[");
	l->quote(&g->text, name);
	if (g->language == DEPS_DOT)
		strbuf_addf(&g->text, "%s%s];\n", node->how == DEPS_MISSING ? ", " : "",
			node->how == DEPS_MISSING ? l->missing : "");
	else
		strbuf_addf(&g->text, "]%s\n", node->how == DEPS_MISSING ? l->missing : "");
	return id;
}

static void
add_edge(struct deps_graph *g, const char *from, const char *to, const char *how)
{
	char *key = arena_printf(g->text.arena, "%s %s", from, to);

	if (strmap_get(&g->edges, key))
		return;
	strmap_set(&g->edges, key, key);
	if (g->language == DEPS_DOT)
		strbuf_addf(&g->text, "\t%s -> %s [tooltip=\"%s\"];\n", from, to, how);
	else
		strbuf_addf(&g->text, "\t%s --> %s\n", from, to);
}

static void
add_node(struct deps_graph *g, const struct deps_node *node)
{
	const char *from = node_of(g, node);

	for (size_t i = 0; i < node->child_count; i++) {
		const struct deps_node *child = &node->children[i];

		add_edge(g, from, node_of(g, child), deps_how_name(child->how));
		add_node(g, child);
	}
}

void
deps_graph_add(struct deps_graph *g, const struct deps *deps)
{
	struct deps_node top = deps->top;

	top.how = DEPS_PATH; /* the file itself was found, by its name */
	add_node(g, &top);
}
