/* Descriptors across fork: shared offsets and flags, copies that part, pipes that end, locks. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int wait_for(pid_t pid)
{
	int status;
	MUST(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int main(void)
{
	char text[100] = "";
	int fd = open("file", O_RDWR | O_CREAT, 0644), quiet = open("file", O_RDONLY | O_CLOEXEC), ends[2];
	MUST(fd >= 0 && write(fd, "0123456789", 10) == 10 && lseek(fd, 0, SEEK_SET) == 0);

	pid_t pid = fork();
	if (pid == 0) {
		int flags = fcntl(quiet, F_GETFD);
		lseek(fd, 4, SEEK_SET);
		fcntl(fd, F_SETFL, O_APPEND);
		close(quiet);
		int fresh = open("file", O_RDONLY);
		_exit(flags == FD_CLOEXEC && fresh == quiet);
	}
	SHOW(wait_for(pid));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW((fcntl(fd, F_GETFL) & O_APPEND) != 0);
	SHOW(read(quiet, text, 3));

	/* A pipe ends when the last writer has closed it, in whatever process. */
	MUST(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		for (int i = 0; i < 100; i++)
			MUST(write(ends[1], "line\n", 5) == 5);
		_exit(0);
	}
	close(ends[1]);
	ssize_t sum = 0, length;
	while ((length = read(ends[0], text, sizeof text)) > 0)
		sum += length;
	printf("read %zd\n", sum);
	wait_for(pid);
	close(ends[0]);

	/* A filter: parent writes, child reads until the end. */
	MUST(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		for (sum = 0; (length = read(ends[0], text, sizeof text)) > 0; sum += length)
			;
		_exit(sum == 1000);
	}
	close(ends[0]);
	for (int i = 0; i < 100; i++)
		MUST(write(ends[1], "0123456789", 10) == 10);
	close(ends[1]);
	SHOW(wait_for(pid));

	/* Talk in both directions. */
	int pair[2];
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		char c;
		while (read(pair[1], &c, 1) == 1)
			MUST(++c && write(pair[1], &c, 1) == 1);
		_exit(6);
	}
	close(pair[1]);
	char c = 'a';
	for (int i = 0; i < 10; i++)
		MUST(write(pair[0], &c, 1) == 1 && read(pair[0], &c, 1) == 1);
	printf("%c\n", c);
	close(pair[0]);
	SHOW(wait_for(pid));

	/* POSIX: record locks are not the child's; flock's belong to the open file, which is. */
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10};
	SHOW(fcntl(fd, F_SETLK, &lock));
	SHOW(flock(quiet, LOCK_EX));
	pid = fork();
	if (pid == 0) {
		struct flock other = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10};
		int error = fcntl(fd, F_SETLK, &other) < 0 ? errno : 0;
		int same = flock(quiet, LOCK_EX | LOCK_NB) == 0;
		int another = open("file", O_RDONLY);
		int refused = flock(another, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
		close(another);
		_exit((error == EAGAIN || error == EACCES) + 2 * same + 4 * refused);
	}
	SHOW(wait_for(pid));

	/* The working directory is a copy. */
	mkdir("folder", 0755);
	pid = fork();
	if (pid == 0) {
		MUST(chdir("folder") == 0);
		_exit(access("../file", F_OK) == 0);
	}
	SHOW(wait_for(pid));
	SHOW(access("file", F_OK));

	/* stdio: a stream's position is shared through its descriptor when both sides are tidy. */
	FILE *stream = fopen("lines", "w+");
	fputs("one\ntwo\nthree\n", stream);
	fflush(stream);
	pid = fork();
	if (pid == 0) {
		fputs("four\n", stream);
		fclose(stream);
		_exit(0);
	}
	wait_for(pid);
	fputs("five\n", stream);
	fclose(stream);
	unlink("file");
	rmdir("folder");
	return 0;
}
