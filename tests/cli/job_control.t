#!/bin/bash
# A shell with job control on a terminal: Ctrl-C, Ctrl-Z, jobs, bg, fg, pipelines, trap; the same script natively and in a cage.
# lind-test: timeout=400
. "$TOP/tests/cli/lib.sh"
cat >script <<'END'
> PS1='%''> '\r
< %> 
> echo $((6*7))\r
< 42
< %> 
# Ctrl-C ends the job, not the shell
> sh -c 'echo go''es; exec sleep 100'\r
< goes\r\n
> \x03
< %> 
> echo "status" $?\r
< status 130
< %> 
# Ctrl-Z stops it
> sh -c 'echo go''es; exec sleep 100'\r
< goes\r\n
> \x1a
< Stopped
< %> 
> jobs\r
< Stopped
< sleep 100
< %> 
> bg\r
< sleep 100
< %> 
> jobs\r
< Running
< %> 
> fg\r
< sleep 100
< \r\n
> \x03
< %> 
> cat | cat\r
< cat\r\n
> one\r
< one\r\none\r\n
> \x1a
< Stopped
< %> 
> fg\r
< cat | cat
> two\r
< two\r\ntwo\r\n
> \x04
< %> 
# who reads from the background stops, and reads on in the foreground
> cat &\r
< %> 
> until jobs >list; grep -q tty list; do sleep 0.1; done; echo wai""ted\r
< waited\r\n
< %> 
> fg\r
< cat\r\n
> line\r
< line\r\nline\r\n
> \x04
< %> 
# who writes does so if the terminal lets it
> stty tostop; (echo is""writing) &\r
< %> 
> until jobs >list; grep -q tty list; do sleep 0.1; done; echo wai""ted\r
! iswriting
> \r
< waited\r\n
< %> 
< %> 
> fg\r
< iswriting\r\n
< %> 
> stty -tostop\r
< %> 
> trap 'echo caug''ht' INT; echo se''t\r
< set\r\n
< %> 
> \x03
< ^C
# its signal may come a moment later than what is typed next
> sleep 1\r
< caught
< %> 
> stty -a | head -n 1\r
< rows 24
< %> 
size 30 100
> stty -a | head -n 1\r
< rows 30; columns 100
< %> 
> exit 7\r
= 7
END
sed -i 's/ | head -n 1//; s/^> until jobs >list; grep -q tty list; do sleep 0.1; done; \(.*\)$/> until jobs >list; case $(cat list) in *tty*) true;; *) false; esac; do sleep 0.1; done; \1/' script
pty dash -i <script >native.out || fail "natively: $(tail -n 1 native.out)"
pty lind dash -i <script >lind.out || fail "in a cage: $(tail -n 1 lind.out)"
pty lind identity-grate -- dash -i <script >grate.out || fail "under a grate: $(tail -n 1 grate.out)"
finish
