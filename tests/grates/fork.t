#!/bin/bash
# What grates make of their clients' forks, alone, on top of one another and beside those that forward all; and their own forks.
. "$TOP/tests/grates/lib.sh"
need fork-grate forker
plain=$'child, uid own\nexecuted, uid own\nparent: the child\'s id: 1\nexited with 6'
gives 0 "$plain" lind ./forker
for grates in '' 'identity-grate --' 'strace-grate -o trace --' 'identity-grate -- identity-grate --'; do
	gives 0 "$plain" lind $grates ./fork-grate forward ./forker
	gives 1 'fork: EPERM' lind $grates ./fork-grate refuse ./forker
	gives 0 $'child, uid own\nexecuted, uid own\nparent: 77777, there was a child: 1\nexited with 6' lind $grates ./fork-grate change ./forker
	gives 0 $'child, uid changed\nexecuted, uid 4711\nparent: the child\'s id: 1\nexited with 6' lind $grates ./fork-grate mark ./forker
	gives 0 $'parent: the child\'s id: 1\nkilled: 1' lind $grates ./fork-grate kill ./forker
	gives 0 "$plain"$'\nsecond: EAGAIN' lind $grates ./fork-grate twice ./forker
	gives 0 "$plain"$'\nthe handler\'s child: 29' lind $grates ./fork-grate own ./forker
	gives 0 $'child, uid own\nexecuted, uid 4711\nparent: 77777, there was a child: 1\nexited with 6' lind $grates ./fork-grate mark ./fork-grate change ./forker
	gives 1 'fork: EPERM' lind $grates ./fork-grate mark ./fork-grate refuse ./forker
done
gives 0 "$plain" lind ./fork-grate forward identity-grate ./forker
finish
