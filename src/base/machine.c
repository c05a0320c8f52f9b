/* x86-64: a copy and an exchange that can fault, and a system call that a kick can't miss. All are leaf
 * functions that leave the stack pointer and the preserved registers alone between the labels that bound
 * them, so a signal handler may move the program counter from anywhere between the labels to the exit behind
 * them. */
#include "base/machine.h"

#include <errno.h>
#include <ucontext.h>

/* machine_copy(rdi to, rsi from, rdx length). Below 768 bytes, loads and stores of fixed sizes, of which the
 * last two overlap; above, the processor's own string copy, which then beats them. All of a small piece is
 * loaded before any of it is stored. */
__asm__(".text\n"
	".p2align 6\n"
	".globl machine_copy\n"
	".hidden machine_copy\n"
	".type machine_copy, @function\n"
	"machine_copy:\n"
	".cfi_startproc\n"
	"machine_copy_begin:\n"
	"	cmp $16, %rdx\n"
	"	jae 3f\n"
	"	cmp $8, %edx\n"
	"	jae 2f\n"
	"	cmp $4, %edx\n"
	"	jae 1f\n"
	"	test %edx, %edx\n"
	"	je 9f\n"
	/* 1 to 3 bytes: the first, the middle one, the last. */
	"	movzbl (%rsi), %eax\n"
	"	movzbl -1(%rsi,%rdx), %ecx\n"
	"	mov %rdx, %r8\n"
	"	shr $1, %r8\n"
	"	movzbl (%rsi,%r8), %r9d\n"
	"	mov %al, (%rdi)\n"
	"	mov %r9b, (%rdi,%r8)\n"
	"	mov %cl, -1(%rdi,%rdx)\n"
	"	jmp 9f\n"
	"1:	mov (%rsi), %eax\n" /* 4 to 7 */
	"	mov -4(%rsi,%rdx), %ecx\n"
	"	mov %eax, (%rdi)\n"
	"	mov %ecx, -4(%rdi,%rdx)\n"
	"	jmp 9f\n"
	"2:	mov (%rsi), %rax\n" /* 8 to 15 */
	"	mov -8(%rsi,%rdx), %rcx\n"
	"	mov %rax, (%rdi)\n"
	"	mov %rcx, -8(%rdi,%rdx)\n"
	"	jmp 9f\n"
	"3:	cmp $32, %rdx\n"
	"	ja 4f\n"
	/* 16 to 32: in words, since that is how a small structure has just been written, and a load that
	 * spans two stores waits until both have left the processor. */
	"	mov (%rsi), %rax\n"
	"	mov 8(%rsi), %rcx\n"
	"	mov -16(%rsi,%rdx), %r8\n"
	"	mov -8(%rsi,%rdx), %r9\n"
	"	mov %rax, (%rdi)\n"
	"	mov %rcx, 8(%rdi)\n"
	"	mov %r8, -16(%rdi,%rdx)\n"
	"	mov %r9, -8(%rdi,%rdx)\n"
	"	jmp 9f\n"
	"4:	cmp $768, %rdx\n"
	"	jae 6f\n"
	"	movups -32(%rsi,%rdx), %xmm2\n" /* the last 32, stored last */
	"	movups -16(%rsi,%rdx), %xmm3\n"
	"	lea -32(%rdi,%rdx), %r8\n"
	"5:	movups (%rsi), %xmm0\n"
	"	movups 16(%rsi), %xmm1\n"
	"	movups %xmm0, (%rdi)\n"
	"	movups %xmm1, 16(%rdi)\n"
	"	add $32, %rsi\n"
	"	add $32, %rdi\n"
	"	cmp %r8, %rdi\n"
	"	jb 5b\n"
	"	movups %xmm2, (%r8)\n"
	"	movups %xmm3, 16(%r8)\n"
	"	jmp 9f\n"
	"6:	mov %rdx, %rcx\n"
	"	rep movsb\n"
	"9:	xor %eax, %eax\n"
	"	ret\n"
	"machine_copy_end:\n"
	"machine_copy_fault:\n"
	"	mov $-14, %eax\n" /* -EFAULT */
	"	ret\n"
	".cfi_endproc\n"
	".size machine_copy, . - machine_copy\n");

/* machine_exchange(rdi word, rsi expected, edx wanted). */
__asm__(".text\n"
	".p2align 4\n"
	".globl machine_exchange\n"
	".hidden machine_exchange\n"
	".type machine_exchange, @function\n"
	"machine_exchange:\n"
	".cfi_startproc\n"
	"	mov (%rsi), %eax\n"
	"machine_exchange_begin:\n"
	"	lock cmpxchg %edx, (%rdi)\n"
	"machine_exchange_end:\n"
	"	mov %eax, (%rsi)\n"
	"	setne %al\n"
	"	movzbl %al, %eax\n"
	"	ret\n"
	"machine_exchange_fault:\n"
	"	mov $-14, %eax\n" /* -EFAULT */
	"	ret\n"
	".cfi_endproc\n"
	".size machine_exchange, . - machine_exchange\n");

/* machine_call(rdi attention, rsi number, rdx rcx r8 r9 and two on the stack). r11 holds the word's address:
 * the kernel spoils it only in the system call itself. */
__asm__(".text\n"
	".p2align 4\n"
	".globl machine_call\n"
	".hidden machine_call\n"
	".type machine_call, @function\n"
	"machine_call:\n"
	".cfi_startproc\n"
	"	mov %rdi, %r11\n"
	"	mov %rsi, %rax\n"
	"	mov %rdx, %rdi\n"
	"	mov %rcx, %rsi\n"
	"	mov %r8, %rdx\n"
	"	mov %r9, %r10\n"
	"	mov 8(%rsp), %r8\n"
	"	mov 16(%rsp), %r9\n"
	"machine_call_begin:\n"
	"	cmpl $0, (%r11)\n"
	"	jne machine_call_interrupted\n"
	"	syscall\n"
	"machine_call_end:\n"
	"	ret\n"
	"machine_call_interrupted:\n"
	"	mov $-4, %rax\n" /* -EINTR */
	"	ret\n"
	".cfi_endproc\n"
	".size machine_call, . - machine_call\n");

_Static_assert(EFAULT == 14 && EINTR == 4, "the assembly above knows these");

extern const char machine_copy_begin[] __attribute__((visibility("hidden")));
extern const char machine_copy_end[] __attribute__((visibility("hidden")));
extern const char machine_copy_fault[] __attribute__((visibility("hidden")));
extern const char machine_exchange_begin[] __attribute__((visibility("hidden")));
extern const char machine_exchange_end[] __attribute__((visibility("hidden")));
extern const char machine_exchange_fault[] __attribute__((visibility("hidden")));
extern const char machine_call_begin[] __attribute__((visibility("hidden")));
extern const char machine_call_end[] __attribute__((visibility("hidden")));
extern const char machine_call_interrupted[] __attribute__((visibility("hidden")));

uintptr_t machine_counter(const void *context)
{
	const ucontext_t *host = context;
	return (uintptr_t)host->uc_mcontext.gregs[REG_RIP];
}

/* Moves the program counter to `exit` if it lies in [begin, end). */
static bool redirect(void *context, const char *begin, const char *end, const char *exit)
{
	ucontext_t *host = context;
	uintptr_t counter = machine_counter(context);
	if (counter < (uintptr_t)begin || counter >= (uintptr_t)end)
		return false;
	host->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)exit;
	return true;
}

bool machine_access_recover(void *context)
{
	return redirect(context, machine_copy_begin, machine_copy_end, machine_copy_fault) ||
	       redirect(context, machine_exchange_begin, machine_exchange_end, machine_exchange_fault);
}

bool machine_call_leave(void *context)
{
	return redirect(context, machine_call_begin, machine_call_end, machine_call_interrupted);
}
