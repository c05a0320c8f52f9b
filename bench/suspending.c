// Times code that may be suspended: `suspending NAME` prints nanoseconds of processor time for one run.
// Everywhere in it a fork is possible, though none happens: linked as usual, each call in it is followed by
// the fork transformer's test; with -mlind-fork=none it is the same code without.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

#define APART __attribute__((noinline))

static volatile int never;

// A small callee that may fork, as far as anyone can tell.
static APART uint32_t leaf(uint32_t x)
{
	if (__builtin_expect(x == 0xfffffff1, 0))
		return (uint32_t)fork();
	return x * 3 + 1;
}

static APART uint32_t fibonacci(uint32_t n)
{
	if (n < 2)
		return leaf(n);
	return fibonacci(n - 1) + fibonacci(n - 2);
}

static uint32_t kernel_recursion(void)
{
	return fibonacci(36);
}

// A loop that does nothing but call.
static uint32_t kernel_calls(void)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < 60000000; i++)
		sum ^= leaf(i & 0xffff) + i;
	return sum;
}

// The same with eight values alive over each call.
static uint32_t kernel_values(void)
{
	uint32_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;

	for (uint32_t i = 0; i < 40000000; i++) {
		a += leaf(b & 0xffff);
		b ^= c + i;
		c += d;
		d ^= e * 3;
		e += f;
		f ^= g + a;
		g += h;
		h ^= a;
	}
	return a + b + c + d + e + f + g + h;
}

typedef int comparison(const void *, const void *);

static APART int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (__builtin_expect(never, 0))
		fork();
	return x < y ? -1 : x > y;
}

static APART void quicksort(uint32_t *table, int low, int high, comparison *by)
{
	while (low < high) {
		uint32_t middle = table[(low + high) / 2];
		int i = low, j = high;

		while (i <= j) {
			while (by(&table[i], &middle) < 0)
				i++;
			while (by(&table[j], &middle) > 0)
				j--;
			if (i <= j) {
				uint32_t kept = table[i];

				table[i++] = table[j];
				table[j--] = kept;
			}
		}
		quicksort(table, low, j, by);
		low = i;
	}
}

static uint32_t kernel_callback(void)
{
	static uint32_t table[500000];
	uint32_t x = 1;

	for (int i = 0; i < 500000; i++)
		table[i] = x = x * 1664525 + 1013904223;
	quicksort(table, 0, 499999, compare);
	return table[1000];
}

struct node {
	struct node *child[2];
	uint32_t key;
};

static struct node pool[200000];
static uint32_t used;

static APART struct node *insert(struct node *tree, uint32_t key)
{
	if (!tree) {
		if (__builtin_expect(used == sizeof(pool) / sizeof(*pool), 0))
			fork();
		tree = &pool[used++];
		tree->key = key;
		return tree;
	}
	tree->child[key > tree->key] = insert(tree->child[key > tree->key], key);
	return tree;
}

static uint32_t kernel_tree(void)
{
	struct node *tree = NULL;
	uint32_t x = 7;

	for (uint32_t i = 0; i < 200000; i++)
		tree = insert(tree, x = x * 1664525 + 1013904223);
	return tree->child[1]->key;
}

static uint32_t kernel_floats(void)
{
	double a = 1, b = 2, c = 3, d = 4;

	for (uint32_t i = 0; i < 40000000; i++) {
		a = a * 0.5 + b;
		b = b * 0.25 + leaf(i & 0xff);
		c = c * 0.5 + a;
		d = d * 0.125 + c;
	}
	return (uint32_t)(a + b + c + d);
}

// Mostly work between the calls.
static uint32_t kernel_work(void)
{
	uint32_t hash = 0;

	for (uint32_t i = 0; i < 1000000; i++) {
		for (uint32_t j = 0; j < 64; j++)
			hash = (hash << 5) ^ (hash >> 27) ^ j * i;
		hash += leaf(i & 7);
	}
	return hash;
}

static uint32_t kernel_switch(void)
{
	uint32_t state = 0, sum = 0;

	for (uint32_t i = 0; i < 30000000; i++) {
		switch (state & 7) {
		case 0:
			sum += i;
			state = sum >> 3;
			break;
		case 1:
			sum = leaf(sum & 0xffff);
			state += 3;
			break;
		case 2:
			sum ^= i << 3;
			state++;
			break;
		case 3:
			state = sum & 4 ? 1 : 5;
			break;
		default:
			sum = sum * 3 + state;
			state += 5;
		}
	}
	return sum;
}

static const struct kernel kernels[] = {
	{"recursion", kernel_recursion}, {"calls", kernel_calls},   {"values", kernel_values},
	{"callback", kernel_callback},   {"tree", kernel_tree},     {"floats", kernel_floats},
	{"work", kernel_work},           {"switch", kernel_switch},
};

int main(int argc, char **argv)
{
	return run_kernel(argc, argv, kernels, sizeof(kernels) / sizeof(*kernels), CLOCK_THREAD_CPUTIME_ID);
}
