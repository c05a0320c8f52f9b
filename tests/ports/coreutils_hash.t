#!/bin/bash
# Checksums of every file of a real tree are the native ones, and checking them against a list works.
. "$TOP/tests/ports/lib.sh"
unpack_tree
mapfile -t files < <(find tree -type f | sort)
for program in sha256sum md5sum sha1sum sha512sum b2sum cksum sum; do
	same $program "${files[@]}"
done
sha256sum "${files[@]}" >list
same sha256sum -c list
echo damage >>"${files[3]}"
same sha256sum -c --quiet list
finish
