#!/bin/bash
# Compiled code in the cache is run as it is: no program comes to the folder, though it is in what the program is shown.
. "$TOP/tests/cli/lib.sh"
mkdir -p home/.cache/lind home/other
chmod 700 home/.cache/lind
cd home || exit 1
export HOME=$PWD XDG_CACHE_HOME=
lind true || fail "lind true: exit status $?"
before=$(find .cache/lind -type f -exec sha256sum {} + | sort)
[ -n "$before" ] || fail "nothing is in the cache"
cat >try.sh <<'SH'
cache=$1
for at in "$cache" ./.cache/lind ../home/.cache/lind /also/.cache/lind link; do
	[ -z "$(ls -A "$at")" ] || echo "$at is not hidden"
	echo evil >"$at/evil" && echo "wrote to $at"
	[ "$at" = link ] || { mv "$at" "$at.moved" && echo "moved $at"; }
	mv "${at%/*}" other && [ "$at" != link ] && echo "moved the folder of $at"
	rm -rf "$at"
done
(cd .cache/lind && echo evil >evil && cp evil ../evil && mv ../evil .) && echo "wrote from inside"
mv .cache other/cache
mv -T .cache other
ls other/cache other/lind
exit 0
SH
ln -s .cache/lind link
lind --mount "$PWD:/also" sh try.sh "$PWD/.cache/lind" >"$logs/out" 2>"$logs/err" </dev/null || fail "exit status $?"
[ ! -s "$logs/out" ] || fail "$(cat "$logs/out")"
after=$(find .cache/lind -type f -exec sha256sum {} + | sort)
[ "$(comm -23 <(echo "$before") <(echo "$after"))" = "" ] || fail "an entry has changed or gone"
[ "$(find .cache/lind -type f -name '[!0-9a-f]*')" = "" ] || fail "something was put into the cache"
finish
