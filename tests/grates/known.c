/* Makes some calls whose lines under strace-grate are known to the letter: what strace.t expects. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	char buffer[200];
	struct stat status;
	struct iovec parts[2] = {{(char[]){"one"}, 3}, {(char[]){" \"two\"\n"}, 7}};
	int file = openat(AT_FDCWD, "file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	memset(buffer, 'x', sizeof buffer);
	buffer[1] = '\t', buffer[2] = 1, buffer[3] = '7', buffer[4] = '\\';
	write(file, buffer, 5);
	write(file, buffer, sizeof buffer);
	writev(file, parts, 2);
	lseek(file, -7, SEEK_END);
	read(file, buffer, 100);
	read(file, buffer, 100);
	pread(file, buffer, 1, (off_t)1 << 40);
	fstat(file, &status);
	syscall(SYS_newfstatat, AT_FDCWD, "/dev/null", &status, AT_SYMLINK_NOFOLLOW);
	fcntl(file, F_GETFD);
	fcntl(file, F_DUPFD, 20);
	close(20);
	close(20);
	open("missing", O_RDONLY);
	access("file", R_OK | W_OK);
	access("file", F_OK);
	mkdir("folder", 0750);
	rename("file", "folder/file");
	unlinkat(AT_FDCWD, "folder", AT_REMOVEDIR);
	unlink("folder/file");
	rmdir("folder");
	pipe2((int[2]){0}, O_CLOEXEC);
	readlink("/proc/self/none", buffer, sizeof buffer);
	ioctl(file, TIOCGWINSZ, buffer);
	umask(027);
	setpriority(PRIO_PROCESS, 0, 0);
	syscall(SYS_tuxcall, 1, 2, 3);
	geteuid();
	_exit(3);
}
