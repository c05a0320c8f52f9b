/* Numbers in LEB128 at their limits, spans, names, and what sticks after a fault. */
#include "lind_opt_sample.h"

#include "lind-opt/limits.h"

static struct fault fault;

static struct reader over(const void *bytes, size_t size)
{
	fault = (struct fault){0};
	return (struct reader){bytes, 0, size, &fault};
}

#define OVER(...) over((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void unsigned_numbers(void **state)
{
	(void)state;
	struct reader r = OVER(0);
	assert_int_equal(read_u32(&r), 0);
	r = OVER(0x7f);
	assert_int_equal(read_u32(&r), 127);
	r = OVER(0x80, 1);
	assert_int_equal(read_u32(&r), 128);
	r = OVER(0xff, 0xff, 0xff, 0xff, 0x0f);
	assert_true(read_u32(&r) == UINT32_MAX);
	assert_false(fault.found);
	r = OVER(0x83, 0x80, 0x80, 0x80, 0x00); /* padded as the linker does */
	assert_int_equal(read_u32(&r), 3);
	assert_int_equal(r.at, 5);
	r = OVER(0xff, 0xff, 0xff, 0xff, 0x1f);
	assert_int_equal(read_u32(&r), 0);
	assert_true(fault.found && fault.offset == 0);
	r = OVER(0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
	read_u32(&r);
	assert_true(fault.found);
	r = OVER(0x80, 0x80);
	read_u32(&r);
	assert_true(fault.found && fault.offset == 2);
}

static void signed_numbers(void **state)
{
	(void)state;
	struct reader r = OVER(0x7f);
	assert_int_equal(read_s32(&r), -1);
	r = OVER(0x40);
	assert_int_equal(read_s32(&r), -64);
	r = OVER(0xc0, 0);
	assert_int_equal(read_s32(&r), 64);
	r = OVER(0x80, 0x80, 0x80, 0x80, 0x78);
	assert_int_equal(read_s32(&r), INT32_MIN);
	r = OVER(0xff, 0xff, 0xff, 0xff, 0x07);
	assert_int_equal(read_s32(&r), INT32_MAX);
	assert_false(fault.found);
	r = OVER(0xff, 0xff, 0xff, 0xff, 0x0f);
	read_s32(&r);
	assert_true(fault.found);
	r = OVER(0x80, 0x80, 0x80, 0x80, 0x70);
	read_s32(&r);
	assert_true(fault.found);
	r = OVER(0x80, 0x80, 0x80, 0x80, 0x70);
	assert_true(read_s33(&r) == -4294967296);
	r = OVER(0xff, 0xff, 0xff, 0xff, 0x0f);
	assert_true(read_s33(&r) == 4294967295);
	r = OVER(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f);
	assert_true(read_s64(&r) == INT64_MIN);
	r = OVER(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00);
	assert_true(read_s64(&r) == INT64_MAX);
	assert_false(fault.found);
	r = OVER(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
	read_s64(&r);
	assert_true(fault.found);
}

static void numbers_come_back(void **state)
{
	(void)state;
	for (int bit = 0; bit < 64; bit++) {
		for (int delta = -1; delta <= 1; delta++) {
			for (int sign = 0; sign < 2; sign++) {
				struct buffer b = {0};
				uint64_t bits = ((uint64_t)1 << bit) + (uint64_t)(int64_t)delta;
				int64_t value = (int64_t)(sign ? ~bits : bits);
				put_s64(&b, value);
				struct reader r = over(b.data, b.size);
				assert_true(read_s64(&r) == value);
				assert_int_equal(r.at, b.size);
				b.size = 0;
				put_u32(&b, (uint32_t)value);
				r = over(b.data, b.size);
				assert_true(read_u32(&r) == (uint32_t)value);
				assert_false(fault.found);
				buffer_free(&b);
			}
		}
	}
}

static void parts_stay_inside(void **state)
{
	(void)state;
	struct reader r = OVER(3, 'a', 'b', 'c', 4, 'd');
	struct span name = read_name(&r);
	assert_true(span_is(name, "abc"));
	assert_false(span_is(name, "ab"));
	assert_int_equal(read_name(&r).size, 0);
	assert_true(fault.found && fault.offset == 4);
	/* The first fault stays. */
	reader_fail_at(&r, 99, "another");
	assert_int_equal(fault.offset, 4);
	assert_int_equal(read_byte(&r), 0);
	assert_int_equal(reader_left(&r), 0);

	r = OVER(1, 2, 3);
	struct reader part = read_part(&r, 2);
	assert_int_equal(read_byte(&part), 1);
	assert_int_equal(read_byte(&part), 2);
	assert_int_equal(read_byte(&part), 0);
	assert_true(fault.found);
	r = OVER(1, 2, 3);
	part = read_part(&r, SIZE_MAX);
	assert_true(fault.found);
	assert_int_equal(reader_left(&part), 0);
}

static void counts_are_bounded(void **state)
{
	(void)state;
	struct reader r = OVER(2, 0, 0);
	assert_int_equal(read_count(&r, 2, "items"), 2);
	r = OVER(3, 0, 0);
	read_count(&r, 10, "items");
	assert_true(fault.found);
	r = OVER(2, 0, 0);
	read_count(&r, 1, "items");
	assert_true(fault.found);
	assert_string_equal(fault.text, "too many items: 2");
	r = OVER(0xff, 0xff, 0xff, 0xff, 0x0f);
	read_count(&r, LIMIT_ITEMS, "items");
	assert_true(fault.found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsigned_numbers),   cmocka_unit_test(signed_numbers),
		cmocka_unit_test(numbers_come_back),  cmocka_unit_test(parts_stay_inside),
		cmocka_unit_test(counts_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
