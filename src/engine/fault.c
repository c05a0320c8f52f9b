/*
 * fault.c — faults of guest code, and how guest code is broken off from outside.
 *
 * Wasmtime's handlers, installed when its engine is made, turn a faulting instruction of compiled code into a
 * trap. Ours stand in front of them. They ask the rooms above first, which may run a handler of the guest's
 * and let the instruction be executed again; once Wasmtime has unwound there is nothing to return to. And
 * they see to two faults that Wasmtime takes for bugs of the host: a page of the cage that is not mapped, met
 * by its own memcpy on the guest's behalf (memory.copy, memory.fill, memory.init), and SIGBUS from a mapped
 * file that has shrunk.
 *
 * Guest code is broken off anywhere by moving the program counter to an instruction that Wasmtime knows to
 * trap: the body of a tiny module. Wasmtime unwinds from there to the last entry by what that entry saved,
 * whatever the frames in between; the memcpy above holds nothing that would be lost.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include "engine/internal.h"

static uintptr_t break_address;       /* the trapping instruction; written once, at the start */
static struct engine_code break_code; /* where it lies; kept to the end */
static struct sigaction next_segv, next_bus, next_ill, next_fpe;

static uintptr_t program_counter(const void *context)
{
	const ucontext_t *host = context;
#if defined(__x86_64__)
	return (uintptr_t)host->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t)host->uc_mcontext.pc;
#else
#error "where is the program counter in a ucontext_t of this machine?"
#endif
}

static void jump_to_break(void *context)
{
	ucontext_t *host = context;
#if defined(__x86_64__)
	host->uc_mcontext.gregs[REG_RIP] = (greg_t)break_address;
#elif defined(__aarch64__)
	host->uc_mcontext.pc = break_address;
#endif
}

struct engine_instance *engine_running(void)
{
	return engine_thread.running;
}

/* The compiled code that lies there: the module's, or one of its clones'. */
static const struct engine_code *code_at(const struct engine_module *module, uintptr_t counter)
{
	if (likely(counter >= module->code.start && counter < module->code.end))
		return &module->code;
	return module->clones ? engine_clones_at(module->clones, counter) : NULL;
}

bool engine_in_guest_code(const void *ucontext)
{
	const struct engine_thread *thread = &engine_thread;
	if (!thread->running || !thread->in_guest)
		return false;
	return code_at(thread->running->module, program_counter(ucontext));
}

bool engine_look_again(void)
{
	struct engine_thread *thread = &engine_thread;
	if (!thread->running || thread->in_guest)
		return false;
	thread->look_again = engine.callbacks.look_again != NULL;
	return thread->look_again;
}

bool engine_break(void *ucontext, int signal, uint64_t fault_address)
{
	if (!engine_in_guest_code(ucontext) && engine_thread.breakable != ucontext)
		return false;
	struct engine_instance *instance = engine_thread.running;
	instance->broken = true;
	instance->signal = signal;
	instance->fault_address = fault_address;
	jump_to_break(ucontext);
	return true;
}

/* Hands a signal to the handler that was there before; where there was none, to the default, by which the
 * process ends. */
static void pass_on(const struct sigaction *next, int signal, siginfo_t *info, void *context)
{
	if (next->sa_flags & SA_SIGINFO) {
		next->sa_sigaction(signal, info, context);
	} else if (next->sa_handler == SIG_DFL || next->sa_handler == SIG_IGN) {
		/* The instruction is executed again, and faults again. */
		sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
	} else {
		next->sa_handler(signal);
	}
}

/* Asks the rooms above what becomes of the fault. True: it is settled, and the thread goes on as the context
 * says. */
static bool settled(struct engine_instance *instance, void *context, const struct engine_result *fault)
{
	struct engine_thread *thread = &engine_thread;
	void *outer = thread->breakable;
	if (!engine.callbacks.fault)
		return false;
	thread->breakable = context;
	bool result = engine.callbacks.fault(instance->context, context, fault);
	thread->breakable = outer;
	return result;
}

/* A fault of the guest's own instruction, which Wasmtime knows: it makes a trap of it if nobody else takes
 * it. */
static bool settle_trap(struct engine_instance *instance, void *context, uint64_t address)
{
	wasmtime_trap_code_t code;
	const uintptr_t counter = program_counter(context);
	const struct engine_code *place = code_at(instance->module, counter);
	if (!place || !engine_trap_at(place, counter, &code))
		return false;
	const struct engine_result fault = engine_trap_result(code, address);
	if (settled(instance, context, &fault))
		return true;
	instance->fault_address = address;
	return false;
}

/* A fault that Wasmtime would not take for the guest's: it is made to trap here. */
static void settle_other(struct engine_instance *instance, void *context, int signal, uint64_t address)
{
	const struct engine_result fault = {
		.outcome = ENGINE_TRAPPED,
		.trap_signal = signal,
		.trap_text = engine_memory_fault_text(signal),
		.fault_address = address,
	};
	if (settled(instance, context, &fault))
		return;
	instance->broken = true;
	instance->signal = signal;
	instance->fault_address = address;
	jump_to_break(context);
}

static const struct sigaction *next_of(int signal)
{
	switch (signal) {
	case SIGBUS:
		return &next_bus;
	case SIGILL:
		return &next_ill;
	case SIGFPE:
		return &next_fpe;
	default:
		return &next_segv;
	}
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	struct engine_instance *instance = engine_thread.running;
	if (instance && engine_thread.in_guest && info->si_code > 0) {
		bool of_memory = signal == SIGSEGV || signal == SIGBUS;
		uintptr_t address = (uintptr_t)info->si_addr - (uintptr_t)instance->memory;
		bool in_cage = of_memory && address < engine_memory_reservation();
		if (signal != SIGBUS && engine_in_guest_code(context)) {
			if (settle_trap(instance, context, in_cage ? address : 0))
				return;
		} else if (in_cage) {
			settle_other(instance, context, signal, address);
			return;
		}
	}
	pass_on(next_of(signal), signal, info, context);
}

/* Stands in front of Wasmtime's handler while the tiny module runs for the first time. */
static void learn_break(int signal, siginfo_t *info, void *context)
{
	break_address = program_counter(context);
	pass_on(&next_ill, signal, info, context);
}

/* (module (func (export "t") unreachable)) */
static const uint8_t break_module[] = {
	0, 'a', 's', 'm', 1, 0, 0,   0, 1, 4,  1, 0x60, 0, 0, 3, 2,
	1, 0,   7,   5,   1, 1, 't', 0, 0, 10, 5, 1,    3, 0, 0, 0x0b,
};

static int run_break_module(char *error, size_t error_size)
{
	uint8_t hash[ENGINE_KEY];
	lind_sha256(break_module, sizeof break_module, hash);
	int status = engine_cache_get(break_module, sizeof break_module, hash, "the engine", &break_code,
				      error, error_size);
	if (status != 0)
		return status;
	wasmtime_store_t *store = wasmtime_store_new(engine.wasm, NULL, NULL);
	wasmtime_context_t *context = wasmtime_store_context(store);
	wasmtime_instance_t instance;
	wasmtime_extern_t function;
	wasm_trap_t *trap = NULL;
	wasmtime_error_t *failure =
		wasmtime_instance_new(context, break_code.module, NULL, 0, &instance, &trap);
	if (!failure && !trap && wasmtime_instance_export_get(context, &instance, "t", 1, &function))
		failure = wasmtime_func_call_unchecked(context, &function.of.func, NULL, 0, &trap);
	if (trap)
		wasm_trap_delete(trap);
	if (failure)
		wasmtime_error_delete(failure);
	wasmtime_store_delete(store);
	return 0;
}

int engine_fault_start(char *error, size_t error_size)
{
	struct sigaction learner = {.sa_sigaction = learn_break,
				    .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
	if (sigaction(SIGILL, NULL, &next_ill) != 0 || sigaction(SIGILL, &learner, NULL) != 0)
		return -errno;
	int status = run_break_module(error, error_size);
	sigaction(SIGILL, &next_ill, NULL);
	if (status != 0)
		return status;
	if (break_address == 0) {
		snprintf(error, error_size, "the engine did not start: no trap where one must be");
		return -EINVAL;
	}

	/* Not on the alternate stack: guests' handlers run here, which need the thread's own. It has room, as
	 * compiled code watches its stack itself. */
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
	static struct sigaction *const next[] = {&next_segv, &next_bus, &next_ill, &next_fpe};
	struct sigaction handler = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
	for (unsigned i = 0; i < 4 && status == 0; i++)
		if (sigaction(signals[i], &handler, next[i]) != 0)
			status = -errno;
	if (status != 0)
		snprintf(error, error_size, "the engine did not start: %s", strerror(-status));
	return status;
}
