/* Numbers from text: strtod at its corners, strtol in every base, strtoll limits, atoi. */
#include "check.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>

static void real(const char *text)
{
	char *end;
	errno = 0;
	double d = strtod(text, &end);
	printf("strtod <%s>: %a %.17g used %td %s\n", text, d, d, end - text, error_name(errno));
}

static void integer(const char *text, int base)
{
	char *end = (char *)text;
	errno = 0;
	long long v = strtoll(text, &end, base);
	printf("strtoll <%s> %d: %lld used %td %s\n", text, base, v, end - text, error_name(errno));
	errno = 0;
	unsigned long long u = strtoull(text, &end, base);
	printf("strtoull <%s> %d: %llu used %td %s\n", text, base, u, end - text, error_name(errno));
}

int main(void)
{
	static const char *const reals[] = {
		"0",
		"-0",
		"1",
		"+1.5",
		".5",
		"5.",
		".",
		"",
		"  12.5abc",
		"1e10",
		"1e",
		"1e+",
		"1e-5x",
		"0x1p4",
		"0x.8",
		"0x1.fffffffffffff8p0",
		"0x",
		"0x.p1",
		"inf",
		"-INFINITY",
		"infinit",
		"nan",
		"NAN(abc)",
		"nan(",
		"1e308",
		"1e309",
		"-1e999",
		"1e-308",
		"1e-324",
		"2e-324",
		"3e-324",
		"4.9406564584124654e-324",
		"2.4703282292062327e-324",
		"2.4703282292062328e-324",
		"2.2250738585072011e-308",
		"2.2250738585072014e-308",
		"1.7976931348623157e308",
		"1.7976931348623159e308",
		"9007199254740993",
		"9007199254740992.999999999999999999",
		"9007199254740993.0000000000000000000000001",
		"0.1",
		"0.30000000000000004",
		"123456789012345678901234567890",
		"0.000000000000000000000000000000000000000000000000000000000000001",
		"1_000",
		"1,5",
		"--1",
	};
	for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++)
		real(reals[i]);
	char digits[900];
	memset(digits, '1', sizeof(digits));
	memcpy(digits, "0.", 2);
	digits[sizeof(digits) - 1] = 0;
	printf("%.17g\n", strtod(digits, NULL));
	printf("%.9g %.9g\n", strtof("16777217", NULL), strtof("1e39", NULL));
	printf("%.15Lg\n", strtold("1.25e100", NULL));
	printf("%g\n", atof("2.5kg"));

	static const struct {
		const char *text;
		int base;
	} integers[] = {
		{"0", 10},
		{"-0", 10},
		{"123abc", 10},
		{"  +42", 10},
		{"", 10},
		{"-", 10},
		{"0x1f", 16},
		{"0x1f", 0},
		{"017", 0},
		{"0x", 16},
		{"0xg", 0},
		{"08", 0},
		{"z", 36},
		{"Zz", 36},
		{"12", 2},
		{"102", 2},
		{"9223372036854775807", 10},
		{"9223372036854775808", 10},
		{"-9223372036854775808", 10},
		{"-9223372036854775809", 10},
		{"18446744073709551615", 10},
		{"18446744073709551616", 10},
		{"-1", 10},
		{"5", 1},
		{"5", 37},
	};
	for (size_t i = 0; i < sizeof(integers) / sizeof(*integers); i++)
		integer(integers[i].text, integers[i].base);
	SHOW(strtol("2147483647", NULL, 10));
	SHOW(strtol("-2147483648", NULL, 10));
	SHOW(atoi("  -77xyz"));
	SHOW(atoll("123456789012"));
	SHOW(strtoimax("-123456789012", NULL, 10));
	SHOW(a64l("./z") > 0);
	return 0;
}
