/* The seccomp filter, run by an interpreter of our own: what it lets pass, and what it makes of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "lind/filter.h"

#define SELF    4711
#define DENIED  (SECCOMP_RET_ERRNO | EPERM)
#define MISSING (SECCOMP_RET_ERRNO | ENOSYS)
#define ALLOWED SECCOMP_RET_ALLOW
#define DEADLY  SECCOMP_RET_KILL_PROCESS
#define ask(call, ...)                                                                                       \
	decide(&(struct seccomp_data){.nr = (int)(call), .arch = AUDIT_ARCH_X86_64, .args = {__VA_ARGS__}})

static struct sock_filter code[FILTER_LONGEST];
static size_t length;

static int start(void **state)
{
	(void)state;
	length = filter_build(code, FILTER_LONGEST, false, SELF);
	return length ? 0 : -1;
}

/* What the kernel would decide. */
static uint32_t decide(const struct seccomp_data *data)
{
	uint32_t accumulator = 0;
	for (size_t at = 0;; at++) {
		assert_in_range(at, 0, length - 1);
		const struct sock_filter *step = &code[at];
		switch (step->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_in_range(step->k, 0, sizeof *data - 4);
			memcpy(&accumulator, (const char *)data + step->k, 4);
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			accumulator &= step->k;
			break;
		case BPF_JMP | BPF_JA:
			at += step->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			at += accumulator == step->k ? step->jt : step->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			at += accumulator >= step->k ? step->jt : step->jf;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			at += accumulator & step->k ? step->jt : step->jf;
			break;
		case BPF_RET | BPF_K:
			return step->k;
		default:
			fail_msg("no such instruction: %x", step->code);
		}
	}
}

/* A row for each call that is allowed whatever its arguments (1), that depends on them (2), that is deadly
 * (3). */
enum { ANY = 1, ONE_OF = 2, WITHOUT = 2, NOT_ALL = 2, WITH = 2, OWN = 2, DOMAIN = 2, ABSENT = 3, FATAL = 4 };
#define ROW(name, test, argument, ...) {SYS_##name, test},
static const struct {
	int number, test;
} rows[] = {
#include "lind/host_calls.def"
};

static void every_row_is_found(void **state)
{
	uint8_t tests[1000] = {0};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tests[rows[i].number] = (uint8_t)rows[i].test;
	for (size_t number = 0; number < sizeof tests; number++) {
		uint32_t answer = ask(number, UINT64_MAX, UINT64_MAX, UINT64_MAX);
		if (tests[number] == 2)
			assert_true(answer == DENIED || answer == ALLOWED);
		else
			assert_int_equal(answer, tests[number] == ANY     ? ALLOWED
						 : tests[number] == FATAL ? DEADLY
									  : MISSING);
	}
}

static void other_tables_have_no_way_in(void **state)
{
	(void)state;
	struct seccomp_data data = {.nr = SYS_read, .arch = AUDIT_ARCH_I386};
	assert_int_equal(decide(&data), DEADLY);
	assert_int_equal(ask(0x40000000 | SYS_read), MISSING);
	assert_int_equal(ask(-1), MISSING);
}

static void arguments_count(void **state)
{
	(void)state;
	assert_int_equal(ask(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE), ALLOWED);
	assert_int_equal(ask(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC), DENIED);
	assert_int_equal(ask(SYS_mprotect, 0, 4096, PROT_READ | PROT_EXEC), ALLOWED);
	assert_int_equal(ask(SYS_mprotect, 0, 4096, PROT_READ | PROT_WRITE), ALLOWED);
	assert_int_equal(ask(SYS_mprotect, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC), DENIED);
	assert_int_equal(ask(SYS_clone, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD),
			 ALLOWED);
	assert_int_equal(ask(SYS_clone, SIGCHLD), DENIED);
	assert_int_equal(ask(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD), DENIED);
	assert_int_equal(ask(SYS_clone3), MISSING);
	assert_int_equal(ask(SYS_unshare, CLONE_FS), ALLOWED);
	assert_int_equal(ask(SYS_unshare, CLONE_FS | CLONE_NEWUSER), DENIED);
	assert_int_equal(ask(SYS_tgkill, SELF, 9, 9), ALLOWED);
	assert_int_equal(ask(SYS_tgkill, SELF + 1, 9, 9), DENIED);
	assert_int_equal(ask(SYS_kill, 0, 9), MISSING);
	assert_int_equal(ask(SYS_prlimit64, 1), DENIED);
	assert_int_equal(ask(SYS_ioctl, 0, TIOCSTI), DENIED);
	assert_int_equal(ask(SYS_ioctl, 0, TCGETS), ALLOWED);
	assert_int_equal(ask(SYS_ioctl, 0, TIOCGPKT), ALLOWED);
	assert_int_equal(ask(SYS_fcntl, 0, F_SETOWN), DENIED);
	assert_int_equal(ask(SYS_fcntl, 0, F_SETFL), ALLOWED);
	assert_int_equal(ask(SYS_setpriority, PRIO_PROCESS, 0, 5), ALLOWED);
	assert_int_equal(ask(SYS_setpriority, PRIO_PROCESS, 1, 5), DENIED);
	assert_int_equal(ask(SYS_setpriority, PRIO_USER, 0, 5), DENIED);
}

static void internet_sockets_need_a_network(void **state)
{
	(void)state;
	assert_int_equal(ask(SYS_socket, AF_UNIX), ALLOWED);
	assert_int_equal(ask(SYS_socket, AF_INET), DENIED);
	assert_int_equal(ask(SYS_socket, AF_NETLINK), DENIED);
	length = filter_build(code, FILTER_LONGEST, true, SELF);
	assert_int_equal(ask(SYS_socket, AF_UNIX), ALLOWED);
	assert_int_equal(ask(SYS_socket, AF_INET), ALLOWED);
	assert_int_equal(ask(SYS_socket, AF_INET6), ALLOWED);
	assert_int_equal(ask(SYS_socket, AF_PACKET), DENIED);
	assert_int_equal(ask(SYS_socketpair, AF_INET), DENIED);
}

static void room_is_kept(void **state)
{
	struct sock_filter small[8];
	(void)state;
	size_t full = filter_build(code, FILTER_LONGEST, true, SELF);
	assert_in_range(full, 100, BPF_MAXINSNS);
	assert_int_equal(filter_build(small, 8, true, SELF), 0);
	assert_int_equal(filter_build(code, full - 1, true, SELF), 0);
	assert_int_equal(filter_build(code, full, true, SELF), full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_found), cmocka_unit_test(other_tables_have_no_way_in),
		cmocka_unit_test(arguments_count),    cmocka_unit_test(internet_sockets_need_a_network),
		cmocka_unit_test(room_is_kept),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
