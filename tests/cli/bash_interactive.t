#!/bin/bash
# bash as people use it, on a terminal: jobs, the keys that send signals, pagers, line editing, history, completion, sizes, stty, nested
# shells; the same script natively and in a cage, and what appears is compared.
# lind-test: timeout=400
# What is printed by the terminal's echo and what by bash may change places, natively too, so that a difference is to be looked at.
# lind-test: asked-for=races
. "$TOP/tests/cli/lib.sh"
cat >front.c <<'C'
/* A job that tells what becomes of it: when it comes to the foreground, and which signals it gets. */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t told;

static void say(const char *text)
{
	write(1, text, strlen(text));
}
static void continued(int number)
{
	(void)number;
	told = 0;
}
static void gets(int number)
{
	say(number == SIGINT ? "[INT]\n" : number == SIGWINCH ? "[WINCH]\n" : "[other]\n");
}

int main(int count, char **arguments)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	signal(SIGCONT, continued);
	for (int i = 1; i < count; i++)
		if (strcmp(arguments[i], "int") == 0)
			signal(SIGINT, gets);
		else if (strcmp(arguments[i], "winch") == 0)
			signal(SIGWINCH, gets);
		else
			return 0;
	for (;;) {
		nanosleep(&pause, NULL);
		if (tcgetpgrp(2) != getpgrp())
			told = 0;
		else if (!told) {
			told = 1;
			say("[front]\n");
		}
	}
}
C
cc -O1 -w front.c -o front.native || fail "front.c does not compile"
lind-clang -O1 -w front.c -o front.lind || fail "front.c does not compile for the guest"
lind ./front.lind ends 2>"$logs/compiling" || fail "front does not end"
cat >script <<'END'
< bash-5.2
> PS1='%''> '; ulimit -c 0; unset HISTFILE; PATH=$PWD:$PATH\r
< %> 
> echo $((6*7)) $-\r
< 42 
< %> 
# Ctrl-C ends the job, not the shell
> sh -c 'echo go''es; exec sleep 100'\r
< goes\r\n
> \x03
< %> 
> echo "status" $?\r
< status 130
< %> 
# Ctrl-\ too
> sh -c 'echo go''es; exec sleep 100'\r
< goes\r\n
> \x1c
< Quit
< %> 
> echo "status" $?\r
< status 131
< %> 
# Ctrl-Z stops it; bg and fg let it go on
> front\r
< [front]\r\n
> \x1a
< Stopped
< %> 
> echo "status" $?; jobs; jobs -l >list\r
< Stopped
< %> 
> bg\r
< %> 
> jobs; jobs -r; jobs -s\r
< Running
< Running
< %> 
> fg\r
< front\r\n
< [front]\r\n
> \x1a
< Stopped
< %> 
> fg %front\r
< [front]\r\n
> \x03
< %> 
# a pipeline is one job
> sh -c 'echo go''es; exec cat' | cat\r
< goes\r\n
> one\r
< one\r\none\r\n
> \x1a
< Stopped
< %> 
> fg\r
< exec cat' | cat
> two\r
< two\r\ntwo\r\n
> \x04
< %> 
> front int | cat\r
< [front]\r\n
> \x1a
< Stopped
< %> 
> kill -TERM %1; while kill -0 %1; do sleep 0.1; done 2>list; echo "go"ne\r
< gone
< %> 
# from the background
> cat &\r
< %> 
> until jobs >list; [[ $(<list) = *Stopped* ]]; do sleep 0.1; done; echo wai""ted; jobs\r
< waited\r\n
< Stopped
< %> 
> fg\r
< cat\r\n
> line\r
< line\r\nline\r\n
> \x04
< %> 
> stty tostop; (echo is""writing) &\r
< %> 
> until jobs >list; [[ $(<list) = *Stopped* ]]; do sleep 0.1; done; echo wai""ted\r
! iswriting
> \r
< waited\r\n
< %> 
< %> 
> fg\r
< iswriting\r\n
< %> 
> stty -tostop\r
< %> 
# several jobs
> sleep 100 & sleep 101 & sleep 102 &\r
< [3]
< %> 
> jobs\r
< sleep 102
< %> 
> kill -STOP %2; until jobs -s >list; [[ -s list ]]; do sleep 0.1; done; jobs\r
< Stopped
< sleep 102
< %> 
> kill %1; wait %1; echo "status" $?\r
< status 143
< %> 
> kill %2; while kill -0 %2; do sleep 0.1; done 2>list; echo "go"ne\r
< gone
< %> 
> jobs; fg %9; fg %nobody; kill %9\r
< no such job
< no such job
< no such job
< %> 
> disown %3; jobs; kill $!\r
< %> 
> (exit 3) & wait $!; echo "status" $?; wait -n; echo "status" $?\r
< status 3
< status 127
< %> 
# a stopped job holds the shell once
> front\r
< [front]\r\n
> \x1a
< Stopped
< %> 
> exit\r
< There are stopped jobs.
< %> 
> kill -KILL %1; while kill -0 %1; do sleep 0.1; done 2>list; echo "go"ne\r
< gone
< %> 
# trap
> trap 'echo caug''ht $?' INT; echo se''t\r
< set\r\n
< %> 
> \x03
< ^C
> \r
< caught
> echo mar""ker\r
< marker\r\n
< %> 
> sh -c 'echo go''es; exec sleep 100'\r
< goes\r\n
> \x03
< %> 
> trap - INT; trap 'echo le''aves' EXIT; trap\r
< EXIT
< %> 
> for i in 1 2 3; do echo "turn" $i; front; done\r
< [front]\r\n
> \x03
< %> 
> echo "status" $?\r
< status 130
< %> 
> echo sp''ins; while :; do :; done\r
< spins\r\n
> \x03
< %> 
> sleep 100 | sh -c 'echo go''es; exec cat'\r
< goes\r\n
> \x03
< %> 
> read -p 'rea''d: ' word\r
< read: 
> answer\r
< %> 
> echo "is" $word\r
< is answer
< %> 
> read -s -p 'secre''t: ' word; echo\r
< secret: 
> hidden\r
< %> 
> echo "is" ${#word}\r
< is 6
< %> 
> read -p 'rea''d: ' word\r
< read: 
> half\x03
< ^C
> \r
> echo mar""ker\r
< marker\r\n
< %> 
> cat <<E\r
< > 
> in a document\r
< > 
> E\r
< in a document\r\n
< %> 
> if true\r
< > 
> \x03
< ^C
> \r
> echo mar""ker\r
< marker\r\n
< %> 
# the terminal's size
> front winch\r
< [front]\r\n
size 30 100
< [WINCH]\r\n
> \x03
< %> 
> echo "size" $LINES $COLUMNS; stty size; stty -a\r
< size 30 100
< 30 100
< %> 
> trap 'echo siz''e' WINCH\r
< %> 
size 24 80
< %> 
> trap - WINCH; stty -echo; echo no""thing; stty echo\r
< nothing\r\n
< %> 
> stty raw -echo; echo ra''w; head -c 3 | cat -v; stty sane\r
< raw\n
> \x03\x1a\x1c
< ^C^Z^\\
< %> 
# pagers
> for ((i = 1; i < 100; i++)); do echo "line $i"; done >lines; busybox less lines\r
< line 23
>  
< line 46
> \x1a
< Stopped
< %> 
> fg\r
< busybox less lines
> q\r
> echo mar""ker\r
< marker\r\n
< %> 
> busybox more lines\r
< line 20
>  
< line 40
> q
< %> 
# line editing
> echo ac\x02b\x05d\x01X\x0b\x19\x06\x05 e\r
< Xecho
< \n%> 
> true "first"\r
< \n%> 
> true "second"\r
< \n%> 
> \x10\x10\x01\x1bd: echo\r
< first
< \n%> 
> \x12first\x1b[C\x01echo again \r
< again
< \n%> 
> history 3\r
< history 3
< \n%> 
> !?second\r
< \n%> 
> ^second^third\r
< \n%> 
> echo one two three\x17four\x1b\x7f\x1b.\x1f\x1f end\r
< \n%> 
> cd /; cd "$OLDPWD"; echo "tab" nam\t\r
< \n%> 
> echo "tab" other/\t\t\t
< three
< two
> h\t\r
< tab other/three
< \n%> 
> unali\t -a; ech\t $OLDP\t \b; compgen -b s | head -n 3\r
< \n%> 
> set -o vi\r
< \n%> 
> echo abc\x1bbix\x1b0cwecho vi\r
< vi xabc
< \n%> 
> set -o emacs; bind -q accept-line\r
< accept-line
< \n%> 
# scripts with job control
> bash -mc 'sleep 100 & jobs; kill %1; wait %1; echo "status" $?; sh -c "kill -STOP \$\$; exit 3"; echo "status" $?; kill -CONT %1; wait %1; echo "status" $?'\r
< status 143
< Stopped
< %> 
> fg\r
< status 127
< %> 
> bash -c 'set -m; front; echo "status" $?'\r
< [front]
> \x03
< %> 
> bash --norc --noprofile -i\r
< bash-5.2
> PS1='in''> '\r
< in> 
> front\r
< [front]
> \x1a
< Stopped
< in> 
> suspend\r
< Stopped
< %> 
> jobs; fg\r
< bash
> \r
< in> 
> fg\r
< [front]
> \x03
< in> 
> exit 5\r
< %> 
> echo "status" $?\r
< status
< %> 
> exec bash --norc --noprofile -i\r
< bash-5.2
> PS1='%''> '; trap 'echo left' EXIT\r
< %> 
> (sleep 100; echo no) & cat | front &\r
< %> 
> jobs %1; kill -9 %1 %2; while kill -0 %1 || kill -0 %2; do sleep 0.1; done 2>list; trap 'echo left' EXIT\r
< %> 
> \x04
< left
= 0
END

# What is compared: no numbers of processes, nor what jobs came to, which bash tells whenever it has learnt of it, nor what comes out between
# a key that sends a signal and the next prompt.
plain() {
	perl -pe 's/\e\[[0-9;?]*[A-Za-z]//g; s/\r//g; s/^(\[\d+\]) \d+$/$1 N/; s/\(\d+\) - No such/(N) - No such/; s/ \(core dumped\)//; s/^ +//' "$1" |
		grep -v -e '^ *\(%> \)*$' -e '^\[[0-9]\]. *\(Stopped\|Terminated\|Killed\|Done\|Exit\)' -e 'mar""ker' -e '^:' -e '^^' \
			-e 'No record of process' -e 'wait: warning'
}

# play NAME KIND COMMAND...
play() {
	local name=$1 kind=$2
	shift 2
	mkdir -p "$name/other" && touch "$name"/{named,other/two,other/three} && cp front.$kind "$name/front" || exit 1
	(cd "$name" && HOME=$PWD pty "$@" --norc --noprofile -i <../script >../"$name.out") || fail "$name: $(tail -n 1 "$name.out")"
	plain "$name.out" >"$name.plain"
}
play native native bash
play cage lind lind bash
play grate lind lind identity-grate -- bash
diff native.plain cage.plain || fail "in a cage it looks otherwise"
diff native.plain grate.plain || fail "under a grate it looks otherwise"
finish
