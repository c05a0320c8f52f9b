/* Streams in each mode of fopen: where they read, where they write, what they create. */
#include "check.h"

#include <fcntl.h>
#include <unistd.h>

static void content(const char *path)
{
	char text[200];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text), f) : 0;
	printf("  %s: <%.*s>\n", path, (int)n, text);
	if (f)
		fclose(f);
}

static void try(const char *mode, const char *path)
{
	char text[50];
	errno = 0;
	FILE *f = fopen(path, mode);
	printf("fopen %s %s: %s\n", path, mode, f ? "open" : error_name(errno));
	if (!f)
		return;
	printf("  at %ld\n", ftell(f));
	errno = 0;
	size_t got = fread(text, 1, 3, f);
	printf("  read %zu <%.*s> error %d eof %d %s\n", got, (int)got, text, ferror(f), feof(f),
	       error_name(errno));
	clearerr(f);
	fseek(f, 0, SEEK_CUR);
	errno = 0;
	int put = fputs("WXYZ", f);
	int flushed = fflush(f);
	printf("  write %s flush %d error %d %s\n", put < 0 ? "failed" : "done", flushed, ferror(f),
	       error_name(errno));
	printf("  at %ld\n", ftell(f));
	printf("  close %d\n", fclose(f));
	content(path);
}

int main(void)
{
	static const char *const modes[] = {"r",   "r+",  "a",  "a+", "w", "w+", "rb",
					    "ab+", "r+b", "wx", "q",  "",  "re"};
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		FILE *f = fopen("file", "w");
		MUST(f && fputs("0123456789", f) >= 0 && fclose(f) == 0);
		try(modes[i], "file");
	}
	try("r", "none");
	try("w", "none/x");
	try("r", ".");
	try("w", ".");
	try("wx", "fresh");
	try("a+", "fresh2");

	FILE *f = fopen("file", "we");
	SHOW(fcntl(fileno(f), F_GETFD));
	int fd = dup(fileno(f));
	FILE *g = fdopen(fd, "w");
	SHOW(g != NULL);
	fputs("from g;", g);
	fflush(g);
	fputs("from f;", f);
	SHOW(fclose(f));
	fputs("from g again", g);
	SHOW(fclose(g));
	content("file");
	SHOW(fdopen(99, "r") != NULL || errno != EBADF);
	fd = open("file", O_RDONLY);
	SHOW(fdopen(fd, "w") != NULL || errno != EINVAL);
	f = fdopen(fd, "r");
	SHOW(fgetc(f));
	f = freopen("fresh", "r", f);
	SHOW(f != NULL);
	SHOW(fgetc(f));
	f = freopen(NULL, "r+", f);
	SHOW(f != NULL);
	SHOW(fclose(f));
	SHOW(freopen("none/none", "r", fopen("file", "r")) != NULL);
	return 0;
}
