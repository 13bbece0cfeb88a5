/* SPDX-License-Identifier: MIT */
/* Running a child: its streams, its time limit, its end. */
#define _GNU_SOURCE /* pipe2 (POSIX.1-2024): no window in which another thread's child inherits */

#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/interrupt.h"
#include "base/proc_argv.h"

#define READ_BLOCK ((size_t)64 << 10)
/* What is still read from a pipe when the child is dead; no pipe holds more by default. */
#define DRAIN_MOST ((size_t)1 << 20)
/* A line that is longer is handed on without its end. */
#define LINE_MOST ((size_t)64 << 10)
#define GRACE_MS 2000
/* The flag of a signal that another thread took is seen after this time. */
#define SLICE_MS 100
#define WATCH_STACK ((size_t)256 << 10)

struct stream {
	int fd; /* -1: not captured, or at its end */
	int number;
	struct strbuf kept;
	struct strbuf line;
};

struct run {
	struct arena *arena;
	const struct proc *p;
	pid_t pid;
	bool group;      /* the child leads a process group of its own */
	int feed;        /* its standard input, or -1 */
	size_t fed;      /* bytes of p->input written */
	int ended;       /* end of file here: the child is dead */
	int watch_end;   /* the watcher's end of it */
	int child_fd[3]; /* pipe ends that become its streams, or -1 */
	struct stream streams[2];
	bool cut, told, timed_out;
	uint64_t limit_at, kill_at; /* milliseconds; 0: never */
};

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* When our own streams were closed, a pipe may get their numbers, and would be overwritten while
 * the child's streams are put in place. */
static bool
above_stdio(int *fd)
{
	int moved;

	if (*fd > STDERR_FILENO)
		return true;
	moved = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close_fd(fd);
	*fd = moved;
	return moved >= 0;
}

/* `nonblock`: which end is ours, 0 to read or 1 to write. */
static bool
make_pipe(int *read_end, int *write_end, int nonblock)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return false;
	*read_end = fds[0];
	*write_end = fds[1];
	return above_stdio(read_end) && above_stdio(write_end) &&
	       fcntl(nonblock ? *write_end : *read_end, F_SETFL, O_NONBLOCK) == 0;
}

static void
run_init(struct run *r, struct arena *a, const struct proc *p)
{
	*r = (struct run){ .arena = a, .p = p, .feed = -1, .ended = -1, .watch_end = -1 };
	for (int i = 0; i < 3; i++)
		r->child_fd[i] = -1;
	for (int i = 0; i < 2; i++) {
		r->streams[i].fd = -1;
		r->streams[i].number = i + 1;
		strbuf_init(&r->streams[i].kept, a);
		strbuf_init(&r->streams[i].line, a);
	}
	/* A child with a time limit may have children that keep on running; one that reads our
	 * terminal has to stay in the terminal's group. */
	r->group = p->timeout_ms > 0 && !p->inherit_input;
}

static bool
run_pipes(struct run *r)
{
	const struct proc *p = r->p;

	if (!p->inherit_input && p->input.len > 0 && !make_pipe(&r->child_fd[0], &r->feed, 1))
		return false;
	if (p->out == PROC_CAPTURE && !make_pipe(&r->streams[0].fd, &r->child_fd[1], 0))
		return false;
	if (p->err == PROC_CAPTURE && !make_pipe(&r->streams[1].fd, &r->child_fd[2], 0))
		return false;
	return make_pipe(&r->ended, &r->watch_end, 0);
}

static void
run_close(struct run *r)
{
	close_fd(&r->feed);
	close_fd(&r->ended);
	close_fd(&r->watch_end);
	for (int i = 0; i < 3; i++)
		close_fd(&r->child_fd[i]);
	for (int i = 0; i < 2; i++)
		close_fd(&r->streams[i].fd);
}

static int
set_actions(const struct run *r, posix_spawn_file_actions_t *actions)
{
	const struct proc *p = r->p;
	const bool null[3] = { !p->inherit_input, p->out == PROC_DISCARD, p->err == PROC_DISCARD };
	int e = 0;

	for (int i = 0; e == 0 && i < 3; i++) {
		if (r->child_fd[i] >= 0)
			e = posix_spawn_file_actions_adddup2(actions, r->child_fd[i], i);
		else if (null[i])
			e = posix_spawn_file_actions_addopen(
				actions, i, "/dev/null", i == 0 ? O_RDONLY : O_WRONLY, 0);
	}
	return e;
}

/* Handlers end with exec by themselves; an ignored signal does not, and we ignore SIGPIPE. What
 * our parent ignored the child ignores too (nohup). */
static int
set_attributes(const struct run *r, posix_spawnattr_t *attr)
{
	short flags = POSIX_SPAWN_SETSIGDEF;
	sigset_t defaults;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	if (r->group)
		flags |= POSIX_SPAWN_SETPGROUP; /* its number is 0: a new one */
	posix_spawnattr_setsigdefault(attr, &defaults);
	return posix_spawnattr_setflags(attr, flags);
}

static int
spawn(struct run *r, const char *path)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int e = posix_spawn_file_actions_init(&actions);

	if (e != 0)
		return e;
	e = posix_spawnattr_init(&attr);
	if (e == 0) {
		e = set_actions(r, &actions);
		if (e == 0)
			e = set_attributes(r, &attr);
		if (e == 0)
			e = posix_spawn(&r->pid, path, &actions, &attr, proc_vector(r->p->argv),
				proc_vector(r->p->env));
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&actions);
	return e;
}

/* Waits for the child without reaping it (its number must stay its own while we may signal it),
 * and closes a pipe, so that one poll waits for the streams and for the end. No signal handler, no
 * descriptor that the child inherits, no delay. */
static void *
watch(void *arg)
{
	struct run *r = arg;
	siginfo_t info;

	while (waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
		continue;
	close_fd(&r->watch_end);
	return NULL;
}

/* All signals are blocked in the watcher: they shall wake the thread that polls. */
static int
start_watcher(struct run *r, pthread_t *ret)
{
	pthread_attr_t attr;
	sigset_t all, before;
	int e = pthread_attr_init(&attr);

	if (e != 0)
		return e;
	pthread_attr_setstacksize(&attr, WATCH_STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	e = pthread_create(ret, &attr, watch, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return e;
}

static void
tell(const struct run *r, int number)
{
	kill(r->group ? -r->pid : r->pid, number);
}

static void
give_line(struct run *r, struct stream *s)
{
	struct str line = { s->line.ptr, s->line.len };

	r->p->line(r->p->line_ctx, s->number, line);
	s->line.len = 0;
	s->line.ptr[0] = '\0';
}

static void
take_lines(struct run *r, struct stream *s, struct str data)
{
	while (data.len > 0) {
		struct str part = str_cut(&data, '\n');
		size_t room = LINE_MOST - s->line.len;

		strbuf_addn(&s->line, part.ptr, part.len < room ? part.len : room);
		if (data.ptr)
			give_line(r, s);
	}
}

static void
take(struct run *r, struct stream *s, const char *data, size_t len)
{
	size_t room = (size_t)CAP_CHILD_OUTPUT - s->kept.len;

	if (len > room)
		r->cut = true;
	strbuf_addn(&s->kept, data, len < room ? len : room);
	if (r->p->line)
		take_lines(r, s, (struct str){ data, len });
}

/* Reads once. False at the end of the stream, or when there is nothing now. */
static bool
read_stream(struct run *r, struct stream *s, size_t *ret_len)
{
	char block[READ_BLOCK];
	ssize_t n = read(s->fd, block, sizeof(block));

	if (n > 0) {
		take(r, s, block, (size_t)n);
		*ret_len = (size_t)n;
		return true;
	}
	if (n == 0 || (errno != EINTR && errno != EAGAIN))
		close_fd(&s->fd);
	return false;
}

/* What the dead child has left in the pipe. Its own children may hold it open for ever (a cache's
 * server, say), so its end is not waited for. */
static void
drain(struct run *r, struct stream *s)
{
	size_t total = 0, n;

	while (s->fd >= 0 && total < DRAIN_MOST && read_stream(r, s, &n))
		total += n;
	if (r->p->line && s->line.len > 0)
		give_line(r, s);
}

/* A child that closes its input before it has read all is within its rights. */
static void
feed_child(struct run *r)
{
	struct str rest = str_drop(r->p->input, r->fed);
	ssize_t n = write(r->feed, rest.ptr, rest.len);

	if (n > 0)
		r->fed += (size_t)n;
	if ((n < 0 && errno != EINTR && errno != EAGAIN) || r->fed == r->p->input.len)
		close_fd(&r->feed);
}

/* Sends what is due: SIGTERM at an interrupt or the time limit, SIGKILL when that did not help. */
static void
signal_child(struct run *r, uint64_t now)
{
	if (!r->told && r->limit_at && now >= r->limit_at)
		r->timed_out = true;
	if (!r->told && (r->timed_out || interrupt_signal())) {
		r->told = true;
		r->kill_at = now + GRACE_MS;
		tell(r, SIGTERM);
	}
	if (r->told && now >= r->kill_at) {
		r->kill_at = UINT64_MAX;
		tell(r, SIGKILL);
	}
}

static int
wait_time(const struct run *r, uint64_t now)
{
	uint64_t due = r->told ? r->kill_at : r->limit_at;

	if (due == 0 || due > now + SLICE_MS)
		return SLICE_MS;
	return due > now ? (int)(due - now) : 0;
}

/* poll() ignores entries whose descriptor is negative. Returns false when the child is dead. */
static bool
attend(struct run *r)
{
	struct pollfd fds[4] = {
		{ .fd = r->ended, .events = POLLIN },
		{ .fd = r->feed, .events = POLLOUT },
		{ .fd = r->streams[0].fd, .events = POLLIN },
		{ .fd = r->streams[1].fd, .events = POLLIN },
	};
	size_t n;

	signal_child(r, now_ms());
	if (poll(fds, 4, wait_time(r, now_ms())) <= 0)
		return true;
	if (fds[1].revents)
		feed_child(r);
	for (int i = 0; i < 2; i++)
		if (fds[2 + i].revents)
			(void)read_stream(r, &r->streams[i], &n);
	return fds[0].revents == 0;
}

/* Stays until the child is dead, its output taken, and itself reaped. */
static bool
see_through(struct run *r, int *ret_status)
{
	pthread_t watcher;
	int e;

	if (r->p->timeout_ms > 0)
		r->limit_at = now_ms() + r->p->timeout_ms;
	e = start_watcher(r, &watcher);
	if (e != 0) {
		tell(r, SIGKILL);
		waitpid(r->pid, ret_status, 0);
		errno = e;
		return false;
	}
	while (attend(r))
		continue;
	pthread_join(watcher, NULL);
	if (r->group && r->told)
		tell(r, SIGKILL); /* the rest of the group, while its number is still taken */
	for (int i = 0; i < 2; i++)
		drain(r, &r->streams[i]);
	while (waitpid(r->pid, ret_status, 0) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

static void
set_result(const struct run *r, int status, struct proc_result *ret)
{
	const struct strbuf *out = &r->streams[0].kept, *err = &r->streams[1].kept;

	*ret = (struct proc_result){
		.end = WIFSIGNALED(status) ? PROC_SIGNALLED : PROC_EXITED,
		.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		.out = { out->ptr, out->len },
		.err = { err->ptr, err->len },
		.cut = r->cut,
	};
	if (r->timed_out)
		ret->end = PROC_TIMED_OUT;
}

/* Never a device: `-o /dev/null` is a usual way to ask for no output. */
static void
remove_output(const char *path)
{
	struct stat st;

	if (path && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		unlink(path);
}

static bool
start(struct run *r, struct error *err)
{
	const char *path = proc_locate(r->arena, r->p->argv[0], r->p->env, err);
	int e;

	if (!path)
		return false;
	if (!run_pipes(r)) {
		error_set_errno(err, errno, "cannot make a pipe");
		return error_where(err, "%s", r->p->argv[0]);
	}
	e = spawn(r, path);
	for (int i = 0; i < 3; i++)
		close_fd(&r->child_fd[i]);
	return e == 0 || proc_not_started(r->p->argv[0], path, e, err);
}

bool
proc_run(struct arena *a, const struct proc *p, struct proc_result *ret, struct error *err)
{
	struct proc_result result;
	struct run r;
	int status = 0;
	bool ok;

	if (!interrupt_check(err))
		return false;
	run_init(&r, a, p);
	if (!start(&r, err)) {
		run_close(&r);
		return false;
	}
	ok = see_through(&r, &status);
	if (!ok) {
		error_set_errno(err, errno, "cannot wait for a child");
		error_where(err, "%s", p->argv[0]);
	}
	run_close(&r);
	set_result(&r, status, &result);
	ok = ok && interrupt_check(err);
	if (!ok || !proc_ok(&result))
		remove_output(p->output);
	if (ok)
		*ret = result;
	return ok;
}
