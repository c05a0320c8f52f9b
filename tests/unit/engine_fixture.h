/* A fresh guest of `module` for each test, which finds it in *state. */
#ifndef ENGINE_FIXTURE_H
#define ENGINE_FIXTURE_H

#include "engine_guest.h"

static struct engine_module *module;

static int set_up(void **state)
{
	void (*test)(void **) = (void (*)(void **))(uintptr_t)*state;
	struct guest *guest = guest_new(module);
	guest->test = test;
	guest->suspends = engine_module_layout(module)->suspends;
	*state = guest;
	return 0;
}

static void run(void **state)
{
	guest_handlers_restore();
	((struct guest *)*state)->test(state);
}

static int tear_down(void **state)
{
	guest_free(*state);
	return 0;
}

#define TEST(function) {#function, run, set_up, tear_down, (void *)(uintptr_t)(function)}

#endif
