#!/bin/bash
# Grates upon grates: the one nearest the program sees a call first, what it does not take goes outwards.
. "$TOP/tests/grates/lib.sh"
need upper-grate
gives 0 7 lind geteuid-grate --uid 5 geteuid-grate --uid 7 id -u
gives 0 7 lind geteuid-grate -u 5 -- geteuid-grate -u 6 -- geteuid-grate -u 7 -- id -u
gives 0 7 lind identity-grate geteuid-grate --uid 7 id -u
gives 0 7 lind geteuid-grate --uid 7 identity-grate id -u
gives 0 7 lind identity-grate identity-grate geteuid-grate --uid 7 identity-grate id -u

gives 0 7 lind geteuid-grate --uid 7 strace-grate -e geteuid id -u
grep -Eq '^geteuid\(\) += 7$' stderr || fail "strace inside does not show what the client gets: $(cat stderr)"
gives 0 7 lind strace-grate -e geteuid geteuid-grate --uid 7 id -u
! grep -q 'geteuid() ' stderr || fail 'strace outside sees a call that was answered inside'
gives 0 hello lind strace-grate strace-grate -e write echo hello
grep -q 'write(1, "hello\\n", 6)' stderr || fail "two straces: $(tail -n 5 stderr)"
gives 0 HELLO lind ./upper-grate identity-grate echo hello
gives 0 HELLO lind identity-grate ./upper-grate echo hello
gives 0 HELLO lind identity-grate strace-grate ./upper-grate echo hello
grep -q 'write(1, "HELLO\\n", 6)' stderr || fail "strace outside does not read the grate's memory: $(grep write stderr)"
finish
