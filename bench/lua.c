// Times Lua where every function of it may be on the stack at a fork: `lua SCRIPT NAME` runs one benchmark of
// the script and prints nanoseconds of processor time. The interpreter is the port's library; the script's
// global `fork` is C's.
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int lua_fork(lua_State *lua)
{
	lua_pushinteger(lua, fork());
	return 1;
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
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
	int64_t start = now();
	if (lua_pcall(lua, 0, 0, 0)) {
		fprintf(stderr, "lua: %s\n", lua_tostring(lua, -1));
		return 1;
	}
	printf("%lld\n", (long long)(now() - start));
	return 0;
}
