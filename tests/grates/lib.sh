# What the tests of grates share: a test sources this, checks, and ends with `finish`.
set -u
failures=0

# need NAME...: test programs are run from the current folder, which cages see.
need() {
	for name; do cp "$BUILD/tests/grates/$name" .; done
}

fail() {
	echo "FAILED: $*"
	failures=$((failures + 1))
}

finish() {
	[ $failures = 0 ] || echo "$failures failures"
	exit $((failures > 0))
}

# gives STATUS EXPECTED COMMAND [ARG...]: COMMAND must exit with STATUS and write EXPECTED to standard output.
gives() {
	local status=$1 expected=$2 got
	shift 2
	got=$("$@" 2>stderr </dev/null)
	local ended=$?
	[ $ended = "$status" ] || fail "$*: exit status $ended instead of $status: $(head -n 3 stderr)"
	[ "$got" = "$expected" ] || {
		fail "$*: wrong output"
		diff <(echo "$expected") <(echo "$got") | head -n 20
	}
}

# complains STATUS NAME WORD COMMAND [ARG...]: COMMAND must exit with STATUS, after one line on standard error that begins with NAME and has WORD in it.
complains() {
	local status=$1 name=$2 word=$3
	shift 3
	gives "$status" '' "$@"
	[ "$(wc -l <stderr)" = 1 ] && grep -q "^$name: .*$word" stderr || {
		fail "$*: the error line is not as it should be:"
		head -n 5 stderr
	}
}
