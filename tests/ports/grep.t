#!/bin/bash
# grep on a real tree: all kinds of patterns, contexts, recursion, colours, binary files, exit statuses.
. "$TOP/tests/ports/lib.sh"
unpack_tree
same grep -rn --include=*.c 'return *NULL' tree
same grep -rlE '\b(malloc|realloc)[[:space:]]*\(' tree
same grep -rc -i lua tree/lua-5.4.4/src
same grep -ow '[a-z]*_[a-z]*' tree/lua-5.4.4/src/lapi.c
same grep -nE -B 2 -A 3 '^static (int|void)' tree/lua-5.4.4/src/lstate.c
same grep -F -x -f tree/lua-5.4.4/src/lopcodes.h tree/lua-5.4.4/src/lopcodes.h
same grep -E '(.)(.)(.)\3\2\1' tree/lua-5.4.4/doc/manual.html
same grep --color=always -n 'lua_[A-Z]' tree/lua-5.4.4/src/lua.c
same grep -z -b -o 'lua' tree/lua-5.4.4/doc/lua.css
same grep -v -m 10 '^$' tree/lua-5.4.4/src/lvm.c
same grep -q nothing-like-this tree/lua-5.4.4/src/lvm.c
same grep '\(' /dev/null
same grep -r --exclude-dir=src copyright tree
printf 'text\0more\n\303\244\303\266\303\274 \303\204\n\377broken\n' >bytes
same grep more bytes
same grep -a -i 'more' bytes
printf 'one\nTWO\nthree\n' >input
same grep -n -i two - missing
same grep -y -E '^(one|three)$'
finish
