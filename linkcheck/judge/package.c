/* SPDX-License-Identifier: MIT */
/* Packages: reading all members, grouping them by where they are installed, judging each. */
#include "linkcheck/judge/package.h"

#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "base/threads.h"
#include "linkcheck/judge/package_inside.h"

/* Bytes of binaries that wait for a thread. */
#define WAITING ((uint64_t)64 << 20)

static void
read_binary(struct package_binary *b, struct arena *own, struct error *err)
{
	struct package *p = b->package;
	struct input *in = ARENA_NEW(own, struct input);

	input_lend_buffer(in, own, arena_printf(own, "%s!%s", p->path, b->member), b->data, b->len);
	in->mode = b->mode;
	in->dev = (dev_t)-1; /* of no file system; the number tells members apart */
	in->ino = (ino_t)b->number;
	if (audit_read(own, in, p->contract, &b->audit, err) &&
		image_settle(b->audit.subject.image, err))
		b->audit.path = p->path;
	else
		b->err = err;
	input_settle(in);
}

static void
work(void *ctx, void *piece, struct arena *own)
{
	struct package_binary *b = piece;
	struct error *err = NULL, now;

	(void)ctx;
	error_clear(&now);
	read_binary(b, own, &now);
	if (b->err) {
		err = ARENA_NEW(own, struct error);
		*err = now;
		b->err = err;
	}
	free(b->data);
	b->data = NULL;
}

static void *
take_binary(void *ctx, const struct container_binary *binary)
{
	struct package *p = ctx;
	struct package_binary *b;

	/* Most compressed files in a directory have no binary inside. */
	if (!p->crew)
		p->crew = threads_start(0, WAITING, work, p);
	if (threads_held(p->crew) + p->arena.total > CAP_AUDIT_FACTS) {
		free(binary->data);
		return NULL;
	}
	b = ARENA_NEW(&p->arena, struct package_binary);
	b->package = p;
	b->member = container_member(&p->arena, binary->tree, binary->path, binary->arch);
	b->arch = binary->arch;
	b->data = binary->data;
	b->len = binary->len;
	b->mode = binary->mode;
	b->number = ++p->binaries;
	threads_give(p->crew, b, b->len);
	return b;
}

static void
tell_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct package *p = ctx;

	if (p->progress)
		p->progress(p->progress_ctx, done, total);
}

static bool
read_all(struct package *p, const struct archives *lib, struct error *err)
{
	const struct container_sink sink = {
		.ctx = p, .binary = take_binary, .progress = tell_progress
	};
	bool ok;

	ok = container_read(&p->arena, lib, p->path, &sink, &p->container, err);
	if (p->crew)
		threads_finish(p->crew);
	return ok;
}

static struct package *
new_package(const char *path, const struct contract *contract)
{
	struct package *p = arena_heap(sizeof(*p));

	arena_init(&p->arena);
	p->path = path;
	p->contract = contract;
	return p;
}

bool
package_read(struct package **ret, const struct archives *lib, const char *path,
	const struct contract *contract, package_progress *progress, void *ctx, struct error *err)
{
	struct package *p = new_package(path, contract);

	p->progress = progress;
	p->progress_ctx = ctx;
	if (!read_all(p, lib, err)) {
		package_close(p);
		return false;
	}
	package_group(p);
	*ret = p;
	return true;
}

void
package_close(struct package *p)
{
	if (!p)
		return;
	if (p->crew)
		threads_clear(p->crew);
	arena_clear(&p->arena);
	free(p);
}

size_t
package_count(const struct package *p)
{
	return p->count;
}

const char *
package_member(const struct package *p, size_t i)
{
	return p->members[i].name;
}

const struct contract *
package_contract(const struct package *p, size_t i)
{
	return p->members[i].set ? &p->members[i].set->contract : p->contract;
}

/* Everything that judging writes goes into `scratch`. */
static void
share(const struct package *p, const struct package_member *m, struct arena *scratch,
	struct audit *ret)
{
	struct subject *s = &ret->subject;

	*ret = m->binary ? m->binary->audit : p->remarks;
	ret->member = m->name;
	ret->findings.arena = scratch;
	s->arena = scratch;
	s->image = image_share(scratch, s->image);
	if (!m->binary)
		return;
	s->image->path = s->image->input->name = arena_printf(scratch, "%s!%s", p->path, m->name);
	s->place = s->image->place = m->place;
	s->contract = m->set ? &m->set->contract : p->contract;
}

/* All slices of the fat file that the member is one of; they stand side by side. NULL: it is none. */
static struct image **
slices_of(const struct package *p, size_t i, struct arena *a)
{
	const struct package_member *m = &p->members[i];
	struct image **slices;
	size_t n = 0;

	if (!m->binary || !m->binary->arch)
		return NULL;
	while (i > 0 && p->members[i - 1].binary && p->members[i - 1].set == m->set &&
		p->members[i - 1].place && strcmp(p->members[i - 1].place, m->place) == 0)
		i--;
	slices = ARENA_ARRAY(a, p->count - i + 1, struct image *);
	for (; i < p->count && p->members[i].binary && p->members[i].set == m->set &&
		p->members[i].place && strcmp(p->members[i].place, m->place) == 0;
		i++)
		if (!p->members[i].binary->err)
			slices[n++] = p->members[i].binary->audit.subject.image;
	return slices;
}

struct image *
package_image(const struct package *p, size_t i, struct arena *a, struct error *err)
{
	const struct package_member *m = &p->members[i];
	struct audit audit;

	if (m->binary->err) {
		*err = *m->binary->err;
		return NULL;
	}
	share(p, m, a, &audit);
	return audit.subject.image;
}

bool
package_judge(const struct package *p, size_t i, struct arena *scratch, struct objects *store,
	struct audit *ret, struct error *err)
{
	const struct package_member *m = &p->members[i];

	if (m->binary && m->binary->err) {
		*err = *m->binary->err;
		return false;
	}
	share(p, m, scratch, ret);
	ret->subject.slices = slices_of(p, i, scratch);
	if (!audit_judge(ret, store, err))
		return false;
	if (ret->subject.image->input->missed)
		return error_set(err, ERROR_BUG, "%s was judged by bytes that are not kept",
			ret->subject.image->path);
	return true;
}
