/* lind-test: sources=src/file/?*.c src/base/interruptible.c src/base/machine.c */
/* Look-ups: a view without mounts must find exactly what the host's kernel finds with RESOLVE_IN_ROOT, for
 * any path and flags; mounts must hold against symbolic links and ".."; and nothing may lead outside. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "file/file.h"

static char top[64], error_text[256];
static int top_fd;

static void make_dir(const char *path)
{
	assert_return_code(mkdirat(top_fd, path, 0755), errno);
}
static void make_file(const char *path, const char *text)
{
	int fd = openat(top_fd, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}
static void make_link(const char *text, const char *path)
{
	assert_return_code(symlinkat(text, top_fd, path), errno);
}

static int set_up(void **state)
{
	(void)state;
	umask(0);
	strcpy(top, "/tmp/file-look-XXXXXX");
	assert_non_null(mkdtemp(top));
	top_fd = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	make_dir("r");
	make_dir("r/a");
	make_dir("r/a/b");
	make_dir("r/a/b/c");
	make_file("r/a/f", "f");
	make_file("r/g", "g");
	make_file("outside", "secret");
	make_link("a", "r/l");
	make_link("/a/b", "r/abs");
	make_link("../..", "r/a/b/up");
	make_link("../../../../../outside", "r/escape");
	make_link("nowhere", "r/dangling");
	make_link("/new/x", "r/a/far");
	make_link("loop2", "r/loop1");
	make_link("loop1", "r/loop2");
	make_link("f", "r/a/lf");
	make_link("b/c/", "r/a/slash");
	make_link("../g", "r/a/b/c/../pg");
	make_link(".", "r/here");
	make_link("/", "r/a/root");
	make_link("l/b/../lf", "r/deep");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", top);
	close(top_fd);
	return system(command);
}

static char *under_top(const char *name)
{
	static char path[4][256];
	static unsigned turn;
	char *out = path[turn++ % 4];
	snprintf(out, sizeof path[0], "%s/%s", top, name);
	return out;
}

static struct file_space *view_of(const char *name)
{
	struct file_space *space = file_space_new(under_top(name), false, error_text, sizeof error_text);
	assert_non_null(space);
	return space;
}

static const char *const parts[] = {"a",        "b",   "c",     "f",  "g",     "l",  "abs", "up",   "escape",
				    "dangling", "far", "loop1", "lf", "slash", "pg", "..",  "here", "root",
				    "deep",     "n",   ".",     "",   "..",    "a",  "b"};
#define PARTS (sizeof parts / sizeof *parts)

/* Removes the files that were not there at first. */
static void remove_made(int root)
{
	static const char *const folders[] = {"", "a/", "a/b/", "a/b/c/"};
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < PARTS; j++) {
			char path[64];
			struct stat status;
			snprintf(path, sizeof path, "%s%s", folders[i], parts[j]);
			if (fstatat(root, path, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
			    S_ISREG(status.st_mode) && strcmp(path, "a/f") != 0 && strcmp(path, "g") != 0)
				unlinkat(root, path, 0);
		}
	unlinkat(root, "nowhere", 0);
}

/* One path, one set of flags: our answer beside the kernel's. */
static void compare(struct file_space *space, int root, struct file *directory, int host_directory,
		    const char *path, int flags)
{
	struct stat ours = {0}, theirs = {0};
	int error = 0;
	bool makes = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
	struct file *file = file_open(space, directory, path, flags, 0644, &error);
	if (file)
		assert_return_code(fstat(file->host, &ours), errno);
	if (makes)
		ours.st_ino = 0;
	if (makes && file)
		remove_made(root);
	struct open_how how = {.flags = (unsigned)flags | O_CLOEXEC,
			       .mode = makes ? 0644 & ~022 : 0,
			       .resolve = RESOLVE_IN_ROOT};
	int fd = (int)syscall(SYS_openat2, path[0] == '/' ? root : host_directory, path, &how, sizeof how);
	int host_error = fd < 0 ? -errno : 0;
	if (fd >= 0)
		assert_return_code(fstat(fd, &theirs), errno);
	if (makes)
		theirs.st_ino = 0;
	if (error != host_error || ours.st_ino != theirs.st_ino || ours.st_mode != theirs.st_mode)
		fail_msg("%s flags %o: ours %d inode %lu mode %o, kernel's %d inode %lu mode %o", path,
			 (unsigned)flags, error, ours.st_ino, ours.st_mode, host_error, theirs.st_ino,
			 theirs.st_mode);
	if (makes && fd >= 0)
		remove_made(root);
	if (fd >= 0)
		close(fd);
	if (file)
		file_unref(file);
}

static const int some_flags[] = {
	O_PATH,
	O_PATH | O_NOFOLLOW,
	O_RDONLY,
	O_RDONLY | O_DIRECTORY,
	O_RDONLY | O_NOFOLLOW,
	O_RDONLY | O_NOFOLLOW | O_DIRECTORY,
	O_RDWR,
	O_WRONLY | O_CREAT,
	O_WRONLY | O_CREAT | O_EXCL,
	O_RDONLY | O_CREAT | O_NOFOLLOW,
	O_RDWR | O_TMPFILE,
};

static void random_paths_equal_the_kernels(void **state)
{
	(void)state;
	struct file_space *space = view_of("r");
	int root = open(under_top("r"), O_PATH | O_DIRECTORY | O_CLOEXEC), error = 0;
	srandom(1);
	for (unsigned i = 0; i < 20000; i++) {
		char path[256] = "";
		if (random() % 2)
			strcpy(path, "/");
		for (long left = 1 + random() % 6; left > 0; left--) {
			strcat(path, parts[(size_t)random() % PARTS]);
			if (left > 1 || random() % 5 == 0)
				strcat(path, "/");
		}
		compare(space, root, NULL, root, path,
			some_flags[(size_t)random() % (sizeof some_flags / sizeof *some_flags)]);
	}
	assert_int_equal(error, 0);
	close(root);
	file_space_free(space);
}

static const char *read_all(struct file_space *space, struct file *directory, const char *path)
{
	static char text[64];
	int error;
	struct file *file = file_open(space, directory, path, O_RDONLY, 0, &error);
	if (!file)
		return strerrorname_np(-error);
	ssize_t length = read(file->host, text, sizeof text - 1);
	text[length < 0 ? 0 : length] = 0;
	if (length < 0)
		strcpy(text, strerrorname_np(errno));
	file_unref(file);
	return text;
}

static void mounts_are_found_however_reached(void **state)
{
	(void)state;
	make_dir("m");
	make_dir("m/sub");
	make_file("m/x", "mounted");
	make_link("/g", "m/back");
	make_link("../g", "m/sub/dots");
	make_file("single", "one file");
	struct file_space *space = view_of("r");
	assert_int_equal(
		file_space_mount(space, under_top("m"), "/a/b", false, error_text, sizeof error_text), 0);
	assert_int_equal(file_space_mount(space, under_top("m"), "/not/there/yet", true, error_text,
					  sizeof error_text),
			 0);
	assert_int_equal(
		file_space_mount(space, under_top("single"), "/a/f", false, error_text, sizeof error_text),
		0);
	assert_int_equal(
		file_space_mount(space, under_top("single"), "/l/nf", false, error_text, sizeof error_text),
		0);
	assert_int_equal(
		file_space_mount(space, under_top("m"), "relative", false, error_text, sizeof error_text),
		-EINVAL);
	assert_int_equal(
		file_space_mount(space, under_top("m"), "/a/../b", false, error_text, sizeof error_text),
		-EINVAL);
	assert_int_equal(
		file_space_mount(space, under_top("gone"), "/b", false, error_text, sizeof error_text),
		-ENOENT);

	assert_string_equal(read_all(space, NULL, "/a/b/x"), "mounted");
	assert_string_equal(read_all(space, NULL, "a//b/./x"), "mounted");
	assert_string_equal(read_all(space, NULL, "/l/b/x"), "mounted");
	assert_string_equal(read_all(space, NULL, "/abs/x"), "mounted");
	assert_string_equal(read_all(space, NULL, "/a/b/../b/x"), "mounted");
	assert_string_equal(read_all(space, NULL, "/a/b/sub/../x"), "mounted");
	assert_string_equal(read_all(space, NULL, "/a/b/../../g"), "g");
	assert_string_equal(read_all(space, NULL, "/a/b/back"), "g");
	assert_string_equal(read_all(space, NULL, "/a/b/sub/dots"), "ENOENT"); /* /a/b/g */
	assert_string_equal(read_all(space, NULL, "/a/b/c"), "ENOENT");
	assert_string_equal(read_all(space, NULL, "/a/f"), "one file");
	assert_string_equal(read_all(space, NULL, "/a/lf"), "one file");
	assert_string_equal(read_all(space, NULL, "/a/f/"), "ENOTDIR");
	assert_string_equal(read_all(space, NULL, "/a/f/.."), "ENOTDIR");
	assert_string_equal(read_all(space, NULL, "/a/f/x"), "ENOTDIR");
	assert_string_equal(read_all(space, NULL, "/l/nf"), "one file");
	assert_string_equal(read_all(space, NULL, "/a/nf"), "one file");
	assert_string_equal(read_all(space, NULL, "/not/there/yet/x"), "mounted");
	assert_string_equal(read_all(space, NULL, "/not/there/yet/../../../g"), "g");
	assert_string_equal(read_all(space, NULL, "/not/there"), "EISDIR");
	assert_string_equal(read_all(space, NULL, "/not/other"), "ENOENT");

	int error;
	struct file *directory = file_open(space, NULL, "/not", O_RDONLY | O_DIRECTORY, 0, &error);
	assert_non_null(directory);
	assert_string_equal(read_all(space, directory, "there/yet/x"), "mounted");
	assert_string_equal(read_all(space, directory, "../g"), "g");
	file_unref(directory);
	directory = file_open(space, NULL, "/a/b/sub", O_RDONLY | O_DIRECTORY, 0, &error);
	assert_non_null(directory);
	assert_string_equal(read_all(space, directory, "../x"), "mounted");
	assert_string_equal(read_all(space, directory, "../../../g"), "g");
	assert_string_equal(read_all(space, directory, "../../b/sub/../x"), "mounted");
	assert_int_equal(file_space_chdir(space, directory), 0);
	char path[256];
	assert_int_equal(file_space_working_directory(space, path, sizeof path), 8);
	assert_string_equal(path, "/a/b/sub");
	assert_string_equal(read_all(space, NULL, "../x"), "mounted");
	/* Renamed behind its back, it is still itself. */
	assert_return_code(renameat(top_fd, "m/sub", top_fd, "m/moved"), errno);
	assert_int_equal(file_space_working_directory(space, path, sizeof path), 10);
	assert_string_equal(path, "/a/b/moved");
	assert_string_equal(read_all(space, NULL, "../x"), "mounted");
	/* Moved out of the view, it has no path, and ".." leads nowhere. */
	assert_return_code(renameat(top_fd, "m/moved", top_fd, "out"), errno);
	assert_int_equal(file_space_working_directory(space, path, sizeof path), -ENOENT);
	assert_string_equal(read_all(space, NULL, ".."), "ENOENT");
	assert_string_equal(read_all(space, NULL, "../outside"), "ENOENT");
	assert_string_equal(read_all(space, NULL, "/g"), "g");
	/* Removed, its parent still counts. */
	assert_return_code(renameat(top_fd, "out", top_fd, "m/back-again"), errno);
	assert_string_equal(read_all(space, NULL, "../x"), "mounted");
	assert_return_code(unlinkat(top_fd, "m/back-again/dots", 0), errno);
	assert_return_code(unlinkat(top_fd, "m/back-again", AT_REMOVEDIR), errno);
	assert_int_equal(file_space_working_directory(space, path, sizeof path), -ENOENT);
	assert_string_equal(read_all(space, NULL, "../x"), "mounted");
	file_unref(directory);
	file_space_free(space);
}

static int try_open(struct file_space *space, const char *path, int flags)
{
	int error = 0;
	struct file *file = file_open(space, NULL, path, flags, 0644, &error);
	if (file)
		file_unref(file);
	return error;
}

static void read_only_mounts_refuse_as_linux_does(void **state)
{
	(void)state;
	struct file_space *space = file_space_new(under_top("r"), true, error_text, sizeof error_text);
	assert_int_equal(try_open(space, "/g", O_RDONLY), 0);
	assert_int_equal(try_open(space, "/g", O_RDONLY | O_CREAT), 0);
	assert_int_equal(try_open(space, "/g", O_RDWR), -EROFS);
	assert_int_equal(try_open(space, "/g", O_WRONLY), -EROFS);
	assert_int_equal(try_open(space, "/g", O_RDONLY | O_TRUNC), -EROFS);
	assert_int_equal(try_open(space, "/new", O_RDONLY | O_CREAT), -EROFS);
	assert_int_equal(try_open(space, "/none/new", O_RDONLY | O_CREAT), -ENOENT);
	assert_int_equal(try_open(space, "/g", O_RDONLY | O_CREAT | O_EXCL), -EEXIST);
	assert_int_equal(try_open(space, "/a", O_RDWR), -EISDIR);
	assert_int_equal(try_open(space, "/a", O_RDONLY | O_CREAT), -EISDIR);
	assert_int_equal(try_open(space, "/a", O_RDWR | O_TMPFILE), -EROFS);
	assert_int_equal(try_open(space, "/a/lf", O_RDWR), -EROFS);
	assert_int_equal(try_open(space, "/a/lf", O_RDWR | O_NOFOLLOW), -ELOOP);
	assert_int_equal(try_open(space, "/dangling", O_RDWR | O_CREAT), -EROFS);
	int error;
	struct file *file = file_open(space, NULL, "/g", O_RDONLY, 0, &error);
	struct file_view view = {.space = space};
	assert_null(file_reopen(&view, file, O_RDWR, &error));
	assert_int_equal(error, -EROFS);
	struct file *anew = file_reopen(&view, file, O_RDONLY, &error);
	assert_non_null(anew);
	file_unref(anew);
	file_unref(file);
	file_space_free(space);
}

static void places_name_parent_and_component(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		int error;
		const char *name;
	} rows[] = {
		{"g", 0, "g"},         {"/a/f", 0, "f"},        {"/l/lf", 0, "lf"},
		{"a/b/", 0, "b/"},     {"/", 0, "/"},           {"///", 0, "/"},
		{"/..", 0, ".."},      {"a/.", 0, "."},         {"a/b/..", 0, ".."},
		{"/abs", 0, "abs"},    {"", -ENOENT, ""},       {"nope/x", -ENOENT, ""},
		{"g/x", -ENOTDIR, ""}, {"loop1/x", -ELOOP, ""}, {"loop1", 0, "loop1"},
		{"a/b/../f", 0, "f"},  {"../../x", 0, "x"},
	};
	struct file_space *space = view_of("r");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct file_place place;
		int result = file_place_find(space, NULL, rows[i].path, FILE_PLACE_PARENT, &place);
		if (result != rows[i].error)
			fail_msg("%s: %d instead of %d", rows[i].path, result, rows[i].error);
		if (result < 0)
			continue;
		assert_string_equal(place.name, rows[i].name);
		file_place_end(&place);
	}
	char longest[300];
	memset(longest, 'x', sizeof longest);
	struct file_place place;
	longest[255] = 0;
	assert_int_equal(file_place_find(space, NULL, longest, FILE_PLACE_PARENT, &place), 0);
	file_place_end(&place);
	longest[255] = 'x';
	longest[256] = 0;
	assert_int_equal(file_place_find(space, NULL, longest, FILE_PLACE_PARENT, &place), -ENAMETOOLONG);
	assert_int_equal(file_place_find(space, NULL, "escape", FILE_PLACE_TARGET, &place), -ENOENT);
	file_space_free(space);
}

static void directories_from_outside_lead_nowhere(void **state)
{
	(void)state;
	struct file_space *space = view_of("r");
	struct file *file = file_new(open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC), O_RDONLY);
	assert_string_equal(read_all(space, file, "outside"), "EACCES");
	assert_string_equal(read_all(space, file, "/g"), "g");
	assert_int_equal(file_space_chdir(space, file), -EACCES);
	file_unref(file);
	file_space_free(space);
}

static void limits_are_the_kernels(void **state)
{
	(void)state;
	struct file_space *space = view_of("r");
	int root = open(under_top("r"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	char name[32], text[32], path[LIMIT_PATH + 8];
	make_link("g", "r/chain1");
	for (int i = 2; i <= LIMIT_SYMLINKS + 1; i++) {
		snprintf(name, sizeof name, "r/chain%d", i);
		snprintf(text, sizeof text, "chain%d", i - 1);
		make_link(text, name);
	}
	assert_string_equal(read_all(space, NULL, "chain40"), "g");
	assert_string_equal(read_all(space, NULL, "/chain41"), "ELOOP");
	compare(space, root, NULL, root, "chain40", O_RDONLY);
	compare(space, root, NULL, root, "chain41", O_RDONLY);
	/* The longest path, and one past it, by the fast way and by the other. */
	memset(path, '/', sizeof path);
	for (int by_link = 0; by_link < 2; by_link++) {
		const char *end = by_link ? "here/g" : "a/../g";
		strcpy(path + LIMIT_PATH - 1 - strlen(end), end);
		compare(space, root, NULL, root, path, O_RDONLY);
		assert_string_equal(read_all(space, NULL, path), "g");
		memset(path, '/', sizeof path);
		strcpy(path + LIMIT_PATH - strlen(end), end);
		compare(space, root, NULL, root, path, O_RDONLY);
		assert_string_equal(read_all(space, NULL, path), "ENAMETOOLONG");
		memset(path, '/', sizeof path);
	}
	close(root);
	file_space_free(space);
}

static atomic_bool racing;

/* Swaps folders for links that lead up and out, and moves one about. */
static void *swap(void *unused)
{
	for (unsigned i = 0; racing; i++) {
		renameat2(top_fd, "r/a", top_fd, "r/out1", RENAME_EXCHANGE);
		renameat2(top_fd, "r/a/b", top_fd, "r/out2", RENAME_EXCHANGE);
		renameat2(top_fd, "r/deep1/deep2/deep3", top_fd, i % 2 ? "r/a/moved" : "moved-out",
			  RENAME_NOREPLACE);
		renameat2(top_fd, i % 2 ? "r/a/moved" : "moved-out", top_fd, "r/deep1/deep2/deep3",
			  RENAME_NOREPLACE);
	}
	return unused;
}

static void nothing_leads_outside_while_folders_are_swapped(void **state)
{
	(void)state;
	static const char *const paths[] = {"a/outside",       "a/b/outside",       "/a/b/../outside",
					    "out1/outside",    "out2/../outside",   "../outside",
					    "../../outside",   "../../../outside",  "../../../../outside",
					    "a/../../outside", "b/../../../outside"};
	make_link("..", "r/out1");
	make_link("../../..", "r/out2");
	make_dir("r/deep1");
	make_dir("r/deep1/deep2");
	make_dir("r/deep1/deep2/deep3");
	make_dir("m");
	struct file_space *space = view_of("r");
	assert_int_equal(
		file_space_mount(space, under_top("m"), "/a/m", false, error_text, sizeof error_text), 0);
	int error;
	struct file *moving = file_open(space, NULL, "/deep1/deep2/deep3", O_PATH | O_DIRECTORY, 0, &error);
	assert_non_null(moving);
	pthread_t thread;
	racing = true;
	assert_int_equal(pthread_create(&thread, NULL, swap, NULL), 0);
	for (int i = 0; i < 40000; i++) {
		const char *text = read_all(space, i % 2 ? moving : NULL,
					    paths[(size_t)i / 2 % (sizeof paths / sizeof *paths)]);
		if (strcmp(text, "secret") == 0)
			fail_msg("%s leads outside", paths[(size_t)i / 2 % (sizeof paths / sizeof *paths)]);
		struct file_place place;
		if (file_place_find(space, i % 2 ? moving : NULL,
				    paths[(size_t)i / 2 % (sizeof paths / sizeof *paths)], FILE_PLACE_PARENT,
				    &place) == 0) {
			assert_int_equal(faccessat(place.host, "outside", F_OK, AT_SYMLINK_NOFOLLOW), -1);
			file_place_end(&place);
		}
	}
	racing = false;
	pthread_join(thread, NULL);
	file_unref(moving);
	file_space_free(space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_paths_equal_the_kernels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mounts_are_found_however_reached, set_up, tear_down),
		cmocka_unit_test_setup_teardown(read_only_mounts_refuse_as_linux_does, set_up, tear_down),
		cmocka_unit_test_setup_teardown(places_name_parent_and_component, set_up, tear_down),
		cmocka_unit_test_setup_teardown(directories_from_outside_lead_nowhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits_are_the_kernels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_leads_outside_while_folders_are_swapped, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
