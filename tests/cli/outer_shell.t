#!/bin/bash
# lind as a job of a shell outside: Ctrl-Z, fg, bg and reading from the background stop and continue it as a whole; the terminal's
# signals reach the job of a shell inside.
# lind-test: timeout=400
. "$TOP/tests/cli/lib.sh"
cat >script <<'END'
> PS1='out''> '\r
< out> 
# lind stops as a whole, and goes on
> lind dash -c 'echo re''ady; exec sleep 100'\r
< ready\r\n
> \x1a
< Stopped
< out> 
> bg\r
< out> 
> jobs\r
< Running
< out> 
> fg\r
< sleep 100
< \r\n
> \x03
< out> 
> echo "status" $?\r
< status 130
< out> 
# a pipeline of lind and others
> lind dash -c 'while read line; do echo in: $line; done' | cat\r
< cat\r\n
> one\r
< in: one\r\n
> \x1a
< Stopped
< out> 
> fg\r
< cat\r\n
> two\r
< in: two\r\n
> \x04
< out> 
# reading from the background stops it
> lind cat &\r
< out> 
> until jobs >list; grep -q Stopped list; do sleep 0.1; done; echo wai""ted\r
< waited\r\n
> fg\r
< lind cat\r\n
> line\r
< line\r\nline\r\n
> \x04
< out> 
# a shell with job control inside: Ctrl-Z is its job's alone
> lind dash -i\r
> PS1='in''> '\r
< in> 
> sh -c 'echo go''es; exec sleep 100'\r
< \r\n
< goes\r\n
> \x1a
< Stopped
< in> 
> fg\r
< sh -c
< \r\n
> \x03
< in> 
# and when it stops itself, the one outside takes over
> kill -STOP $$\r
< Stopped
< out> 
> fg\r
< lind dash -i\r\n
> \r
< in> 
> echo $((6*7))\r
< 42
< in> 
> exit 3\r
< out> 
> echo "status" $?\r
< status 3
< out> 
> exit\r
= 0
END
pty dash -i <script >out || fail "$(tail -n 1 out)"

# The terminal is as it was when lind had to end what changed it.
cat >script <<'END'
> PS1='out''> '\r
< out> 
> lind dash -c 'stty -echo -icanon; kill -KILL $$'\r
< out> 
> stty -a\r
< icanon
< echo
< out> 
> exit\r
< exit
END
pty dash -i <script >out || fail "$(tail -n 1 out)"
finish
