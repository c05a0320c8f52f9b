/* Inside the cage room: handlers of guests in the middle of running guest code.
 *
 * They run inside the host's signal handler, on the thread that it interrupted, in an instance of their own
 * over the same memory: a nested call in the interrupted one would have Wasmtime's collector look for frames
 * that are not at a safe point. The other instance has the same globals, the same thread-local storage, and
 * the guest stack below the interrupted frames, so to the program it is the same thread. thread->instance is
 * the innermost one. Nothing here holds a lock of the host, since the interrupted code was the guest's. */
#ifndef LIND_CAGE_INTERRUPT_H
#define LIND_CAGE_INTERRUPT_H

#include "cage/cage.h"

/* Delivers what is deliverable to the thread, whose code was interrupted. `host_context` is the ucontext_t;
 * it is changed where the code is not to go on. */
void interrupt_deliver(struct thread *thread, void *host_context);

/* engine_callbacks.fault: runs the handler of a fault, after which the instruction is executed again. */
bool interrupt_fault(void *context, void *host_context, const struct engine_result *fault);

/* The handler of signal `number` was left by a jump that leads nowhere: the cage ends by the signal. */
void interrupt_left(struct thread *thread, int number);

/* Frees the instances: the thread, or its program, ends. */
void interrupt_free(struct thread *thread);

#endif
