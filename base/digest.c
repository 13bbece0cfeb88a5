/* SPDX-License-Identifier: MIT */
/* SHA-256 by libcrypto, which is loaded when a digest is first asked for. */
#include "base/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/lazy.h"

LAZY_NOTE(crypto, "digest", "SHA-256 of packages and sysroots", "required", "libcrypto.so.3");

#define SHA256_BYTES 32
#define READ_BLOCK ((size_t)128 << 10)

/* The addresses live in each hash: looking them up again is some microseconds, and no global. */
struct digest {
	EVP_MD_CTX *ctx;
	bool failed;
	EVP_MD_CTX *(*new_ctx)(void);
	void (*free_ctx)(EVP_MD_CTX *);
	const EVP_MD *(*sha256)(void);
	int (*init)(EVP_MD_CTX *, const EVP_MD *, ENGINE *);
	int (*update)(EVP_MD_CTX *, const void *, size_t);
	int (*final)(EVP_MD_CTX *, unsigned char *, unsigned int *);
};

static bool
load(struct digest *d, struct error *err)
{
	const struct lazy_symbol symbols[] = {
		{ "EVP_MD_CTX_new", (void **)&d->new_ctx },
		{ "EVP_MD_CTX_free", (void **)&d->free_ctx },
		{ "EVP_sha256", (void **)&d->sha256 },
		{ "EVP_DigestInit_ex", (void **)&d->init },
		{ "EVP_DigestUpdate", (void **)&d->update },
		{ "EVP_DigestFinal_ex", (void **)&d->final },
	};

	return lazy_load("libcrypto.so.3", "libssl3", symbols, ARRAY_LEN(symbols), err);
}

bool
digest_begin(struct digest **ret, struct error *err)
{
	struct digest *d = calloc(1, sizeof(*d));

	if (!d)
		arena_no_memory();
	if (!load(d, err)) {
		free(d);
		return false;
	}
	d->ctx = d->new_ctx();
	if (!d->ctx || d->init(d->ctx, d->sha256(), NULL) != 1) {
		digest_drop(d);
		error_set(err, ERROR_MISSING, "libcrypto refuses to compute SHA-256");
		return error_hint(err, "look at the providers in OpenSSL's openssl.cnf");
	}
	*ret = d;
	return true;
}

void
digest_add(struct digest *d, const void *data, size_t len)
{
	/* error_set is always false, which the analyzer cannot see; the same below.
	 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	if (len > 0 && d->update(d->ctx, data, len) != 1)
		d->failed = true;
}

/* A hash that libcrypto could not finish is all zeros, which no data is known to give: it then
 * fails every comparison. */
void
digest_end(struct digest *d, char hex[DIGEST_HEX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[EVP_MAX_MD_SIZE] = { 0 };
	unsigned int len = 0;

	if (d->failed || d->final(d->ctx, raw, &len) != 1 || len != SHA256_BYTES)
		memset(raw, 0, sizeof(raw));
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		hex[2 * i] = digits[raw[i] >> 4];
		hex[2 * i + 1] = digits[raw[i] & 15];
	}
	hex[DIGEST_HEX - 1] = '\0';
	digest_drop(d);
}

void
digest_drop(struct digest *d)
{
	if (d && d->ctx)
		d->free_ctx(d->ctx);
	free(d);
}

bool
digest_bytes(const void *data, size_t len, char hex[DIGEST_HEX], struct error *err)
{
	struct digest *d;

	if (!digest_begin(&d, err))
		return false;
	digest_add(d, data, len); /* NOLINT(clang-analyzer-core.CallAndMessage) */
	digest_end(d, hex);
	return true;
}

static bool
add_all(struct digest *d, int fd, const char *path, uint64_t *size, struct error *err)
{
	unsigned char *block = malloc(READ_BLOCK);
	ssize_t n;

	if (!block)
		arena_no_memory();
	while ((n = read(fd, block, READ_BLOCK)) != 0) {
		if (!interrupt_check(err))
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			error_set_errno(err, errno, "cannot read %s", path);
			break;
		}
		digest_add(d, block, (size_t)n);
		*size += (uint64_t)n;
	}
	free(block);
	return n == 0;
}

bool
digest_file(const char *path, char hex[DIGEST_HEX], uint64_t *ret_size, struct error *err)
{
	struct digest *d = NULL;
	uint64_t size = 0;
	struct stat st;
	int fd = file_open_regular(path, &st, err);
	bool ok;

	if (fd < 0)
		return false;
	ok = digest_begin(&d, err) && add_all(d, fd, path, &size, err);
	close(fd);
	if (!ok) {
		digest_drop(d);
		return false;
	}
	digest_end(d, hex);
	if (ret_size)
		*ret_size = size;
	return true;
}

bool
digest_is_hex(const char *s)
{
	return strlen(s) == DIGEST_HEX - 1 && strspn(s, "0123456789abcdef") == DIGEST_HEX - 1;
}
