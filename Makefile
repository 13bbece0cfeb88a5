# xbuild: `make help` lists the targets.

VERSION = 0.1.0
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR  ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
CC      ?= cc
HOSTCC  ?= cc
CFLAGS  ?= -O2 -g
PKG_CONFIG ?= pkg-config
VARIANT ?= release
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
-include config.mk

B = build/$(VARIANT)

# One list of sources for each layer; includes go down only (tests/lint/layers).
LAYERS = base targets linkcheck sysroots toolchains cli
LIB_SOURCES := $(foreach d,$(LAYERS),$(filter-out cli/main.c,$(sort $(wildcard $(d)/*.c $(d)/*/*.c))))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(B)/%.o) $(B)/gen/abi_tables.o $(B)/gen/nt_tables.o
ABI_FACTS = linkcheck/platform/data/glibc.tsv linkcheck/platform/data/musl.tsv
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS := $(UNIT_SOURCES:tests/unit/%.c=$(B)/tests/unit/%)
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_PROGRAMS := $(FUZZ:%=$(B)/tests/fuzz/fuzz_%)
FUZZ_TESTS := tests/fuzz/corpus.t $(FUZZ:%=build/asan/tests/fuzz/fuzz_%)
FUZZ_CC ?= clang
FUZZ_TIME ?= 60
REAL_PROGRAMS := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/real/*.c)))
CLI_TESTS := tests/cli/run $(sort $(wildcard tests/cli/*.t))
REAL_TESTS := $(sort $(wildcard tests/real/*.t))
ORACLE_TESTS := $(sort $(wildcard tests/oracle/*.t))
LINT_TESTS := $(sort $(wildcard tests/lint/*.t))
PROVE = CMOCKA_MESSAGE_OUTPUT=TAP XBUILD=$(abspath build/xbuild) \
	REAL_PROGRAMS=$(abspath $(B)/tests/real) prove -j$(JOBS) --timer

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings \
	-Wimplicit-fallthrough $(if $(WERROR),-Werror)
HARDENING_release = -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE
HARDENING_LD_release = -pie -Wl,-z,relro,-z,now,-z,noexecstack
# With sanitizers gcc judges conversions after its own rewriting; the release build judges ours.
HARDENING_asan = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-Wno-conversion -Wno-sign-conversion
HARDENING_LD_asan = -fsanitize=address,undefined
HARDENING_fuzz = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
HARDENING_LD_fuzz = -fsanitize=address,undefined
HARDENING_coverage = --coverage -O0
HARDENING_LD_coverage = --coverage

ALL_CPPFLAGS = -I. -D_POSIX_C_SOURCE=200809L -DXBUILD_VERSION='"$(VERSION)"' \
	$(shell $(PKG_CONFIG) --cflags libcjson 2>/dev/null) $(CPPFLAGS)
ALL_CFLAGS = -std=c11 $(CFLAGS) $(WARNINGS) $(HARDENING_$(VARIANT)) -fno-common -pthread -MMD -MP
ALL_LDFLAGS = $(LDFLAGS) $(HARDENING_LD_$(VARIANT)) -pthread -Wl,--as-needed
LIBS = $(shell $(PKG_CONFIG) --libs libcjson 2>/dev/null || echo -lcjson) -ldl

# `make V=1` shows the commands.
Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) '$(2)')

all: $(if $(filter release,$(VARIANT)),build/xbuild,$(B)/xbuild) ## build the program: build/xbuild

build/xbuild: $(B)/xbuild
	$(Q)ln -f $< $@

$(B)/xbuild: $(B)/cli/main.o $(B)/libxbuild.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libxbuild.a: $(LIB_OBJECTS)
	@rm -f $@
	$(call say,AR,$@)
	$(Q)$(AR) rcs $@ $^

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# What C libraries export, compiled into tables by a tool that runs on this machine.
$(B)/gen/abi-gen: linkcheck/platform/data/gen.c linkcheck/platform/abi_table.h base/attr.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(HOSTCC) -std=c11 -O1 $(WARNINGS) -I. -o $@ $<

$(B)/gen/abi_tables.c: $(B)/gen/abi-gen $(ABI_FACTS)
	$(call say,GEN,$@)
	$(Q)$(B)/gen/abi-gen $(ABI_FACTS) > $@.new
	@mv $@.new $@

$(B)/gen/windows-gen: linkcheck/platform/data/gen_windows.c linkcheck/resolve/nt_table.h base/attr.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(HOSTCC) -std=c11 -O1 $(WARNINGS) -I. -o $@ $<

$(B)/gen/nt_tables.c: $(B)/gen/windows-gen linkcheck/platform/data/windows.tsv
	$(call say,GEN,$@)
	$(Q)$(B)/gen/windows-gen linkcheck/platform/data/windows.tsv > $@.new
	@mv $@.new $@

$(B)/gen/%.o: $(B)/gen/%.c Makefile
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(B)/libxbuild.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

$(B)/tests/real/%: $(B)/tests/real/%.o $(B)/libxbuild.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# A fuzz target's main is libFuzzer's, or replay.c.
$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/fuzz.o \
		$(if $(filter fuzz,$(VARIANT)),,$(B)/tests/fuzz/replay.o) $(B)/libxbuild.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer) \
		-o $@ $^ -lcmocka $(LIBS)

quickstart: ## install what is missing, build, make and run a static arm64 program
	@tests/setup build
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tests/quickstart build/xbuild

# Everything a release needs. One prove for all, the long ones first: they overlap with the rest.
check: ## install what is missing, then every test there is
	@tests/setup check
	@$(MAKE) --no-print-directory -j$(JOBS) all check-programs
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=asan fuzz-programs
	@$(PROVE) $(ORACLE_TESTS) $(REAL_TESTS) $(LINT_TESTS) $(UNIT_TESTS) $(FUZZ_TESTS) $(CLI_TESTS)
	@build/xbuild audit --fail-on warning build/xbuild

check-unit: check-programs ## the unit tests
	@$(PROVE) $(UNIT_TESTS)

check-cli: all ## the command line, against goldens
	@$(PROVE) $(CLI_TESTS)

check-real: all check-programs ## other people's software, real packages, real loaders
	@$(PROVE) $(REAL_TESTS)

check-fuzz: ## the fuzzing corpus again, with sanitizers, without libFuzzer
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=asan fuzz-programs
	@$(PROVE) $(FUZZ_TESTS)

check-oracle: all ## generated trees and /usr/bin, against the real loaders (root; some minutes)
	@$(PROVE) $(ORACLE_TESTS)

check-programs: $(UNIT_TESTS) $(REAL_PROGRAMS)

lint: all ## layers, format, static analysis, shell scripts, manual pages
	@$(PROVE) $(LINT_TESTS)

asan: ## the unit tests with address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=asan check-unit

# libarchive asks for room for a name of a cpio archive, 4 GiB at most, before it finds that it is not there.
fuzz: ## fuzz each reader for FUZZ_TIME (60) seconds with clang's libFuzzer; FUZZ=elf for one
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=fuzz CC='$(FUZZ_CC)' FUZZ='$(FUZZ)' fuzz-programs
	@set -e; for name in $(FUZZ); do \
		echo "== $$name"; mkdir -p build/fuzz/corpus/$$name; \
		ASAN_OPTIONS=malloc_context_size=4:quarantine_size_mb=32 \
		build/fuzz/tests/fuzz/fuzz_$$name -max_total_time=$(FUZZ_TIME) -timeout=10 -max_len=8192 \
			-rss_limit_mb=1024 -malloc_limit_mb=$$([ $$name = container ] && echo 8192 || echo 1024) \
			-print_final_stats=1 -verbosity=0 -artifact_prefix=build/fuzz/$$name- \
			build/fuzz/corpus/$$name tests/fuzz/corpus/$$name; \
	done

fuzz-programs: $(FUZZ_PROGRAMS)

coverage: ## line coverage of the unit and command-line tests
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=coverage check-unit
	@cd build/coverage && gcov -r $(LIB_OBJECTS:$(B)/%.o=%.gcda) 2>/dev/null | tail -n 1

bench: all ## speed as ratios against the tools named in tests/bench
	@tests/bench/run build/xbuild

fmt: ## format the sources in place
	clang-format -i $(foreach d,$(LAYERS) tests/unit tests/fuzz,$(wildcard $(d)/*.[ch] $(d)/*/*.[ch]))

install: all ## install program, manual pages and completion (PREFIX, DESTDIR)
	install -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(MANDIR)/man1' '$(DESTDIR)$(MANDIR)/man5' \
		'$(DESTDIR)$(MANDIR)/man7' \
		'$(DESTDIR)$(BASHCOMPDIR)' '$(DESTDIR)$(ZSHCOMPDIR)' '$(DESTDIR)$(FISHCOMPDIR)'
	install -m 755 build/xbuild '$(DESTDIR)$(BINDIR)/xbuild'
	install -m 644 man/*.1 '$(DESTDIR)$(MANDIR)/man1/'
	install -m 644 man/*.5 '$(DESTDIR)$(MANDIR)/man5/'
	install -m 644 man/*.7 '$(DESTDIR)$(MANDIR)/man7/'
	install -d '$(DESTDIR)$(PREFIX)/share/xbuild'
	install -m 644 man/*.json '$(DESTDIR)$(PREFIX)/share/xbuild/'
	build/xbuild completion bash > '$(DESTDIR)$(BASHCOMPDIR)/xbuild'
	build/xbuild completion zsh > '$(DESTDIR)$(ZSHCOMPDIR)/_xbuild'
	build/xbuild completion fish > '$(DESTDIR)$(FISHCOMPDIR)/xbuild.fish'

uninstall: ## remove what install put there
	rm -f '$(DESTDIR)$(BINDIR)/xbuild' '$(DESTDIR)$(BASHCOMPDIR)/xbuild' \
		'$(DESTDIR)$(ZSHCOMPDIR)/_xbuild' '$(DESTDIR)$(FISHCOMPDIR)/xbuild.fish'
	rm -rf '$(DESTDIR)$(PREFIX)/share/xbuild'
	cd man && for p in *.1; do rm -f '$(DESTDIR)$(MANDIR)/man1/'"$$p"; done
	cd man && for p in *.5; do rm -f '$(DESTDIR)$(MANDIR)/man5/'"$$p"; done
	cd man && for p in *.7; do rm -f '$(DESTDIR)$(MANDIR)/man7/'"$$p"; done

dist: ## xbuild-VERSION.tar.gz of the committed tree
	git archive --format=tar.gz --prefix=xbuild-$(VERSION)/ -o build/xbuild-$(VERSION).tar.gz HEAD

clean: ## remove build/
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | awk -F'\t' '{ printf "  %-14s %s\n", $$1, $$2 }'

-include $(LIB_OBJECTS:.o=.d) $(B)/cli/main.d $(UNIT_TESTS:=.d) $(REAL_PROGRAMS:=.d) \
	$(FUZZ_PROGRAMS:=.d) $(B)/tests/fuzz/fuzz.d $(B)/tests/fuzz/replay.d
.SECONDARY:
.PHONY: all quickstart check check-oracle check-unit check-cli check-real check-programs check-fuzz \
	fuzz fuzz-programs lint asan coverage bench \
	fmt install uninstall dist clean help
