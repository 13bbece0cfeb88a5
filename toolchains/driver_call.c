/* SPDX-License-Identifier: MIT */
/* What a call of a compiler driver is about to do, read from its arguments as the driver reads
 * them. */
#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/caps.h"
#include "base/file.h"
#include "toolchains/driver.h"

/* A response file of a real build holds some thousand names. */
#define RESPONSE_CAP ((uint64_t)4 << 20)
#define RESPONSE_DEPTH 8

/* Options whose value is the next argument: it is neither an input nor an option. */
static const char *const with_value[] = { "-o", "-x", "-I", "-D", "-U", "-L", "-l", "-include",
	"-imacros", "-isystem", "-iquote", "-idirafter", "-iprefix", "-iwithprefix", "-isysroot",
	"-MF", "-MT", "-MQ", "-MJ", "-Xlinker", "-Xclang", "-Xassembler", "-Xpreprocessor",
	"-target", "--sysroot", "-arch", "-framework", "-F", "-T", "-u", "-z", "-e", "-h", "-rpath",
	"-b", "-B", "-G", "-A", "--param", "-mllvm", "-aux-info", "-dumpbase", "-dumpdir",
	"-working-directory", "-include-pch", NULL };

static const char *const stopping[] = { "-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "--analyze",
	"--precompile", "-emit-ast", "-rewrite-objc", "--compile", "--assemble", "--preprocess",
	NULL };

/* Of these, the ones that still assemble. */
static const char *const assembling[] = { "-c", "--compile", NULL };

/* What says nothing any more when -static, -static-pie or -static-libgcc is said. */
static const char *const overruled[] = { "-pie", "--pie", "-no-pie", "--no-pie", "-nopie",
	"-shared-libgcc", NULL };

static const char *const pic[] = { "-fPIC", "-fpic", "-fno-pic", "-fno-PIC", "-fPIE", "-fpie",
	"-fno-pie", "-fno-PIE", NULL };

static const char *const without_libs[] = { "-nostdlib", "-nodefaultlibs", "-nolibc", NULL };

/* Options that are facts by themselves. */
static const struct {
	const char *option;
	size_t field;
} facts[] = {
	{ "-shared", offsetof(struct driver_call, shared) },
	{ "--shared", offsetof(struct driver_call, shared) },
	{ "-r", offsetof(struct driver_call, relocatable) },
	{ "-Wl,-r", offsetof(struct driver_call, relocatable) },
	{ "-Wl,--relocatable", offsetof(struct driver_call, relocatable) },
	{ "-static", offsetof(struct driver_call, is_static) },
	{ "--static", offsetof(struct driver_call, is_static) },
	{ "-static-pie", offsetof(struct driver_call, static_pie) },
	{ "-dumpmachine", offsetof(struct driver_call, dumpmachine) },
	{ "-print-multiarch", offsetof(struct driver_call, multiarch) },
	{ "--print-multiarch", offsetof(struct driver_call, multiarch) },
};

struct scan {
	struct arena *arena;
	struct driver_call *call;
	bool has_input;
	bool skip; /* the next word is a value */
};

static bool
is_one_of(const char *const *list, const char *arg)
{
	for (; *list; list++)
		if (strcmp(*list, arg) == 0)
			return true;
	return false;
}

/* What goes to the linker alone is reason enough for a driver to call it (`cc -Wl,--version`). */
static bool
is_linker_input(const char *arg)
{
	return arg[0] != '-' || arg[1] == '\0' || cstr_starts(arg, "-Wl,") ||
	       strcmp(arg, "-Xlinker") == 0 || cstr_starts(arg, "-l");
}

/* Whose assembler, and what is only asked for. */
static void
scan_asked(struct driver_call *call, const char *arg)
{
	static const char prog_name[] = "-print-prog-name=";
	const char *word = cstr_starts(arg, "--") ? arg + 1 : arg;

	if (strcmp(arg, "-fno-integrated-as") == 0 || strcmp(arg, "-no-integrated-as") == 0)
		call->external_as = true;
	else if (strcmp(arg, "-fintegrated-as") == 0 || strcmp(arg, "-integrated-as") == 0)
		call->external_as = false;
	else if (cstr_starts(word, prog_name))
		call->prog_name = word + strlen(prog_name);
}

static void
scan_fact(struct driver_call *call, const char *arg)
{
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		if (strcmp(facts[i].option, arg) == 0)
			*(bool *)((char *)call + facts[i].field) = true;
	if (is_one_of(overruled, arg))
		call->overruled = true;
	if (is_one_of(stopping, arg)) {
		call->stops = true;
		call->as_text |= !is_one_of(assembling, arg);
	} else if (is_one_of(pic, arg))
		call->has_pic = true;
	else if (is_one_of(without_libs, arg))
		call->nostdlib = true;
	else if (strcmp(arg, "-pie") == 0 || strcmp(arg, "--pie") == 0)
		call->pie = true, call->no_pie = false;
	else if (strcmp(arg, "-no-pie") == 0 || strcmp(arg, "-nopie") == 0 ||
		 strcmp(arg, "--no-pie") == 0)
		call->pie = false, call->no_pie = true;
	else if (cstr_starts(arg, "--ld-path=") ||
		 (cstr_starts(arg, "-fuse-ld=") && strcmp(arg, "-fuse-ld=lld") != 0))
		call->has_linker = true;
	else
		scan_asked(call, arg);
}

static void scan_response(struct scan *s, const char *path, int depth);

static void
scan_word(struct scan *s, const char *arg, int depth)
{
	if (s->skip) {
		s->skip = false;
		return;
	}
	if (arg[0] == '@' && arg[1]) {
		scan_response(s, arg + 1, depth);
		return;
	}
	if (is_linker_input(arg))
		s->has_input = true;
	if (is_one_of(with_value, arg))
		s->skip = true;
	else if (arg[0] == '-')
		scan_fact(s->call, arg);
}

/* One word of a response file as GNU tools quote: a backslash takes the next byte, quotes of both
 * kinds group. NULL at the end. */
static char *
response_word(struct arena *a, struct str *text)
{
	struct strbuf word;
	char quote = '\0';
	size_t i = 0;

	while (i < text->len && strchr(" \t\r\n", text->ptr[i]))
		i++;
	*text = str_drop(*text, i);
	if (text->len == 0)
		return NULL;
	strbuf_init(&word, a);
	for (i = 0; i < text->len; i++) {
		char c = text->ptr[i];

		if (!quote && strchr(" \t\r\n", c))
			break;
		if (c == '\\' && i + 1 < text->len)
			strbuf_addc(&word, text->ptr[++i]);
		else if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? '\0' : c;
		else
			strbuf_addc(&word, c);
	}
	*text = str_drop(*text, i);
	return word.ptr;
}

/* The compiler reads the file itself; a file that cannot be read is an input of that name to it. */
static void
scan_response(struct scan *s, const char *path, int depth)
{
	struct error ignored;
	struct str text;
	char *word;

	if (depth == 0 || !file_read(s->arena, path, RESPONSE_CAP, &text, &ignored)) {
		s->has_input = true;
		return;
	}
	while ((word = response_word(s->arena, &text)))
		scan_word(s, word, depth - 1);
}

void
driver_classify(struct arena *a, const char *const *args, struct driver_call *ret)
{
	struct scan s = { .arena = a, .call = ret };

	memset(ret, 0, sizeof(*ret));
	/* The driver looks for these in the first place only. */
	if (args[0] && !cstr_starts(args[0], "-cc1"))
		for (const char *const *arg = args; *arg; arg++)
			scan_word(&s, *arg, RESPONSE_DEPTH);
	else if (args[0])
		ret->internal = true;
	ret->links = !ret->stops && !ret->internal && s.has_input;
}

/* A response file is guarded whole: its words are the compiler's to read. */
void
driver_push_overruled(const char *const *args, struct strvec *argv)
{
	struct driver_call word;
	struct scan s = { .arena = argv->arena, .call = &word };

	for (; *args; args++) {
		memset(&word, 0, sizeof(word));
		scan_word(&s, *args, RESPONSE_DEPTH);
		if (word.overruled)
			strvec_push(argv, DRIVER_QUIET_BEGIN);
		strvec_push(argv, *args);
		if (word.overruled)
			strvec_push(argv, DRIVER_QUIET_END);
	}
}
