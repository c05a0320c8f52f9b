# wasm-ld gathers the constructors in __wasm_call_ctors; glibc wants an array of
# functions (int, char **, char **), so give it one that holds a single entry.
	.functype __wasm_call_ctors () -> ()

	.section .text.__wasm_call_ctors_as_init,"",@
	.hidden __wasm_call_ctors_as_init
	.globl __wasm_call_ctors_as_init
	.type __wasm_call_ctors_as_init,@function
__wasm_call_ctors_as_init:
	.functype __wasm_call_ctors_as_init (i32, i32, i32) -> ()
	call __wasm_call_ctors
	end_function

	.section .data.__init_array,"",@
	.globl __init_array_start
	.type __init_array_start,@object
__init_array_start:
	.int32 __wasm_call_ctors_as_init
	.size __init_array_start, 4
	.globl __init_array_end
	.type __init_array_end,@object
__init_array_end:
	.int32 0
	.size __init_array_end, 4

	.globl __preinit_array_start
	.globl __preinit_array_end
	.globl __fini_array_start
	.globl __fini_array_end
.set __preinit_array_start, __init_array_start
.set __preinit_array_end, __init_array_start
.set __fini_array_start, __init_array_start
.set __fini_array_end, __init_array_start
