/* System V message queues: order, types, lengths, waiting, limits, removal. */
#include "check.h"

#include <limits.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct message {
	long type;
	char text[8192];
};

static int queue;

static int put(long type, const char *text)
{
	struct message message = {.type = type};

	strcpy(message.text, text);
	return msgsnd(queue, &message, strlen(text) + 1, IPC_NOWAIT);
}

static void get(long type, int flags)
{
	struct message message = {0};
	long length = msgrcv(queue, &message, 100, type, flags);

	if (length < 0)
		printf("type %ld: %s\n", type, error_name(errno));
	else
		printf("type %ld: %ld bytes, type %ld, %s\n", type, length, message.type, message.text);
}

static void fill(void)
{
	put(3, "three");
	put(1, "one");
	put(2, "two");
	put(1, "uno");
	put(INT_MAX, "most");
}

static void handler(int number)
{
	(void)number;
}

static void choosing(void)
{
	puts("-- choosing");
	fill();
	get(0, IPC_NOWAIT);
	get(1, IPC_NOWAIT);
	get(-2, IPC_NOWAIT);
	get(-2, IPC_NOWAIT);
	get(-2, IPC_NOWAIT);
	get(5, IPC_NOWAIT);
	get(INT_MAX, IPC_NOWAIT);
	get(0, IPC_NOWAIT);
	fill();
	get(1, IPC_NOWAIT | MSG_EXCEPT);
	get(1, IPC_NOWAIT | MSG_EXCEPT);
	get(INT_MIN, IPC_NOWAIT);
	while (msgrcv(queue, &(struct message){0}, 100, 0, IPC_NOWAIT) >= 0)
		;
	/* Type 0 of MSG_EXCEPT is any. */
	put(9, "nine");
	get(0, IPC_NOWAIT | MSG_EXCEPT);
}

static void lengths(void)
{
	static struct message message = {.type = 1};
	char small[16];

	puts("-- lengths");
	memset(message.text, 'x', sizeof message.text);
	SHOW(msgsnd(queue, &message, 8192, IPC_NOWAIT));
	SHOW(msgsnd(queue, &message, 8193, IPC_NOWAIT));
	SHOW(msgsnd(queue, &message, (size_t)-1, IPC_NOWAIT));
	SHOW(msgrcv(queue, &message, (size_t)-1, 0, IPC_NOWAIT));
	SHOW(msgrcv(queue, &message, 8191, 0, IPC_NOWAIT));
	SHOW(msgrcv(queue, small, 2, 0, IPC_NOWAIT | MSG_NOERROR));
	SHOW(small[sizeof(long)] == 'x' && small[sizeof(long) + 1] == 'x');
	SHOW(msgsnd(queue, &message, 0, IPC_NOWAIT));
	SHOW(msgrcv(queue, &message, 0, 0, IPC_NOWAIT));
	message.type = 0;
	SHOW(msgsnd(queue, &message, 1, IPC_NOWAIT));
	message.type = -1;
	SHOW(msgsnd(queue, &message, 1, IPC_NOWAIT));
	SHOW(msgsnd(queue, (void *)8, 1, IPC_NOWAIT));
	SHOW(msgsnd(-1, &message, 1, IPC_NOWAIT) == -1);
	put(1, "lost");
	SHOW(msgrcv(queue, (void *)8, 100, 0, IPC_NOWAIT));
	get(0, IPC_NOWAIT);
	SHOW(msgrcv(queue, &message, 1, 0, MSG_COPY));
	SHOW(msgrcv(queue, &message, 1, 0, MSG_COPY | MSG_EXCEPT | IPC_NOWAIT));
}

static void limits(void)
{
	struct msqid_ds buf;
	int count = 0;

	puts("-- limits");
	MUST(msgctl(queue, IPC_STAT, &buf) == 0);
	buf.msg_qbytes = 100;
	SHOW(msgctl(queue, IPC_SET, &buf));
	while (put(1, "123456789") == 0)
		count++;
	printf("%d fit, then %s\n", count, error_name(errno));
	SHOW(msgctl(queue, IPC_STAT, &buf));
	SHOW(buf.msg_qnum);
	SHOW(buf.__msg_cbytes);
	SHOW(buf.msg_qbytes);
	SHOW(buf.msg_lspid == getpid());
	SHOW(buf.msg_perm.mode & 0777);
	SHOW(buf.msg_stime != 0 && buf.msg_stime <= time(NULL));
	SHOW(msgctl(queue, IPC_STAT, (void *)8));
	SHOW(msgctl(queue, 99, NULL));
	SHOW(msgctl(-1, IPC_STAT, &buf));
	while (msgrcv(queue, &(struct message){0}, 100, 0, IPC_NOWAIT) >= 0)
		;
	/* So many messages as bytes, even if they are empty. */
	for (count = 0; msgsnd(queue, &(long){1}, 0, IPC_NOWAIT) == 0; count++)
		;
	SHOW(count);
	while (msgrcv(queue, &(struct message){0}, 100, 0, IPC_NOWAIT) >= 0)
		;
}

static void waiting(void)
{
	struct message message = {.type = 4, .text = "sent while it is full"};
	int ended;

	puts("-- waiting");
	for (int round = 0; round < 50; round++) {
		pid_t child = fork();
		if (child == 0) {
			long length = msgrcv(queue, &message, 100, 7, 0);
			_exit(length == 6 && strcmp(message.text, "hello") == 0 ? 0 : 1);
		}
		put(6, "other");
		put(7, "hello");
		waitpid(child, &ended, 0);
		if (ended)
			printf("round %d: %d\n", round, ended);
		msgrcv(queue, &message, 100, 6, 0);
	}
	while (put(1, "123456789") == 0)
		;
	pid_t child = fork();
	if (child == 0) {
		strcpy(message.text, "later");
		message.type = 4;
		_exit(msgsnd(queue, &message, 90, 0) ? errno : 0);
	}
	for (int i = 0; i < 10; i++)
		get(1, 0);
	get(4, 0);
	waitpid(child, &ended, 0);
	SHOW(ended);
	/* Handlers end it, whatever their flags. */
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	sigaction(SIGALRM, &action, NULL);
	struct itimerval often = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
	setitimer(ITIMER_REAL, &often, NULL);
	SHOW(msgrcv(queue, &message, 100, 0, 0));
	setitimer(ITIMER_REAL, &never, NULL);
}

/* The structure that <sys/msg.h> has begins as those of programs do. */
static void template(void)
{
	struct message message = {.type = 5, .text = "x"};
	struct msgbuf one = {0};

	puts("-- template");
	SHOW(msgsnd(queue, &message, 1, 0));
	SHOW(msgrcv(queue, &one, 1, 5, IPC_NOWAIT));
	SHOW(one.mtype);
	SHOW(one.mtext[0]);
}

static void removal(void)
{
	key_t key = ftok(".", 'm');
	int ended, keyed = msgget(key, IPC_CREAT | 0600);

	puts("-- removal");
	MUST(keyed != -1);
	SHOW(msgget(key, 0) == keyed);
	SHOW(msgget(key, IPC_CREAT | IPC_EXCL));
	SHOW(msgctl(keyed, IPC_RMID, NULL));
	SHOW(msgget(key, 0));
	SHOW(msgctl(keyed, IPC_RMID, NULL) == -1);
	pid_t child = fork();
	if (child == 0) {
		struct message message;
		msgrcv(queue, &message, 100, 0, 0);
		msgrcv(queue, &message, 100, 0, 0);
		_exit(errno);
	}
	put(1, "go on");
	for (struct msqid_ds buf = {.msg_qnum = 1}; buf.msg_qnum;)
		msgctl(queue, IPC_STAT, &buf);
	SHOW(msgctl(queue, IPC_RMID, NULL));
	waitpid(child, &ended, 0);
	/* It may not have been waiting yet. */
	SHOW(WEXITSTATUS(ended) == EIDRM || WEXITSTATUS(ended) == EINVAL);
}

int main(void)
{
	queue = msgget(IPC_PRIVATE, 0600);
	MUST(queue != -1);
	choosing();
	lengths();
	limits();
	waiting();
	template();
	removal();
	return 0;
}
