#!/bin/bash
# Twenty threads at once through one grate and through two.
. "$TOP/tests/grates/lib.sh"
need many
gives 0 '10000 of 10000' lind ./many
gives 0 '10000 of 10000' lind identity-grate ./many
gives 0 '10000 of 10000' lind identity-grate identity-grate ./many
gives 0 '10000 of 10000' lind strace-grate -o trace ./many
[ "$(grep -c '^stat("/", ' trace)" = 10000 ] || fail "lines: $(grep -c '^stat(' trace)"
grep -Evq '^[a-z_0-9]+\(.*\) += (-1 E.*|\?|[0-9x].*)$|^\+\+\+' trace && fail "a broken line: $(grep -Ev '^[a-z_0-9]+\(.*\) += (-1 E.*|\?|[0-9x].*)$|^\+\+\+' trace | head -n 2)"
finish
