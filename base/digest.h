/* SPDX-License-Identifier: MIT */
/*
 * SHA-256, by OpenSSL's libcrypto. Digests are written as 64 lower-case hexadecimal digits.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DIGEST_HEX 65 /* with its NUL */

struct digest; /* a running hash */

bool digest_begin(struct digest **ret, struct error *err) MUST_USE;
void digest_add(struct digest *d, const void *data, size_t len);
/* Writes the text and frees the hash. */
void digest_end(struct digest *d, char hex[DIGEST_HEX]);
void digest_drop(struct digest *d); /* NULL-tolerant */

bool digest_bytes(const void *data, size_t len, char hex[DIGEST_HEX], struct error *err) MUST_USE;
/* Hashes a regular file by reading it through; `ret_size` may be NULL. */
bool digest_file(
	const char *path, char hex[DIGEST_HEX], uint64_t *ret_size, struct error *err) MUST_USE;
/* Exactly 64 lower-case hexadecimal digits? */
bool digest_is_hex(const char *s);

#endif
