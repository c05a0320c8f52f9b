#!/bin/bash
# cp -r and its relations leave on the disk what they leave natively.
. "$TOP/tests/ports/lib.sh"
unpack_tree
ln "$(find tree -type f | head -n 1)" tree/hard
ln -s hard tree/link
touch -d '2001-02-03 04:05:06.123456789' tree/hard
mkdir -m 711 tree/empty
both() {
	(cd native && native "$@") || fail "$*: fails natively"
	(cd guest && lind "$@") || fail "$*: exit status $?"
}
mkdir native guest
cp -a tree native/
cp -a tree guest/
both cp -r tree copy
both cp -a tree archive
both cp -rl tree linked
both mv copy/hard moved
both mkdir -p -m 750 a/b/c
both install -D -m 640 moved d/e/f
both ln -s ../moved a/link
both chmod -R g-rx archive
both touch -d 2011-12-13 archive/empty moved
both truncate -s 12345 copy/new
both dd if=moved of=piece bs=100 skip=2 count=3 status=none
both split -n 5 moved part.
both tee note </dev/null
both rm -r linked a/b
both cp -p moved archive/
for tree in native guest; do
	# Times that "now" gave differ by what lies between the two runs.
	touch -d 2020-01-01 $tree/copy/new $tree/piece $tree/part.* $tree/note $tree/d/e/f
	find $tree/copy -newer "$TOP/Makefile" -exec touch -h -d 2020-01-01 {} +
	touch -h -d 2020-01-01 $tree/a/link
done
same_tree native guest
finish
