/* Reading a call's arguments: each arrives as 64 bits, and which of them count depends on its C type. */
#ifndef LIND_ABI_ARGUMENTS_H
#define LIND_ABI_ARGUMENTS_H

#include "abi/call.h"

static inline int32_t call_int(const struct call *call, unsigned index)
{
	return (int32_t)call->argument[index];
}
static inline uint32_t call_unsigned(const struct call *call, unsigned index)
{
	return (uint32_t)call->argument[index];
}
/* size_t and pointers: 32 bits in the guest. */
static inline uint64_t call_size(const struct call *call, unsigned index)
{
	return (uint32_t)call->argument[index];
}
static inline uint64_t call_address(const struct call *call, unsigned index)
{
	return (uint32_t)call->argument[index];
}
/* off_t and other 64-bit types. */
static inline int64_t call_long(const struct call *call, unsigned index)
{
	return (int64_t)call->argument[index];
}

#endif
