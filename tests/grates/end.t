#!/bin/bash
# A grate that ends before its client fails closed, unless it chose otherwise; one whose handler traps is ended, and its client told.
. "$TOP/tests/grates/lib.sh"
need bereft end-grate outlive until-all
gives 5 "the grate's
ESRCH" lind ./until-all ./end-grate fails ./outlive
gives 5 "the grate's
the system's" lind ./until-all ./end-grate falls-through ./outlive
gives 5 '' lind ./until-all ./end-grate kills ./outlive
lind ./until-all ./end-grate trap ./outlive >got 2>stderr
status=$?
[ $status -gt 128 ] || fail "trap: the grate ends with status $status"
[ "$(cat got)" = 'EFAULT
ESRCH' ] || fail "trap: $(cat got)"
lind ./bereft >got || fail "bereft: status $?"
[ "$(sort got)" = 'the client: exit 7
the grate: signal 9' ] || fail "bereft: $(cat got)"
finish
