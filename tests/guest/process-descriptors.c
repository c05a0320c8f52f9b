/* Descriptors of processes; signals with values to threads; a process's own memory and files compared. */
#include "check.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static volatile sig_atomic_t value, code;

static void told(int number, siginfo_t *info, void *context)
{
	(void)number, (void)context;
	value = info->si_value.sival_int;
	code = info->si_code;
}

static const char *readable(int descriptor)
{
	struct pollfd one = {descriptor, POLLIN, 0};

	return poll(&one, 1, 0) == 1 && one.revents & POLLIN ? "ended" : "runs";
}

static void descriptors(void)
{
	int stop[2];
	siginfo_t info = {0};
	struct pollfd one = {.events = POLLIN};

	puts("-- descriptors");
	MUST(pipe(stop) == 0);
	pid_t child = fork();
	if (child == 0) {
		char byte;
		close(stop[1]);
		_exit(read(stop[0], &byte, 1) == 0 ? 5 : 6);
	}
	close(stop[0]);
	int descriptor = pidfd_open(child, 0);
	MUST(descriptor >= 0);
	SHOW(fcntl(descriptor, F_GETFD));
	puts(readable(descriptor));
	SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED | WNOHANG));
	SHOW(info.si_pid);
	SHOW(pidfd_send_signal(descriptor, 0, NULL, 0));
	SHOW(pidfd_send_signal(descriptor, 99, NULL, 0));
	SHOW(pidfd_send_signal(descriptor, 0, NULL, 0x1000));
	SHOW(pidfd_send_signal(0, 0, NULL, 0));
	SHOW(pidfd_send_signal(-1, 0, NULL, 0));
	close(stop[1]);
	one.fd = descriptor;
	SHOW(poll(&one, 1, -1));
	puts(readable(descriptor));
	SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED));
	SHOW(info.si_pid == child && info.si_status == 5 && info.si_code == CLD_EXITED);
	SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED));
	SHOW(waitid(P_PIDFD, 0, &info, WEXITED));
	SHOW(pidfd_send_signal(descriptor, 0, NULL, 0));
	puts(readable(descriptor));
	SHOW(pidfd_open(child, 0));
	SHOW(pidfd_open(0, 0));
	SHOW(pidfd_open(-1, 0));
	SHOW(pidfd_open(getpid(), 1));
	SHOW(close(descriptor));
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	descriptor = pidfd_open(child, O_NONBLOCK);
	SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED));
	SHOW(pidfd_send_signal(descriptor, SIGKILL, NULL, 0));
	one.fd = descriptor;
	SHOW(poll(&one, 1, -1));
	SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED));
	SHOW(info.si_code == CLD_KILLED && info.si_status == SIGKILL);
	close(descriptor);
}

static void *waits(void *argument)
{
	siginfo_t info;

	if (sigwaitinfo(argument, &info) == SIGUSR2)
		printf("thread: code %s, value %d\n", info.si_code == SI_QUEUE ? "SI_QUEUE" : "?",
		       info.si_value.sival_int);
	return NULL;
}

static void queueing(void)
{
	struct sigaction action = {.sa_sigaction = told, .sa_flags = SA_SIGINFO};
	pthread_t thread;
	sigset_t set;

	puts("-- queueing");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	MUST(pthread_create(&thread, NULL, waits, &set) == 0);
	int error = pthread_sigqueue(thread, SIGUSR2, (union sigval){.sival_int = 77});
	pthread_join(thread, NULL);
	SHOW_ERROR(error);
	sigaction(SIGUSR1, &action, NULL);
	SHOW_ERROR(pthread_sigqueue(pthread_self(), SIGUSR1, (union sigval){.sival_int = 78}));
	SHOW(value);
	SHOW(code == SI_QUEUE);
	SHOW_ERROR(pthread_sigqueue(pthread_self(), 99, (union sigval){.sival_int = 78}));
	SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGUSR1, NULL));
	siginfo_t info = {.si_code = SI_QUEUE};
	SHOW(syscall(SYS_rt_tgsigqueueinfo, -1, gettid(), SIGUSR1, &info));
	info.si_signo = SIGUSR1;
	info.si_value.sival_int = 79;
	int own = pidfd_open(getpid(), 0);
	SHOW(pidfd_send_signal(own, SIGUSR1, &info, 0));
	SHOW(value);
	SHOW(pidfd_send_signal(own, SIGUSR2, &info, 0));
	close(own);
}

static void memory(void)
{
	char text[] = "some text that is read", out[32] = "", *pages;
	struct iovec from[2] = {{text, 5}, {text + 5, 18}}, to[2] = {{out, 10}, {out + 10, 22}};

	puts("-- memory");
	SHOW(process_vm_readv(getpid(), to, 2, from, 2, 0));
	puts(out);
	memset(out, 'o', 9);
	SHOW(process_vm_writev(getpid(), to, 1, from, 2, 0));
	puts(text);
	SHOW(process_vm_readv(getpid(), to, 2, from, 2, 1));
	SHOW(process_vm_readv(getpid(), to, 1025, from, 2, 0));
	SHOW(process_vm_readv(getpid(), to, 0, from, 2, 0));
	SHOW(process_vm_readv(0x3fffff, to, 2, from, 2, 0));
	pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0);
	from[0] = (struct iovec){pages + 4096, 4};
	SHOW(process_vm_readv(getpid(), to, 1, from, 1, 0));
	from[0] = (struct iovec){(void *)8, 4};
	SHOW(process_vm_readv(getpid(), to, 1, from, 1, 0));
}

static void comparing(void)
{
	int copy = dup(1), other = open(".", O_RDONLY), self = getpid();

	puts("-- comparing");
	SHOW(syscall(SYS_kcmp, self, self, KCMP_FILE, 1, copy));
	SHOW(syscall(SYS_kcmp, self, self, KCMP_FILE, 1, other) > 0);
	SHOW(syscall(SYS_kcmp, self, self, KCMP_FILE, 1, 999));
	SHOW(syscall(SYS_kcmp, self, self, KCMP_VM, 0, 0));
	SHOW(syscall(SYS_kcmp, self, self, 99, 0, 0));
	SHOW(syscall(SYS_kcmp, self, 0x3fffff, KCMP_VM, 0, 0));
	close(copy);
	close(other);
}

struct attributes {
	unsigned size, policy;
	unsigned long long flags;
	int niceness;
	unsigned priority;
	unsigned long long runtime, deadline, period;
};

static void scheduling(void)
{
	struct attributes attributes = {0};
	char big[128] = {0};

	puts("-- scheduling");
	SHOW(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0));
	SHOW(attributes.policy);
	SHOW(attributes.priority);
	SHOW(syscall(SYS_sched_getattr, 0, &attributes, 47, 0));
	SHOW(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 1));
	SHOW(syscall(SYS_sched_getattr, 0x3fffff, &attributes, sizeof attributes, 0));
	attributes = (struct attributes){.size = sizeof attributes, .policy = SCHED_BATCH, .niceness = 19};
	SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
	SHOW(sched_getscheduler(0));
	attributes.policy = 99;
	SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
	attributes.policy = SCHED_BATCH;
	attributes.priority = 1;
	SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
	SHOW(syscall(SYS_sched_setattr, 0, NULL, 0));
	*(unsigned *)big = 128;
	big[100] = 1;
	SHOW(syscall(SYS_sched_setattr, 0, big, 0));
	SHOW(munlockall());
	SHOW(mlockall(0));
	SHOW(mlockall(MCL_ONFAULT));
	SHOW(mlock2(big, 1, 7));
}

/* While there is one thread: one that has been joined may be about to leave still. */
static void unsharing(void)
{
	puts("-- unsharing");
	SHOW(unshare(0));
	SHOW(unshare(CLONE_FILES));
	SHOW(unshare(1));
}

int main(void)
{
	unsharing();
	descriptors();
	queueing();
	memory();
	comparing();
	scheduling();
	return 0;
}
