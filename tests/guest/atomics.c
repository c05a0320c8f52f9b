/* C11 atomics of each width under contention, and the order of messages between threads. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

static atomic_uchar bytes;
static atomic_ushort shorts;
static atomic_uint words;
static atomic_ullong longs;
static atomic_int lock, data, flag;
static _Atomic double real;
static _Atomic(struct pair { uint32_t a, b; }) pair;

static void *work(void *p)
{
	for (unsigned i = 0; i < 20000; i++) {
		atomic_fetch_add(&bytes, 1);
		atomic_fetch_sub(&shorts, 3);
		atomic_fetch_xor(&words, i);
		atomic_fetch_add(&longs, 0x100000001ULL);
		double r = atomic_load(&real);
		while (!atomic_compare_exchange_weak(&real, &r, r + 0.5))
			;
		struct pair old = atomic_load(&pair), new;
		do {
			new = (struct pair){old.a + 1, old.b + 2};
		} while (!atomic_compare_exchange_strong(&pair, &old, new));
	}
	return p;
}

static void *send(void *p)
{
	for (int i = 1; i <= 5000; i++) {
		while (atomic_load_explicit(&flag, memory_order_acquire) != 0)
			;
		atomic_store_explicit(&data, i, memory_order_relaxed);
		atomic_store_explicit(&flag, 1, memory_order_release);
	}
	return p;
}

static void *receive(void *p)
{
	size_t wrong = 0;
	for (int i = 1; i <= 5000; i++) {
		while (!atomic_load_explicit(&flag, memory_order_acquire))
			;
		wrong += atomic_load_explicit(&data, memory_order_relaxed) != i;
		atomic_store_explicit(&flag, 0, memory_order_release);
	}
	(void)p;
	return (void *)wrong;
}

int main(void)
{
	pthread_t t[4];
	for (int i = 0; i < 4; i++)
		MUST(pthread_create(&t[i], NULL, work, NULL) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	printf("%u %u %u %llx %g\n", bytes, shorts, words, (unsigned long long)longs, real);
	struct pair p = pair;
	printf("%u %u\n", p.a, p.b);
	void *wrong;
	MUST(pthread_create(&t[0], NULL, send, NULL) == 0 && pthread_create(&t[1], NULL, receive, NULL) == 0);
	pthread_join(t[0], NULL);
	pthread_join(t[1], &wrong);
	SHOW((size_t)wrong);
	SHOW(atomic_exchange(&lock, 5));
	SHOW(atomic_fetch_or(&lock, 8));
	SHOW(atomic_fetch_and(&lock, 12));
	SHOW(lock);
	atomic_flag f = ATOMIC_FLAG_INIT;
	SHOW(atomic_flag_test_and_set(&f));
	SHOW(atomic_flag_test_and_set(&f));
	int expected = 1;
	SHOW(atomic_compare_exchange_strong(&lock, &expected, 2));
	SHOW(expected);
	return 0;
}
