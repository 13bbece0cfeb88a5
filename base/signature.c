/* SPDX-License-Identifier: MIT */
/* Signatures by libcrypto, which is loaded when one is first checked (and announced in digest.c). */
#include "base/signature.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/arena.h"
#include "base/caps.h"
#include "base/file.h"
#include "base/lazy.h"

/* Every function of libcrypto that is used, with the type its header declares. */
#define CRYPTO_CALLS(X)                                                                            \
	X(BIO_new_mem_buf)                                                                         \
	X(BIO_free)                                                                                \
	X(PEM_read_bio_PUBKEY)                                                                     \
	X(EVP_PKEY_free)                                                                           \
	X(EVP_MD_CTX_new)                                                                          \
	X(EVP_MD_CTX_free)                                                                         \
	X(EVP_sha1)                                                                                \
	X(EVP_sha256)                                                                              \
	X(EVP_Digest)                                                                              \
	X(EVP_DigestVerifyInit)                                                                    \
	X(EVP_DigestVerify)

struct calls {
#define X(name) __typeof__(name) *name; /* NOLINT(bugprone-macro-parentheses) */
	CRYPTO_CALLS(X)
#undef X
};

static bool
load(struct calls *c, struct error *err)
{
	const struct lazy_symbol symbols[] = {
#define X(name) { #name, (void **)&c->name },
		CRYPTO_CALLS(X)
#undef X
	};

	return lazy_load("libcrypto.so.3", "libssl3", symbols, ARRAY_LEN(symbols), err);
}

static EVP_PKEY *
read_key(const struct calls *c, const char *path, struct error *err)
{
	struct arena arena;
	EVP_PKEY *key = NULL;
	struct str text;

	arena_init(&arena);
	if (file_read(&arena, path, CAP_KEY_FILE, &text, err)) {
		BIO *bio = c->BIO_new_mem_buf(text.ptr, (int)text.len);
		key = c->PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
		c->BIO_free(bio);
		if (key == NULL) {
			error_set(err, ERROR_FORMAT, "not a public key");
			error_where(err, "%s", path);
		}
	}
	arena_clear(&arena);
	return key;
}

bool
signature_check(const char *key_file, enum signature_hash hash, const void *data, size_t len,
	const void *signature, size_t signature_len, struct error *err)
{
	struct calls c;
	EVP_MD_CTX *ctx;
	EVP_PKEY *key;

	if (!load(&c, err) || (key = read_key(&c, key_file, err)) == NULL)
		return false;
	ctx = c.EVP_MD_CTX_new();
	bool good =
		ctx != NULL &&
		c.EVP_DigestVerifyInit(ctx, NULL,
			hash == SIGNATURE_SHA1 ? c.EVP_sha1() : c.EVP_sha256(), NULL, key) == 1 &&
		c.EVP_DigestVerify(ctx, signature, signature_len, data, len) == 1;
	c.EVP_MD_CTX_free(ctx);
	c.EVP_PKEY_free(key);
	if (good)
		return true;
	error_set(err, ERROR_VERIFY, "its signature is wrong");
	return error_where(err, "%s", key_file);
}

bool
signature_sha1(const void *data, size_t len, unsigned char ret[SHA1_BYTES], struct error *err)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	struct calls c;

	if (!load(&c, err))
		return false;
	if (c.EVP_Digest(data, len, raw, &n, c.EVP_sha1(), NULL) != 1 || n != SHA1_BYTES)
		return error_set(err, ERROR_MISSING, "libcrypto refuses to compute SHA-1");
	for (size_t i = 0; i < SHA1_BYTES; i++)
		ret[i] = raw[i];
	return true;
}
