# What the tests of ports share. A test sources this, does its checks, and ends with `finish`.
# Native programs come from build/native/bin where they were built from the same source, else from the host.
set -u
failures=0
PATH_NATIVE=$BUILD/native/bin:/usr/bin:/bin

fail() {
	echo "FAILED: $*"
	failures=$((failures + 1))
}

native() {
	env PATH="$PATH_NATIVE" "$@"
}

# same COMMAND [ARG...]: runs it natively and in a cage, in the current folder, with the file `input` as standard input where there is one.
# Standard output, standard error and exit status must be the same.
same() {
	local input=/dev/null native_status guest_status
	[ ! -f input ] || input=input
	native "$@" <$input >"$logs/native.out" 2>"$logs/native.err"
	native_status=$?
	lind "$@" <$input >"$logs/guest.out" 2>"$logs/guest.err"
	guest_status=$?
	[ $native_status = $guest_status ] || fail "$*: exit status $guest_status instead of $native_status"
	cmp -s "$logs/native.out" "$logs/guest.out" || {
		fail "$*: output differs"
		diff "$logs/native.out" "$logs/guest.out" | head -n 20
	}
	cmp -s "$logs/native.err" "$logs/guest.err" || {
		fail "$*: messages differ"
		diff "$logs/native.err" "$logs/guest.err" | head -n 20
	}
}

describe_tree() {
	(cd "$1" && find . \( -type d -printf '%p d %m\n' \) -o -printf '%p %y %m %s %n %T@ %l\n' | sort)
}

# same_tree TREE OTHER: the same names, types, modes, sizes, times of files, link targets and contents.
same_tree() {
	diff <(describe_tree "$1") <(describe_tree "$2") || fail "trees differ: $1 $2"
	diff -r --no-dereference "$1" "$2" || fail "contents differ: $1 $2"
}

# A real tree, of some hundred files, fresh in the current folder: the sources of zlib and Lua.
unpack_tree() {
	mkdir tree
	tar -x -f "$BUILD"/downloads/zlib_*.orig.tar.* -C tree --no-same-owner
	tar -x -f "$BUILD"/downloads/lua5.4_*.orig.tar.* -C tree --no-same-owner
}

finish() {
	[ $failures = 0 ] || echo "$failures failures"
	exit $((failures > 0))
}

# Logs lie beside the test's folder, so that walks over it don't meet them.
logs=$PWD.logs
rm -rf "$logs"
mkdir -p "$logs"
