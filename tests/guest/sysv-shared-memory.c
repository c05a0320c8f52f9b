/* System V shared memory: attaching, forks, counts, removal, errors. */
#include "check.h"

#include <stdint.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

static int segment;

static long attached(int id)
{
	struct shmid_ds buf;

	return shmctl(id, IPC_STAT, &buf) < 0 ? -1 : (long)buf.shm_nattch;
}

/* The error of shmat, or 0. */
static int refused(int id, const void *address, int flags)
{
	void *at = shmat(id, address, flags);

	if (at == (void *)-1)
		return errno;
	shmdt(at);
	return 0;
}

static int in_child(int (*what)(void *), void *argument)
{
	int ended;
	pid_t child = fork();

	if (child == 0)
		_exit(what(argument));
	waitpid(child, &ended, 0);
	return WIFEXITED(ended) ? WEXITSTATUS(ended) : -WTERMSIG(ended);
}

static int writes(void *argument)
{
	volatile char *bytes = argument;

	bytes[100] = 'c';
	return (int)attached(segment);
}

static int detaches(void *argument)
{
	return shmdt(argument) ? errno : 0;
}

static void keys(void)
{
	key_t key = ftok(".", 's');

	puts("-- keys");
	SHOW(shmget(key, 100, 0));
	int id = shmget(key, 100, IPC_CREAT | 0600);
	MUST(id != -1);
	SHOW(shmget(key, 0, 0) == id);
	SHOW(shmget(key, 100, 0600) == id);
	SHOW(shmget(key, 101, 0));
	SHOW(shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600));
	SHOW(shmget(IPC_PRIVATE, 0, 0600));
	SHOW(shmctl(id, IPC_RMID, NULL));
	SHOW(shmget(key, 100, 0));
	SHOW(shmctl(id, IPC_RMID, NULL) == -1);
	SHOW(shmctl(-1, IPC_STAT, NULL));
}

static void attaching(void)
{
	puts("-- attaching");
	char *first = shmat(segment, NULL, 0), *second = shmat(segment, NULL, SHM_RDONLY);
	MUST(first != (void *)-1 && second != (void *)-1 && first != second);
	SHOW(attached(segment));
	SHOW(first[0]);
	strcpy(first + PAGE, "shared");
	SHOW(strcmp(second + PAGE, "shared"));
	SHOW(mprotect(second, 3 * PAGE, PROT_READ | PROT_WRITE));
	SHOW(in_child(writes, first));
	SHOW(first[100]);
	SHOW(in_child(writes, second));
	SHOW(attached(segment));
	SHOW(in_child(detaches, first));
	SHOW(attached(segment));
	SHOW(shmdt(second));
	SHOW(shmdt(second));
	SHOW(shmdt(first + PAGE));
	SHOW(shmdt(first + 1));
	SHOW(attached(segment));
	SHOW(first[100]);
	SHOW(shmdt(first));
	SHOW(attached(segment));
}

static void places(void)
{
	puts("-- places");
	char *room = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(room != MAP_FAILED);
	SHOW_ERROR(refused(segment, room, 0));
	SHOW_ERROR(refused(segment, room + 1, 0));
	SHOW_ERROR(refused(segment, room + 1, SHM_RND));
	SHOW_ERROR(refused(segment, NULL, SHM_REMAP));
	MUST(munmap(room, 8 * PAGE) == 0);
	SHOW(shmat(segment, room + 17, SHM_RND) == room);
	SHOW(shmdt(room));
	room = mmap(room, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	room[0] = room[7 * PAGE] = 'r';
	SHOW(shmat(segment, room, SHM_REMAP) == room);
	SHOW(room[0] == 'r');
	SHOW(room[7 * PAGE] == 'r');
	/* A hole in the middle: what is left is one attachment still, but counts for each part. */
	SHOW(munmap(room + PAGE, PAGE));
	SHOW(attached(segment));
	SHOW(shmdt(room));
	SHOW(attached(segment));
	SHOW(room[7 * PAGE] == 'r');
	munmap(room, 8 * PAGE);
	SHOW_ERROR(refused(-1, NULL, 0));
}

static void status(void)
{
	struct shmid_ds buf;

	puts("-- status");
	MUST(shmctl(segment, IPC_STAT, &buf) == 0);
	SHOW(buf.shm_segsz);
	SHOW(buf.shm_cpid == getpid() && buf.shm_lpid == getpid());
	SHOW(buf.shm_perm.mode);
	SHOW(buf.shm_atime != 0 && buf.shm_dtime != 0 && buf.shm_ctime != 0);
	buf.shm_perm.mode = 0400;
	SHOW(shmctl(segment, IPC_SET, &buf));
	SHOW(shmctl(segment, IPC_STAT, &buf));
	SHOW(buf.shm_perm.mode);
	buf.shm_perm.mode = 0600;
	SHOW(shmctl(segment, IPC_SET, &buf));
	SHOW(shmctl(segment, IPC_STAT, (void *)8));
	SHOW(shmctl(segment, IPC_SET, (void *)8));
	SHOW(shmctl(segment, 99, NULL));
}

static int ends(void *argument)
{
	(void)argument;
	shmctl(segment, IPC_RMID, NULL);
	return 0;
}

static int executes(void *argument)
{
	execl(argument, argument, "again", NULL);
	return 1;
}

static void removal(char *self)
{
	struct shmid_ds buf;

	puts("-- removal");
	char *bytes = shmat(segment, NULL, 0);
	MUST(bytes != (void *)-1);
	bytes[5] = 'x';
	SHOW(in_child(executes, self));
	SHOW(attached(segment));
	SHOW(in_child(ends, NULL));
	SHOW(shmctl(segment, IPC_STAT, &buf));
	SHOW(buf.shm_nattch);
	SHOW(buf.shm_perm.mode);
	SHOW(buf.shm_perm.__key == IPC_PRIVATE);
	SHOW(bytes[5]);
	SHOW_ERROR(refused(segment, NULL, 0));
	SHOW(shmdt(bytes));
	SHOW(shmctl(segment, IPC_STAT, &buf));
	SHOW_ERROR(refused(segment, NULL, 0));
}

int main(int count, char **arguments)
{
	if (count > 1)
		return 0;
	keys();
	segment = shmget(IPC_PRIVATE, 3 * PAGE - 10, IPC_CREAT | 0600);
	MUST(segment != -1);
	attaching();
	places();
	status();
	removal(arguments[0]);
	return 0;
}
