/* A session on a pseudo-terminal: what is typed becomes signals of its foreground group, sizes and hanging up
 * are told, background reads and writes stop, /dev/tty is the session's own, and only its members may change
 * its group. */
#include "check.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int report[2]; /* the session's side writes lines that the parent prints */

static void tell(const char *text)
{
	write(report[1], text, strlen(text));
}

static void tell_number(const char *what, long long number)
{
	char text[100];

	snprintf(text, sizeof text, "%s %lld\n", what, number);
	tell(text);
}

/* Waits for one line. */
static void hear(void)
{
	char text[200];
	size_t length = 0;

	while (length < sizeof text - 1 && read(report[0], text + length, 1) == 1)
		if (text[length++] == '\n')
			break;
	text[length] = 0;
	printf("session: %s%s", text, length ? "" : "nothing more\n");
}

static void caught(int number)
{
	tell("SIG");
	tell(sigabbrev_np(number));
	tell("\n");
	if (number == SIGHUP)
		_exit(9);
}

static void catch_all(void)
{
	static const int numbers[] = {SIGINT, SIGQUIT, SIGTSTP, SIGWINCH, SIGHUP};

	for (int i = 0; i < 5; i++)
		signal(numbers[i], caught);
}

static void wait_signals(void)
{
	tell("ready\n");
	for (;;)
		pause();
}

/* A child on a terminal of its own. */
static pid_t session(int *master, void (*play)(void))
{
	pid_t pid;

	MUST(pipe(report) == 0);
	pid = forkpty(master, NULL, NULL, NULL);
	MUST(pid >= 0);
	if (pid == 0) {
		close(report[0]);
		play();
		_exit(0);
	}
	close(report[1]);
	return pid;
}

static void finish(pid_t pid)
{
	int status;

	MUST(waitpid(pid, &status, 0) == pid);
	printf("ended: %s %d\n", WIFSIGNALED(status) ? "signal" : "exit",
	       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	close(report[0]);
}

static void simple(void)
{
	catch_all();
	tell_number("leads its session", getsid(0) == getpid());
	tell_number("foreground", tcgetpgrp(0) == getpid());
	tell_number("session of the terminal", tcgetsid(0) == getpid());
	wait_signals();
}

static void typed(void)
{
	struct winsize size = {.ws_row = 10, .ws_col = 20};
	struct termios settings;
	int master;
	pid_t pid = session(&master, simple);

	puts("-- typed");
	for (int i = 0; i < 4; i++)
		hear();
	SHOW(tcgetpgrp(master) == pid);
	MUST(write(master, "\003", 1) == 1);
	hear();
	MUST(write(master, "\034", 1) == 1);
	hear();
	MUST(write(master, "\032", 1) == 1);
	hear();
	/* VLNEXT makes it an ordinary character: only the second is a signal. */
	MUST(write(master, "\026\003\034", 3) == 3);
	hear();
	MUST(write(master, "\026", 1) == 1);
	MUST(write(master, "\003\032", 2) == 2);
	hear();
	SHOW(ioctl(master, TIOCSWINSZ, &size));
	hear();
	/* The same size again is no change. */
	SHOW(ioctl(master, TIOCSWINSZ, &size));
	MUST(tcgetattr(master, &settings) == 0);
	settings.c_cc[VINTR] = 'x';
	settings.c_cc[VQUIT] = _POSIX_VDISABLE;
	SHOW(tcsetattr(master, TCSANOW, &settings));
	MUST(write(master, "\003\034\000x", 4) == 4);
	hear();
	settings.c_lflag &= ~(tcflag_t)ISIG;
	SHOW(tcsetattr(master, TCSANOW, &settings));
	MUST(write(master, "x\032", 2) == 2);
	close(master);
	hear(); /* SIGHUP */
	finish(pid);
}

static void plain(void)
{
	wait_signals();
}

/* Not caught: they end the process, or stop it. */
static void defaults(void)
{
	int master;
	pid_t pid = session(&master, plain);

	puts("-- defaults");
	hear();
	MUST(write(master, "\032", 1) == 1);
	/* The leader's group is an orphan's: the terminal does not stop it. */
	MUST(write(master, "\003", 1) == 1);
	finish(pid);
	close(master);
	pid = session(&master, plain);
	hear();
	close(master);
	finish(pid);
}

static void background(void)
{
	int tty = open("/dev/tty", O_RDWR), status;
	struct termios settings;
	pid_t child;
	char c;

	tell_number("/dev/tty is a terminal", isatty(tty));
	tell_number("and the session's", tcgetpgrp(tty) == getpid());
	child = fork();
	if (child == 0) {
		setpgid(0, 0);
		read(0, &c, 1);
		_exit(c);
	}
	setpgid(child, child);
	waitpid(child, &status, WUNTRACED);
	tell_number("the reader is stopped by SIGTTIN", WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
	tell_number("tcsetpgrp", tcsetpgrp(0, child));
	kill(child, SIGCONT);
	tell("type\n");
	waitpid(child, &status, WUNTRACED);
	tell_number("and reads in the foreground", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	/* Now this one is in the background; who ignores SIGTTOU may change the terminal all the same. */
	signal(SIGTTOU, SIG_IGN);
	tell_number("tcsetpgrp", tcsetpgrp(0, getpgrp()));
	signal(SIGTTOU, SIG_DFL);
	tcgetattr(0, &settings);
	settings.c_lflag |= TOSTOP;
	tcsetattr(0, TCSANOW, &settings);
	for (int i = 0; i < 3; i++) {
		child = fork();
		if (child == 0) {
			setpgid(0, 0);
			if (i == 0)
				write(1, "w", 1);
			else if (i == 1)
				tcsetattr(0, TCSANOW, &settings);
			else
				tcsetpgrp(0, getpid());
			_exit(4);
		}
		setpgid(child, child);
		waitpid(child, &status, WUNTRACED);
		tell_number("stopped by SIGTTOU", WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
	}
	/* Ignored or blocked: a read fails, a write goes on. */
	child = fork();
	if (child == 0) {
		setpgid(0, 0);
		signal(SIGTTIN, SIG_IGN);
		signal(SIGTTOU, SIG_IGN);
		errno = 0;
		read(0, &c, 1);
		tell("read: ");
		tell(error_name(errno));
		tell("\n");
		tell_number("write", write(1, "v", 1));
		errno = 0;
		tcsetpgrp(0, 1 << 21);
		tell("tcsetpgrp to nobody: ");
		tell(error_name(errno));
		tell("\n");
		setsid();
		errno = 0;
		tcgetpgrp(0);
		tell("another session: ");
		tell(error_name(errno));
		errno = 0;
		open("/dev/tty", O_RDWR);
		tell(" ");
		tell(error_name(errno));
		errno = 0;
		ioctl(0, TIOCSCTTY, 0);
		tell(" ");
		tell(error_name(errno));
		tell("\n");
		_exit(5);
	}
	waitpid(child, &status, WUNTRACED);
	tell_number("exited", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCONT, SIG_IGN);
	tell_number("TIOCNOTTY", ioctl(0, TIOCNOTTY));
	errno = 0;
	tcgetpgrp(0);
	tell("without a terminal: ");
	tell(error_name(errno));
	tell("\n");
	tell_number("TIOCSCTTY", ioctl(0, TIOCSCTTY, 0));
	tell_number("foreground", tcgetpgrp(0) == getpgrp());
}

static void in_background(void)
{
	char text[100];
	int master;
	pid_t pid = session(&master, background);

	puts("-- background");
	for (int i = 0; i < 5; i++)
		hear();
	MUST(write(master, "A\n", 2) == 2);
	for (int i = 0; i < 14; i++)
		hear();
	finish(pid);
	while (read(master, text, sizeof text) > 0)
		;
	SHOW(read(master, text, 1)); /* the other end is closed */
	close(master);
}

/* Opening a terminal makes it a leader's that has none, but for O_NOCTTY. */
static void by_opening(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), status;
	pid_t pid;

	puts("-- by opening");
	MUST(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	pid = fork();
	if (pid == 0) {
		int fd;

		setsid();
		fd = open(ptsname(master), O_RDWR | O_NOCTTY);
		SHOW(fd >= 0);
		SHOW(tcgetpgrp(fd));
		close(fd);
		fd = open(ptsname(master), O_WRONLY);
		SHOW(tcgetpgrp(fd));
		close(fd);
		fd = open(ptsname(master), O_RDWR);
		SHOW(tcgetpgrp(fd) == getpid());
		SHOW(open("/dev/tty", O_RDWR) >= 0);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	close(master);
}

int main(void)
{
	typed();
	defaults();
	in_background();
	by_opening();
	return 0;
}
