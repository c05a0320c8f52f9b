#!/bin/bash
# Memory and descriptors run out: one clear line, or the program is told as it would be natively.
. "$TOP/tests/cli/lib.sh"
make_say
works ready lind ./say ready
for kilobytes in 100000 2000000 4000000; do
	(ulimit -v $kilobytes && refused 1 memory lind ./say word && exit $failures) || fail "with $kilobytes KB of addresses"
done

cat >fill.c <<'C'
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	size_t blocks = 0;

	while (blocks < 1000 && malloc(100 << 20))
		blocks++;
	puts(errno == ENOMEM && blocks > 30 && blocks < 41 ? "full" : "not as it should be");
	return 0;
}
C
lind-clang -O1 -fno-builtin-malloc fill.c -o fill || fail "fill.c does not compile"
works full lind ./fill
finish
