/* Memory that is not one's own: past the end, another's, the runtime's. */
#include "attack.h"

#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <lind_syscall.h>

static void read_at(void *address)
{
	volatile char byte = *(volatile char *)address;
	(void)byte;
	if ((uintptr_t)address < 4096)
		escaped("page 0 can be read");
}

static void copy_from(void *cage)
{
	static char text[64];
	long id = (long)(uintptr_t)cage;
	for (uint64_t from = 0; from < UINT64_C(0x100000000); from += 0x10000000)
		if (copy_data_between_cages((uint64_t)getpid(), (uint64_t)id, from + 4096, (uint64_t)id,
					    (uint64_t)(uintptr_t)text, (uint64_t)getpid(), 16, 0) == 0 &&
		    id != getpid())
			escaped("copied from process %ld", id);
}

int main(void)
{
	static const uint32_t wild[] = {0, 8, 4088, 0xffffffff, 0xfffffff8, 0xfffff000, 0xfffe0000};
	struct iovec mine = {&mine, sizeof mine}, other = {(void *)4096, 16};
	for (size_t i = 0; i < sizeof wild / sizeof *wild; i++)
		apart(read_at, (void *)(uintptr_t)wild[i], 2);
	for (uintptr_t id = 1; id < 12; id++) {
		if ((pid_t)id == getpid())
			continue;
		if ((pid_t)id != getppid())
			apart(copy_from, (void *)id, 5);
		if (process_vm_readv((pid_t)id, &mine, 1, &other, 1, 0) > 0)
			escaped("process_vm_readv of %d", (int)id);
		if (ptrace(PTRACE_ATTACH, (pid_t)id, NULL, NULL) == 0)
			escaped("ptrace of %d", (int)id);
		char path[64];
		snprintf(path, sizeof path, "/proc/%d/mem", (int)id);
		if (open(path, O_RDWR) >= 0)
			escaped("%s", path);
	}
	apart(copy_from, (void *)(uintptr_t)getppid(), 5);
	/* Mappings where nobody's are, and beyond. */
	static const uint32_t places[] = {0, 4096 - 4096, 0xfffff000, 0xfffe0000, 0xffffe000};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (mmap((void *)(uintptr_t)places[i], 65536, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED)
			escaped("mapped at %x", places[i]);
	unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return 2;
	if (mremap(page, 4096, 65536, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)(uintptr_t)0xfffff000) !=
	    MAP_FAILED)
		escaped("moved past the end");
	if (munmap((void *)(uintptr_t)0xfffff000, 0x7ffff000) == 0 ||
	    syscall(SYS_munmap, 0, INT64_C(0x200000000)) == 0)
		escaped("unmapped past the end");
	/* Memory of all kinds that can be read is zeros at first: nothing of another's. */
	for (int i = 0; i < 64; i++) {
		unsigned char *fresh =
			mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		for (size_t at = 0; fresh != MAP_FAILED && at < 1 << 20; at += 61)
			if (fresh[at])
				escaped("fresh memory is not empty");
		if (fresh != MAP_FAILED) {
			memset(fresh, 0x77, 1 << 20);
			munmap(fresh, 1 << 20);
		}
	}
	return end();
}
