/* Routes: layers, replacing, giving back, copies, and the limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "route/route.h"

struct route_owner {
	int references;
};

static struct route_owner inner, outer;

static void owner_ref(struct route_owner *owner)
{
	owner->references++;
}

static void owner_unref(struct route_owner *owner)
{
	owner->references--;
}

static int64_t base_call(struct call *call)
{
	(void)call;
	return 1;
}

static int64_t owned_call(struct call *call, const struct route_layer *layer)
{
	(void)call;
	return (intptr_t)layer->argument;
}

static struct route_layer base[ROUTE_NUMBERS] = {[5] = {.system = base_call}};

static int64_t call(struct route_table *table, uint64_t number)
{
	return route_call(route_get(table, number), NULL);
}

static int set_up(void **state)
{
	route_set_owner_operations(owner_ref, owner_unref);
	inner.references = outer.references = 0;
	*state = route_table_new(base);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	route_table_free(*state);
	return inner.references || outer.references;
}

static void nobody_serves_is_enosys(void **state)
{
	assert_int_equal(call(*state, 5), 1);
	assert_int_equal(call(*state, 6), -ENOSYS);
	assert_int_equal(call(*state, ROUTE_NUMBERS), -ENOSYS);
	assert_int_equal(call(*state, UINT64_MAX), -ENOSYS);
}

static void registering_again_replaces(void **state)
{
	assert_int_equal(route_set(*state, 5, owned_call, (void *)2, &inner), 0);
	assert_int_equal(route_set(*state, 5, owned_call, (void *)3, &inner), 0);
	assert_int_equal(call(*state, 5), 3);
	assert_int_equal(route_clear(*state, 5, &inner), 0);
	assert_int_equal(call(*state, 5), 1);
}

static void taking_away_gives_the_number_back(void **state)
{
	assert_int_equal(route_set(*state, 5, owned_call, (void *)2, &outer), 0);
	assert_int_equal(route_set(*state, 5, owned_call, (void *)3, &inner), 0);
	assert_int_equal(route_clear(*state, 5, &outer), 0);
	assert_int_equal(call(*state, 5), 3);
	assert_int_equal(route_clear(*state, 5, &inner), 0);
	assert_int_equal(call(*state, 5), 1);
	assert_int_equal(route_clear(*state, 5, &inner), -ENOENT);
}

static void numbers_out_of_range_are_refused(void **state)
{
	assert_int_equal(route_set(*state, ROUTE_NUMBERS, owned_call, NULL, &inner), -EINVAL);
	assert_int_equal(route_clear(*state, ROUTE_NUMBERS, &inner), -EINVAL);
	assert_int_equal(route_set(*state, ROUTE_NUMBERS - 1, owned_call, (void *)4, &inner), 0);
	assert_int_equal(call(*state, ROUTE_NUMBERS - 1), 4);
}

static void copies_go_their_own_way(void **state)
{
	struct route_table *copy;

	assert_int_equal(route_set(*state, 5, owned_call, (void *)2, &outer), 0);
	copy = route_table_copy(*state);
	assert_non_null(copy);
	assert_int_equal(route_clear(*state, 5, &outer), 0);
	assert_int_equal(call(*state, 5), 1);
	assert_int_equal(call(copy, 5), 2);
	assert_int_equal(route_table_assign(copy, *state), 0);
	assert_int_equal(call(copy, 5), 1);
	route_table_free(copy);
}

static void a_table_cannot_eat_all_memory(void **state)
{
	int result = 0;
	size_t layers = 0;

	while (layers <= LIMIT_ROUTE_LAYERS &&
	       (result = route_set(*state, 5, owned_call, (void *)(layers % 2 + 2), &inner)) == 0)
		layers++;
	assert_int_equal(result, -ENOMEM);
	assert_int_equal(layers, LIMIT_ROUTE_LAYERS);
	/* What stood before the refusal still stands. */
	assert_int_equal(call(*state, 5), (LIMIT_ROUTE_LAYERS - 1) % 2 + 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_serves_is_enosys),           TEST(registering_again_replaces),
		TEST(taking_away_gives_the_number_back), TEST(numbers_out_of_range_are_refused),
		TEST(copies_go_their_own_way),           TEST(a_table_cannot_eat_all_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
