/* Messages of the runtime. A message is made in a buffer and leaves by one write, so that lines of several
 * threads never mix. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_SIZE 1000

static enum log_level current_level = LOG_ERRORS;

void log_set_level(enum log_level level)
{
	current_level = level;
}

__attribute__((format(printf, 1, 0))) static void put_line(const char *format, va_list arguments)
{
	static const char prefix[] = "lind: ";
	const size_t start = sizeof prefix - 1;
	int saved = errno;
	char line[start + MESSAGE_SIZE + 1];
	memcpy(line, prefix, start);
	int wanted = vsnprintf(line + start, MESSAGE_SIZE, format, arguments);
	size_t length = wanted < 0 ? 0 : (size_t)wanted;
	if (length >= MESSAGE_SIZE)
		length = MESSAGE_SIZE - 1;
	for (size_t i = start; i < start + length; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[start + length] = '\n';
	/* There is nobody to tell that telling failed. */
	ssize_t written = write(STDERR_FILENO, line, start + length + 1);
	(void)written;
	errno = saved;
}

void log_error(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	put_line(format, arguments);
	va_end(arguments);
}

void log_note(const char *format, ...)
{
	if (current_level < LOG_NOTES)
		return;
	va_list arguments;
	va_start(arguments, format);
	put_line(format, arguments);
	va_end(arguments);
}

void log_detail(const char *format, ...)
{
	if (current_level < LOG_DETAILS)
		return;
	va_list arguments;
	va_start(arguments, format);
	put_line(format, arguments);
	va_end(arguments);
}
