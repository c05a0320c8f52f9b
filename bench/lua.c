// Times Lua where every function of it may be on the stack at a fork: `lua SCRIPT NAME` runs one benchmark of
// the script and prints nanoseconds of processor time. The interpreter is the port's library; the script's
// global `fork` is C's.
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "measure.h"

static int lua_fork(lua_State *lua)
{
	lua_pushinteger(lua, fork());
	return 1;
}

int main(int argc, char **argv)
{
	lua_State *lua = luaL_newstate();

	if (argc != 3 || !lua) {
		fprintf(stderr, "usage: lua SCRIPT NAME\n");
		return 2;
	}
	luaL_openlibs(lua);
	lua_register(lua, "fork", lua_fork);
	if (luaL_dofile(lua, argv[1]) || lua_getglobal(lua, argv[2]) != LUA_TFUNCTION) {
		fprintf(stderr, "lua: %s\n", lua_tostring(lua, -1));
		return 1;
	}
	int64_t start = now(CLOCK_THREAD_CPUTIME_ID);
	if (lua_pcall(lua, 0, 0, 0)) {
		fprintf(stderr, "lua: %s\n", lua_tostring(lua, -1));
		return 1;
	}
	printf("%lld\n", (long long)(now(CLOCK_THREAD_CPUTIME_ID) - start));
	return 0;
}
