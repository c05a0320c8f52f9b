/* /dev/null, zero, full, and what ioctl and tcgetattr say of things that are no terminals. */
#include "check.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
	char text[10] = "xxxxxxxxx";
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR),
	    full = open("/dev/full", O_RDWR);
	SHOW(read(null, text, 5));
	SHOW(write(null, text, 5));
	SHOW(read(zero, text, 5));
	for (int i = 0; i < 10; i++)
		printf("%d ", text[i]);
	puts("");
	SHOW(write(zero, text, 5));
	SHOW(write(full, text, 5));
	SHOW(read(full, text, 5));
	SHOW(open("/dev/none", O_RDONLY));

	int fd = open("file", O_RDWR | O_CREAT, 0644), pipes[2], bytes = -1;
	MUST(pipe(pipes) == 0 && write(fd, "123456", 6) == 6);
	struct termios t;
	struct winsize w;
	SHOW(isatty(fd));
	SHOW_ERROR(isatty(fd) ? 0 : errno);
	SHOW_ERROR(isatty(99) ? 0 : errno);
	SHOW(isatty(pipes[0]));
	SHOW(tcgetattr(fd, &t));
	SHOW(tcgetattr(99, &t));
	SHOW(tcsetattr(null, TCSANOW, &t));
	SHOW(ioctl(fd, TIOCGWINSZ, &w));
	SHOW(ioctl(99, TIOCGWINSZ, &w));
	SHOW(ttyname(fd) == NULL);
	SHOW_ERROR(ttyname_r(fd, text, sizeof(text)));
	SHOW(ioctl(fd, FIONREAD, &bytes));
	SHOW(bytes);
	SHOW(write(pipes[1], "abc", 3));
	SHOW(ioctl(pipes[0], FIONREAD, &bytes));
	SHOW(bytes);
	SHOW(ioctl(pipes[0], FIONREAD, (int *)8));
	int on = 1;
	SHOW(ioctl(pipes[0], FIONBIO, &on));
	SHOW(!!(fcntl(pipes[0], F_GETFL) & O_NONBLOCK));
	SHOW(ioctl(pipes[0], FIOCLEX));
	SHOW(fcntl(pipes[0], F_GETFD));
	SHOW(ioctl(pipes[0], FIONCLEX));
	SHOW(fcntl(pipes[0], F_GETFD));
	SHOW(ioctl(fd, 0x12345678, &on));
	SHOW(tcgetpgrp(fd));
	SHOW(tcflush(fd, TCIFLUSH));
	cfmakeraw(&t);
	SHOW(cfsetspeed(&t, B9600));
	SHOW(cfgetospeed(&t) == B9600);
	puts(ctermid(NULL));
	return 0;
}
