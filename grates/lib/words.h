/* Numbers that have names. */
#ifndef LIBGRATE_WORDS_H
#define LIBGRATE_WORDS_H

#include <lind/decode.h>

/* Writes `value` as an argument of this kind reads: a word, or bits joined by '|', what has no name in
 * hexadecimal. False, and nothing is written, if the kind has no words. */
bool words_put(struct text *text, enum argument_kind kind, uint64_t value);

/* "SIGINT"; and without "SIG". Unknown ones as SIGRT_3 or a number. */
void words_put_signal(struct text *text, int number);
void words_put_signal_set(struct text *text, uint64_t set);

/* Words that are no argument's kind by themselves. */
enum inner_words {
	WORDS_POLL = 200,
	WORDS_EPOLL,
	WORDS_SIGACTION,
	WORDS_LOCK_TYPE,
	WORDS_ADDRESS_FAMILY,
	WORDS_TERMIOS_INPUT,
	WORDS_TERMIOS_OUTPUT,
	WORDS_TERMIOS_LOCAL,
	WORDS_STACK_FLAGS,
	WORDS_FD_FLAGS,
	WORDS_SOCKET_OPTION,
	WORDS_TCP_OPTION,
	WORDS_STATX_ATTRIBUTES,
	WORDS_SIGNAL_CODE
};
bool words_put_inner(struct text *text, enum inner_words kind, uint64_t value);

#endif
