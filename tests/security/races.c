/* lind-test: files */
/* lind-test: timeout=120 */
/* One thread renames and exchanges what others look up, so that ".." or a link leads elsewhere between two
 * looks. */
#include "attack.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define ROUNDS 3000

static atomic_bool done;
static const char *secret;
static char folder[4096];

static void *swap_links(void *unused)
{
	(void)unused;
	while (!atomic_load(&done)) {
		renameat2(AT_FDCWD, "swap", AT_FDCWD, "swapped", RENAME_EXCHANGE);
		unlink("leaf");
		symlink(secret, "leaf");
		unlink("leaf");
		close(open("leaf", O_WRONLY | O_CREAT, 0600));
	}
	return NULL;
}

static void *move_folders(void *unused)
{
	(void)unused;
	while (!atomic_load(&done)) {
		rename("a/b/c/d", "d");
		rename("d", "a/b/c/d");
		rename("a/b", "b");
		rename("b", "a/b");
	}
	return NULL;
}

int main(int count, char **arguments)
{
	static const char *const paths[] = {
		"swap/secret",
		"leaf",
		"a/b/c/d/../../../../../outside/secret",
		"a/b/c/d/../../../../up/outside/secret",
		"a/b/c/../../../../outside/secret",
	};
	pthread_t threads[2];
	int home = open(".", O_PATH | O_DIRECTORY);
	if (count < 2)
		return 2;
	secret = arguments[1];
	snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(secret, '/') - secret), secret);
	mkdir("swap", 0777);
	symlink(folder, "swapped");
	mkdir("a", 0777);
	mkdir("a/b", 0777);
	mkdir("a/b/c", 0777);
	mkdir("a/b/c/d", 0777);
	symlink("..", "up");
	pthread_create(&threads[0], NULL, swap_links, NULL);
	pthread_create(&threads[1], NULL, move_folders, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		const char *path = paths[i % 5];
		int deep = open("a/b/c/d", O_PATH | O_DIRECTORY), fd;
		if (is_secret(open(path, O_RDONLY)))
			escaped("open %s", path);
		if ((fd = open(path, O_WRONLY | O_APPEND)) >= 0) {
			if (write(fd, "x", 1) < 0)
				errno = 0;
			close(fd);
		}
		if (deep >= 0 && is_secret(openat(deep, "../../../../../outside/secret", O_RDONLY)))
			escaped("from a folder that moved");
		if (deep >= 0 && fchdir(deep) == 0) {
			if (is_secret(open("../../../../../outside/secret", O_RDONLY)))
				escaped("from a working folder that moved");
			fchdir(home);
		}
		close(deep);
		unlink("swap/secret");
		chmod("leaf", 0777);
	}
	atomic_store(&done, true);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return end();
}
