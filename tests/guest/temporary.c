/* mkstemp and its relatives, tmpfile, tmpnam. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	char a[] = "nameXXXXXX", b[] = "nameXXXXXX", c[] = "nameXXXXXX.c", d[] = "dirXXXXXX",
	     bad[] = "nameXXXXX", wrong[] = "none/XXXXXX", flagged[] = "f-XXXXXX";
	struct stat st;
	int fd = mkstemp(a);
	SHOW(fd);
	SHOW(strncmp(a, "name", 4) == 0 && strcmp(a, "nameXXXXXX") != 0);
	SHOW(mkstemp(b) > fd);
	SHOW(strcmp(a, b) != 0);
	SHOW(fstat(fd, &st));
	printf("%o\n", st.st_mode);
	SHOW(mkstemps(c, 2) >= 0);
	SHOW(strcmp(c + 10, ".c"));
	SHOW(mkdtemp(d) == d);
	SHOW(stat(d, &st));
	printf("%o\n", st.st_mode);
	SHOW(mkstemp(bad));
	SHOW(mkstemp(wrong));
	int f = mkostemp(flagged, O_APPEND | O_CLOEXEC);
	SHOW(fcntl(f, F_GETFD));
	SHOW(!!(fcntl(f, F_GETFL) & O_APPEND));
	SHOW(unlink(a));
	SHOW(unlink(b));
	SHOW(unlink(c));
	SHOW(unlink(flagged));
	SHOW(rmdir(d));

	FILE *t = tmpfile();
	MUST(t);
	fprintf(t, "%d %s", 42, "words");
	rewind(t);
	int number;
	char word[10];
	SHOW(fscanf(t, "%d %9s", &number, word));
	printf("%d %s\n", number, word);
	SHOW(fstat(fileno(t), &st));
	SHOW(st.st_nlink);
	SHOW(fclose(t));

	char name[L_tmpnam];
	SHOW(tmpnam(name) == name);
	SHOW(strncmp(name, "/tmp/", 5));
	fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	SHOW(fd >= 0);
	SHOW(unlink(name));
	char *made = tempnam("/tmp", "pre");
	SHOW(made && strncmp(made, "/tmp/pre", 8) == 0);
	free(made);
	return 0;
}
