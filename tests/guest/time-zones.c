/* Local time: zones by rule and by name, daylight saving at its edges, mktime's doubtful hours. */
#include "check.h"

#include <time.h>

static void zone(const char *name, const long long *times, size_t count)
{
	setenv("TZ", name, 1);
	tzset();
	printf("%s: %s %s\n", name, tzname[0], tzname[1]);
	for (size_t i = 0; i < count; i++) {
		time_t t = times[i];
		struct tm tm;
		char text[100];
		MUST(localtime_r(&t, &tm));
		strftime(text, sizeof(text), "%F %T %Z %z", &tm);
		printf("  %lld %s dst %d offset %ld back %lld\n", times[i], text, tm.tm_isdst, tm.tm_gmtoff,
		       (long long)mktime(&tm));
	}
}

int main(void)
{
	static const long long times[] = {0,          1711846799, 1711846800, 1729990799, 1729990800,
					  1710054000, 1730613600, 4102444800, -1000000000};
	static const char *const names[] = {"UTC",
					    "UTC0",
					    "CET-1CEST,M3.5.0,M10.5.0/3",
					    "EST5EDT,M3.2.0,M11.1.0",
					    "<+0545>-5:45",
					    "Europe/Berlin",
					    "America/New_York",
					    "Asia/Kolkata",
					    "Australia/Lord_Howe",
					    "Africa/Casablanca",
					    "Pacific/Apia",
					    ":Asia/Tokyo",
					    "None/Such",
					    ""};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		zone(names[i], times, sizeof(times) / sizeof(*times));
	setenv("TZ", "Europe/Berlin", 1);
	struct tm gap = {
		.tm_year = 124, .tm_mon = 2, .tm_mday = 31, .tm_hour = 2, .tm_min = 30, .tm_isdst = -1};
	time_t t = mktime(&gap);
	printf("in the gap %d:%02d dst %d %lld\n", gap.tm_hour, gap.tm_min, gap.tm_isdst, (long long)t);
	for (int dst = -1; dst <= 1; dst++) {
		struct tm twice = {.tm_year = 124,
				   .tm_mon = 9,
				   .tm_mday = 27,
				   .tm_hour = 2,
				   .tm_min = 30,
				   .tm_isdst = dst};
		t = mktime(&twice);
		printf("asked dst %d: %lld dst %d\n", dst, (long long)t, twice.tm_isdst);
	}
	SHOW(timezone);
	SHOW(daylight);
	return 0;
}
