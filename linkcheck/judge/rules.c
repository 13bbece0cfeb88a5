/* SPDX-License-Identifier: MIT */
/*
 * The rules. Numbers and names are stable: a rule that goes away leaves a gap. Each row is
 * documented in man/xbuild-rules.7 (tests/unit/test_rules.c compares).
 */
#include "linkcheck/judge/rule.h"

#include <stdbool.h>
#include <strings.h>

#include "linkcheck/judge/rules.h"
#include "linkcheck/judge/rules_pe.h"

static const struct rule rules[] = {
	{ "LC001", "library-missing", LEVEL_ERROR,
		"a needed library is not found where it has to start",
		"The target's loader looks for each needed library in a fixed order of "
		"places, which is not the linker's: the search path of the file that "
		"needs it, LD_LIBRARY_PATH, configured and built-in directories. What "
		"none of them has ends the program before it runs. xbuild deps prints "
		"every place that was tried.",
		"Ship the library beside the program and link with -Wl,-rpath,'$ORIGIN', "
		"or install the package that has it.",
		check_library_missing, RULE_ELF },
	{ "LC002", "abi-mismatch", LEVEL_ERROR, "made for another machine or ABI than promised",
		"The machine, the word size, the byte order, the ABI flags or the float ABI in the "
		"file's header are not those of the target. The kernel answers \"Exec format "
		"error\", "
		"a loader passes the library over as if it were not there, or the program starts "
		"and "
		"passes floating point numbers in the wrong registers.",
		"Compile and link everything for one target: xbuild build -t TARGET. Look for an "
		"object or archive that was built by the host's compiler.",
		check_abi, RULE_ELF | RULE_MACHO | RULE_PE },
	{ "LC003", "symbol-missing", LEVEL_ERROR,
		"a symbol that is bound at start is defined nowhere",
		"No loaded object defines the symbol in the version that is asked for, "
		"and a data relocation or immediate binding (-z now; always on musl) "
		"wants it before the program runs: the loader stops with a symbol lookup "
		"error. In a library it is a note, because the program that loads it may "
		"define the symbol.",
		"Link with the library that defines it and with -Wl,--no-undefined, and "
		"build against the libraries of the system it has to start on.",
		check_symbol_missing, RULE_ELF | RULE_MACHO },
	{ "LC004", "symbol-lazy", LEVEL_WARNING, "a symbol that is bound late is defined nowhere",
		"Only function calls refer to the symbol and nothing asks for immediate "
		"binding, so glibc looks for it when it is first called: the program "
		"starts, and dies at that call.",
		"Link with -Wl,-z,now and -Wl,--no-undefined, so that it is found out at "
		"once, and with the library that defines the symbol.",
		check_symbol_lazy, RULE_ELF | RULE_MACHO },
	{ "LC005", "version-missing", LEVEL_ERROR,
		"a library there lacks a version that is asked of it",
		"glibc's loader compares every version a file asks of a library with "
		"those the library defines, before anything is bound, and stops with "
		"\"version `V' not found\". A weak reference does not help; only a library "
		"without any versions is taken as it is.",
		"Build against the library of the system it has to start on, or ship the "
		"newer library with the program.",
		check_version_missing, RULE_ELF },
	{ "LC006", "host-path", LEVEL_WARNING,
		"found only by a path that other machines do not have",
		"The file names a needed library by a path, which happens when that "
		"library has no soname, or the library is found through "
		"LD_LIBRARY_PATH or from the current directory alone. It works "
		"where it was built and tried, and nowhere else.",
		"Link the library with -Wl,-soname,NAME, ship it beside the file, "
		"and link the file with -Wl,-rpath,'$ORIGIN'.",
		check_host_path, RULE_ELF },
	{ "LC007", "underlinked", LEVEL_WARNING,
		"it uses a library that only another one brings along",
		"The file binds symbols of a library that it does not name itself. It "
		"works as long as one of the libraries it names happens to need that one; "
		"a new release of it that does not breaks the program.",
		"Name the library when linking, and link with -Wl,--no-undefined (lld, "
		"GNU ld: --no-copy-dt-needed-entries).",
		check_underlinked, RULE_ELF },
	{ "LC008", "overlinked", LEVEL_NOTE, "it names a library of which it uses nothing",
		"The library is loaded at each start although no symbol is bound to it, "
		"and where it is missing the program does not start. A library that is "
		"loaded for its constructors alone is meant to be there.",
		"Link with -Wl,--as-needed in front of the libraries, or leave the "
		"library out.",
		check_overlinked, RULE_ELF },
	{ "LC009", "duplicate-soname", LEVEL_WARNING, "two files of one soname in one process",
		"glibc tells libraries apart by name and by inode, musl by the name they "
		"were found by. The same library under two paths, or two builds of it, is "
		"then loaded twice: each has its own state, and whose symbols count "
		"depends on the order of loading.",
		"Ship one copy, named by its soname, and let everything need it by that "
		"name.",
		check_duplicate_soname, RULE_ELF },
	{ "LC010", "loader-dependent", LEVEL_WARNING, "glibc and musl find different libraries",
		"glibc gives a RUNPATH to the file that has it and to nobody else; "
		"musl hands every search path down to the libraries of the file and "
		"to theirs, ignores one with a token it does not know, and looks "
		"into LD_LIBRARY_PATH first. A tree that is found by one loader "
		"only works by luck.",
		"Give each library that needs another one beside it a RUNPATH of "
		"its own: -Wl,-rpath,'$ORIGIN'.",
		check_dialects, RULE_ELF },
	{ "LC011", "platform", LEVEL_ERROR, "it does not start on a platform that was asked for",
		"The platform's, or the promised target's, loader, C library, libstdc++ or "
		"libgcc is another or an "
		"older one than the file needs: see the reason. What is not recorded "
		"counts as well, because nobody proved that it starts. Needed libraries "
		"that are no part of these are taken as given.",
		"Build against an older system: -t linux/ARCH/glibc2.17 and newer, or -t "
		"linux/ARCH/musl with --static for all of them.",
		check_platform, RULE_ELF },
	{ "LC020", "version-floor", LEVEL_ERROR, "needs newer versions of libraries than promised",
		"glibc's loader compares every version a file asks for with those the installed "
		"library defines, before the program runs, and stops with \"version `GLIBC_2.34' "
		"not "
		"found\". A link against a newer glibc raises the version of old functions too.",
		"Build against the glibc that is promised: -t linux/ARCH/glibc2.31. A symbol that "
		"does not exist there needs a replacement or a higher promise.",
		check_floor, RULE_ELF },
	{ "LC021", "weak-floor", LEVEL_WARNING, "the floor is raised by weak references only",
		"Only weak references ask for the version, so the program was written to run "
		"without "
		"these functions. GNU ld and lld nevertheless record the version as required, and "
		"glibc's loader refuses the program on an older system.",
		"Look the function up with dlsym at run time, or build against the older glibc, "
		"where the weak reference has no version.",
		check_weak_floor, RULE_ELF },
	{ "LC022", "unversioned-floor", LEVEL_ERROR,
		"an unversioned symbol is newer than the promised glibc",
		"The reference has no version, so no floor shows it: it was linked "
		"without a libc, or with a stub. Headers of a newer glibc turn strtol "
		"into __isoc23_strtol and the like. The loader takes any version of the "
		"symbol, and stops when the promised glibc has none.",
		"Compile with the headers of the glibc that is promised: -t "
		"linux/ARCH/glibc2.31.",
		check_unversioned, RULE_ELF },
	{ "LC023", "private-version", LEVEL_ERROR,
		"uses private glibc symbols, or lacks a version the loader insists on",
		"GLIBC_PRIVATE symbols change between two builds of glibc without notice; only "
		"glibc's "
		"own parts may use them. A file with DT_RELR must ask for GLIBC_ABI_DT_RELR: glibc "
		"2.36 "
		"and later refuse it otherwise, and older ones crash.",
		"Do not link parts of glibc into the program. For DT_RELR link with "
		"-Wl,-z,pack-relative-relocs, which adds the version.",
		check_private, RULE_ELF },
	{ "LC024", "library-not-allowed", LEVEL_ERROR,
		"needs a library that the policy does not allow",
		"The policy lists the libraries that may be expected where the file goes, or those "
		"that "
		"must not be needed. What is not listed has to be shipped with the file, or it "
		"will be "
		"missing there.",
		"Ship the library beside the file and find it with -Wl,-rpath,'$ORIGIN', link it "
		"statically, or add it to the policy's needs.",
		check_needs, RULE_ANY },
	{ "LC025", "cpu-level", LEVEL_ERROR, "code for a newer processor than promised",
		"Code for a newer processor than the target's variant stands for ends with "
		"\"Illegal instruction\" on a machine that the promise covers; glibc's loader "
		"refuses a file whose GNU property asks for a higher x86-64 level than the "
		"machine has. Compiler flags (-march), a library that was built with them, or "
		"GOAMD64, GOARM and the like raise the level. A file that makes no statement "
		"passes.",
		"Leave out -march and GOAMD64, or promise the level: -t linux/amd64/v3.", check_cpu,
		RULE_ELF },
	{ "LC026", "narrow-time", LEVEL_WARNING, "time_t or off_t with 32 bits",
		"On 32-bit machines glibc and musl keep the old functions, whose "
		"time_t ends in January 2038 and (glibc) whose off_t ends at 2 GB, "
		"for programs that were compiled without asking for the wide ones. "
		"Two libraries that were compiled differently do not understand "
		"each other's structures.",
		"Compile everything with -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 "
		"(glibc 2.34 and later), or with the headers of musl 1.2.0 and "
		"later.",
		check_narrow_time, RULE_ELF },
	{ "LC027", "go-target", LEVEL_ERROR, "Go compiled it for another system than promised",
		"The build information that Go keeps in each program names a GOOS or GOARCH that "
		"is not "
		"the promised target's. The header of the file may still look right, as that of a "
		"library "
		"of C or of another build mode does.",
		"Set GOOS and GOARCH of the target: xbuild exec -t TARGET -- go build.",
		check_go_target, RULE_ANY },
	{ "LC028", "go-cgo", LEVEL_WARNING, "built with cgo although a static program was promised",
		"CGO_ENABLED=1 links the C library. A dynamic program then needs it at run time; a "
		"static "
		"one with glibc asks NSS for names of hosts and users, which needs the very same "
		"glibc on "
		"the machine it runs on.",
		"Build with CGO_ENABLED=0, with -tags netgo,osusergo, or for musl: -t "
		"linux/ARCH/musl.",
		check_go_cgo, RULE_ANY },
	{ "LC030", "glibc-in-musl", LEVEL_ERROR, "asks for glibc in a musl target",
		"musl's loader ignores symbol versions and answers to names such as libc.so.6 and "
		"libm.so.6 itself, so the file seems to load; then every symbol that musl does not "
		"have "
		"(the fortified __*_chk functions, __isoc23_strtol ...) is an error at start, or "
		"the "
		"program runs with another ABI than it was compiled for.",
		"Compile and link with the musl sysroot: -t linux/ARCH/musl. A library that exists "
		"only for glibc cannot be used.",
		check_glibc_in_musl, RULE_ELF },
	{ "LC031", "two-libcs", LEVEL_ERROR, "two C libraries in one process",
		"The loader brings its own libc, and the file brings or needs another. Both have "
		"their "
		"own heap, locale, errno and thread state: memory that one allocates the other "
		"frees. "
		"It happens when a libc.a is found where libc.so is missing, when a glibc "
		"library "
		"is linked into a musl program, and when a library was linked with another libc "
		"than the promised one.",
		"Link with the libc of the loader only: the target's libc.so, or everything "
		"static.",
		check_two_libcs, RULE_ELF },
	{ "LC032", "libc-leak", LEVEL_ERROR,
		"a library exports the C library that is linked into it",
		"A libc.a was linked into the shared library and its symbols are visible. "
		"They take the place of the process's own: malloc and free then work on "
		"two heaps, stdio and errno on two states.",
		"Link the library against the shared libc, or hide the symbols: "
		"-Wl,--exclude-libs,ALL or a version script.",
		check_leaks, RULE_ELF },
	{ "LC033", "static-nss", LEVEL_WARNING, "static glibc with name service calls",
		"getaddrinfo, getpwnam and their kin load the NSS modules of exactly the glibc "
		"that was "
		"linked. On a machine with another glibc, or none, they fail or crash, although "
		"the "
		"program is static.",
		"Use musl for static programs (-t linux/ARCH/musl), or link dynamically.",
		check_static_nss, RULE_ELF },
	{ "LC034", "static-modules", LEVEL_WARNING, "static glibc that loads modules",
		"iconv_open loads converters (gconv modules) of exactly the glibc that was linked, "
		"and "
		"dlopen needs its shared libraries. On another machine they fail. iconv_open can "
		"be seen "
		"until the program is stripped; dlopen cannot be told, because every static glibc "
		"has it "
		"inside.",
		"Use musl for static programs, whose iconv needs no modules, or link dynamically.",
		check_static_modules, RULE_ELF },
	{ "LC035", "link-mode", LEVEL_ERROR, "not linked the way that was promised",
		"A program that was to be static names a loader or needs libraries (musl-gcc "
		"-static-pie "
		"does that), a dynamic one names no loader, a library is a program or the reverse, "
		"or an object that nobody linked.",
		"Give the link mode once, to xbuild (--static, --dynamic), and not to the "
		"compiler. "
		"Look for a linker option that overrides it.",
		check_mode, RULE_ELF | RULE_MACHO | RULE_PE },
	{ "LC036", "wrong-loader", LEVEL_ERROR,
		"started by another loader than the target's, or by none",
		"The kernel starts the loader that PT_INTERP names. When that path does not exist "
		"the "
		"shell says \"not found\" about a program that is there; when it is another libc's "
		"loader "
		"the program dies while it is linked. Without PT_INTERP nobody loads the libraries "
		"a program needs, and it crashes at once.",
		"Link with -Wl,--dynamic-linker= and the target's loader, or let xbuild link.",
		check_interpreter, RULE_ELF },
	{ "LC037", "musl-relocations", LEVEL_ERROR, "relocations that musl's loader does not make",
		"musl has no IFUNC (IRELATIVE), makes text relocations in libraries only, "
		"and knows DT_RELR since 1.2.4. It stops at the first, and crashes on the "
		"others.",
		"Build with the musl sysroot: -t linux/ARCH/musl; leave out "
		"-Wl,-z,pack-relative-relocs for musl before 1.2.4.",
		check_musl_relocs, RULE_ELF },
	{ "LC040", "rpath-build", LEVEL_ERROR, "search path names a build or temporary directory",
		"The directory exists on the machine that built the file. Elsewhere it is missing, "
		"or "
		"somebody else can create it and put a library of theirs there: the program then "
		"runs "
		"their code.",
		"Link with an rpath relative to the file: -Wl,-rpath,'$ORIGIN/../lib'. In CMake "
		"set "
		"CMAKE_INSTALL_RPATH; with libtool relink at install.",
		check_rpath_build, RULE_ELF | RULE_MACHO },
	{ "LC041", "rpath-relative", LEVEL_ERROR, "search path has an empty or relative entry",
		"glibc, musl and the BSDs take a relative entry from the current directory, and "
		"all but "
		"musl an empty one as the current directory: whoever chooses the directory chooses "
		"the "
		"library.",
		"Write $ORIGIN in front of it: -Wl,-rpath,'$ORIGIN/lib'. An empty entry comes from "
		"a "
		"stray colon, often of an empty variable.",
		check_rpath_relative, RULE_ELF | RULE_MACHO },
	{ "LC042", "rpath-mangled", LEVEL_ERROR, "search path was mangled, or has an unknown token",
		"The shell or make ate the $ of $ORIGIN (\"RIGIN\", \"$$ORIGIN\"), a linker option "
		"ended "
		"up inside the path (\"-Wl,\"), or a token is written that this loader does not "
		"expand. glibc expands $ORIGIN, $LIB and $PLATFORM; musl only $ORIGIN, and any "
		"other $ "
		"makes it ignore the whole path.",
		"Quote it: '$ORIGIN' in the shell, '$$ORIGIN' in a makefile, '\\$$ORIGIN' where "
		"make "
		"hands it to a shell without quotes.",
		check_rpath_mangled, RULE_ELF | RULE_MACHO },
	{ "LC043", "rpath-absolute", LEVEL_WARNING,
		"search path names a directory outside the system",
		"The absolute directory must exist, with the same content, on every machine the "
		"file is "
		"copied to.",
		"Use a path relative to the file ($ORIGIN), or install the library where the "
		"loader "
		"looks by itself.",
		check_rpath_absolute, RULE_ELF | RULE_MACHO },
	{ "LC044", "rpath-escapes", LEVEL_WARNING, "search path climbs above the root",
		"The entry has more \"..\" than the file's directory has parents: it was made for "
		"another "
		"place than the one the file is in. Of a package that may be installed anywhere "
		"(.zip, .whl, npm's .tgz) only a note can be given: the entry leaves the package.",
		"Count the directories between the file and its libraries and correct the entry.",
		check_rpath_escapes, RULE_ELF },
	{ "LC045", "rpath-setuid", LEVEL_ERROR, "$ORIGIN in a set-user-id program",
		"A user can make a hard link to the program in a directory of their own; $ORIGIN "
		"then "
		"is that directory. glibc ignores such entries in set-id programs except below its "
		"own "
		"directories, musl always, so the libraries are not found.",
		"Install the libraries in a system directory and link without -rpath.",
		check_rpath_setuid, RULE_ELF },
	{ "LC046", "rpath-directory", LEVEL_WARNING,
		"search path names a directory that is missing or not safe",
		"In the root that was named, the directory does not exist, or "
		"others can write into it or make it. Whoever can put a library "
		"there runs their code in the program.",
		"Install the directory with the file, owned by root and not "
		"writable by others, or link without the entry.",
		check_rpath_dir, RULE_ELF },
	{ "LC047", "rpath-useless", LEVEL_NOTE, "search path entry without effect",
		"The entry is there twice, or it is a directory that the loader searches anyway. "
		"It costs "
		"a failed open at each start, and moves the directory in front of LD_LIBRARY_PATH "
		"or the "
		"cache.",
		"Leave the entry out.", check_rpath_useless, RULE_ELF },
	{ "LC048", "rpath-kind", LEVEL_WARNING, "DT_RPATH instead of, or beside, DT_RUNPATH",
		"DT_RPATH is searched before LD_LIBRARY_PATH and for the libraries of libraries "
		"too; "
		"glibc ignores it in a file that has DT_RUNPATH. musl treats both alike. A tree "
		"that "
		"works because of the inheritance on one loader fails on another.",
		"Link with -Wl,--enable-new-dtags, and give each library the RUNPATH it needs "
		"itself.",
		check_rpath_kind, RULE_ELF },
	{ "LC049", "rpath-not-allowed", LEVEL_ERROR, "search path that the policy does not allow",
		"The policy lists the places where libraries may be looked for; this entry is none "
		"of "
		"them.",
		"Link with one of the allowed entries, or add this one to the policy's rpath.",
		check_rpath_allowed, RULE_ANY },
	{ "LC060", "not-pie", LEVEL_WARNING, "program at a fixed address",
		"The kernel cannot place the program's own code and data at random addresses.",
		"Compile with -fPIE and link with -pie (static: -static-pie); Go: -buildmode=pie.",
		check_pie, RULE_ELF | RULE_MACHO },
	{ "LC061", "no-relro", LEVEL_WARNING, "relocated data stays writable",
		"Without PT_GNU_RELRO the tables that the loader fills (the GOT, vtables) stay "
		"writable "
		"for the life of the process.",
		"Link with -Wl,-z,relro, and with -Wl,-z,now to protect the PLT's part too.",
		check_relro, RULE_ELF },
	{ "LC062", "executable-stack", LEVEL_ERROR, "executable stack or writable code",
		"One object that asks for an executable stack makes all stacks of the process "
		"executable; "
		"glibc 2.41 and later refuse to dlopen such a library, and hardened kernels refuse "
		"segments that are writable and executable. It comes from assembly files without a "
		".note.GNU-stack section and from nested functions.",
		"Add .section .note.GNU-stack,\"\",%progbits to the assembly file, or link with "
		"-Wl,-z,noexecstack when the code does not need it.",
		check_exec_stack, RULE_ELF | RULE_MACHO },
	{ "LC063", "text-relocations", LEVEL_ERROR, "code has to be changed to be loaded",
		"Some code was compiled without -fPIC. The loader must make it writable: SELinux "
		"and "
		"Android forbid that, musl's loader supports it in libraries only and crashes "
		"programs, "
		"and the pages are not shared between processes.",
		"Compile every object with -fPIC (library) or -fPIE (program); link with "
		"-Wl,-z,text "
		"to see the culprit.",
		check_textrel, RULE_ELF },
	{ "LC064", "unprotected", LEVEL_NOTE, "compiled without the checks of the C library",
		"With _FORTIFY_SOURCE the headers of glibc replace printf and its "
		"kin by checked functions whatever the arguments are. A C program "
		"that calls only the plain ones was compiled without. Where nothing "
		"of the kind is called, as always with musl, nothing can be told, "
		"and the rule does not apply.",
		"Compile with -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong.", check_unprotected,
		RULE_ELF },
	{ "LC065", "branch-protection-lost", LEVEL_NOTE,
		"branch protection was compiled in and lost in the link",
		"The functions begin with endbr64 (x86-64) or bti (arm64), so the "
		"compiler was asked for control-flow protection, but the GNU "
		"property that makes the loader turn it on is missing. The linker "
		"leaves it out when one object, assembly as a rule, lacks it.",
		"Compile every object with -fcf-protection or -mbranch-"
		"protection=standard and give assembly files the property note.",
		check_branch_guards, RULE_ELF },
	{ "LC066", "segment-alignment", LEVEL_ERROR, "segments do not fit the target's pages",
		"Address and file offset of a segment must be equal modulo the page size of the "
		"kernel "
		"that runs it. arm64 kernels have pages of 4, 16 or 64 KB, Android devices 16 KB; "
		"a "
		"file linked for 4 KB pages does not start there. Tools that edit files (patchelf, "
		"packers) break the alignment too.",
		"Link with -Wl,-z,max-page-size= and the target's largest page.", check_alignment,
		RULE_ELF },
	{ "LC080", "dylib-missing", LEVEL_ERROR, "dyld does not find a needed library",
		"dyld takes @loader_path from the file that needs the library, "
		"@executable_path from the program, and tries @rpath with each LC_RPATH of the "
		"file, of the one that loaded it, and so on up to the program. Absolute paths are "
		"taken as they are; the system's own libraries are in its shared cache and never "
		"missing. When nothing is there the program ends before main. A library that is "
		"looked at alone gets a warning, because its program's LC_RPATH may help.",
		"Ship the library and link with -Wl,-rpath,@loader_path/../lib, or correct the "
		"path: install_name_tool -add_rpath, -change.",
		check_dylib_missing, RULE_MACHO },
	{ "LC081", "duplicate-load", LEVEL_ERROR, "an LC_RPATH or a needed library is there twice",
		"dyld of macOS 15.4 and later refuses a file with the same LC_RPATH twice, and "
		"files made with the SDK of macOS 26 that need the same library twice. It comes "
		"from flags that are given twice, and from install_name_tool -add_rpath run again.",
		"Give each -Wl,-rpath and each library once; install_name_tool -delete_rpath "
		"takes one away.",
		check_duplicate_load, RULE_MACHO },
	{ "LC082", "minimum-system", LEVEL_ERROR,
		"made for a newer system than promised, or with a library that is",
		"LC_BUILD_VERSION names the oldest system the file is made for. On an older one "
		"dyld refuses it, or symbols are missing. The compiler takes its own SDK's version "
		"when nothing is said. A library that ships with the file and is made for a newer "
		"system is a warning.",
		"Compile and link with -mmacosx-version-min=, or build with -t darwin/arm64/11.0.",
		check_minos, RULE_MACHO },
	{ "LC083", "system-symbol", LEVEL_ERROR, "the system's library lacks a symbol",
		"The import names the library it has to come from, and no other is asked. The "
		"SDK's .tbd file of that library does not list the symbol, or hides it for the "
		"oldest system the file is made for.",
		"Link against the SDK that is promised, or look the function up with dlsym, or "
		"declare it as a weak import.",
		check_sdk_symbol, RULE_MACHO },
	{ "LC084", "install-name", LEVEL_WARNING, "a library's path is good on one machine only",
		"What links against a library takes over its install name, and dyld looks for it "
		"there. A path of the build machine, of /opt or /usr/local, or a bare file name is "
		"not there on the next machine.",
		"Link libraries with -Wl,-install_name,@rpath/NAME; correct files with "
		"install_name_tool -id and -change.",
		check_install_name, RULE_MACHO },
	{ "LC085", "unsigned", LEVEL_ERROR,
		"code for arm64 that is not signed, or was changed since",
		"The kernel of macOS kills arm64 code without a signature (\"Killed: 9\"). An ad "
		"hoc one is enough, and ld64 and lld write it; strip, install_name_tool and every "
		"other change takes it away or makes it wrong.",
		"Sign after the last change: codesign -f -s - FILE, or rcodesign sign FILE.",
		check_unsigned, RULE_MACHO },
	{ "LC086", "slices-differ", LEVEL_WARNING, "the architectures of a fat file disagree",
		"Each slice was linked on its own: one has a search path, a library, symbols or a "
		"minimum version that another has not, so the same file behaves differently on "
		"another machine. That macOS 10 does not exist for arm64 is no difference.",
		"Build all slices with the same flags and put them together with llvm-lipo.",
		check_slices, RULE_MACHO },
	{ "LC100", "dll-missing", LEVEL_ERROR,
		"a needed DLL is neither shipped nor part of Windows",
		"Windows looks for a DLL among API sets, its own known DLLs, the directory of the "
		"program and its system directory, and ends the program with 0xC0000135 when none "
		"has it. Other directories are found through PATH only, which is not the same on "
		"another machine. DLLs of Microsoft's redistributable packages are a warning, "
		"those that the program of a plug-in may bring a note.",
		"Put the DLL into the directory of the program, or link with its static library.",
		check_dll_missing, RULE_PE },
	{ "LC101", "entry-missing", LEVEL_ERROR, "a DLL does not export what is imported from it",
		"The loader binds every import before the program runs: by name, with regard to "
		"case, or by ordinal, in the one DLL that the import names, through its "
		"forwarders. What is missing ends the program with 0xC0000139 (entry point) or "
		"0xC0000138 (ordinal); of a delay-loaded DLL it is an exception at the first call.",
		"Ship the DLL of the version that the import library belongs to, and build both "
		"from the same sources.",
		check_entry_missing, RULE_PE },
	{ "LC102", "mixed-crt", LEVEL_WARNING,
		"two C libraries of Windows in one process, or another than promised",
		"msvcrt.dll, the UCRT (ucrtbase.dll, api-ms-win-crt-*) and each msvcrNN.dll have "
		"their own heap, FILE streams, errno, locale and environment. Memory that one "
		"allocates and another frees, or a FILE that is passed on, crashes the program.",
		"Compile all of it for one C library: -t windows/ARCH/ucrt or "
		"windows/ARCH/msvcrt for every file.",
		check_mixed_crt, RULE_PE },
	{ "LC103", "pe-hardening", LEVEL_WARNING, "ASLR, DEP or another protection is off",
		"The header decides whether Windows moves the file to random addresses "
		"(DYNAMIC_BASE, HIGH_ENTROPY_VA, and base relocations to do it with) and whether "
		"its data may be executed (NX_COMPAT). Control flow guard is a note where "
		"Microsoft's linker made the file.",
		"Link with -Wl,--dynamicbase,--high-entropy-va,--nxcompat.", check_pe_hardening,
		RULE_PE },
	{ "LC104", "dll-machine", LEVEL_ERROR, "a DLL is for another machine than the program",
		"A process has one machine. The loader passes over a DLL for another one, and "
		"when nothing else is found it ends the program with 0xC000007B.",
		"Ship the DLLs of the program's own architecture.", check_dll_machine, RULE_PE },
	{ "LC105", "windows-version", LEVEL_WARNING,
		"a function is newer than the promised Windows",
		"A function that a DLL of an older Windows does not export ends the program "
		"there before it runs. Which Windows has it first is recorded of some functions "
		"only, so below 10.0 the answer is never a pass.",
		"Call it through GetProcAddress, or promise a newer Windows: -t "
		"windows/ARCH/ucrt/10.0.",
		check_windows_version, RULE_PE },
	{ "LC106", "runtime-dll", LEVEL_WARNING, "a DLL of the compiler is needed and not shipped",
		"GCC, LLVM and Cygwin link their runtime (libgcc_s_seh-1.dll, libstdc++-6.dll, "
		"libwinpthread-1.dll and others) as DLLs that lie in the compiler's own "
		"directory, on the building machine. Windows has none of them.",
		"Link with -static-libgcc -static-libstdc++ or -static, or put the DLL into the "
		"directory of the program.",
		check_runtime_dll, RULE_PE },
	{ "LC120", "malformed", LEVEL_ERROR, "the file is damaged",
		"A header, table or name in the file points outside of it or contradicts another. "
		"The "
		"file was cut short, or a tool that edited it made a mistake. What depends on the "
		"damaged "
		"part was not checked.",
		"Build or copy the file again; compare its size and digest with the original.",
		check_malformed, RULE_ANY | RULE_PACKAGE },
	{ "LC121", "not-simulated", LEVEL_WARNING, "a feature of the file is not understood",
		"The file uses something this version of xbuild does not read or simulate. The "
		"rules "
		"that depend on it say so instead of passing. Of a package it is an error, and "
		"says what was not looked at: it is encrypted, lies too deep in other archives, "
		"or there is too much of it for what the package is.",
		"Nothing is wrong with the file for this. Report it, so that it can be added. What "
		"a package hides has to be looked at by other means.",
		check_simulated, RULE_ANY | RULE_PACKAGE },
	{ "LC122", "build-paths", LEVEL_NOTE, "names paths of the machine that built it",
		"Assertions, __FILE__, panics and debug information keep the path "
		"of the source. It tells who built the file and where, and makes "
		"two builds of the same source differ. Only files that were built "
		"for a promise are searched, and only their first megabytes of "
		"constants.",
		"Compile with -ffile-prefix-map=$PWD=. (Go: -trimpath; Rust: "
		"--remap-path-prefix).",
		check_build_paths, RULE_ELF | RULE_PE },
};

size_t
rule_count(void)
{
	return ARRAY_LEN(rules);
}

const struct rule *
rule_at(size_t i)
{
	return &rules[i];
}

const struct rule *
rule_find(const char *id_or_name)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (strcasecmp(rules[i].id, id_or_name) == 0 ||
			strcasecmp(rules[i].name, id_or_name) == 0)
			return &rules[i];
	return NULL;
}

const char *
level_name(enum level level)
{
	static const char *const names[LEVELS] = { "note", "warning", "error" };

	return names[level];
}

const char *
verdict_name(enum verdict verdict)
{
	static const char *const names[] = { "pass", "fail", "skip", "unknown" };

	return names[verdict];
}
