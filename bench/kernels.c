// Times pure computation: `kernels NAME` prints nanoseconds for one run. Three kinds of work: integers and
// bits (SHA-256's rounds), branches and scattered memory (a heap sort of a table), floating point (a product
// of matrices).
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum {
	HASH_BLOCKS = 400000,
	TABLE = 1 << 20,
	SIDE = 384,
};

static uint32_t random_state = 1;

static uint32_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static uint32_t rotate(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

// The schedule and the 64 rounds of SHA-256, with constants from a generator: the work is the same, the
// result is no one's hash.
static uint32_t kernel_hash(void)
{
	uint32_t state[8], key[64], w[64];

	for (int i = 0; i < 64; i++)
		key[i] = random_word();
	for (int i = 0; i < 8; i++)
		state[i] = random_word();
	for (int block = 0; block < HASH_BLOCKS; block++) {
		uint32_t v[8];

		for (int i = 0; i < 16; i++)
			w[i] = state[i & 7] + (uint32_t)(block * i);
		for (int i = 16; i < 64; i++) {
			uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
			uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;

			w[i] = w[i - 16] + s0 + w[i - 7] + s1;
		}
		memcpy(v, state, sizeof(v));
		for (int i = 0; i < 64; i++) {
			uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
			uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + key[i] + w[i];
			uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
			uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

			memmove(v + 1, v, 7 * sizeof(*v));
			v[4] += t1;
			v[0] = t1 + t2;
		}
		for (int i = 0; i < 8; i++)
			state[i] += v[i];
	}
	return state[0];
}

static void sift(uint32_t *heap, uint32_t at, uint32_t size)
{
	uint32_t value = heap[at];

	for (uint32_t child; (child = 2 * at + 1) < size; at = child) {
		if (child + 1 < size && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= value)
			break;
		heap[at] = heap[child];
	}
	heap[at] = value;
}

static uint32_t kernel_sort(void)
{
	static uint32_t table[TABLE];

	for (uint32_t i = 0; i < TABLE; i++)
		table[i] = random_word();
	for (uint32_t i = TABLE / 2; i-- > 0;)
		sift(table, i, TABLE);
	for (uint32_t i = TABLE - 1; i > 0; i--) {
		uint32_t largest = table[0];

		table[0] = table[i];
		table[i] = largest;
		sift(table, 0, i);
	}
	return table[TABLE / 2];
}

static uint32_t kernel_matrix(void)
{
	static double a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE; j++) {
			a[i][j] = random_word() * 0x1p-32;
			b[i][j] = random_word() * 0x1p-32;
		}
	}
	for (int round = 0; round < 8; round++) {
		for (int i = 0; i < SIDE; i++) {
			for (int k = 0; k < SIDE; k++) {
				for (int j = 0; j < SIDE; j++)
					c[i][j] += a[i][k] * b[k][j];
			}
		}
	}
	return (uint32_t)c[SIDE / 2][SIDE / 3];
}

static const struct kernel kernels[] = {
	{"hash", kernel_hash},
	{"sort", kernel_sort},
	{"matrix", kernel_matrix},
};

int main(int argc, char **argv)
{
	return run_kernel(argc, argv, kernels, sizeof(kernels) / sizeof(*kernels), CLOCK_MONOTONIC);
}
