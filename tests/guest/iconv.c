/* iconv between the usual encodings: what it converts, where it stops. */
#include "check.h"

#include <iconv.h>

static void convert(const char *to, const char *from, const char *text, size_t size)
{
	iconv_t c = iconv_open(to, from);
	if (c == (iconv_t)-1) {
		printf("%s to %s: %s\n", from, to, error_name(errno));
		return;
	}
	char out[100], *in = (char *)text, *o = out;
	size_t left = size, room = sizeof(out);
	errno = 0;
	size_t r = iconv(c, &in, &left, &o, &room);
	printf("%s to %s: %d %s left %zu:", from, to, (int)r, error_name(errno), left);
	for (char *b = out; b < o; b++)
		printf(" %02x", (unsigned char)*b);
	puts("");
	iconv_close(c);
}

int main(void)
{
	convert("UTF-16LE", "UTF-8", "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10);
	convert("UTF-16BE", "UTF-8", "ab", 2);
	convert("UTF-32LE", "UTF-8", "\xe2\x82\xac", 3);
	convert("UTF-8", "UTF-16LE", "a\0\x3d\xd8\x00\xde", 6);
	convert("UTF-8", "UCS-4LE", "\xac\x20\0\0", 4);
	convert("UTF-8", "ISO-8859-1", "caf\xe9", 4);
	convert("ISO-8859-1", "UTF-8", "caf\xc3\xa9", 5);
	convert("ISO-8859-1", "UTF-8", "\xe2\x82\xac", 3);
	convert("ASCII", "UTF-8", "plain", 5);
	convert("ASCII", "UTF-8", "caf\xc3\xa9", 5);
	convert("ASCII//IGNORE", "UTF-8", "a\xc3\xa9z", 4);
	convert("UTF-8", "UTF-8", "bad\xff", 4);
	convert("UTF-8", "UTF-8", "cut\xe2\x82", 5);
	convert("UTF-8", "ASCII", "\x80", 1);
	convert("UTF-8", "WCHAR_T", "\xac\x20\0\0", 4);
	convert("NONE-SUCH", "UTF-8", "", 0);
	iconv_t c = iconv_open("UTF-16LE", "UTF-8");
	char in[] = "abcdef", out[5], *i = in, *o = out;
	size_t left = 6, room = 5;
	SHOW(iconv(c, &i, &left, &o, &room));
	SHOW(left);
	SHOW(room);
	SHOW(iconv(c, NULL, NULL, NULL, NULL));
	SHOW(iconv_close(c));
	return 0;
}
