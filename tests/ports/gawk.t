#!/bin/bash
# gawk: its language on 20,000 lines, files, time, sorting, numbers, regular expressions; input from a pipe and commands where they are asked for.
. "$TOP/tests/ports/lib.sh"
awk 'BEGIN { srand(3); for (i = 0; i < 20000; i++) printf "%d %s %.2f\n", rand() * 1000, substr("alphabetagammadelta", rand() * 10 + 1, 5), rand() * 100 }' >input
same gawk '{ n[$2]++; s[$2] += $3 } END { PROCINFO["sorted_in"] = "@ind_str_asc"; for (k in n) printf "%s %d %.2f\n", k, n[k], s[k] }'
same gawk '$1 > 990 && /eta/ { gsub(/[aeiou]/, "<&>"); print NR ": " $0 }'
same gawk -F'[ .]' -v OFS=: '{ $1 = $1 } NR % 500 == 0'
same gawk 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } BEGIN { print f(18); printf "%5.3e|%-8s|%08.3f|%c|%x|%d\n", 12345.678, "left", 3.14159, 65, 255, -7.9 }'
same gawk 'BEGIN { n = split("b c a", a); n = asort(a, b); for (i = 1; i <= n; i++) print b[i]; print toupper("x"), index("hello", "l"), length("hello"), substr("hello", 2, 3), match("foobar", /o+/), RSTART, RLENGTH }'
same gawk 'BEGIN { print strftime("%Y-%m-%d %H:%M:%S", 86400 * 365, 1), mktime("2001 02 03 04 05 06"); print and(12, 10), or(12, 10), xor(12, 10), lshift(1, 4), compl(0) }'
same gawk --re-interval '{ print gensub(/([a-z]{2})([a-z]{2})/, "\\2\\1", "g", $2) > "out." ($1 % 3) } END { close("out.0"); while ((getline line < "out.0") > 0) n++; print n }'
same gawk 'BEGIN { FPAT = "([^,]+)|(\"[^\"]+\")"; $0 = "a,\"b,c\",d"; print NF, $2; FIELDWIDTHS = "2 3 1"; $0 = "abcdef"; print $1, $2, $3 }'
same gawk 'BEGIN { a[1][2] = 3; print isarray(a[1]), typeof(a[1][2]), length(a); switch ("x1") { case /x[0-9]/: print "match"; break; default: print "none" } }'
same gawk 'BEGIN { printf "%s\n", 2 ^ 53 + 1, 1e300 * 1e300, -log(0), 0.1 + 0.2, int("0x1A"), 1 / 3; exit 3 }'
same gawk 'BEGIN { f = "sin"; print @f(0), atan2(1, 1), exp(1), sqrt(2), cos(1) }'
same gawk 'BEGIN { print substr("x", ; }'
same gawk 'BEGIN { print 1 / 0 }'
same gawk '{ print > "/dev/stderr" } NR == 3 { exit }'
same gawk 'BEGINFILE { print FILENAME, ERRNO; if (ERRNO) nextfile } END { print NR }' input missing
finish
