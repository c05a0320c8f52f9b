/* Positions in streams: ungetc, fseek, ftell, fgetpos, mixing reads and writes, offsets past 4 GiB. */
#include "check.h"

#include <unistd.h>

int main(void)
{
	FILE *f = fopen("file", "w+");
	MUST(f && fputs("abcdefghij", f) >= 0);
	rewind(f);
	SHOW(fgetc(f));
	SHOW(ungetc('X', f));
	SHOW(ftell(f));
	SHOW(fgetc(f));
	SHOW(fgetc(f));
	SHOW(ungetc('1', f));
	SHOW(ungetc('2', f));
	SHOW(ungetc('3', f));
	SHOW(fgetc(f));
	SHOW(fgetc(f));
	SHOW(fgetc(f));
	SHOW(ftell(f));
	SHOW(ungetc(EOF, f));
	SHOW(fseek(f, 0, SEEK_END));
	SHOW(fgetc(f));
	SHOW(feof(f));
	SHOW(ungetc('Z', f));
	SHOW(feof(f));
	SHOW(fgetc(f));
	SHOW(fseek(f, -3, SEEK_END));
	SHOW(fgetc(f));
	SHOW(fseek(f, -20, SEEK_CUR));
	SHOW(fseek(f, 0, 77));
	SHOW(fseek(f, 0, SEEK_CUR));
	SHOW(fputc('!', f));
	SHOW(fseek(f, 0, SEEK_CUR));
	SHOW(fgetc(f));
	fpos_t place;
	SHOW(fseek(f, 4, SEEK_SET));
	SHOW(fgetpos(f, &place));
	SHOW(fgetc(f));
	SHOW(fgetc(f));
	SHOW(fsetpos(f, &place));
	SHOW(fgetc(f));
	SHOW(fseek(f, 20, SEEK_SET));
	SHOW(fputs("far", f) >= 0);
	rewind(f);
	char text[30];
	size_t n = fread(text, 1, sizeof(text), f);
	for (size_t i = 0; i < n; i++)
		putchar(text[i] ? text[i] : '.');
	puts("");

	SHOW(fseeko(f, 5LL << 30, SEEK_SET));
	SHOW(fputc('e', f));
	SHOW(ftello(f));
	SHOW(fflush(f));
	SHOW(lseek(fileno(f), 0, SEEK_END));
	SHOW(fseeko(f, -1, SEEK_END));
	SHOW(fgetc(f));
	SHOW(ftruncate(fileno(f), 10));
	SHOW(fclose(f));

	/* An input stream that is flushed gives its descriptor the stream's own position. */
	f = fopen("file", "r");
	SHOW(fgetc(f));
	SHOW(lseek(fileno(f), 0, SEEK_CUR));
	SHOW(fflush(f));
	SHOW(lseek(fileno(f), 0, SEEK_CUR));
	SHOW(fclose(f));
	int p[2];
	MUST(pipe(p) == 0);
	f = fdopen(p[0], "r");
	SHOW(fseek(f, 0, SEEK_SET));
	SHOW(ftell(f));
	return 0;
}
