/* /proc as a program walks it: folders, links, relative look-ups, other processes. */
#include "check.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *read_all(int descriptor)
{
	static char text[65536];
	ssize_t length = read(descriptor, text, sizeof text - 1);

	close(descriptor);
	text[length < 0 ? 0 : length] = 0;
	return text;
}

static const char *text_of(const char *path)
{
	int descriptor = open(path, O_RDONLY);

	if (descriptor < 0) {
		printf("%s: %s\n", path, error_name(errno));
		return "";
	}
	return read_all(descriptor);
}

/* The type of the entry in the folder, or what is wrong. */
static const char *entry(const char *folder, const char *name)
{
	DIR *stream = opendir(folder);
	struct dirent *one;
	const char *found = "none";

	if (!stream)
		return error_name(errno);
	while ((one = readdir(stream)))
		if (strcmp(one->d_name, name) == 0)
			found = one->d_type == DT_DIR   ? "folder"
				: one->d_type == DT_LNK ? "link"
				: one->d_type == DT_REG ? "file"
							: "?";
	closedir(stream);
	return found;
}

static const char *kind(const char *path)
{
	struct stat status;

	if (lstat(path, &status))
		return error_name(errno);
	return S_ISDIR(status.st_mode) ? "folder" : S_ISLNK(status.st_mode) ? "link" : "file";
}

static void lists(char *own)
{
	static const char *const names[] = {"self",   "mounts", "cpuinfo", "meminfo",
					    "uptime", "sys",    "stat",    "nothing"};
	static const char *const parts[] = {"fd",  "stat", "status", "cmdline", "maps",
					    "exe", "cwd",  "root",   "comm",    "task"};

	puts("-- lists");
	printf("own %s\n", entry("/proc", own));
	printf(". %s, .. %s\n", entry("/proc", "."), entry("/proc", ".."));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[64];
		snprintf(path, sizeof path, "/proc/%s", names[i]);
		printf("%s %s %s\n", names[i], entry("/proc", names[i]), kind(path));
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char path[64];
		snprintf(path, sizeof path, "/proc/self/%s", parts[i]);
		printf("%s %s %s\n", parts[i], entry("/proc/self", parts[i]), kind(path));
	}
	printf("%s %s %s\n", entry("/proc/self/fd", "0"), entry("/dev/fd/", "1"),
	       entry("/proc/self/fd", "777"));
	printf("%s %s\n", entry("/proc/sys/kernel", "ostype"), entry("/proc/sys/kernel", "random"));
	printf("%s\n", entry("/proc/self/task", own));
}

static void links(char *own)
{
	char text[64];

	puts("-- links");
	ssize_t length = readlink("/proc/self", text, sizeof text - 1);
	text[length > 0 ? length : 0] = 0;
	SHOW(strcmp(text, own));
	length = readlink("/proc/mounts", text, sizeof text - 1);
	printf("%.*s\n", (int)length, text);
	SHOW(readlink("/proc/self/", text, sizeof text));
	SHOW(readlink("/proc/self/stat", text, sizeof text));
	puts(kind("/proc/self/"));
	puts(kind("/proc/self/stat/"));
	puts(kind("/proc/self/fd/0/"));
	puts(kind("/proc/self/fd/777"));
	puts(kind("/proc/4194304/stat"));
	puts(kind("/proc/1x"));
	SHOW(open("/proc/self/stat", O_RDONLY | O_DIRECTORY));
	SHOW(open("/proc", O_WRONLY));
	SHOW(open("/proc/self", O_RDONLY | O_NOFOLLOW));
	SHOW(open("/proc/self/fd", O_RDWR));
	SHOW(unlink("/proc/self/stat") == -1);
	SHOW(rmdir("/proc/self/fd") == -1);
}

static void relative(char *own)
{
	char path[64];

	puts("-- relative");
	int folder = open("/proc/self", O_RDONLY | O_DIRECTORY);
	MUST(folder >= 0);
	int stat = openat(folder, "stat", O_RDONLY);
	MUST(stat >= 0);
	SHOW(atoi(read_all(stat)) == getpid());
	SHOW(faccessat(folder, "fd/0", F_OK, 0));
	SHOW(faccessat(folder, "nothing", F_OK, 0));
	SHOW(faccessat(folder, "../uptime", F_OK, 0));
	SHOW(faccessat(folder, "..", F_OK, 0));
	close(folder);
	char *home = getcwd(NULL, 0);
	SHOW(chdir("/proc"));
	puts(getcwd(path, sizeof path));
	SHOW(access("self/status", R_OK));
	SHOW(access(own, R_OK));
	SHOW(chdir(own));
	SHOW(access("../meminfo", R_OK));
	SHOW(access("fd/1", F_OK));
	SHOW(chdir(".."));
	puts(getcwd(path, sizeof path));
	SHOW(chdir(".."));
	puts(getcwd(path, sizeof path));
	SHOW(chdir(home));
	free(home);
}

static char state_of(const char *path)
{
	const char *text = text_of(path), *end = strrchr(text, ')');

	return end ? end[2] : '?';
}

static void others(void)
{
	char path[64], name[32];
	int stop[2];

	puts("-- others");
	MUST(pipe(stop) == 0);
	pid_t child = fork();
	if (child == 0) {
		close(stop[1]);
		_exit((int)read(stop[0], path, 1));
	}
	close(stop[0]);
	snprintf(name, sizeof name, "%d", child);
	printf("%s\n", entry("/proc", name));
	snprintf(path, sizeof path, "/proc/%d/stat", child);
	while (state_of(path) != 'S')
		sched_yield();
	SHOW(atoi(text_of(path)) == child);
	snprintf(path, sizeof path, "/proc/%d/comm", child);
	fputs(text_of(path), stdout);
	snprintf(path, sizeof path, "/proc/%d/status", child);
	char parent[32];
	snprintf(parent, sizeof parent, "PPid:\t%d\n", getpid());
	SHOW(strstr(text_of(path), parent) != NULL);
	close(stop[1]);
	siginfo_t info;
	waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
	snprintf(path, sizeof path, "/proc/%d/stat", child);
	printf("%c\n", state_of(path));
	waitpid(child, NULL, 0);
	puts(kind(path));
	printf("%s\n", entry("/proc", name));
}

static void system_wide(void)
{
	puts("-- system");
	fputs(text_of("/proc/sys/kernel/ostype"), stdout);
	SHOW(strstr(text_of("/proc/meminfo"), "MemTotal:") != NULL);
	SHOW(strncmp(text_of("/proc/stat"), "cpu ", 4));
	SHOW(strstr(text_of("/proc/cpuinfo"), "processor\t: 0\n") != NULL);
	SHOW(atof(text_of("/proc/uptime")) > 0);
	SHOW(isdigit((unsigned char)*text_of("/proc/loadavg")) != 0);
	SHOW(strncmp(text_of("/proc/version"), "Linux version ", 14));
	SHOW(atol(text_of("/proc/sys/kernel/pid_max")) > 0);
	SHOW(strlen(text_of("/proc/sys/kernel/random/uuid")));
	char boot[64];
	strncpy(boot, text_of("/proc/sys/kernel/random/boot_id"), sizeof boot - 1);
	SHOW(strncmp(boot, text_of("/proc/sys/kernel/random/boot_id"), 36));
	SHOW(strstr(text_of("/proc/self/limits"), "Max open files") != NULL);
	SHOW(*text_of("/proc/self/oom_score_adj") != 0);
}

/* One descriptor shows what is true each time that it is read from the start. */
static void read_again(void)
{
	char path[64], text[4096];
	siginfo_t info;

	puts("-- again");
	pid_t child = fork();
	if (child == 0)
		for (;;)
			pause();
	snprintf(path, sizeof path, "/proc/%d/stat", child);
	int descriptor = open(path, O_RDONLY);
	const int steps[] = {SIGSTOP, SIGCONT, SIGSTOP, SIGKILL};
	const int events[] = {WSTOPPED, WCONTINUED, WSTOPPED, WEXITED};
	for (int i = 0; i < 4; i++) {
		kill(child, steps[i]);
		waitid(P_PID, (id_t)child, &info, events[i] | WNOWAIT);
		SHOW(lseek(descriptor, 0, SEEK_SET));
		ssize_t length = read(descriptor, text, sizeof text - 1);
		text[length < 0 ? 0 : length] = 0;
		const char *state = strrchr(text, ')');
		/* Continued, it sleeps again soon. */
		printf("%s\n", !state ? "?" : strchr("RS", state[2]) ? "runs" : (char[]){state[2], 0});
		waitid(P_PID, (id_t)child, &info, events[i]);
	}
	close(descriptor);
}

int main(void)
{
	char own[16];

	snprintf(own, sizeof own, "%d", getpid());
	lists(own);
	links(own);
	relative(own);
	others();
	read_again();
	system_wide();
	return 0;
}
