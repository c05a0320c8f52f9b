#!/bin/bash
# find: tests and actions over a real tree; xargs; and both with commands that they start.
. "$TOP/tests/ports/lib.sh"
unpack_tree
ln -s lua-5.4.4 tree/link
ln -s missing tree/broken
mkdir -m 700 tree/empty
touch -d '2001-02-03 04:05:06' tree/zlib-*/README
sorted() {
	"$@" | LC_ALL=C sort
}
same_sorted() {
	diff <(sorted native "$@") <(sorted lind "$@") || fail "$*: output differs"
}
same_sorted find tree
same_sorted find tree -name '*.c' -size +20k -printf '%p %s %m %y %l %d\n'
same_sorted find tree -type f -newermt 2001-01-01 ! -newermt 2002-01-01 -printf '%TY-%Tm-%Td %f\n'
same_sorted find tree -maxdepth 2 -mindepth 1 -type d -empty -o -xtype l -ls
same_sorted find tree -regextype posix-extended -regex '.*/(l|z)[a-z]+\.h' -path '*src*'
same_sorted find -L tree -iname 'readme*' -perm -444 -links 1
same_sorted find tree -depth -type d -prune -o -samefile tree/lua-5.4.4/README -print0
same find tree/missing
same find tree -nonsense
cp -r tree other
lind find tree -name '*.o' -o -name '*.txt' -delete
find other -name '*.o' -o -name '*.txt' -delete
diff -r --no-dereference tree other || fail 'find -delete'
finish
