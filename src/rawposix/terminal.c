/* The cages' job control: which session a terminal belongs to and which of its groups is in the foreground.
 *
 * The host knows one process, which is in the foreground or not as a whole. The terminal that it was started
 * from belongs to the first cage's session; any other, as the two ends of a pseudo-terminal, to whoever takes
 * it. */
#include "rawposix/terminal.h"

#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#define FIRST_SESSION 1
#define TERMINALS     256 /* with a session, at once; and pseudo-terminals found by number */
#define PTY_MAJOR     136 /* Linux's UNIX98_PTY_SLAVE_MAJOR */

static struct terminal {
	uint32_t device; /* as TIOCGDEV tells; 0: free */
	uint32_t session, group;
} terminals[TERMINALS];

/* Taken inside cage_tree_lock, never the other way round. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The device behind a terminal's descriptor: that of the terminal itself for /dev/tty. 0: it is none. */
static uint32_t device_of(const struct file *file)
{
	unsigned device;
	return ioctl(file->host, TIOCGDEV, &device) == 0 ? device : 0;
}

/* The device of the terminal that controls the host's process, 0: none. */
static uint32_t outer_device(void)
{
	static _Atomic uint32_t known;
	uint32_t device = atomic_load_explicit(&known, memory_order_relaxed);
	if (device)
		return device;
	for (int fd = 0; fd < 3 && !device; fd++)
		if (ioctl(fd, TIOCGDEV, &device))
			device = 0;
	atomic_store_explicit(&known, device, memory_order_relaxed);
	return device;
}

/* Under the lock: the entry of a device; NULL: it has no session. */
static struct terminal *find(uint32_t device)
{
	struct terminal *spare = NULL;
	if (!device)
		return NULL;
	for (size_t i = 0; i < TERMINALS; i++) {
		if (terminals[i].device == device)
			return terminals[i].session ? &terminals[i] : NULL;
		if (!terminals[i].device && !spare)
			spare = &terminals[i];
	}
	if (device != outer_device() || !spare)
		return NULL;
	*spare = (struct terminal){.device = device, .session = FIRST_SESSION, .group = FIRST_SESSION};
	return spare;
}

/* Under the lock: the entry of a terminal that controls the call's cage, or NULL. */
static struct terminal *controlling(const struct call *call, const struct file *file)
{
	struct terminal *terminal = find(device_of(file));
	return terminal && terminal->session == call->cage->session ? terminal : NULL;
}

int64_t terminal_get_group(struct call *call, struct file *file)
{
	pthread_mutex_lock(&lock);
	struct terminal *terminal = controlling(call, file);
	int32_t group = terminal ? (int32_t)terminal->group : -ENOTTY;
	pthread_mutex_unlock(&lock);
	return group < 0 ? group : call_write(call, 2, &group, sizeof group);
}

int64_t terminal_get_session(struct call *call, struct file *file)
{
	pthread_mutex_lock(&lock);
	struct terminal *terminal = controlling(call, file);
	int32_t session = terminal ? (int32_t)terminal->session : -ENOTTY;
	pthread_mutex_unlock(&lock);
	return session < 0 ? session : call_write(call, 2, &session, sizeof session);
}

/* Under cage_tree_lock: -ESRCH if there is no such group, -EPERM if it is of another session. */
static int64_t check_group(uint32_t group, uint32_t session)
{
	int64_t result = -ESRCH;
	for (struct cage *cage = cage_next(NULL); cage; cage = cage_next(cage))
		if (cage->process_group == group) {
			if (cage->session == session)
				return 0;
			result = -EPERM;
		}
	return result;
}

int64_t terminal_set_group(struct call *call, struct file *file)
{
	int32_t group;
	if (!device_of(file))
		return -ENOTTY;
	if (call_read(call, 2, &group, sizeof group))
		return -EFAULT;
	if (group < 0)
		return -EINVAL;
	pthread_mutex_lock(&cage_tree_lock);
	int64_t result = check_group((uint32_t)group, call->cage->session);
	pthread_mutex_lock(&lock);
	struct terminal *terminal = controlling(call, file);
	if (!terminal)
		result = -ENOTTY;
	else if (result == 0)
		terminal->group = (uint32_t)group;
	pthread_mutex_unlock(&lock);
	pthread_mutex_unlock(&cage_tree_lock);
	return result;
}

/* Under both locks: forgets terminals whose session has ended, so that they can be taken anew. */
static void forget_ended(void)
{
	for (size_t i = 0; i < TERMINALS; i++) {
		struct cage *cage = NULL;
		while (terminals[i].session && (cage = cage_next(cage)))
			if (cage->session == terminals[i].session)
				break;
		if (!cage && terminals[i].device != outer_device())
			terminals[i] = (struct terminal){0};
	}
}

/* Under both locks. */
static int64_t take(const struct cage *cage, uint32_t device)
{
	struct terminal *spare = NULL;
	forget_ended();
	struct terminal *terminal = find(device);
	if (terminal)
		return terminal->session == cage->session ? 0 : -EPERM;
	if (cage->session != cage->id)
		return -EPERM; /* not its leader */
	for (size_t i = 0; i < TERMINALS; i++) {
		if (terminals[i].session == cage->session)
			return -EPERM; /* has one already */
		if (terminals[i].device == device || (!terminals[i].device && !spare))
			spare = &terminals[i];
	}
	if (!spare)
		return -ENOMEM;
	*spare = (struct terminal){.device = device, .session = cage->session, .group = cage->process_group};
	return 0;
}

int64_t terminal_take(struct call *call, struct file *file)
{
	uint32_t device = device_of(file);
	if (!device)
		return -ENOTTY;
	pthread_mutex_lock(&cage_tree_lock);
	pthread_mutex_lock(&lock);
	int64_t result = take(call->cage, device);
	pthread_mutex_unlock(&lock);
	pthread_mutex_unlock(&cage_tree_lock);
	return result;
}

int64_t terminal_leave(struct call *call, struct file *file)
{
	pthread_mutex_lock(&lock);
	struct terminal *terminal = controlling(call, file);
	int64_t result = terminal ? 0 : -ENOTTY;
	/* The session's leader gives it up for all of them. */
	if (terminal && call->cage->session == call->cage->id)
		terminal->session = 0;
	pthread_mutex_unlock(&lock);
	return result;
}

/* -- pseudo-terminals -- */

/* Masters that are open, so that no other's terminal can have got the number. Under the lock. */
static struct master {
	struct file *file;
	uint32_t number;
} masters[TERMINALS];

static void master_ended(struct file *file)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < TERMINALS; i++)
		if (masters[i].file == file)
			masters[i].file = NULL;
	pthread_mutex_unlock(&lock);
}

int64_t terminal_get_number(struct call *call, struct file *file)
{
	uint32_t number;
	if (ioctl(file->host, TIOCGPTN, &number))
		return -errno;
	struct master *spare = NULL;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < TERMINALS && (!spare || spare->file != file); i++)
		if (masters[i].file == file || !masters[i].file)
			spare = !spare || masters[i].file ? &masters[i] : spare;
	if (spare) {
		*spare = (struct master){.file = file, .number = number};
		file->ended = master_ended;
	}
	pthread_mutex_unlock(&lock);
	return call_write(call, 2, &number, sizeof number);
}

struct file *terminal_by_number(struct call *call, uint32_t number)
{
	int host = -1;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < TERMINALS && host < 0; i++)
		if (masters[i].file && masters[i].number == number) /* open, since its end takes the lock */
			host = ioctl(masters[i].file->host, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	pthread_mutex_unlock(&lock);
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

uint32_t terminal_foreground(void)
{
	pthread_mutex_lock(&lock);
	struct terminal *terminal = find(outer_device());
	uint32_t group = terminal ? terminal->group : FIRST_SESSION;
	pthread_mutex_unlock(&lock);
	return group;
}
