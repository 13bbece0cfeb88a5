/* SPDX-License-Identifier: MIT */
/*
 * Who needs whom among the audited files, drawn as SVG inside the HTML report. Programs stand left,
 * what they need right of them. A drawing of too many boxes tells nobody anything: the first ones are
 * drawn, and how many there are is said.
 */
#ifndef CLI_REPORT_GRAPH_H
#define CLI_REPORT_GRAPH_H

#include "base/str.h"
#include "linkcheck/read/image.h"

/* One file as a text that graph_svg reads: "G", its label, its soname and what it needs. */
const char *graph_edges(struct arena *a, const char *label, const struct image *img);
/* Texts that are no graph_edges are passed over. */
void graph_svg(struct strbuf *out, const struct strvec *texts);

#endif
