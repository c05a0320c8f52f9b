/* The memory map: what mmap and its kin promise, at the edges of the guest's space. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cage/memory.h"
#include "cage/memory_areas.h"
#include "engine/engine.h"

#define HEAP    UINT32_C(0x20000)
#define ANY     UINT64_MAX
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define BOTH    (PROT_READ | PROT_WRITE)

static struct memory *memory;

static int set_up(void **state)
{
	(void)state;
	memory = memory_new(HEAP, false);
	return memory ? 0 : -1;
}

/* The areas are sorted, apart from each other, and add up: whatever a test did. */
static int tear_down(void **state)
{
	uint64_t end = 0, sum = 0;

	(void)state;
	for (size_t i = 0; i < memory->area_count; i++) {
		const struct memory_area *area = &memory->areas[i];

		if (area->start < end || area->end <= area->start || area->end > MEMORY_TOP)
			return -1;
		end = area->end;
		sum += area->end - area->start;
	}
	if (sum != memory->mapped)
		return -1;
	memory_unref(memory);
	return 0;
}

static int64_t map(uint64_t address, uint64_t length, int flags)
{
	return memory_map(memory, address, length, BOTH, flags, -1, 0, NULL, ANY);
}

/* True if the guest can read and write the byte. */
static bool usable(uint64_t address)
{
	int pipes[2];
	bool readable, writable;

	if (pipe(pipes) < 0)
		fail();
	readable = write(pipes[1], memory->guest.base + address, 1) == 1;
	writable = readable && read(pipes[0], memory->guest.base + address, 1) == 1;
	close(pipes[0]);
	close(pipes[1]);
	return writable;
}

static void the_first_page_is_never_there(void **state)
{
	(void)state;
	assert_false(usable(0));
	assert_true(usable(GUEST_PAGE));
	assert_int_equal(map(0, GUEST_PAGE, PRIVATE | MAP_FIXED), -EPERM);
	assert_true(map(0, GUEST_PAGE, PRIVATE) > 0);
}

static void lengths_and_alignment_are_checked(void **state)
{
	(void)state;
	assert_int_equal(map(0, 0, PRIVATE), -EINVAL);
	assert_int_equal(map(0, UINT64_MAX, PRIVATE), -ENOMEM);
	assert_int_equal(map(0, GUEST_SPACE, PRIVATE), -ENOMEM);
	assert_int_equal(map(0x100001, GUEST_PAGE, PRIVATE | MAP_FIXED), -EINVAL);
	assert_int_equal(map(0xfffff000, 2 * GUEST_PAGE, PRIVATE | MAP_FIXED), -ENOMEM);
	assert_int_equal(map(0, GUEST_PAGE, MAP_ANONYMOUS), -EINVAL);
	assert_int_equal(memory_unmap(memory, 0x100001, GUEST_PAGE), -EINVAL);
	assert_int_equal(memory_unmap(memory, GUEST_SPACE - GUEST_PAGE, 2 * GUEST_PAGE), -EINVAL);
	assert_int_equal(memory_unmap(memory, 0x100000, 0), -EINVAL);
}

static void a_middle_can_be_taken_out(void **state)
{
	int64_t at = map(0, 3 * GUEST_PAGE, PRIVATE);

	(void)state;
	assert_true(at > 0);
	assert_int_equal(memory_unmap(memory, (uint64_t)at + GUEST_PAGE, GUEST_PAGE), 0);
	assert_true(usable((uint64_t)at));
	assert_false(usable((uint64_t)at + GUEST_PAGE));
	assert_true(usable((uint64_t)at + 2 * GUEST_PAGE));
	assert_int_equal(map((uint64_t)at, GUEST_PAGE, PRIVATE | MAP_FIXED_NOREPLACE), -EEXIST);
	assert_int_equal(map((uint64_t)at + GUEST_PAGE, GUEST_PAGE, PRIVATE | MAP_FIXED_NOREPLACE),
			 at + GUEST_PAGE);
}

static void protection_stops_at_a_hole(void **state)
{
	int64_t at = map(0, 3 * GUEST_PAGE, PRIVATE);

	(void)state;
	memory_unmap(memory, (uint64_t)at + GUEST_PAGE, GUEST_PAGE);
	assert_int_equal(memory_protect(memory, (uint64_t)at, 3 * GUEST_PAGE, PROT_READ), -ENOMEM);
	assert_false(usable((uint64_t)at));
	assert_true(usable((uint64_t)at + 2 * GUEST_PAGE));
	assert_int_equal(memory_protect(memory, (uint64_t)at, GUEST_PAGE, BOTH | PROT_EXEC), 0);
	assert_true(usable((uint64_t)at));
	assert_int_equal(memory_protect(memory, (uint64_t)at, GUEST_PAGE, 0x100), -EINVAL);
}

static void remap_keeps_contents(void **state)
{
	int64_t at = map(0, 2 * GUEST_PAGE, PRIVATE), moved;

	(void)state;
	memory->guest.base[at] = 'a';
	memory->guest.base[at + GUEST_PAGE] = 'b';
	assert_true(map((uint64_t)at - GUEST_PAGE, GUEST_PAGE, PRIVATE | MAP_FIXED) > 0);
	moved = memory_remap(memory, (uint64_t)at, 2 * GUEST_PAGE, 64 * GUEST_PAGE, MREMAP_MAYMOVE, 0, ANY);
	assert_true(moved > 0 && moved != at);
	assert_int_equal(memory->guest.base[moved], 'a');
	assert_int_equal(memory->guest.base[moved + GUEST_PAGE], 'b');
	assert_int_equal(memory->guest.base[moved + 63 * GUEST_PAGE], 0);
	assert_false(usable((uint64_t)at));
	assert_int_equal(memory_remap(memory, (uint64_t)moved, 64 * GUEST_PAGE, GUEST_PAGE, 0, 0, ANY),
			 moved);
	assert_false(usable((uint64_t)moved + GUEST_PAGE));
	assert_int_equal(memory_remap(memory, (uint64_t)at, GUEST_PAGE, GUEST_PAGE, 0, 0, ANY), -EFAULT);
	assert_int_equal(
		memory_remap(memory, (uint64_t)moved, GUEST_PAGE, GUEST_PAGE, MREMAP_FIXED, 0x100000, ANY),
		-EINVAL);
}

static void the_break_moves_both_ways(void **state)
{
	(void)state;
	assert_int_equal(memory_break(memory, 0, ANY), HEAP);
	assert_int_equal(memory_break(memory, HEAP + 10, ANY), HEAP + 10);
	assert_true(usable(HEAP));
	assert_int_equal(memory_break(memory, HEAP - 1, ANY), HEAP + 10);
	assert_int_equal(memory_break(memory, UINT64_MAX, ANY), HEAP + 10);
	assert_int_equal(map(HEAP + 4 * GUEST_PAGE, GUEST_PAGE, PRIVATE | MAP_FIXED), HEAP + 4 * GUEST_PAGE);
	assert_int_equal(memory_break(memory, HEAP + 5 * GUEST_PAGE, ANY), HEAP + 10);
	assert_int_equal(memory_break(memory, HEAP, ANY), HEAP);
	assert_false(usable(HEAP));
}

static void the_limit_counts_bytes(void **state)
{
	(void)state;
	assert_int_equal(memory_map(memory, 0, 2 * GUEST_PAGE, BOTH, PRIVATE, -1, 0, NULL,
				    memory->mapped + GUEST_PAGE),
			 -ENOMEM);
	assert_true(memory_map(memory, 0, GUEST_PAGE, BOTH, PRIVATE, -1, 0, NULL,
			       memory->mapped + GUEST_PAGE) > 0);
	assert_int_equal(memory_break(memory, HEAP + GUEST_PAGE, memory->mapped), HEAP);
}

static void advice_and_residence_want_mapped_pages(void **state)
{
	int64_t at = map(0, 2 * GUEST_PAGE, PRIVATE);
	uint8_t vector[2];

	(void)state;
	memory->guest.base[at] = 'a';
	assert_int_equal(memory_resident(memory, (uint64_t)at, 2 * GUEST_PAGE, vector), 0);
	assert_int_equal(vector[0] & 1, 1);
	assert_int_equal(vector[1] & 1, 0);
	assert_int_equal(memory_advise(memory, (uint64_t)at, GUEST_PAGE, MADV_DONTNEED), 0);
	assert_int_equal(memory->guest.base[at], 0);
	assert_int_equal(memory_advise(memory, (uint64_t)at, GUEST_PAGE, 12345), -EINVAL);
	memory_unmap(memory, (uint64_t)at, GUEST_PAGE);
	assert_int_equal(memory_advise(memory, (uint64_t)at, 2 * GUEST_PAGE, MADV_DONTNEED), -ENOMEM);
	assert_int_equal(memory_resident(memory, (uint64_t)at, 2 * GUEST_PAGE, vector), -ENOMEM);
	assert_int_equal(memory_sync(memory, (uint64_t)at + GUEST_PAGE, GUEST_PAGE, MS_SYNC | MS_ASYNC),
			 -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_page_is_never_there), TEST(lengths_and_alignment_are_checked),
		TEST(a_middle_can_be_taken_out),     TEST(protection_stops_at_a_hole),
		TEST(remap_keeps_contents),          TEST(the_break_moves_both_ways),
		TEST(the_limit_counts_bytes),        TEST(advice_and_residence_want_mapped_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
