/*
 * cache.c — compiled code on disk, so that a program is compiled once and from then on mapped.
 *
 * One file an entry, named by a hash of the module's contents and of all else that the code depends on. The
 * code comes first, as Wasmtime maps it; after it a footer says which entry it is, how long, and the code's
 * checksum, which finds truncation and damage (not forgery: whoever can write here can run code as us
 * anyway). So it is only believed when folder and file belong to us and nobody else may write them. Entries
 * appear by rename, complete or not at all, so that any number of processes may write and read at once. What
 * can't be used is compiled anew and replaced; where nothing can be written, Lind works without.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/internal.h"

#define ENTRY_NAME_SIZE (2 * ENGINE_KEY + 1)

struct footer {
	char magic[16];
	uint64_t length;
	uint64_t functions_start, functions_end; /* of the guest's own functions, from the beginning of the
						    code; costly to find anew */
	uint8_t key[ENGINE_KEY];
	uint64_t checksum; /* of all before it */
};
static const char footer_magic[16] = "lind code v2";

static atomic_bool warned_unwritable; /* one warning a process is enough */

static uint64_t rotate(uint64_t value, unsigned by)
{
	return value << by | value >> (64 - by);
}

/* Continues a checksum over 32-byte blocks, in four independent lanes so that it runs at the speed of memory.
 * A last part of a block is filled with zeros, once, at the end; the length is in the footer. Each step is a
 * bijection of a lane, so a single damaged word always shows. */
static void checksum_add(uint64_t lanes[4], const uint8_t *bytes, size_t length)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t words[4];
	for (; length > 0; bytes += sizeof words) {
		if (length >= sizeof words) {
			memcpy(words, bytes, sizeof words);
			length -= sizeof words;
		} else {
			memset(words, 0, sizeof words);
			memcpy(words, bytes, length);
			length = 0;
		}
		for (unsigned lane = 0; lane < 4; lane++)
			lanes[lane] = rotate(lanes[lane] ^ words[lane], 29) * factor;
	}
}

/* Of the code, which is in `lanes`, and of the footer. */
static uint64_t checksum_end(uint64_t lanes[4], const struct footer *footer)
{
	uint64_t sum = 0;
	checksum_add(lanes, (const uint8_t *)footer, offsetof(struct footer, checksum));
	for (unsigned lane = 0; lane < 4; lane++)
		sum = rotate(sum ^ lanes[lane], 23) * UINT64_C(0xbf58476d1ce4e5b9);
	return sum ^ sum >> 32;
}

static void entry_key(const uint8_t hash[ENGINE_KEY], uint8_t key[ENGINE_KEY], char name[ENTRY_NAME_SIZE])
{
	uint8_t all[2 * ENGINE_KEY + sizeof footer_magic];
	memcpy(all, hash, ENGINE_KEY);
	memcpy(all + ENGINE_KEY, engine.key, ENGINE_KEY);
	memcpy(all + 2 * ENGINE_KEY, footer_magic,
	       sizeof footer_magic); /* entries of another form are not even found */
	lind_sha256(all, sizeof all, key);
	for (size_t i = 0; i < ENGINE_KEY; i++)
		snprintf(name + 2 * i, 3, "%02x", key[i]);
}

/* Reads exactly `length` bytes. By read and not through a mapping: a file that shrinks meanwhile is an error
 * here, and not SIGBUS. */
static bool read_at(int fd, void *to, size_t length, size_t offset)
{
	uint8_t *at = to;
	while (length > 0) {
		ssize_t count = pread(fd, at, length, (off_t)offset);
		if (count == 0 || (count < 0 && errno != EINTR))
			return false;
		if (count > 0) {
			at += count;
			offset += (size_t)count;
			length -= (size_t)count;
		}
	}
	return true;
}

static bool undamaged(int fd, size_t size, const uint8_t key[ENGINE_KEY], struct footer *footer)
{
	if (size < sizeof *footer || !read_at(fd, footer, sizeof *footer, size - sizeof *footer))
		return false;
	if (memcmp(footer->magic, footer_magic, sizeof footer_magic) != 0 ||
	    footer->length != size - sizeof *footer || memcmp(footer->key, key, ENGINE_KEY) != 0)
		return false;

	uint64_t lanes[4] = {1, 2, 3, 4};
	uint8_t block[32 << 10];
	for (size_t offset = 0; offset < footer->length; offset += sizeof block) {
		size_t part = footer->length - offset < sizeof block ? footer->length - offset : sizeof block;
		if (!read_at(fd, block, part, offset))
			return false;
		checksum_add(lanes, block, part);
	}
	return checksum_end(lanes, footer) == footer->checksum;
}

static uintptr_t image_of(const wasmtime_module_t *module)
{
	void *start, *end;
	wasmtime_module_image_range(module, &start, &end);
	return (uintptr_t)start;
}

/* Where the file system forbids mapping code (noexec), a copy in memory serves. */
static wasmtime_module_t *copy_code(int fd, size_t length)
{
	wasmtime_module_t *module = NULL;
	uint8_t *bytes = malloc(length);
	if (bytes && read_at(fd, bytes, length, 0)) {
		wasmtime_error_t *error = wasmtime_module_deserialize(engine.wasm, bytes, length, &module);
		if (error)
			wasmtime_error_delete(error);
	}
	free(bytes);
	return module;
}

static wasmtime_module_t *map_code(int fd, size_t length)
{
	wasmtime_module_t *module = NULL;
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	wasmtime_error_t *error = own >= 0 ? lind_module_map(engine.wasm, own, &module) : NULL;
	if (error)
		wasmtime_error_delete(error);
	return module ? module : copy_code(fd, length);
}

/* Loads an entry; false if there is none that can be used. */
static bool fetch(const char *entry, const uint8_t key[ENGINE_KEY], struct engine_code *out)
{
	struct stat status;
	struct footer footer;
	int fd = openat(engine_cache_folder, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		if (errno == ELOOP)
			engine_warn("compiled code %.16s… is a symbolic link: not used", entry);
		return false;
	}
	out->module = NULL;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || !engine_cache_ours(&status))
		engine_warn("compiled code %.16s… could have been written by others: not used", entry);
	else if (!undamaged(fd, (size_t)status.st_size, key, &footer))
		engine_warn("compiled code %.16s… was damaged: compiling again", entry);
	else if (!(out->module = map_code(fd, footer.length)))
		engine_warn("compiled code %.16s… can't be loaded: compiling again", entry);
	if (!out->module) {
		close(fd);
		return false;
	}
	engine_cache_used(fd, &status);
	close(fd);
	out->start = image_of(out->module) + footer.functions_start;
	out->end = image_of(out->module) + footer.functions_end;
	return true;
}

static bool write_all(int fd, const void *from, size_t length)
{
	const uint8_t *at = from;
	while (length > 0) {
		ssize_t count = write(fd, at, length);
		if (count < 0 && errno != EINTR)
			return false;
		if (count > 0) {
			at += count;
			length -= (size_t)count;
		}
	}
	return true;
}

/* Stores code as an entry; the cache is only a help, so a failure is at most a warning. */
static void store(const char *entry, const uint8_t key[ENGINE_KEY], const uint8_t *code, size_t length,
		  const struct engine_code *loaded)
{
	struct footer footer = {.length = length,
				.functions_start = loaded->start - image_of(loaded->module),
				.functions_end = loaded->end - image_of(loaded->module)};
	uint64_t lanes[4] = {1, 2, 3, 4}, number;
	char temporary[40];
	memcpy(footer.magic, footer_magic, sizeof footer_magic);
	memcpy(footer.key, key, ENGINE_KEY);
	checksum_add(lanes, code, length);
	footer.checksum = checksum_end(lanes, &footer);

	if (getrandom(&number, sizeof number, 0) != sizeof number)
		return;
	snprintf(temporary, sizeof temporary, ENGINE_CACHE_NEW "%016llx", (unsigned long long)number);
	int fd = openat(engine_cache_folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	bool stored = false;
	if (fd >= 0) {
		stored = write_all(fd, code, length) && write_all(fd, &footer, sizeof footer);
		stored = stored && renameat(engine_cache_folder, temporary, engine_cache_folder, entry) == 0;
		int failure = errno;
		if (!stored)
			unlinkat(engine_cache_folder, temporary, 0);
		close(fd);
		errno = failure;
	}
	if (stored)
		engine_cache_prune();
	else if (!atomic_exchange(&warned_unwritable, true))
		engine_warn("compiled code can't be stored: %s", strerror(errno));
}

/* Compiles; `code` receives what is to be stored. */
static int compile(const void *bytes, size_t length, const char *name, wasm_byte_vec_t *code, char *error,
		   size_t error_size)
{
	struct engine_progress *progress = length > 64 << 10 ? engine_progress_begin(name) : NULL;
	wasmtime_error_t *failure = lind_compile(engine.wasm, bytes, length, code);
	engine_progress_end(progress);
	if (!failure)
		return 0;
	int prefix = snprintf(error, error_size, "not a valid program: ");
	engine_take_error(failure, error + prefix, error_size - (size_t)prefix);
	return -ENOEXEC;
}

bool engine_cache_find(const uint8_t hash[ENGINE_KEY], struct engine_code *out)
{
	uint8_t key[ENGINE_KEY];
	char entry[ENTRY_NAME_SIZE];
	entry_key(hash, key, entry);
	return engine_cache_folder >= 0 && fetch(entry, key, out);
}

int engine_cache_make(const void *bytes, size_t length, const uint8_t hash[ENGINE_KEY], const char *name,
		      struct engine_code *out, char *error, size_t error_size)
{
	uint8_t key[ENGINE_KEY];
	char entry[ENTRY_NAME_SIZE];
	wasm_byte_vec_t code;
	int status = compile(bytes, length, name, &code, error, error_size);
	if (status != 0)
		return status;
	wasmtime_error_t *failure =
		wasmtime_module_deserialize(engine.wasm, (const uint8_t *)code.data, code.size, &out->module);
	if (failure) {
		engine_take_error(failure, error, error_size);
		status = -ENOMEM;
	} else {
		lind_module_code(out->module, &out->start, &out->end);
		entry_key(hash, key, entry);
		if (engine_cache_folder >= 0)
			store(entry, key, (const uint8_t *)code.data, code.size, out);
	}
	wasm_byte_vec_delete(&code);
	return status;
}

int engine_cache_get(const void *bytes, size_t length, const uint8_t hash[ENGINE_KEY], const char *name,
		     struct engine_code *out, char *error, size_t error_size)
{
	if (engine_cache_find(hash, out))
		return 0;
	return engine_cache_make(bytes, length, hash, name, out, error, error_size);
}
