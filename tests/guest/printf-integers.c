/* printf of integers, strings, characters: every flag, width, precision, length. */
#include "check.h"

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <wchar.h>

int main(void)
{
	int n = 0;
	printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d] [%+5d] [%-+5d] [%.3d] [%8.3d] [%.0d] [%.0d]\n", 42, 42,
	       42, 42, 42, 42, 42, 42, 42, 42, 0, 1);
	printf("[%d] [%i] [%u] [%d]\n", INT_MIN, INT_MAX, UINT_MAX, -0);
	printf("[%x] [%X] [%#x] [%#X] [%08x] [%#08x] [%#.5x] [%#x]\n", 48879, 48879, 48879, 48879, 48879,
	       48879, 48879, 0);
	printf("[%o] [%#o] [%#5o] [%#o] [%#.0o]\n", 8, 8, 8, 0, 0);
	printf("[%hhd] [%hhu] [%hd] [%hu]\n", 300, 300, 70000, 70000);
	printf("[%lld] [%llu] [%llx] [%lld]\n", LLONG_MIN, ULLONG_MAX, ULLONG_MAX, LLONG_MAX);
	printf("[%jd] [%zu] [%td] [%zd]\n", INTMAX_MIN, (size_t)12345, (ptrdiff_t)-5, (ssize_t)-7);
	printf("[%" PRId64 "] [%" PRIu32 "] [%" PRIx16 "] [%" PRIdMAX "]\n", INT64_MIN, UINT32_MAX,
	       (uint16_t)0xabcd, INTMAX_MAX);
	printf("[%'d] [%*d] [%-*d] [%.*d] [%*d] [%.*d]\n", 1234567, 6, 42, 6, 42, 4, 42, -6, 42, -1, 42);
	printf("[%s] [%10s] [%-10s] [%.2s] [%10.2s] [%.0s] [%s]\n", "text", "text", "text", "text", "text",
	       "text", "");
	printf("[%c] [%5c] [%-5c] [%c]\n", 'a', 'b', 'c', 300);
	printf("[%%] [%5%] [%-5%]\n");
	printf("[%2$d %1$d] [%1$*2$d]\n", 3, 4);
	printf("[%3$s-%1$s-%2$s]\n", "one", "two", "three");
	printf("[%s] [%.3s]\n", (char *)NULL, (char *)NULL);
	printf("[%p] [%10p]\n", (void *)0, (void *)0x1234);
	printf("count%n", &n);
	printf(" %d\n", n);
	long long ll = 0;
	short h = 0;
	printf("12345%hn67%lln\n", &h, &ll);
	printf("%d %lld\n", h, ll);
	errno = ENOENT;
	printf("[%m]\n");
	printf("[%ls] [%.2ls] [%lc]\n", L"wide", L"wide", (wint_t)L'w');
	printf("[%C] [%S]\n", (wint_t)L'w', L"wide");

	char text[10];
	SHOW(snprintf(text, sizeof(text), "%s", "longer than ten"));
	puts(text);
	SHOW(snprintf(text, 1, "%d", 12345));
	SHOW(text[0]);
	SHOW(snprintf(NULL, 0, "%d %s", 12345, "abc"));
	char *made = NULL;
	SHOW(asprintf(&made, "%0100d", 7));
	SHOW(strlen(made));
	free(made);
	SHOW(dprintf(1, "straight %d\n", 1));
	SHOW(dprintf(99, "x"));
	SHOW(sprintf(text, "%d", -123));
	SHOW(fprintf(fopen("/dev/null", "r"), "x"));
	printf("[%+.3i|%-8u|% 05d]\n", 5, 6u, 7);
	printf("%s", "no newline");
	putchar('\n');
	return 0;
}
