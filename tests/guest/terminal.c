/* A pseudo-terminal of one's own: names, attributes, window size, line discipline. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void show_read(int fd)
{
	char text[100];
	ssize_t n = read(fd, text, sizeof(text));
	printf("read %zd:", n);
	for (ssize_t i = 0; i < n; i++)
		printf(text[i] >= ' ' ? "%c" : "\\%o", text[i]);
	puts("");
}

int main(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	MUST(master >= 0);
	SHOW(grantpt(master));
	SHOW(unlockpt(master));
	char *name = ptsname(master);
	SHOW(name && strncmp(name, "/dev/pts/", 9) == 0);
	int slave = open(name, O_RDWR | O_NOCTTY);
	MUST(slave >= 0);
	SHOW(isatty(slave));
	SHOW(isatty(master));
	SHOW(strcmp(ttyname(slave), name));
	struct winsize size = {24, 80, 0, 0};
	SHOW(ioctl(master, TIOCSWINSZ, &size));
	size.ws_row = 0;
	SHOW(ioctl(slave, TIOCGWINSZ, &size));
	printf("%d %d\n", size.ws_row, size.ws_col);
	struct termios t, u;
	SHOW(tcgetattr(slave, &t));
	SHOW(!!(t.c_lflag & ICANON));
	SHOW(!!(t.c_lflag & ECHO));
	SHOW(!!(t.c_oflag & ONLCR));
	SHOW(t.c_cc[VINTR]);
	SHOW(t.c_cc[VEOF]);
	SHOW(write(slave, "out\n", 4));
	show_read(master);
	SHOW(write(master, "typedx\177\n", 8));
	show_read(slave);
	show_read(master);
	t.c_lflag &= ~(tcflag_t)ECHO;
	SHOW(tcsetattr(slave, TCSANOW, &t));
	SHOW(write(master, "quiet\n", 6));
	show_read(slave);
	cfmakeraw(&t);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	SHOW(tcsetattr(slave, TCSADRAIN, &t));
	SHOW(tcgetattr(slave, &u));
	SHOW(memcmp(&t.c_cc, &u.c_cc, NCCS) == 0 && t.c_lflag == u.c_lflag);
	SHOW(write(master, "raw\3", 4));
	show_read(slave);
	int bytes = -1;
	SHOW(write(master, "12345", 5));
	SHOW(poll(&(struct pollfd){.fd = slave, .events = POLLIN}, 1, 5000)); /* it travels by itself */
	SHOW(ioctl(slave, FIONREAD, &bytes));
	SHOW(bytes);
	SHOW(tcflush(slave, TCIFLUSH));
	SHOW(ioctl(slave, FIONREAD, &bytes));
	SHOW(bytes);
	SHOW(tcsetattr(slave, 99, &t));
	SHOW(close(slave));
	SHOW(close(master));
	return 0;
}
