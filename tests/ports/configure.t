#!/bin/bash
# An autoconf script, of GNU hello, run by bash in a cage with tcc as its compiler, finds out the same as natively.
# lind-test: timeout=300
. "$TOP/tests/ports/lib.sh"
configure=(bash ./configure --build=x86_64-pc-linux-gnu --host=x86_64-linux-gnu --cache-file=config.cache)
for side in native guest; do
	mkdir $side
	tar -x -f "$BUILD"/downloads/hello_*.orig.tar.gz -C $side --strip-components=1 --no-same-owner
done
(cd native && CC="$BUILD/native/bin/tcc -B$BUILD/native/lib/tcc" LD=tcc native "${configure[@]}" >../native.log 2>&1) || fail "natively: exit status $?"
(cd guest && "$TOP/tests/ports/with-headers" --env CC=tcc --env LD=tcc "${configure[@]}" >../guest.log 2>&1) || fail "in a cage: exit status $?"
tail -n 3 guest.log
[ -s native/config.h ] || fail "no config.h natively"
cmp native/config.h guest/config.h || diff native/config.h guest/config.h | head -n 20
cmp -s native/config.h guest/config.h || fail "config.h differs"
finish
