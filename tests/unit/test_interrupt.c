/* SPDX-License-Identifier: MIT */
/* The signal flag, in children, because dispositions belong to the process. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"

/* Runs `body` in a child; returns its wait status. */
static int
in_child(int (*body)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int
flag_body(void)
{
	struct error err;

	error_clear(&err);
	interrupt_install();
	if (interrupt_signal() != 0 || !interrupt_check(&err) || err.kind != ERROR_NONE)
		return 1;
	raise(SIGTERM);
	if (interrupt_signal() != SIGTERM || interrupt_check(&err))
		return 2;
	if (err.kind != ERROR_INTERRUPTED || strcmp(err.what, "interrupted by SIGTERM") != 0)
		return 3;
	raise(SIGINT);
	if (interrupt_signal() != SIGINT || interrupt_check(&err))
		return 4;
	if (strcmp(err.what, "interrupted by SIGINT") != 0)
		return 5;
	raise(SIGHUP);
	if (interrupt_signal() != SIGHUP || interrupt_check(&err))
		return 6;
	return strcmp(err.what, "interrupted by SIGHUP") != 0;
}

static void
sets_the_flag(void **state)
{
	(void)state;
	assert_int_equal(in_child(flag_body), 0);
}

static int
pipe_body(void)
{
	int fds[2];

	interrupt_install();
	if (pipe(fds) != 0 || close(fds[0]) != 0)
		return 1;
	return write(fds[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
}

static void
closed_pipes_are_errors(void **state)
{
	(void)state;
	assert_int_equal(in_child(pipe_body), 0);
}

static int
restore_body(void)
{
	interrupt_install();
	interrupt_restore();
	raise(SIGTERM);
	return 1;
}

static void
restores(void **state)
{
	int status = in_child(restore_body);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

/* nohup and background jobs of simple shells: what was ignored stays ignored, in both ways. */
static int
ignored_body(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	interrupt_install();
	raise(SIGINT);
	raise(SIGHUP);
	if (interrupt_signal() != 0)
		return 1;
	interrupt_restore();
	raise(SIGINT);
	raise(SIGHUP);
	return 0;
}

static void
leaves_ignored_signals_ignored(void **state)
{
	(void)state;
	assert_int_equal(in_child(ignored_body), 0);
}

static int
sleep_body(void)
{
	pid_t parent = getpid();

	interrupt_install();
	if (fork() == 0) {
		nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
		kill(parent, SIGINT);
		_exit(0);
	}
	return sleep(20) > 0 && interrupt_signal() == SIGINT ? 0 : 1;
}

static void
waiting_calls_return(void **state)
{
	(void)state;
	assert_int_equal(in_child(sleep_body), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_the_flag),
		cmocka_unit_test(closed_pipes_are_errors),
		cmocka_unit_test(restores),
		cmocka_unit_test(leaves_ignored_signals_ignored),
		cmocka_unit_test(waiting_calls_return),
	};

	signal(SIGINT, SIG_DFL); /* a shell starts what runs behind it with it ignored */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
