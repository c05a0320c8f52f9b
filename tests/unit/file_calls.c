/* clang-format off */
/* lind-test: sources=src/file/?*.c src/base/interruptible.c src/base/machine.c src/abi/guest.c src/abi/call.c src/abi/layout.c src/rawposix/files.c src/rawposix/io.c src/rawposix/fd.c src/rawposix/transfer.c src/rawposix/sync.c src/rawposix/open.c src/rawposix/stat.c src/rawposix/entry.c src/rawposix/rename.c src/rawposix/attribute.c src/rawposix/times.c src/rawposix/directory.c src/rawposix/xattr.c src/rawposix/names.c src/rawposix/self.c src/rawposix/size_limit.c src/rawposix/waiting.c src/rawposix/poll.c src/rawposix/epoll.c src/rawposix/event.c src/rawposix/ioctl.c src/rawposix/terminal.c */
/* clang-format on */
/* The calls on files, made as a guest makes them, beside the host's own: random sequences of changes in two
 * trees must give the same results and leave the same trees behind. And what a guest may try that no honest
 * program does. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cage/cage.h"
#include "cage/thread.h"
#include "rawposix/files.h"

/* -- the rooms above, as far as these calls see them -- */

static struct memory memory;
static struct cage cage = {.id = 1, .process_group = 1, .session = 1, .name = "test"};
static struct thread thread = {.cage = &cage, .id = 1};
static int signals_sent;
pthread_mutex_t cage_tree_lock = PTHREAD_MUTEX_INITIALIZER;

const struct guest_memory *call_memory(struct call *call, unsigned index)
{
	(void)call;
	(void)index;
	return &memory.guest;
}
struct thread *thread_for(struct thread *caller, const struct cage *target)
{
	(void)target;
	return caller;
}
int signal_send_thread(struct cage *target, uint32_t id, const struct signal_info *info)
{
	(void)target;
	(void)id;
	assert_int_equal(info->number, SIGPIPE);
	signals_sent++;
	return 0;
}
void signal_set_temporary(struct thread *of, signal_set blocked)
{
	of->signals.saved = of->signals.blocked;
	of->signals.restore_saved = true;
	of->signals.blocked = blocked;
}
void signal_set_blocked(struct thread *of, signal_set blocked)
{
	of->signals.blocked = blocked;
}
struct cage *cage_get(uint64_t id)
{
	return id == 1 ? &cage : NULL;
}
void cage_unref(struct cage *of)
{
	(void)of;
}
struct cage *cage_next(const struct cage *previous)
{
	return previous ? NULL : &cage;
}

/* -- a guest -- */

#define AREA 0x10000u
#define SIZE 0x100000u
static char *area; /* the host's address of AREA */
static char top[64];

/* Places a string at the `turn`-th of some places in the guest's memory. */
static uint64_t string(unsigned turn, const char *text)
{
	strcpy(area + turn * 8192, text);
	return AREA + turn * 8192;
}

#define OUT      (AREA + 0x80000u)
#define out_area (area + 0x80000u)

static int64_t make(int64_t (*function)(struct call *), uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		    uint64_t e, uint64_t f)
{
	struct call call = {.thread = &thread, .cage = &cage, .argument = {a, b, c, d, e, f}};
	return function(&call);
}
#define FIRST6(a, b, c, d, e, f, ...)                                                                        \
	(uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), (uint64_t)(e), (uint64_t)(f)
#define GUEST(name, ...) make(sys_##name, FIRST6(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0))

static int set_up(void **state)
{
	(void)state;
	char error[256], path[128];
	strcpy(top, "/tmp/file-calls-XXXXXX");
	assert_non_null(mkdtemp(top));
	memory.guest.base =
		mmap(NULL, GUEST_SPACE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(memory.guest.base, MAP_FAILED);
	area = (char *)memory.guest.base + AREA;
	assert_return_code(mprotect(area, SIZE, PROT_READ | PROT_WRITE), errno);
	cage.memory = &memory;
	umask(0);
	snprintf(path, sizeof path, "%s/ours", top);
	assert_return_code(mkdir(path, 0755), errno);
	cage.space = file_space_new(path, false, error, sizeof error);
	assert_non_null(cage.space);
	snprintf(path, sizeof path, "%s/theirs", top);
	assert_return_code(mkdir(path, 0755), errno);
	assert_return_code(chdir(path), errno);
	cage.files = file_table_new();
	atomic_store(&thread.attention, 0);
	cage.limits[RLIMIT_NOFILE].rlim_cur = 1024;
	cage.limits[RLIMIT_FSIZE].rlim_cur = RLIM_INFINITY;
	umask(022); /* of the reference; the runtime's own is 0, which only the guest's mask then changes */
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char command[128];
	file_table_free(cage.files);
	file_space_free(cage.space);
	munmap(memory.guest.base, GUEST_SPACE);
	assert_return_code(chdir("/"), errno);
	snprintf(command, sizeof command, "rm -rf %s", top);
	return system(command);
}

/* -- ours beside theirs -- */

static const char *random_path(char out[256])
{
	static const char *const parts[] = {"a", "b", "c", "d", "l", "m", "a", "b", ".", ""};
	*out = 0;
	for (long left = 1 + random() % 4; left > 0; left--) {
		strcat(out, parts[(size_t)random() % (sizeof parts / sizeof *parts)]);
		if (left > 1 || random() % 8 == 0)
			strcat(out, "/");
	}
	if (out[0] == '/')
		memmove(out, out + strspn(out, "/"), strlen(out + strspn(out, "/")) + 1);
	return out;
}

static int64_t host(int64_t result)
{
	return result < 0 ? -errno : result;
}

static int64_t host_status(const char *path, int flags, struct stat *out)
{
	return host(fstatat(AT_FDCWD, path, out, flags));
}

/* Opens, closes, and tells what was opened rather than the number. */
static int64_t settle(int64_t guest_fd)
{
	return guest_fd < 0 ? guest_fd : GUEST(close, guest_fd);
}

static void one_change(unsigned turn)
{
	char one[256], other[256];
	struct stat ours, theirs;
	int64_t guest, native;
	random_path(one);
	random_path(other);
	uint64_t path = string(0, one), second = string(1, other);
	long kind = random() % 14, choice = random();
	mode_t mode = 0700 | (choice & 077);
	int flags = (int[]){O_RDONLY,
			    O_WRONLY | O_CREAT,
			    O_RDWR | O_CREAT | O_EXCL,
			    O_RDWR | O_TRUNC,
			    O_DIRECTORY,
			    O_RDONLY | O_NOFOLLOW,
			    O_WRONLY | O_CREAT | O_NOFOLLOW,
			    O_PATH | O_NOFOLLOW}[choice % 8] |
		    O_NONBLOCK;
	switch (kind) {
	case 0:
		guest = GUEST(mkdir, path, mode);
		native = host(mkdir(one, mode));
		break;
	case 1:
		guest = GUEST(rmdir, path);
		native = host(rmdir(one));
		break;
	case 2:
		guest = GUEST(unlinkat, AT_FDCWD, path, 0);
		native = host(unlink(one));
		break;
	case 3:
		guest = GUEST(rename, path, second);
		native = host(rename(one, other));
		break;
	case 4:
		guest = GUEST(renameat2, AT_FDCWD, path, AT_FDCWD, second, 1 + choice % 2);
		native = host(renameat2(AT_FDCWD, one, AT_FDCWD, other, 1 + (unsigned)choice % 2));
		break;
	case 5:
		guest = GUEST(linkat, AT_FDCWD, path, AT_FDCWD, second, choice % 2 ? AT_SYMLINK_FOLLOW : 0);
		native = host(linkat(AT_FDCWD, one, AT_FDCWD, other, choice % 2 ? AT_SYMLINK_FOLLOW : 0));
		break;
	case 6:
		guest = GUEST(symlink, path, second);
		native = host(symlink(one, other));
		break;
	case 7:
	case 8:
		guest = settle(GUEST(openat, AT_FDCWD, path, flags, mode));
		native = host(open(one, flags | O_CLOEXEC, mode));
		if (native >= 0)
			native = host(close((int)native));
		break;
	case 9:
		guest = GUEST(chmod, path, mode);
		native = host(chmod(one, mode));
		break;
	case 10:
		guest = GUEST(truncate, path, choice % 100);
		native = host(truncate(one, choice % 100));
		break;
	case 11:
		guest = GUEST(access, path, choice % 8);
		native = host(access(one, (int)(choice % 8)));
		break;
	case 12:
		guest = GUEST(readlink, path, OUT, 4096);
		native = host(readlink(one, other, sizeof other));
		if (guest > 0)
			assert_memory_equal(other, out_area, (size_t)guest);
		break;
	default:
		guest = choice % 2 ? GUEST(mknod, path, S_IFIFO | mode, 0)
				   : GUEST(newfstatat, AT_FDCWD, path, OUT, AT_SYMLINK_NOFOLLOW);
		native =
			choice % 2 ? host(mkfifo(one, mode)) : host_status(one, AT_SYMLINK_NOFOLLOW, &theirs);
		break;
	}
	if (guest != native)
		fail_msg("turn %u, kind %ld, choice %ld: \"%s\" \"%s\": %ld instead of %ld", turn, kind,
			 choice, one, other, guest, native);
	/* What the paths are now. */
	guest = GUEST(stat, path, OUT);
	native = host_status(one, 0, &theirs);
	memcpy(&ours, out_area, sizeof ours);
	if (guest != native || (guest == 0 && (ours.st_mode != theirs.st_mode ||
					       (S_ISREG(ours.st_mode) && ours.st_size != theirs.st_size) ||
					       ours.st_nlink != theirs.st_nlink)))
		fail_msg("turn %u, kind %ld, choice %ld: \"%s\" \"%s\": stat %ld mode %o instead of %ld mode "
			 "%o",
			 turn, kind, choice, one, other, guest, ours.st_mode, native, theirs.st_mode);
}

static void random_changes_equal_the_hosts(void **state)
{
	(void)state;
	srandom(7);

	for (unsigned turn = 0; turn < 12000; turn++) {
		one_change(turn);
		if (turn % 50 == 0)
			assert_int_equal(system("find . -type p -delete; find ../ours -type p -delete"), 0);
		if (turn % 400 == 0)
			assert_int_equal(system("rm -rf ./* ../ours/*"), 0);
	}
}

/* -- descriptors -- */

static void descriptors_are_the_lowest_and_shared(void **state)
{
	(void)state;
	assert_int_equal(GUEST(open, string(0, "f"), O_RDWR | O_CREAT, 0600), 0);
	assert_int_equal(GUEST(dup, 0), 1);
	assert_int_equal(GUEST(fcntl, 0, F_DUPFD_CLOEXEC, 10), 10);
	assert_int_equal(GUEST(fcntl, 10, F_GETFD), FD_CLOEXEC);
	assert_int_equal(GUEST(fcntl, 0, F_GETFD), 0);
	assert_int_equal(GUEST(dup2, 0, 5), 5);
	assert_int_equal(GUEST(dup2, 5, 5), 5);
	assert_int_equal(GUEST(dup2, 9, 9), -EBADF);
	assert_int_equal(GUEST(dup3, 5, 5, 0), -EINVAL);
	assert_int_equal(GUEST(dup2, 0, 1024), -EBADF);
	assert_int_equal(GUEST(dup2, 0, -1), -EBADF);
	assert_int_equal(GUEST(fcntl, 0, F_DUPFD, 1024), -EINVAL);
	assert_int_equal(GUEST(fcntl, 0, F_DUPFD, 1023), 1023);
	assert_int_equal(GUEST(fcntl, 0, F_DUPFD, 1023), -EMFILE);
	assert_int_equal(GUEST(write, 1, string(0, "hello"), 5), 5);
	assert_int_equal(GUEST(lseek, 5, 0, SEEK_CUR), 5);
	assert_int_equal(GUEST(close, 1), 0);
	assert_int_equal(GUEST(close, 1), -EBADF);
	assert_int_equal(GUEST(open, string(0, "f"), O_RDONLY), 1);
	assert_int_equal(GUEST(close_range, 1, 10, 0), 0);
	assert_int_equal(GUEST(fcntl, 5, F_GETFD), -EBADF);
	assert_int_equal(GUEST(fcntl, 1023, F_GETFD), 0);
	assert_int_equal(GUEST(close_range, 0, ~0u, 4), 0);
	assert_int_equal(GUEST(fcntl, 1023, F_GETFD), FD_CLOEXEC);
	file_table_close_on_exec(cage.files);
	assert_int_equal(GUEST(fcntl, 1023, F_GETFD), -EBADF);
	assert_int_equal(file_next_open(cage.files, 0), -1);
}

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

static void pipes_poll_and_sigpipe(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(GUEST(pipe2, OUT, O_CLOEXEC), 0);
	memcpy(ends, out_area, sizeof ends);
	assert_int_equal(GUEST(fcntl, ends[0], F_GETFD), FD_CLOEXEC);
	struct pollfd polled[4] = {
		{ends[0], POLLIN, 9}, {ends[1], POLLOUT, 9}, {-1, POLLIN, 9}, {77, POLLIN, 9}};
	memcpy(area, polled, sizeof polled);
	assert_int_equal(GUEST(poll, AREA, 4, -1), 2);
	memcpy(polled, area, sizeof polled);
	assert_int_equal(polled[0].revents, 0);
	assert_int_equal(polled[1].revents, POLLOUT);
	assert_int_equal(polled[2].revents, 0);
	assert_int_equal(polled[3].revents, POLLNVAL);
	assert_int_equal(GUEST(poll, AREA, 1, 10), 0);
	assert_int_equal(GUEST(poll, AREA, 1025, 0), -EINVAL);

	fd_set *sets = (fd_set *)area;
	FD_ZERO(&sets[0]);
	FD_ZERO(&sets[1]);
	FD_SET(ends[0], &sets[0]);
	FD_SET(ends[1], &sets[1]);
	assert_int_equal(GUEST(select, 2, AREA, AREA + sizeof(fd_set), 0, 0), 1);
	assert_false(FD_ISSET(ends[0], &sets[0]));
	assert_true(FD_ISSET(ends[1], &sets[1]));
	FD_SET(99, &sets[0]);
	assert_int_equal(GUEST(select, 100, AREA, 0, 0, 0), -EBADF);
	assert_int_equal(GUEST(select, -1, AREA, 0, 0, 0), -EINVAL);

	/* An end that nobody asked about does not keep select spinning. */
	assert_int_equal(GUEST(close, ends[0]), 0);
	struct timespec limit = {.tv_nsec = 20000000};
	memcpy(area + 4096, &limit, sizeof limit);
	FD_ZERO(&sets[0]);
	FD_SET(ends[1], &sets[0]);
	assert_int_equal(GUEST(pselect6, 2, 0, 0, AREA, AREA + 4096, 0), 0);

	assert_int_equal(GUEST(write, ends[1], AREA, 1), -EPIPE);
	assert_int_equal(signals_sent, 1);
	/* Attention ends a wait, but no read of a file. */
	int fd = (int)GUEST(open, string(0, "f"), O_RDWR | O_CREAT, 0600);
	atomic_store(&thread.attention, ATTENTION_SIGNAL);
	assert_int_equal(GUEST(write, fd, AREA, 10), 10);
	assert_int_equal(GUEST(pread64, fd, AREA, 10, 0), 10);
	assert_int_equal(GUEST(open, string(0, "f"), O_RDONLY), 2);
	assert_int_equal(GUEST(poll, AREA, 0, -1), -EINTR);
	assert_int_equal(GUEST(mknod, string(0, "fifo"), S_IFIFO | 0600, 0), 0);
	assert_int_equal(GUEST(open, string(0, "fifo"), O_RDONLY), -EINTR);
	atomic_store(&thread.attention, 0);
}

static void placeholders_list_what_is_in_them(void **state)
{
	(void)state;
	char error[256];
	assert_int_equal(file_space_mount(cage.space, "/dev/null", "/x/y/null", false, error, sizeof error),
			 0);
	assert_int_equal(file_space_mount(cage.space, top, "/x/z", false, error, sizeof error), 0);
	int fd = (int)GUEST(open, string(0, "/x"), O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	int64_t length = GUEST(getdents64, fd, OUT, 4096);
	char names[256] = "";
	for (int64_t at = 0; at < length;) {
		struct dirent64 *entry = (struct dirent64 *)(out_area + at);
		strcat(strcat(names, entry->d_name), " ");
		at += entry->d_reclen;
	}
	assert_string_equal(names, ". .. z y ");
	assert_int_equal(GUEST(getdents64, fd, OUT, 4096), 0);
	assert_int_equal(GUEST(lseek, fd, 0, SEEK_SET), 0);
	assert_int_equal(GUEST(getdents64, fd, OUT, 4096), length);
	assert_int_equal(GUEST(lseek, fd, 0, SEEK_SET), 0);
	assert_int_equal(GUEST(getdents64, fd, OUT, 4), -EINVAL);
	assert_int_equal(GUEST(mkdir, string(0, "/x/new"), 0777), -EROFS);
	assert_int_equal(GUEST(open, string(0, "/x/y/null"), O_RDWR), fd + 1);
	assert_int_equal(GUEST(chdir, string(0, "/x")), 0);
	assert_int_equal(GUEST(getcwd, OUT, 4096), 3);
	assert_string_equal(out_area, "/x");
	assert_int_equal(GUEST(getcwd, OUT, 2), -ERANGE);
	assert_int_equal(GUEST(chdir, string(0, "..")), 0);
	assert_int_equal(GUEST(getcwd, OUT, 4096), 2);
}

static void ioctl_lets_through_what_it_knows(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(GUEST(pipe2, OUT, 0), 0);
	memcpy(ends, out_area, sizeof ends);
	assert_int_equal(GUEST(write, ends[1], AREA, 7), 7);
	assert_int_equal(GUEST(ioctl, ends[0], FIONREAD, OUT), 0);
	assert_int_equal(*(int *)out_area, 7);
	assert_int_equal(GUEST(ioctl, ends[0], FIONREAD, 16), -EFAULT);
	assert_int_equal(GUEST(ioctl, ends[0], TCGETS, OUT), -ENOTTY);
	assert_int_equal(GUEST(ioctl, ends[0], TIOCSTI, OUT), -EPERM);
	assert_int_equal(GUEST(ioctl, ends[0], 0xdeadbeef, OUT), -ENOTTY);
	assert_int_equal(GUEST(ioctl, 50, FIONREAD, OUT), -EBADF);
	assert_int_equal(GUEST(ioctl, ends[0], FIOCLEX, 0), 0);
	assert_int_equal(GUEST(fcntl, ends[0], F_GETFD), FD_CLOEXEC);
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
		cmocka_unit_test_setup_teardown(random_changes_equal_the_hosts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(descriptors_are_the_lowest_and_shared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_pointers_give_efault_and_leave_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(reopening_gains_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pipes_poll_and_sigpipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(placeholders_list_what_is_in_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ioctl_lets_through_what_it_knows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(garbage_is_answered, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
