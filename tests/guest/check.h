/*
 * What guest tests print with. Each line must come out the same natively and in a cage: names of errors, not
 * numbers or messages.
 */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* Output in lines, so that parents and children keep their order. */
__attribute__((constructor)) static void check_start(void)
{
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

static inline const char *error_name(int error)
{
	const char *name = strerrorname_np(error);
	return error == 0 ? "0" : name ? name : "?";
}

/* (size_t)-1 is -1 wherever size_t is narrower than long long, too. */
#define SHOW_VALUE(expression)                                                                               \
	_Generic((expression), size_t: (long long)(ssize_t)(expression), default: (long long)(expression))

/* Prints an expression and its value; for -1 the error too. */
#define SHOW(expression)                                                                                     \
	do {                                                                                                 \
		errno = 0;                                                                                   \
		long long show_value = SHOW_VALUE(expression);                                               \
		int show_error = errno;                                                                      \
		printf("%s = %lld%s%s\n", #expression, show_value, show_value == -1 ? " " : "",              \
		       show_value == -1 ? error_name(show_error) : "");                                      \
	} while (0)

/* Prints an expression that returns an error number. */
#define SHOW_ERROR(expression) printf("%s = %s\n", #expression, error_name(expression))

/* What has to hold for the test to make sense. */
#define MUST(condition)                                                                                      \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			printf("line %d: %s is not so: %s\n", __LINE__, #condition, error_name(errno));      \
			exit(99);                                                                            \
		}                                                                                            \
	} while (0)

#endif
