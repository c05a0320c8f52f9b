/*
 * clones.c — the code that resumes frames, compiled when there are frames to resume (docs/abi.md, "Suspending
 * and resuming frames").
 *
 * It stands in the program's section lind.clones, function by function. Most functions that may be suspended
 * never are; so when frames are to be resumed, the clones of their functions that were never needed before
 * are compiled together, as a *part*: a module of its own, which each instance links to itself when it is to
 * resume frames that need it. Parts belong to the module, are compiled once for all cages, and are numbered
 * as they are made. In the cache they are found by the program's hash and their number: the next process
 * takes them in the same order, until it has what it needs. Another process may put another part in the place
 * of one; so a part says itself what is in it, by the names of its exports, and what several have is taken
 * from the first.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/guest.h"
#include "abi/version.h"
#include "engine/clones_section.h"
#include "engine/internal.h"

#define PARTS       64 /* bits of engine_instance.parts */
#define PARTS_SMALL 48 /* so many parts hold what was needed only; the next one all that is left */

struct engine_clones {
	uint8_t *bytes; /* the section */
	struct clones_section section;
	uint8_t hash[ENGINE_KEY]; /* the program's */
	char name[64];            /* for messages */

	pthread_mutex_t lock;     /* long: a part is found or made */
	_Atomic uint8_t *part_of; /* by id: the number of its part + 1; 0: in none */
	atomic_uint part_count;   /* release: what stands in `parts` below it */
	struct engine_code parts[PARTS];
	size_t import_count; /* of each part; known when there is one */
	char **import_names;
};

struct engine_clones *engine_clones_new(const uint8_t *section, size_t length, const uint8_t hash[ENGINE_KEY],
					const char *name)
{
	struct engine_clones *clones = calloc(1, sizeof *clones);
	if (!clones)
		return NULL;
	pthread_mutex_init(&clones->lock, NULL);
	memcpy(clones->hash, hash, ENGINE_KEY);
	snprintf(clones->name, sizeof clones->name, "%s", name);
	clones->bytes = malloc(length);
	if (clones->bytes)
		memcpy(clones->bytes, section, length);
	if (clones->bytes && clones_section_read(clones->bytes, length, &clones->section))
		clones->part_of = calloc(clones->section.count, sizeof *clones->part_of);
	if (!clones->part_of) {
		engine_clones_free(clones);
		return NULL;
	}
	return clones;
}

void engine_clones_free(struct engine_clones *clones)
{
	if (!clones)
		return;
	for (unsigned i = 0; i < clones->part_count; i++)
		wasmtime_module_delete(clones->parts[i].module);
	for (size_t i = 0; i < clones->import_count; i++)
		free(clones->import_names[i]);
	free(clones->import_names);
	pthread_mutex_destroy(&clones->lock);
	free(clones->part_of);
	free(clones->bytes);
	free(clones);
}

const struct engine_code *engine_clones_at(const struct engine_clones *clones, uintptr_t counter)
{
	unsigned count = atomic_load_explicit(&clones->part_count, memory_order_acquire);
	for (unsigned i = 0; i < count; i++)
		if (counter >= clones->parts[i].start && counter < clones->parts[i].end)
			return &clones->parts[i];
	return NULL;
}

/*
 * Records
 */

/* Gives the function of the record at `at`, which then points at the next one. False: the import's record,
 * the end, or what is no record; that is a trap, later. */
static bool next_record(const struct guest_memory *memory, uint32_t *at, uint32_t end, uint32_t *id)
{
	uint32_t words[2];
	if (*at >= end || end - *at < sizeof words || guest_read(memory, words, *at, sizeof words) < 0 ||
	    words[1] < sizeof words || words[1] > end - *at)
		return false;
	*id = words[0] >> 16;
	*at += words[1];
	return *id != 0;
}

/* Which parts the frames need. Returns true if there are none for some: those are noted in `missing`, unless
 * that is NULL. */
static bool look_over(const struct engine_instance *instance, const struct engine_frames *frames,
		      uint64_t *parts, bool *missing)
{
	const struct guest_memory memory = {.base = instance->memory};
	const struct engine_clones *clones = instance->module->clones;
	uint32_t at = frames->start, id;
	bool lacking = false;
	*parts = 0;
	while (next_record(&memory, &at, frames->end, &id) && id < clones->section.count) {
		/* Acquire: the part that it names. */
		uint8_t part = atomic_load_explicit(&clones->part_of[id], memory_order_acquire);
		if (part) {
			*parts |= UINT64_C(1) << (part - 1);
			continue;
		}
		lacking = true;
		if (missing)
			missing[id] = true;
	}
	return lacking;
}

/*
 * Parts
 */

static bool note_import(struct engine_clones *clones, const char *name, size_t length)
{
	char **names = realloc(clones->import_names, (clones->import_count + 1) * sizeof *names);
	if (!names)
		return false;
	clones->import_names = names;
	names[clones->import_count] = strndup(name, length);
	return names[clones->import_count] && ++clones->import_count;
}

struct listing {
	struct engine_clones *clones;
	bool imports; /* are wanted */
	bool failed;
};

/* Exports are named by ids; of other names none was made by us. */
static void list(void *context, bool import, const char *module, size_t module_length, const char *name,
		 size_t name_length, const char *type)
{
	struct listing *listing = context;
	struct engine_clones *clones = listing->clones;
	uint32_t id = 0;
	(void)module;
	(void)module_length;
	(void)type;
	if (import) {
		if (listing->imports && !note_import(clones, name, name_length))
			listing->failed = true;
		return;
	}
	for (size_t i = 0; i < name_length && i < 6; i++)
		id = 10 * id + (uint32_t)(name[i] - '0');
	if (id < clones->section.count && clones->part_of[id] == 0)
		atomic_store_explicit(&clones->part_of[id], (uint8_t)clones->part_count,
				      memory_order_release);
}

/* Enters a part. Other threads may use it as soon as the first of its clones is noted. */
static int add_part(struct engine_clones *clones, const struct engine_code *code)
{
	struct listing listing = {.clones = clones, .imports = !clones->import_names};
	unsigned number = clones->part_count;
	clones->parts[number] = *code;
	atomic_store_explicit(&clones->part_count, number + 1, memory_order_release);
	lind_module_describe(code->module, list, &listing); /* imports first */
	return listing.failed ? -ENOMEM : 0;
}

static void part_hash(const struct engine_clones *clones, unsigned number, uint8_t out[ENGINE_KEY])
{
	uint8_t all[ENGINE_KEY + sizeof LIND_ABI_CLONES + sizeof number];
	memcpy(all, clones->hash, ENGINE_KEY);
	memcpy(all + ENGINE_KEY, LIND_ABI_CLONES, sizeof LIND_ABI_CLONES);
	memcpy(all + ENGINE_KEY + sizeof LIND_ABI_CLONES, &number, sizeof number);
	lind_sha256(all, sizeof all, out);
}

static int make_part(struct engine_clones *clones, bool *wanted)
{
	char reason[256];
	uint8_t hash[ENGINE_KEY];
	struct engine_code code;
	size_t length;
	unsigned number = clones->part_count;
	for (uint32_t id = 1; id < clones->section.count && number >= PARTS_SMALL; id++)
		wanted[id] = clones->part_of[id] == 0;
	uint8_t *bytes = clones_section_build(&clones->section, wanted, &length);
	if (!bytes)
		return -ENOMEM;
	part_hash(clones, number, hash);
	int status = engine_cache_make(bytes, length, hash, clones->name, &code, reason, sizeof reason);
	free(bytes);
	if (status != 0)
		engine_warn("%s: the code that resumes its frames: %s", clones->name, reason);
	return status != 0 ? status : add_part(clones, &code);
}

/* Adds parts until there are all that the frames need. */
static int complete(struct engine_instance *instance, const struct engine_frames *frames, uint64_t *parts)
{
	struct engine_clones *clones = instance->module->clones;
	struct engine_code code;
	uint8_t hash[ENGINE_KEY];
	bool *wanted = calloc(clones->section.count, sizeof *wanted);
	int status = wanted ? 0 : -ENOMEM;
	pthread_mutex_lock(&clones->lock);
	/* The last place is kept for what is left when others have filled all before it. */
	while (status == 0 && clones->part_count < PARTS - 1 && look_over(instance, frames, parts, NULL)) {
		part_hash(clones, clones->part_count, hash);
		if (!engine_cache_find(hash, &code))
			break;
		status = add_part(clones, &code);
	}
	if (status == 0 && look_over(instance, frames, parts, wanted))
		status = clones->part_count < PARTS ? make_part(clones, wanted) : -ENOEXEC;
	if (status == 0)
		look_over(instance, frames, parts, NULL);
	pthread_mutex_unlock(&clones->lock);
	free(wanted);
	return status;
}

/*
 * Instances
 */

static bool find_imports(struct engine_instance *instance)
{
	const struct engine_clones *clones = instance->module->clones;
	if (instance->clone_imports)
		return true;
	wasmtime_extern_t *imports = calloc(clones->import_count + 1, sizeof *imports);
	for (size_t i = 0; imports && i < clones->import_count; i++) {
		if (engine_find_export(instance, clones->import_names[i], &imports[i]))
			continue;
		free(imports);
		return false;
	}
	instance->clone_imports = imports;
	return imports;
}

/* Wasmtime checks each import's type. */
static int link_part(struct engine_instance *instance, unsigned number)
{
	const struct engine_clones *clones = instance->module->clones;
	wasmtime_instance_t linked;
	wasm_trap_t *trap = NULL;
	if (!find_imports(instance))
		return -ENOEXEC;
	wasmtime_error_t *error =
		wasmtime_instance_new(instance->wasm, clones->parts[number].module, instance->clone_imports,
				      clones->import_count, &linked, &trap);
	if (error)
		wasmtime_error_delete(error);
	if (trap)
		wasm_trap_delete(trap);
	if (error || trap)
		return -ENOEXEC;
	instance->parts |= UINT64_C(1) << number;
	return 0;
}

int engine_clones_ready(struct engine_instance *instance, const struct engine_frames *frames)
{
	uint64_t parts;
	int status = 0;
	if (!instance->module->clones)
		return 0;
	if (look_over(instance, frames, &parts, NULL))
		status = complete(instance, frames, &parts);
	for (parts &= ~instance->parts; parts && status == 0; parts &= parts - 1)
		status = link_part(instance, (unsigned)__builtin_ctzll(parts));
	return status;
}
