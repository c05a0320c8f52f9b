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
#include "engine/clones_section.h"
#include "engine/internal.h"
#include "engine/reader.h"

enum { SECTION_CUSTOM = 0, SECTION_TYPE = 1, SECTION_DATA = 11, SECTION_TAG = 13 };

/* Reads the contents of lind.abi. A later version may have appended words, so the version is looked at first.
 */
static int read_layout(const uint8_t *bytes, size_t length, struct engine_layout *out, char *error,
		       size_t error_size)
{
	uint32_t version = length >= 4 ? reader_word(bytes) : 0;
	if (length >= 4 && (version < LIND_ABI_OLDEST || version > LIND_ABI_VERSION)) {
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
		.initial_memory = reader_word(bytes + 4),
		.stack_pointer = reader_word(bytes + 8),
		.heap_base = reader_word(bytes + 12),
		.attach_size = reader_word(bytes + 16),
		.suspends = reader_word(bytes + 20) & LIND_ABI_SUSPENDS,
	};
	/* The heap may begin where the data end; brk rounds up. */
	uint64_t end = ((uint64_t)out->initial_memory + 0xffff) & ~UINT64_C(0xffff);
	if (out->initial_memory < 8192 || out->stack_pointer > end || out->heap_base > end ||
	    (reader_word(bytes + 20) & ~LIND_ABI_SUSPENDS) != 0) {
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
	if (!reader_u32(&section, &count))
		return false;
	for (; count > 0; count--) {
		if (!reader_u32(&section, &kind) || kind != 1 || !reader_u32(&section, &size) ||
		    size > (size_t)(section.end - section.at))
			return false;
		section.at += size;
	}
	return true;
}

/* True if a type section declares functions only. Structures and arrays are collected as exceptions are, but
 * without the care that has_exceptions brings. */
static bool types_are_functions(struct reader section)
{
	uint32_t count;
	if (!reader_u32(&section, &count))
		return false;
	for (; count > 0; count--)
		if (!reader_function_type(&section))
			return false;
	return true;
}

/* Reads the contents of lind.clones, of which modules are made that are compiled as this one is. */
static bool read_clones(struct reader section, struct engine_scan *out)
{
	struct clones_section clones;
	out->clones = section.at;
	out->clones_size = (size_t)(section.end - section.at);
	return clones_section_read(out->clones, out->clones_size, &clones);
}

static bool name_is(const struct reader *section, uint32_t length, const char *name)
{
	return length == strlen(name) && memcmp(section->at, name, length) == 0;
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
	*out = (struct engine_scan){0};
	while (reader.at < reader.end) {
		size_t offset = (size_t)(reader.at - bytes);
		uint8_t id = *reader.at++;
		uint32_t size;
		if (!reader_u32(&reader, &size) || size > (size_t)(reader.end - reader.at)) {
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
		if (!reader_u32(&section, &name_length) || name_length > (size_t)(section.end - section.at)) {
			snprintf(error, error_size, "corrupt: the name of the section at byte %zu", offset);
			return -ENOEXEC;
		}
		if (name_is(&section, name_length, LIND_ABI_CLONES)) {
			section.at += name_length;
			if (out->clones || !read_clones(section, out)) {
				snprintf(error, error_size,
					 "corrupt: section " LIND_ABI_CLONES " makes no sense");
				return -ENOEXEC;
			}
			continue;
		}
		if (!name_is(&section, name_length, LIND_ABI_SECTION))
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
