/*
 * The initial contents of memory, as far as the linker's start function tells them.
 */
#ifndef LIND_OPT_IMAGE_H
#define LIND_OPT_IMAGE_H

#include "module.h"

/* Finds the little-endian word at an address. False where no initialised data is there; `*word` is untouched.
 */
bool image_word(struct module *m, uint32_t address, uint32_t *word);

#endif
