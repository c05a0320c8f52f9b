/* clang-format off */
/* lind-test: sources=src/file/?*.c src/base/interruptible.c src/base/machine.c src/abi/guest.c src/abi/call.c src/abi/layout.c src/rawposix/files.c src/rawposix/io.c src/rawposix/fd.c src/rawposix/transfer.c src/rawposix/sync.c src/rawposix/open.c src/rawposix/stat.c src/rawposix/entry.c src/rawposix/rename.c src/rawposix/attribute.c src/rawposix/times.c src/rawposix/directory.c src/rawposix/xattr.c src/rawposix/names.c src/rawposix/self.c src/rawposix/system.c src/rawposix/size_limit.c src/rawposix/waiting.c src/rawposix/poll.c src/rawposix/epoll.c src/rawposix/event.c src/rawposix/ioctl.c src/rawposix/terminal.c */
/* clang-format on */
/* The calls on files, made as a guest makes them, beside the host's own: random sequences of changes in two
 * trees must give the same results and leave the same trees behind. */
#include "file_guest.h"

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
	FD_SET(63, &sets[0]);
	assert_int_equal(GUEST(select, 64, AREA, 0, 0, 0), -EBADF);
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

int main(void)
{
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_changes_equal_the_hosts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(descriptors_are_the_lowest_and_shared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pipes_poll_and_sigpipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(placeholders_list_what_is_in_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ioctl_lets_through_what_it_knows, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
