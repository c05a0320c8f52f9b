#!/bin/bash
# Copies between cages in both directions; a cage that handles its own calls.
. "$TOP/tests/grates/lib.sh"
gives 0 HELLO lind "$programs/upper-grate" echo hello
printf 'abc\n' >input
[ "$(lind "$programs/upper-grate" cat <input)" = '<BC' ] || fail 'reading and writing through the grate'
seq 100000 >numbers
lind "$programs/upper-grate" -- sort -n numbers | cmp -s - numbers || fail 'large writes'
gives 0 "$(cat "$TOP/tests/grates/own.expected")" lind "$programs/own"
finish
