# Command substitution: nesting, trailing newlines, status, quotes, what it leaves alone.
echo "$(echo "$(echo "$(echo deep)")")" `echo back \`echo ticks\``
x=$(printf 'a\nb\n\n\n'); echo "[$x]"
x=$(false); echo $?
x=$(exit 7) || echo "status $?"
echo $(seq 1 10) "$(seq 1 3)"
y=1; z=$(y=2; echo $y); echo $y $z
set -- $(echo a b; echo 'c d'); echo $# "$4"
v=$(cat <<END
in a here-document $(echo inside) ${y:-no}
END
); echo "$v"
echo "$(echo 'quotes " in' | sed 's/"/\\"/')"
n=$(($(echo 20) + $(seq 1 6 | wc -l))); echo $n
case $(echo pattern) in p*n) echo matched ;; esac
for f in $(ls / | grep -x -e bin -e usr -e etc); do echo $f; done
long=$(seq 1 30000); echo ${#long}
f() { local a=$(echo local); echo $a; return 5; }
r=$(f); echo $? $r
