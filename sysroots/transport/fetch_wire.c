/* SPDX-License-Identifier: MIT */
/* The only file that knows libcurl, which is loaded when a file is first fetched. */
#include "sysroots/transport/fetch_wire.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "base/env.h"
#include "base/file.h"
#include "base/lazy.h"
#include "base/path.h"
#include "base/str.h"

LAZY_NOTE_JSON(curl,
	"[{\"feature\":\"fetch\",\"description\":\"fetches packages from web servers\","
	"\"priority\":\"recommended\",\"soname\":[\"libcurl.so.4\",\"libcurl-gnutls.so.4\"]}]");

#define CONNECT_SECONDS 15L
#define STALL_SECONDS 30L
#define STALL_BYTES 64L /* a second */
#define TOTAL_SECONDS 3600L
#define HOST_CONNECTIONS 6L
#define TOTAL_CONNECTIONS 16L
#define RECEIVE_BYTES (256L << 10)
/* Of the text that comes with a failure nothing is kept, but a little is read, so that the connection
 * can be used again. */
#define FAILURE_BYTES ((uint64_t)64 << 10)

/* Every function of libcurl that is used, with the type its header declares. */
#define CURL_CALLS(X)                                                                              \
	X(global_init, curl_global_init)                                                           \
	X(global_cleanup, curl_global_cleanup)                                                     \
	X(easy_init, curl_easy_init)                                                               \
	X(easy_setopt, curl_easy_setopt)                                                           \
	X(easy_getinfo, curl_easy_getinfo)                                                         \
	X(easy_cleanup, curl_easy_cleanup)                                                         \
	X(easy_strerror, curl_easy_strerror)                                                       \
	X(multi_init, curl_multi_init)                                                             \
	X(multi_setopt, curl_multi_setopt)                                                         \
	X(multi_add_handle, curl_multi_add_handle)                                                 \
	X(multi_remove_handle, curl_multi_remove_handle)                                           \
	X(multi_perform, curl_multi_perform)                                                       \
	X(multi_poll, curl_multi_poll)                                                             \
	X(multi_info_read, curl_multi_info_read)                                                   \
	X(multi_strerror, curl_multi_strerror)                                                     \
	X(multi_cleanup, curl_multi_cleanup)                                                       \
	X(slist_append, curl_slist_append)                                                         \
	X(slist_free_all, curl_slist_free_all)

struct call {
	struct wire_door *door;
	struct wire_request request;
	CURL *easy;
	struct curl_slist *headers;
	struct wire_reply reply;
	char range[256]; /* Content-Range */
	bool begun;      /* the reply is complete: a body follows */
	bool stopped;
	uint64_t failure_bytes;
	struct call *next; /* of all that run */
	char text[CURL_ERROR_SIZE];
};

struct wire_door {
	const struct context *ctx;
	CURLM *multi;
	struct call *calls;
	long stall_seconds;
	const char *ca_file, *ca_dir, *netrc, *no_proxy;
#define X(field, name) __typeof__(name) *field; /* NOLINT(bugprone-macro-parentheses) */
	CURL_CALLS(X)
#undef X
};

static bool
load(struct wire_door *d, struct error *err)
{
	const struct lazy_symbol symbols[] = {
#define X(field, name) { #name, (void **)&d->field },
		CURL_CALLS(X)
#undef X
	};
	struct error ignored;

	return lazy_load("libcurl.so.4", "libcurl4", symbols, ARRAY_LEN(symbols), err) ||
	       lazy_load("libcurl-gnutls.so.4", "libcurl3-gnutls", symbols, ARRAY_LEN(symbols),
		       &ignored);
}

/* The first of the variables that is set and not empty. */
static const char *
first_of(const char *const *env, const char *const *names)
{
	for (; *names != NULL; names++) {
		const char *value = env_get(env, *names);
		if (value != NULL && value[0] != '\0')
			return value;
	}
	return NULL;
}

static bool
read_settings(struct wire_door *d, struct error *err)
{
	const char *const *env = d->ctx->env;
	const char *home = env_get(env, "HOME"), *timeout = env_get(env, "XBUILD_TIMEOUT");
	uint64_t seconds = STALL_SECONDS;

	d->ca_file =
		first_of(env, (const char *const[]){ "CURL_CA_BUNDLE", "SSL_CERT_FILE", NULL });
	d->ca_dir = env_get(env, "SSL_CERT_DIR");
	d->no_proxy = first_of(env, (const char *const[]){ "no_proxy", "NO_PROXY", NULL });
	d->netrc = env_get(env, "NETRC");
	if (d->netrc == NULL && home != NULL)
		d->netrc = path_join(d->ctx->arena, home, ".netrc");
	if (timeout != NULL && timeout[0] != '\0' &&
		(!str_to_u64(str_from(timeout), 3600, &seconds) || seconds == 0)) {
		error_set(
			err, ERROR_USAGE, "the variable XBUILD_TIMEOUT cannot be '%.40s'", timeout);
		return error_hint(err, "set it to the seconds that a server may be silent");
	}
	d->stall_seconds = (long)seconds;
	return true;
}

bool
wire_open(const struct context *ctx, struct wire_door **ret, struct error *err)
{
	struct wire_door *d = ARENA_NEW(ctx->arena, struct wire_door);

	d->ctx = ctx;
	if (!read_settings(d, err) || !load(d, err))
		return false;
	if (d->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (d->multi = d->multi_init()) == NULL)
		return error_set(err, ERROR_MISSING, "libcurl refuses to start");
	d->multi_setopt(d->multi, CURLMOPT_MAX_HOST_CONNECTIONS, HOST_CONNECTIONS);
	d->multi_setopt(d->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, TOTAL_CONNECTIONS);
	*ret = d;
	return true;
}

static void
end_call(struct wire_door *d, struct call *call)
{
	struct call **at = &d->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	d->multi_remove_handle(d->multi, call->easy);
	d->easy_cleanup(call->easy);
	d->slist_free_all(call->headers);
}

void
wire_close(struct wire_door *d)
{
	if (d == NULL)
		return;
	while (d->calls != NULL)
		end_call(d, d->calls);
	d->multi_cleanup(d->multi);
	d->global_cleanup();
}

/* "name: value", the name in any case. */
static bool
take_header(struct str line, const char *name, char *ret, size_t cap)
{
	size_t len = strlen(name);

	if (line.len <= len || line.ptr[len] != ':' || strncasecmp(line.ptr, name, len) != 0)
		return false;
	line = str_trim(str_drop(line, len + 1));
	if (line.len >= cap)
		line.len = 0; /* no use to us */
	memcpy(ret, line.ptr, line.len);
	ret[line.len] = '\0';
	return true;
}

/* A status line begins a reply anew: those before it (100, a proxy's) do not count. */
static size_t
on_header(char *data, size_t one, size_t len, void *ctx)
{
	struct call *call = ctx;
	struct str line = { data, len };

	(void)one;
	if (str_starts(line, "HTTP/")) {
		call->reply = (struct wire_reply){ 0 };
		call->range[0] = '\0';
	} else if (!take_header(line, "content-range", call->range, sizeof(call->range)) &&
		   take_header(line, "etag", call->reply.etag, sizeof(call->reply.etag)) &&
		   call->reply.etag[0] != '"') {
		call->reply.etag[0] = '\0'; /* weak: RFC 9110, 13.1.5 */
	}
	return len;
}

/* A part that does not say where it begins is worth nothing. */
static bool
begin_body(struct call *call)
{
	call->begun = true;
	call->door->easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &call->reply.status);
	if (fetch_judge_status(call->reply.status) != FETCH_GOOD)
		return true;
	return call->reply.status != 206 || fetch_range_start(call->range, &call->reply.start);
}

static size_t
on_body(char *data, size_t one, size_t len, void *ctx)
{
	struct call *call = ctx;

	(void)one;
	if (!call->begun && !begin_body(call))
		return 0;
	if (fetch_judge_status(call->reply.status) != FETCH_GOOD) {
		call->failure_bytes += len;
		return call->failure_bytes <= FAILURE_BYTES ? len : 0;
	}
	call->stopped = !call->request.body(call->request.ctx, &call->reply, data, len);
	return call->stopped ? 0 : len;
}

static void
set_safety(struct wire_door *d, CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	d->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,file");
#endif
	d->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* fetch.c looks at each */
	d->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	d->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	d->easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	d->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	d->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT,
		d->stall_seconds < CONNECT_SECONDS ? d->stall_seconds : CONNECT_SECONDS);
	d->easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, STALL_BYTES);
	d->easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, d->stall_seconds);
	d->easy_setopt(easy, CURLOPT_TIMEOUT, TOTAL_SECONDS);
#if LIBCURL_VERSION_NUM >= 0x075700
	d->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* never wait for a resolver */
#endif
	if (d->ca_file != NULL)
		d->easy_setopt(easy, CURLOPT_CAINFO, d->ca_file);
	if (d->ca_dir != NULL)
		d->easy_setopt(easy, CURLOPT_CAPATH, d->ca_dir);
}

static void
set_request(struct wire_door *d, struct call *call)
{
	const struct wire_request *r = &call->request;
	CURL *easy = call->easy;

	d->easy_setopt(easy, CURLOPT_URL, r->url);
	d->easy_setopt(easy, CURLOPT_PROXY, fetch_proxy(d->ctx->env, r->url));
	d->easy_setopt(easy, CURLOPT_NOPROXY, d->no_proxy != NULL ? d->no_proxy : "");
	d->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (d->netrc != NULL && file_exists(d->netrc)) {
		d->easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
		d->easy_setopt(easy, CURLOPT_NETRC_FILE, d->netrc);
	}
	d->easy_setopt(easy, CURLOPT_USERAGENT, "xbuild/" XBUILD_VERSION);
	d->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	/* Without TLS there is no HTTP/2 to wait for. */
	d->easy_setopt(easy, CURLOPT_PIPEWAIT, fetch_scheme_of(r->url) == SCHEME_HTTPS ? 1L : 0L);
	d->easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
	d->easy_setopt(easy, CURLOPT_ERRORBUFFER, call->text);
	d->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	d->easy_setopt(easy, CURLOPT_HEADERDATA, call);
	d->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	d->easy_setopt(easy, CURLOPT_WRITEDATA, call);
	d->easy_setopt(easy, CURLOPT_NOBODY, r->head ? 1L : 0L);
	d->easy_setopt(easy, CURLOPT_PRIVATE, call);
}

/* RFC 9110, 13.1.5 and 14.2. file: has no ranges worth having. */
static void
set_range(struct wire_door *d, struct call *call)
{
	const struct wire_request *r = &call->request;

	if (r->from == 0 || fetch_scheme_of(r->url) == SCHEME_FILE)
		return;
	d->easy_setopt(call->easy, CURLOPT_RANGE,
		arena_printf(d->ctx->arena, "%llu-", (unsigned long long)r->from));
	if (r->validator == NULL)
		return;
	call->headers =
		d->slist_append(NULL, arena_printf(d->ctx->arena, "If-Range: %s", r->validator));
	d->easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
}

bool
wire_start(struct wire_door *d, const struct wire_request *request, struct error *err)
{
	struct call *call = ARENA_NEW(d->ctx->arena, struct call);

	call->door = d;
	call->request = *request;
	call->easy = d->easy_init();
	if (call->easy == NULL)
		return error_set(err, ERROR_MISSING, "libcurl refuses to make a request");
	set_safety(d, call->easy);
	set_request(d, call);
	set_range(d, call);
	call->next = d->calls;
	d->calls = call;
	if (d->multi_add_handle(d->multi, call->easy) == CURLM_OK)
		return true;
	end_call(d, call);
	return error_set(err, ERROR_MISSING, "libcurl refuses to make a request");
}

/* One that has just ended is to be taken at once: nothing more may happen that would end a wait. */
bool
wire_wait(struct wire_door *d, unsigned ms, struct error *err)
{
	int running = 0, started = 0, ready;
	CURLMcode code = d->multi_perform(d->multi, &running);

	for (const struct call *call = d->calls; call != NULL; call = call->next)
		started++;
	if (code == CURLM_OK && running == started)
		code = d->multi_poll(d->multi, NULL, 0, (int)ms, &ready);
	return code == CURLM_OK ||
	       error_set(err, ERROR_NET, "libcurl fails: %s", d->multi_strerror(code));
}

/* What broke, and whether it may pass. What is not here may pass. */
static const struct {
	CURLcode code;
	enum fetch_verdict verdict;
} breakages[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, FETCH_REFUSED },
	{ CURLE_URL_MALFORMAT, FETCH_REFUSED },
	{ CURLE_COULDNT_RESOLVE_PROXY, FETCH_NO_CONTACT },
	{ CURLE_COULDNT_RESOLVE_HOST, FETCH_NO_CONTACT },
	{ CURLE_COULDNT_CONNECT, FETCH_NO_CONTACT },
	{ CURLE_FILE_COULDNT_READ_FILE, FETCH_ABSENT },
	{ CURLE_SSL_CONNECT_ERROR, FETCH_NO_CONTACT },
	{ CURLE_PEER_FAILED_VERIFICATION, FETCH_REFUSED },
	{ CURLE_SSL_CACERT_BADFILE, FETCH_REFUSED },
	{ CURLE_SSL_CERTPROBLEM, FETCH_REFUSED },
	{ CURLE_SSL_ISSUER_ERROR, FETCH_REFUSED },
};

static void
fill_broken(const struct call *call, CURLcode code, struct wire_result *r)
{
	const char *text = call->text[0] != '\0' ? call->text : call->door->easy_strerror(code);

	r->end = WIRE_BROKEN;
	r->verdict = FETCH_AGAIN;
	for (size_t i = 0; i < ARRAY_LEN(breakages); i++)
		if (breakages[i].code == code)
			r->verdict = breakages[i].verdict;
	r->why = str_dup(call->door->ctx->arena, str_trim(str_from(text)));
}

static void
fill(const struct call *call, CURLcode code, struct wire_result *r)
{
	struct wire_door *d = call->door;
	curl_off_t length = 0, after = 0;
	char *redirect = NULL;

	*r = (struct wire_result){ .ctx = call->request.ctx, .reply = call->reply };
	d->easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &r->reply.status);
	d->easy_getinfo(call->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	d->easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &after);
	d->easy_getinfo(call->easy, CURLINFO_REDIRECT_URL, &redirect);
	r->length = length > 0 ? (uint64_t)length : 0;
	r->retry_after = after > 0 ? (uint64_t)after : 0;
	if (redirect != NULL)
		r->redirect = arena_strdup(d->ctx->arena, redirect);
	if (call->stopped)
		r->end = WIRE_STOPPED;
	else if (code != CURLE_OK && fetch_judge_status(r->reply.status) == FETCH_GOOD)
		fill_broken(call, code, r);
}

bool
wire_take(struct wire_door *d, struct wire_result *ret)
{
	struct CURLMsg *message;
	int left;

	while ((message = d->multi_info_read(d->multi, &left)) != NULL) {
		struct call *call = NULL;
		if (message->msg != CURLMSG_DONE)
			continue;
		d->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		fill(call, message->data.result, ret);
		end_call(d, call);
		return true;
	}
	return false;
}
