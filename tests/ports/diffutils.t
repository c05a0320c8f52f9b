#!/bin/bash
# diff, cmp and diff3 on changed copies of a real tree: formats, folders, merges, exit statuses; a patch made in a cage fits.
. "$TOP/tests/ports/lib.sh"
unpack_tree
mv tree old
cp -r old new
sed -i 's/lua_pushnil/lua_pushNIL/' new/lua-5.4.4/src/*.c
rm new/lua-5.4.4/README
echo new >new/added
same diff old/lua-5.4.4/src/lapi.c new/lua-5.4.4/src/lapi.c
same diff -rq old new
same diff -u --label a --label b old/lua-5.4.4/src/lbaselib.c new/lua-5.4.4/src/lbaselib.c
same diff -y -W 100 --suppress-common-lines old/lua-5.4.4/src/lapi.c new/lua-5.4.4/src/lapi.c
same diff -e old/lua-5.4.4/src/lapi.c new/lua-5.4.4/src/lapi.c
same diff -p -c3 --label a --label b old/lua-5.4.4/src/lapi.c new/lua-5.4.4/src/lapi.c
same diff -D CHANGED old/lua-5.4.4/src/ltests.h new/lua-5.4.4/src/lapi.c
same diff -i -w -B old/lua-5.4.4/src/lapi.c new/lua-5.4.4/src/lapi.c
same diff -q old/lua-5.4.4/src/lua.c new/lua-5.4.4/src/lua.c
(cd new && lind --mount "$PWD/../old:/old:ro" diff -ruN /old . >../patch)
cp -r old patched
(cd patched && patch -s -p1 <../patch) || fail 'the patch does not fit'
diff -r new patched || fail 'patched tree differs'
same cmp old/lua-5.4.4/src/lapi.c new/lua-5.4.4/src/lapi.c
same cmp -l old/lua-5.4.4/src/lapi.c new/lua-5.4.4/src/lapi.c
same cmp -s old/added new/added
finish
