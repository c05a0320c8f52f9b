#!/bin/bash
# What goes wrong goes wrong as it does natively: the same message, the same exit status.
. "$TOP/tests/ports/lib.sh"
echo text >file
mkdir folder
ln -s loop loop
same cat missing
same cat folder
same cat loop
same ls missing file
same cp file missing/file
same cp folder elsewhere
same mv missing elsewhere
same mkdir folder
same mkdir a/b
same rmdir file
same rm folder
same rm missing
same ln file file
same ln -s x folder/../file
same touch missing/file
same chmod 999 file
same head -n x file
same sort --no-such-option
same sort missing
same cut file
same test 1 -eq x
same date -d nonsense
same seq
same sha256sum missing file
same readlink file
same stat missing
same dd if=missing status=none
same split -n 0 file
same truncate -s x file
same sleep x
same timeout
same env no-such-program
same nice no-such-program
finish
