/* Buffering, seen from the file: full, by line, none, own buffers, and __fpending and friends. */
#include "check.h"

#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

static long long on_disk(void)
{
	struct stat st;
	return stat("file", &st) ? -1 : st.st_size;
}

static void run(const char *name, int mode, char *buffer, size_t size)
{
	FILE *f = fopen("file", "w");
	MUST(f);
	printf("%s: setvbuf %d\n", name, setvbuf(f, buffer, mode, size));
	fputs("abc", f);
	printf("  after abc %lld pending %zu\n", on_disk(), __fpending(f));
	fputs("def\ngh", f);
	printf("  after newline %lld pending %zu\n", on_disk(), __fpending(f));
	for (int i = 0; i < 30; i++)
		fputs("0123456789", f);
	printf("  after 300 more %s\n", on_disk() == 309 ? "all" : on_disk() <= 9 ? "none of it" : "some");
	fflush(f);
	printf("  after fflush %lld, line buffered %d\n", on_disk(), __flbf(f));
	fclose(f);
}

int main(void)
{
	static char mine[128];
	run("full", _IOFBF, NULL, 0);
	run("own 128", _IOFBF, mine, sizeof(mine));
	run("line", _IOLBF, NULL, 0);
	run("none", _IONBF, NULL, 0);

	FILE *f = fopen("file", "w");
	setbuf(f, NULL);
	fputc('x', f);
	SHOW(on_disk());
	fclose(f);
	f = fopen("file", "w");
	setbuffer(f, mine, 16);
	fputs("0123456789", f);
	SHOW(on_disk());
	fputs("0123456789", f);
	SHOW(on_disk() > 0);
	__fpurge(f);
	fclose(f);
	SHOW(on_disk() < 20);
	f = fopen("file", "w+");
	SHOW(__freading(f));
	SHOW(__fwriting(f));
	fputs("one\ntwo\n", f);
	SHOW(__fwriting(f));
	rewind(f);
	fgetc(f);
	SHOW(__freading(f));
	SHOW(__freadable(f));
	SHOW(__fwritable(f));
	SHOW(__fbufsize(f) >= 1024);
	fclose(f);
	SHOW(setvbuf(stderr, NULL, 99, 10) == 0);

	/* Writing of more than the buffer holds, and to a full device. */
	f = fopen("file", "w");
	static char large[100000];
	memset(large, 'L', sizeof(large));
	SHOW(fwrite(large, 1, sizeof(large), f));
	SHOW(fclose(f));
	SHOW(on_disk());
	f = fopen("/dev/full", "w");
	SHOW(fputs("x", f) >= 0);
	SHOW(fflush(f));
	SHOW(ferror(f));
	SHOW(fclose(f) == 0 || errno == ENOSPC);
	f = fopen("/dev/full", "w");
	fputs("x", f);
	SHOW(fclose(f));
	return 0;
}
