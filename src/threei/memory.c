/* Whose memory an argument points into (call_memory): the rule, and what keeps that memory where it is. */
#include "threei/pins.h"
#include "threei/threei.h"

/* In the kernel's half of the address space: it answers EFAULT, and our own copies fault. */
static const struct guest_memory nowhere = {.base = (uint8_t *)(UINTPTR_MAX - 2 * GUEST_SPACE)};

/* A cage that this host thread is in cannot execute or end before the thread has left, so its memory stays.
 */
static const struct cage *on_this_thread(const struct thread *thread, uint64_t id)
{
	for (; thread; thread = thread->client)
		if (thread->cage->id == id)
			return thread->cage;
	return NULL;
}

static const struct guest_memory *pin(struct call *call, unsigned index)
{
	struct cage *cage = cage_get(call->argument_cage[index]);
	struct memory *memory = NULL;

	if (cage && authority_memory(call->thread, cage)) {
		pthread_mutex_lock(&cage_tree_lock);
		memory = cage->memory ? memory_ref(cage->memory) : NULL;
		pthread_mutex_unlock(&cage_tree_lock);
	}
	cage_unref(cage);
	call->pins->memory[index] = memory;
	call->pins->used |= 1U << index;
	return memory ? &memory->guest : &nowhere;
}

const struct guest_memory *call_memory(struct call *call, unsigned index)
{
	const struct thread *thread = call->thread;
	uint64_t id = call->argument_cage[index];
	const struct cage *cage;

	if (id == thread->cage->id)
		return &thread->cage->memory->guest;
	cage = on_this_thread(thread->client, id);
	if (cage)
		return &cage->memory->guest;
	if (!call->pins)
		return &nowhere;
	if (!(call->pins->used & (1U << index)))
		return pin(call, index);
	return call->pins->memory[index] ? &call->pins->memory[index]->guest : &nowhere;
}

void pins_release(struct call_pins *pins)
{
	for (unsigned i = 0; pins->used >> i; i++)
		if (pins->used & (1U << i))
			memory_unref(pins->memory[i]);
}
