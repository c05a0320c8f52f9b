/* Lines and bytes from streams: getline, getdelim, fgets, getc, fread, putc and their errors; standard input.
 */
#include "check.h"

#include <stdio_ext.h>
#include <unistd.h>

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	while ((n = getline(&line, &room, stdin)) != -1)
		printf("%zd <%.*s>%s\n", n, (int)strcspn(line, "\n"), line,
		       strchr(line, '\n') ? "" : " no newline");
	SHOW(feof(stdin));
	SHOW(getline(&line, &room, stdin));
	SHOW(getline(NULL, &room, stdin));
	clearerr(stdin);
	SHOW(lseek(0, 0, SEEK_SET));
	SHOW(getdelim(&line, &room, ':', stdin));
	printf("<%s>\n", line);
	char small[5];
	for (int i = 0; i < 4; i++) {
		MUST(fgets(small, sizeof(small), stdin));
		printf("fgets <%.*s> %zu\n", (int)strcspn(small, "\n"), small, strlen(small));
	}
	free(line);

	FILE *f = fopen("binary", "w+b");
	for (int i = 0; i < 256; i++)
		MUST(putc(i, f) == i);
	rewind(f);
	int wrong = 0;
	for (int i = 0; i < 256; i++)
		wrong += getc(f) != i;
	SHOW(wrong);
	SHOW(getc(f));
	rewind(f);
	struct {
		char bytes[100];
	} items[3];
	SHOW(fread(items, sizeof(*items), 3, f));
	SHOW(feof(f));
	SHOW(ftell(f));
	SHOW(fread(items, 0, 5, f));
	SHOW(fwrite(items, 5, 0, f));
	rewind(f);
	SHOW(fseek(f, 250, SEEK_SET));
	fgets((char *)items, 100, f);
	SHOW(((unsigned char *)items)[0]);
	SHOW(putw(0x01020304, f));
	SHOW(fseek(f, -4, SEEK_CUR));
	SHOW(getw(f));
	SHOW(fclose(f));

	f = fopen("none", "w");
	SHOW(getc(f));
	SHOW(ferror(f) != 0);
	SHOW(fputs("still writes", f) >= 0);
	close(fileno(f));
	SHOW(fflush(f));
	SHOW(ferror(f) != 0);
	SHOW(fclose(f));
	f = fopen("binary", "r");
	flockfile(f);
	SHOW(ftrylockfile(f));
	SHOW(getc_unlocked(f));
	funlockfile(f);
	funlockfile(f);
	SHOW(putc('x', f));
	fclose(f);
	SHOW(puts(""));
	SHOW(fcloseall());
	return 0;
}
