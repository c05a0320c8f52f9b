#!/bin/bash
# tar: archives of a real tree made in a cage are read by the host's tar, and the other way round; formats, links, times, sparse files, lists.
. "$TOP/tests/ports/lib.sh"
unpack_tree
ln -s lua-5.4.4 tree/link
ln tree/lua-5.4.4/README tree/hard
mkdir -p "tree/$(printf 'long%.0s' {1..40})/$(printf 'name%.0s' {1..40})"
truncate -s 3M tree/sparse
echo end >>tree/sparse
chmod 640 tree/hard
chmod 2750 tree/zlib-*/examples
touch -h -d '2001-02-03 04:05:06' tree/link tree/sparse
for format in gnu pax ustar; do
	sparse=--sparse
	[ $format != ustar ] || { rm -rf tree/longlong* && sparse=; }
	lind tar --sort=name --format=$format $sparse -c -f guest.$format tree
	mkdir host.$format && tar -x -p -f guest.$format -C host.$format
	same_tree tree host.$format/tree
	tar --sort=name --format=$format -c -f native.$format tree
	mkdir guest-$format && lind tar -x -p -f native.$format -C guest-$format
	same_tree tree guest-$format/tree
	same tar -t -v -f guest.$format
done
same tar -d -f native.gnu
echo changed >>tree/hard
same tar -d -f native.gnu
same tar -c -f - --sort=name --exclude=*.c --mtime=@0 --owner=root:0 --group=root:0 tree
same tar -t -f native.gnu --wildcards '*.h'
same tar -x -O -f native.gnu tree/lua-5.4.4/README
same tar -t -f native.gnu missing
same tar -t -f /dev/null
same tar -x -f missing
finish
