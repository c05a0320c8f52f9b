/* Terminals: from files to the sessions that they control (cage/session.h), and the signals that come of what
 * is done to a pseudo-terminal. */
#include "rawposix/terminal.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <termios.h>

#include "base/machine.h"

#define MASTERS   256 /* pseudo-terminals found by number */
#define PTY_MAJOR 136 /* Linux's UNIX98_PTY_SLAVE_MAJOR */

/* What a file is, found out when it is first asked (struct file's `terminal`). */
enum { KIND_UNKNOWN, KIND_OTHER, KIND_TERMINAL, KIND_MASTER };

static int outer = -1; /* /dev/tty of the host; written once */

/* Masters that are open, so that no other's terminal can have got the number. */
static struct master {
	struct file *file;
	uint32_t number;
	bool literal; /* the last character that was typed was VLNEXT */
} masters[MASTERS];

/* Nothing that blocks is done under it, and no other lock is taken. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The device of the terminal itself also for /dev/tty, and that of the other end for a master. 0: it is none.
 */
static uint32_t device_of(const struct file *file)
{
	unsigned device;
	return ioctl(file->host, TIOCGDEV, &device) == 0 ? device : 0;
}

static unsigned char kind_of(struct file *file)
{
	unsigned char kind = atomic_load_explicit(&file->terminal, memory_order_relaxed);
	unsigned number;
	if (kind != KIND_UNKNOWN)
		return kind;
	kind = KIND_OTHER;
	if (!(file->flags & O_PATH) && device_of(file))
		kind = ioctl(file->host, TIOCGPTN, &number) == 0 ? KIND_MASTER : KIND_TERMINAL;
	atomic_store_explicit(&file->terminal, kind, memory_order_relaxed);
	return kind;
}

static bool is_outer(uint32_t device)
{
	unsigned own;
	return outer >= 0 && ioctl(outer, TIOCGDEV, &own) == 0 && own == device;
}

void terminal_start(void)
{
	unsigned device;
	outer = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (outer >= 0 && ioctl(outer, TIOCGDEV, &device) == 0)
		session_start(device);
}

int terminal_outer(void)
{
	return outer;
}

bool terminal_is_ours(void)
{
	return outer >= 0 && tcgetpgrp(outer) == getpgrp();
}

/* -- sessions and groups -- */

/* True if `file` is the terminal of the caller's session, which another of its groups has the use of. */
static bool in_background(struct call *call, struct file *file)
{
	uint32_t device = kind_of(file) == KIND_TERMINAL ? device_of(file) : 0;

	return device && session_in_background(call->cage, device);
}

int64_t terminal_check_change(struct call *call, struct file *file)
{
	return in_background(call, file) ? session_refuse(call_subject(call), call->cage, SIGTTOU) : 0;
}

int64_t terminal_check_read(struct call *call, struct file *file)
{
	return in_background(call, file) ? session_refuse(call_subject(call), call->cage, SIGTTIN) : 0;
}

int64_t terminal_check_write(struct call *call, struct file *file)
{
	struct termios settings;

	if (!in_background(call, file) || tcgetattr(file->host, &settings) || !(settings.c_lflag & TOSTOP))
		return 0;
	return session_refuse(call_subject(call), call->cage, SIGTTOU);
}

int64_t terminal_get_group(struct call *call, struct file *file)
{
	uint32_t device = device_of(file), session, group = 0;
	if (!device)
		return -ENOTTY;
	if (!session_of_terminal(device, &session, &group) && kind_of(file) != KIND_MASTER)
		return -ENOTTY;
	/* Whoever has the other end may ask too. */
	if (kind_of(file) != KIND_MASTER && !session_is_terminal(call->cage, device))
		return -ENOTTY;
	return call_write(call, 2, &group, sizeof group);
}

int64_t terminal_get_session(struct call *call, struct file *file)
{
	uint32_t device = device_of(file), session, group;
	if (!device || !session_of_terminal(device, &session, &group))
		return -ENOTTY;
	if (kind_of(file) != KIND_MASTER && !session_is_terminal(call->cage, device))
		return -ENOTTY;
	return call_write(call, 2, &session, sizeof session);
}

int64_t terminal_set_group(struct call *call, struct file *file)
{
	uint32_t device = device_of(file);
	int32_t group;
	int64_t refused = device ? terminal_check_change(call, file) : -ENOTTY;
	if (refused < 0)
		return refused == -EIO ? -ENOTTY : refused;
	if (!session_is_terminal(call->cage, device))
		return -ENOTTY;
	if (call_read(call, 2, &group, sizeof group))
		return -EFAULT;
	return session_set_foreground(call->cage, device, group);
}

int64_t terminal_take(struct call *call, struct file *file)
{
	uint32_t device = device_of(file);
	if (!device)
		return -ENOTTY;
	if ((file->flags & O_ACCMODE) == O_WRONLY && !session_is_terminal(call->cage, device))
		return -EPERM;
	return session_take(call->cage, device);
}

int64_t terminal_leave(struct call *call, struct file *file)
{
	uint32_t device = kind_of(file) == KIND_TERMINAL ? device_of(file) : 0;
	return device ? session_leave(call->cage, device) : -ENOTTY;
}

void terminal_opened(struct call *call, struct file *file)
{
	if ((file->flags & O_ACCMODE) != O_WRONLY && kind_of(file) == KIND_TERMINAL)
		session_take(call->cage, device_of(file));
}

int64_t terminal_set_size(struct call *call, struct file *file)
{
	struct winsize size, old;
	uint32_t device = device_of(file);
	if (!device)
		return -ENOTTY;
	if (call_read(call, 2, &size, sizeof size))
		return -EFAULT;
	if (ioctl(file->host, TIOCGWINSZ, &old) || ioctl(file->host, TIOCSWINSZ, &size))
		return -errno;
	/* That lind's own has changed its kernel tells it. */
	if (memcmp(&size, &old, sizeof size) != 0 && major(device) == PTY_MAJOR && !is_outer(device))
		session_signal(device, SIGWINCH);
	return 0;
}

/* -- pseudo-terminals -- */

/* What is kept of an open master, or with NULL a free place, if there is one. The lock is held. */
static struct master *master_locked(const struct file *file)
{
	for (size_t i = 0; i < MASTERS; i++)
		if (masters[i].file == file)
			return &masters[i];
	return NULL;
}

static void master_ended(struct file *file)
{
	pthread_mutex_lock(&lock);
	struct master *master = master_locked(file);
	if (master)
		*master = (struct master){0};
	pthread_mutex_unlock(&lock);
	session_hang_up(device_of(file));
}

int64_t terminal_get_number(struct call *call, struct file *file)
{
	uint32_t number;
	if (ioctl(file->host, TIOCGPTN, &number))
		return -errno;
	pthread_mutex_lock(&lock);
	struct master *spare = master_locked(file) ? NULL : master_locked(NULL);
	if (spare) {
		*spare = (struct master){.file = file, .number = number};
		file->ended = master_ended;
	}
	pthread_mutex_unlock(&lock);
	return call_write(call, 2, &number, sizeof number);
}

/* A descriptor of the host for the other end of a master that is open, or -1. */
static int open_by_number(uint32_t number)
{
	int host = -1;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < MASTERS && host < 0; i++)
		if (masters[i].file && masters[i].number == number) /* open, since its end takes the lock */
			host = ioctl(masters[i].file->host, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	pthread_mutex_unlock(&lock);
	return host;
}

struct file *terminal_by_number(struct call *call, uint32_t number)
{
	int host = open_by_number(number);
	if (host >= 0)
		return file_new(host, O_RDWR);
	for (int descriptor = 0; descriptor < 3; descriptor++) {
		struct file *file = file_get(call->cage->files, descriptor);
		struct stat status;
		if (file && fstat(file->host, &status) == 0 && S_ISCHR(status.st_mode) &&
		    major(status.st_rdev) == PTY_MAJOR && minor(status.st_rdev) == number)
			return file;
		if (file)
			file_unref(file);
	}
	return NULL;
}

struct file *terminal_of_session(struct call *call, bool *is_outer_terminal)
{
	uint32_t device = session_terminal(call->cage);
	*is_outer_terminal = device && is_outer(device);
	return device && !*is_outer_terminal && major(device) == PTY_MAJOR
		       ? terminal_by_number(call, minor(device))
		       : NULL;
}

/* -- what is typed at a master -- */

void terminal_typing_begin(struct file *file, struct terminal_typing *typing)
{
	struct termios settings;
	typing->device = 0;
	if (!atomic_load_explicit(&session_has_terminals, memory_order_relaxed) ||
	    kind_of(file) != KIND_MASTER || tcgetattr(file->host, &settings) || !(settings.c_lflag & ISIG) ||
	    settings.c_lflag & EXTPROC)
		return;
	typing->device = device_of(file);
	typing->character[0] = settings.c_cc[VINTR];
	typing->character[1] = settings.c_cc[VQUIT];
	typing->character[2] = settings.c_cc[VSUSP];
	typing->next =
		(settings.c_lflag & (ICANON | IEXTEN)) == (ICANON | IEXTEN) ? settings.c_cc[VLNEXT] : 0;
	typing->strips = settings.c_iflag & ISTRIP;
}

/* Sends the signals of one piece. */
static void typed_piece(struct terminal_typing *typing, const uint8_t *bytes, size_t length, bool *literal)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGTSTP};
	for (size_t i = 0; i < length; i++) {
		uint8_t byte = typing->strips ? bytes[i] & 0x7f : bytes[i];
		bool was_literal = *literal;
		*literal = false;
		if (was_literal || byte == 0) /* 0 is _POSIX_VDISABLE */
			continue;
		for (unsigned j = 0; j < 3; j++)
			if (byte == typing->character[j]) {
				session_signal(typing->device, signals[j]);
				byte = 0;
				break;
			}
		*literal = byte && byte == typing->next;
	}
}

void terminal_typed(struct file *file, struct terminal_typing *typing, const struct iovec *parts,
		    int64_t written)
{
	struct master *master;
	bool literal;
	if (!typing->device || written <= 0)
		return;
	pthread_mutex_lock(&lock);
	master = master_locked(file);
	literal = master && master->literal;
	pthread_mutex_unlock(&lock);
	for (; written > 0; parts++) {
		const uint8_t *from = parts->iov_base;
		size_t rest = parts->iov_len < (size_t)written ? parts->iov_len : (size_t)written;
		written -= (int64_t)rest;
		while (rest > 0) {
			uint8_t bytes[256];
			size_t length = rest < sizeof bytes ? rest : sizeof bytes;
			/* It was there a moment ago; a guest that takes it away loses its signals. */
			if (machine_copy(bytes, from, length))
				return;
			typed_piece(typing, bytes, length, &literal);
			from += length;
			rest -= length;
		}
	}
	pthread_mutex_lock(&lock);
	master = master_locked(file);
	if (master)
		master->literal = literal;
	pthread_mutex_unlock(&lock);
}
