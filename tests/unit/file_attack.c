/* clang-format off */
/* lind-test: sources=src/file/?*.c src/base/interruptible.c src/base/machine.c src/abi/guest.c src/abi/call.c src/abi/layout.c src/rawposix/files.c src/rawposix/io.c src/rawposix/fd.c src/rawposix/transfer.c src/rawposix/sync.c src/rawposix/open.c src/rawposix/stat.c src/rawposix/entry.c src/rawposix/rename.c src/rawposix/attribute.c src/rawposix/times.c src/rawposix/directory.c src/rawposix/xattr.c src/rawposix/names.c src/rawposix/self.c src/rawposix/system.c src/rawposix/size_limit.c src/rawposix/waiting.c src/rawposix/poll.c src/rawposix/epoll.c src/rawposix/event.c src/rawposix/ioctl.c src/rawposix/terminal.c */
/* clang-format on */
/* What a guest may try with the calls on files that no honest program does. */
#include "file_guest.h"

static void bad_pointers_give_efault_and_leave_nothing(void **state)
{
	(void)state;
	assert_int_equal(guest_faults_start(), 0);
	static const uint64_t bad[] = {0, 1, 4096, AREA + SIZE, 0xfffffff0u, 0xffffffffu};
	int fd = (int)GUEST(open, string(0, "f"), O_RDWR | O_CREAT, 0600);
	assert_int_equal(GUEST(write, fd, string(0, "0123456789"), 10), 10);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint64_t address = bad[i];
		assert_int_equal(GUEST(pread64, fd, address, 10, 0), -EFAULT);
		assert_int_equal(GUEST(pwrite64, fd, address, 10, 0), -EFAULT);
		assert_int_equal(GUEST(open, address, O_RDONLY), -EFAULT);
		assert_int_equal(GUEST(stat, string(0, "f"), address), -EFAULT);
		assert_int_equal(GUEST(fstat, fd, address), -EFAULT);
		assert_int_equal(GUEST(pipe2, address, 0), -EFAULT);
		assert_int_equal(GUEST(readv, fd, address, 1), -EFAULT);
		assert_int_equal(GUEST(poll, address, 1, 0), -EFAULT);
		assert_int_equal(GUEST(fcntl, fd, F_GETLK, address), -EFAULT);
		assert_int_equal(GUEST(getcwd, address, 100), -EFAULT);
		assert_int_equal(GUEST(openat2, AT_FDCWD, string(0, "f"), address, 24), -EFAULT);
	}
	assert_int_equal(file_next_open(cage.files, fd + 1), -1);
	/* A buffer that begins well and runs out of memory, or of the address space. */
	assert_int_equal(GUEST(pread64, fd, AREA + SIZE - 4, 10, 0), 4);
	assert_int_equal(GUEST(pread64, fd, 0xfffffffcu, 10, 0), -EFAULT);
	uint32_t vector[2] = {AREA + SIZE - 4, 0xffffffffu};
	memcpy(area, vector, sizeof vector);
	assert_int_equal(GUEST(readv, fd, AREA, 1), -EINVAL);
	assert_int_equal(GUEST(readv, fd, AREA, 1025), -EINVAL);
	assert_int_equal(GUEST(readv, fd, AREA, -1), -EINVAL);
	assert_int_equal(GUEST(readv, 77, AREA, 1), -EBADF);
}

static void reopening_gains_nothing(void **state)
{
	(void)state;
	char error[256], path[128];
	snprintf(path, sizeof path, "%s/readable", top);
	assert_return_code(mkdir(path, 0755), errno);
	assert_int_equal(file_space_mount(cage.space, path, "/ro", true, error, sizeof error), 0);
	strcat(path, "/f");
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
	int fd = (int)GUEST(open, string(0, "/ro/f"), O_RDONLY);
	assert_int_equal(fd, 0);
	assert_int_equal(GUEST(open, string(0, "/proc/self/fd/0"), O_RDWR), -EROFS);
	assert_int_equal(GUEST(open, string(0, "/dev/fd/0"), O_RDONLY | O_TRUNC), -EROFS);
	assert_int_equal(GUEST(open, string(0, "/dev/stdin"), O_WRONLY), -EROFS);
	assert_int_equal(GUEST(truncate, string(0, "/dev/stdin"), 0), -EROFS);
	assert_int_equal(GUEST(chmod, string(0, "/proc/self/fd/0"), 0777), -EROFS);
	assert_int_equal(GUEST(fchmod, fd, 0777), -EROFS);
	assert_int_equal(GUEST(fchown, fd, 0, 0), -EROFS);
	assert_int_equal(GUEST(utimensat, fd, 0, 0, 0), -EROFS);
	assert_int_equal(GUEST(fsetxattr, fd, string(0, "user.x"), AREA, 1, 0), -EROFS);
	assert_int_equal(GUEST(linkat, AT_FDCWD, string(0, "/proc/self/fd/0"), AT_FDCWD, string(1, "/mine"),
			       AT_SYMLINK_FOLLOW),
			 -EXDEV);
	assert_int_equal(GUEST(rename, string(0, "/ro/f"), string(1, "/f")), -EXDEV);
	assert_int_equal(GUEST(unlink, string(0, "/ro/f")), -EROFS);
	assert_int_equal(GUEST(mkdir, string(0, "/ro/d"), 0777), -EROFS);
	assert_int_equal(GUEST(mkdir, string(0, "/ro/f"), 0777), -EEXIST);
	assert_int_equal(GUEST(rmdir, string(0, "/ro")), -EBUSY);
	assert_int_equal(GUEST(rename, string(0, "/ro"), string(1, "/rw")), -EBUSY);
	assert_int_equal(GUEST(mkdir, string(0, "/ro"), 0777), -EEXIST);
	assert_int_equal(GUEST(open, string(0, "/dev/fd/0"), O_RDONLY), 1);
	assert_int_equal(GUEST(readlink, string(0, "/proc/self/fd/1"), OUT, 100), 5);
	assert_memory_equal(out_area, "/ro/f", 5);
	assert_int_equal(GUEST(open, string(0, "/dev/fd/7"), O_RDONLY), -ENOENT);
	assert_int_equal(GUEST(open, string(0, "/dev/fd/01"), O_RDONLY), -ENOENT);
	assert_int_equal(GUEST(open, string(0, "/dev/fd/99999999999999999999"), O_RDONLY), -ENOENT);
	/* What was handed in for reading stays so, and a folder leads nowhere. */
	snprintf(path, sizeof path, "%s/given", top);
	struct file *given = file_new(open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0666), O_RDONLY);
	assert_int_equal(file_install_at(cage.files, given, 0, 1, false), 0);
	assert_int_equal(GUEST(open, string(0, "/dev/stdin"), O_RDWR), -EACCES);
	assert_int_equal(GUEST(fchmod, 0, 0777), -EROFS);
	assert_int_equal(GUEST(chmod, string(0, "/dev/stdin"), 0777), -EROFS);
	assert_int_equal(GUEST(truncate, string(0, "/dev/stdin"), 0), -EROFS);
	assert_int_equal(GUEST(fchownat, 0, string(0, ""), 0, 0, AT_EMPTY_PATH), -EROFS);
	assert_int_equal(GUEST(utimensat, 0, 0, 0, 0), -EROFS);
	assert_int_equal(GUEST(lsetxattr, string(0, "/proc/self/fd/0"), string(1, "user.x"), AREA, 1, 0),
			 -EPERM);
	assert_int_equal(GUEST(readlink, string(0, "/proc/self/fd/0"), OUT, 100), 1); /* not where it lies */
	struct file *folder = file_new(open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC), O_RDONLY);
	assert_int_equal(file_install_at(cage.files, folder, 5, 6, false), 5);
	assert_int_equal(GUEST(openat, 5, string(0, "given"), O_RDONLY), -EACCES);
	assert_int_equal(GUEST(fchdir, 5), -EACCES);
	assert_int_equal(GUEST(chdir, string(0, "/proc/self/fd/5")), -EACCES);
	assert_int_equal(GUEST(linkat, 5, string(0, ""), AT_FDCWD, string(1, "/mine"), AT_EMPTY_PATH),
			 -EXDEV);
}

/* -- garbage -- */

static uint64_t garbage(void)
{
	static const char *const texts[] = {"f", "g", "a/b", "/dev/fd/3", "/proc/self/fd/1", "..", "/",
					    "",  "l", "l/f", "user.x",    "/proc/self/maps"};
	switch (random() % 8) {
	case 0:
	case 1:
		return (uint64_t)(random() % 12);
	case 2:
	case 3:
		return string((unsigned)random() % 8,
			      texts[(size_t)random() % (sizeof texts / sizeof *texts)]);
	case 4:
		return AREA + SIZE - (uint64_t)(random() % 64);
	case 5:
		return (uint64_t)(int64_t)(int)(random() % 3 ? AT_FDCWD : -1);
	case 6:
		return UINT64_C(1) << random() % 64;
	default:
		return (uint64_t)random() << 33 ^ (uint64_t)random();
	}
}

/* Whatever a guest passes, the answer is a result or an errno, and the sanitizers have nothing to say. */
static void garbage_is_answered(void **state)
{
	(void)state;
#define C(name) sys_##name
	static int64_t (*const calls[])(struct call *) = {
		C(read),
		C(write),
		C(open),
		C(close),
		C(stat),
		C(fstat),
		C(lstat),
		C(poll),
		C(lseek),
		C(ioctl),
		C(pread64),
		C(pwrite64),
		C(readv),
		C(writev),
		C(access),
		C(pipe),
		C(select),
		C(dup),
		C(dup2),
		C(dup3),
		C(sendfile),
		C(fcntl),
		C(flock),
		C(fsync),
		C(fdatasync),
		C(truncate),
		C(ftruncate),
		C(getcwd),
		C(chdir),
		C(fchdir),
		C(rename),
		C(mkdir),
		C(rmdir),
		C(creat),
		C(link),
		C(unlink),
		C(symlink),
		C(readlink),
		C(chmod),
		C(fchmod),
		C(umask),
		C(utime),
		C(mknod),
		C(statfs),
		C(fstatfs),
		C(readahead),
		C(setxattr),
		C(fgetxattr),
		C(listxattr),
		C(removexattr),
		C(utimes),
		C(getdents64),
		C(fadvise64),
		C(openat),
		C(mkdirat),
		C(mknodat),
		C(futimesat),
		C(newfstatat),
		C(unlinkat),
		C(renameat),
		C(linkat),
		C(symlinkat),
		C(readlinkat),
		C(fchmodat),
		C(faccessat),
		C(pselect6),
		C(ppoll),
		C(splice),
		C(tee),
		C(vmsplice),
		C(sync_file_range),
		C(utimensat),
		C(epoll_create1),
		C(epoll_ctl),
		C(epoll_wait),
		C(epoll_pwait),
		C(epoll_pwait2),
		C(eventfd2),
		C(timerfd_create),
		C(timerfd_settime),
		C(timerfd_gettime),
		C(fallocate),
		C(pipe2),
		C(inotify_init1),
		C(inotify_add_watch),
		C(inotify_rm_watch),
		C(preadv),
		C(pwritev),
		C(preadv2),
		C(pwritev2),
		C(renameat2),
		C(memfd_create),
		C(copy_file_range),
		C(statx),
		C(openat2),
		C(faccessat2),
		C(close_range),
	};
#undef C
	const struct rlimit small = {1 << 26, 1 << 26};
	assert_int_equal(guest_faults_start(), 0);
	assert_return_code(setrlimit(RLIMIT_FSIZE, &small), errno);
	atomic_store(&thread.attention, ATTENTION_SIGNAL); /* nothing may sleep */
	srandom(11);
	for (int i = 0; i < 200000; i++) {
		struct call call = {.thread = &thread, .cage = &cage};
		for (int j = 0; j < CALL_ARGUMENTS; j++)
			call.argument[j] = garbage();
		int64_t result = calls[(size_t)random() % (sizeof calls / sizeof *calls)](&call);
		if (result < -4095)
			fail_msg("a result of %ld", result);
		cage.limits[RLIMIT_NOFILE].rlim_cur = (uint64_t)(random() % 40);
	}
	cage.limits[RLIMIT_NOFILE].rlim_cur = 1024;
	cage.limits[RLIMIT_FSIZE].rlim_cur = RLIM_INFINITY;
	atomic_store(&thread.attention, 0);
}

int main(void)
{
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bad_pointers_give_efault_and_leave_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(reopening_gains_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(garbage_is_answered, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
