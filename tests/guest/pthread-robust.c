/* Robust mutexes: what the next owner finds when one ended with them; and lists that lead nowhere. */
#include "check.h"

#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { COUNT = 5 };

static pthread_mutex_t mutex[COUNT];
static sem_t held, leave;

static void *hold_all(void *p)
{
	for (int i = 0; i < COUNT; i++)
		pthread_mutex_lock(&mutex[i]);
	sem_post(&held);
	while (sem_wait(&leave))
		;
	return p;
}

static void *hold_and_exit(void *p)
{
	hold_all(p);
	syscall(SYS_exit, 0);
	return p;
}

static void *hold_until_cancelled(void *p)
{
	hold_all(p);
	while (1)
		pause();
}

static void *lock_first(void *p)
{
	(void)p;
	int error = pthread_mutex_lock(&mutex[0]);
	if (error == EOWNERDEAD)
		pthread_mutex_consistent(&mutex[0]);
	pthread_mutex_unlock(&mutex[0]);
	return (void *)(size_t)error;
}

static void kinds(int kind, int protocol, int shared)
{
	pthread_mutexattr_t attr;
	pthread_t t;
	printf("kind %d protocol %d shared %d\n", kind, protocol, shared);
	MUST(pthread_mutexattr_init(&attr) == 0 && pthread_mutexattr_settype(&attr, kind) == 0);
	SHOW_ERROR(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST));
	SHOW_ERROR(pthread_mutexattr_setprotocol(&attr, protocol));
	SHOW_ERROR(pthread_mutexattr_setpshared(&attr, shared));
	for (int i = 0; i < COUNT; i++)
		MUST(pthread_mutex_init(&mutex[i], &attr) == 0);
	SHOW_ERROR(pthread_mutex_consistent(&mutex[0]));
	MUST(pthread_create(&t, NULL, hold_all, NULL) == 0 && sem_wait(&held) == 0);
	SHOW_ERROR(pthread_mutex_trylock(&mutex[0]));
	sem_post(&leave);
	MUST(pthread_join(t, NULL) == 0);
	struct timespec past = {1, 0};
	SHOW_ERROR(pthread_mutex_lock(&mutex[0]));
	SHOW_ERROR(pthread_mutex_trylock(&mutex[1]));
	SHOW_ERROR(pthread_mutex_timedlock(&mutex[2], &past));
	SHOW_ERROR(pthread_mutex_lock(&mutex[3]));
	SHOW_ERROR(pthread_mutex_consistent(&mutex[0]));
	SHOW_ERROR(pthread_mutex_consistent(&mutex[0]));
	SHOW_ERROR(pthread_mutex_unlock(&mutex[0]));
	SHOW_ERROR(pthread_mutex_lock(&mutex[0]));
	SHOW_ERROR(pthread_mutex_unlock(&mutex[0]));
	for (int i = 1; i < 4; i++) {
		SHOW_ERROR(pthread_mutex_unlock(&mutex[i]));
		SHOW_ERROR(pthread_mutex_lock(&mutex[i]));
		SHOW_ERROR(pthread_mutex_trylock(&mutex[i]));
		SHOW_ERROR(pthread_mutex_destroy(&mutex[i]));
	}
	SHOW_ERROR(pthread_mutex_lock(&mutex[4]));
	SHOW_ERROR(pthread_mutex_consistent(&mutex[4]));
	SHOW_ERROR(pthread_mutex_unlock(&mutex[4]));
}

/* Others wait for it when the owner goes, each in its way. */
static void waited_for(void *(*owner)(void *), int protocol, int cancels)
{
	pthread_mutexattr_t attr;
	pthread_t t, w[3];
	void *result;
	int dead = 0, others = 0;
	MUST(pthread_mutexattr_init(&attr) == 0 &&
	     pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0 &&
	     pthread_mutexattr_setprotocol(&attr, protocol) == 0);
	for (int i = 0; i < COUNT; i++)
		MUST(pthread_mutex_init(&mutex[i], &attr) == 0);
	MUST(pthread_create(&t, NULL, owner, NULL) == 0 && sem_wait(&held) == 0);
	for (int i = 0; i < 3; i++)
		MUST(pthread_create(&w[i], NULL, lock_first, NULL) == 0);
	usleep(2000);
	if (cancels)
		MUST(pthread_cancel(t) == 0);
	else
		sem_post(&leave);
	for (int i = 0; i < 3; i++) {
		pthread_join(w[i], &result);
		dead += (size_t)result == EOWNERDEAD;
		others += (size_t)result == 0;
	}
	/* The thread that left by the plain system call is joined, too: the word is cleared for it. */
	pthread_join(t, NULL);
	printf("found dead %d, locked %d\n", dead, others);
}

/* -- lists by hand -- */

enum { WORDS = 3000 };

static struct entry {
	struct entry *next;
	unsigned word;
} entries[WORDS];
static struct robust_list_head head;
static struct entry *odd;

static void *with_list(void *p)
{
	unsigned tid = (unsigned)gettid();
	void (*make)(unsigned) = p;
	make(tid);
	syscall(SYS_set_robust_list, &head, sizeof head);
	syscall(SYS_exit, 0);
	return NULL;
}

static void by_hand(const char *name, void (*make)(unsigned))
{
	pthread_t t;
	int died = 0, waiters = 0;
	memset(entries, 0, sizeof entries);
	memset(&head, 0, sizeof head);
	head.futex_offset = offsetof(struct entry, word);
	MUST(pthread_create(&t, NULL, with_list, (void *)make) == 0 && pthread_join(t, NULL) == 0);
	for (int i = 0; i < WORDS; i++) {
		died += (entries[i].word & FUTEX_OWNER_DIED) != 0;
		waiters += (entries[i].word & FUTEX_WAITERS) != 0;
	}
	printf("%s: died %d, waiters %d, first %x\n", name, died, waiters, entries[0].word & ~FUTEX_TID_MASK);
}

static void chain(unsigned tid, int count)
{
	for (int i = 0; i < count; i++) {
		entries[i].word = tid | (i % 2 ? FUTEX_WAITERS : 0);
		entries[i].next = i + 1 < count ? &entries[i + 1] : (struct entry *)&head;
	}
	head.list.next = (struct robust_list *)&entries[0];
}

static void short_list(unsigned tid)
{
	chain(tid, 5);
	entries[2].word = tid + 1000;
}

static void long_list(unsigned tid)
{
	chain(tid, WORDS);
}

static void endless(unsigned tid)
{
	chain(tid, 5);
	entries[4].next = &entries[0];
}

static void to_itself(unsigned tid)
{
	chain(tid, 1);
	entries[0].next = &entries[0];
}

static void unmapped(unsigned tid)
{
	chain(tid, 5);
	entries[2].next = (struct entry *)16;
}

static void offset_odd(unsigned tid)
{
	chain(tid, 5);
	head.futex_offset++;
}

static void offset_far(unsigned tid)
{
	chain(tid, 5);
	head.futex_offset = 0x7ffffff0;
}

static void no_list(unsigned tid)
{
	chain(tid, 5);
	head.list.next = NULL;
}

static void pending_too(unsigned tid)
{
	chain(tid, 2);
	entries[7].word = tid;
	head.list_op_pending = (struct robust_list *)&entries[7];
}

static void pending_listed(unsigned tid)
{
	chain(tid, 3);
	head.list_op_pending = (struct robust_list *)&entries[1];
}

static void read_only(unsigned tid)
{
	chain(tid, 2);
	odd->word = tid;
	odd->next = &entries[1];
	MUST(mprotect(odd, 4096, PROT_READ) == 0);
	entries[0].next = odd;
}

int main(void)
{
	MUST(sem_init(&held, 0, 0) == 0 && sem_init(&leave, 0, 0) == 0);
	for (int protocol = PTHREAD_PRIO_NONE; protocol <= PTHREAD_PRIO_INHERIT; protocol++) {
		kinds(PTHREAD_MUTEX_NORMAL, protocol, PTHREAD_PROCESS_PRIVATE);
		kinds(PTHREAD_MUTEX_RECURSIVE, protocol, PTHREAD_PROCESS_SHARED);
		kinds(PTHREAD_MUTEX_ERRORCHECK, protocol, PTHREAD_PROCESS_PRIVATE);
		waited_for(hold_all, protocol, 0);
		waited_for(hold_and_exit, protocol, 0);
		waited_for(hold_until_cancelled, protocol, 1);
	}
	odd = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	by_hand("short", short_list);
	by_hand("long", long_list);
	by_hand("endless", endless);
	by_hand("to itself", to_itself);
	by_hand("unmapped", unmapped);
	by_hand("odd offset", offset_odd);
	by_hand("far offset", offset_far);
	by_hand("none", no_list);
	by_hand("pending", pending_too);
	by_hand("pending and listed", pending_listed);
	by_hand("read-only", read_only);
	SHOW(syscall(SYS_set_robust_list, &head, sizeof head - 1));
	SHOW(syscall(SYS_set_robust_list, &head, sizeof head));
	void *list = NULL;
	size_t size = 0;
	SHOW(syscall(SYS_get_robust_list, 0, &list, &size));
	SHOW(list == &head && size == sizeof head);
	SHOW(syscall(SYS_get_robust_list, gettid(), &list, &size));
	SHOW(syscall(SYS_get_robust_list, 0x3ffffff0, &list, &size));
	SHOW(syscall(SYS_get_robust_list, 0, 1, &size));
	/* The last thread's own list, at the end of the process: nobody is left to look, and nothing hangs.
	 */
	endless((unsigned)gettid());
	return 0;
}
