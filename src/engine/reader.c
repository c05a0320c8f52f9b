/* reader.c — WebAssembly's bytes, as far as files are looked at before Wasmtime does. */
#include "engine/reader.h"

bool reader_u32(struct reader *reader, uint32_t *out)
{
	uint32_t value = 0;
	for (unsigned shift = 0; shift < 35; shift += 7) {
		if (reader->at == reader->end)
			return false;
		uint8_t byte = *reader->at++;
		if (shift == 28 && (byte & 0xf0) != 0)
			return false;
		value |= (uint32_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0) {
			*out = value;
			return true;
		}
	}
	return false;
}

bool reader_section(struct reader *reader, uint8_t id, struct reader *content)
{
	uint32_t size;
	if (reader->at == reader->end || *reader->at++ != id || !reader_u32(reader, &size) ||
	    size > (size_t)(reader->end - reader->at))
		return false;
	*content = (struct reader){reader->at, reader->at + size};
	reader->at += size;
	return true;
}

/* Passes over a value type: a byte, or one and a heap type, whose sign is in its LEB128. */
static bool skip_value_type(struct reader *reader)
{
	if (reader->at == reader->end)
		return false;
	uint8_t code = *reader->at++;
	bool more = code == 0x63 || code == 0x64;
	while (more) {
		if (reader->at == reader->end)
			return false;
		more = *reader->at++ & 0x80;
	}
	return true;
}

bool reader_function_type(struct reader *reader)
{
	uint32_t values;
	if (reader->at == reader->end || *reader->at++ != 0x60)
		return false;
	for (int list = 0; list < 2; list++) {
		if (!reader_u32(reader, &values))
			return false;
		for (; values > 0; values--)
			if (!skip_value_type(reader))
				return false;
	}
	return true;
}
