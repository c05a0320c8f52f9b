#!/bin/bash
# lind-test: timeout=180
# gzip and xz: both ways between guest and host, levels, threads, damaged and truncated files, names and times kept.
. "$TOP/tests/ports/lib.sh"
unpack_tree
tar -c --sort=name -f data tree/lua-5.4.4
for level in 1 6 9; do
	same gzip -c -n -$level data
done
gzip -k -n data
same gzip -l data.gz
same gzip -t data.gz
same gzip -d -c data.gz
head -c 5000 data.gz >short.gz
same gzip -t short.gz
same gzip -d -c data
touch -d '2001-02-03 04:05:06' data
lind gzip -k -f data && lind gzip -d -N -c data.gz | cmp - data || fail 'gzip in a cage'
gzip -d -c data.gz | cmp - data || fail 'gzip to the host'

same xz -c -1 data
same xz -c -6 data
same xz --format=lzma -c -2 data
xz -k data
same xz --list data.xz
same xz -d -c data.xz
head -c 5000 data.xz >short.xz
same xz -t short.xz
lind xz -T 2 --block-size=200000 -c -3 data >threads.xz || fail 'threads of xz in a cage'
xz -d -c threads.xz | cmp - data || fail 'xz to the host'
same xz -d -T 2 -c threads.xz
rm data.xz
lind xz data && [ ! -e data ] && lind xz -d data.xz || fail 'xz in place'
finish
