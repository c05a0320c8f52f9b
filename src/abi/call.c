/* What nearly every system call does with a pointer argument. */
#include "abi/call.h"

#include "abi/arguments.h"
#include "abi/layout.h"

int call_read(struct call *call, unsigned index, void *to, size_t length)
{
	return guest_read(call_memory(call, index), to, call_address(call, index), length);
}

int call_write(struct call *call, unsigned index, const void *from, size_t length)
{
	return guest_write(call_memory(call, index), call_address(call, index), from, length);
}

void *call_pointer(struct call *call, unsigned index, uint64_t length)
{
	uint64_t address = call_address(call, index);
	if (!address)
		return NULL;
	void *pointer = guest_pointer(call_memory(call, index), address, length);
	return pointer ? pointer : CALL_NO_ADDRESS;
}

int64_t call_iovec(struct call *call, unsigned index, uint64_t count, struct iovec *out)
{
	return guest_read_iovec(call_memory(call, index), call_address(call, index), count, out);
}
