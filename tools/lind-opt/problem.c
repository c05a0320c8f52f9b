/*
 * Telling what is wrong with a file, one line each.
 */
#include <stdarg.h>
#include <stdio.h>

#include "pass.h"

void problem(struct problems *p, const char *format, ...)
{
	if (p->all || p->count == 0) {
		va_list args;
		va_start(args, format);
		fprintf(stderr, "lind-opt: %s: ", p->file);
		vfprintf(stderr, format, args);
		fputc('\n', stderr);
		va_end(args);
	}
	p->count++;
}
