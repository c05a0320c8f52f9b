/* ioctl: an allow-list by request. What is not in it gives ENOTTY, as a device that does not know it would.
 */
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "rawposix/terminal.h"

typedef int64_t serve_function(struct call *call, struct file *file);

/* A request: served here, or by the host's kernel with a pointer to `size` bytes that are laid out as the
 * host's (0: with a number). */
struct request {
	uint32_t number, size;
	serve_function *serve;
	bool changes; /* a terminal: not from its background */
};

static int64_t mark_close_on_exec(struct call *call, struct file *file)
{
	(void)file;
	return file_set_close_on_exec(call->cage->files, call_int(call, 0),
				      call_unsigned(call, 1) == FIOCLEX);
}

/* Its signals would reach the process that all cages are in: as with F_SETFL, they are not asked for. */
static int64_t set_async(struct call *call, struct file *file)
{
	int on;
	(void)file;
	return call_read(call, 2, &on, sizeof on);
}

static int64_t clone_file(struct call *call, struct file *file)
{
	CALL_FILE(from, call, 2);
	return HOST_CALL(SYS_ioctl, file->host, FICLONE, from->host);
}

static int64_t clone_range(struct call *call, struct file *file)
{
	struct file_clone_range range;
	if (call_read(call, 2, &range, sizeof range))
		return -EFAULT;
	if (range.src_fd < 0 || range.src_fd > INT32_MAX)
		return -EBADF;
	cleanup_file struct file *from = file_get(call->cage->files, (int)range.src_fd);
	if (!from)
		return -EBADF;
	range.src_fd = from->host;
	return HOST_CALL(SYS_ioctl, file->host, FICLONERANGE, &range);
}

static int64_t open_peer(struct call *call, struct file *file)
{
	int flags = call_int(call, 2) & (O_ACCMODE | O_NONBLOCK | O_CLOEXEC);
	int64_t host = HOST_CALL(SYS_ioctl, file->host, TIOCGPTPEER, flags | O_NOCTTY | O_CLOEXEC);
	return call_install(call, host, flags & O_ACCMODE, flags & O_CLOEXEC);
}

/* To put bytes into a terminal's input, or to take its output, is to act as the user outside. */
static int64_t refuse(struct call *call, struct file *file)
{
	(void)call;
	(void)file;
	return -EPERM;
}

static const struct request requests[] = {
	/* any descriptor */
	{FIOCLEX, 0, mark_close_on_exec, false},
	{FIONCLEX, 0, mark_close_on_exec, false},
	{FIONBIO, 4, NULL, false},
	{FIOASYNC, 0, set_async, false},
	{FIONREAD, 4, NULL, false},
	{FIGETBSZ, 4, NULL, false},
	{FICLONE, 0, clone_file, false},
	{FICLONERANGE, 0, clone_range, false},
	/* sockets */
	{SIOCATMARK, 4, NULL, false},
	{TIOCOUTQ, 4, NULL, false}, /* and SIOCOUTQ */
	/* terminals: settings. The sizes are those of the kernel's structures */
	{TCGETS, 36, NULL, false},
	{TCSETS, 36, NULL, true},
	{TCSETSW, 36, NULL, true},
	{TCSETSF, 36, NULL, true},
	{TCSBRK, 0, NULL, true},
	{TCSBRKP, 0, NULL, true},
	{TCXONC, 0, NULL, true},
	{TCFLSH, 0, NULL, true},
	{TIOCGWINSZ, 8, NULL, false},
	{TIOCSWINSZ, 0, terminal_set_size, false},
	{TIOCGETD, 4, NULL, false},
	{TIOCEXCL, 0, NULL, false},
	{TIOCNXCL, 0, NULL, false},
	{TIOCGEXCL, 4, NULL, false},
	/* terminals: sessions and groups */
	{TIOCGPGRP, 0, terminal_get_group, false},
	{TIOCSPGRP, 0, terminal_set_group, false},
	{TIOCGSID, 0, terminal_get_session, false},
	{TIOCSCTTY, 0, terminal_take, false},
	{TIOCNOTTY, 0, terminal_leave, false},
	/* pseudo-terminals */
	{TIOCGPTN, 0, terminal_get_number, false},
	{TIOCSPTLCK, 4, NULL, false},
	{TIOCGPTLCK, 4, NULL, false},
	{TIOCGPTPEER, 0, open_peer, false},
	{TIOCPKT, 4, NULL, false},
	{TIOCGPKT, 4, NULL, false},
	/* refused by name */
	{TIOCSTI, 0, refuse, false},
	{TIOCCONS, 0, refuse, false},
	{TIOCLINUX, 0, refuse, false},
	{TIOCSETD, 0, refuse, false},
};

int64_t sys_ioctl(struct call *call)
{
	CALL_FILE(file, call, 0);
	if (file->flags & O_PATH)
		return -EBADF;
	uint32_t number = call_unsigned(call, 1);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		const struct request *request = &requests[i];
		if (request->number != number)
			continue;
		if (request->serve)
			return request->serve(call, file);
		int64_t refused = request->changes ? terminal_check_change(call, file) : 0;
		if (refused < 0)
			return refused;
		long argument =
			request->size ? (long)call_pointer(call, 2, request->size) : (long)call_size(call, 2);
		return call_waiting(call, file, SYS_ioctl, file->host, (long)number, argument, 0, 0, 0);
	}
	return -ENOTTY;
}
