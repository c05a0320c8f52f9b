/* Many processes and threads that use the same System V objects and message queue as wildly as they can, with
 * addresses and sizes that are none, while others take the objects away. Nothing but their survival is told.
 */
#include "check.h"

#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES 4
#define ROUNDS    1500

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

static char name[64];
static key_t key;
static unsigned state;
static char *edge; /* the last byte before memory that is not there */

static unsigned any(unsigned below)
{
	unsigned next = __atomic_add_fetch(&state, 0x9e3779b9, __ATOMIC_RELAXED);

	next ^= next >> 15;
	next *= 0x85ebca6b;
	next ^= next >> 13;
	return next % below;
}

static void *somewhere(void *good)
{
	void *const places[] = {good,      good, good,     good,       NULL,
				(void *)8, edge, edge - 3, (void *)-1, (void *)-4096};

	return places[any(sizeof places / sizeof *places)];
}

static void semaphores(void)
{
	int id = semget(key, 3, IPC_CREAT | 0600);
	struct sembuf some[3];
	unsigned short array[64] = {0};
	struct semid_ds buf;
	struct timespec brief = {0, (long)any(1000000)};

	for (int i = 0; i < 3; i++)
		some[i] = (struct sembuf){(unsigned short)any(4), (short)((int)any(7) - 3),
					  (short)(any(2) * SEM_UNDO | any(2) * IPC_NOWAIT)};
	switch (any(8)) {
	case 0:
		semctl(id, 0, IPC_RMID);
		break;
	case 1:
		semctl(id, 0, any(2) ? SETALL : GETALL, (union semun){.array = somewhere(array)});
		break;
	case 2:
		semctl(id, (int)any(4), SETVAL, (union semun){.val = (int)any(5)});
		break;
	case 3:
		semctl(id, 0, IPC_STAT, (union semun){.buf = somewhere(&buf)});
		break;
	default:
		semtimedop(id, somewhere(some), any(5) ? any(4) : 1000000, &brief);
	}
}

static void messages(void)
{
	static __thread struct {
		long type;
		char text[9000];
	} message;
	int id = msgget(key, IPC_CREAT | 0600), flags = any(8) ? IPC_NOWAIT : 0;
	size_t length = any(6) ? any(8200) : (size_t)-1 / (1 + any(3));

	message.type = (long)any(3);
	switch (any(6)) {
	case 0:
		msgctl(id, IPC_RMID, NULL);
		break;
	case 1:
		msgctl(id, any(2) ? IPC_STAT : IPC_SET, somewhere(&message));
		break;
	case 2:
	case 3:
		msgrcv(id, somewhere(&message), length, (long)any(5) - 2, flags | (int)any(2) * MSG_NOERROR);
		break;
	default:
		msgsnd(id, somewhere(&message), length, flags);
	}
}

static void segments(void)
{
	int id = shmget(key, 10000, IPC_CREAT | 0600);
	char *at = shmat(id, any(8) ? NULL : somewhere(edge - 4095), any(2) ? SHM_RND : SHM_RDONLY);

	if (at != (void *)-1) {
		at[9999] == 'x' ? (void)any(2) : (void)any(3);
		if (!any(4))
			munmap(at + 4096, 4096);
		else if (any(2))
			mremap(at, 12288, any(2) ? 4096 : 12288, MREMAP_MAYMOVE);
		shmdt(at);
	}
	if (!any(4))
		shmctl(id, IPC_RMID, NULL);
}

static void queues(void)
{
	static __thread char text[8192];
	mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0600, NULL);
	struct timespec soon;
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};

	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_nsec = (soon.tv_nsec + 500000) % 1000000000;
	for (int i = 0; i < 4; i++)
		switch (any(5)) {
		case 0:
			mq_unlink(name);
			break;
		case 1:
			mq_notify(queue, any(3) ? &event : NULL);
			break;
		case 2:
			mq_timedreceive(queue, somewhere(text), any(5) ? sizeof text : any(9000), NULL,
					&soon);
			break;
		default:
			mq_timedsend(queue, somewhere(text), any(9000), any(3), &soon);
		}
	mq_close(queue);
}

static void *storm(void *argument)
{
	for (int i = 0; i < ROUNDS; i++)
		switch (any(4)) {
		case 0:
			semaphores();
			break;
		case 1:
			messages();
			break;
		case 2:
			segments();
			break;
		default:
			queues();
		}
	return argument;
}

static void nothing(int number)
{
	(void)number;
}

/* What would wait for ever is interrupted. */
static void begin(void)
{
	struct itimerval often = {{0, 5000}, {0, 5000}};

	setitimer(ITIMER_REAL, &often, NULL);
}

int main(void)
{
	struct sigaction action = {.sa_handler = nothing};
	pid_t children[PROCESSES];
	pthread_t thread;

	snprintf(name, sizeof name, "/lind-storm-%d", getpid());
	key = ftok(".", 'S');
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0);
	edge = pages + 4095;
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			state = (unsigned)i * 77777;
			begin();
			pthread_create(&thread, NULL, storm, NULL);
			storm(NULL);
			_exit(0);
		}
	}
	begin();
	storm(NULL);
	/* One of them ends in the middle. */
	kill(children[0], SIGKILL);
	for (int i = 0; i < PROCESSES; i++)
		while (waitpid(children[i], NULL, 0) == -1 && errno == EINTR)
			;
	semctl(semget(key, 0, 0), 0, IPC_RMID);
	msgctl(msgget(key, 0), IPC_RMID, NULL);
	shmctl(shmget(key, 0, 0), IPC_RMID, NULL);
	mq_unlink(name);
	puts("all have come through");
	return 0;
}
