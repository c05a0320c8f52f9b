/* memory_fork: what is private parts, what is shared stays shared, and everything else is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "cage/memory_file.h"

#define HEAP    UINT32_C(0x20000)
#define ANY     UINT64_MAX
#define WINDOW  UINT64_C(0x10000000)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define SHARED  (MAP_SHARED | MAP_ANONYMOUS)
#define BOTH    (PROT_READ | PROT_WRITE)

static bool alone;  /* what the tests fork with */
static bool direct; /* memory that they map is */
static struct memory *memory;

static int set_up(void **state)
{
	(void)state;
	memory = memory_new(HEAP, true);
	if (memory && direct)
		memory->direct_above = 0;
	return memory ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	memory_unref(memory);
	return 0;
}

static uint64_t map(uint64_t length, int protection, int flags, int fd, uint64_t offset)
{
	int64_t at = memory_map(memory, 0, length, protection, flags, fd, offset, fd < 0 ? NULL : "/f", ANY);

	assert_true(at > 0);
	return (uint64_t)at;
}

static struct memory *fork_with(struct memory *parent, bool by_itself)
{
	struct memory *child = memory_fork(parent, by_itself);

	assert_non_null(child);
	assert_int_equal(child->mapped, parent->mapped);
	return child;
}

static struct memory *fork_it(struct memory *parent)
{
	return fork_with(parent, alone);
}

/* What the host's kernel says to a read from, and a write to, one byte: EFAULT decides. */
static bool readable(const struct memory *of, uint64_t address)
{
	int pipes[2];
	bool is;

	assert_int_equal(pipe(pipes), 0);
	is = write(pipes[1], of->guest.base + address, 1) == 1;
	close(pipes[0]);
	close(pipes[1]);
	return is;
}

static bool writable(const struct memory *of, uint64_t address)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	bool is = read(zero, of->guest.base + address, 1) == 1;

	close(zero);
	return is;
}

static int file_of(const char *text, size_t size)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_int_equal(pwrite(fd, text, strlen(text), 0), (ssize_t)strlen(text));
	return fd;
}

static void private_memory_parts(void **state)
{
	uint64_t at = map(64 * GUEST_PAGE, BOTH, PRIVATE, -1, 0);
	uint8_t *here = memory->guest.base + at, *there;
	struct memory *child;

	(void)state;
	here[0] = 1;
	here[63 * GUEST_PAGE] = 2;
	memory->guest.base[GUEST_PAGE] = 3;
	child = fork_it(memory);
	there = child->guest.base + at;
	assert_int_equal(there[0], 1);
	assert_int_equal(there[GUEST_PAGE], 0);
	assert_int_equal(there[63 * GUEST_PAGE], 2);
	assert_int_equal(child->guest.base[GUEST_PAGE], 3);
	here[0] = 10;
	there[63 * GUEST_PAGE] = 20;
	there[GUEST_PAGE] = 30;
	assert_int_equal(there[0], 1);
	assert_int_equal(here[63 * GUEST_PAGE], 2);
	assert_int_equal(here[GUEST_PAGE], 0);
	memory_unref(child);
	assert_int_equal(here[0], 10);
}

static void shared_memory_stays_shared(void **state)
{
	uint64_t first = map(GUEST_PAGE, BOTH, SHARED, -1, 0), second = map(GUEST_PAGE, BOTH, SHARED, -1, 0);
	struct memory *child, *grandchild;

	(void)state;
	memory->guest.base[first] = 1;
	memory->guest.base[second] = 2;
	child = fork_it(memory);
	grandchild = fork_it(child);
	memory_unref(child);
	assert_int_equal(grandchild->guest.base[first], 1);
	assert_int_equal(grandchild->guest.base[second], 2);
	grandchild->guest.base[first] = 3;
	memory->guest.base[second] = 4;
	assert_int_equal(memory->guest.base[first], 3);
	assert_int_equal(grandchild->guest.base[second], 4);
	memory_unref(grandchild);
}

static void files_are_mapped_again(void **state)
{
	int fd = file_of("file", 2 * GUEST_PAGE);
	uint64_t private = map(2 * GUEST_PAGE, BOTH, MAP_PRIVATE, fd, 0),
		 shared = map(2 * GUEST_PAGE, BOTH, MAP_SHARED, fd, 0);
	struct memory *child;

	(void)state;
	close(fd);
	memory->guest.base[private + GUEST_PAGE] = 'p';
	child = fork_it(memory);
	assert_memory_equal(child->guest.base + private, "file", 4);
	assert_int_equal(child->guest.base[private + GUEST_PAGE], 'p');
	assert_int_equal(child->guest.base[shared + GUEST_PAGE], 0);
	child->guest.base[shared] = 'F';
	assert_int_equal(memory->guest.base[shared], 'F');
	/* Pages that nobody has written to still show the file. */
	assert_int_equal(memory->guest.base[private], 'F');
	assert_int_equal(child->guest.base[private], 'F');
	child->guest.base[private] = 'c';
	assert_int_equal(memory->guest.base[private], 'F');
	memory_unref(child);
}

static int descriptors(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

static void a_file_takes_one_descriptor(void **state)
{
	int fd = file_of("file", 64 * GUEST_PAGE), before;
	struct memory *child;

	(void)state;
	memory_unref(fork_it(memory));
	before = descriptors();
	for (unsigned i = 0; i < 64; i += 2)
		map(GUEST_PAGE, BOTH, MAP_PRIVATE, fd, i * GUEST_PAGE);
	assert_in_range(descriptors(), before, before + 2);
	child = fork_it(memory);
	assert_in_range(descriptors(), before, before + 2);
	memory_unref(child);
	assert_int_equal(memory_unmap(memory, HEAP, MEMORY_TOP - HEAP), 0);
	assert_int_equal(descriptors(), before);
	close(fd);
}

static void protection_is_inherited(void **state)
{
	uint64_t at = map(3 * GUEST_PAGE, BOTH, PRIVATE, -1, 0);
	struct memory *child;

	(void)state;
	memset(memory->guest.base + at, 'x', 3 * GUEST_PAGE);
	memory_protect(memory, at, GUEST_PAGE, PROT_NONE);
	memory_protect(memory, at + GUEST_PAGE, GUEST_PAGE, PROT_READ);
	child = fork_it(memory);
	assert_false(readable(child, at));
	assert_true(readable(child, at + GUEST_PAGE));
	assert_false(writable(child, at + GUEST_PAGE));
	assert_true(writable(child, at + 2 * GUEST_PAGE));
	assert_false(readable(child, at + 3 * GUEST_PAGE));
	assert_false(readable(child, 0));
	/* What lies there has come along, though nobody could read it then. */
	assert_int_equal(memory_protect(child, at, GUEST_PAGE, PROT_READ), 0);
	assert_int_equal(child->guest.base[at], 'x');
	assert_int_equal(child->guest.base[at + GUEST_PAGE], 'x');
	memory_unref(child);
}

static void the_break_is_inherited(void **state)
{
	struct memory *child;

	(void)state;
	assert_int_equal(memory_break(memory, HEAP + 10, ANY), HEAP + 10);
	memory->guest.base[HEAP] = 'h';
	child = fork_it(memory);
	assert_int_equal(memory_break(child, 0, ANY), HEAP + 10);
	assert_int_equal(memory_break(child, HEAP, ANY), HEAP);
	assert_int_equal(memory_break(child, HEAP + 10, ANY), HEAP + 10);
	assert_int_equal(child->guest.base[HEAP], 0);
	assert_int_equal(memory->guest.base[HEAP], 'h');
	memory_unref(child);
}

static void a_file_that_has_shrunk_is_forked(void **state)
{
	int fd = file_of("file", 2 * GUEST_PAGE);
	uint64_t at = map(2 * GUEST_PAGE, BOTH, MAP_PRIVATE, fd, 0);
	struct memory *child;

	(void)state;
	memory->guest.base[at] = 'p';
	memory->guest.base[at + GUEST_PAGE] = 'q';
	assert_int_equal(ftruncate(fd, GUEST_PAGE), 0);
	child = fork_it(memory);
	assert_int_equal(child->guest.base[at], 'p');
	assert_true(readable(child, at));
	assert_false(readable(child, at + GUEST_PAGE));
	memory_unref(child);
	close(fd);
}

/* The first child keeps the snapshot from being written to, so the second one's pages go another way. */
static void large_changes_are_forked_beside_a_child(void **state)
{
	const unsigned pages = 2048;
	uint64_t at = map(pages * GUEST_PAGE, BOTH, PRIVATE, -1, 0);
	struct memory *children[3];
	uint8_t *here = memory->guest.base + at;

	(void)state;
	memset(here, 1, pages * GUEST_PAGE);
	for (unsigned i = 0; i < 3; i++) {
		children[i] = fork_it(memory);
		memset(here + 300 * GUEST_PAGE, (int)i + 2, 1000 * GUEST_PAGE);
		here[1800 * GUEST_PAGE] = (uint8_t)(i + 2);
	}
	for (unsigned i = 0; i < 3; i++) {
		uint8_t *there = children[i]->guest.base + at;

		for (unsigned k = 0; k < pages; k++) {
			bool changed = (k >= 300 && k < 1300) || k == 1800;

			assert_int_equal(there[k * GUEST_PAGE], changed ? i + 1 : 1);
			assert_int_equal(here[k * GUEST_PAGE], changed ? 4 : 1);
		}
		memory_unref(children[i]);
	}
	assert_int_equal(memory_remap(memory, at, pages * GUEST_PAGE, pages * GUEST_PAGE,
				      MREMAP_MAYMOVE | MREMAP_FIXED, WINDOW, ANY),
			 WINDOW);
	here = memory->guest.base + WINDOW;
	for (unsigned k = 0; k < pages; k++)
		assert_int_equal(here[k * GUEST_PAGE], (k >= 300 && k < 1300) || k == 1800 ? 4 : 1);
}

static uint64_t pages_of_snapshot(const struct memory *of)
{
	struct stat status;

	return of->snapshot && fstat(of->snapshot->host, &status) == 0 ? (uint64_t)status.st_blocks / 8 : 0;
}

static void what_is_unmapped_is_given_back(void **state)
{
	uint64_t at = map(512 * GUEST_PAGE, BOTH, PRIVATE, -1, 0);
	struct memory *child;

	(void)state;
	memset(memory->guest.base + at, 1, 512 * GUEST_PAGE);
	child = fork_it(memory);
	memory_unref(child);
	assert_in_range(pages_of_snapshot(memory), alone ? 512 : 0, 520);
	assert_int_equal(memory_advise(memory, at, 256 * GUEST_PAGE, MADV_DONTNEED), 0);
	assert_in_range(pages_of_snapshot(memory), 0, 264);
	/* While a child shows them they stay, and go at the next fork. */
	child = fork_it(memory);
	assert_int_equal(memory_unmap(memory, at, 512 * GUEST_PAGE), 0);
	assert_int_equal(child->guest.base[at], 0);
	assert_int_equal(child->guest.base[at + 511 * GUEST_PAGE], 1);
	memory_unref(child);
	memory->guest.base[GUEST_PAGE] = 1;
	memory_unref(fork_it(memory));
	assert_in_range(pages_of_snapshot(memory), 0, 8);
}

static void a_file_mapping_grows_where_it_is(void **state)
{
	int fd = file_of("file", 4 * GUEST_PAGE);
	uint64_t at = WINDOW;

	(void)state;
	assert_int_equal(pwrite(fd, "tail", 4, 3 * GUEST_PAGE), 4);
	assert_int_equal(
		memory_map(memory, at, GUEST_PAGE, BOTH, MAP_PRIVATE | MAP_FIXED, fd, GUEST_PAGE, "/f", ANY),
		at);
	close(fd);
	memory->guest.base[at] = 'x';
	assert_int_equal(memory_remap(memory, at, GUEST_PAGE, 2 * GUEST_PAGE, 0, 0, ANY), at);
	assert_int_equal(memory_remap(memory, at, 2 * GUEST_PAGE, 3 * GUEST_PAGE,
				      MREMAP_MAYMOVE | MREMAP_FIXED, at + 16 * GUEST_PAGE, ANY),
			 at + 16 * GUEST_PAGE);
	assert_int_equal(memory->guest.base[at + 16 * GUEST_PAGE], 'x');
	assert_memory_equal(memory->guest.base + at + 18 * GUEST_PAGE, "tail", 4);
	assert_false(readable(memory, at));
}

#define WRITERS       2
#define WRITTEN_PAGES 200

struct writer {
	pthread_t thread;
	uint64_t at;
	bool counts; /* counts the memory around each write, as those do who come from other cages */
	atomic_bool stop;
	atomic_uint rounds;
	unsigned lost;
	uint32_t written[WRITTEN_PAGES];
};

static void *write_on(void *context)
{
	struct writer *writer = context;

	for (unsigned i = 0; !atomic_load(&writer->stop); i = (i + 1) % WRITTEN_PAGES) {
		uint8_t *word = memory->guest.base + writer->at + i * GUEST_PAGE;
		uint32_t value;

		if (writer->counts)
			memory_ref(memory);
		memcpy(&value, word, sizeof value);
		if (value != writer->written[i]++)
			writer->lost++;
		memcpy(word, &writer->written[i], sizeof value);
		if (writer->counts)
			memory_unref(memory);
		if (i == WRITTEN_PAGES - 1)
			atomic_fetch_add(&writer->rounds, 1);
		/* Most of the time nobody counts it. */
		for (unsigned k = 0; writer->counts && k < 500; k++)
			atomic_signal_fence(memory_order_seq_cst);
	}
	return NULL;
}

static void no_write_is_lost(bool by_itself)
{
	struct writer writers[WRITERS] = {0};

	for (unsigned i = 0; i < WRITERS; i++) {
		writers[i].at = map(WRITTEN_PAGES * GUEST_PAGE, BOTH, PRIVATE, -1, 0);
		writers[i].counts = by_itself;
		assert_int_equal(pthread_create(&writers[i].thread, NULL, write_on, &writers[i]), 0);
	}
	for (unsigned i = 0; i < 30; i++) {
		struct memory *child = fork_with(memory, by_itself);

		if (i % 3 == 0)
			memory_unref(fork_with(memory, by_itself));
		memory_unref(child);
		/* Until all pages have been written to since. */
		for (unsigned k = 0; k < WRITERS; k++)
			for (unsigned seen = atomic_load(&writers[k].rounds);
			     atomic_load(&writers[k].rounds) == seen;)
				sched_yield();
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		atomic_store(&writers[i].stop, true);
		pthread_join(writers[i].thread, NULL);
	}
	for (unsigned i = 0; i < WRITERS; i++)
		assert_int_equal(writers[i].lost, 0);
}

static void threads_lose_no_write(void **state)
{
	(void)state;
	no_write_is_lost(false);
}

static void strangers_lose_no_write(void **state)
{
	(void)state;
	no_write_is_lost(true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(private_memory_parts),
		TEST(shared_memory_stays_shared),
		TEST(files_are_mapped_again),
		TEST(a_file_takes_one_descriptor),
		TEST(protection_is_inherited),
		TEST(the_break_is_inherited),
		TEST(a_file_that_has_shrunk_is_forked),
		TEST(large_changes_are_forked_beside_a_child),
		TEST(what_is_unmapped_is_given_back),
		TEST(a_file_mapping_grows_where_it_is),
		TEST(threads_lose_no_write),
		TEST(strangers_lose_no_write),
	};

	int failed = 0;

	for (unsigned i = 0; i < 4; i++) {
		alone = i & 1;
		direct = i & 2;
		failed += cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
