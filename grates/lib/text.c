/* Texts that grow in a call's memory. */
#include <lind/decode.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Room for `more` bytes and a NUL; false if there is none, and then the text stays as it is. */
static bool reserve(struct text *text, size_t more)
{
	if (text->size - text->length > more)
		return true;
	size_t size = text->size ? text->size : 256;
	while (size - text->length <= more)
		size *= 2;
	char *data = grate_take(text->call, size);
	if (!data)
		return false;
	if (text->length)
		memcpy(data, text->data, text->length);
	text->data = data;
	text->size = size;
	return true;
}

void text_bytes(struct text *text, const char *bytes, size_t length)
{
	if (!reserve(text, length))
		return;
	memcpy(text->data + text->length, bytes, length);
	text->length += length;
}

void text_put(struct text *text, const char *string)
{
	text_bytes(text, string, strlen(string));
}

void text_format(struct text *text, const char *format, ...)
{
	char piece[512];
	va_list values;
	va_start(values, format);
	int length = vsnprintf(piece, sizeof piece, format, values);
	va_end(values);
	if (length > 0)
		text_bytes(text, piece, (size_t)length < sizeof piece ? (size_t)length : sizeof piece - 1);
}

static void put_escaped(struct text *text, unsigned char byte, bool digit_follows)
{
	static const char named[] = "\t\n\v\f\r\"\\", names[] = "tnvfr\"\\";
	const char *place = byte ? strchr(named, byte) : NULL;
	if (place)
		text_format(text, "\\%c", names[place - named]);
	else if (byte >= ' ' && byte < 127)
		text_bytes(text, (const char *)&byte, 1);
	else
		text_format(text, digit_follows ? "\\%03o" : "\\%o", byte);
}

void text_quoted(struct text *text, const char *bytes, size_t length, bool hexadecimal)
{
	text_put(text, "\"");
	for (size_t i = 0; i < length; i++)
		if (hexadecimal)
			text_format(text, "\\x%02x", (unsigned char)bytes[i]);
		else
			put_escaped(text, (unsigned char)bytes[i],
				    i + 1 < length && bytes[i + 1] >= '0' && bytes[i + 1] <= '9');
	text_put(text, "\"");
}
