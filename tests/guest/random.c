/* Sequences of the seeded generators, and properties of the unseeded sources. */
#include "check.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

int main(void)
{
	srand(1);
	for (int i = 0; i < 5; i++)
		printf("%d ", rand());
	srand(42);
	for (int i = 0; i < 5; i++)
		printf("%d ", rand());
	puts("");
	srandom(7);
	for (int i = 0; i < 5; i++)
		printf("%d ", (int)random());
	puts("");
	unsigned seed = 3;
	for (int i = 0; i < 5; i++)
		printf("%d ", rand_r(&seed));
	puts("");
	char state[64];
	char *old = initstate(99, state, sizeof(state));
	for (int i = 0; i < 5; i++)
		printf("%d ", (int)random());
	setstate(old);
	printf("%d\n", (int)random());
	srand48(5);
	printf("%.10f ", drand48());
	printf("%d ", (int)lrand48());
	printf("%d\n", (int)mrand48());
	unsigned short x[3] = {1, 2, 3};
	printf("%.10f ", erand48(x));
	printf("%d ", (int)nrand48(x));
	printf("%d\n", (int)jrand48(x));
	struct random_data data = {0};
	int32_t r;
	SHOW(initstate_r(11, state, sizeof(state), &data));
	SHOW(random_r(&data, &r));
	SHOW(r);

	unsigned char a[64] = {0}, b[64] = {0};
	SHOW(getrandom(a, sizeof(a), 0));
	SHOW(getrandom(b, sizeof(b), GRND_NONBLOCK));
	SHOW(memcmp(a, b, sizeof(a)) != 0);
	SHOW(getrandom(a, 4, 0x100));
	SHOW(getrandom((void *)8, 4, 0));
	SHOW(getrandom(a, 0, 0));
	SHOW(getentropy(a, 64));
	SHOW(getentropy(a, 257));
	SHOW(memcmp(a, b, sizeof(a)) != 0);
	int fd = open("/dev/urandom", O_RDONLY);
	SHOW(read(fd, b, sizeof(b)));
	SHOW(memcmp(a, b, sizeof(a)) != 0);
	return 0;
}
