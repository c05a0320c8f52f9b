/* lind-test: helper */
/* neighbour COMMAND [ARG...]: starts the command as a process beside others that work, and says whether they
 * still did when it had ended: their memory, files, pipes and descriptors. Exit status: the command's, or 80.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 64

static unsigned char *memory;
static int to_echo[2], from_echo[2], file;

static void must(int condition, const char *what)
{
	if (condition)
		return;
	printf("NEIGHBOUR HARMED: %s\n", what);
	exit(80);
}

static unsigned char pattern(size_t at)
{
	return (unsigned char)(at * 31 + at / 4096);
}

static void echo(void)
{
	char byte;
	close(to_echo[1]);
	close(from_echo[0]);
	while (read(to_echo[0], &byte, 1) == 1)
		if (write(from_echo[1], &byte, 1) != 1)
			_exit(1);
	_exit(0);
}

static void work(int rounds)
{
	char text[32], back[32];
	for (int i = 0; i < rounds; i++) {
		char out = (char)i, in = (char)~out;
		must(write(to_echo[1], &out, 1) == 1 && read(from_echo[0], &in, 1) == 1 && in == out,
		     "a pipe");
		int length = snprintf(text, sizeof text, "line %d\n", i);
		must(pwrite(file, text, (size_t)length, i * 16) == length, "writing its file");
		must(pread(file, back, (size_t)length, i * 16) == length &&
			     !memcmp(text, back, (size_t)length),
		     "reading its file");
	}
	for (size_t at = 0; at < PAGES * 4096; at++)
		must(memory[at] == pattern(at), "its memory");
}

int main(int count, char **arguments)
{
	pid_t helper, command;
	int status;
	if (count < 2)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	memory = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	file = open("/tmp/neighbour", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	must(memory != MAP_FAILED && file >= 0 && !pipe2(to_echo, O_CLOEXEC) && !pipe2(from_echo, O_CLOEXEC),
	     "start");
	for (size_t at = 0; at < PAGES * 4096; at++)
		memory[at] = pattern(at);
	helper = fork();
	must(helper >= 0, "start");
	if (helper == 0)
		echo();
	work(10);
	command = fork();
	must(command >= 0, "start");
	if (command == 0) {
		setpgid(0, 0);
		execv(arguments[1], arguments + 1);
		_exit(127);
	}
	while (waitpid(command, &status, WNOHANG) == 0)
		work(50);
	work(1000);
	close(to_echo[1]);
	if (WIFSIGNALED(status))
		printf("the command was ended by signal %d\n", WTERMSIG(status));
	must(waitpid(helper, &command, 0) == helper && command == 0, "its child");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
