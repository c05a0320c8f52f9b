/* Message queues of POSIX: names, attributes, order, waiting, notices, poll, ends. */
#include "check.h"

#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char name[64];
static const struct mq_attr small = {.mq_maxmsg = 3, .mq_msgsize = 16};

/* A new queue. */
static mqd_t fresh(int flags)
{
	mqd_t queue = mq_open(name, O_CREAT | O_EXCL | flags, 0600, &small);

	MUST(queue != -1);
	return queue;
}

static void get(mqd_t queue)
{
	char text[16];
	unsigned priority;
	long length = mq_receive(queue, text, sizeof text, &priority);

	if (length < 0)
		printf("nothing: %s\n", error_name(errno));
	else
		printf("%.*s, priority %u\n", (int)length, text, priority);
}

static void show(mqd_t queue)
{
	struct mq_attr now;

	MUST(mq_getattr(queue, &now) == 0);
	printf("flags %s, %ld of %ld messages of %ld bytes\n", now.mq_flags & O_NONBLOCK ? "O_NONBLOCK" : "0",
	       (long)now.mq_curmsgs, (long)now.mq_maxmsg, (long)now.mq_msgsize);
}

/* The error of opening so, or 0. */
static int refused(const char *path, int flags, const struct mq_attr *attributes)
{
	mqd_t queue = mq_open(path, flags, 0600, attributes);

	if (queue == -1)
		return errno;
	mq_close(queue);
	mq_unlink(path);
	return 0;
}

static void names(void)
{
	static char long_name[300];
	struct mq_attr bad = small;

	puts("-- names");
	SHOW_ERROR(refused(name, O_RDWR, NULL));
	SHOW_ERROR(refused("no-slash", O_RDWR | O_CREAT, NULL));
	SHOW_ERROR(refused("/", O_RDWR | O_CREAT, NULL));
	SHOW_ERROR(refused("/a/b", O_RDWR | O_CREAT, NULL));
	memset(long_name, 'n', sizeof long_name - 1);
	long_name[0] = '/';
	SHOW_ERROR(refused(long_name, O_RDWR | O_CREAT, NULL));
	bad.mq_maxmsg = 0;
	SHOW_ERROR(refused(name, O_RDWR | O_CREAT, &bad));
	bad = small;
	bad.mq_msgsize = -1;
	SHOW_ERROR(refused(name, O_RDWR | O_CREAT, &bad));
	mqd_t queue = fresh(O_RDWR);
	SHOW(mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL));
	SHOW(fcntl(queue, F_GETFD));
	mqd_t other = mq_open(name, O_RDONLY);
	SHOW(mq_send(other, "x", 1, 0));
	SHOW(mq_send(queue, "seen", 4, 0));
	get(other);
	SHOW(mq_unlink(name));
	SHOW(mq_unlink(name));
	SHOW(mq_open(name, O_RDWR));
	SHOW(mq_send(queue, "still", 5, 0));
	get(other);
	SHOW(mq_close(other));
	SHOW(mq_close(other));
	SHOW(mq_close(queue));
	SHOW(mq_send(0, "x", 1, 0));
}

static void order(void)
{
	mqd_t queue = fresh(O_RDWR | O_NONBLOCK);
	char text[16];

	puts("-- order");
	show(queue);
	get(queue);
	SHOW(mq_send(queue, "low", 3, 1));
	SHOW(mq_send(queue, "high", 4, 9));
	SHOW(mq_send(queue, "low too", 7, 1));
	SHOW(mq_send(queue, "more", 4, 1));
	show(queue);
	get(queue);
	get(queue);
	get(queue);
	SHOW(mq_send(queue, "", 0, 32767));
	SHOW(mq_send(queue, "", 0, 32768));
	get(queue);
	SHOW(mq_send(queue, "seventeen letters", 17, 0));
	SHOW(mq_receive(queue, text, 15, NULL));
	SHOW(mq_send(queue, (void *)8, 3, 0));
	struct mq_attr wanted = {.mq_flags = 0, .mq_maxmsg = 99}, old;
	SHOW(mq_setattr(queue, &wanted, &old));
	SHOW(old.mq_flags == O_NONBLOCK);
	show(queue);
	wanted.mq_flags = O_APPEND;
	SHOW(mq_setattr(queue, &wanted, NULL));
	mq_close(queue);
	mq_unlink(name);
}

static void handler(int number)
{
	(void)number;
}

static void waiting(void)
{
	struct timespec past = {1, 0}, bad = {0, -1};
	mqd_t queue = fresh(O_RDWR);
	char text[16];
	int ended;

	puts("-- waiting");
	SHOW(mq_timedreceive(queue, text, sizeof text, NULL, &past));
	SHOW(mq_timedreceive(queue, text, sizeof text, NULL, &bad));
	for (int i = 0; i < 3; i++)
		mq_send(queue, "full", 4, 0);
	SHOW(mq_timedsend(queue, "x", 1, 0, &past));
	for (int i = 0; i < 3; i++)
		get(queue);
	pid_t child = fork();
	if (child == 0) {
		for (int i = 0; i < 100; i++)
			if (mq_receive(queue, text, sizeof text, NULL) != 2)
				_exit(1);
		_exit(0);
	}
	for (int i = 0; i < 100; i++)
		mq_send(queue, "to", 2, 0);
	SHOW(waitpid(child, &ended, 0) == child && ended == 0);
	show(queue);
	struct sigaction action = {.sa_handler = handler};
	sigaction(SIGALRM, &action, NULL);
	struct itimerval often = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
	setitimer(ITIMER_REAL, &often, NULL);
	get(queue);
	setitimer(ITIMER_REAL, &never, NULL);
	mq_close(queue);
	mq_unlink(name);
}

static const char *ready(mqd_t queue)
{
	struct pollfd one = {queue, POLLIN | POLLOUT, 0};

	MUST(poll(&one, 1, 0) >= 0);
	return one.revents == POLLIN    ? "in"
	       : one.revents == POLLOUT ? "out"
	       : one.revents            ? "in, out"
					: "nothing";
}

static void polling(void)
{
	mqd_t queue = fresh(O_RDWR | O_NONBLOCK), other = mq_open(name, O_RDWR);

	puts("-- polling");
	for (int round = 0; round < 2; round++) {
		printf("%s; %s\n", ready(queue), ready(other));
		mq_send(queue, "1", 1, 0);
		printf("%s; %s\n", ready(queue), ready(other));
		mq_send(queue, "2", 1, 0);
		mq_send(queue, "3", 1, 0);
		printf("%s; %s\n", ready(queue), ready(other));
		get(queue);
		printf("%s; %s\n", ready(queue), ready(other));
		get(queue);
		get(queue);
	}
	/* One that waits is woken. */
	pid_t child = fork();
	if (child == 0) {
		struct pollfd one = {queue, POLLIN, 0};
		_exit(poll(&one, 1, -1) == 1 && one.revents == POLLIN ? 0 : 1);
	}
	int ended;
	mq_send(queue, "wake", 4, 0);
	SHOW(waitpid(child, &ended, 0) == child && ended == 0);
	mq_close(other);
	mq_close(queue);
	mq_unlink(name);
}

static volatile sig_atomic_t code, value;

static void told(int number, siginfo_t *info, void *context)
{
	(void)number, (void)context;
	code = info->si_code;
	value = info->si_value.sival_int;
}

static sem_t called;

static void *_Atomic got;

static void calls(union sigval argument)
{
	got = argument.sival_ptr;
	sem_post(&called);
}

static void notices(void)
{
	mqd_t queue = fresh(O_RDWR | O_NONBLOCK);
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct sigaction action = {.sa_sigaction = told, .sa_flags = SA_SIGINFO};

	puts("-- notices");
	sigaction(SIGUSR1, &action, NULL);
	event.sigev_value.sival_int = 42;
	SHOW(mq_notify(queue, &event));
	SHOW(mq_notify(queue, &event));
	SHOW(mq_send(queue, "1", 1, 0));
	SHOW(code == SI_MESGQ);
	SHOW(value);
	/* It was for one message; and the queue has to be empty before it. */
	code = 0;
	SHOW(mq_notify(queue, &event));
	SHOW(mq_send(queue, "2", 1, 0));
	SHOW(code);
	get(queue);
	get(queue);
	SHOW(mq_notify(queue, NULL));
	SHOW(mq_send(queue, "3", 1, 0));
	SHOW(code);
	get(queue);
	event.sigev_signo = 65;
	SHOW(mq_notify(queue, &event));
	event.sigev_notify = 77;
	SHOW(mq_notify(queue, &event));
	SHOW(mq_notify(1, NULL));
	/* Whoever closes a descriptor of the queue is told no more. */
	event = (struct sigevent){.sigev_notify = SIGEV_NONE};
	mqd_t other = mq_open(name, O_RDWR);
	SHOW(mq_notify(queue, &event));
	SHOW(mq_notify(other, &event));
	mq_close(other);
	SHOW(mq_notify(queue, &event));
	int ended;
	pid_t child = fork();
	if (child == 0)
		_exit(mq_notify(queue, &event) ? errno : 0);
	waitpid(child, &ended, 0);
	SHOW_ERROR(WEXITSTATUS(ended));
	SHOW(mq_notify(queue, NULL));
	child = fork();
	if (child == 0)
		_exit(mq_notify(queue, &event) ? errno : 0);
	waitpid(child, &ended, 0);
	SHOW_ERROR(WEXITSTATUS(ended));
	SHOW(mq_notify(queue, &event));
	SHOW(mq_notify(queue, NULL));
	/* By a thread. */
	sem_init(&called, 0, 0);
	event = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = calls};
	event.sigev_value.sival_ptr = &called;
	SHOW(mq_notify(queue, &event));
	SHOW(mq_send(queue, "4", 1, 0));
	sem_wait(&called);
	SHOW(got == &called);
	get(queue);
	mq_close(queue);
	mq_unlink(name);
}

int main(void)
{
	snprintf(name, sizeof name, "/lind-%d", getpid());
	names();
	order();
	waiting();
	polling();
	notices();
	return 0;
}
