#!/bin/bash
# lind-test: timeout=240
# What strace sees lind do once its filter stands is in the table of host calls.
. "$TOP/tests/cli/lib.sh"
listed=$(sed -n 's/^ROW(\([a-z0-9_]*\), \([A-Z_]*\),.*/\1 \2/p' "$TOP/src/lind/host_calls.def" | sed '/ FATAL$/d; s/ .*//' | sort -u)
[ "$(wc -l <<<"$listed")" -gt 100 ] || fail "the table can't be read"
if ! command -v strace >/dev/null || ! strace -o "$logs/trace" true 2>/dev/null; then
	echo "not checked here: nothing may be traced"
	finish
fi
cat >all.sh <<'SH'
echo text >/tmp/a; ls -lR / | sort | uniq -c | wc -l; cat /tmp/a | (read x; echo $x); sleep 0.01; mkdir -p d/e; ln -s a d/l; mv d f; rm -r f; trap 'exit 7' TERM; (kill $$) & wait
SH
strace -f -qq -o "$logs/trace" lind --confine=auto sh all.sh >"$logs/out" 2>"$logs/err" </dev/null
[ $? = 7 ] || fail "the traced program does not end as it should: $(cat "$logs/err")"
if ! grep -q " seccomp(SECCOMP_SET_MODE_FILTER.* = 0" "$logs/trace"; then
	echo "not checked here: the kernel lets nobody filter system calls"
	finish
fi
used=$(sed -n '/ seccomp(SECCOMP_SET_MODE_FILTER/,$p' "$logs/trace" | sed -n '2,$s/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' | sort -u)
[ "$(wc -l <<<"$used")" -gt 20 ] || fail "hardly anything was traced: $used"
unlisted=$(comm -13 <(echo "$listed") <(echo "$used"))
[ -z "$unlisted" ] || fail "not in the table: $unlisted"
grep -q ' landlock_restrict_self(.* = 0' "$logs/trace" || echo "not checked here: the kernel has no Landlock"
finish
