#!/bin/bash
# lind-test: timeout=300
# Real scripts under dash, bash and busybox's ash: in a cage each does the same as natively.
. "$TOP/tests/ports/lib.sh"
top=$PWD
for script in "$TOP"/tests/ports/shell/*.sh; do
	for shell in dash bash 'busybox ash'; do
		for side in native lind; do
			mkdir work && cd work || exit 1
			cp "$script" script.sh
			$side $shell script.sh >"$logs/$side.out" 2>"$logs/$side.err" </dev/null
			echo "status $?" >>"$logs/$side.out"
			cd "$top" && rm -rf work
		done
		diff "$logs/native.out" "$logs/lind.out" || fail "$shell ${script##*/}: output differs"
		diff "$logs/native.err" "$logs/lind.err" || fail "$shell ${script##*/}: messages differ"
	done
done
finish
