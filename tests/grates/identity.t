#!/bin/bash
# Real programs under identity-grate, alone and thrice: the same output and status as without.
. "$TOP/tests/grates/lib.sh"
seq 3000 | tac >numbers
mkdir tree
for i in 1 2 3; do cp numbers tree/$i; done

alike() {
	lind "$@" >plain.out 2>plain.err <numbers
	local plain=$?
	for grates in identity-grate 'identity-grate -- identity-grate identity-grate'; do
		# shellcheck disable=SC2086 # several words
		lind $grates "$@" >grate.out 2>grate.err <numbers
		local got=$?
		[ $got = $plain ] || fail "$grates $*: exit status $got instead of $plain"
		cmp -s plain.out grate.out || fail "$grates $*: output differs: $(diff plain.out grate.out | head -n 5)"
		cmp -s plain.err grate.err || fail "$grates $*: messages differ: $(diff plain.err grate.err | head -n 5)"
	done
}

alike true
alike false
alike sort -n
alike wc numbers missing
alike sha256sum numbers tree/1
alike ls -l tree
alike env A=b env
alike cp -r tree /tmp/copy
alike date -u -d @86400
alike lua -e 'for i = 1, 3 do print(i, io.popen("echo " .. i):read("a")) end os.exit(9)'
alike sqlite3 :memory: 'create table t(a); insert into t values (1), (2); select sum(a) from t'
finish
