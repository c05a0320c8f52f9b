# The language itself: expansion, patterns, arithmetic, functions, options, eval, here and there with children.
set -- 'a b' c; for x; do echo "[$x]"; done; for x in $*; do echo "($x)"; done
v=path/to/file.tar.gz; echo ${v##*/} ${v%%.*} ${v#*/} ${v%.gz} ${#v} ${none:-d} ${none:=set} $none
IFS=:; set -- $(echo a:b:c); echo $2 $#; IFS=' 	
'
echo $((7 * 6 % 5 + (1 << 4) - 0x10)) $((1 ? 2 : 3)) $((~5 & 7))
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }; fact 10
case abc in a?c) echo q ;; *) echo none ;; esac
case '[x' in \[*) echo bracket ;; esac
mkdir -p d/e; touch d/a d/b d/.h d/e/c; echo d/* d/*/* d/[!a]; echo nothing*
eval 'x=5; echo $x'; eval "echo \$v"
until [ "$i" = xxx ]; do i=x$i; done; echo $i
n=0; while :; do n=$((n + 1)); [ $n = 3 ] && continue; [ $n = 5 ] && break; echo $n; done
(set -e; false; echo not here); echo $?
(set -u; echo $undefined) 2>/dev/null; echo $(($? > 0))
set -f; echo *; set +f
echo ~root; cd d; pwd | sed 's,.*/,,'; cd - >/dev/null
printf '%s|%5d|%-5s|%x\n' str 42 left 255; printf '%b' 'a\tb\n'
getopts_test() { while getopts ab:c o; do echo "$o=${OPTARG-}"; done; shift $((OPTIND - 1)); echo rest "$@"; }; getopts_test -a -b value -c x y
echo 'script with #!' >/dev/null; printf '#!/bin/sh\necho script "$@"\nexit 5\n' >s; chmod +x s; ./s 1 2; echo $?
printf 'echo no interpreter $0\n' >t; chmod +x t; ./t
. ./t
command -v cat >/dev/null && echo found; command no-such-command 2>/dev/null; echo $?
./d 2>/dev/null; echo $?
x=outer; f() { x=inner; }; f; echo $x; y=1 f; unset x; echo ${x-unset}
env X=1 sh -c 'echo $X'; X=2 sh -c 'echo $X'; (export Y=3; sh -c 'echo $Y')
find d -name c -exec echo found {} \; ; printf '%s\n' 1 2 3 4 | xargs -n 2 echo x
