#!/bin/bash
# A handler that interrupted running code, left by longjmp to a plain setjmp: the program ends by the signal, and one line says
# what to do. Compiled as that says, it goes on.
. "$TOP/tests/cli/lib.sh"
cat >jump.c <<'C'
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>
static jmp_buf back;
static volatile int jumped;
static void handler(int number)
{
	jumped = 1;
	longjmp(back, number);
}
int main(void)
{
	signal(SIGALRM, handler);
	setjmp(back);
	if (jumped)
		return 7;
	ualarm(1000, 0);
	for (;;)
		;
}
C
lind-clang -w jump.c -o plain || fail "does not compile"
lind-clang -w -D_LIND_SETJMP_CHECKPOINT jump.c -o noted || fail "does not compile"
status=0
lind ./plain 2>error || status=$?
[ "$status" = 142 ] || fail "plain: status $status"
[ "$(wc -l <error)" = 1 ] || fail "plain: not one line: $(cat error)"
grep -q 'sigsetjmp.*-D_LIND_SETJMP_CHECKPOINT' error || fail "plain: $(cat error)"
status=0
lind ./noted 2>error || status=$?
[ "$status" = 7 ] || fail "noted: status $status"
[ -s error ] && fail "noted: $(cat error)"
finish
