#!/bin/bash
# Copies between cages in both directions; a cage that handles its own calls.
. "$TOP/tests/grates/lib.sh"
need upper-grate own
gives 0 HELLO lind ./upper-grate echo hello
printf 'abc\n' >input
[ "$(lind ./upper-grate cat <input)" = '<BC' ] || fail 'reading and writing through the grate'
seq 100000 >numbers
lind ./upper-grate seq 100000 | cmp -s - numbers || fail 'large writes'
gives 0 "$(cat "$TOP/tests/grates/own.expected")" lind ./own
finish
