#!/bin/bash
# Lua: SIGINT ends a script in the middle of a computation, with an error that pcall catches, as natively.
. "$TOP/tests/ports/lib.sh"
cat >loop.lua <<'LUA'
print(pcall(function()
	io.stdout:write("begins\n"):flush()
	local n = 0
	while true do n = n + 1 end
end))
LUA
# A shell's background jobs ignore SIGINT; and the process that it counts must be the very one.
run='$SIG{INT} = "DEFAULT"; exec @ARGV'
mkfifo pipe
for side in native lind; do
	if [ $side = native ]; then
		PATH=$PATH_NATIVE perl -e "$run" lua loop.lua >pipe 2>&1 &
	else
		perl -e "$run" lind lua loop.lua >pipe 2>&1 &
	fi
	{
		read -r line
		[ "$line" = begins ] || fail "$side: begins with $line"
		kill -INT $!
		cat >$side.out
	} <pipe
	wait $! || fail "$side: exit status $?"
done
# Where it was then is a matter of luck.
for side in native lind; do
	grep -q '^false.*interrupted!$' $side.out || fail "$side: $(cat $side.out)"
done
finish
