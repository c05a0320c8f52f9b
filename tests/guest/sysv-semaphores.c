/* System V semaphores: values, operations that are done together or not at all, waiting, undoing, removal. */
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *__buf;
};

static int set;

static int control(int number, int command, int value)
{
	return semctl(set, number, command, (union semun){.val = value});
}

static int all(int command, unsigned short *array)
{
	return semctl(set, 0, command, (union semun){.array = array});
}

static int status(int command, struct semid_ds *buf)
{
	return semctl(set, 0, command, (union semun){.buf = buf});
}

static int operate(int number, int change, int flags)
{
	struct sembuf one = {(unsigned short)number, (short)change, (short)flags};

	return semop(set, &one, 1);
}

/* Until so many wait for semaphore 0 to grow, or to be 0. */
static void await(int command, int count)
{
	while (semctl(set, 0, command) != count)
		sched_yield();
}

static void handler(int number)
{
	(void)number;
}

static void keys(void)
{
	key_t key = ftok(".", 'k');

	puts("-- keys");
	SHOW(semget(key, 1, 0) != -1);
	int id = semget(key, 3, IPC_CREAT | 0600);
	MUST(id != -1);
	SHOW(semget(key, 3, 0600) == id);
	SHOW(semget(key, 2, 0) == id);
	SHOW(semget(key, 4, 0));
	SHOW(semget(key, 3, IPC_CREAT | IPC_EXCL | 0600));
	SHOW(semget(IPC_PRIVATE, 0, 0600));
	SHOW(semget(IPC_PRIVATE, -1, 0600));
	SHOW(semget(IPC_PRIVATE, 32001, 0600));
	SHOW(semctl(id, 0, IPC_RMID));
	SHOW(semctl(id, 0, IPC_RMID));
	SHOW(semctl(-1, 0, GETVAL));
	SHOW(semget(key, 1, 0));
}

static void values(void)
{
	unsigned short array[3] = {1, 2, 3};
	struct semid_ds buf;
	time_t now = time(NULL);

	puts("-- values");
	SHOW(all(SETALL, array));
	SHOW(control(0, GETVAL, 0));
	SHOW(control(2, GETVAL, 0));
	SHOW(control(3, GETVAL, 0));
	SHOW(control(-1, GETVAL, 0));
	SHOW(control(1, SETVAL, 32767));
	SHOW(control(1, SETVAL, 32768));
	SHOW(control(1, SETVAL, -1));
	SHOW(control(1, GETVAL, 0));
	SHOW(control(1, GETPID, 0) == getpid());
	array[0] = 40000;
	SHOW(all(SETALL, array));
	SHOW(control(0, GETVAL, 0));
	SHOW(all(GETALL, array));
	printf("%u %u %u\n", array[0], array[1], array[2]);
	SHOW(all(GETALL, (void *)8));
	SHOW(all(SETALL, (void *)8));
	SHOW(status(IPC_STAT, &buf));
	SHOW(buf.sem_nsems);
	SHOW(buf.sem_perm.mode & 0777);
	SHOW(buf.sem_perm.uid == geteuid() && buf.sem_perm.cgid == getegid());
	SHOW(buf.sem_otime);
	SHOW(buf.sem_ctime >= now - 1 && buf.sem_ctime <= now + 60);
	SHOW(status(IPC_STAT, (void *)8));
	buf.sem_perm.mode = 0640;
	SHOW(status(IPC_SET, &buf));
	SHOW(status(IPC_STAT, &buf));
	SHOW(buf.sem_perm.mode & 0777);
	SHOW(control(0, 77, 0));
}

static void operations(void)
{
	struct sembuf three[3] = {{0, -1, 0}, {1, 1, 0}, {2, -9, IPC_NOWAIT}};
	static struct sembuf many[501];
	unsigned short array[3] = {5, 5, 5};

	puts("-- operations");
	MUST(all(SETALL, array) == 0);
	SHOW(semop(set, three, 3));
	SHOW(control(0, GETVAL, 0));
	SHOW(control(1, GETVAL, 0));
	three[2].sem_op = -5;
	SHOW(semop(set, three, 3));
	SHOW(control(0, GETVAL, 0));
	SHOW(control(1, GETVAL, 0));
	SHOW(control(2, GETVAL, 0));
	SHOW(operate(2, 0, IPC_NOWAIT));
	SHOW(operate(1, 0, IPC_NOWAIT));
	SHOW(operate(3, 1, 0));
	SHOW(operate(1, 32767, 0));
	SHOW(semop(set, three, 0));
	SHOW(semop(set, many, 501));
	for (int i = 0; i < 500; i++)
		many[i].sem_op = 1;
	SHOW(semop(set, many, 500));
	SHOW(control(0, GETVAL, 0));
	SHOW(semop(set, (void *)8, 1));
	SHOW(semop(-1, three, 1));
	SHOW(semop(set ^ 0x8000, three, 1) == -1);
	/* What comes first counts, and the same semaphore may come twice. */
	struct sembuf twice[3] = {{2, 3, 0}, {2, -2, 0}, {2, -1, 0}};
	SHOW(semop(set, twice, 3));
	SHOW(control(2, GETVAL, 0));
}

static void waiting(void)
{
	struct timespec brief = {0, 20000000}, bad = {0, 1000000000};
	struct sembuf one = {0, -1, 0};
	int ended;

	puts("-- waiting");
	MUST(control(0, SETVAL, 0) == 0);
	SHOW(semtimedop(set, &one, 1, &brief));
	SHOW(semtimedop(set, &one, 1, &bad));
	SHOW(syscall(SYS_semtimedop, set, &one, 1, 8L));
	pid_t child = fork();
	if (child == 0)
		_exit(operate(0, -2, 0) == 0 ? 7 : 8);
	await(GETNCNT, 1);
	SHOW(operate(0, 1, 0));
	SHOW(control(0, GETVAL, 0));
	await(GETNCNT, 1);
	SHOW(operate(0, 1, 0));
	SHOW(waitpid(child, &ended, 0) == child && WEXITSTATUS(ended) == 7);
	SHOW(control(0, GETVAL, 0));
	SHOW(control(0, GETPID, 0) == child);
	MUST(control(0, SETVAL, 1) == 0);
	child = fork();
	if (child == 0)
		_exit(operate(0, 0, 0) == 0 ? 7 : 8);
	await(GETZCNT, 1);
	SHOW(control(0, GETNCNT, 0));
	SHOW(control(0, SETVAL, 0));
	SHOW(waitpid(child, &ended, 0) == child && WEXITSTATUS(ended) == 7);
	/* A handler ends it, whatever its flags. */
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	sigaction(SIGALRM, &action, NULL);
	struct itimerval often = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
	setitimer(ITIMER_REAL, &often, NULL);
	SHOW(operate(0, -1, 0));
	setitimer(ITIMER_REAL, &never, NULL);
	SHOW(control(0, GETNCNT, 0));
}

static void *waits(void *argument)
{
	(void)argument;
	return (void *)(long)(operate(0, -1, 0) == 0);
}

static void threads(void)
{
	pthread_t thread[4];
	int through = 0;

	puts("-- threads");
	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, waits, NULL);
	await(GETNCNT, 4);
	SHOW(operate(0, 4, 0));
	for (int i = 0; i < 4; i++) {
		void *result;
		pthread_join(thread[i], &result);
		through += result != NULL;
	}
	SHOW(through);
	SHOW(control(0, GETVAL, 0));
}

static void undoing(void)
{
	unsigned short array[3] = {10, 0, 10};
	int ended;

	puts("-- undoing");
	MUST(all(SETALL, array) == 0);
	pid_t child = fork();
	if (child == 0) {
		struct sembuf both[2] = {{0, -3, SEM_UNDO}, {2, 4, SEM_UNDO}};

		semop(set, both, 2);
		operate(0, -1, 0);
		if (fork() == 0)
			_exit(0); /* what its forker would undo is not its own */
		wait(NULL);
		SHOW(control(0, GETVAL, 0));
		SHOW(control(2, GETVAL, 0));
		_exit(0);
	}
	waitpid(child, &ended, 0);
	SHOW(control(0, GETVAL, 0));
	SHOW(control(2, GETVAL, 0));
	SHOW(control(0, GETPID, 0) == child);
	/* To set a value forgets what was to be undone; none falls below 0. */
	child = fork();
	if (child == 0) {
		operate(0, -3, SEM_UNDO);
		operate(1, 5, SEM_UNDO);
		operate(2, 5, SEM_UNDO);
		control(0, SETVAL, 20);
		operate(1, -4, 0);
		_exit(0);
	}
	waitpid(child, &ended, 0);
	SHOW(control(0, GETVAL, 0));
	SHOW(control(1, GETVAL, 0));
	SHOW(control(2, GETVAL, 0));
	/* The end of one lets another through. */
	MUST(control(0, SETVAL, 1) == 0);
	child = fork();
	if (child == 0) {
		operate(0, -1, SEM_UNDO);
		await(GETNCNT, 1);
		raise(SIGKILL);
	}
	while (control(0, GETVAL, 0) == 1)
		sched_yield();
	SHOW(operate(0, -1, 0));
	waitpid(child, &ended, 0);
}

/* The last argument is a union by its definition, but what lies in it does as well. */
static void plain_arguments(void)
{
	unsigned short array[3] = {7, 8, 9}, *pointer = array;
	struct semid_ds buf;

	puts("-- plain arguments");
	SHOW(semctl(set, 0, SETVAL, 5));
	SHOW(semctl(set, 0, GETVAL));
	SHOW(semctl(set, 0, GETVAL, 0));
	SHOW(semctl(set, 0, SETALL, array));
	SHOW(semctl(set, 2, GETVAL));
	array[0] = 0;
	SHOW(semctl(set, 0, GETALL, pointer));
	SHOW(array[0]);
	SHOW(semctl(set, 0, IPC_STAT, &buf));
	SHOW(buf.sem_nsems);
}

static void removal(void)
{
	int ended;

	puts("-- removal");
	pid_t child = fork();
	if (child == 0)
		_exit(operate(0, -30000, 0) == -1 ? errno : 0);
	await(GETNCNT, 1);
	SHOW(semctl(set, 0, IPC_RMID));
	waitpid(child, &ended, 0);
	SHOW_ERROR(WEXITSTATUS(ended));
	SHOW(operate(0, 1, 0));
}

int main(void)
{
	keys();
	set = semget(IPC_PRIVATE, 3, 0600);
	MUST(set != -1);
	values();
	operations();
	waiting();
	threads();
	undoing();
	plain_arguments();
	removal();
	return 0;
}
