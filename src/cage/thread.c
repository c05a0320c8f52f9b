/* Guest threads: from their first instruction to the last thing that others see of them. */
#include "cage/thread.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/futex.h"
#include "base/interruptible.h"
#include "base/log.h"
#include "base/worker.h"
#include "cage/checkpoint.h"
#include "cage/fork.h"
#include "cage/image.h"
#include "cage/interrupt.h"
#include "cage/owner.h"
#include "cage/stop.h"
#include "cage/tree.h"

struct thread *thread_new(struct cage *cage, uint32_t id)
{
	struct thread *thread = calloc(1, sizeof *thread);

	if (!thread)
		return NULL;
	thread->cage = cage_ref(cage);
	thread->id = id ? id : cage->id;
	return thread;
}

void thread_free(struct thread *thread)
{
	interrupt_free(thread);
	checkpoint_drop_all(thread);
	engine_instance_free(thread->instance);
	if (thread->image)
		image_free(thread->image);
	if (thread->id != thread->cage->id)
		cage_id_give(thread->id);
	cage_unref(thread->cage);
	signal_queue_free(&thread->signals.queue);
	free(thread);
}

bool thread_enter(struct thread *thread)
{
	struct cage *cage = thread->cage;
	bool alive;

	pthread_mutex_lock(&cage_tree_lock);
	alive = cage->state == CAGE_ALIVE;
	if (alive) {
		if (cage->stop.signal)
			atomic_fetch_or_explicit(&thread->attention, ATTENTION_STOP, memory_order_relaxed);
		thread->next = cage->threads;
		cage->threads = thread;
		cage->thread_count++;
	}
	pthread_mutex_unlock(&cage_tree_lock);
	return alive;
}

void thread_enter_first(struct thread *thread)
{
	struct cage *cage = thread->cage;
	uint32_t attention = 0;

	pthread_mutex_lock(&cage_tree_lock);
	cage->threads = thread;
	cage->thread_count = 1;
	if (cage->state != CAGE_ALIVE)
		attention |= ATTENTION_LEAVE;
	if (cage->stop.signal)
		attention |= ATTENTION_STOP;
	pthread_mutex_lock(&cage->signals.lock);
	if (cage->signals.pending & ~thread->signals.blocked)
		attention |= ATTENTION_SIGNAL;
	pthread_mutex_unlock(&cage->signals.lock);
	atomic_fetch_or_explicit(&thread->attention, attention, memory_order_relaxed);
	pthread_mutex_unlock(&cage_tree_lock);
}

bool thread_withdraw(struct thread *thread)
{
	struct cage *cage = thread->cage;
	struct thread **link;

	for (link = &cage->threads; *link != thread; link = &(*link)->next)
		;
	*link = thread->next;
	return --cage->thread_count == 0;
}

bool thread_others_locked(const struct cage *cage)
{
	for (const struct thread *thread = cage->threads; thread; thread = thread->next)
		if (!pthread_equal(thread->host, pthread_self()))
			return true;
	return false;
}

/* One that is parked sleeps on the word. */
static void attend(struct thread *thread, uint32_t bits)
{
	if (atomic_fetch_or_explicit(&thread->attention, bits, memory_order_release) & ATTENTION_STOP)
		futex_wake(&thread->attention, FUTEX_ALL);
}

void thread_release(struct thread *thread)
{
	if (atomic_fetch_and_explicit(&thread->attention, ~ATTENTION_STOP, memory_order_release) &
	    ATTENTION_STOP)
		futex_wake(&thread->attention, FUTEX_ALL);
}

void thread_attend(struct thread *thread, uint32_t bits)
{
	/* Release: who sees the bit sees what it was set for. Counterpart: the loads in cage_call_ends and
	 * before a host call blocks. */
	attend(thread, bits);
	for (struct thread *server = atomic_load_explicit(&thread->server, memory_order_acquire); server;
	     server = atomic_load_explicit(&server->server, memory_order_acquire))
		attend(server, ATTENTION_CLIENT);
	if (thread->host && !pthread_equal(thread->host, pthread_self()))
		host_kick(thread->host);
}

struct thread *thread_for(struct thread *thread, const struct cage *cage)
{
	while (thread && thread->cage != cage)
		thread = thread->client;
	return thread;
}

/* A trap is the signal that a native program would have got. */
static void trapped(struct thread *thread, struct engine_result fault)
{
	if (!fault.trap_signal)
		fault.trap_signal = SIGILL;
	log_note("cage %u (%s): %s at address %#llx", thread->cage->id, thread->cage->name, fault.trap_text,
		 (unsigned long long)fault.fault_address);
	signal_fault(thread, &fault);
}

static void ends_by(struct thread *thread, int number)
{
	const struct engine_result fault = {.trap_signal = number};

	signal_fault(thread, &fault);
}

static struct engine_result start_program(struct thread *thread)
{
	if (thread->resumes) {
		thread->resumes = false;
		return engine_resume(thread->instance, &thread->start_frames, 0, NULL);
	}
	return thread->start_record ? engine_call_thread_start(thread->instance, thread->start_record)
				    : engine_call_start(thread->instance, thread->start_stack);
}

/* A child that was forked in a handler has only the handler's frames: there is nothing to return to. */
static void returned(struct thread *thread, const char *part)
{
	if (!part || thread->leave != THREAD_STAYS)
		return;
	log_error("cage %u (%s): a child that was forked in %s returned from it: it can only go on there, "
		  "execute "
		  "a program or exit",
		  thread->cage->id, thread->cage->name, part);
	cage_end(thread->cage, SIGABRT | 0x80);
}

/* Runs one program, or a thread of it, to its end. */
static void run_program(struct thread *thread)
{
	const char *part = thread->resumed_part;
	struct engine_result result = fork_finish_entry(thread, start_program(thread), part, NULL);

	switch (result.outcome) {
	case ENGINE_RETURNED:
		returned(thread, part);
		break;
	case ENGINE_UNWOUND:
		break;
	case ENGINE_TRAPPED:
		trapped(thread, result);
		break;
	case ENGINE_THREW: /* an exception that nobody caught: std::terminate's way out */
		ends_by(thread, SIGABRT);
		break;
	case ENGINE_SUSPENDED:
	case ENGINE_REFUSED: /* no host stack left: a native stack overflow */
		ends_by(thread, SIGSEGV);
		break;
	}
	if (thread->leave == THREAD_STAYS)
		thread->leave = THREAD_EXITS;
}

/* POSIX: a thread that waits to join may reuse the stack as soon as the word is cleared, so this comes after
 * the last use of it. */
static void clear_child_tid(struct memory *memory, uint32_t address)
{
	const uint32_t zero = 0;
	void *word = guest_pointer(&memory->guest, address, sizeof zero);

	if (address && word && guest_write(&memory->guest, address, &zero, sizeof zero) == 0)
		syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void leave(struct thread *thread)
{
	struct cage *cage = cage_ref(thread->cage);
	uint32_t id = thread->id;
	struct stop_news news = {0};
	bool last;

	interrupt_free(thread);
	engine_instance_free(thread->instance);
	thread->instance = NULL;
	owner_release(thread, cage->memory);
	clear_child_tid(cage->memory, thread->clear_child_tid);
	usage_thread_ends(cage);
	pthread_mutex_lock(&cage_tree_lock);
	last = thread_withdraw(thread);
	if (thread->rescheduled)
		worker_scheduling_changed();
	if (last && cage->state == CAGE_ALIVE) {
		cage->state = CAGE_ENDING;
		cage->wait_status = thread->exit_status;
		stop_forget_locked(cage);
	} else if (!last) {
		news = stop_settle_locked(cage);
	}
	pthread_mutex_unlock(&cage_tree_lock);
	if (!last)
		signal_offer(cage, ~thread->signals.blocked, NULL);
	stop_tell(&news);
	thread_free(thread);
	owner_ended(id);
	atomic_fetch_add_explicit(&cage->leave_events, 1, memory_order_release);
	futex_wake(&cage->leave_events, FUTEX_ALL);
	if (last)
		cage_finish(cage);
	cage_unref(cage);
}

void thread_run(void *argument)
{
	struct thread *thread = argument;
	uint32_t attention;

	usage_thread_starts(thread);
	/* Others look at it under cage_tree_lock, which needs no more than that they see it at some time. */
	__atomic_store_n(&thread->host, pthread_self(), __ATOMIC_RELEASE);
	for (;;) {
		/* The cage may have begun to end before this host thread could be kicked. */
		attention = atomic_load_explicit(&thread->attention, memory_order_acquire);
		if (attention & ATTENTION_STOP) {
			stop_park(thread);
			attention = atomic_load_explicit(&thread->attention, memory_order_acquire);
		}
		if (attention & ATTENTION_LEAVE)
			break;
		if (attention & ATTENTION_SIGNAL)
			host_kick_later();
		run_program(thread);
		if (thread->leave != THREAD_EXECUTES)
			break;
		image_start(thread);
	}
	leave(thread);
}
