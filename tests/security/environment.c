/* What of the host can be seen: variables, names, processes, descriptors. */
#include "attack.h"

#include <dirent.h>
#include <sys/stat.h>

extern char **environ;

static void look_into(const char *path)
{
	char text[65536];
	int fd = open(path, O_RDONLY);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text);
	if (length > 0 && (memmem(text, (size_t)length, SECRET, strlen(SECRET)) ||
			   memmem(text, (size_t)length, "OUTSIDE_SECRET", 14) ||
			   memmem(text, (size_t)length, "/build/bin/lind", 15)))
		escaped("%s tells of the host", path);
	close(fd);
}

int main(void)
{
	static const char *const names[] = {"environ", "cmdline", "maps",  "mounts", "mountinfo", "status",
					    "stat",    "cgroup",  "smaps", "auxv",   "io",        "limits"};
	char path[64];
	for (char **variable = environ; *variable; variable++)
		if (strstr(*variable, SECRET) || strncmp(*variable, "OUTSIDE", 7) == 0 ||
		    strncmp(*variable, "XDG_", 4) == 0 || strncmp(*variable, "BUILD=", 6) == 0)
			escaped("variable %s", *variable);
	for (int id = 0; id < 300; id++)
		for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
			snprintf(path, sizeof path, id ? "/proc/%d/%s" : "/proc/self/%2$s", id, names[i]);
			look_into(path);
		}
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	path[length < 0 ? 0 : length] = 0;
	if (strstr(path, "bin/lind"))
		escaped("/proc/self/exe is %s", path);
	DIR *folder = opendir("/proc/self/fd");
	for (struct dirent *entry; folder && (entry = readdir(folder));)
		if (atoi(entry->d_name) > 3)
			escaped("descriptor %s is listed", entry->d_name);
	if (getppid() > 64)
		escaped("the parent has number %d", (int)getppid());
	return end();
}
