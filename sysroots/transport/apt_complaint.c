/* SPDX-License-Identifier: MIT */
/* What apt says when something is wrong, and what that means. */
#include <string.h>

#include "sysroots/transport/apt_root.h"

/* Most telling first. */
static const struct {
	const char *text;
	enum error_kind kind;
	bool again;
	const char *why;
	const char *hint;
} complaints[] = {
	{ "No space left on device", ERROR_IO, false, "the disk is full", "" },
	{ "Disk quota exceeded", ERROR_IO, false, "the disk quota is used up", "" },
	{ "File has unexpected size", ERROR_NET, true, "the mirror is in the middle of an update",
		"try again later, choose another release (--sysroot debian:12), or set "
		"XBUILD_MIRROR_DEBIAN to another mirror" },
	{ "Hash Sum mismatch", ERROR_NET, true,
		"what the mirror sends is not what its index promises",
		"try again later, or set XBUILD_MIRROR_DEBIAN to another mirror" },
	{ "Could not resolve", ERROR_NET, false, "the mirror's name cannot be resolved",
		"check the network and apt's proxy settings; --offline uses what is there" },
	{ "Temporary failure resolving", ERROR_NET, false, "the mirror's name cannot be resolved",
		"check the network and apt's proxy settings; --offline uses what is there" },
	{ "onnect", ERROR_NET, false, "the mirror cannot be reached",
		"check the network and apt's proxy settings; --offline uses what is there" },
	{ "timed out", ERROR_NET, true, "the mirror does not answer",
		"check the network and apt's proxy settings; --offline uses what is there" },
	{ "NO_PUBKEY", ERROR_VERIFY, false, "its signing key is not known here",
		"install or update the package debian-archive-keyring" },
	{ "EXPKEYSIG", ERROR_VERIFY, false, "its signing key has expired",
		"install or update the package debian-archive-keyring" },
	{ "BADSIG", ERROR_VERIFY, false, "its signature is wrong",
		"set XBUILD_MIRROR_DEBIAN to another mirror" },
	{ "not signed", ERROR_VERIFY, false, "it is not signed",
		"set XBUILD_MIRROR_DEBIAN to a mirror of the Debian archive" },
	{ "is expired", ERROR_VERIFY, false, "the mirror has not been updated for too long",
		"set XBUILD_MIRROR_DEBIAN to another mirror" },
	{ "is not valid yet", ERROR_VERIFY, false, "it is signed in the future",
		"check this machine's clock" },
	{ "does not have a Release file", ERROR_MISSING, false,
		"the mirror does not have this release",
		"old releases move to an archive mirror: set XBUILD_MIRROR_DEBIAN to one" },
	{ "Not Found", ERROR_NET, false, "the mirror does not have it (any more)",
		"try again later or another mirror; what a lock pins moves with xbuild lock "
		"--update" },
};

static const char *
output_has(const struct proc_result *result, const char *text)
{
	const char *at = result->err.len > 0 ? strstr(result->err.ptr, text) : NULL;

	return at != NULL || result->out.len == 0 ? at : strstr(result->out.ptr, text);
}

/* The line that `at` stands in; without `at` the first "E:" line. */
static struct str
telling_line(const struct proc_result *result, const char *at)
{
	struct str line;

	if (at == NULL)
		at = output_has(result, "E: ");
	if (at == NULL)
		return (struct str){ 0 };
	while (at != result->err.ptr && at != result->out.ptr && at[-1] != '\n')
		at--;
	line = str_from(at);
	return str_trim(str_cut(&line, '\n'));
}

bool
apt_complaint(struct error *err, const struct proc_result *result, const char *what)
{
	const char *at = NULL;
	struct str line;
	size_t i = 0;

	while (i < ARRAY_LEN(complaints) && (at = output_has(result, complaints[i].text)) == NULL)
		i++;
	if (i == ARRAY_LEN(complaints)) {
		error_set(err, ERROR_NET, "%s: apt failed", what);
		error_hint(err, "-v shows the command; run it to see all apt says");
	} else {
		error_set(err, complaints[i].kind, "%s: %s", what, complaints[i].why);
		if (complaints[i].hint[0] != '\0')
			error_hint(err, "%s", complaints[i].hint);
	}
	line = telling_line(result, at);
	if (line.len > 0)
		error_where(err, "%.*s", (int)line.len, line.ptr);
	return i < ARRAY_LEN(complaints) && complaints[i].again;
}
