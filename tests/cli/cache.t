#!/bin/bash
# The cache of compiled code: damaged, cut off, foreign, unwritable, written by many at once; the program runs in each case.
. "$TOP/tests/cli/lib.sh"
export XDG_CACHE_HOME=$logs/cache
rm -rf "$XDG_CACHE_HOME"
make_say
works one lind ./say one
[ ! -s "$logs/err" ] || fail "compiling says something though no terminal is there"
# The program's entry is the larger one; the other is the engine's own.
entry=$(find "$XDG_CACHE_HOME" -type f -size +100k)
[ -f "$entry" ] || fail "not one entry in the cache but: $entry"
[ "$(stat -c %a "$(dirname "$entry")")" = 700 ] || fail "the cache's folder is open to others"
cp "$entry" "$logs/good"

# usable: after a run the entry is whole again.
usable() {
	works "$1" lind ./say "$1"
	cmp -s "$entry" "$logs/good" || fail "$1: the entry was not made anew"
}
size=$(stat -c %s "$entry")
for at in 0 100 $((size / 2)) $((size - 10)); do
	printf 'damage' | dd of="$entry" bs=1 seek="$at" conv=notrunc status=none
	usable "damaged-at-$at"
done
truncate -s $((size / 3)) "$entry" && usable cut
truncate -s 0 "$entry" && usable empty
truncate -s $((size + 4096)) "$entry" && usable longer
head -c "$size" /dev/zero >"$entry" && usable zeros
chmod 666 "$entry"
works others lind ./say others

chmod 777 "$(dirname "$entry")"
works shared lind ./say shared
[ "$(wc -l <"$logs/err")" = 1 ] || fail "a cache that others can write to: not one line of warning"
chmod 700 "$(dirname "$entry")"

XDG_CACHE_HOME=/dev/null works unwritable lind ./say unwritable
[ "$(wc -l <"$logs/err")" -le 1 ] || fail "an unwritable cache: more than one line of warning"
XDG_CACHE_HOME=/proc/cache works unwritable lind ./say unwritable
(unset HOME XDG_CACHE_HOME && works homeless lind ./say homeless && exit $failures) || fail "without HOME"

rm -rf "$XDG_CACHE_HOME"
for i in 1 2 3 4 5 6; do
	lind ./say $i >"$logs/many.$i" 2>&1 &
done
wait
for i in 1 2 3 4 5 6; do
	[ "$(cat "$logs/many.$i")" = $i ] || fail "one of six at once: $(head -n 3 "$logs/many.$i")"
done
[ "$(find "$XDG_CACHE_HOME" -type f -size +100k | wc -l)" = 1 ] || fail "six at once leave more than one entry"
finish
