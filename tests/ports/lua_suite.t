#!/bin/bash
# The test files that Lua's makers publish for this version, each in a cage. PyPI's package lupa has them in its source archive. _U leaves out
# what loads C modules written for the host and what needs a shell.
. "$TOP/tests/ports/lib.sh"
"$TOP/scripts/lua-tests" || { fail "cannot get Lua's tests"; finish; }
cp -r "$BUILD/src/lua-tests" testes
cd testes || exit 1
for file in *.lua; do
	case $file in
	all.lua) continue ;;   # runs the others
	heavy.lua) continue ;; # fills all memory there is
	esac
	lind lua -e '_U = true; _soft = true; _port = true; _nomsg = true' "$file" >"$logs/$file.log" 2>&1 || {
		fail "$file: exit status $?"
		tail -n 5 "$logs/$file.log"
	}
done
finish
