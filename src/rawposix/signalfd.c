/* signalfd signalfd4. */
#include "rawposix/signalfd.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include "base/machine.h"
#include "cage/watch.h"

static void ended(struct file *file)
{
	watch_free(file->context);
}

bool signalfd_is(const struct file *file)
{
	return file->ended == ended;
}

static int64_t make(struct call *call, signal_set set, int flags)
{
	int64_t host = HOST_CALL(SYS_eventfd2, 0, EFD_CLOEXEC | (flags & SFD_NONBLOCK ? EFD_NONBLOCK : 0));
	struct file *file = host < 0 ? NULL : file_new((int)host, O_RDWR);

	if (!file)
		return host < 0 ? host : -ENOMEM;
	file->context = watch_new(call->cage, file->host, set);
	if (!file->context) {
		file_unref(file);
		return -ENOMEM;
	}
	file->ended = ended;
	return file_install(call->cage->files, file, 0, call_descriptor_limit(call), flags & SFD_CLOEXEC);
}

static int64_t make_or_change(struct call *call, int flags)
{
	signal_set set;

	if (call_size(call, 2) != sizeof set || flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
		return -EINVAL;
	if (call_read(call, 1, &set, sizeof set) < 0)
		return -EFAULT;
	set &= ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP));
	if (call_int(call, 0) == -1)
		return make(call, set, flags);
	CALL_FILE(file, call, 0);
	if (!signalfd_is(file))
		return -EINVAL;
	watch_set(file->context, set);
	return call_int(call, 0);
}

int64_t sys_signalfd(struct call *call)
{
	return make_or_change(call, 0);
}

int64_t sys_signalfd4(struct call *call)
{
	return make_or_change(call, call_int(call, 3));
}

/* A signal of the descriptor's set, waited for unless it says not to. Returns its number or -errno. */
static int64_t take(struct thread *thread, struct file *file, bool wait, struct signal_info *info)
{
	signal_set set = watch_get(file->context);
	int number = signal_take(thread, set, info);
	int64_t result = 0;

	while (!number && wait && result == 0) {
		signal_await(thread, set);
		result = signal_sleep(thread, NULL);
		number = signal_take(thread, set, info);
		signal_await(thread, 0);
	}
	return number ? number : wait ? result : -EAGAIN;
}

static struct signalfd_siginfo describe(const struct signal_info *info)
{
	struct signalfd_siginfo out = {
		.ssi_signo = (uint32_t)info->number, .ssi_errno = info->error, .ssi_code = info->code};

	if (info->code == SI_TIMER) {
		out.ssi_tid = (uint32_t)info->timer;
		out.ssi_overrun = (uint32_t)info->overrun;
	} else {
		out.ssi_pid = info->sender_id;
		out.ssi_uid = info->sender_uid;
	}
	out.ssi_status = info->status;
	if (info->code < 0) {
		out.ssi_int = (int32_t)info->value;
		out.ssi_ptr = info->value;
	}
	return out;
}

/* Copies to where `done` bytes of the parts end. */
static int scatter(const struct iovec *parts, size_t count, size_t done, const void *from, size_t size)
{
	const uint8_t *at = from;

	for (size_t i = 0; i < count && size; i++) {
		size_t piece;

		if (done >= parts[i].iov_len) {
			done -= parts[i].iov_len;
			continue;
		}
		piece = parts[i].iov_len - done < size ? parts[i].iov_len - done : size;
		if (machine_copy((uint8_t *)parts[i].iov_base + done, at, piece) < 0)
			return -EFAULT;
		at += piece;
		size -= piece;
		done = 0;
	}
	return 0;
}

int64_t signalfd_read(struct call *call, struct file *file, const struct iovec *parts, size_t count)
{
	struct thread *thread = call_subject(call);
	size_t room = 0, done = 0;
	bool wait = !(HOST_CALL(SYS_fcntl, file->host, F_GETFL) & O_NONBLOCK);

	for (size_t i = 0; i < count; i++)
		room += parts[i].iov_len;
	if (!thread || room < sizeof(struct signalfd_siginfo))
		return -EINVAL;
	watch_join(file->context, call->cage);
	while (room - done >= sizeof(struct signalfd_siginfo)) {
		struct signalfd_siginfo one;
		struct signal_info info;
		int64_t result = take(thread, file, wait && done == 0, &info);

		if (result <= 0)
			return done ? (int64_t)done : result;
		one = describe(&info);
		if (scatter(parts, count, done, &one, sizeof one) < 0)
			return done ? (int64_t)done : -EFAULT;
		done += sizeof one;
	}
	return (int64_t)done;
}
