/* SPDX-License-Identifier: MIT */
/*
 * A web server on loopback that does what a script says: one step for each request, in their order.
 */
#ifndef UNIT_WEB_H
#define UNIT_WEB_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

struct web_step {
	const char *head; /* status line and headers with CRLF, without the empty line */
	const char *body;
	size_t send;      /* of the body; 0: all of it */
	unsigned wait_ms; /* before the end */
	bool reset;       /* end with a reset */
};

struct web {
	const struct web_step *steps;
	size_t count, asked;
	char requests[16][1024];
	int fd;
	unsigned port;
	pthread_t thread;
};

static inline void
web_serve(struct web *w, int fd)
{
	const struct web_step *s = &w->steps[w->asked];
	char *request = w->requests[w->asked];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(w->requests[0]) - 1 && !strstr(request, "\r\n\r\n") &&
		(n = read(fd, request + len, sizeof(w->requests[0]) - 1 - len)) > 0)
		len += (size_t)n;
	w->asked++;
	if (s->head && (send(fd, s->head, strlen(s->head), MSG_NOSIGNAL) < 0 ||
			       send(fd, "\r\n", 2, MSG_NOSIGNAL) < 0))
		return;
	if (s->body && send(fd, s->body, s->send ? s->send : strlen(s->body), MSG_NOSIGNAL) < 0)
		return;
	nanosleep(&(struct timespec){ .tv_sec = s->wait_ms / 1000,
			  .tv_nsec = s->wait_ms % 1000 * 1000000L },
		NULL);
	if (s->reset)
		setsockopt(
			fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
}

static inline void *
web_run(void *ctx)
{
	struct web *w = ctx;

	while (w->asked < w->count) {
		int fd = accept(w->fd, NULL, NULL);

		if (fd < 0)
			break;
		web_serve(w, fd);
		close(fd);
	}
	return NULL;
}

static inline void
web_start(struct web *w, const struct web_step *steps, size_t count)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);

	memset(w, 0, sizeof(*w));
	w->steps = steps;
	w->count = count;
	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(w->fd, 8), 0);
	assert_int_equal(getsockname(w->fd, (struct sockaddr *)&at, &len), 0);
	w->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&w->thread, NULL, web_run, w), 0);
}

/* All steps have been asked for, or nobody will ask any more. */
static inline void
web_stop(struct web *w)
{
	shutdown(w->fd, SHUT_RDWR);
	pthread_join(w->thread, NULL);
	close(w->fd);
}

#endif
