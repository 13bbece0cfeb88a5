/* SPDX-License-Identifier: MIT */
/*
 * The fixed parts of the HTML report: one page without any other file, without network, and with no
 * script but this one, which the page's policy names by its digest.
 */
#ifndef CLI_REPORT_HTML_PAGE_H
#define CLI_REPORT_HTML_PAGE_H

extern const char html_style[];
/* What stands between <script> and </script>, and its SHA-256 as Content-Security-Policy wants it. */
extern const char html_script[];
extern const char html_script_digest[];

#endif
