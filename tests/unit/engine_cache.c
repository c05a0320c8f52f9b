/* The compile cache: reuse, damage, ownership, races. The engine is started in processes of their own, as
 * `lind` would. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "engine_guest.h"

static const char text[] = GUEST_MODULE("(func $mark (i32.store (i32.const 8192) (i32.const 7)))", "$mark");
static wasm_byte_vec_t program;
static char folder[64]; /* holds the cache, and what a test puts beside it */
static char cache[80];

static int warnings = -1; /* where a child writes them */

static void warn(const char *message)
{
	dprintf(warnings, "%s\n", message);
}

/* Loads and runs the program; 0 if it did what it should. */
static int run_program(const char *where)
{
	char error[256];
	struct engine_module *module;
	struct guest guest = {0};
	if (guest_engine_start(
		    &(struct engine_options){.cache = where, .guest_stack = 1 << 20, .warn = warn}) != 0)
		return 2;
	if (engine_module_load(program.data, program.size, "program", &module, error, sizeof error) != 0)
		return 3;
	guest.memory = guest_memory_new();
	if (engine_instance_create(module, guest.memory, &guest, &guest.instance) != 0)
		return 4;
	if (engine_call_start(guest.instance, 1).outcome != ENGINE_RETURNED || guest.memory[8192] != 7)
		return 5;
	return 0;
}

static pid_t begin(const char *where, void (*prepare)(void))
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (prepare)
			prepare();
		_exit(run_program(where));
	}
	return child;
}

static void finish(pid_t child)
{
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Runs the program in a new process; gives the warnings, in static memory. */
static const char *run_with(const char *where, void (*prepare)(void))
{
	static char text_of_warnings[2048];
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	warnings = ends[1];
	pid_t child = begin(where, prepare);
	close(ends[1]);
	size_t length = 0;
	ssize_t count;
	while ((count = read(ends[0], text_of_warnings + length, sizeof text_of_warnings - 1 - length)) > 0)
		length += (size_t)count;
	text_of_warnings[length] = '\0';
	close(ends[0]);
	finish(child);
	return text_of_warnings;
}

static const char *run(void)
{
	return run_with(cache, NULL);
}

/* Calls `visit` for each file of the cache; gives their number. */
static int each_entry(void (*visit)(int cache_fd, const char *name))
{
	int count = 0;
	DIR *listing = opendir(cache);
	assert_non_null(listing);
	for (struct dirent *entry; (entry = readdir(listing));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		assert_int_not_equal(entry->d_name[0], '.'); /* a file that was never finished */
		count++;
		if (visit)
			visit(dirfd(listing), entry->d_name);
	}
	closedir(listing);
	return count;
}

static ino_t inodes; /* of all entries, added up: changes when one is replaced */

static void add_inode(int cache_fd, const char *name)
{
	struct stat status;
	assert_int_equal(fstatat(cache_fd, name, &status, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0600);
	inodes += status.st_ino;
}

static ino_t state_of_cache(void)
{
	inodes = 0;
	each_entry(add_inode);
	return inodes;
}

static void code_is_kept_and_used(void **state)
{
	(void)state;
	struct stat status;
	assert_string_equal(run(), "");
	assert_int_equal(stat(cache, &status), 0);
	assert_int_equal(status.st_mode, S_IFDIR | 0700);
	int count = each_entry(NULL);
	assert_true(count >= 1);
	ino_t before = state_of_cache();
	assert_string_equal(run(), "");
	assert_int_equal(each_entry(NULL), count);
	assert_int_equal(state_of_cache(), before);
}

static int damage; /* which */

static void damage_entry(int cache_fd, const char *name)
{
	struct stat status;
	char byte;
	int fd = openat(cache_fd, name, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	const off_t size = status.st_size;
	const off_t places[] = {0, size / 3, size / 2, size - 100, size - 60, size - 45, size - 40, size - 1};
	switch (damage) {
	case 8:
		assert_int_equal(ftruncate(fd, 0), 0);
		break;
	case 9:
		assert_int_equal(ftruncate(fd, size - 1), 0);
		break;
	case 10:
		assert_int_equal(ftruncate(fd, size / 2), 0);
		break;
	case 11:
		assert_int_equal(ftruncate(fd, size + 4096), 0);
		break;
	default:
		assert_int_equal(pread(fd, &byte, 1, places[damage]), 1);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, places[damage]), 1);
	}
	close(fd);
}

static void damage_is_repaired(void **state)
{
	(void)state;
	run();
	for (damage = 0; damage < 12; damage++) {
		each_entry(damage_entry);
		assert_non_null(strstr(run(), " was damaged: compiling again\n"));
		assert_string_equal(run(), "");
	}
}

static void open_to_group(int cache_fd, const char *name)
{
	assert_int_equal(fchmodat(cache_fd, name, 0620, 0), 0);
}

static void make_link(int cache_fd, const char *name)
{
	assert_int_equal(renameat(cache_fd, name, AT_FDCWD, "elsewhere"), 0);
	assert_int_equal(symlinkat("../elsewhere", cache_fd, name), 0);
}

static void entries_of_others_are_refused(void **state)
{
	(void)state;
	run();
	each_entry(open_to_group);
	assert_non_null(strstr(run(), " could have been written by others: not used\n"));
	assert_string_equal(run(), "");
	each_entry(make_link);
	assert_non_null(strstr(run(), " is a symbolic link: not used\n"));
	assert_string_equal(run(), "");
	state_of_cache(); /* all plain files again */
}

static void give_away(int cache_fd, const char *name)
{
	assert_int_equal(fchownat(cache_fd, name, 12345, 12345, 0), 0);
}

static void entries_of_another_owner_are_refused(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		print_message("only root can give files away\n");
		skip();
	}
	run();
	each_entry(give_away);
	assert_non_null(strstr(run(), " could have been written by others: not used\n"));
	assert_string_equal(run(), "");
	assert_int_equal(chown(cache, 12345, 12345), 0);
	assert_non_null(strstr(run(), ": others could have written to this folder"));
	assert_int_equal(chown(cache, 0, 0), 0);
}

static void folders_of_others_are_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir(cache, 0700), 0);
	assert_int_equal(chmod(cache, 0770), 0);
	assert_non_null(strstr(run(), ": others could have written to this folder"));
	assert_int_equal(each_entry(NULL), 0);
	assert_int_equal(chmod(cache, 0700), 0);
	assert_int_equal(symlink(cache, "link"), 0);
	assert_non_null(strstr(run_with("link", NULL), ": not a folder (or a symbolic link to one)"));
	assert_int_equal(each_entry(NULL), 0);
}

static void without_a_place_it_works(void **state)
{
	(void)state;
	assert_string_equal(run_with("/proc/self/lind/cache", NULL),
			    "/proc/self/lind/cache: No such file or directory: compiled code is not kept\n");
}

static void make_file(const char *name, off_t size, time_t age)
{
	int directory = open(cache, O_RDONLY | O_DIRECTORY),
	    fd = openat(directory, name, O_CREAT | O_RDWR, 0600);
	const struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
	close(directory);
}

static int found(const char *name)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s", cache, name);
	return access(path, F_OK) == 0;
}

/* Storing makes room: the longest unused go first, and what was left by someone who was killed. */
static void the_cache_does_not_grow_without_end(void **state)
{
	(void)state;
	assert_int_equal(mkdir(cache, 0700), 0);
	make_file("old", 900 << 20, 50000);
	make_file("older", 900 << 20, 90000);
	make_file(".new-old", 10, 4000);
	make_file(".new-fresh", 10, 10);
	assert_string_equal(run(), "");
	assert_false(found("older"));
	assert_true(found("old"));
	assert_false(found(".new-old"));
	assert_true(found(".new-fresh"));
	char path[200];
	snprintf(path, sizeof path, "%s/.new-fresh", cache);
	unlink(path);
	assert_true(each_entry(NULL) >= 2);
}

static void no_large_files(void)
{
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){1024, 1024});
}

static void what_cannot_be_stored_leaves_nothing(void **state)
{
	(void)state;
	assert_string_equal(run_with(cache, no_large_files),
			    "compiled code can't be stored: File too large\n");
	assert_int_equal(each_entry(NULL), 0);
}

static void many_processes_at_once(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		pid_t children[12];
		warnings = STDERR_FILENO;
		for (int i = 0; i < 12; i++)
			children[i] = begin(cache, NULL);
		for (int i = 0; i < 12; i++)
			finish(children[i]);
		state_of_cache();
	}
	assert_string_equal(run(), "");
}

static void remove_entry(int cache_fd, const char *name)
{
	unlinkat(cache_fd, name, 0);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/engine-cache-XXXXXX");
	if (!mkdtemp(folder) || chdir(folder) != 0)
		return 1;
	snprintf(cache, sizeof cache, "%s/cache", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (access(cache, F_OK) == 0)
		each_entry(remove_entry);
	rmdir(cache);
	unlink("elsewhere");
	unlink("link");
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static int assemble(void **state)
{
	(void)state;
	program = guest_assemble(text);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(code_is_kept_and_used),
		TEST(damage_is_repaired),
		TEST(entries_of_others_are_refused),
		TEST(entries_of_another_owner_are_refused),
		TEST(folders_of_others_are_refused),
		TEST(without_a_place_it_works),
		TEST(what_cannot_be_stored_leaves_nothing),
		TEST(the_cache_does_not_grow_without_end),
		TEST(many_processes_at_once),
	};
	return cmocka_run_group_tests(tests, assemble, NULL);
}
