#!/bin/bash
# Thousands of processes, one after another and at once, leave nothing behind in the host: no thread, descriptor, mapping or memory.
# lind-test: timeout=240
. "$TOP/tests/cli/lib.sh"
cat >forks.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void sequence(int count)
{
	for (int i = 0; i < count; i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(i % 100);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != i % 100) {
			perror("fork in a row");
			exit(1);
		}
	}
}

/* Children that live until they are told. */
static void at_once(int count)
{
	int ends[2], sum = 0, status;
	char byte;

	if (pipe(ends) != 0)
		exit(2);
	for (int i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			close(ends[1]);
			_exit(read(ends[0], &byte, 1) == 0 ? 1 : 2);
		}
		if (pid < 0) {
			perror("fork at once");
			exit(3);
		}
	}
	close(ends[0]);
	close(ends[1]);
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	if (sum != count)
		exit(4);
}

static void told(const char *word)
{
	puts(word);
	fflush(stdout);
	getchar();
}

int main(int argc, char **argv)
{
	sequence(100);
	at_once(64);
	told("warm");
	sequence(atoi(argv[1]));
	at_once(atoi(argv[2]));
	told("done");
	return argc - 3;
}
C
lind-clang -O1 forks.c -o forks || fail "forks.c does not compile"

mkfifo in out
lind ./forks 2000 500 <in >out &
pid=$!
exec 3>in 4<out

# counts: threads, descriptors, mappings, KB of addresses, KB in memory. Ended workers go a moment later.
counts() {
	sleep 0.5
	ls "/proc/$pid/task" | wc -l
	ls "/proc/$pid/fd" | wc -l
	wc -l <"/proc/$pid/maps"
	sed -n 's/^Vm\(Size\|RSS\):[^0-9]*\([0-9]*\).*/\2/p' "/proc/$pid/status"
}

read -r word <&4
[ "$word" = warm ] || fail "first word: $word"
before=($(counts))
echo >&3
read -r word <&4
[ "$word" = done ] || fail "second word: $word"
after=($(counts))
echo >&3
wait "$pid" || fail "exit status $?"
names=(threads descriptors mappings 'KB of addresses' 'KB in memory')
slack=(2 0 16 1000000 8000)
for i in 0 1 2 3 4; do
	((after[i] <= before[i] + slack[i])) || fail "${names[i]}: ${before[i]} before, ${after[i]} after"
done
echo "before: ${before[*]}; after: ${after[*]}"
finish
