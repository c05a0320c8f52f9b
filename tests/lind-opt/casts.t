#!/bin/bash
# Casts of function pointers at the compiler's extremes, and functions that are declared otherwise where they are called: all as natively.
# lind-test: timeout=240
failures=0

# same NAME OPTION...: the program of the sources NAME*.c prints the same natively and in a cage.
same() {
	local name=$1
	shift
	gcc -std=gnu17 -D_GNU_SOURCE -O1 -w -pthread "$name"*.c -o native -lm &&
		lind-clang -std=gnu17 -D_GNU_SOURCE -w -pthread "$@" "$name"*.c -o guest -lm 2>messages || exit 1
	./native >expected
	lind ./guest >got 2>&1
	cmp expected got || {
		echo "$name $*:"
		diff expected got
		failures=$((failures + 1))
	}
}

cp "$TOP"/tests/guest/casts-*.c "$TOP/tests/guest/check.h" .
for name in casts-calls casts-signals casts-threads; do
	same $name -O0
	same $name -O2
done

# The second file is what the first knows wrongly.
cat >declared1.c <<'END'
#include <stdio.h>
int add();
void two(int);
long long wide(long a);
double half(double, double);
int absent(int, int, int);
static int once(int a) { return a + 1000; }
int main(void)
{
	printf("%d %d\n", add(1, 2), add(1, 2, 3));
	two(5);
	printf("%lld\n", wide(-7));
	printf("%g\n", half(3, 8));
	printf("%d\n", absent(7, 8, 9));
	printf("%d\n", ((int (*)(int, int))once)(1, 2));
	printf("%ld\n", ((long (*)(long, long))add)(20, 22));
	return 0;
}
END
cat >declared2.c <<'END'
#include <stdio.h>
int add(a, b) int a, b; { return a + b; }
int two(int a, int b) { printf("two %d\n", a); return b; }
long long wide(long long a, int b) { return a * 2; }
float absent_real(float a) { return a; }
double half(double a) { return a / 2; }
int absent(int a) { return a * 10; }
END
for level in -O0 -O2 '-O1 -s' '-O1 -g'; do
	same declared $level
done
ls | grep -F .again && failures=$((failures + 1))

# Without them, as call_indirect has it.
lind-clang -D_GNU_SOURCE -O1 -w -mlind-casts=none casts-calls.c -o none && lind ./none >/dev/null 2>&1
[ $? = 132 ] || { echo "-mlind-casts=none: no trap" && failures=$((failures + 1)); }
lind-clang -D_GNU_SOURCE -w -mlind-casts=some casts-calls.c -o none 2>messages && failures=$((failures + 1))
grep -q 'lind-opt: --casts=full or none is needed' messages || { cat messages && failures=$((failures + 1)); }
exit $((failures > 0))
