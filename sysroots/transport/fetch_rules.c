/* SPDX-License-Identifier: MIT */
/* URLs, proxies, statuses, pauses. */
#include "sysroots/transport/fetch_rules.h"

#include <string.h>

#include "base/env.h"
#include "base/str.h"

#define PAUSE_FIRST_MS 200u
#define PAUSE_MOST_MS 10000u

static const struct {
	const char *prefix;
	enum fetch_scheme scheme;
	const char *proxies[5];
} schemes[] = {
	/* HTTP_PROXY in capitals is not looked at: a CGI program gets it from its client
	 * (CVE-2016-5385). */
	{ "http://", SCHEME_HTTP, { "http_proxy", "all_proxy", "ALL_PROXY" } },
	{ "https://", SCHEME_HTTPS, { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } },
	{ "file://", SCHEME_FILE, { NULL } },
};

enum fetch_scheme
fetch_scheme_of(const char *url)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (cstr_starts(url, schemes[i].prefix))
			return schemes[i].scheme;
	return SCHEME_OTHER;
}

enum fetch_verdict
fetch_judge_status(long status)
{
	switch (status) {
	case 0: /* file: */
	case 200:
	case 206:
		return FETCH_GOOD;
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return FETCH_REDIRECTED;
	case 404:
	case 410:
		return FETCH_ABSENT;
	case 408:
	case 416: /* what we have does not fit what it has: from the start then */
	case 421:
	case 425:
	case 429:
		return FETCH_AGAIN;
	default:
		return status >= 500 ? FETCH_AGAIN : FETCH_REFUSED;
	}
}

bool
fetch_may_redirect(const char *from, const char *to)
{
	enum fetch_scheme scheme = fetch_scheme_of(to);

	return scheme == SCHEME_HTTPS ||
	       (scheme == SCHEME_HTTP && fetch_scheme_of(from) == SCHEME_HTTP);
}

char *
fetch_url_shown(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");

	if (host == NULL)
		return arena_strdup(a, url);
	host += 3;
	size_t len = strcspn(host, "/?#");
	const char *at = NULL;
	for (size_t i = 0; i < len; i++)
		if (host[i] == '@')
			at = host + i;
	if (at == NULL)
		return arena_strdup(a, url);
	return arena_printf(a, "%.*s%s", (int)(host - url), url, at + 1);
}

const char *
fetch_proxy(const char *const *env, const char *url)
{
	enum fetch_scheme scheme = fetch_scheme_of(url);

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (schemes[i].scheme != scheme)
			continue;
		for (size_t k = 0; schemes[i].proxies[k] != NULL; k++) {
			const char *value = env_get(env, schemes[i].proxies[k]);
			if (value != NULL && value[0] != '\0')
				return value;
		}
	}
	return "";
}

/* Doubled each time, and between half and all of it, so that a crowd does not come back at once. */
uint64_t
fetch_pause_ms(unsigned round, uint64_t chance)
{
	uint64_t most = PAUSE_FIRST_MS;

	for (unsigned i = 1; i < round && most < PAUSE_MOST_MS; i++)
		most *= 2;
	if (round == 0)
		return 0;
	most = most < PAUSE_MOST_MS ? most : PAUSE_MOST_MS;
	return most / 2 + chance % (most / 2 + 1);
}

/* RFC 9110, 14.4. */
bool
fetch_range_start(const char *content_range, uint64_t *ret)
{
	struct str rest = str_trim(str_from(content_range));

	if (!str_starts(rest, "bytes "))
		return false;
	rest = str_trim(str_drop(rest, strlen("bytes ")));
	return str_to_u64(str_cut(&rest, '-'), UINT64_MAX, ret) && rest.ptr != NULL;
}

char *
fetch_encode(struct arena *a, const char *path)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			strchr("-._~/", c) != NULL)
			strbuf_addc(&b, (char)c);
		else
			strbuf_addf(&b, "%%%02x", c);
	}
	return b.ptr;
}
