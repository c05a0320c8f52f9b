# Traps: on exit, on signals to oneself and from a child, ignored ones, reset in children; signals that end.
trap 'echo usr1' USR1
kill -USR1 $$; echo after
(kill -USR1 $$); echo from a child
trap 'echo term; flag=1' TERM
kill -TERM $$; echo $flag
trap '' HUP; kill -HUP $$; echo ignored
sh -c 'kill -HUP $$; echo inherited'
trap - HUP
sh -c 'kill -TERM $$'; echo $?
{ sh -c 'kill -KILL $$'; } 2>/dev/null; echo $?
sh -c 'trap "echo bye" EXIT; exit 6'; echo $?
sh -c 'trap "echo int; exit 8" INT; kill -INT $$; echo not here'; echo $?
(trap 'echo sub exit' EXIT; exit 2); echo $?
trap 'echo usr2' USR2
sleep 100 & pid=$!
(sleep 0.2; kill -USR2 $$) &
wait $pid; echo "interrupted $(($? > 128))"
kill $pid; wait $pid 2>/dev/null
trap
f() { trap 'echo from f' USR1; }; f; kill -USR1 $$
trap 'echo exiting $?' EXIT
exit 3
