#!/bin/bash
# sort, and what goes with it, on 40,000 lines: keys, numbers, months, versions, merges, temporary files when memory is kept small.
. "$TOP/tests/ports/lib.sh"
awk 'BEGIN {
	srand(7)
	split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", month)
	for (i = 0; i < 40000; i++)
		printf "%d\t%s\t%.3f\tv1.%d.%d\t%c%c\n", rand() * 1000000, month[int(rand() * 12) + 1], rand() * 100 - 50, rand() * 20, rand() * 20, 97 + rand() * 26, 65 + rand() * 26
}' >lines
same sort lines
same sort -n lines
same sort -r -k 2,2M -k 1,1n lines
same sort -k 3,3g lines
same sort -s -k 4,4V lines
same sort -f -u -k 5,5 lines
same sort -S 1M -n lines
sort lines >sorted
same sort -c sorted
same sort -c lines
same sort -m sorted sorted
cut -f 5 sorted | sort >letters
same uniq -c letters
same comm -12 sorted sorted
head -n 2000 sorted | cut -f 1,5 | sort -k 1,1 >left
tail -n +1000 sorted | head -n 2000 | cut -f 1,3 | sort -k 1,1 >right
same join -a 1 left right
same shuf --random-source=lines -n 100 lines
same tsort letters
finish
