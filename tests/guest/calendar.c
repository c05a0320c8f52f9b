/* Dates: gmtime, mktime and timegm over the whole range, strftime, strptime, asctime, difftime. */
#include "check.h"

#include <time.h>

static void show(const char *what, const struct tm *t)
{
	if (!t)
		printf("%s: %s\n", what, error_name(errno));
	else
		printf("%s: %d-%02d-%02d %02d:%02d:%02d weekday %d day %d dst %d\n", what, t->tm_year + 1900,
		       t->tm_mon + 1, t->tm_mday, t->tm_hour, t->tm_min, t->tm_sec, t->tm_wday, t->tm_yday,
		       t->tm_isdst);
}

int main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	static const long long times[] = {
		0,          1,           -1,         951782400,    1709164799,   1709164800,   2147483647,
		2147483648, -2147483649, 4102444800, 253402300799, 253402300800, -62167219200, -62167219201,
		1LL << 40,  -(1LL << 40)};
	char text[200];
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		time_t t = times[i];
		struct tm tm;
		sprintf(text, "%lld", times[i]);
		show(text, gmtime_r(&t, &tm));
		printf("  back %lld\n", (long long)timegm(&tm));
	}
	time_t far = 1LL << 60;
	show("too far", gmtime(&far));
	struct tm odd = {
		.tm_year = 124, .tm_mon = 13, .tm_mday = 32, .tm_hour = 25, .tm_min = -1, .tm_sec = 3601};
	printf("%lld\n", (long long)mktime(&odd));
	show("normalised", &odd);
	odd = (struct tm){.tm_year = 100, .tm_mday = -400};
	printf("%lld\n", (long long)timegm(&odd));
	show("normalised", &odd);

	time_t t = 1709210096;
	struct tm tm = *gmtime(&t);
	for (const char *f = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyYzZ%"; *f; f++) {
		char format[] = {'%', *f, 0};
		size_t n = strftime(text, sizeof(text), format, &tm);
		printf("%%%c %zu <%s>\n", *f, n, n ? text : "");
	}
	SHOW(strftime(text, sizeof(text), "%-d %_d %03d %^a %#Z %10Y %EY %Od", &tm));
	puts(text);
	SHOW(strftime(text, 5, "%Y-%m-%d", &tm));
	SHOW(strftime(text, 50, "", &tm));
	fputs(asctime(&tm), stdout);
	fputs(ctime(&t), stdout);

	static const char *const inputs[][2] = {
		{"2024-02-29 12:34:56", "%Y-%m-%d %H:%M:%S"},
		{"29 Feb 2024", "%d %b %Y"},
		{"Thursday, February 1 99", "%A, %B %e %y"},
		{"12:30 PM", "%I:%M %p"},
		{"1709210096", "%s"},
		{"2024 060", "%Y %j"},
		{"2024-13-01", "%Y-%m-%d"},
		{"12/31/69", "%D"},
		{"+0130", "%z"},
		{"x", "%d"},
		{"23:59:60", "%T"},
	};
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		memset(&tm, 0, sizeof(tm));
		char *end = strptime(inputs[i][0], inputs[i][1], &tm);
		printf("strptime %s %s: rest <%s> ", inputs[i][0], inputs[i][1], end ? end : "none");
		if (end)
			show("", &tm);
		else
			puts("");
	}
	SHOW((long long)difftime(100, 50));
	return 0;
}
