/*
 * Where the toolchain's parts are. LIND_LLVM_VERSION, LIND_LLVM_BIN and LIND_BUILTINS come from the build,
 * which has looked for them.
 */
#include "place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

const char *place_bin(void)
{
	static char path[PATH_MAX];
	if (!*path) {
		ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
		char *slash = length > 0 ? strrchr(path, '/') : NULL;
		if (!slash)
			fail("cannot find out where I am: /proc/self/exe is unreadable");
		*slash = '\0';
	}
	return path;
}

const char *place_sysroot(void)
{
	const char *bin = place_bin();
	const char *slash = strrchr(bin, '/');
	return words_format("%.*s/lib/lind/sysroot", (int)(slash - bin), bin);
}

const char *place_llvm(const char *name)
{
	return words_format("%s/%s", LIND_LLVM_BIN, name);
}

const char *place_builtins(void)
{
	return LIND_BUILTINS;
}
