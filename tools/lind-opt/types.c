/*
 * Value types, reference types and heap types from and to bytes.
 */
#include "code.h"
#include "limits.h"

/* Abstract heap types are -64 … -1 as signed LEB128; which of them an engine knows is the engine's to say. */
#define HEAP_ABSTRACT_MIN (-64)

int32_t read_heaptype(struct module *m, struct reader *r)
{
	size_t start = r->at;
	int64_t heap = read_s33(r);
	if (heap < HEAP_ABSTRACT_MIN || (heap >= 0 && (uint64_t)heap >= m->type_count)) {
		reader_fail_at(r, start, "no such heap type: %lld", (long long)heap);
		return 0;
	}
	return (int32_t)heap;
}

static bool is_reference(uint8_t code)
{
	return code >= 0x65 && code <= 0x74;
}

struct valtype read_valtype(struct module *m, struct reader *r)
{
	size_t start = r->at;
	struct valtype type = {read_byte(r), 0};
	if (type.code == TYPE_REF || type.code == TYPE_REF_NULL)
		type.heap = read_heaptype(m, r);
	else if (!is_reference(type.code) && !(type.code >= TYPE_V128 && type.code <= TYPE_I32))
		reader_fail_at(r, start, "no such value type: 0x%02x", type.code);
	return type;
}

struct valtype read_reftype(struct module *m, struct reader *r)
{
	size_t start = r->at;
	struct valtype type = read_valtype(m, r);
	if (!reader_failed(r) && type.code >= TYPE_V128)
		reader_fail_at(r, start, "a reference type is expected, not 0x%02x", type.code);
	return type;
}

void put_valtype(struct buffer *out, struct valtype type)
{
	put_byte(out, type.code);
	if (type.code == TYPE_REF || type.code == TYPE_REF_NULL)
		put_s64(out, type.heap);
}

bool functype_is(const struct functype *t, const char *parameters, const char *results)
{
	static const uint8_t letters[128] = {
		['i'] = TYPE_I32,
		['I'] = TYPE_I64,
		['f'] = TYPE_F32,
		['F'] = TYPE_F64,
	};
	uint32_t i = 0;
	for (; parameters[i]; i++)
		if (i >= t->parameter_count || t->parameters[i].code != letters[parameters[i] & 0x7f])
			return false;
	if (i != t->parameter_count)
		return false;
	for (i = 0; results[i]; i++)
		if (i >= t->result_count || t->results[i].code != letters[results[i] & 0x7f])
			return false;
	return i == t->result_count;
}
