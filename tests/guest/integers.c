/* Integers: division, shifts, overflow built-ins, byte order, bit counting, 128 bits, enums and bit fields.
 */
#include "check.h"

#include <arpa/inet.h>
#include <byteswap.h>
#include <endian.h>
#include <inttypes.h>
#include <limits.h>

struct fields {
	unsigned a : 3, b : 5;
	int c : 4;
	unsigned long long d : 40;
	_Bool e : 1;
};

int main(int argc, char **argv)
{
	(void)argv;
	int n = -7 * argc, r;
	long long l = -9000000000LL * argc;
	printf("%d %d %d %lld %lld\n", n / 2, n % 2, n >> 1, l / 7, l % 7);
	div_t d = div(n, 2);
	lldiv_t ld = lldiv(l, 1000);
	imaxdiv_t im = imaxdiv(l, -3);
	printf("%d %d %lld %lld %jd %jd\n", d.quot, d.rem, ld.quot, ld.rem, im.quot, im.rem);
	printf("%d %lld %jd\n", abs(n), llabs(l), imaxabs(l));
	printf("%d", __builtin_add_overflow(INT_MAX, argc, &r));
	printf(" %d\n", r);
	printf("%d", __builtin_mul_overflow(1 << 20, 1 << (10 + argc), &r));
	printf(" %d\n", r);
	unsigned long long big;
	printf("%d", __builtin_mul_overflow(1ULL << 40, 1ULL << (20 + argc), &big));
	printf(" %llu\n", big);
	printf("%d %d %d %d\n", __builtin_clz(16u * argc), __builtin_ctzll(1ULL << (39 + argc)),
	       __builtin_popcount(0xff0fu * argc), __builtin_parity(7u * argc));
	printf("%x %llx %x\n", bswap_32(0x12345678u * argc),
	       (unsigned long long)bswap_64(0x123456789abcdefULL * argc),
	       bswap_16((unsigned short)(0x1234 * argc)));
	printf("%x %x %llx\n", htonl(0x01020304u * argc), ntohs((unsigned short)(0x0102 * argc)),
	       (unsigned long long)htobe64(0x0102030405060708ULL * argc));
	struct fields f = {.a = 9 * argc, .b = 31, .c = -3, .d = 1ULL << 39, .e = 2};
	f.c += 6;
	f.d--;
	printf("%u %u %d %llx %d\n", f.a, f.b, f.c, (unsigned long long)f.d, f.e);
	unsigned __int128 w = ((unsigned __int128)UINT64_MAX * UINT64_MAX) / (unsigned)(3 * argc);
	printf("%llx %llx\n", (unsigned long long)(w >> 64), (unsigned long long)w);
	printf("%llu %llu\n", (unsigned long long)(w % 1000000007u), (unsigned long long)(-w >> 100));
	printf("%u %d %u\n", (unsigned char)(300 * argc), (signed char)(200 * argc), (unsigned short)(-argc));
	printf("%llu %lld %d\n", (unsigned long long)(-argc), (long long)(unsigned)(-argc),
	       (int)(argc * 3.99));
	printf("%u %lld %u\n", (unsigned)(argc * 4e9), (long long)(argc * -1e15),
	       (unsigned)(unsigned char)(argc * 200.7));
	double dd = 1e10 * argc;
	printf("%.0f %.0f %f\n", (double)(unsigned)(4000000000u * argc), (double)(long long)dd,
	       (double)(float)(argc * 16777217));
	unsigned rotate = 0x80000001u * argc;
	printf("%x %x\n", rotate << 4 | rotate >> 28, (unsigned)((int)rotate >> 31));
	printf("%d %d %d\n", INT_MIN / argc, (-1 * argc < 1u), sizeof(long long) == 8);
	uint64_t hash = 14695981039346656037ULL;
	for (int i = 0; i < 100000; i++)
		hash = (hash ^ (uint64_t)(i & 255)) * 1099511628211ULL;
	printf("%016" PRIx64 "\n", hash);
	struct in_addr address;
	SHOW(inet_pton(AF_INET, "192.168.1.254", &address));
	char text[50];
	puts(inet_ntop(AF_INET, &address, text, sizeof(text)));
	struct in6_addr six;
	SHOW(inet_pton(AF_INET6, "2001:db8::ff00:42:8329", &six));
	puts(inet_ntop(AF_INET6, &six, text, sizeof(text)));
	SHOW(inet_pton(AF_INET, "1.2.3", &address));
	SHOW(inet_aton("1.2.3", &address));
	return 0;
}
