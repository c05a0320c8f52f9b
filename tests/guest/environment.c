/* getenv, setenv, putenv, unsetenv, clearenv, environ. */
#include "check.h"

#include <unistd.h>

static void count(void)
{
	int n = 0;
	for (char **e = environ; e && *e; e++)
		n++;
	printf("%d variables\n", n);
}

int main(void)
{
	SHOW(getenv("HOME") != NULL || getenv("PATH") != NULL);
	SHOW(clearenv());
	count();
	SHOW(getenv("PATH") == NULL);
	SHOW(setenv("A", "1", 0));
	SHOW(setenv("A", "2", 0));
	puts(getenv("A"));
	SHOW(setenv("A", "3", 1));
	puts(getenv("A"));
	SHOW(setenv("EMPTY", "", 1));
	SHOW(getenv("EMPTY")[0]);
	SHOW(setenv("", "x", 1));
	SHOW(setenv("A=B", "x", 1));
	SHOW(setenv(NULL, "x", 1));
	static char put[] = "PUT=first";
	SHOW(putenv(put));
	puts(getenv("PUT"));
	memcpy(put + 4, "FIRST", 5);
	puts(getenv("PUT"));
	count();
	SHOW(unsetenv("A"));
	SHOW(unsetenv("A"));
	SHOW(unsetenv("A=B"));
	SHOW(unsetenv(""));
	SHOW(putenv("PUT"));
	SHOW(getenv("PUT") == NULL);
	count();
	char name[20];
	for (int i = 0; i < 500; i++) {
		sprintf(name, "V%d", i);
		MUST(setenv(name, name, 1) == 0);
	}
	puts(getenv("V499"));
	count();
	environ = (char *[]){"X=own", "Y=list", NULL};
	puts(getenv("Y"));
	SHOW(setenv("Z", "added", 1));
	puts(getenv("Z"));
	count();
	SHOW(secure_getenv("X") != NULL);
	environ = NULL;
	SHOW(getenv("X") == NULL);
	return 0;
}
