#!/bin/bash
# Memory and descriptors run out: one clear line, or the program is told as it would be natively.
. "$TOP/tests/cli/lib.sh"
works ready lind printf ready
for kilobytes in 100000 2000000 4000000; do
	(ulimit -v $kilobytes && refused 1 memory lind printf word && exit $failures) || fail "with $kilobytes KB of addresses"
done
lind lua -e 'local t = {}; print(pcall(function() while true do t[#t + 1] = ("x"):rep(1 << 26) end end))' >"$logs/lua" 2>&1 ||
	fail "Lua that takes all memory: exit status $?"
grep -q '^false.not enough memory$' "$logs/lua" || fail "Lua that takes all memory: $(head -n 3 "$logs/lua")"
finish
