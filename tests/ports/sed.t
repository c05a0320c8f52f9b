#!/bin/bash
# sed: addresses, hold space, branches, in-place edits, files written, a script from a file, and the same over a real tree.
. "$TOP/tests/ports/lib.sh"
seq 1 200 >input
same sed -n '5,10p;/7$/,+2p;$='
same sed '1~3d;0~4s/$/ four/'
same sed -n '1!G;h;$p'
same sed ':a;N;$!ba;s/\n/,/g'
same sed -E 's/([0-9])([0-9])/\2\1/2g;y/123/abc/;10q5'
same sed -e '3i\' -e 'before' -e '5a after' -e '7c\changed' -e '/9/{s//nine/;t;d}'
same sed 's/.*/\U&x\E\n\t/;l 20'
same sed 'w out' /dev/null
cat >script <<'END'
#n
# reverses each line
/../{
	s/^.*$/\n&\n/
	:x
	s/\(\n.\)\(.*\)\(.\n\)/\3\2\1/
	tx
	s/\n//g
}
p
END
same sed -f script
same sed --posix 's/a\|b/x/'
same sed 's/x/'
same sed -n '$=' missing
unpack_tree
cp -r tree edited
sed -i.orig -E 's/lua_([a-z]+)/LUA_\1/g; /^$/d' tree/lua-5.4.4/src/*.c
(cd edited && lind sed -i.orig -E 's/lua_([a-z]+)/LUA_\1/g; /^$/d' lua-5.4.4/src/*.c) || fail 'sed -i in a cage'
diff -r tree edited || fail 'sed -i differs'
printf '\303\244x\303\266\n' >input
same sed 's/./-/g'
finish
