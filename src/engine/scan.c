/*
 * scan.c — a look over a WebAssembly file before anything else does: is it one, is it whole, does it carry
 * the section lind.abi?
 *
 * It walks from section to section by their lengths and reads nothing inside but names of custom sections,
 * types, and kinds of data segments; whether the contents are valid is Wasmtime's to say. Every length is
 * checked against what is left.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/version.h"
#include "engine/internal.h"

enum { SECTION_CUSTOM = 0, SECTION_TYPE = 1, SECTION_DATA = 11, SECTION_TAG = 13 };

struct reader {
	const uint8_t *at, *end;
};

/* An unsigned LEB128 number of at most 32 bits. */
static bool read_u32(struct reader *reader, uint32_t *out)
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

static uint32_t word(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

/* Reads the contents of lind.abi. A later version may have appended words, so the version is looked at first.
 */
static int read_layout(const uint8_t *bytes, size_t length, struct engine_layout *out, char *error,
		       size_t error_size)
{
	uint32_t version = length >= 4 ? word(bytes) : 0;
	if (length >= 4 && version != LIND_ABI_VERSION) {
		snprintf(error, error_size,
			 "built for version %u of the guest interface, this lind has version %u: build it "
			 "again",
			 version, LIND_ABI_VERSION);
		return -ENOEXEC;
	}
	if (length != sizeof(struct lind_abi_section)) {
		snprintf(error, error_size,
			 "corrupt: section " LIND_ABI_SECTION " has %zu bytes instead of %zu", length,
			 sizeof(struct lind_abi_section));
		return -ENOEXEC;
	}
	*out = (struct engine_layout){
		.initial_memory = word(bytes + 4),
		.stack_pointer = word(bytes + 8),
		.heap_base = word(bytes + 12),
		.attach_size = word(bytes + 16),
		.suspends = word(bytes + 20) & LIND_ABI_SUSPENDS,
	};
	/* The heap may begin where the data end; brk rounds up. */
	uint64_t end = ((uint64_t)out->initial_memory + 0xffff) & ~UINT64_C(0xffff);
	if (out->initial_memory < 8192 || out->stack_pointer > end || out->heap_base > end ||
	    (word(bytes + 20) & ~LIND_ABI_SUSPENDS) != 0) {
		snprintf(error, error_size, "corrupt: section " LIND_ABI_SECTION " makes no sense");
		return -ENOEXEC;
	}
	return 0;
}

/* True if all segments of a data section are passive. Active ones would be copied to the cage by Wasmtime
 * before any guest code runs, where a page that is not mapped can't be made a trap of (fault.c), and anew for
 * each instance. */
static bool data_is_passive(struct reader section)
{
	uint32_t count, kind, size;
	if (!read_u32(&section, &count))
		return false;
	for (; count > 0; count--) {
		if (!read_u32(&section, &kind) || kind != 1 || !read_u32(&section, &size) ||
		    size > (size_t)(section.end - section.at))
			return false;
		section.at += size;
	}
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

/* True if a type section declares functions only. Structures and arrays are collected as exceptions are, but
 * without the care that has_exceptions brings. */
static bool types_are_functions(struct reader section)
{
	uint32_t count, values;
	if (!read_u32(&section, &count))
		return false;
	for (; count > 0; count--) {
		if (section.at == section.end || *section.at++ != 0x60)
			return false;
		for (int list = 0; list < 2; list++) {
			if (!read_u32(&section, &values))
				return false;
			for (; values > 0; values--)
				if (!skip_value_type(&section))
					return false;
		}
	}
	return true;
}

int engine_scan(const uint8_t *bytes, size_t length, struct engine_scan *out, char *error, size_t error_size)
{
	static const uint8_t magic[4] = {0, 'a', 's', 'm'}, version[4] = {1, 0, 0, 0};
	if (length < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0) {
		snprintf(error, error_size, "not a WebAssembly module");
		return -ENOEXEC;
	}
	if (length < 8) {
		snprintf(error, error_size, "truncated: it ends inside the header");
		return -ENOEXEC;
	}
	if (memcmp(bytes + 4, version, sizeof version) != 0) {
		snprintf(error, error_size, "not a WebAssembly module of version 1");
		return -ENOEXEC;
	}

	struct reader reader = {bytes + 8, bytes + length};
	bool found = false;
	out->has_exceptions = false;
	while (reader.at < reader.end) {
		size_t offset = (size_t)(reader.at - bytes);
		uint8_t id = *reader.at++;
		uint32_t size;
		if (!read_u32(&reader, &size) || size > (size_t)(reader.end - reader.at)) {
			snprintf(error, error_size,
				 "truncated or corrupt: the section at byte %zu goes past the end", offset);
			return -ENOEXEC;
		}
		struct reader section = {reader.at, reader.at + size};
		reader.at += size;
		if (id == SECTION_DATA && !data_is_passive(section)) {
			snprintf(error, error_size,
				 "corrupt, or has active data segments: link it with lind-clang");
			return -ENOEXEC;
		}
		if (id == SECTION_TYPE && !types_are_functions(section)) {
			snprintf(error, error_size,
				 "not a valid program: it declares types that are not of functions");
			return -ENOEXEC;
		}
		if (id == SECTION_TAG)
			out->has_exceptions = true;
		uint32_t name_length;
		if (id != SECTION_CUSTOM)
			continue;
		if (!read_u32(&section, &name_length) || name_length > (size_t)(section.end - section.at)) {
			snprintf(error, error_size, "corrupt: the name of the section at byte %zu", offset);
			return -ENOEXEC;
		}
		if (name_length != strlen(LIND_ABI_SECTION) ||
		    memcmp(section.at, LIND_ABI_SECTION, name_length) != 0)
			continue;
		section.at += name_length;
		if (found) {
			snprintf(error, error_size, "corrupt: two sections " LIND_ABI_SECTION);
			return -ENOEXEC;
		}
		found = true;
		int status = read_layout(section.at, (size_t)(section.end - section.at), &out->layout, error,
					 error_size);
		if (status != 0)
			return status;
	}
	if (!found) {
		snprintf(error, error_size,
			 "not a program for Lind (it has no section " LIND_ABI_SECTION
			 "): build it with lind-clang");
		return -ENOEXEC;
	}
	return 0;
}
