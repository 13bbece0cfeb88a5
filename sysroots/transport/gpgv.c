/* SPDX-License-Identifier: MIT */
/* Running gpgv and understanding its status lines (GnuPG's doc/DETAILS). */
#include "sysroots/transport/gpgv.h"

#include <string.h>

#include "base/caps.h"
#include "base/env.h"
#include "base/file.h"
#include "base/path.h"
#include "base/proc.h"

#define GPGV_TIMEOUT_MS 60000u

/* Nothing but one signed message: gpgv would pass over what stands around it. */
static bool
is_one_message(struct str text)
{
	static const char first[] = "-----BEGIN PGP SIGNED MESSAGE-----\n";
	static const char last[] = "-----END PGP SIGNATURE-----";

	return str_starts(text, first) && str_ends(str_trim(text), last) &&
	       strlen(text.ptr) == text.len &&
	       strstr(text.ptr + 1, "\n-----BEGIN PGP SIGNED MESSAGE-----") == NULL;
}

static const struct {
	const char *word;
	const char *why, *hint;
} complaints[] = {
	{ "BADSIG", "its signature is wrong", "" },
	{ "REVKEYSIG", "its signing key was revoked", "" },
	{ "EXPKEYSIG", "its signing key has expired", "a newer package of the keys may have it" },
	{ "EXPSIG", "its signature has expired", "" },
	{ "NO_PUBKEY", "its signing key is not in the keyring", "" },
	{ "ERRSIG", "its signature cannot be checked", "" },
	{ "NODATA", "it is not signed", "" },
};

static bool
has_status(const struct str out, const char *word)
{
	struct str rest = out;

	while (rest.ptr != NULL) {
		struct str line = str_cut(&rest, '\n');
		if (!str_starts(line, "[GNUPG:] "))
			continue;
		line = str_drop(line, strlen("[GNUPG:] "));
		if (str_is(str_cut(&line, ' '), word))
			return true;
	}
	return false;
}

static bool
judge(const struct proc_result *r, const char *what, const char *keyring, struct error *err)
{
	if (has_status(r->out, "GOODSIG") && has_status(r->out, "VALIDSIG") &&
		!has_status(r->out, "BADSIG") && !has_status(r->out, "UNEXPECTED"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(complaints); i++) {
		if (!has_status(r->out, complaints[i].word))
			continue;
		error_set(err, ERROR_VERIFY, "%s: %s", what, complaints[i].why);
		error_where(err, "%s", keyring);
		return complaints[i].hint[0] != '\0' ? error_hint(err, "%s", complaints[i].hint)
						     : false;
	}
	error_set(err, ERROR_VERIFY, "%s: gpgv found no good signature", what);
	struct str text = str_trim(r->err);
	return error_where(err, "%.*s", (int)(text.len < 500 ? text.len : 500),
		text.len > 0 ? text.ptr : keyring);
}

static bool
run(const struct context *ctx, const char *const *argv, struct proc_result *ret, struct error *err)
{
	static const char *const allow[] = { "PATH", "TMPDIR", NULL };
	struct strvec env;

	strvec_init(&env, ctx->arena);
	env_keep(&env, ctx->env, allow);
	env_set(&env, "LC_ALL", "C");
	const struct proc p = {
		.argv = argv,
		.env = env.items,
		.out = PROC_CAPTURE,
		.err = PROC_CAPTURE,
		.timeout_ms = GPGV_TIMEOUT_MS,
	};
	context_command(ctx, argv);
	if (proc_run(ctx->arena, &p, ret, err))
		return true;
	return err->kind == ERROR_MISSING
		       ? error_hint(err, "install gpgv, or write a lock on a machine that has it: "
					 "what a lock pins needs no signature")
		       : false;
}

bool
gpgv_check(const struct context *ctx, const char *what, const char *keyring,
	const char *signed_file, const char *out, struct error *err)
{
	const char *argv[] = { "gpgv", "--status-fd", "1", "--homedir", path_dir(ctx->arena, out),
		"--keyring", keyring, "--output", out, signed_file, NULL };
	struct proc_result result;
	struct str text;

	if (!file_read(ctx->arena, signed_file, CAP_TEXT_FILE, &text, err))
		return false;
	if (!is_one_message(text)) {
		error_set(err, ERROR_VERIFY, "%s: it is not signed", what);
		return error_hint(err, "set another mirror");
	}
	if (!run(ctx, argv, &result, err))
		return false;
	return judge(&result, what, keyring, err);
}
