/* without NAME[,NAME...] COMMAND [ARG...]: runs the command where the kernel seems to lack system calls:
 * landlock (ENOSYS), seccomp (EINVAL, as without filters), openat2 (ENOSYS). Exit status 125: the kernel does
 * not let it. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned number, error;
} calls[] = {{"landlock", 444, ENOSYS}, {"seccomp", SYS_seccomp, EINVAL}, {"openat2", 437, ENOSYS}};

int main(int count, char **arguments)
{
	struct sock_filter code[16] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
	struct sock_fprog program = {1, code};

	if (count < 3)
		return 2;
	for (char *name = strtok(arguments[1], ","); name; name = strtok(NULL, ",")) {
		for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
			if (strcmp(calls[i].name, name) != 0)
				continue;
			code[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
									   calls[i].number, 0, 1);
			code[program.len++] = (struct sock_filter)BPF_STMT(
				BPF_RET | BPF_K, SECCOMP_RET_ERRNO | calls[i].error);
		}
	}
	code[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("without");
		return 125;
	}
	execvp(arguments[2], arguments + 2);
	perror(arguments[2]);
	return 127;
}
