# Pipelines: order, status, closed ends, large amounts, a loop in a pipe, a pipe that nobody reads.
seq 1 1000 | grep 7 | sed 's/7/seven/' | sort -r | head -n 5
false | true; echo $?
true | false; echo $?
! true | false; echo $?
seq 1 100000 | tail -n 1
yes | head -n 3
seq 1 5 | while read -r x; do echo "<$x>"; done | tr '<>' '[]'
{ echo out; echo err >&2; } 2>&1 | sort
(exit 3) | cat; echo $?
echo a b c | { read -r x y; echo "$y $x"; }
head -c 300000 /dev/zero | cat | cat | wc -c
seq 1 20000 | { head -n 1 >/dev/null; cat >/dev/null; echo drained; }
f() { while read -r line; do echo "f: $line"; done; }
printf '%s\n' one two three | f | sort | f | tail -n 1
i=0; while [ $i -lt 20 ]; do echo $i | cat; i=$((i + 1)); done | paste -s -d, -
