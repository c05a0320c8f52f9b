/* POSIX regular expressions: basic, extended, groups, classes, anchors, errors. */
#include "check.h"

#include <regex.h>

static void match(const char *pattern, int flags, const char *text)
{
	regex_t r;
	char message[100];
	int status = regcomp(&r, pattern, flags);
	if (status) {
		regerror(status, &r, message, sizeof(message));
		printf("%s: %s\n", pattern, message);
		return;
	}
	regmatch_t m[5];
	status = regexec(&r, text, 5, m, 0);
	printf("%s on <%s>: %s, %zu groups", pattern, text,
	       status == 0             ? "match"
	       : status == REG_NOMATCH ? "none"
				       : "error",
	       r.re_nsub);
	for (size_t i = 0; status == 0 && i <= r.re_nsub && i < 5; i++)
		printf(" [%d,%d)", (int)m[i].rm_so, (int)m[i].rm_eo);
	puts("");
	regfree(&r);
}

int main(void)
{
	const int E = REG_EXTENDED;
	match("abc", E, "xxabcxx");
	match("a*", E, "aaa");
	match("a+b?c", E, "aac");
	match("(a|ab)(c|bcd)(d*)", E, "abcd");
	match("^(.*),(.*)$", E, "one,two,three");
	match("([0-9]{1,3}\\.){3}[0-9]{1,3}", E, "at 192.168.0.1 now");
	match("[[:alpha:]_][[:alnum:]_]*", E, "9 name_1");
	match("[^]a-c]", E, "abc]d");
	match("\\(a*\\)b\\1", 0, "aabaa");
	match("(a*)b\\1", E, "aabaa");
	match("a\\{2,3\\}", 0, "aaaa");
	match("a{2", E, "a{2");
	match("x*", E, "");
	match("^$", E, "");
	match("HELLO", E | REG_ICASE, "say hello");
	match("a.b", E | REG_NEWLINE, "a\nb");
	match("^b", E | REG_NEWLINE, "a\nb");
	match("\\<word\\>", E, "a word here");
	match("\\bw", E, "a word");
	match("\\w+\\s\\w+", E, "two words");
	match("(((((x)))))", E, "x");
	match("()", E, "x");
	match("a||b", E, "b");
	match("[[.a.]]", E, "a");
	match("[[=a=]b]+", E, "ab");
	match("(", E, "");
	match(")", E, ")");
	match("[a", E, "");
	match("*a", E, "");
	match("a{3,2}", E, "");
	match("[[:nope:]]", E, "");
	match("[b-a]", E, "");
	match("a\\", E, "");
	match("\\(", 0, "");

	regex_t r;
	regmatch_t m[1];
	SHOW(regcomp(&r, "o", E | REG_NOSUB));
	SHOW(regexec(&r, "foo", 0, NULL, 0));
	regfree(&r);
	SHOW(regcomp(&r, "^o", E));
	SHOW(regexec(&r, "o", 1, m, REG_NOTBOL));
	m[0] = (regmatch_t){1, 3};
	SHOW(regexec(&r, "xoo", 1, m, REG_STARTEND));
	regfree(&r);
	char text[] = "one two  three", *p = text;
	SHOW(regcomp(&r, "[a-z]+", E));
	while (regexec(&r, p, 1, m, 0) == 0) {
		printf("<%.*s>", (int)(m[0].rm_eo - m[0].rm_so), p + m[0].rm_so);
		p += m[0].rm_eo;
	}
	puts("");
	regfree(&r);
	return 0;
}
