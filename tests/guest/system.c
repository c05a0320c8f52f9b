/* system and popen: statuses, redirections, both directions. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	char line[100];
	if (system(NULL) == 0) {
		puts("no shell");
		return 0;
	}
	SHOW(system("exit 0"));
	SHOW(WEXITSTATUS(system("exit 7")));
	SHOW(system("echo from the shell"));
	SHOW(WEXITSTATUS(system("none-such-command 2>/dev/null")));
	SHOW(system("echo to a file >out"));
	SHOW(WEXITSTATUS(system("test -d .")));
	SHOW(WTERMSIG(system("kill -9 $$")));
	setenv("PASSED", "on", 1);
	SHOW(system("echo $PASSED"));
	FILE *p = popen("echo one; echo two", "r");
	while (fgets(line, sizeof(line), p))
		printf("read %s", line);
	SHOW(WEXITSTATUS(pclose(p)));
	p = popen("exit 3", "r");
	SHOW(fgetc(p));
	SHOW(WEXITSTATUS(pclose(p)));
	p = popen("cat >copied", "w");
	SHOW(fputs("through a pipe\n", p) >= 0);
	SHOW(pclose(p));
	p = popen("cat", "we");
	fputs("to standard output\n", p);
	SHOW(pclose(p));
	SHOW(popen("echo", "x") != NULL || errno != EINVAL);
	FILE *f = fopen("copied", "r");
	SHOW(fgets(line, sizeof(line), f) != NULL);
	fputs(line, stdout);
	FILE *a = popen("read x; echo a got $x", "r"), *b = popen("echo b", "r");
	SHOW(fgets(line, sizeof(line), b) != NULL);
	fputs(line, stdout);
	SHOW(pclose(b));
	SHOW(fgets(line, sizeof(line), a) != NULL);
	fputs(line, stdout);
	SHOW(pclose(a));
	return 0;
}
