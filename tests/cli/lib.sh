# What the tests of the command line share: one bad input, one clear line, the right exit status, nothing left behind.
set -u
failures=0
program=$BUILD/lib/lind/root/usr/bin/minigzip
logs=$PWD.logs
rm -rf "$logs"
mkdir -p "$logs/tmp"
export TMPDIR=$logs/tmp

fail() {
	echo "FAILED: $*"
	failures=$((failures + 1))
}

finish() {
	[ $failures = 0 ] || echo "$failures failures"
	exit $((failures > 0))
}

# make_say: ./say, a small program that writes its argument, quickly compiled.
make_say() {
	cat >say.c <<-'C'
		#include <stdio.h>
		int main(int argc, char **argv)
		{
			return argc != 2 || fputs(argv[1], stdout) < 0;
		}
	C
	lind-clang -O1 say.c -o say || fail "say.c does not compile"
}

# What lies in the folders where something could be left.
leftovers() {
	ls -A . "$TMPDIR"
	find "$XDG_CACHE_HOME" -name '.new-*' 2>/dev/null
}

# refused STATUS WORD COMMAND [ARG...]: COMMAND must end with STATUS, say nothing on standard output, and one line that begins with "lind: " and
# has WORD in it on standard error; it must leave nothing behind.
refused() {
	local status=$1 word=$2 before got
	shift 2
	before=$(leftovers)
	"$@" </dev/null >"$logs/out" 2>"$logs/err"
	got=$?
	[ $got = "$status" ] || fail "$*: exit status $got instead of $status"
	[ ! -s "$logs/out" ] || fail "$*: writes to standard output"
	[ "$(wc -l <"$logs/err")" = 1 ] && grep -q '^lind: ' "$logs/err" || {
		fail "$*: not one line of error:"
		cat "$logs/err"
	}
	grep -qF -- "$word" "$logs/err" || {
		fail "$*: the error does not mention $word:"
		cat "$logs/err"
	}
	[ "$before" = "$(leftovers)" ] || {
		fail "$*: leaves behind:"
		diff <(echo "$before") <(leftovers)
	}
}

# works WORD COMMAND [ARG...]: COMMAND must end with 0 and write exactly WORD; what it says on standard error stays in $logs/err.
works() {
	local word=$1 got
	shift
	"$@" </dev/null >"$logs/out" 2>"$logs/err"
	got=$?
	[ $got = 0 ] || fail "$*: exit status $got"
	[ "$(cat "$logs/out")" = "$word" ] || {
		fail "$*: does not write $word:"
		head -n 5 "$logs/out" "$logs/err"
	}
}
