/* Calls given addresses where nothing is: EFAULT, never the end of the program. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(page != MAP_FAILED && munmap(page + 4096, 4096) == 0);
	char *edge = page + 4096 - 4, *bad = page + 4096;
	memcpy(edge, "abcd", 4);
	int fd = open("file", O_RDWR | O_CREAT, 0644), pipes[2];
	MUST(write(fd, "0123456789", 10) == 10 && pipe(pipes) == 0);
	SHOW(syscall(SYS_open, bad, O_RDONLY));
	SHOW(syscall(SYS_open, edge, O_RDONLY)); /* the name has no end */
	SHOW(syscall(SYS_read, fd, bad, 5));
	SHOW(syscall(SYS_pread64, fd, bad, 5, 0L) == -1);
	SHOW(syscall(SYS_write, fd, bad, 5));
	SHOW(syscall(SYS_stat, "file", bad));
	SHOW(syscall(SYS_stat, "file", edge));
	SHOW(syscall(SYS_fstat, fd, edge));
	SHOW(syscall(SYS_pipe, edge));
	SHOW(syscall(SYS_getcwd, bad, 100));
	SHOW(syscall(SYS_readlink, bad, page, 100));
	SHOW(syscall(SYS_uname, bad));
	SHOW(syscall(SYS_getrusage, RUSAGE_SELF, edge));
	SHOW(syscall(SYS_getrlimit, RLIMIT_NOFILE, edge));
	SHOW(syscall(SYS_poll, bad, 1, 0));
	SHOW(syscall(SYS_rename, "file", bad));
	SHOW(syscall(SYS_mkdir, bad, 0755));
	SHOW(syscall(SYS_chdir, bad));
	SHOW(syscall(SYS_getdents64, open(".", O_RDONLY), bad, 1000));
	SHOW(syscall(SYS_clock_gettime, 1, edge));
	SHOW(syscall(SYS_nanosleep, edge, NULL));
	SHOW(syscall(SYS_readv, fd, bad, 1));
	SHOW(syscall(SYS_execve, bad, NULL, NULL));
	SHOW(syscall(SYS_access, bad, F_OK));
	SHOW(syscall(SYS_getrandom, bad, 10, 0));
	SHOW(syscall(SYS_rt_sigprocmask, 0, bad, NULL, 8));
	SHOW(syscall(SYS_rt_sigaction, 10, bad, NULL, 8));
	SHOW(syscall(SYS_select, 5, bad, NULL, NULL, NULL));
	SHOW(syscall(SYS_pipe2, bad, 0));
	memcpy(edge, "abcd", 4); /* some calls have filled what they could */
	SHOW(write(pipes[1], edge, 4));
	SHOW(read(pipes[0], edge, 4));
	printf("%.4s\n", edge);
	SHOW(syscall(99999));
	SHOW(syscall(-1));
	return 0;
}
