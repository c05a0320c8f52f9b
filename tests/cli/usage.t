#!/bin/bash
# Options: help and version succeed on standard output; what is wrong is said in one line.
. "$TOP/tests/cli/lib.sh"
lind --help >"$logs/out" 2>"$logs/err" || fail "--help: exit status $?"
grep -q PROGRAM "$logs/out" && [ ! -s "$logs/err" ] || fail "--help does not help"
lind --version >"$logs/out" 2>"$logs/err" || fail "--version: exit status $?"
grep -q '^lind ' "$logs/out" && [ ! -s "$logs/err" ] || fail "--version: $(head -n 1 "$logs/out")"
lind >"$logs/out" 2>"$logs/err" && fail "without arguments: exit status 0"
[ ! -s "$logs/out" ] && [ -s "$logs/err" ] || fail "without arguments: says nothing"
for option in --no-such-option '--root' '--root missing' '--root /etc/passwd' '--mount missing:/mnt' '--mount nonsense' '--cwd missing'; do
	# shellcheck disable=SC2086 # an option and its value
	lind $option -- true >"$logs/out" 2>"$logs/err"
	status=$?
	[ $status -ge 1 ] && [ $status -le 125 ] || fail "$option: exit status $status"
	grep -q '^lind: ' "$logs/err" && [ ! -s "$logs/out" ] || fail "$option: not said: $(head -n 3 "$logs/err")"
done
lind lua -e 'os.exit(7)'
[ $? = 7 ] || fail "exit status does not pass"
echo through | lind cat | grep -qx through || fail "standard streams do not pass"
finish
