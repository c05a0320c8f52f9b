#!/bin/bash
# --confine: what is said and done where the kernel lacks a layer.
. "$TOP/tests/cli/lib.sh"
make_say
refused 2 --confine lind --confine=strong ./say word
works here lind --confine=off ./say here
[ ! -s "$logs/err" ] || fail "--confine=off says something"

without landlock true
if [ $? = 125 ] || ! lind --confine=required ./say here >"$logs/out" 2>"$logs/err"; then
	echo "not checked here: this machine does not confine: $(cat "$logs/err")"
	finish
fi
works here without landlock lind --confine=auto ./say here
grep -q "not confined by Landlock: the kernel does not have it" "$logs/err" || fail "the lack of Landlock is not said: $(cat "$logs/err")"
works here without landlock lind --confine=off ./say here
[ ! -s "$logs/err" ] || fail "--confine=off says something"
refused 1 Landlock without landlock lind --confine=required ./say here

works here without seccomp lind --confine=auto ./say here
grep -q "not confined by seccomp" "$logs/err" || fail "the lack of seccomp is not said: $(cat "$logs/err")"
refused 1 seccomp without seccomp lind --confine=required ./say here
finish
