/* The first words that a program sees: argc, argv, environment and auxiliary vector, laid out as the kernel
 * does for 32 bits (docs/abi.md). */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/limits.h"
#include "cage/image.h"

#define RANDOM_BYTES 16

static size_t count_strings(char *const *strings, size_t *bytes)
{
	size_t count = 0;

	for (; strings[count]; count++)
		*bytes += strlen(strings[count]) + 1;
	return count;
}

/* Copies the strings to `text`, which stands for guest address `address`, and their addresses to `words`;
 * returns how many bytes of text. */
static size_t lay_strings(char *const *strings, size_t count, uint32_t *words, char *text, uint32_t address)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(strings[i]) + 1;

		memcpy(text + used, strings[i], length);
		words[i] = address + (uint32_t)used;
		used += length;
	}
	return used;
}

uint32_t image_lay_stack(struct image *image, const struct cage *cage, uint32_t top, char *const *arguments,
			 char *const *environment)
{
	const struct cage_credentials *who = &cage->credentials;
	size_t text_size = strlen(image->given) + 1;
	size_t argument_count = count_strings(arguments, &text_size),
	       environment_count = count_strings(environment, &text_size);
	uint32_t vector[] = {
		AT_PAGESZ, GUEST_PAGE, AT_CLKTCK, 100,       AT_UID,   who->uid, AT_EUID,   who->euid,
		AT_GID,    who->gid,   AT_EGID,   who->egid, AT_HWCAP, 0,        AT_SECURE, 0,
		AT_RANDOM, 0,          AT_EXECFN, 0,         AT_NULL,  0,
	};
	size_t word_count = 1 + argument_count + 1 + environment_count + 1 + sizeof vector / sizeof *vector;
	size_t size = word_count * sizeof(uint32_t) + RANDOM_BYTES + text_size;
	uint32_t stack, random_address, text_address, *words;
	char *block, *text;

	/* As Linux: at most a quarter of the stack. */
	if (size > LIMIT_ARGUMENT_BYTES + 2 * GUEST_PAGE || size > top / 4)
		return 0;
	block = malloc(size);
	if (!block)
		return 0;
	stack = (top - (uint32_t)size) & ~UINT32_C(15);
	random_address = stack + (uint32_t)(word_count * sizeof(uint32_t));
	text_address = random_address + RANDOM_BYTES;
	words = (uint32_t *)block;
	text = block + (text_address - stack);
	if (getrandom(block + (random_address - stack), RANDOM_BYTES, 0) != RANDOM_BYTES)
		memset(block + (random_address - stack), (int)time(NULL), RANDOM_BYTES);

	*words++ = (uint32_t)argument_count;
	text += lay_strings(arguments, argument_count, words, text, text_address);
	words += argument_count;
	*words++ = 0;
	text += lay_strings(environment, environment_count, words, text, stack + (uint32_t)(text - block));
	words += environment_count;
	*words++ = 0;
	vector[17] = random_address;
	vector[19] = stack + (uint32_t)(text - block);
	memcpy(text, image->given, strlen(image->given) + 1);
	memcpy(words, vector, sizeof vector);
	if (guest_write(&image->memory->guest, stack, block, size) < 0)
		stack = 0;
	free(block);
	return stack;
}
