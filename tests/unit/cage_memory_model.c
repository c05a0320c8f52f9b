/* Random maps, unmaps, protections, moves, writes, forks and ends of up to eight memories, against a plain
 * model of what each page must hold and how it may be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_pages.h"

#define HEAP     UINT32_C(0x4000)
#define MEMORIES 8
#define PAGES    96 /* of the window in which everything happens */
#define OBJECTS  64
#define WINDOW   UINT64_C(0x10000000)
#define ROUNDS   24
#define STEPS    1500

enum kind { NOTHING, ANONYMOUS, PRIVATE_FILE, SHARED };

/* Values of shared pages: object 0 is the file, the others shared anonymous memory. */
struct object {
	uint32_t value[PAGES];
};

struct page {
	enum kind kind;
	int protection;
	bool own;       /* has been written to, or is anonymous */
	uint32_t value; /* if own */
	unsigned object, index;
};

struct subject {
	struct memory *memory;
	struct page page[PAGES];
};

static struct subject subjects[MEMORIES];
static struct object objects[OBJECTS];
static unsigned object_count;
static int file, pipes[2], zero;
static unsigned allowed; /* memories at once: the fewer, the more often one is alone with its snapshot */
static uint64_t state;

static unsigned random_below(unsigned limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % limit);
}

static uint64_t address_of(unsigned page)
{
	return WINDOW + (uint64_t)page * GUEST_PAGE;
}

static uint32_t expected(const struct page *page)
{
	return page->own ? page->value : objects[page->object].value[page->index];
}

/* The first and the last word of a page hold its value. */
static void check_page(const struct subject *subject, unsigned at)
{
	const struct page *page = &subject->page[at];
	uint8_t *host = subject->memory->guest.base + address_of(at);
	bool readable = write(pipes[1], host + GUEST_PAGE - 1, 1) == 1, expect_readable;
	uint32_t word[GUEST_PAGE / 4];

	if (readable)
		assert_int_equal(read(pipes[0], word, 1), 1);
	expect_readable = page->kind != NOTHING && (page->protection & (PROT_READ | PROT_WRITE));
	assert_int_equal(readable, expect_readable);
	if (page->kind == NOTHING)
		return;
	/* A write of nothing new, by the host's kernel. */
	assert_int_equal(memory_pages_peek(word, host, GUEST_PAGE), GUEST_PAGE);
	assert_int_equal(word[0], expected(page));
	assert_int_equal(word[GUEST_PAGE / 4 - 1], expected(page));
	if (!(page->protection & PROT_WRITE)) {
		assert_int_equal(read(zero, host + 8, 1), -1);
		assert_int_equal(errno, EFAULT);
	}
}

static void check(const struct subject *subject)
{
	const struct memory *memory = subject->memory;
	uint64_t mapped = 0, sum = 0, end = 0;

	for (unsigned i = 0; i < PAGES; i++) {
		check_page(subject, i);
		mapped += subject->page[i].kind == NOTHING ? 0 : GUEST_PAGE;
	}
	for (size_t i = 0; i < memory->area_count; i++) {
		assert_true(memory->areas[i].start >= end);
		end = memory->areas[i].end;
		assert_true(memory->areas[i].start < end);
		sum += end - memory->areas[i].start;
	}
	assert_int_equal(sum, memory->mapped);
	assert_int_equal(sum, mapped + HEAP - GUEST_PAGE);
}

static void write_page(struct subject *subject, unsigned at)
{
	struct page *page = &subject->page[at];
	uint32_t value = random_below(4) ? random_below(UINT32_MAX) : 0;
	uint8_t *host = subject->memory->guest.base + address_of(at);

	if (page->kind == NOTHING || !(page->protection & PROT_WRITE))
		return;
	memcpy(host, &value, sizeof value);
	memcpy(host + GUEST_PAGE - sizeof value, &value, sizeof value);
	if (page->kind == SHARED) {
		objects[page->object].value[page->index] = value;
	} else {
		page->own = true;
		page->value = value;
	}
}

static int random_protection(void)
{
	static const int protections[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
					  PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE};

	return protections[random_below(5)];
}

static void map(struct subject *subject, unsigned first, unsigned count)
{
	enum kind kind = random_below(8) < 5 ? ANONYMOUS : random_below(2) ? PRIVATE_FILE : SHARED;
	bool shared_anonymous = kind == SHARED && random_below(2) && object_count < OBJECTS;
	int flags = MAP_FIXED | (kind == SHARED ? MAP_SHARED : MAP_PRIVATE);
	int protection = random_protection(), fd = file;
	unsigned object = 0, index = 0;

	if (shared_anonymous) {
		object = object_count++;
		memset(&objects[object], 0, sizeof objects[object]);
	} else if (kind != ANONYMOUS) {
		index = random_below(PAGES - count + 1);
	}
	if (kind == ANONYMOUS || shared_anonymous) {
		flags |= MAP_ANONYMOUS;
		fd = -1;
	}
	assert_int_equal(memory_map(subject->memory, address_of(first), (uint64_t)count * GUEST_PAGE,
				    protection, flags, fd, (uint64_t)index * GUEST_PAGE,
				    fd < 0 ? NULL : "/file", UINT64_MAX),
			 address_of(first));
	for (unsigned i = 0; i < count; i++)
		subject->page[first + i] =
			(struct page){kind, protection, kind == ANONYMOUS, 0, object, index + i};
}

static void unmap(struct subject *subject, unsigned first, unsigned count)
{
	assert_int_equal(memory_unmap(subject->memory, address_of(first), (uint64_t)count * GUEST_PAGE), 0);
	for (unsigned i = 0; i < count; i++)
		subject->page[first + i].kind = NOTHING;
}

static void protect(struct subject *subject, unsigned first, unsigned count)
{
	int protection = random_protection();
	int64_t result =
		memory_protect(subject->memory, address_of(first), (uint64_t)count * GUEST_PAGE, protection);
	unsigned done = 0;

	while (done < count && subject->page[first + done].kind != NOTHING)
		subject->page[first + done++].protection = protection;
	assert_int_equal(result, done < count ? -ENOMEM : 0);
}

static void discard(struct subject *subject, unsigned first, unsigned count)
{
	bool hole = false;
	int64_t result = memory_advise(subject->memory, address_of(first), (uint64_t)count * GUEST_PAGE,
				       MADV_DONTNEED);

	for (unsigned i = first; i < first + count; i++) {
		struct page *page = &subject->page[i];

		hole |= page->kind == NOTHING;
		if (page->kind == ANONYMOUS)
			page->value = 0;
		if (page->kind == PRIVATE_FILE)
			page->own = false;
	}
	assert_int_equal(result, hole ? -ENOMEM : 0);
}

/* How many pages from `first` on the guest takes for one area, as far as the model can tell for sure. */
static bool one_area(const struct subject *subject, unsigned first, unsigned count)
{
	const struct page *page = &subject->page[first];

	for (unsigned i = 0; i < count; i++)
		if (page[i].kind != ANONYMOUS || page[i].protection != page->protection)
			return false;
	return true;
}

static void move(struct subject *subject, unsigned first, unsigned count)
{
	unsigned target = random_below(PAGES), length = 1 + random_below(PAGES - target);
	struct page moved[PAGES];
	int64_t result;

	if (length > 24)
		length = 24;
	if (target < first + count && first < target + length)
		return;
	if (!one_area(subject, first, count) && (count > 1 || subject->page[first].kind == NOTHING))
		return;
	/* A shared page that grows shows what lies behind it in its object: past the end of the model's. */
	if (subject->page[first].kind != ANONYMOUS)
		length = 1;
	memcpy(moved, &subject->page[first], count * sizeof *moved);
	result = memory_remap(subject->memory, address_of(first), (uint64_t)count * GUEST_PAGE,
			      (uint64_t)length * GUEST_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			      address_of(target), UINT64_MAX);
	assert_int_equal(result, address_of(target));
	for (unsigned i = 0; i < count; i++)
		subject->page[first + i].kind = NOTHING;
	for (unsigned i = 0; i < length; i++) {
		subject->page[target + i] = moved[i < count ? i : 0];
		if (i >= count)
			subject->page[target + i].value = 0;
	}
}

static void fork_one(struct subject *subject)
{
	struct subject *child = &subjects[random_below(allowed)];

	if (child->memory)
		return;
	child->memory = memory_fork(subject->memory, random_below(3) > 0);
	assert_non_null(child->memory);
	memcpy(child->page, subject->page, sizeof child->page);
	check(child);
}

static void end(struct subject *subject)
{
	unsigned alive = 0;

	for (unsigned i = 0; i < MEMORIES; i++)
		alive += subjects[i].memory != NULL;
	if (alive < 2)
		return;
	memory_unref(subject->memory);
	subject->memory = NULL;
}

static void step(struct subject *subject)
{
	unsigned first = random_below(PAGES), count = 1 + random_below(PAGES - first);

	if (count > 24)
		count = 24;
	switch (random_below(24)) {
	case 0:
	case 1:
	case 2:
		map(subject, first, count);
		break;
	case 3:
		unmap(subject, first, count);
		break;
	case 4:
		protect(subject, first, count);
		break;
	case 5:
		discard(subject, first, count);
		break;
	case 6:
	case 7:
		move(subject, first, random_below(2) ? 1 : count);
		break;
	case 8:
	case 9:
	case 10:
		fork_one(subject);
		break;
	case 11:
		end(subject);
		break;
	case 12:
		if (random_below(16) == 0)
			assert_int_equal(memory_settle(subject->memory), 0);
		break;
	default:
		for (unsigned i = 0; i < count; i++)
			if (random_below(2))
				write_page(subject, first + i);
	}
}

static void start(unsigned round)
{
	state = UINT64_C(0x9E3779B97F4A7C15) * (round + 1);
	object_count = 1;
	allowed = 2 + round % (MEMORIES - 1);
	file = memfd_create("file", MFD_CLOEXEC);
	assert_int_equal(ftruncate(file, PAGES * GUEST_PAGE), 0);
	for (unsigned i = 0; i < PAGES; i++) {
		uint32_t value = objects[0].value[i] = 1000 + i;

		assert_int_equal(pwrite(file, &value, sizeof value, i * GUEST_PAGE), sizeof value);
		assert_int_equal(
			pwrite(file, &value, sizeof value, (off_t)((i + 1) * GUEST_PAGE - sizeof value)),
			sizeof value);
	}
	memset(subjects, 0, sizeof subjects);
	subjects[0].memory = memory_new(HEAP, false);
	assert_non_null(subjects[0].memory);
	/* Plain, direct, or the more the more is mapped. */
	if (round % 3)
		subjects[0].memory->direct_above = round % 3 == 1 ? 0 : 40 * GUEST_PAGE;
}

static void memories_are_as_the_model_says(void **context)
{
	(void)context;
	for (unsigned round = 0; round < ROUNDS; round++) {
		start(round);
		for (unsigned i = 0; i < STEPS; i++) {
			struct subject *subject = &subjects[random_below(allowed)];

			if (!subject->memory)
				continue;
			step(subject);
			if (subject->memory && i % 4 == 0)
				check(subject);
			for (unsigned k = 0; k < MEMORIES && i % 100 == 0; k++)
				if (subjects[k].memory)
					check(&subjects[k]);
		}
		for (unsigned i = 0; i < MEMORIES; i++)
			memory_unref(subjects[i].memory);
		close(file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(memories_are_as_the_model_says)};

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return 1;
	zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
