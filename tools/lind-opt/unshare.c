/*
 * From the linker's memory to the engine's: wasm-ld makes a shared memory, because only then it lays out a
 * program for threads; engines give shared memories less care than ordinary ones. Each instance of a cage
 * gets the same ordinary memory from the runtime instead, always of 4 GiB. What the linker knew of the
 * memory goes into the section `lind.abi`.
 */
#include <string.h>

#include "image.h"
#include "opcode.h"
#include "pass.h"

#define PAGE_BYTES   65536u
#define MEMORY_PAGES 65536u

/* Room beside struct pthread and TLS in a thread's block: alignment of the block's two ends. */
#define ATTACH_SLACK 64u

bool abi_section_read(struct span content, struct lind_abi_section *abi)
{
	if (content.size != sizeof(*abi))
		return false;
	struct fault fault = {0};
	struct reader r = {content.data, 0, content.size, &fault};
	abi->version = read_fixed32(&r);
	abi->initial_memory = read_fixed32(&r);
	abi->stack_pointer = read_fixed32(&r);
	abi->heap_base = read_fixed32(&r);
	abi->attach_size = read_fixed32(&r);
	abi->flags = read_fixed32(&r);
	return true;
}

static struct span abi_section_write(struct module *m, const struct lind_abi_section *abi)
{
	const uint32_t words[] = {abi->version,   abi->initial_memory, abi->stack_pointer,
				  abi->heap_base, abi->attach_size,    abi->flags};
	_Static_assert(sizeof(words) == sizeof(*abi), "every field is written");
	struct buffer b = {0};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put_fixed32(&b, words[i]);
	uint8_t *bytes = arena_alloc(&m->arena, b.size, 1);
	memcpy(bytes, b.data, b.size);
	struct span content = {bytes, b.size, 0};
	buffer_free(&b);
	return content;
}

/* Finds the value of an exported global that begins as one constant. Returns false where there is none. */
static bool exported_constant(const struct module *m, const char *name, uint32_t *value)
{
	const struct export *e = module_export(m, name);
	if (!e || e->kind != EXTERNAL_GLOBAL)
		return false;
	const struct global *g = &m->globals[e->index];
	if (g->imported || g->init.count != 2 || g->init.instrs[0].op != OP_I32_CONST)
		return false;
	*value = (uint32_t)g->init.instrs[0].i32;
	return true;
}

static uint32_t required_constant(const struct module *m, struct problems *p, const char *name)
{
	uint32_t value = 0;
	if (!exported_constant(m, name, &value))
		problem(p, "export %s is missing, or not an i32 with a constant value", name);
	return value;
}

/* The exports that only the stamp needs. */
static const char *const consumed[] = {"__heap_base", "__lind_attach_base_size", "__tls_size", "__tls_align"};

static bool is_consumed(struct span name)
{
	for (size_t i = 0; i < sizeof(consumed) / sizeof(*consumed); i++)
		if (span_is(name, consumed[i]))
			return true;
	return false;
}

static void drop_consumed_exports(struct module *m)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < m->export_count; i++)
		if (!is_consumed(m->exports[i].name))
			m->exports[kept++] = m->exports[i];
	m->export_count = kept;
}

/*
 * libc's own part of a thread's block. What C exports is the address of the constant; assembly can export
 * the constant itself, which is smaller than any address of data, for the stack lies below them.
 */
static uint32_t attach_base_size(struct module *m, struct problems *p)
{
	uint32_t value = required_constant(m, p, "__lind_attach_base_size");
	image_word(m, value, &value);
	return value;
}

static uint32_t attach_size(struct module *m, struct problems *p)
{
	uint32_t base = attach_base_size(m, p);
	uint32_t tls_size = 0, tls_align = 1;
	exported_constant(m, "__tls_size", &tls_size);
	exported_constant(m, "__tls_align", &tls_align);
	uint64_t size = (uint64_t)base + tls_size + tls_align + ATTACH_SLACK;
	if (size > UINT32_MAX)
		problem(p, "thread-local data do not fit the memory");
	return (uint32_t)size;
}

static struct memory *own_memory(struct module *m)
{
	return m->memory_count == 1 && !m->memories[0].imported ? &m->memories[0] : NULL;
}

/* An active segment would be copied again over a running program, by each of its threads. */
static void check_segments(const struct module *m, struct problems *p)
{
	for (uint32_t i = 0; i < m->data_count; i++)
		if (m->data[i].flags != 1) {
			problem(p, "data segment %u is active: link with --shared-memory", i);
			return;
		}
}

void pass_unshare(struct module *m, struct problems *p)
{
	if (module_custom(m, LIND_ABI_SECTION)) {
		problem(p, "has a section " LIND_ABI_SECTION " already: lind-opt goes over a module once");
		return;
	}
	struct memory *memory = own_memory(m);
	if (!memory || !memory->limits.shared) {
		problem(p, "the module does not define one shared memory: link with --shared-memory");
		return;
	}
	if (memory->limits.minimum >= MEMORY_PAGES) {
		problem(p, "static data and stack leave no room in the memory");
		return;
	}
	check_segments(m, p);
	const struct lind_abi_section abi = {
		.version = LIND_ABI_VERSION,
		.initial_memory = memory->limits.minimum * PAGE_BYTES,
		.stack_pointer = required_constant(m, p, "__stack_pointer"),
		.heap_base = required_constant(m, p, "__heap_base"),
		.attach_size = attach_size(m, p),
		.flags = m->suspends ? LIND_ABI_SUSPENDS : 0,
	};
	if (abi.heap_base > abi.initial_memory || abi.stack_pointer > abi.initial_memory)
		problem(p, "stack and heap begin outside the memory");
	memory->limits =
		(struct limits){.has_maximum = true, .minimum = MEMORY_PAGES, .maximum = MEMORY_PAGES};
	module_add_custom(m, LIND_ABI_SECTION, abi_section_write(m, &abi));
	drop_consumed_exports(m);
}

void verify_stamp(const struct module *m, struct problems *p)
{
	const struct custom *section = module_custom(m, LIND_ABI_SECTION);
	struct lind_abi_section abi;
	if (!section)
		problem(p, "no section " LIND_ABI_SECTION ": the module did not pass through lind-opt");
	else if (!abi_section_read(section->content, &abi))
		problem(p, "section " LIND_ABI_SECTION " is damaged");
	else if (abi.version != LIND_ABI_VERSION)
		problem(p, "made for version %u of the guest interface; this is version %u", abi.version,
			(unsigned)LIND_ABI_VERSION);
	else if (abi.initial_memory % PAGE_BYTES || abi.heap_base > abi.initial_memory ||
		 abi.stack_pointer > abi.initial_memory || (abi.flags & ~LIND_ABI_SUSPENDS) != 0)
		problem(p, "section " LIND_ABI_SECTION " contradicts itself");
	const struct limits *l = m->memory_count == 1 ? &m->memories[0].limits : NULL;
	if (!l || m->memories[0].imported || l->shared || !l->has_maximum || l->minimum != MEMORY_PAGES ||
	    l->maximum != MEMORY_PAGES)
		problem(p, "the memory is not defined, unshared, of exactly %u pages", MEMORY_PAGES);
	check_segments(m, p);
}
