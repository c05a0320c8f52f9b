/* See semaphore.h. */
#include "rawposix/semaphore.h"

#include <errno.h>
#include <stdlib.h>

#include "base/limits.h"

static size_t undo_words; /* of all cages' records */

static void undo_free(const struct semaphore_set *set, struct semaphore_undo *undo)
{
	undo_words -= set->count;
	free(undo);
}

/* The cage's undo record, made if it has none. NULL: out of memory. */
static struct semaphore_undo *undo_of(struct semaphore_set *set, uint32_t cage)
{
	struct semaphore_undo *undo = set->undos;

	while (undo && undo->cage != cage)
		undo = undo->next;
	if (undo || set->count > LIMIT_SEMAPHORE_UNDOS - undo_words)
		return undo;
	undo = calloc(1, sizeof(*undo) + set->count * sizeof(*undo->adjustment));
	if (undo) {
		undo->cage = cage;
		undo->next = set->undos;
		set->undos = undo;
		undo_words += set->count;
	}
	return undo;
}

/* One operation. 0, 1 (it has to wait) or -ERANGE. */
static int step(struct semaphore *semaphore, const struct sembuf *operation, int16_t *adjustment)
{
	int value = semaphore->value + operation->sem_op;

	if ((operation->sem_op == 0 && semaphore->value) || value < 0)
		return 1;
	if (value > SEMAPHORE_MOST)
		return -ERANGE;
	if (operation->sem_flg & SEM_UNDO) {
		int undone = *adjustment - operation->sem_op;

		if (undone < -SEMAPHORE_MOST - 1 || undone > SEMAPHORE_MOST)
			return -ERANGE;
		*adjustment = (int16_t)undone;
	}
	semaphore->value = (uint16_t)value;
	return 0;
}

static void step_back(struct semaphore *semaphore, const struct sembuf *operation, int16_t *adjustment)
{
	semaphore->value = (uint16_t)(semaphore->value - operation->sem_op);
	if (operation->sem_flg & SEM_UNDO)
		*adjustment = (int16_t)(*adjustment + operation->sem_op);
}

int semaphore_operate(struct semaphore_set *set, const struct sembuf *operations, size_t count, uint32_t cage,
		      const struct sembuf **blocked_by)
{
	struct semaphore_undo *undo = NULL;
	int16_t none = 0;
	int result = 0;
	size_t done;

	for (size_t i = 0; i < count && !undo; i++)
		if ((operations[i].sem_flg & SEM_UNDO) && !(undo = undo_of(set, cage)))
			return -ENOMEM;
	for (done = 0; done < count; done++) {
		const struct sembuf *one = &operations[done];

		result = step(&set->semaphores[one->sem_num], one,
			      undo ? &undo->adjustment[one->sem_num] : &none);
		if (result)
			break;
	}
	if (result == 0) {
		for (size_t i = 0; i < count; i++)
			set->semaphores[operations[i].sem_num].last = cage;
		set->operated = ipc_now();
		return 0;
	}
	*blocked_by = &operations[done];
	if (result == 1 && (operations[done].sem_flg & IPC_NOWAIT))
		result = -EAGAIN;
	while (done-- > 0)
		step_back(&set->semaphores[operations[done].sem_num], &operations[done],
			  undo ? &undo->adjustment[operations[done].sem_num] : &none);
	return result;
}

void semaphore_enqueue(struct semaphore_set *set, struct semaphore_waiter *waiter)
{
	struct semaphore_waiter **link = &set->waiters;

	while (*link)
		link = &(*link)->next;
	waiter->next = NULL;
	*link = waiter;
}

void semaphore_dequeue(struct semaphore_set *set, const struct semaphore_waiter *waiter)
{
	struct semaphore_waiter **link = &set->waiters;

	while (*link && *link != waiter)
		link = &(*link)->next;
	if (*link)
		*link = waiter->next;
}

void semaphore_serve(struct semaphore_set *set)
{
	struct semaphore_waiter *waiter = set->waiters, *next;

	/* Whoever is let through may let others through, elder ones too. */
	for (; waiter; waiter = next) {
		int result = semaphore_operate(set, waiter->operations, waiter->count, waiter->cage,
					       &waiter->blocked_by);

		next = waiter->next;
		if (result == 1)
			continue;
		semaphore_dequeue(set, waiter);
		ipc_wake(&waiter->sleeper, result);
		if (result == 0)
			next = set->waiters;
	}
}

void semaphore_forget(struct semaphore_set *set, size_t number)
{
	for (struct semaphore_undo *undo = set->undos; undo; undo = undo->next)
		undo->adjustment[number] = 0;
}

void semaphore_undo(struct semaphore_set *set, uint32_t cage)
{
	struct semaphore_undo **link = &set->undos, *undo;

	while (*link && (*link)->cage != cage)
		link = &(*link)->next;
	undo = *link;
	if (!undo)
		return;
	*link = undo->next;
	for (size_t i = 0; i < set->count; i++) {
		struct semaphore *semaphore = &set->semaphores[i];
		int value = semaphore->value + undo->adjustment[i];

		if (!undo->adjustment[i])
			continue;
		semaphore->value = (uint16_t)(value < 0                ? 0
					      : value > SEMAPHORE_MOST ? SEMAPHORE_MOST
								       : value);
		semaphore->last = cage;
	}
	undo_free(set, undo);
	set->operated = ipc_now();
	semaphore_serve(set);
}

void semaphore_free(struct ipc_object *object)
{
	struct semaphore_set *set = (struct semaphore_set *)object;

	for (struct semaphore_waiter *waiter = set->waiters, *next; waiter; waiter = next) {
		next = waiter->next;
		ipc_wake(&waiter->sleeper, -EIDRM);
	}
	for (struct semaphore_undo *undo = set->undos, *next; undo; undo = next) {
		next = undo->next;
		undo_free(set, undo);
	}
	free(set);
}
