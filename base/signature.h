/* SPDX-License-Identifier: MIT */
/*
 * RSA signatures over bytes (PKCS #1 v1.5), and SHA-1 for the formats that still name things by it.
 * By OpenSSL's libcrypto.
 */
#ifndef BASE_SIGNATURE_H
#define BASE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum signature_hash { SIGNATURE_SHA1, SIGNATURE_SHA256 };

/* Did the owner of the key (a file: PEM, SubjectPublicKeyInfo) sign these bytes? ERROR_VERIFY when not,
 * ERROR_FORMAT when the file is no key. */
bool signature_check(const char *key_file, enum signature_hash hash, const void *data, size_t len,
	const void *signature, size_t signature_len, struct error *err) MUST_USE;

#define SHA1_BYTES 20
bool signature_sha1(
	const void *data, size_t len, unsigned char ret[SHA1_BYTES], struct error *err) MUST_USE;

#endif
