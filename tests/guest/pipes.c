/* Pipes and fifos: order, end of file, EPIPE, blocking and not, capacity, atomic writes. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static int p[2];

static void *writer(void *arg)
{
	char block[4096];
	for (int i = 0; i < 100; i++) {
		memset(block, 'A' + i % 26, sizeof(block));
		MUST(write(p[1], block, sizeof(block)) == sizeof(block));
	}
	close(p[1]);
	return arg;
}

int main(void)
{
	char text[100] = "";
	SHOW(pipe(p));
	SHOW(write(p[1], "hello", 5));
	SHOW(write(p[1], " world", 6));
	SHOW(read(p[0], text, 3));
	SHOW(read(p[0], text + 3, 90));
	puts(text);
	SHOW(read(p[1], text, 1));
	SHOW(write(p[0], text, 1));
	SHOW(close(p[1]));
	SHOW(read(p[0], text, 1));
	SHOW(close(p[0]));

	signal(SIGPIPE, SIG_IGN);
	SHOW(pipe2(p, O_NONBLOCK | O_CLOEXEC));
	SHOW(fcntl(p[0], F_GETFD));
	SHOW(read(p[0], text, 1));
	SHOW(pipe2(p, 0x1));
	int capacity = fcntl(p[1], F_GETPIPE_SZ);
	SHOW(capacity >= 4096);
	long total = 0;
	char block[4096];
	memset(block, 'x', sizeof(block));
	for (ssize_t n; (n = write(p[1], block, sizeof(block))) > 0;)
		total += n;
	SHOW_ERROR(errno);
	SHOW(total == capacity);
	SHOW(write(p[1], block, 1));
	SHOW(read(p[0], block, sizeof(block)));
	SHOW(write(p[1], block, 4096));
	SHOW(fcntl(p[1], F_SETPIPE_SZ, 1 << 17) >= 1 << 17);
	SHOW(close(p[0]));
	SHOW(write(p[1], "x", 1));
	struct pollfd poll_fd = {p[1], POLLOUT, 0};
	SHOW(poll(&poll_fd, 1, 0));
	SHOW(!!(poll_fd.revents & POLLERR));
	SHOW(close(p[1]));

	MUST(pipe(p) == 0);
	pthread_t t;
	MUST(pthread_create(&t, NULL, writer, NULL) == 0);
	long count[26] = {0};
	total = 0;
	for (ssize_t n; (n = read(p[0], block, 1000)) > 0; total += n)
		for (ssize_t i = 0; i < n; i++)
			count[block[i] - 'A']++;
	pthread_join(t, NULL);
	SHOW(total);
	SHOW(count[0]);
	SHOW(count[25]);
	close(p[0]);

	SHOW(mkfifo("fifo", 0600));
	SHOW(open("fifo", O_WRONLY | O_NONBLOCK));
	int rd = open("fifo", O_RDONLY | O_NONBLOCK);
	SHOW(rd >= 0);
	SHOW(read(rd, text, 1));
	int wr = open("fifo", O_WRONLY);
	SHOW(read(rd, text, 1));
	SHOW(write(wr, "fifo", 4));
	SHOW(read(rd, text, 10));
	SHOW(close(wr));
	SHOW(read(rd, text, 1));
	int both = open("fifo", O_RDWR);
	SHOW(both >= 0);
	return 0;
}
