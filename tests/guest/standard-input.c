/* Filters: standard input by stdio, by read, and at its end; a stream shared between the two. */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	struct stat st;
	SHOW(fstat(0, &st));
	SHOW(S_ISREG(st.st_mode));
	long lines = 0, words = 0, bytes = 0;
	int in_word = 0;
	for (int c; (c = getchar()) != EOF; bytes++) {
		lines += c == '\n';
		int space = c == ' ' || c == '\n' || c == '\t';
		words += !space && !in_word;
		in_word = !space;
	}
	printf("%ld %ld %ld\n", lines, words, bytes);
	SHOW(getchar());
	SHOW(lseek(0, 10, SEEK_SET));
	char text[11] = "";
	SHOW(read(0, text, 10));
	puts(text);
	clearerr(stdin);
	setvbuf(stdin, NULL, _IONBF, 0);
	SHOW(getchar() >= 0);
	SHOW(lseek(0, 0, SEEK_CUR));
	fflush(stdout);
	SHOW(write(2, "to standard error\n", 18));
	SHOW(close(0));
	SHOW(read(0, text, 1));
	return 0;
}
