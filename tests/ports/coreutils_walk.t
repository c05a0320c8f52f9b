#!/bin/bash
# Walks over a real tree: ls -l, ls -R, du, stat tell what they tell natively, owners, times and sizes included.
. "$TOP/tests/ports/lib.sh"
unpack_tree
ln -s tree/nowhere dangling
ln -s tree link
ln tree/*/README hard 2>/dev/null || ln "$(find tree -type f | head -n 1)" hard
mkfifo fifo
mkdir -m 700 private
touch -d '2001-02-03 04:05:06.789' old
chmod 4755 old
same ls -l
same ls -lR tree
same ls -laF --time-style=full-iso tree
same ls -li tree
same ls -lS --block-size=1 tree
same ls -Rt tree
same ls -l --sort=size -r hard old tree link
same du -a tree
same du -sh .
same du -ab --max-depth=1 .
same stat -c '%n %s %b %f %u %g %h %i %X %Y %Z %o %F' old link hard fifo private tree
same stat -f -c '%n %S %T' tree
same stat -L link
same readlink -f link dangling
same realpath link/../tree
same dir tree
finish
