/* SPDX-License-Identifier: MIT */
/* Child processes: streams, ends, limits, signals, and programs that cannot start. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/interrupt.h"
#include "base/proc.h"
#include "base/threads.h"

static const char *const env[] = { "PATH=/usr/bin:/bin", "WORD=from env", NULL };

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	struct proc_result r;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	interrupt_install();
	arena_init(&f->arena);
	f->dir = unit_temp_dir(&f->arena);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unit_remove(f->dir);
	arena_clear(&f->arena);
	free(f);
	interrupt_install();
	return 0;
}

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Runs a shell script with both streams captured, unless `p` says more. */
static bool
run_script(struct fixture *f, struct proc *p, const char *script)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };

	p->argv = argv;
	p->env = env;
	return proc_run(&f->arena, p, &f->r, &f->err);
}

static void
must_run(struct fixture *f, struct proc *p, const char *script)
{
	if (!run_script(f, p, script))
		fail_msg("%s: %s", script, f->err.what);
}

static struct proc
capture(void)
{
	return (struct proc){ .out = PROC_CAPTURE, .err = PROC_CAPTURE };
}

static void
captures_both_streams(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();

	must_run(f, &p, "echo out; echo err >&2; printf '%s' \"$WORD\"; exit 3");
	assert_string_equal(f->r.out.ptr, "out\nfrom env");
	assert_int_equal(f->r.out.len, 12);
	assert_string_equal(f->r.err.ptr, "err\n");
	assert_int_equal(f->r.end, PROC_EXITED);
	assert_int_equal(f->r.code, 3);
	assert_false(f->r.cut);
	assert_false(proc_ok(&f->r));
	must_run(f, &p, "exit 0");
	assert_true(proc_ok(&f->r));
	assert_string_equal(f->r.out.ptr, "");
	assert_int_equal(f->r.out.len, 0);
}

static void
environment_is_only_what_is_given(void **state)
{
	struct fixture *f = *state;
	static const char *const argv[] = { "env", NULL };
	static const char *const one[] = { "PATH=/usr/bin:/bin", "A=1", NULL };
	struct proc p = { .argv = argv, .env = one, .out = PROC_CAPTURE };

	assert_int_equal(setenv("XBUILD_UNIT", "leaks", 1), 0);
	assert_true(proc_run(&f->arena, &p, &f->r, &f->err));
	assert_string_equal(f->r.out.ptr, "PATH=/usr/bin:/bin\nA=1\n");
	unsetenv("XBUILD_UNIT");
}

static void
tells_signals(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();

	must_run(f, &p, "kill -SEGV $$");
	assert_int_equal(f->r.end, PROC_SIGNALLED);
	assert_int_equal(f->r.code, SIGSEGV);
	assert_false(proc_ok(&f->r));
}

static void
feeds_and_reads_at_once(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	const size_t size = 3000000; /* far more than two pipes hold */
	char *text = arena_alloc(&f->arena, size);

	for (size_t i = 0; i < size; i++)
		text[i] = (char)('a' + i % 26);
	p.input = (struct str){ text, size };
	must_run(f, &p, "cat");
	assert_int_equal(f->r.out.len, size);
	assert_memory_equal(f->r.out.ptr, text, size);
	assert_true(proc_ok(&f->r));
}

static void
child_may_ignore_its_input(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	const size_t size = 1000000;

	p.input = (struct str){ arena_alloc(&f->arena, size), size };
	must_run(f, &p, "exec <&-; echo done");
	assert_string_equal(f->r.out.ptr, "done\n");
	assert_true(proc_ok(&f->r));
	must_run(f, &p, "exit 4");
	assert_int_equal(f->r.code, 4);
}

static void
input_is_empty_by_default(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();

	must_run(f, &p, "wc -c | tr -d ' '");
	assert_string_equal(f->r.out.ptr, "0\n");
}

static void
child_may_close_its_streams_and_go_on(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();

	must_run(f, &p, "echo first; exec >&- 2>&-; sleep 0.2; exit 5");
	assert_string_equal(f->r.out.ptr, "first\n");
	assert_int_equal(f->r.code, 5);
}

/* A background child holds the pipe; the run ends with its own child all the same. */
static void
does_not_wait_for_grandchildren(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	uint64_t start = now_ms();

	must_run(f, &p, "sleep 5 & echo $!");
	assert_true(now_ms() - start < 2000);
	assert_true(f->r.out.len > 1);
	kill((pid_t)strtol(f->r.out.ptr, NULL, 10), SIGKILL);
}

static void
large_output_is_cut(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();

	must_run(f, &p, "head -c 50000000 /dev/zero; echo end >&2");
	assert_true(proc_ok(&f->r));
	assert_true(f->r.cut);
	assert_true(f->r.out.len == CAP_CHILD_OUTPUT);
	assert_string_equal(f->r.err.ptr, "end\n");
	must_run(f, &p, "head -c 16777216 /dev/zero"); /* the cap itself */
	assert_false(f->r.cut);
	assert_true(f->r.out.len == CAP_CHILD_OUTPUT);
	p.out = PROC_DISCARD;
	must_run(f, &p, "head -c 50000000 /dev/zero");
	assert_false(f->r.cut);
	assert_int_equal(f->r.out.len, 0);
}

static void
add_line(void *ctx, int fd, struct str line)
{
	struct strbuf *b = ctx;

	strbuf_addf(
		b, "%d:%.*s(%zu) ", fd, (int)(line.len < 10 ? line.len : 10), line.ptr, line.len);
}

static void
gives_whole_lines(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	struct strbuf seen;

	strbuf_init(&seen, &f->arena);
	p.line = add_line;
	p.line_ctx = &seen;
	p.err = PROC_DISCARD;
	must_run(f, &p, "printf 'a\\n\\nb'; sleep 0.1; printf 'c\\nlast'; echo no >&2");
	assert_string_equal(seen.ptr, "1:a(1) 1:(0) 1:bc(2) 1:last(4) ");
	assert_string_equal(f->r.out.ptr, "a\n\nbc\nlast");
	strbuf_init(&seen, &f->arena);
	p.out = PROC_DISCARD;
	p.err = PROC_CAPTURE;
	must_run(f, &p, "head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; echo y >&2");
	assert_string_equal(seen.ptr, "2:xxxxxxxxxx(65536) 2:y(1) ");
	assert_int_equal(f->r.err.len, 100003);
}

static void
count_lines(void *ctx, int fd, struct str line)
{
	(void)fd;
	*(size_t *)ctx += line.len == 1;
}

static void
gives_lines_beyond_the_cap(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	size_t lines = 0;

	p.line = count_lines;
	p.line_ctx = &lines;
	must_run(f, &p, "yes | head -n 9000000");
	assert_true(f->r.cut);
	assert_true(lines == 9000000);
}

static void
time_limit(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	uint64_t start = now_ms(), took;

	p.timeout_ms = 200;
	must_run(f, &p, "echo begun; sleep 30");
	took = now_ms() - start;
	assert_int_equal(f->r.end, PROC_TIMED_OUT);
	assert_false(proc_ok(&f->r));
	assert_string_equal(f->r.out.ptr, "begun\n");
	assert_true(took >= 200 && took < 2000);
	p.timeout_ms = 20000;
	must_run(f, &p, "exit 0");
	assert_true(proc_ok(&f->r));
}

/* SIGTERM is ignored by the whole group: SIGKILL follows, and reaches the grandchild too. */
static void
time_limit_for_the_stubborn(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	uint64_t start = now_ms(), took;
	pid_t grandchild;

	p.timeout_ms = 100;
	must_run(f, &p, "trap '' TERM; sleep 30 & echo $!; wait; sleep 30");
	took = now_ms() - start;
	assert_int_equal(f->r.end, PROC_TIMED_OUT);
	assert_int_equal(f->r.code, SIGKILL);
	assert_true(took >= 2100 && took < 6000);
	grandchild = (pid_t)strtol(f->r.out.ptr, NULL, 10);
	assert_true(grandchild > 1);
	for (int i = 0; i < 100 && kill(grandchild, 0) == 0; i++) {
		char *status = arena_printf(&f->arena, "/proc/%ld/stat", (long)grandchild);
		struct str text;

		/* Dead, but perhaps nobody reaps orphans here. */
		if (file_read(&f->arena, status, 4096, &text, &f->err) && strstr(text.ptr, ") Z"))
			return;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	assert_int_equal(kill(grandchild, 0), -1);
}

/* Sends SIGTERM to this process after a while. */
static pid_t
signal_me_later(long ms)
{
	pid_t me = getpid(), pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
		kill(me, SIGTERM);
		_exit(0);
	}
	return pid;
}

static void
interrupt_stops_the_child(void **state)
{
	struct fixture *f = *state;
	char *out = unit_file(&f->arena, f->dir, "out.o", "half", 0644);
	struct proc p = { .out = PROC_DISCARD, .err = PROC_DISCARD, .output = out };
	uint64_t start = now_ms();
	pid_t sender = signal_me_later(200);

	f->r.code = 77;
	assert_false(run_script(f, &p, "sleep 30"));
	assert_int_equal(f->err.kind, ERROR_INTERRUPTED);
	assert_string_equal(f->err.what, "interrupted by SIGTERM");
	assert_int_equal(f->r.code, 77);
	assert_true(now_ms() - start < 1500);
	assert_false(file_exists(out));
	assert_int_equal(waitpid(sender, NULL, 0), sender);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	assert_int_equal(errno, ECHILD);
	/* And nothing is started any more. */
	assert_false(run_script(f, &p, "touch started"));
	assert_int_equal(f->err.kind, ERROR_INTERRUPTED);
	assert_false(file_exists("started"));
}

static void
interrupt_kills_the_stubborn(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	uint64_t start = now_ms();
	pid_t sender = signal_me_later(100);

	assert_false(run_script(f, &p, "trap '' TERM INT; while :; do sleep 1; done"));
	assert_int_equal(f->err.kind, ERROR_INTERRUPTED);
	assert_true(now_ms() - start >= 2000);
	assert_true(now_ms() - start < 6000);
	assert_int_equal(waitpid(sender, NULL, 0), sender);
}

static void
failed_output_is_removed(void **state)
{
	struct fixture *f = *state;
	char *out = path_join(&f->arena, f->dir, "out"),
	     *link = path_join(&f->arena, f->dir, "link");
	struct proc p = { .output = out };
	struct stat st;

	must_run(f, &p, arena_printf(&f->arena, "echo x > %s", out));
	assert_true(file_exists(out));
	must_run(f, &p, arena_printf(&f->arena, "echo x > %s; exit 1", out));
	assert_false(file_exists(out));
	must_run(f, &p, arena_printf(&f->arena, "echo x > %s; kill -KILL $$", out));
	assert_false(file_exists(out));
	p.timeout_ms = 100;
	must_run(f, &p, arena_printf(&f->arena, "echo x > %s; sleep 9", out));
	assert_false(file_exists(out));
	p.timeout_ms = 0;
	must_run(f, &p, "exit 1"); /* it wrote nothing */
	/* Devices and links are not half-written files. */
	p.output = "/dev/null";
	must_run(f, &p, "exit 1");
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_int_equal(symlink("/dev/null", link), 0);
	p.output = link;
	must_run(f, &p, "exit 1");
	assert_int_equal(lstat(link, &st), 0);
}

static bool
run_one(struct fixture *f, const char *name)
{
	const char *const argv[] = { name, "arg", NULL };
	struct proc p = { .argv = argv, .env = env, .out = PROC_CAPTURE };

	return proc_run(&f->arena, &p, &f->r, &f->err);
}

static void
could_not_start(void **state)
{
	struct fixture *f = *state;
	char *plain = unit_file(&f->arena, f->dir, "plain", "x", 0644);
	char *script = unit_file(&f->arena, f->dir, "script", "#!/none/interpreter\n", 0755);
	char *noise = unit_file(&f->arena, f->dir, "noise", "echo not a program\n", 0755);

	assert_false(run_one(f, "xbuild-no-such-program"));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(
		f->err.what, "cannot start xbuild-no-such-program: No such file or directory");
	assert_string_equal(f->err.where, "xbuild-no-such-program");
	assert_string_equal(f->err.hint, "no directory in PATH has it");
	assert_false(run_one(f, "/none/cc"));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "cannot start cc: No such file or directory");
	assert_string_equal(f->err.where, "/none/cc");
	assert_string_equal(f->err.hint, "");
	assert_false(run_one(f, plain));
	assert_int_equal(f->err.saved_errno, EACCES);
	assert_string_equal(f->err.where, plain);
	assert_false(run_one(f, script));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_non_null(strstr(f->err.hint, "its interpreter is not"));
	assert_false(run_one(f, noise)); /* never a shell */
	assert_int_equal(f->err.saved_errno, ENOEXEC);
	assert_string_equal(
		f->err.hint, arena_printf(&f->arena, "%s is no program of this machine", noise));
	assert_false(run_one(f, ""));
	assert_int_equal(f->err.kind, ERROR_MISSING);
}

/* Counts the descriptors of this process whose flags, taken with `mask`, are not `mask`. */
static unsigned
descriptors(int mask)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++) {
		int flags = fcntl(fd, F_GETFD);

		n += flags != -1 && (mask == 0 || (flags & mask) == 0);
	}
	return n;
}

static void
leaks_no_descriptor(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();
	unsigned before = descriptors(0);

	p.input = STR("x");
	for (int i = 0; i < 20; i++) {
		must_run(f, &p, "ls /proc/self/fd | wc -l | tr -d ' '");
		(void)run_one(f, "/none/cc");
		(void)run_one(f, f->dir);
	}
	assert_int_equal(descriptors(0), before);
	if (file_is_dir("/proc/self/fd"))
		/* What we were born with, and the one that ls opens. */
		assert_int_equal(strtol(f->r.out.ptr, NULL, 10), descriptors(FD_CLOEXEC) + 1);
}

static void
default_signals_in_the_child(void **state)
{
	struct fixture *f = *state;
	struct proc p = capture();

	/* `yes` dies of SIGPIPE only when it is not ignored; otherwise it says so and exits with 1. */
	must_run(f, &p, "{ yes; echo $? >&2; } | head -n 1");
	assert_string_equal(f->r.out.ptr, "y\n");
	assert_string_equal(f->r.err.ptr, "141\n");
}

/* With our own streams closed the pipes get their numbers. */
static void
works_with_closed_streams(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct proc p = capture();
		bool ok;

		close(0);
		close(1);
		close(2);
		p.input = STR("in");
		ok = run_script(f, &p, "cat; echo err >&2");
		_exit(ok && str_is(f->r.out, "in") && str_is(f->r.err, "err\n") ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
run_piece(void *ctx, size_t i, struct arena *scratch)
{
	bool *ok = ctx;
	char *script = arena_printf(scratch, "cat; echo %zu", i);
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	struct proc p = { .argv = argv, .env = env, .out = PROC_CAPTURE, .input = STR("in ") };
	struct proc_result r;
	struct error err;

	ok[i] = proc_run(scratch, &p, &r, &err) && proc_ok(&r) &&
		str_is(r.out, arena_printf(scratch, "in %zu\n", i));
}

/* No child inherits another's pipe, or its input would never end. */
static void
runs_on_many_threads(void **state)
{
	bool ok[60] = { false };

	(void)state;
	threads_for(60, 8, run_piece, ok);
	for (size_t i = 0; i < 60; i++)
		assert_true(ok[i]);
}

static void
an_end_is_seen_at_once(void **state)
{
	struct fixture *f = *state;
	struct proc p = { .inherit_input = true };
	uint64_t start = now_ms();

	for (int i = 0; i < 50; i++)
		must_run(f, &p, "exit 0");
	/* A polling loop of 20 ms would need a second; this leaves room for a busy machine. */
	if (now_ms() - start > 900)
		print_message("50 runs took %d ms\n", (int)(now_ms() - start));
	assert_true(proc_ok(&f->r));
}

static void
finds_programs(void **state)
{
	struct fixture *f = *state;
	char *path_line =
		arena_printf(&f->arena, "PATH=relative:%s/none:%s/a:%s/b:", f->dir, f->dir, f->dir);
	const char *const own[] = { path_line, NULL };
	static const char *const empty[] = { "PATH=", NULL }, *const no_path[] = { NULL };
	static const char *const mixed[] = { "PATH=/a::relative:/b c", NULL };
	struct strvec dirs;
	char *tool, *cwd = getcwd(NULL, 0);

	assert_true(file_mkdirs(path_join(&f->arena, f->dir, "a/tool"), 0755, &f->err));
	assert_true(file_mkdirs(path_join(&f->arena, f->dir, "b"), 0755, &f->err));
	assert_true(file_mkdirs(path_join(&f->arena, f->dir, "relative"), 0755, &f->err));
	unit_file(&f->arena, f->dir, "a/plain", "x", 0644);
	unit_file(&f->arena, f->dir, "relative/lost", "x", 0755);
	unit_file(&f->arena, f->dir, "here", "x", 0755);
	tool = unit_file(&f->arena, f->dir, "b/tool", "x", 0755);
	assert_int_equal(chdir(f->dir), 0);
	assert_string_equal(proc_find(&f->arena, "tool", own), tool); /* passes the directory */
	assert_null(proc_find(&f->arena, "plain", own));
	assert_null(proc_find(&f->arena, "lost", own));
	assert_string_equal(proc_find(&f->arena, "here", own), "./here"); /* the empty element */
	assert_string_equal(proc_find(&f->arena, "here", empty), "./here");
	assert_null(proc_find(&f->arena, "here", no_path));
	assert_non_null(proc_find(&f->arena, "sh", no_path));
	assert_null(proc_find(&f->arena, "", own));
	assert_null(proc_find(&f->arena, "..", own));
	assert_string_equal(proc_find(&f->arena, tool, empty), tool);
	proc_path(&f->arena, mixed, &dirs);
	assert_int_equal(dirs.count, 3);
	assert_string_equal(dirs.items[0], "/a");
	assert_string_equal(dirs.items[1], ".");
	assert_string_equal(dirs.items[2], "/b c");
	proc_path(&f->arena, no_path, &dirs);
	assert_string_equal(dirs.items[0], "/usr/bin");
	assert_string_equal(proc_find(&f->arena, "b/tool", empty), "b/tool");
	assert_null(proc_find(&f->arena, "a/plain", empty));
	assert_null(proc_find(&f->arena, "a/tool", empty));
	assert_int_equal(chdir(cwd), 0);
	free(cwd);
}

static void
replaces_this_process(void **state)
{
	struct fixture *f = *state;
	static const char *const argv[] = { "sh", "-c", "exit $CODE", NULL };
	static const char *const with[] = { "PATH=/usr/bin:/bin", "CODE=9", NULL };
	static const char *const none[] = { "xbuild-no-such-program", NULL };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)proc_exec(argv, with, &f->err);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 9);
	assert_false(proc_exec(none, with, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.where, none[0]);
}

static void
quotes(void **state)
{
	struct fixture *f = *state;
	static const char *const argv[] = { "A=1", "-O2", "-march=x", "", "a b", "it's", "$HOME",
		"*", "a\nb", "\\", "~", "-DX=\"y\"", "=", "x=y=z", "\xc3\xa9", NULL };
	const char *const echo[] = { "printf", "<%s>", "a b", "it's", "$HOME", "*", "", "a\nb",
		"\\", "!", NULL };
	struct proc p = capture();

	assert_string_equal(proc_quote(&f->arena, argv),
		"'A=1' -O2 -march=x '' 'a b' 'it'\\''s' '$HOME' '*' 'a\nb' '\\' '~' "
		"'-DX=\"y\"' = x=y=z '\xc3\xa9'");
	must_run(f, &p, proc_quote(&f->arena, echo));
	assert_string_equal(f->r.out.ptr, "<a b><it's><$HOME><*><><a\nb><\\><!>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(captures_both_streams, setup, teardown),
		cmocka_unit_test_setup_teardown(environment_is_only_what_is_given, setup, teardown),
		cmocka_unit_test_setup_teardown(tells_signals, setup, teardown),
		cmocka_unit_test_setup_teardown(feeds_and_reads_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(child_may_ignore_its_input, setup, teardown),
		cmocka_unit_test_setup_teardown(input_is_empty_by_default, setup, teardown),
		cmocka_unit_test_setup_teardown(
			child_may_close_its_streams_and_go_on, setup, teardown),
		cmocka_unit_test_setup_teardown(does_not_wait_for_grandchildren, setup, teardown),
		cmocka_unit_test_setup_teardown(large_output_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(gives_whole_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(gives_lines_beyond_the_cap, setup, teardown),
		cmocka_unit_test_setup_teardown(time_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(time_limit_for_the_stubborn, setup, teardown),
		cmocka_unit_test_setup_teardown(interrupt_stops_the_child, setup, teardown),
		cmocka_unit_test_setup_teardown(interrupt_kills_the_stubborn, setup, teardown),
		cmocka_unit_test_setup_teardown(failed_output_is_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(could_not_start, setup, teardown),
		cmocka_unit_test_setup_teardown(leaks_no_descriptor, setup, teardown),
		cmocka_unit_test_setup_teardown(default_signals_in_the_child, setup, teardown),
		cmocka_unit_test_setup_teardown(works_with_closed_streams, setup, teardown),
		cmocka_unit_test_setup_teardown(runs_on_many_threads, setup, teardown),
		cmocka_unit_test_setup_teardown(an_end_is_seen_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(replaces_this_process, setup, teardown),
		cmocka_unit_test_setup_teardown(quotes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
