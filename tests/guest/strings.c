/* The functions of string.h and strings.h, at odd alignments and lengths. */
#include "check.h"

#include <ctype.h>
#include <strings.h>
#include <unistd.h>

int main(void)
{
	static unsigned char a[300], b[300];
	unsigned long long sum = 0;
	int wrong = 0;
	for (int from = 0; from < 9; from++)
		for (int to = 0; to < 9; to++)
			for (int n = 0; n < 130; n += 7) {
				for (int i = 0; i < 300; i++)
					a[i] = (unsigned char)(i * 31 + n), b[i] = 0xee;
				memcpy(b + to, a + from, (size_t)n);
				wrong += memcmp(b + to, a + from, (size_t)n) != 0 || b[to + n] != 0xee ||
					 (to && b[to - 1] != 0xee);
				memmove(a + to, a + from, (size_t)n);
				wrong += memcmp(b + to, a + to, (size_t)n) != 0;
				memset(b + to, n, (size_t)n);
				for (int i = 0; i < 300; i++)
					sum = sum * 33 + a[i] + b[i];
			}
	printf("%d %llx\n", wrong, sum);
	for (int n = 0; n < 40; n++) {
		memset(a, 'x', 100);
		a[n + 3] = 0;
		wrong += strlen((char *)a + 3) != (size_t)n ||
			 strnlen((char *)a + 3, 20) != (size_t)(n < 20 ? n : 20);
		wrong += (char *)memchr(a + 3, 0, 100) != (char *)a + 3 + n ||
			 rawmemchr(a + 3, 0) != a + 3 + n;
	}
	SHOW(wrong);

	char s[60] = "hello", t[60];
	puts(strcat(s, " world"));
	puts(strncat(s, "!!!???", 3));
	puts(strncpy(t, "abc", 10));
	SHOW(t[9]);
	SHOW(stpcpy(t, "12345") - t);
	SHOW(stpncpy(t, "12345", 3) - t);
	SHOW(strcmp("abc", "abd") < 0);
	SHOW(strcmp("\xff", "a") > 0);
	SHOW(strncmp("abcd", "abce", 3));
	SHOW(strcasecmp("HeLLo", "hEllO"));
	SHOW(strncasecmp("ABx", "aby", 2));
	SHOW(memcmp("a\0b", "a\0c", 3) < 0);
	SHOW(strchr("hello", 'l') - "hello" > 0 || 1);
	const char *h = "hello, hello";
	SHOW(strchr(h, 'l') - h);
	SHOW(strrchr(h, 'l') - h);
	SHOW(strchr(h, 0) - h);
	SHOW(strchr(h, 'z') == NULL);
	SHOW(strchrnul(h, 'z') - h);
	SHOW((char *)memrchr(h, 'h', 12) - h);
	SHOW(strstr(h, "lo") - h);
	SHOW(strstr(h, "") - h);
	SHOW(strstr(h, "lox") == NULL);
	SHOW(strcasestr(h, "LLO, H") - h);
	SHOW((char *)memmem(h, 12, ", ", 2) - h);
	SHOW(strspn(h, "hel"));
	SHOW(strcspn(h, ",x"));
	SHOW(strpbrk(h, "xyz,") - h);
	strcpy(t, " a,b,,c ");
	char *save, *p = t;
	for (char *w = strtok_r(t, " ,", &save); w; w = strtok_r(NULL, " ,", &save))
		printf("<%s>", w);
	strcpy(t, "x::y:");
	p = t;
	for (char *w; (w = strsep(&p, ":"));)
		printf("[%s]", w);
	puts("");
	SHOW(ffs(0x10));
	SHOW(ffsll(1LL << 40));
	SHOW(ffs(0));
	char *copy = strndup("duplicate", 3);
	puts(copy);
	free(copy);
	SHOW(strverscmp("file10", "file9") > 0);
	SHOW(strverscmp("1.01", "1.1") < 0);
	SHOW(strcoll("a", "b") < 0);
	SHOW(strxfrm(t, "abc", sizeof(t)));
	puts(basename("/usr/lib/x.c"));
	puts(strfry(strcpy(t, "aaa")));
	puts(memfrob(memfrob(strcpy(t, "secret"), 6), 6));
	memccpy(t, "stop.here", '.', 9);
	printf("%.5s\n", t);
	SHOW(bcmp("a", "b", 1) != 0);
	bzero(t, 5);
	SHOW(t[4]);
	swab("badc", t, 4);
	printf("%.4s\n", t);

	int classes[12] = {0};
	for (int c = -1; c < 256; c++) {
		int (*const tests[])(int) = {isalpha, isdigit, isalnum, isupper, islower,  isspace,
					     ispunct, isprint, isgraph, iscntrl, isxdigit, isblank};
		for (int i = 0; i < 12; i++)
			classes[i] += tests[i](c) != 0;
	}
	for (int i = 0; i < 12; i++)
		printf("%d ", classes[i]);
	printf("%c%c%c\n", toupper('q'), tolower('Q'), toupper('1'));
	SHOW(toupper(200));
	puts(strerror(ENOENT));
	puts(strerror(0));
	puts(strerror(99999));
	puts(strerrordesc_np(EAGAIN));
	puts(strsignal(11));
	puts(sigabbrev_np(15));
	char message[50];
	puts(strerror_r(EPERM, message, sizeof(message)));
	return 0;
}
