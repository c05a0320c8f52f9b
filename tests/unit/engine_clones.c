/* Code that resumes frames: compiled when frames need it, kept in the cache, linked to each instance. The
 * guest is written as lind-opt would make it of functions that call fork; the section lind.clones is put
 * together here. Each engine is started in a process of its own, as `lind` would. */
#include <dirent.h>
#include <pthread.h>
#include <sys/wait.h>

#include "abi/guest.h"
#include "engine/clones_section.h"
#include "engine/reader.h"
#include "engine_guest.h"

/* Functions 1 to 4 of the table: each notes at 16384 + 8 * id what fork returns, in its clone if it is
 * suspended; that of 3 does so at an address that is not mapped, that of 4 is not valid. */
/* clang-format off */
static const char text[] = GUEST_MODULE_FLAGS(
	"(global $unwinding (export \"__lind_unwinding\") (mut i32) (i32.const 0))\n"
	"(global $frames (export \"__lind_frames\") (mut i32) (i32.const 0))\n"
	"(global $result (export \"__lind_result\") (mut i64) (i64.const 0))\n"
	"(table $clones (export \"__lind_clones\") 5 5 funcref)\n"
	"(type $import (func (result i64)))\n"
	"(func $resume_import (type $import) (global.set $frames (i32.add (global.get $frames) (i32.const 4))) (global.get $result))\n"
	"(elem (table $clones) (i32.const 0) func $resume_import)\n"
	"(func (export \"__lind_resume\") (call_indirect $clones (type $plain) (i32.load16_u offset=2 (global.get $frames))))\n"
	"(func $push (param i32) (global.set $frames (i32.sub (global.get $frames) (i32.const 4)))\n"
	"  (i32.store (global.get $frames) (local.get 0)))\n"
	"(func $forks (param $at i32) (param $id i32) (local $r i64) (local.set $r (call $fork))\n"
	"  (if (global.get $unwinding) (then (call $push (i32.const 8)) (call $push (i32.shl (local.get $id) (i32.const 16))) (return)))\n"
	"  (i64.store (local.get $at) (local.get $r)))\n"
	"(func $f1 (call $forks (i32.const 16392) (i32.const 1)))\n"
	"(func $f2 (call $forks (i32.const 16400) (i32.const 2)))\n"
	"(func $f3 (call $forks (i32.const 0) (i32.const 3)))\n"
	"(func $f4 (call $forks (i32.const 0) (i32.const 4)))\n",
	"$f1 $f2 $f3 $f4", "\\01");
#define CLONE(at) \
	"(func (type $plain) (global.set $frames (i32.add (global.get $frames) (i32.const 8)))\n" \
	"  (i64.store (i32.const " at ") (call_indirect $clones (type $import) (i32.load16_u offset=2 (global.get $frames)))))\n"
static const char clones_text[] = "(module (type $plain (func)) (type $import (func (result i64))) (type $unused (func (param f64 f64)))\n"
	"(import \"\" \"__lind_clones\" (table $clones 5 5 funcref))\n"
	"(import \"\" \"memory\" (memory 65536 65536))\n"
	"(import \"\" \"__lind_frames\" (global $frames (mut i32)))\n"
	CLONE("16392") CLONE("16400") CLONE("0")
	"(func (type $plain) (local i32) (drop (i32.const 0x7fff))))\n";
/* clang-format on */

enum { CLONES = 5 };
static uint8_t section[4096];
static size_t section_size;
static uint8_t program[8192];
static size_t program_size;
static char folder[64];

static void put(const void *bytes, size_t size)
{
	assert_true(section_size + size <= sizeof section);
	memcpy(section + section_size, bytes, size);
	section_size += size;
}

static void put_word(uint32_t word)
{
	const uint8_t bytes[] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
				 (uint8_t)(word >> 24)};
	put(bytes, sizeof bytes);
}

/* Makes the section of the module that clones_text is: its head, and its functions' bodies, each behind the
 * types that it uses. */
static void put_clones(void)
{
	static const uint8_t types[] = {2, 0, 1};
	wasm_byte_vec_t bytes = guest_assemble(clones_text);
	struct reader r = {(uint8_t *)bytes.data + 8, (uint8_t *)bytes.data + bytes.size}, content;
	const uint8_t *head = r.at, *bodies[CLONES];
	uint32_t count, size, sizes[CLONES], end = 1;
	assert_true(reader_section(&r, 1, &content) && reader_section(&r, 2, &content));
	const uint8_t *head_end = r.at;
	assert_true(reader_section(&r, 3, &content) && reader_section(&r, 10, &content));
	assert_true(reader_u32(&content, &count) && count == CLONES - 1);
	for (unsigned i = 1; i < CLONES; i++) {
		bodies[i] = content.at;
		assert_true(reader_u32(&content, &size));
		content.at += size;
		sizes[i] = (uint32_t)(content.at - bodies[i]);
	}
	put_word(CLONES);
	put_word((uint32_t)(head_end - head));
	for (unsigned i = 0; i < CLONES; i++) {
		put_word(0);
		put_word(end += i ? (uint32_t)sizeof types + sizes[i] : 0);
	}
	put(head, (size_t)(head_end - head));
	put("", 1); /* imports use no types */
	for (unsigned i = 1; i < CLONES; i++) {
		put(types, sizeof types);
		put(bodies[i], sizes[i]);
	}
	section[section_size - 2] = 0x0b; /* no `drop` before the last one's end */
	wasm_byte_vec_delete(&bytes);
}

static int assemble(void **state)
{
	static const char name[] = "\013lind.clones";
	(void)state;
	put_clones();
	wasm_byte_vec_t bytes = guest_assemble(text);
	size_t content = sizeof name - 1 + section_size;
	memcpy(program, bytes.data, program_size = bytes.size);
	wasm_byte_vec_delete(&bytes);
	const uint8_t frame[] = {0, (uint8_t)(content | 0x80), (uint8_t)(content >> 7)};
	assert_true(content < 1 << 14 && program_size + sizeof frame + content <= sizeof program);
	memcpy(program + program_size, frame, sizeof frame);
	memcpy(program + program_size + sizeof frame, name, sizeof name - 1);
	memcpy(program + program_size + sizeof frame + sizeof name - 1, section, section_size);
	program_size += sizeof frame + content;
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/engine-clones-XXXXXX");
	return !mkdtemp(folder);
}

/* Gives the number of files in the cache; removes them if `remove`. */
static int entries(bool remove)
{
	int count = 0;
	DIR *listing = opendir(folder);
	assert_non_null(listing);
	for (struct dirent *entry; (entry = readdir(listing));) {
		if (entry->d_name[0] == '.')
			continue;
		count++;
		if (remove)
			unlinkat(dirfd(listing), entry->d_name, 0);
	}
	closedir(listing);
	return count;
}

static int tear_down(void **state)
{
	(void)state;
	entries(true);
	return rmdir(folder);
}

static void warn(const char *message)
{
	print_message("%s\n", message);
}

/* Starts the engine and loads the program; ends the process where that fails. */
static struct engine_module *load(void)
{
	char error[256];
	struct engine_module *module;
	if (guest_engine_start(
		    &(struct engine_options){.cache = folder, .guest_stack = 1 << 20, .warn = warn}) != 0 ||
	    guest_faults_start() != 0)
		_exit(2);
	if (engine_module_load(program, program_size, "program", &module, error, sizeof error) != 0) {
		print_error("%s\n", error);
		_exit(3);
	}
	return module;
}

/* Suspends function `id` and resumes it. */
static struct engine_result resumed(struct guest *guest, uint32_t id, int64_t value)
{
	guest->suspends = true;
	if (engine_call_start(guest->instance, id).outcome != ENGINE_SUSPENDED)
		_exit(4);
	struct engine_frames frames = engine_frames_get(guest->instance);
	return engine_resume(guest->instance, &frames, value, NULL);
}

static void expect_resumed(struct guest *guest, uint32_t id)
{
	int64_t noted, value = 1000 + id;
	if (resumed(guest, id, value).outcome != ENGINE_RETURNED)
		_exit(5);
	memcpy(&noted, guest->memory + 16384 + 8 * id, sizeof noted);
	if (noted != value)
		_exit(6);
}

/* Runs a test's work in a new process. */
static void in_process(void (*work)(void))
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		work();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void one(void)
{
	struct engine_module *module = load();
	expect_resumed(guest_new(module), 1);
	expect_resumed(guest_new(module), 1);
}

static void two(void)
{
	expect_resumed(guest_new(load()), 2);
}

static void both(void)
{
	struct guest *guest = guest_new(load());
	expect_resumed(guest, 1);
	expect_resumed(guest, 2);
	expect_resumed(guest, 1);
}

static void code_is_made_when_it_is_needed_and_kept(void **state)
{
	(void)state;
	in_process(one);
	int count = entries(false); /* the program's, the engine's own, and one part */
	assert_int_equal(count, 3);
	in_process(one);
	assert_int_equal(entries(false), count);
	in_process(two);
	assert_int_equal(entries(false), count + 1);
	in_process(both);
	assert_int_equal(entries(false), count + 1);
	/* Without the first part the second one is still good, and not made again. */
	entries(true);
	in_process(two);
	assert_int_equal(entries(false), count);
	in_process(both);
	assert_int_equal(entries(false), count + 1);
}

static void *thread(void *module)
{
	struct guest *guest = guest_new(module);
	for (unsigned i = 0; i < 20; i++)
		expect_resumed(guest, 1 + i % 2);
	guest_free(guest);
	return NULL;
}

static void many(void)
{
	struct engine_module *module = load();
	pthread_attr_t attributes;
	pthread_t threads[12];
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, engine_host_stack(1));
	for (int i = 0; i < 12; i++)
		if (pthread_create(&threads[i], &attributes, thread, module) != 0)
			_exit(7);
	for (int i = 0; i < 12; i++)
		pthread_join(threads[i], NULL);
}

static void many_instances_need_it_at_once(void **state)
{
	(void)state;
	in_process(many);
	assert_int_equal(entries(false), 4);
}

static void faults(void)
{
	struct guest *guest = guest_new(load());
	struct engine_result result = resumed(guest, 3, 1);
	if (result.outcome != ENGINE_TRAPPED || result.trap_signal != SIGSEGV || result.fault_address != 0 ||
	    guest->faults != 1)
		_exit(8);
	expect_resumed(guest, 1);
}

static void faults_in_it_are_the_guests(void **state)
{
	(void)state;
	in_process(faults);
}

static void wrong(void)
{
	struct guest *guest = guest_new(load());
	if (resumed(guest, 4, 1).outcome != ENGINE_TRAPPED || resumed(guest, 4, 1).outcome != ENGINE_TRAPPED)
		_exit(9);
	expect_resumed(guest, 1);
	/* Records that are none. */
	static const uint32_t words[][2] = {
		{1 << 16, 0}, {1 << 16, 4}, {1 << 16, UINT32_MAX}, {9 << 16, 8}, {UINT32_MAX, 8}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct engine_frames frames = {.start = 8192, .end = 8192 + 12, .stack_pointer = 65536};
		memset(guest->memory + 8192, 0, 64);
		memcpy(guest->memory + 8192, words[i], sizeof words[i]);
		engine_resume(guest->instance, &frames, 1, NULL);
		frames.start = UINT32_MAX - 8;
		frames.end = UINT32_MAX;
		engine_resume(guest->instance, &frames, 1, NULL);
		frames.start = 0;
		engine_resume(guest->instance, &frames, 1, NULL);
	}
	expect_resumed(guest, 2);
}

static void what_makes_no_sense_ends_in_a_trap(void **state)
{
	(void)state;
	in_process(wrong);
}

static void try_section(const uint8_t *bytes, size_t size)
{
	struct clones_section read;
	size_t length;
	if (!clones_section_read(bytes, size, &read))
		return;
	bool *wanted = calloc(read.count, sizeof *wanted);
	for (uint32_t id = 1; id < read.count; id++)
		wanted[id] = true;
	free(clones_section_build(&read, wanted, &length));
	free(wanted);
}

/* Under the sanitizers: nothing outside is read or written. */
static void sections_may_be_anything(void **state)
{
	uint64_t random = 1;
	(void)state;
	for (size_t size = 0; size <= section_size; size++) {
		uint8_t *copy = malloc(size ? size : 1);
		memcpy(copy, section, size);
		try_section(copy, size);
		free(copy);
	}
	for (int round = 0; round < 20000; round++) {
		uint8_t *copy = malloc(section_size);
		memcpy(copy, section, section_size);
		for (int i = 0; i < 1 + round % 4; i++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			copy[(random >> 33) % section_size] = (uint8_t)(random >> 24);
		}
		try_section(copy, section_size);
		free(copy);
	}
	struct clones_section whole;
	assert_true(clones_section_read(section, section_size, &whole));
	assert_int_equal(whole.count, CLONES);
	assert_int_equal(whole.type_count, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(code_is_made_when_it_is_needed_and_kept),
		TEST(many_instances_need_it_at_once),
		TEST(faults_in_it_are_the_guests),
		TEST(what_makes_no_sense_ends_in_a_trap),
		TEST(sections_may_be_anything),
	};
	return cmocka_run_group_tests(tests, assemble, NULL);
}
