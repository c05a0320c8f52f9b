#!/bin/bash
# geteuid-grate: the id, the exit status, wrong uses.
. "$TOP/tests/grates/lib.sh"
gives 0 10 lind geteuid-grate id -u
gives 0 1234 lind geteuid-grate --uid 1234 -- id -u
gives 0 4294967294 lind geteuid-grate -u 4294967294 id -u
gives 0 10 lind geteuid-grate /usr/bin/id -u
gives 1 '' lind geteuid-grate false
gives 0 '1 -x --uid 3' lind geteuid-grate --uid 4 echo 1 -x --uid 3
complains 125 geteuid-grate 'not a user id' lind geteuid-grate --uid root id -u
complains 125 geteuid-grate 'not a user id' lind geteuid-grate --uid 4294967296 id -u
complains 125 geteuid-grate 'needs an argument' lind geteuid-grate --uid
complains 125 geteuid-grate 'unknown option' lind geteuid-grate --gid 3 id
complains 125 geteuid-grate 'no program' lind geteuid-grate --
complains 127 geteuid-grate 'no-such-program' lind geteuid-grate no-such-program
complains 127 geteuid-grate './missing' lind geteuid-grate ./missing
complains 126 geteuid-grate '/etc' lind geteuid-grate /etc
printf 'neither wasm nor script' >text
chmod +x text
complains 126 geteuid-grate './text' lind geteuid-grate ./text
lind geteuid-grate --help | grep -q 'usage: geteuid-grate' || fail '--help does not help'
finish
