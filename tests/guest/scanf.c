/* scanf: conversions, sets, widths, assignment suppression, what is left after failure. */
#include "check.h"

#include <wchar.h>

static void rest(FILE *f)
{
	char text[50] = "";
	SHOW(fgets(text, sizeof(text), f) != NULL);
	printf("rest <%s>\n", text);
}

int main(void)
{
	int a = -1, b = -1, c = -1, n = -1;
	unsigned u = 0;
	char s[30] = "", t[30] = "";
	SHOW(sscanf("12 34", "%d%d", &a, &b));
	printf("%d %d\n", a, b);
	SHOW(sscanf("0x1f 077 0b1", "%i %i %i", &a, &b, &c));
	printf("%d %d %d\n", a, b, c);
	SHOW(sscanf("ff 17 -1", "%x %o %u", (unsigned *)&a, (unsigned *)&b, &u));
	printf("%d %d %u\n", a, b, u);
	SHOW(sscanf("123456", "%2d%3d%n", &a, &b, &n));
	printf("%d %d %d\n", a, b, n);
	SHOW(sscanf("abc", "%d", &a));
	SHOW(sscanf("", "%d", &a));
	SHOW(sscanf("   ", "%d", &a));
	SHOW(sscanf("-", "%d", &a));
	SHOW(sscanf("5,6", "%d;%d", &a, &b));
	SHOW(sscanf("word another", "%s%*s%n", s, &n));
	printf("%s %d\n", s, n);
	SHOW(sscanf("abcdef123", "%[a-z]%[^4-9]", s, t));
	printf("%s %s\n", s, t);
	SHOW(sscanf("]x^-", "%[]x]%[-^]", s, t) == 2 && printf("%s %s\n", s, t) > 0);
	SHOW(sscanf("  a b", "%c%c%3c", &s[0], &s[1], t));
	printf("<%.2s> <%.3s>\n", s, t);
	SHOW(sscanf("100%", "%d%%%n", &a, &n));
	SHOW(n);
	long long ll;
	short h;
	signed char hh;
	unsigned long long ull;
	SHOW(sscanf("9223372036854775807 -32768 -128 18446744073709551615", "%lld %hd %hhd %llu", &ll, &h,
		    &hh, &ull));
	printf("%lld %d %d %llu\n", ll, h, hh, ull);
	float f;
	double d, e;
	long double l;
	SHOW(sscanf("1.5 -2e10 0x1.8p3 inf", "%f %lf %lf %Lf", &f, &d, &e, &l));
	printf("%g %g %g %Lg\n", f, d, e, l);
	SHOW(sscanf("nan(12) 1e", "%lf %lf", &d, &e));
	SHOW(sscanf("1e+x", "%lf%s", &d, s));
	SHOW(sscanf(".5.5.", "%lf%lf%c", &d, &e, s));
	printf("%g %g %c\n", d, e, s[0]);
	char *made = NULL, *made2 = NULL;
	SHOW(sscanf("allocated [set]", "%ms %m[][a-z]", &made, &made2));
	printf("%s %s\n", made, made2);
	free(made), free(made2);
	SHOW(sscanf("2 1", "%2$d %1$d", &a, &b));
	printf("%d %d\n", a, b);
	wchar_t w[10];
	SHOW(sscanf("wide", "%ls", w));
	printf("%ls\n", w);
	void *p;
	SHOW(sscanf("0x1234", "%p", &p));
	SHOW((size_t)p);
	SHOW(sscanf("99999999999999999999", "%lld", &ll));
	printf("%lld\n", ll);

	FILE *file = fopen("file", "w+");
	fputs("12 next line\n7.5e-x tail\n0x\n", file);
	rewind(file);
	SHOW(fscanf(file, "%d", &a));
	rest(file);
	SHOW(fscanf(file, "%lf", &d));
	rest(file);
	SHOW(fscanf(file, "%x", &u));
	rest(file);
	SHOW(fscanf(file, "%d", &a));
	SHOW(feof(file));
	fclose(file);
	file = fopen("file", "w");
	SHOW(fscanf(file, "%d", &a));
	SHOW(ferror(file) != 0);
	return 0;
}
