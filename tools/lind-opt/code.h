/*
 * Instructions from and to bytes. What comes out of decoding is well nested, and every index in it is in
 * range; operand types are not checked.
 */
#ifndef LIND_OPT_CODE_H
#define LIND_OPT_CODE_H

#include "module.h"

/* Decodes a constant expression, into the module's arena. On a fault the reader has failed. */
void code_read_constant(struct module *m, struct reader *r, struct code *code);

/* Writes instructions. `hints`, unless NULL, receives branch hints, counted by the result. */
uint32_t code_write(const struct code *code, struct buffer *out, size_t body_start, struct buffer *hints);

/*
 * Decodes the body of a function that is not imported, unless it is decoded already. Returns it, or NULL
 * with the reason in `m->fault`.
 */
struct body *function_decode(struct module *m, struct function *f);

/*
 * Appends a decoded body without its size, and its branch hints to `hints` unless that is NULL. Returns the
 * number of hints.
 */
uint32_t body_write(const struct body *body, struct buffer *out, struct buffer *hints);

/* Types and limits, as sections and instructions have them. */
struct valtype read_valtype(struct module *m, struct reader *r);
struct valtype read_reftype(struct module *m, struct reader *r);
int32_t read_heaptype(struct module *m, struct reader *r);
void put_valtype(struct buffer *out, struct valtype type);

#endif
