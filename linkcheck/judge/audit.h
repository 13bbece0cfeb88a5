/* SPDX-License-Identifier: MIT */
/*
 * The audit of one binary: read it into an image, derive what matters (libc identity, floors), run
 * every rule, collect findings and verdicts. A finding is not an error; an error means the file
 * could not be looked at. Everything returned lives in the arena given.
 */
#ifndef LINKCHECK_AUDIT_H
#define LINKCHECK_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/input.h"
#include "linkcheck/judge/role.h"
#include "linkcheck/judge/rule.h"
#include "linkcheck/platform/snapshot.h"
#include "linkcheck/platform/verdict.h"
#include "linkcheck/read/image.h"
#include "linkcheck/read/libc.h"
#include "linkcheck/resolve/object.h"
#include "linkcheck/resolve/resolve.h"
#include "linkcheck/resolve/rpath.h"
#include "linkcheck/resolve/rpath_dirs.h"
#include "targets/linkmode.h"
#include "targets/target.h"

struct policy;
struct baseline;

/* What a result was promised to be. Absent parts are not checked. */
struct contract {
	const struct target *target; /* settled; NULL: judge the file by itself */
	bool has_mode;
	enum link_mode mode;
	const char *floor;                   /* highest libc version allowed ("2.31"), or NULL */
	const struct verdict_set *platforms; /* to tell of each whether it runs there; or NULL */
	const struct platform *const *on;    /* those it has to run on, NULL-terminated; or NULL */
	/* Snapshots to tell of like of the platforms, NULL-terminated; or NULL. A store of objects for each
	 * follows the one that is given (objects.next). */
	const struct snapshot *const *snapshots;
	bool has_role; /* ... else it is told from the file */
	enum role role;
	bool on_root;                      /* it has to start in `world` too */
	const struct resolve_world *world; /* the file system it has to start in, or NULL */
	const char *cwd; /* absolute: where relative paths of files are seen from; or NULL */
	const struct shipped *shipped; /* what is installed together with it; or NULL */
	const char *sdk;               /* Mach-O: where the .tbd files of the system are; or NULL */
	const struct policy *policy;   /* policy.h; or NULL */
	const struct baseline *baseline; /* baseline.h; or NULL */
	const char *const *dlls; /* PE: directories of DLLs, NULL-terminated (nt.h); or NULL */
};

/* Whether a finding counts, or somebody has accepted it. */
enum finding_state {
	FINDING_COUNTS,
	FINDING_SUPPRESSED, /* by the policy, which says why */
	FINDING_KNOWN,      /* by the baseline: it was there before */
};

struct finding {
	const struct rule *rule;
	enum level level;
	const char *message; /* one line: the fact */
	const char *where; /* symbol, library or rpath entry it is about; "" when the whole file */
	const char *fix;   /* what to type or change, or NULL: the rule's remedy */
	enum finding_state state;
	const char *accepted; /* why it does not count, or NULL */
};

struct findings {
	struct arena *arena;
	struct finding *items;
	size_t count;
	size_t cap;
};

/* How bad a finding is here when that is not its rule's default (the role decides). */
void finding_add_level(struct findings *out, const struct rule *rule, enum level level,
	const char *where, const char *fix, const char *fmt, ...) PRINTF_LIKE(6, 7);
/* For rules: the message is formatted, `where` and `fix` may be NULL. */
void finding_add(struct findings *out, const struct rule *rule, const char *where, const char *fix,
	const char *fmt, ...) PRINTF_LIKE(5, 6);

/* The newest version that the file asks of one family of versioned symbols, and who sets it. */
struct floor {
	const char *family;    /* "glibc", "glibcxx", "cxxabi", "gcc" */
	const char *version;   /* "2.34" */
	const char *library;   /* "libc.so.6" */
	struct strvec symbols; /* those that carry this very version, sorted */
	bool weak_only;        /* all of them are weak references */
};

struct rule_result {
	const struct rule *rule;
	enum verdict verdict;
	const char *reason; /* for SKIP and UNKNOWN */
};

/* What rules see. */
struct subject {
	const char *
		place; /* absolute path at which it is, or will be, installed; or the path as named */
	struct image *image;
	const struct contract *contract; /* never NULL */
	struct libc_use libc;
	struct image_go go;
	struct floor *floors; /* in the order glibc, glibcxx, cxxabi, gcc; only those present */
	size_t floor_count;
	enum role role;
	struct image_object parts; /* of an object */
	struct image_paths paths;  /* of the machine that built it; when paths_read */
	bool paths_read;
	unsigned guards_seen, guards; /* landing pads that are off; see image_guards */
	struct rpath_list rpath;      /* the search path that counts, entry by entry */
	struct object *object; /* of a file that is loaded, when something is judged; else NULL */
	/* In contract->world; of a Mach-O or PE file without one too, with what lies beside it. Or NULL. */
	const struct resolution *resolution;
	const struct resolution *other; /* what another loader's rules would load there; or NULL */
	enum rpath_dir *rpath_dirs;     /* of each entry of `rpath` in the root; or NULL */
	struct image **slices;          /* of the fat file it is in, all architectures; or NULL */
	const struct resolution *closure;  /* what ships with it and is found; or NULL */
	struct verdicts verdicts;          /* on contract->platforms; count 0: none */
	struct objects *store;             /* what `closure` and `resolution` opened; or NULL */
	const struct verdict_row *promise; /* on what contract->target promises, or NULL */
	const struct rule *rule;           /* the one that runs now */
	struct arena *arena;
};

struct audit {
	const char *path;
	const char *member; /* inside a package or archive, or NULL */
	uint64_t size;      /* bytes of the file; 0 when nobody knows */
	bool readable;      /* false: not of a format we know; only `path` is valid */
	struct subject subject;
	struct findings findings;
	struct rule_result *results; /* one for each rule, in rule order */
	size_t result_count;
	size_t errors, warnings, notes, unknown;
	size_t suppressed, known; /* findings that are in none of the counts above */
	bool malformed;           /* the image has defects: exit code 4 */
};

/*
 * An audit has two halves, so that all members of a package can be read, one after the other, before
 * any of them is judged against the others. The first needs the file's bytes, and fills in the facts; the second
 * resolves and runs the rules. `in` outlives both. ERROR_FORMAT when it is no format we know.
 */
bool audit_read(struct arena *a, struct input *in, const struct contract *contract,
	struct audit *ret, struct error *err) MUST_USE;
/* The first half for each architecture of a fat file (fat.h), which are "path (arm64)" then. */
bool audit_read_slices(struct arena *a, struct input *in, const struct contract *contract,
	struct audit **ret, size_t *ret_count, struct error *err) MUST_USE;
bool audit_judge(struct audit *audit, struct objects *store, struct error *err) MUST_USE;

/* Both at once, for one open input. */
bool audit_input(struct arena *a, struct input *in, const struct contract *contract,
	struct audit *ret, struct error *err) MUST_USE;

/* The same with a store of objects that serves many files of contract->world. */
bool audit_input_in(struct arena *a, struct input *in, const struct contract *contract,
	struct objects *store, struct audit *ret, struct error *err) MUST_USE;

/* One line of facts: "ELF amd64 · dynamic · PIE · full RELRO · glibc >= 2.34". */
char *audit_summary(struct arena *a, const struct audit *audit);

#endif
