/* SPDX-License-Identifier: MIT */
/* Draws the graph of needs: boxes in columns, by how far they are from the programs. */
#include "cli/report/graph.h"

#include <string.h>

#include "base/path.h"
#include "base/strmap.h"
#include "cli/report/escape.h"

#define NODES 150 /* drawn */
#define EDGES 1500
#define COLUMNS 12
#define BOX_WIDTH 220
#define BOX_HEIGHT 20
#define GAP_X 70
#define GAP_Y 8
#define NAME_SHOWN 28 /* characters */
#define SEPARATOR '\x1f'

const char *
graph_edges(struct arena *a, const char *label, const struct image *img)
{
	struct strbuf b;

	strbuf_init(&b, a);
	strbuf_addf(&b, "G%s%c%s", label, SEPARATOR, img->soname ? img->soname : "");
	for (size_t i = 0; i < img->needed.count; i++)
		strbuf_addf(&b, "%c%s", SEPARATOR, img->needed.items[i]);
	return b.ptr;
}

struct node {
	const char *name;
	bool audited;
	unsigned column, row;
};

struct edge {
	struct node *from, *to;
};

struct graph {
	struct arena *arena;
	struct strmap names; /* labels, sonames and base names */
	struct node *nodes[NODES];
	struct edge edges[EDGES];
	size_t node_count, edge_count, left_out;
};

static struct node *
node_of(struct graph *g, const char *name)
{
	struct node *n = strmap_get(&g->names, name);

	if (n)
		return n;
	if (g->node_count == NODES) {
		g->left_out++;
		return NULL;
	}
	n = ARENA_NEW(g->arena, struct node);
	n->name = name;
	g->nodes[g->node_count++] = n;
	strmap_set(&g->names, name, n);
	return n;
}

/* A file answers to its label, its soname and the name it has in its directory. */
static void
add_file(struct graph *g, struct str text)
{
	const char *label = str_dup(g->arena, str_cut(&text, SEPARATOR));
	const char *soname = str_dup(g->arena, str_cut(&text, SEPARATOR));
	struct node *n = node_of(g, label);

	if (!n)
		return;
	n->audited = true;
	if (*soname && !strmap_get(&g->names, soname))
		strmap_set(&g->names, soname, n);
	if (!strmap_get(&g->names, path_base(label)))
		strmap_set(&g->names, path_base(label), n);
}

static void
add_needs(struct graph *g, struct str text)
{
	struct node *from = strmap_get(&g->names, str_dup(g->arena, str_cut(&text, SEPARATOR))),
		    *to;

	str_cut(&text, SEPARATOR);
	while (from && text.ptr && text.len) {
		to = node_of(g, str_dup(g->arena, str_cut(&text, SEPARATOR)));
		if (to && to != from && g->edge_count < EDGES)
			g->edges[g->edge_count++] = (struct edge){ from, to };
	}
}

/* Right of everything that needs it; a circle ends at the last column. */
static void
place(struct graph *g)
{
	unsigned rows[COLUMNS] = { 0 };
	bool moved = true;

	for (unsigned pass = 0; moved && pass < COLUMNS; pass++) {
		moved = false;
		for (size_t i = 0; i < g->edge_count; i++) {
			struct edge *e = &g->edges[i];

			if (e->to->column <= e->from->column && e->from->column + 1 < COLUMNS) {
				e->to->column = e->from->column + 1;
				moved = true;
			}
		}
	}
	for (size_t i = 0; i < g->node_count; i++)
		g->nodes[i]->row = rows[g->nodes[i]->column]++;
}

static unsigned
x_of(const struct node *n)
{
	return n->column * (BOX_WIDTH + GAP_X) + 1;
}

static unsigned
y_of(const struct node *n)
{
	return n->row * (BOX_HEIGHT + GAP_Y) + 1;
}

/* The end of a long name tells more than its beginning. */
static const char *
shown_name(struct arena *a, const char *name)
{
	size_t n = 0;

	for (const char *c = name; *c; c++)
		n += ((unsigned char)*c & 0xc0) != 0x80;
	if (n <= NAME_SHOWN)
		return name;
	while (n > NAME_SHOWN - 1) {
		n--;
		name++;
		while (((unsigned char)*name & 0xc0) == 0x80)
			name++;
	}
	return arena_printf(a, "\xe2\x80\xa6%s", name);
}

static void
draw(struct strbuf *out, const struct graph *g)
{
	unsigned width = 0, height = 0;

	for (size_t i = 0; i < g->node_count; i++) {
		unsigned right = x_of(g->nodes[i]) + BOX_WIDTH + 1;
		unsigned bottom = y_of(g->nodes[i]) + BOX_HEIGHT + 1;

		width = right > width ? right : width;
		height = bottom > height ? bottom : height;
	}
	strbuf_addf(out,
		"<svg role=\"img\" aria-labelledby=\"graph-title\" width=\"%u\" height=\"%u\" "
		"viewBox=\"0 0 %u %u\">\n<title id=\"graph-title\">Which file needs which "
		"library</title>\n",
		width, height, width, height);
	for (size_t i = 0; i < g->edge_count; i++) {
		const struct node *f = g->edges[i].from, *t = g->edges[i].to;
		unsigned x = x_of(f) + BOX_WIDTH, y = y_of(f) + BOX_HEIGHT / 2;

		strbuf_addf(out, "<path d=\"M%u %uC%u %u %u %u %u %u\"/>\n", x, y, x + GAP_X / 2, y,
			x_of(t) - GAP_X / 2 + (x_of(t) < GAP_X ? GAP_X / 2 : 0),
			y_of(t) + BOX_HEIGHT / 2, x_of(t), y_of(t) + BOX_HEIGHT / 2);
	}
	for (size_t i = 0; i < g->node_count; i++) {
		const struct node *n = g->nodes[i];

		strbuf_add(out, "<g><title>");
		escape_xml(out, n->name);
		strbuf_addf(out,
			"</title><rect%s x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
			"<text x=\"%u\" y=\"%u\">",
			n->audited ? "" : " class=\"missing\"", x_of(n), y_of(n), BOX_WIDTH,
			BOX_HEIGHT, x_of(n) + 5, y_of(n) + 14);
		escape_xml(out, shown_name(out->arena, n->name));
		strbuf_add(out, "</text></g>\n");
	}
	strbuf_add(out, "</svg>");
}

void
graph_svg(struct strbuf *out, const struct strvec *texts)
{
	struct graph *g = ARENA_NEW(out->arena, struct graph);

	g->arena = out->arena;
	strmap_init(&g->names, out->arena);
	for (size_t i = 0; i < texts->count; i++)
		if (texts->items[i][0] == 'G')
			add_file(g, str_from(texts->items[i] + 1));
	for (size_t i = 0; i < texts->count; i++)
		if (texts->items[i][0] == 'G')
			add_needs(g, str_from(texts->items[i] + 1));
	if (!g->edge_count)
		return;
	place(g);
	strbuf_add(out, "<section aria-label=\"Dependencies\">\n<h2>Dependencies</h2>\n<p "
			"class=\"dim\">Dashed: not among the audited files.");
	if (g->left_out)
		strbuf_addf(out, " The first %d files and libraries are drawn.", NODES);
	strbuf_add(out, "</p>\n<div class=\"scroll\" tabindex=\"0\">\n");
	draw(out, g);
	strbuf_add(out, "\n</div>\n</section>\n");
}
