# First function of a thread, in a fresh instance: the globals of the stack and of
# TLS come from the record that clone.c laid. A child that shares its parent's TLS
# (posix_spawn's) must not have the image copied over it.
	.globaltype __stack_pointer, i32
	.globaltype __tls_base, i32
	.functype __wasm_init_tls (i32) -> ()
	.functype __lind_thread_run (i32) -> ()

	.section .text.__lind_thread_start,"",@
	.globl __lind_thread_start
	.type __lind_thread_start,@function
	.export_name __lind_thread_start, __lind_thread_start
__lind_thread_start:
	.functype __lind_thread_start (i32) -> ()
	local.get 0
	i32.load 8
	global.set __stack_pointer
	local.get 0
	i32.load 16
	if
	  local.get 0
	  i32.load 12
	  call __wasm_init_tls
	else
	  local.get 0
	  i32.load 12
	  global.set __tls_base
	end_if
	local.get 0
	call __lind_thread_run
	end_function

# Calls a function with its argument on another stack; it does not return.
	.section .text.__lind_call_on_stack,"",@
	.globl __lind_call_on_stack
	.type __lind_call_on_stack,@function
__lind_call_on_stack:
	.functype __lind_call_on_stack (i32, i32, i32) -> (i32)
	local.get 2
	global.set __stack_pointer
	local.get 1
	local.get 0
	call_indirect (i32) -> (i32)
	end_function
