#!/bin/bash
# tcc in a cage makes the same x86-64 programs, byte for byte, as natively, and the same complaints.
. "$TOP/tests/ports/lib.sh"
cat >program.c <<'END'
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static long double wide[] = {0, 1, -1, 3.25L, 1e4000L, 1e-4940L, 3e-4951L, 0x1.fffffffffffffffffp3L, 1.1L, -123456789.123456789012345L, 0x1p-16445L};
static double plain[] = {1e308, 1e-320, 0x1.8p1, .1};
struct pair { int first; char second[3]; uint64_t third : 40; };
int main(int argc, char **argv)
{
	struct pair pair = {argc, "ab", INT64_MAX};
	for (unsigned i = 0; i < sizeof wide / sizeof *wide; i++)
		printf("%.20Lg\n", wide[i]);
	printf("%g %llx %zu %s\n", plain[3] * sqrt(2.0), (unsigned long long)pair.third, sizeof(long), strrchr(argv[0], '/'));
	return pair.first + 2;
}
END
printf 'int main(void) { return nothing; }\n' >wrong.c
compile_native() {
	"$BUILD/native/bin/tcc" -B"$BUILD/native/lib/tcc" "$@"
}
compile_guest() {
	"$TOP/tests/ports/with-headers" tcc "$@"
}
for side in native guest; do
	"compile_$side" -c program.c -o $side.o || fail "$side: compiling"
	"compile_$side" program.c -lm -o $side.program || fail "$side: linking"
	"compile_$side" -E program.c >$side.i || fail "$side: preprocessing"
	"compile_$side" wrong.c -o $side.wrong 2>$side.complaint
	echo "status $?" >>$side.complaint
done
cmp native.o guest.o || fail "objects differ"
cmp native.program guest.program || fail "programs differ"
sed "s,$BUILD/native/lib,/usr/lib," native.i | cmp - guest.i || fail "preprocessed text differs"
cmp native.complaint guest.complaint || fail "complaints differ"
./guest.program
[ $? = 3 ] || fail "the program's exit status"
finish
