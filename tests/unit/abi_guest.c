/* Copies in and out of guest memory: sizes, edges of pages and of the 4 GiB, files that shrink, memory that
 * another thread unmaps meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/guest.h"
#include "abi/layout.h"
#include "abi/strings.h"
#include "base/limits.h"

#define PAGE ((uint64_t)GUEST_PAGE)
#define LAST (GUEST_SPACE - PAGE)

static struct guest_memory memory;

/* A cage's 4 GiB and its guard. The three pages from 1 on are mapped, and the last one. */
static int set_up(void **state)
{
	(void)state;
	memory.base =
		mmap(NULL, 2 * GUEST_SPACE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory.base == MAP_FAILED)
		return -1;
	if (mprotect(memory.base + PAGE, 3 * PAGE, PROT_READ | PROT_WRITE) ||
	    mprotect(memory.base + LAST, PAGE, PROT_READ | PROT_WRITE))
		return -1;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return munmap(memory.base, 2 * GUEST_SPACE);
}

/* In each test, since cmocka puts its own handlers in place before it. */
static void begin(void)
{
	assert_int_equal(guest_faults_start(), 0);
}

/* Bytes from 1 to 255, so that none looks like fresh memory. */
static void fill(uint8_t *bytes, size_t length, unsigned seed)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(1 + (i * 7 + seed) % 255);
}

static void every_size_is_copied_whole_and_nothing_beside_it(void **state)
{
	(void)state;
	begin();
	uint8_t in[2 * GUEST_PAGE], out[2 * GUEST_PAGE];
	for (size_t length = 0; length <= 5000; length += length < 300 ? 1 : 37) {
		for (unsigned offset = 0; offset < 3; offset++) {
			uint64_t at = PAGE + 64 + offset;
			memset(memory.base + PAGE, 0, 3 * PAGE);
			fill(in, length, offset);
			assert_int_equal(guest_write(&memory, at, in, length), 0);
			assert_memory_equal(memory.base + at, in, length);
			assert_int_equal(memory.base[at - 1], 0);
			assert_int_equal(memory.base[at + length], 0);
			memset(out, 0, sizeof out);
			assert_int_equal(guest_read(&memory, out + 1, at, length), 0);
			assert_memory_equal(out + 1, in, length);
			assert_int_equal(out[0], 0);
			assert_int_equal(out[1 + length], 0);
		}
	}
}

static void a_missing_page_is_an_error_at_any_size_and_place(void **state)
{
	(void)state;
	begin();
	static uint8_t bytes[3 * GUEST_PAGE];
	for (size_t length = 1; length <= 9000; length += length < 300 ? 1 : 411) {
		uint64_t end = 4 * PAGE; /* of what is mapped */
		assert_int_equal(guest_read(&memory, bytes, end - length, length), 0);
		assert_int_equal(guest_read(&memory, bytes, end - length + 1, length), -EFAULT);
		assert_int_equal(guest_write(&memory, end - length + 1, bytes, length), -EFAULT);
		assert_int_equal(guest_read(&memory, bytes, PAGE - 1, length), -EFAULT);
		assert_int_equal(guest_write(&memory, PAGE - 1, bytes, length), -EFAULT);
		assert_int_equal(guest_write(&memory, end - length, bytes, length), 0);
	}
	assert_int_equal(guest_read(&memory, bytes, 0, 1), -EFAULT);
	assert_int_equal(mprotect(memory.base + PAGE, PAGE, PROT_READ), 0);
	assert_int_equal(guest_read(&memory, bytes, PAGE, 100), 0);
	assert_int_equal(guest_write(&memory, PAGE, bytes, 100), -EFAULT);
}

static void words_are_exchanged_if_they_are_as_expected(void **state)
{
	(void)state;
	begin();
	uint32_t expected = 5, value = 5;
	assert_int_equal(guest_write(&memory, 2 * PAGE, &value, sizeof value), 0);
	assert_int_equal(guest_exchange(&memory, 2 * PAGE, &expected, 7), 0);
	assert_int_equal(expected, 5);
	assert_int_equal(guest_exchange(&memory, 2 * PAGE, &expected, 9), 1);
	assert_int_equal(expected, 7);
	assert_int_equal(guest_read(&memory, &value, 2 * PAGE, sizeof value), 0);
	assert_int_equal(value, 7);
	static const uint64_t bad[] = {0,        8,           2 * PAGE + 1,  2 * PAGE + 2,
				       4 * PAGE, GUEST_SPACE, UINT64_MAX - 3};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(guest_exchange(&memory, bad[i], &expected, 1), -EFAULT);
	/* What may only be read, also where nothing would change. */
	assert_int_equal(mprotect(memory.base + 2 * PAGE, PAGE, PROT_READ), 0);
	for (expected = 6; expected <= 7; expected++)
		assert_int_equal(guest_exchange(&memory, 2 * PAGE, &expected, 1), -EFAULT);
	assert_int_equal(*(uint32_t *)(memory.base + 2 * PAGE), 7);
}

static void no_range_leaves_the_four_gigabytes(void **state)
{
	(void)state;
	begin();
	uint8_t byte = 1;
	assert_int_equal(mprotect(memory.base + GUEST_SPACE, PAGE, PROT_READ | PROT_WRITE), 0);
	assert_int_equal(guest_write(&memory, GUEST_SPACE - 1, &byte, 1), 0);
	assert_int_equal(guest_write(&memory, GUEST_SPACE, &byte, 1), -EFAULT);
	uint16_t two = 0x0101;
	assert_int_equal(guest_write(&memory, GUEST_SPACE - 1, &two, 2), -EFAULT);
	assert_int_equal(guest_read(&memory, &two, UINT64_MAX, 2), -EFAULT);
	assert_int_equal(guest_read(&memory, &two, 4096, SIZE_MAX), -EFAULT);
	assert_null(guest_pointer(&memory, 1, GUEST_SPACE));
	assert_ptr_equal(guest_pointer(&memory, 0, GUEST_SPACE), memory.base);
}

static void strings_end_at_their_nul_or_fail(void **state)
{
	(void)state;
	begin();
	char out[3 * GUEST_PAGE];
	for (size_t length = 0; length < 5000; length += length < 200 ? 1 : 97) {
		/* The NUL is the last byte before a missing page. */
		uint64_t at = 4 * PAGE - length - 1;
		memset(memory.base + at, 'x', length);
		memory.base[at + length] = 0;
		assert_int_equal(guest_read_string(&memory, out, at, sizeof out), (int64_t)length);
		assert_int_equal(strlen(out), length);
		assert_int_equal(guest_read_string(&memory, out, at, length + 1), (int64_t)length);
		assert_int_equal(guest_read_string(&memory, out, at, length), -ENAMETOOLONG);
		memory.base[at + length] = 'x';
		assert_int_equal(guest_read_string(&memory, out, at, sizeof out), -EFAULT);
	}
	memset(memory.base + LAST, 'x', PAGE);
	assert_int_equal(guest_read_string(&memory, out, GUEST_SPACE - 10, sizeof out), -EFAULT);
	assert_int_equal(guest_read_string(&memory, out, GUEST_SPACE, sizeof out), -EFAULT);
}

static void copies_between_guests_notice_both_sides(void **state)
{
	(void)state;
	begin();
	fill(memory.base + PAGE, 100, 3);
	assert_int_equal(guest_copy(&memory, 2 * PAGE, &memory, PAGE, 100), 0);
	assert_memory_equal(memory.base + PAGE, memory.base + 2 * PAGE, 100);
	assert_int_equal(guest_copy(&memory, 2 * PAGE, &memory, PAGE, 100), 0);
	assert_int_equal(guest_copy(&memory, 4 * PAGE - 50, &memory, PAGE, 100), -EFAULT);
	assert_int_equal(guest_copy(&memory, PAGE, &memory, 4 * PAGE - 50, 100), -EFAULT);
	assert_int_equal(guest_copy(&memory, GUEST_SPACE - 50, &memory, PAGE, 100), -EFAULT);
}

static void a_file_that_has_shrunk_is_an_error(void **state)
{
	(void)state;
	begin();
	uint8_t bytes[GUEST_PAGE];
	int fd = memfd_create("shrinks", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 8192), 0);
	assert_ptr_equal(
		mmap(memory.base + PAGE, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0),
		memory.base + PAGE);
	assert_int_equal(guest_read(&memory, bytes, PAGE + 4000, 200), 0);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_int_equal(guest_read(&memory, bytes, PAGE + 4000, 200), -EFAULT);
	assert_int_equal(guest_write(&memory, 2 * PAGE, bytes, 4000), -EFAULT);
	assert_int_equal(guest_read(&memory, bytes, PAGE, 4096), 0);
	close(fd);
}

/* Maps and unmaps page 2 until told to stop. */
static void *flicker(void *stop)
{
	while (!atomic_load((atomic_bool *)stop)) {
		mprotect(memory.base + 2 * PAGE, PAGE, PROT_NONE);
		mprotect(memory.base + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE);
	}
	return NULL;
}

static void memory_may_go_away_during_a_copy(void **state)
{
	(void)state;
	begin();
	static atomic_bool stop;
	static uint8_t bytes[3 * GUEST_PAGE];
	pthread_t thread;
	unsigned copied = 0, failed = 0;
	struct timespec now, end;
	atomic_store(&stop, false);
	assert_int_equal(pthread_create(&thread, NULL, flicker, &stop), 0);
	/* Until both have happened often; on a busy machine that takes a while. */
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += 20;
	do {
		for (unsigned i = 0; i < 1000; i++) {
			int error = i & 1 ? guest_read(&memory, bytes, PAGE, sizeof bytes)
					  : guest_write(&memory, 2 * PAGE - 4, bytes, 8 + i % 100);
			assert_true(error == 0 || error == -EFAULT);
			if (error)
				failed++;
			else
				copied++;
		}
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((copied < 1000 || failed < 1000) && now.tv_sec < end.tv_sec);
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	assert_true(copied > 0);
	assert_true(failed > 0);
}

/* In a child: what a fault outside of any copy, or a signal that somebody sends, does to the process. */
static int end_of_child(void (*act)(void))
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		begin();
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void touch_page_zero(void)
{
	*(volatile uint8_t *)memory.base = 1;
}

static void touch_shrunk_file(void)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);
	uint8_t *page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	(void)*(volatile uint8_t *)page;
}

static void send_segv(void)
{
	raise(SIGSEGV);
}

static void other_faults_end_the_process_by_their_signal(void **state)
{
	(void)state;
	begin();
	int status = end_of_child(touch_page_zero);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	status = end_of_child(touch_shrunk_file);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	status = end_of_child(send_segv);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

static void iovecs_are_checked_and_translated(void **state)
{
	(void)state;
	begin();
	struct iovec out[LIMIT_VECTOR];
	struct guest_iovec *in = (struct guest_iovec *)(memory.base + PAGE);
	for (unsigned i = 0; i < LIMIT_VECTOR; i++)
		in[i] = (struct guest_iovec){2 * GUEST_PAGE + i, i};
	assert_int_equal(guest_read_iovec(&memory, PAGE, LIMIT_VECTOR, out),
			 LIMIT_VECTOR * (LIMIT_VECTOR - 1) / 2);
	for (unsigned i = 0; i < LIMIT_VECTOR; i++) {
		assert_ptr_equal(out[i].iov_base, memory.base + 2 * PAGE + i);
		assert_int_equal(out[i].iov_len, i);
	}
	assert_int_equal(guest_read_iovec(&memory, PAGE, LIMIT_VECTOR + 1, out), -EINVAL);
	assert_int_equal(guest_read_iovec(&memory, PAGE, UINT64_MAX, out), -EINVAL);
	assert_int_equal(guest_read_iovec(&memory, 4 * PAGE - 8, 2, out), -EFAULT);
	assert_int_equal(guest_read_iovec(&memory, 0, 0, out), 0);
	in[0] = (struct guest_iovec){2 * GUEST_PAGE, UINT32_C(0x80000000)};
	assert_int_equal(guest_read_iovec(&memory, PAGE, 1, out), -EINVAL);
	/* Past the 4 GiB: the kernel is the one to say EFAULT. */
	in[0] = (struct guest_iovec){UINT32_MAX, 2};
	assert_int_equal(guest_read_iovec(&memory, PAGE, 1, out), 2);
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(writev(ends[1], out, 1), -1);
	assert_int_equal(errno, EFAULT);
	close(ends[0]);
	close(ends[1]);
}

static int read_strings(uint64_t address, size_t budget, size_t *count)
{
	char **out = NULL;
	size_t left = budget;
	int error = guest_read_strings(&memory, address, &left, &out, count);
	if (error) {
		assert_null(out);
		assert_int_equal(left, budget);
	}
	free(out);
	return error;
}

static void vectors_of_strings_keep_to_their_budget(void **state)
{
	(void)state;
	begin();
	uint32_t *vector = (uint32_t *)(memory.base + PAGE);
	char *text = (char *)(memory.base + 2 * PAGE), **out;
	size_t count, budget = LIMIT_ARGUMENT_BYTES;
	strcpy(text, "one");
	strcpy(text + 4, "");
	memset(text + 5, 'y', 1000);
	text[1005] = 0;
	vector[0] = 2 * GUEST_PAGE;
	vector[1] = 2 * GUEST_PAGE + 4;
	vector[2] = 2 * GUEST_PAGE + 5;
	vector[3] = 0;
	assert_int_equal(guest_read_strings(&memory, PAGE, &budget, &out, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(budget, LIMIT_ARGUMENT_BYTES - 4 - 1 - 1001 - 3 * 4);
	assert_string_equal(out[0], "one");
	assert_string_equal(out[1], "");
	assert_string_equal(out[2], text + 5);
	assert_null(out[3]);
	free(out);

	assert_int_equal(read_strings(PAGE, 4 + 1 + 1001 + 3 * 4, &count), 0);
	assert_int_equal(read_strings(PAGE, 4 + 1 + 1001 + 3 * 4 - 1, &count), -E2BIG);
	assert_int_equal(read_strings(0, 0, &count), 0);
	assert_int_equal(count, 0);
	vector[1] = 0xfffff000; /* a page full of NULs … */
	assert_int_equal(read_strings(PAGE, LIMIT_ARGUMENT_BYTES, &count), 0);
	vector[1] = 1; /* … and none at all */
	assert_int_equal(read_strings(PAGE, LIMIT_ARGUMENT_BYTES, &count), -EFAULT);
	vector[1] = 0;
	assert_int_equal(read_strings(4 * PAGE - 4, LIMIT_ARGUMENT_BYTES, &count),
			 0); /* a zero word, the last */
	memset(memory.base + LAST, 1, PAGE);
	assert_int_equal(read_strings(LAST, LIMIT_ARGUMENT_BYTES, &count), -EFAULT);
}

static void a_string_has_a_limit_of_its_own(void **state)
{
	(void)state;
	begin();
	uint64_t at = 16 * PAGE;
	assert_int_equal(mprotect(memory.base + at, LIMIT_ARGUMENT_STRING + PAGE, PROT_READ | PROT_WRITE), 0);
	memset(memory.base + at, 'z', LIMIT_ARGUMENT_STRING - 1);
	uint32_t *vector = (uint32_t *)(memory.base + PAGE);
	size_t count;
	vector[0] = (uint32_t)at;
	vector[1] = 0;
	assert_int_equal(read_strings(PAGE, LIMIT_ARGUMENT_BYTES, &count), 0);
	memory.base[at + LIMIT_ARGUMENT_STRING - 1] = 'z';
	assert_int_equal(read_strings(PAGE, LIMIT_ARGUMENT_BYTES, &count), -E2BIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_size_is_copied_whole_and_nothing_beside_it),
		TEST(a_missing_page_is_an_error_at_any_size_and_place),
		TEST(words_are_exchanged_if_they_are_as_expected),
		TEST(no_range_leaves_the_four_gigabytes),
		TEST(strings_end_at_their_nul_or_fail),
		TEST(copies_between_guests_notice_both_sides),
		TEST(a_file_that_has_shrunk_is_an_error),
		TEST(memory_may_go_away_during_a_copy),
		TEST(other_faults_end_the_process_by_their_signal),
		TEST(iovecs_are_checked_and_translated),
		TEST(vectors_of_strings_keep_to_their_budget),
		TEST(a_string_has_a_limit_of_its_own),
	};
	return cmocka_run_group_tests_name("abi_guest", tests, NULL, NULL);
}
