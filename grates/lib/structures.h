/* Structures in a client's memory, as strace writes them. All layouts are the guest's (docs/abi.md), with
 * their sizes spelt out. */
#ifndef LIBGRATE_STRUCTURES_H
#define LIBGRATE_STRUCTURES_H

#include <lind/decode.h>

/* Where a structure lies. */
struct place {
	struct grate_call *call;
	uint64_t cage, address;
};

/* Writes the structure of this kind at `place`. False, and nothing is written, if it can't be read, or the
 * kind is no structure of fixed shape. */
bool structure_put(struct text *text, enum argument_kind kind, const struct place *place);

/* The same for those that need a length or count: SOCKADDR (bytes), POLL_COUNTED, IDS, EPOLL_EVENTS
 * (elements), FDSET (1 + the highest descriptor), CPU_SET (bytes). */
bool structure_put_counted(struct text *text, enum argument_kind kind, const struct place *place,
			   uint64_t count);

/* What poll has found: "[{fd=3, revents=POLLIN}]". */
bool structure_put_polled(struct text *text, const struct place *place, uint64_t count);

/* A terminal's settings, its window's size, a lock of a file. */
bool structure_put_termios(struct text *text, const struct place *place);
bool structure_put_winsize(struct text *text, const struct place *place);
bool structure_put_lock(struct text *text, const struct place *place);

/* Vectors of buffers: of each at most `string_limit` bytes are shown, and no more than `available` of them
 * together, where the call has filled them only in part. */
bool structure_put_iovec(struct text *text, const struct place *place, uint64_t count, uint64_t available,
			 size_t string_limit);
bool structure_put_msghdr(struct text *text, const struct place *place, uint64_t available,
			  size_t string_limit);

/* `length` bytes at `place` as a string, cut after `string_limit`. */
bool structure_put_bytes(struct text *text, const struct place *place, uint64_t length, size_t string_limit,
			 bool hexadecimal);

#endif
