/*
 * module.c — from bytes or an open file to a module that instances can be made of.
 *
 * A module once made stays in a small table of the process, so that a program that is started over and over
 * is neither read nor hashed nor mapped again. The table knows modules by the SHA-256 of their contents, and
 * files by what fstat says of them.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "engine/internal.h"

#define KNOWN_MODULES 64

static struct known {
	struct engine_module *module; /* a reference of the table's own; NULL: free */
	struct stat file; /* only the fields that same_file() compares; st_ino 0: not from a file */
	uint64_t used;    /* when last, by `clock` */
} known[KNOWN_MODULES];
static uint64_t clock_of_use;
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER; /* short: the table */
static pthread_mutex_t loading_lock =
	PTHREAD_MUTEX_INITIALIZER; /* long: so that one module is not compiled twice at once */

struct engine_module *engine_module_ref(struct engine_module *module)
{
	atomic_fetch_add_explicit(&module->references, 1, memory_order_relaxed);
	return module;
}

void engine_module_unref(struct engine_module *module)
{
	/* Release: what we did with it is done before the one who frees it; acquire: by that one, of all
	 * others. */
	if (!module || atomic_fetch_sub_explicit(&module->references, 1, memory_order_acq_rel) != 1)
		return;
	if (module->pre)
		wasmtime_instance_pre_delete(module->pre);
	if (module->code.module)
		wasmtime_module_delete(module->code.module);
	engine_clones_free(module->clones);
	free(module->globals);
	free(module);
}

const struct engine_layout *engine_module_layout(const struct engine_module *module)
{
	return &module->layout;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
	       same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

/* A file that changed a moment ago may change again within one tick of the file system's clock, and look the
 * same. */
static bool settled(const struct stat *file)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec - file->st_ctim.tv_sec > 1;
}

/* A reference to what is known of this file, or by this hash if `file` is NULL; or NULL. */
static struct engine_module *find_known(const struct stat *file, const uint8_t *hash)
{
	struct engine_module *found = NULL;
	pthread_mutex_lock(&known_lock);
	for (struct known *entry = known; entry < known + KNOWN_MODULES && !found; entry++) {
		if (!entry->module)
			continue;
		if (file ? same_file(&entry->file, file)
			 : memcmp(entry->module->hash, hash, ENGINE_KEY) == 0) {
			found = engine_module_ref(entry->module);
			entry->used = ++clock_of_use;
		}
	}
	pthread_mutex_unlock(&known_lock);
	return found;
}

/* Enters the module, in place of an entry of the same module without a file, a free one, or the one that was
 * not used for longest. */
static void remember(struct engine_module *module, const struct stat *file)
{
	struct engine_module *dropped;
	pthread_mutex_lock(&known_lock);
	struct known *place = known;
	for (struct known *entry = known; entry < known + KNOWN_MODULES; entry++) {
		if (entry->module == module && entry->file.st_ino == 0) {
			place = entry;
			break;
		}
		if (entry->used < place->used)
			place = entry;
	}
	dropped = place->module;
	place->module = engine_module_ref(module);
	place->used = ++clock_of_use;
	place->file = file ? *file : (struct stat){0};
	pthread_mutex_unlock(&known_lock);
	engine_module_unref(dropped);
}

/* Makes the module; all checks are here. `error` without a name in front. */
static int make(const void *bytes, size_t length, const uint8_t hash[ENGINE_KEY], const char *name,
		struct engine_module **out, char *error, size_t error_size)
{
	struct engine_scan scan;
	int status = engine_scan(bytes, length, &scan, error, error_size);
	if (status != 0)
		return status;
	struct engine_module *module = calloc(1, sizeof *module);
	if (!module) {
		snprintf(error, error_size, "out of memory");
		return -ENOMEM;
	}
	atomic_init(&module->references, 1);
	module->layout = scan.layout;
	module->has_exceptions = scan.has_exceptions;
	memcpy(module->hash, hash, ENGINE_KEY);
	status = engine_cache_get(bytes, length, hash, name, &module->code, error, error_size);
	if (status == 0)
		status = engine_interface_check(module, error, error_size);
	if (status == 0 && scan.clones) {
		module->clones = engine_clones_new(scan.clones, scan.clones_size, hash, name);
		if (!module->clones) {
			snprintf(error, error_size, "out of memory");
			status = -ENOMEM;
		}
	}
	if (status == 0) {
		wasmtime_error_t *failure =
			wasmtime_linker_instantiate_pre(engine.linker, module->code.module, &module->pre);
		if (failure) {
			engine_take_error(failure, error, error_size);
			status = -ENOEXEC;
		}
	}
	if (status != 0) {
		engine_module_unref(module);
		return status;
	}
	*out = module;
	return 0;
}

static int load(const void *bytes, size_t length, const struct stat *file, const char *name,
		struct engine_module **out, char *error, size_t error_size)
{
	char reason[256];
	uint8_t hash[ENGINE_KEY];
	struct engine_module *module;
	int status = 0;

	lind_sha256(bytes, length, hash);
	pthread_mutex_lock(&loading_lock);
	module = find_known(NULL, hash);
	if (!module)
		status = make(bytes, length, hash, name, &module, reason, sizeof reason);
	if (status == 0)
		remember(module, file);
	pthread_mutex_unlock(&loading_lock);
	if (status == 0)
		*out = module;
	else
		snprintf(error, error_size, "%s: %s", name, reason);
	return status;
}

int engine_module_load(const void *bytes, size_t length, const char *name, struct engine_module **out,
		       char *error, size_t error_size)
{
	return load(bytes, length, NULL, name, out, error, error_size);
}

/* Reads all of a file whose length was looked up; it may have become shorter since. */
static int read_all(int fd, uint8_t *bytes, size_t *length)
{
	size_t done = 0;
	while (done < *length) {
		ssize_t count = pread(fd, bytes + done, *length - done, (off_t)done);
		if (count == 0)
			break;
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0)
			done += (size_t)count;
	}
	*length = done;
	return 0;
}

int engine_module_open(int fd, const struct stat *status, const char *name, struct engine_module **out,
		       char *error, size_t error_size)
{
	if (!S_ISREG(status->st_mode)) {
		snprintf(error, error_size, "%s: not a regular file", name);
		return -EACCES;
	}
	struct engine_module *module = find_known(status, NULL);
	if (module) {
		*out = module;
		return 0;
	}
	if (status->st_size > LIMIT_MODULE_BYTES) {
		snprintf(error, error_size, "%s: larger than a program may be", name);
		return -ENOEXEC;
	}
	/* Not a mapping of the file, which a guest may shrink meanwhile. Populated at once: touching the
	 * pages one by one takes longer than reading into them. */
	size_t length = (size_t)status->st_size, room = length ? length : 1;
	uint8_t *bytes =
		mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (bytes == MAP_FAILED) {
		snprintf(error, error_size, "%s: out of memory", name);
		return -ENOMEM;
	}
	int result = read_all(fd, bytes, &length);
	if (result != 0)
		snprintf(error, error_size, "%s: %s", name, strerror(-result));
	else
		result = load(bytes, length, settled(status) ? status : NULL, name, out, error, error_size);
	munmap(bytes, room);
	return result;
}
