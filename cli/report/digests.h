/* SPDX-License-Identifier: MIT */
/*
 * SHA-256 of files, each read once although many reports and many programs name it. Asked by several
 * threads at a time; the texts live as long as the table.
 */
#ifndef CLI_REPORT_DIGESTS_H
#define CLI_REPORT_DIGESTS_H

#include <pthread.h>

#include "base/strmap.h"

struct digests {
	pthread_mutex_t lock;
	struct arena arena;
	struct strmap known;
};

void digests_init(struct digests *d);
void digests_clear(struct digests *d);
/* 64 hexadecimal digits; NULL when the file cannot be read. */
const char *digests_of(struct digests *d, const char *path);

#endif
