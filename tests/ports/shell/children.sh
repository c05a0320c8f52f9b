# Subshells and background jobs: what is theirs, wait and its status, $!, order, kill.
a=1; (a=2; echo $a; cd /; pwd); echo $a
(exit 9); echo $?
(sleep 0.1; exit 4) & pid=$!
wait $pid; echo "waited $?"
(exit 1) & one=$!; (exit 2) & two=$!; (exit 3) & three=$!
wait $two; echo $?; wait $one; echo $?; wait $three; echo $?
for i in 1 2 3 4 5 6 7 8; do (echo $i >job.$i) & done; wait; cat job.*
sleep 100 & kill $!; wait $! 2>/dev/null; echo "killed $?"
sleep 100 & kill -9 $!; wait $! 2>/dev/null; echo "killed $?"
wait 99999999 2>/dev/null; echo "no child $?"
wait; echo "none left $?"
{ sleep 0.05; echo late; } & echo early; wait
cat <job.1 & wait $!
(trap 'echo child exits' EXIT; :)
(a() { echo function in a child; }; a)
( (echo grandchild; exit 2); echo $?; exit 3); echo $?
exec 3>log; echo to three >&3; (echo from child >&3); exec 3>&-; cat log
echo $$ >pid1; sh -c 'echo $PPID' >pid2; cmp pid1 pid2 && echo parent
(echo $$) >pid3; cmp pid1 pid3 && echo same
