/* A fault runs the program's handler of SIGSEGV, which sees the address and ends the program in its own way.
 */
/* lind-test: exit=17 */
#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

static char *page;

static void handler(int n, siginfo_t *info, void *context)
{
	(void)context;
	printf("signal %s, address %d, code %s\n", sigabbrev_np(n), (char *)info->si_addr == page + 100,
	       info->si_code == SEGV_ACCERR   ? "no access"
	       : info->si_code == SEGV_MAPERR ? "not mapped"
					      : "other");
	_exit(17);
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	MUST(sigaction(SIGSEGV, &action, NULL) == 0);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(page != MAP_FAILED);
	((volatile char *)page)[100] = 1;
	puts("not reached");
	return 0;
}
