#!/bin/bash
# Rule 3: a client can add handlers for itself, never lose those above it.
. "$TOP/tests/grates/lib.sh"
need client
cat >expected <<'LINES'
geteuid: 10
the grate's table onto my own: EPERM
my table onto the grate's: EPERM
my own table onto itself: 0
a call through the grate's table: EPERM
a call done to the grate: EPERM
a handler in the grate's table: EPERM
a handler of the grate's in mine: EPERM
taking the grate's handler away: EPERM
taking away what I don't have: ENOENT
reading the grate's memory: EFAULT
writing the grate's memory: EFAULT
geteuid: 10
a handler of my own: 0
geteuid: 4711
taking it away: 0
geteuid: 10
LINES
gives 0 "$(cat expected)" lind geteuid-grate ./client
gives 0 "$(cat expected)" lind identity-grate geteuid-grate ./client
gives 0 "$(cat expected)" lind geteuid-grate identity-grate ./client
finish
