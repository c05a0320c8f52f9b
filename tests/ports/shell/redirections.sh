# Redirections: order, copies, closed descriptors, appending, both ways, on compound commands, errors.
echo one >f; echo two >>f; cat f
{ echo out; echo err >&2; } >o 2>e; cat o e
{ echo out; echo err >&2; } 2>&1 >o | sed 's/^/pipe: /'; cat o
exec 5<f; read -r a <&5; read -r b <&5; echo $a $b; exec 5<&-
exec 6<>f; read -r a <&6; echo THREE >&6; exec 6>&-; cat f
(echo gone >&9) 2>/dev/null || echo 'not open'
for i in 1 2 3; do echo $i; done >loop; wc -l <loop
while read -r x; do echo "$x"; done <loop | tail -n 1
if true; then echo yes; fi >cond; cat cond
: >empty; [ -s empty ] || echo empty
set -C; (echo no >f) 2>/dev/null || echo 'noclobber'; echo yes >|f; cat f; set +C
cat <no-such-file 2>/dev/null || echo "status $?"
echo hidden >/dev/null; (echo shown >/dev/stdout) | cat
ls no-such-file >both 2>&1; wc -l <both
f() { echo in function; } >func; f; cat func
cat <&- 2>/dev/null; echo "closed $?"
mkfifo pipe; (echo through the pipe >pipe) & cat pipe; wait
exec 3>&1 >hidden; echo not seen; exec >&3 3>&-; cat hidden
