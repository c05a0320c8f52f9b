/* outside COMMAND [ARG...]: what a sandboxed program must not reach, and whether it did.
 *
 * Makes a folder ../outside with a secret file and a listening socket, an abstract socket and one on the
 * loopback; in the command's arguments @FILE@, @SOCKET@, @ABSTRACT@, @PORT@ and @PID@ stand for them and for
 * this process. Runs the command with the secret in its environment too. Exit status: the command's, or 90 if
 * anything outside was touched. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "the-secret-of-the-outside"

static char file[4200], socket_path[4200], abstract[64], port[16], own[16];
static int listening[3];
static volatile sig_atomic_t signalled;
static bool touched;

static void note_signal(int number)
{
	signalled = number;
}

static void must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(91);
	}
}

static void complain(const char *what)
{
	fprintf(stderr, "OUTSIDE TOUCHED: %s\n", what);
	touched = true;
}

static int listen_at(const void *address, socklen_t length, int domain)
{
	int at = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(at, "socket");
	must(bind(at, address, length), "bind");
	must(listen(at, 5), "listen");
	return at;
}

static void make_files(void)
{
	char *folder = realpath("..", NULL);
	snprintf(file, sizeof file, "%s/outside", folder ? folder : "?");
	free(folder);
	must(mkdir(file, 0777), file);
	strcat(file, "/secret");
	int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	must(fd, file);
	must((int)write(fd, SECRET "\n", sizeof SECRET), "write");
	close(fd);
}

static void make_sockets(void)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof in;
	/* By a relative name: the whole path may be too long for an address. */
	must(chdir("../outside"), "../outside");
	strcpy(local.sun_path, "socket");
	listening[0] = listen_at(&local, sizeof local, AF_UNIX);
	must(chdir("../inside"), "../inside");
	snprintf(socket_path, sizeof socket_path, "%.*ssocket", (int)(strrchr(file, '/') + 1 - file), file);
	snprintf(abstract, sizeof abstract, "lind-outside-%d", (int)getpid());
	memset(local.sun_path, 0, sizeof local.sun_path);
	strcpy(local.sun_path + 1, abstract);
	listening[1] = listen_at(
		&local, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(abstract)), AF_UNIX);
	listening[2] = listen_at(&in, sizeof in, AF_INET);
	must(getsockname(listening[2], (struct sockaddr *)&in, &length), "getsockname");
	snprintf(port, sizeof port, "%d", ntohs(in.sin_port));
	snprintf(own, sizeof own, "%d", (int)getpid());
}

static void check_files(void)
{
	char content[100] = "";
	struct stat status;
	int count = 0, fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, content, sizeof content - 1) < 0 || strcmp(content, SECRET "\n") != 0)
		complain("the file's content");
	if (stat(file, &status) || status.st_nlink != 1)
		complain("the file has another name");
	DIR *folder = opendir("../outside");
	while (folder && readdir(folder))
		count++;
	if (count != 4)
		complain("the folder's entries");
}

static void check_sockets(void)
{
	struct pollfd polls[3];
	for (int i = 0; i < 3; i++)
		polls[i] = (struct pollfd){.fd = listening[i], .events = POLLIN};
	if (poll(polls, 3, 0) != 0)
		complain("somebody has connected");
}

int main(int count, char **arguments)
{
	static const char *const names[] = {"@FILE@", "@SOCKET@", "@ABSTRACT@", "@PORT@", "@PID@"};
	static char *const values[] = {file, socket_path, abstract, port, own};
	int status;
	if (count < 2)
		return 2;
	make_files();
	make_sockets();
	for (int number = 1; number < 32; number++)
		if (number != SIGCHLD && number != SIGKILL && number != SIGSTOP)
			signal(number, note_signal);
	setenv("OUTSIDE_SECRET", SECRET, 1);
	for (int i = 1; i < count; i++)
		for (int j = 0; j < 5; j++)
			if (strcmp(arguments[i], names[j]) == 0)
				arguments[i] = values[j];
	pid_t child = fork();
	must(child, "fork");
	if (child == 0) {
		for (int number = 1; number < 32; number++)
			signal(number, SIG_DFL);
		execvp(arguments[1], arguments + 1);
		perror(arguments[1]);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		;
	check_files();
	check_sockets();
	if (signalled)
		complain("a signal came");
	if (touched)
		return 90;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
