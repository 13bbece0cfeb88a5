/* SPDX-License-Identifier: MIT */
/* xbuild cc, c++, ar ...: one tool of a target's toolchain. */
#include "cli/command.h"
#include "cli/request.h"
#include "cli/wrap.h"

struct tool_options {
	const char *target;
	struct request_options request;
};

/* The command's name says the tool. */
static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct tool_options *o = options;
	enum tool tool = tool_find(s->command->name);
	struct kit_request req;

	if (!request_kit(s, o->target, &o->request, &req, err))
		return COMMAND_FAILED;
	req.language = tool == TOOL_CXX ? LANGUAGE_CXX : LANGUAGE_C;
	return wrap_tool(s, &req, tool, operands->items, err);
}

static const struct option options[] = {
	TARGET_ROW(struct tool_options),
	REQUEST_ROWS(struct tool_options),
	OPTION_END,
};

#define TOOL(symbol, word, line)                                                                   \
	static const char *const symbol##_examples[] = { word " -t linux/arm64/musl " line,        \
		NULL };                                                                            \
	const struct command symbol = {                                                            \
		.name = (word),                                                                    \
		.summary = "run the target's " word "; what follows our options is its own",       \
		.operands = "[ARG]...",                                                            \
		.options = options,                                                                \
		.options_size = sizeof(struct tool_options),                                       \
		.style = OPERANDS_TOOL,                                                            \
		.operand = OPERAND_FILE,                                                           \
		.most = OPERANDS_MANY,                                                             \
		.examples = symbol##_examples,                                                     \
		.run = run,                                                                        \
	}

TOOL(cmd_ar, "ar", "rcs libx.a x.o");
TOOL(cmd_cc, "cc", "--static -O2 -o hello hello.c");
TOOL(cmd_cxx, "c++", "-c hello.cpp");
TOOL(cmd_ld, "ld", "-r -o all.o a.o b.o");
TOOL(cmd_nm, "nm", "-D libx.so");
TOOL(cmd_objcopy, "objcopy", "--only-keep-debug hello hello.debug");
TOOL(cmd_ranlib, "ranlib", "libx.a");
TOOL(cmd_strip, "strip", "hello");
