#!/bin/bash
# Lua: a program of closures, coroutines, patterns, files and errors prints what it prints natively; so do scripts on standard input and -e.
. "$TOP/tests/ports/lib.sh"
cp "$TOP/demos/words.lua" .
cp /usr/share/common-licenses/GPL-3 text
for program in native lind; do
	$program lua words.lua text | sort >$program.words
done
cmp native.words lind.words || fail "words.lua differs"
cat >program.lua <<'LUA'
local function queens(n, row, columns, out)
	if row > n then out(table.concat(columns, " ")) return end
	for c = 1, n do
		local safe = true
		for r = 1, row - 1 do
			local d = columns[r] - c
			if d == 0 or math.abs(d) == row - r then safe = false break end
		end
		if safe then
			columns[row] = c
			queens(n, row + 1, columns, out)
			columns[row] = nil
		end
	end
end
for solution in coroutine.wrap(function() queens(6, 1, {}, coroutine.yield) end) do print(solution) end
print(pcall(error, {code = 1}) , select("#", pcall(error)))
print(xpcall(function() local x = nil; return x.y end, function(m) return "caught: " .. m end))
print(string.format("%q %10.4f %g %x %a", "a\n\0b", math.pi, 2 ^ 53, 255, 0.5), 7 // 2, -7 % 3, 1 / 0, -(0 / 0) ~= 0 / 0)
print(("hello world from Lua"):gsub("%w+", string.upper), ("k=v, x=y"):match("(%w+)=(%w+), (%w+)=(%w+)"))
print(string.pack("<i4d", 42, 1.5):byte(1, -1))
print(utf8.char(228, 8364, 128512), utf8.len("äöü"), #"äöü")
local f <close> = assert(io.open("written", "w+"))
f:write(1, " ", 2.5, "\nsecond line\n"):seek("set")
print(f:read("n", "n", "l", "a"))
print(io.open("no/such/file"))
print(os.rename("written", "renamed"), os.remove("missing"))
print(os.time {year = 2024, month = 2, day = 29, hour = 12}, os.date("!%F %T", 1e9), os.getenv("NO_SUCH_VARIABLE"))
for line in io.lines("renamed") do print(line) end
print(#arg, arg[0], ...)
os.exit(7, true)
LUA
same lua program.lua one two
same lua -e 'print(_VERSION, 10 // 3)'
same lua -v
same lua -e 'error("deliberately")'
same lua missing.lua
echo 'print(1 + 1, #arg)' >input
same lua -
same luac -p words.lua
native luac -o native.luac words.lua
lind luac -o lind.luac words.lua
cmp native.luac lind.luac || fail "luac writes other bytes than natively"
finish
