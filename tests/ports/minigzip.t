#!/bin/bash
# minigzip and gzip read what the other wrote; a 20 MB file comes back as it was; damage is noticed.
. "$TOP/tests/ports/lib.sh"
unpack_tree
tar -c -f small.tar tree
for i in 1 2 3; do cat small.tar; done >large
cp large copy
lind minigzip copy || fail "minigzip copy: exit status $?"
[ ! -e copy ] && [ -f copy.gz ] || fail "minigzip did not replace the file"
gzip -dc copy.gz | cmp - large || fail "gzip reads something else than minigzip wrote"
lind minigzip -d copy.gz || fail "minigzip -d: exit status $?"
cmp copy large || fail "the round trip changed the file"
lind minigzip <small.tar | gzip -dc | cmp - small.tar || fail "through pipes"
gzip -9c large | lind minigzip -d | cmp - large || fail "minigzip reads something else than gzip wrote"
for level in -1 -6 -9 -h -f; do
	lind minigzip $level <small.tar >guest.gz
	native minigzip $level <small.tar >native.gz
	cmp guest.gz native.gz || fail "minigzip $level writes other bytes than natively"
done
gzip -c small.tar | head -c 100000 >cut.gz
same minigzip -d -c cut.gz
finish
