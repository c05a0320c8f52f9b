/* Streams without files: fmemopen, open_memstream, open_wmemstream, fopencookie. */
#include "check.h"

#include <wchar.h>

static ssize_t cookie_read(void *cookie, char *to, size_t size)
{
	int *left = cookie;
	if (*left == 0)
		return 0;
	if (*left < 0) {
		errno = EIO;
		return -1;
	}
	size_t n = size < 5 ? size : 5;
	memset(to, 'a' + *left, n);
	--*left;
	return (ssize_t)n;
}

static ssize_t cookie_write(void *cookie, const char *from, size_t size)
{
	printf("cookie %d gets %zu <%.*s>\n", *(int *)cookie, size, (int)size, from);
	return (ssize_t)size;
}

static int cookie_seek(void *cookie, off64_t *offset, int whence)
{
	printf("cookie %d seeks %lld %d\n", *(int *)cookie, (long long)*offset, whence);
	*offset = 12345678901LL;
	return 0;
}

static int cookie_close(void *cookie)
{
	printf("cookie %d closes\n", *(int *)cookie);
	return 0;
}

int main(void)
{
	char text[20] = "hello, world", got[40];
	FILE *f = fmemopen(text, strlen(text), "r");
	SHOW(fread(got, 1, 5, f));
	printf("%.5s\n", got);
	SHOW(fseek(f, -5, SEEK_END));
	SHOW(fgets(got, sizeof(got), f) == got);
	puts(got);
	SHOW(fgetc(f));
	SHOW(fclose(f));
	f = fmemopen(text, sizeof(text), "w");
	SHOW(fprintf(f, "%d-%s", 77, "new"));
	SHOW(fclose(f));
	puts(text);
	f = fmemopen(text, sizeof(text), "a");
	fputs("+appended and too long", f);
	SHOW(fflush(f) == 0 || errno == ENOSPC);
	fclose(f);
	printf("%.20s\n", text);
	f = fmemopen(NULL, 10, "w+");
	SHOW(fputs("own", f) >= 0);
	rewind(f);
	SHOW(fgetc(f));
	SHOW(fclose(f));
	SHOW(fmemopen(text, 10, "zz") != NULL || errno != EINVAL);

	char *grown = NULL;
	size_t size = 0;
	f = open_memstream(&grown, &size);
	for (int i = 0; i < 1000; i++)
		fprintf(f, "%d,", i);
	SHOW(fflush(f));
	SHOW(size);
	SHOW(strlen(grown));
	SHOW(fseek(f, 2, SEEK_SET));
	fputs("PATCH", f);
	SHOW(fclose(f));
	printf("%.20s %zu\n", grown, size);
	free(grown);

	wchar_t *wide = NULL;
	f = open_wmemstream(&wide, &size);
	SHOW(fwprintf(f, L"%ls %d", L"wide", 5));
	SHOW(fclose(f));
	printf("%ls %zu\n", wide, size);
	free(wide);

	int left = 3;
	f = fopencookie(&left, "r", (cookie_io_functions_t){cookie_read, NULL, NULL, cookie_close});
	SHOW(fread(got, 1, sizeof(got), f));
	printf("%.15s\n", got);
	SHOW(feof(f));
	SHOW(fclose(f));
	left = -1;
	f = fopencookie(&left, "r+",
			(cookie_io_functions_t){cookie_read, cookie_write, cookie_seek, cookie_close});
	SHOW(fgetc(f));
	SHOW(ferror(f));
	clearerr(f);
	setvbuf(f, NULL, _IOFBF, 64);
	SHOW(fputs("written through a cookie", f) >= 0);
	SHOW(fflush(f));
	SHOW(fseeko(f, 5, SEEK_SET));
	SHOW(ftello(f));
	SHOW(fclose(f));
	return 0;
}
