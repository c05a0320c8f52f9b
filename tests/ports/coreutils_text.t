#!/bin/bash
# The filters, on a real text.
. "$TOP/tests/ports/lib.sh"
cp /usr/share/common-licenses/GPL-3 input
same cat -A input
same wc input
same wc -lmcw -L input
same head -n 17
same tail -n 17 input
same tail -c 1000
same cut -c 3-20
same cut -d ' ' -f 2,5
same tr a-z A-Z
same tr -cs 'A-Za-z' '\n'
same nl -ba
same od -A x -t x1z input
same od -t d8 -N 256 input
same fold -s -w 40
same fmt -w 60
same pr -2 -h title -D date input
same expand
same unexpand -a
same tac
same paste -d, input input
same base64
same base32 -w 0
same basenc --z85 -d
same ptx -w 60
same csplit -z -s input /Preamble/ '/TERMS/'
same seq -w 1 3 100
same factor 1 97 1234567890 18446744073709551615
same numfmt --to=iec 1 1024 123456789
same printf '%s %05d %.3f %x %q\n' word 42 3.14159 255 'a b'
same expr 6 \* 7
same expr abcdef : 'abc\(.*\)'
same test -f input
same '[' 1 -gt 2 ']'
same date -u -d '2024-02-29 12:34:56 +1 year' +%c
same date -d @1700000000
TZ=America/New_York same date -d @1700000000 +'%F %T %Z %z'
same basename /a/b/c.txt .txt
same dirname /a/b/c.txt
same echo -e 'a\tb\x41'
same echo "$(printf 'caf\xc3\xa9')"
same id -u
same id
same whoami
same nproc
same pwd -P
same uname -s
same true
same false
finish
