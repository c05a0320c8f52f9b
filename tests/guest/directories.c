/* Reading of directories: order-free contents, seekdir, telldir, rewinddir, scandir, fdopendir, types, 1,500
 * entries. */
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int backwards(const struct dirent **a, const struct dirent **b)
{
	return -strcmp((*a)->d_name, (*b)->d_name);
}

static void list(const char *path, int (*order)(const struct dirent **, const struct dirent **))
{
	struct dirent **entries;
	int n = scandir(path, &entries, visible, order);
	printf("%s: %d\n", path, n);
	for (int i = 0; i < n; i++) {
		printf("  %s %d\n", entries[i]->d_name, entries[i]->d_type);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

int main(void)
{
	MUST(mkdir("d", 0755) == 0 && mkdir("d/sub", 0755) == 0 && mkdir("d/empty", 0755) == 0);
	MUST(symlink("nowhere", "d/link") == 0 && mkfifo("d/fifo", 0644) == 0);
	const char *names[] = {"d/v1.10", "d/v1.9", "d/B", "d/a", "d/.hidden", "d/sub/x"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		MUST(close(creat(names[i], 0644)) == 0);
	list("d", alphasort);
	list("d", versionsort);
	list("d", backwards);
	list("d/empty", alphasort);
	SHOW(scandir("none", &(struct dirent **){NULL}, NULL, NULL));
	SHOW(opendir("none") != NULL || errno != ENOENT);
	SHOW(opendir("d/a") != NULL || errno != ENOTDIR);
	SHOW(opendir("") != NULL || errno != ENOENT);
	SHOW(closedir(NULL));

	DIR *d = opendir("d/empty");
	int dots = 0;
	for (struct dirent *e; (e = readdir(d));)
		dots += strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ? 1 : 100;
	SHOW(dots);
	SHOW(closedir(d));

	MUST(mkdir("many", 0755) == 0);
	char name[64];
	for (int i = 0; i < 1500; i++) {
		sprintf(name, "many/a-name-of-some-length-%04d", i);
		MUST(close(creat(name, 0644)) == 0);
	}
	d = opendir("many");
	char seen[1500] = "";
	int count = 0;
	long places[1503]; /* telldir is asked at the end too */
	char kept[1502][40];
	errno = 0;
	for (struct dirent *e; places[count] = telldir(d), (e = readdir(d));) {
		snprintf(kept[count++], sizeof(*kept), "%s", e->d_name);
		if (e->d_name[0] == 'a')
			seen[atoi(strrchr(e->d_name, '-') + 1)]++;
	}
	printf("%d entries, errno %s\n", count, error_name(errno));
	int wrong = 0;
	for (int i = 0; i < 1500; i++)
		wrong += seen[i] != 1;
	SHOW(wrong);
	for (int i = 1400; i >= 0; i -= 137) {
		seekdir(d, places[i]);
		struct dirent *e = readdir(d);
		wrong += !e || strcmp(e->d_name, kept[i]) != 0;
	}
	SHOW(wrong);
	rewinddir(d);
	struct dirent *first = readdir(d);
	SHOW(first && strcmp(first->d_name, kept[0]) == 0);
	SHOW(dirfd(d) > 2);
	for (int i = 0; i < 1500; i++) {
		sprintf(name, "many/a-name-of-some-length-%04d", i);
		MUST(unlink(name) == 0);
	}
	rewinddir(d);
	for (count = 0; readdir(d);)
		count++;
	SHOW(count);
	SHOW(rmdir("many"));
	rewinddir(d);
	SHOW(readdir(d) == NULL);
	SHOW(closedir(d));

	int fd = open("d", O_RDONLY | O_DIRECTORY);
	d = fdopendir(fd);
	SHOW(dirfd(d) == fd);
	SHOW(!!(fcntl(fd, F_GETFD) & FD_CLOEXEC));
	SHOW(closedir(d));
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fdopendir(99) != NULL || errno != EBADF);
	fd = open("d/a", O_RDONLY);
	SHOW(fdopendir(fd) != NULL || errno != ENOTDIR);
	return 0;
}
