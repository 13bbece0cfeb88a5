/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. Each fuzz_NAME.c feeds one reader with bytes that anybody may have
 * made and checks what the reader promises; a broken promise aborts, as a sanitizer would. Linked
 * with libFuzzer it searches for such bytes (`make fuzz`), linked with replay.c it only tries the
 * files of corpus/NAME (`make check-fuzz`).
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unlike assert it is there in every build. */
#define FUZZ_CHECK(cond) ((cond) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #cond))
_Noreturn void fuzz_fail(const char *file, int line, const char *what);

/* An absolute directory of this process, in memory where the system has such a place; made by the
 * first call, removed when the process ends well. */
const char *fuzz_dir(void);
/* Writes a file whose parent is there. Not atomic, not synced: this happens a million times. */
void fuzz_write(const char *path, struct str data);

#endif
