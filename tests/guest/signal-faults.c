/* Handlers of faults run while the code that faulted stands: what they repair goes on, what they leave faults
 * again. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char *page;
static int file, faults, quiet;
static volatile int zero;
static char other_stack[65536];

static void tell(int number, siginfo_t *info)
{
	printf("%s code %s", sigabbrev_np(number),
	       number == SIGSEGV  ? (info->si_code == SEGV_ACCERR   ? "ACCERR"
				     : info->si_code == SEGV_MAPERR ? "MAPERR"
								    : "other")
	       : number == SIGFPE ? (info->si_code == FPE_INTDIV ? "INTDIV" : "other")
	       : number == SIGBUS ? (info->si_code == BUS_ADRERR ? "ADRERR" : "other")
	       : number == SIGILL ? (info->si_code == ILL_ILLOPN ? "ILLOPN" : "other")
				  : "none");
}

static void allows(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (!quiet) {
		tell(number, info);
		printf(" at %ld\n", (long)((char *)info->si_addr - page));
	}
	faults++;
	errno = EXDEV;
	MUST(mprotect((char *)((size_t)info->si_addr & ~4095ul), 4096, PROT_READ | PROT_WRITE) == 0);
}

static void maps(int number, siginfo_t *info, void *context)
{
	(void)context;
	tell(number, info);
	printf(" at %ld\n", (long)((char *)info->si_addr - page));
	MUST(mmap(page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	     page);
	page[100] = 'm';
}

static void grows(int number, siginfo_t *info, void *context)
{
	(void)context;
	tell(number, info);
	printf(" at %ld\n", (long)((char *)info->si_addr - page));
	MUST(ftruncate(file, 8192) == 0);
	MUST(pwrite(file, "grown", 5, 4096) == 5);
}

static void exits(int number, siginfo_t *info, void *context)
{
	char local;
	(void)context;
	tell(number, info);
	printf(", on other stack %d\n", &local >= other_stack && &local < other_stack + sizeof other_stack);
	_exit(5);
}

/* What it divides by is repaired too late: the machine holds it in a register. So a second fault is as far as
 * it goes. */
static void twice(int number, siginfo_t *info, void *context)
{
	(void)context;
	tell(number, info);
	puts("");
	if (++faults == 2)
		_exit(6);
}

static volatile int sink;

static void divides(int number, siginfo_t *info, void *context)
{
	(void)context;
	tell(number, info);
	puts(", and now a division");
	sink = 5 / zero;
}

static void set(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO};
	MUST(sigaction(number, &action, NULL) == 0);
}

static __attribute__((noinline)) int deep(volatile int *above)
{
	volatile int frame[64];
	frame[0] = above ? *above + 1 : 0;
	return deep(frame) + frame[0];
}

static __attribute__((noinline)) int load(volatile char *from)
{
	int a = zero + 5, b = zero + 7;
	int value = *from;
	return value * 100 + a * 10 + b;
}

static void (*volatile nowhere)(void);

static void child(const char *how)
{
	if (strcmp(how, "divide") == 0) {
		set(SIGFPE, twice, 0);
		sink = 5 / zero;
	} else if (strcmp(how, "overflow") == 0) {
		set(SIGFPE, twice, 0);
		volatile int least = -2147483647 - 1, minus = -1;
		sink = least / minus;
	} else if (strcmp(how, "trap") == 0) {
		set(SIGILL, exits, 0);
		__builtin_trap();
	} else if (strcmp(how, "null") == 0) {
		set(SIGSEGV, exits, 0);
		nowhere();
	} else if (strcmp(how, "nested") == 0) {
		set(SIGSEGV, divides, 0);
		set(SIGFPE, exits, 0);
		sink = *(volatile char *)8;
	} else if (strcmp(how, "blocked") == 0) {
		sigset_t mask;
		sigfillset(&mask);
		sigprocmask(SIG_BLOCK, &mask, NULL);
		set(SIGSEGV, exits, 0);
		sink = *(volatile char *)8;
	} else if (strcmp(how, "again") == 0) {
		set(SIGSEGV, maps, SA_RESETHAND);
		page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		sink = page[0];
		puts("went on");
		sink = *(volatile char *)8;
	} else if (strcmp(how, "ignored") == 0) {
		signal(SIGSEGV, SIG_IGN);
		sink = *(volatile char *)8;
	} else if (strcmp(how, "deep") == 0) {
		struct rlimit small = {256 * 1024, 256 * 1024};
		setrlimit(RLIMIT_STACK, &small);
		MUST(sigaltstack(&(stack_t){.ss_sp = other_stack, .ss_size = sizeof other_stack}, NULL) == 0);
		set(SIGSEGV, exits, SA_ONSTACK);
		sink = deep(NULL);
	} else if (strcmp(how, "deeper") == 0) {
		set(SIGSEGV, exits, 0);
		sink = deep(NULL);
	}
	puts("went on");
}

int main(int argument_count, char **arguments)
{
	static const char *const ways[] = {"divide",  "overflow", "trap",    "null", "nested",
					   "blocked", "again",    "ignored", "deep", "deeper"};
	if (argument_count > 1) {
		child(arguments[1]);
		return 0;
	}
	page = mmap(NULL, 16384, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(page != MAP_FAILED);
	set(SIGSEGV, allows, 0);
	page[100] = 1;
	printf("stored %d\n", page[100]);
	printf("loaded %d\n", load(page + 4096 + 7));
	/* In which order these touch the pages is their own business. */
	quiet = 1;
	mprotect(page, 16384, PROT_NONE);
	memset(page + 10, 'x', 12000);
	printf("filled, %d, %c %c\n", faults > 2, page[11000], page[12009]);
	mprotect(page, 16384, PROT_READ);
	memmove(page + 1, page, 12010);
	printf("moved, %d, %c %c\n", faults > 5, page[11], page[12010]);
	faults = 0;

	munmap(page, 4096);
	set(SIGSEGV, maps, SA_NODEFER);
	printf("loaded %c\n", page[100]);

	file = open("grows", O_RDWR | O_CREAT | O_TRUNC, 0600);
	MUST(file >= 0 && ftruncate(file, 4096) == 0);
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	MUST(page != MAP_FAILED);
	set(SIGBUS, grows, 0);
	printf("loaded %c\n", page[4096 + 1]);
	unlink("grows");

	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
		char *spawn_arguments[] = {"signal-faults", (char *)ways[i], NULL};
		pid_t id;
		int status;
		MUST(posix_spawn(&id, "/proc/self/exe", NULL, NULL, spawn_arguments, environ) == 0);
		MUST(waitpid(id, &status, 0) == id);
		printf("%s: exits %d with %d, killed %d by %s\n", ways[i], WIFEXITED(status),
		       WEXITSTATUS(status), WIFSIGNALED(status),
		       WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : "none");
	}
	return 0;
}
