/* Record locks and flock, as far as one process sees them. */
#include "check.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static struct flock lock(short type, long long start, long long length)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
}

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	int other = open("file", O_RDWR);
	MUST(ftruncate(fd, 100) == 0);
	struct flock l = lock(F_WRLCK, 0, 10);
	SHOW(fcntl(fd, F_SETLK, &l));
	l = lock(F_WRLCK, 0, 10);
	SHOW(fcntl(other, F_GETLK, &l)); /* one's own locks never stand in the way */
	SHOW(l.l_type == F_UNLCK);
	SHOW(fcntl(other, F_SETLK, &l));
	l = lock(77, 0, 10);
	SHOW(fcntl(fd, F_SETLK, &l));
	l = lock(F_RDLCK, -5, 10);
	SHOW(fcntl(fd, F_SETLK, &l));
	SHOW(fcntl(fd, F_SETLK, (struct flock *)8));
	int rd = open("file", O_RDONLY);
	l = lock(F_WRLCK, 0, 1);
	SHOW(fcntl(rd, F_SETLK, &l));
	SHOW(fcntl(99, F_SETLK, &l));
	SHOW(lseek(fd, 0, SEEK_SET));
	SHOW(lockf(fd, F_LOCK, 20));
	SHOW(lockf(fd, F_TEST, 20));
	SHOW(lockf(fd, F_ULOCK, 0));

	l = lock(F_WRLCK, 5LL << 32, 10);
	SHOW(fcntl(fd, F_OFD_SETLK, &l));
	l = lock(F_RDLCK, (5LL << 32) + 3, 1);
	SHOW(fcntl(other, F_OFD_SETLK, &l));
	SHOW(fcntl(other, F_OFD_GETLK, &l));
	SHOW(l.l_type == F_WRLCK);
	SHOW(l.l_start);
	SHOW(l.l_len);
	SHOW(l.l_pid);
	l = lock(F_UNLCK, 0, 0);
	SHOW(fcntl(fd, F_OFD_SETLK, &l));
	l = lock(F_RDLCK, (5LL << 32) + 3, 1);
	SHOW(fcntl(other, F_OFD_SETLK, &l));

	SHOW(flock(fd, LOCK_SH));
	SHOW(flock(other, LOCK_SH | LOCK_NB));
	SHOW(flock(other, LOCK_EX | LOCK_NB));
	SHOW(flock(fd, LOCK_UN));
	SHOW(flock(other, LOCK_EX | LOCK_NB));
	SHOW(flock(fd, LOCK_SH | LOCK_NB));
	SHOW(close(other));
	SHOW(flock(fd, LOCK_EX | LOCK_NB));
	SHOW(flock(fd, 77));
	SHOW(flock(99, LOCK_SH));
	return 0;
}
