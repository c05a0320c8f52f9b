/* Sockets of a cage: names in its view, abstract names, files and credentials, what is refused. */
#include "rawposix.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/interruptible.h"
#include "rawposix/files.h"
#include "rawposix/net.h"

/* Where each test's data lie. */
#define PAIR    GUEST
#define ADDRESS (GUEST + 0x100)
#define LENGTH  (GUEST + 0x200)
#define MESSAGE (GUEST + 0x300)
#define VECTOR  (GUEST + 0x400)
#define CONTROL (GUEST + 0x500)
#define DATA    (GUEST + 0x1000)

static char folder[] = "/tmp/lind-socket-XXXXXX";

/* The names below /dev and /proc are no matter here. */
struct file_view call_view(struct call *call)
{
	return (struct file_view){.space = call->cage->space, .attention = &call->thread->attention};
}

static int start(void **state)
{
	char error[200];
	(void)state;
	strcpy(folder, "/tmp/lind-socket-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	cage_start();
	cage.files = file_table_new();
	cage.space = file_space_new(folder, false, error, sizeof error);
	rawposix_network = NETWORK_NONE;
	return cage.files && cage.space ? 0 : -1;
}

static int stop(void **state)
{
	char command[100];
	(void)state;
	file_table_free(cage.files);
	file_space_free(cage.space);
	cage_stop();
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

/* In each test, since cmocka puts its own handlers of faults in place before it. */
static void begin(void **state)
{
	(void)state;
	assert_int_equal(guest_faults_start(), 0);
}

static uint64_t put_address(const char *path, size_t length)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, path, length);
	memcpy(at(ADDRESS), &address, sizeof address);
	return offsetof(struct sockaddr_un, sun_path) + length;
}

static void assert_address(const char *path, size_t length)
{
	struct sockaddr_un address;
	memcpy(&address, at(ADDRESS), sizeof address);
	assert_int_equal(word(LENGTH), offsetof(struct sockaddr_un, sun_path) + length);
	assert_int_equal(address.sun_family, AF_UNIX);
	assert_memory_equal(address.sun_path, path, length);
}

static void clear_address(void)
{
	memset(at(ADDRESS), 0xee, 128);
	put_word(LENGTH, 128);
}

static uint64_t new_socket(int type)
{
	int64_t fd = CALL(socket, AF_UNIX, (uint64_t)type, 0);
	assert_true(fd >= 0);
	return (uint64_t)fd;
}

static uint64_t new_pair(int type)
{
	assert_int_equal(CALL(socketpair, AF_UNIX, (uint64_t)type, 0, PAIR), 0);
	assert_int_equal(word(PAIR) + 1, word(PAIR + 4));
	return word(PAIR);
}

static void close_all(uint64_t from)
{
	file_close_range(cage.files, (unsigned)from, 200, false);
}

static void check_names(const char *path)
{
	char host[200];
	struct stat status;
	uint64_t server = new_socket(SOCK_STREAM), client = new_socket(SOCK_STREAM);
	size_t size = strlen(path) + 1;
	uint64_t length = put_address(path, size);
	assert_int_equal(CALL(bind, server, ADDRESS, length), 0);
	snprintf(host, sizeof host, "%s/%s", folder, path);
	assert_int_equal(lstat(host, &status), 0);
	assert_true(S_ISSOCK(status.st_mode));
	assert_int_equal(status.st_mode & 0777, 0755);
	assert_int_equal(CALL(bind, new_socket(SOCK_STREAM), ADDRESS, length), -EADDRINUSE);
	assert_int_equal(CALL(listen, server, 5), 0);
	clear_address();
	assert_int_equal(CALL(getsockname, server, ADDRESS, LENGTH), 0);
	assert_address(path, size);
	put_address(path, size);
	assert_int_equal(CALL(connect, client, ADDRESS, length), 0);
	clear_address();
	int64_t accepted = CALL(accept4, server, ADDRESS, LENGTH, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_true(accepted >= 0);
	assert_int_equal(word(LENGTH), 2); /* the client has no name */
	assert_int_equal(file_get_close_on_exec(cage.files, (int)accepted), 1);
	assert_int_equal(CALL(recvfrom, (uint64_t)accepted, DATA, 1, 0), -EAGAIN);
	clear_address();
	assert_int_equal(CALL(getpeername, client, ADDRESS, LENGTH), 0);
	assert_address(path, size);
	/* Cut where the guest's room ends, and the whole length told. */
	clear_address();
	put_word(LENGTH, 4);
	assert_int_equal(CALL(getpeername, client, ADDRESS, LENGTH), 0);
	assert_int_equal(word(LENGTH), length);
	assert_int_equal(word(ADDRESS + 4), 0xeeeeeeee);
	close_all(server);
}

static void names_are_the_guests(void **state)
{
	char long_name[108];
	begin(state);
	assert_int_equal(
		mkdirat(AT_FDCWD, (snprintf(long_name, sizeof long_name, "%s/a", folder), long_name), 0755),
		0);
	check_names("plain");
	check_names("/top");
	check_names("/a/deep");
	check_names("a/../a/round");
	memset(long_name, 'n', sizeof long_name);
	long_name[0] = '/';
	long_name[107] = 0;
	check_names(long_name);
}

static void a_name_may_fill_its_room(void **state)
{
	begin(state);
	char name[108];
	uint64_t server = new_socket(SOCK_DGRAM);
	memset(name, 'x', sizeof name);
	uint64_t length = put_address(name, sizeof name);
	assert_int_equal(length, 110);
	assert_int_equal(CALL(bind, server, ADDRESS, length), 0);
	assert_int_equal(CALL(connect, new_socket(SOCK_DGRAM), ADDRESS, length), 0);
}

static void bad_names_are_answered_as_by_linux(void **state)
{
	begin(state);
	uint64_t fd = new_socket(SOCK_STREAM);
	assert_int_equal(CALL(bind, fd, ADDRESS, put_address("none/x", 7)), -ENOENT);
	assert_int_equal(CALL(bind, fd, ADDRESS, put_address("x/", 3)), -ENOENT);
	assert_int_equal(CALL(bind, fd, ADDRESS, put_address("/", 2)), -EADDRINUSE);
	assert_int_equal(CALL(bind, fd, ADDRESS, put_address(".", 2)), -EADDRINUSE);
	assert_int_equal(CALL(connect, fd, ADDRESS, put_address("none", 5)), -ENOENT);
	assert_int_equal(CALL(connect, fd, ADDRESS, put_address("../../etc/passwd", 17)), -ENOENT);
	assert_int_equal(CALL(connect, fd, ADDRESS, put_address("/", 2)), -ECONNREFUSED);
	assert_int_equal(CALL(connect, fd, ADDRESS, 2), -EINVAL);
	assert_int_equal(CALL(connect, fd, ADDRESS, 1000), -EINVAL);
	assert_int_equal(CALL(connect, fd, END - 4, 20), -EFAULT);
	assert_int_equal(CALL(connect, 50, ADDRESS, 20), -EBADF);
	assert_int_equal(CALL(bind, fd, ADDRESS, put_address("twice", 6)), 0);
	assert_int_equal(CALL(bind, fd, ADDRESS, put_address("again", 6)), -EINVAL);
	close_all(0);
}

static void abstract_names_are_the_runs_own(void **state)
{
	begin(state);
	uint64_t server = new_socket(SOCK_DGRAM), client = new_socket(SOCK_DGRAM);
	char text[100];
	int size = snprintf(text, sizeof text, "%clind-test-%d", 0, getpid());
	uint64_t length = put_address(text, (size_t)size);
	assert_int_equal(CALL(bind, server, ADDRESS, length), 0);
	clear_address();
	assert_int_equal(CALL(getsockname, server, ADDRESS, LENGTH), 0);
	assert_address(text, (size_t)size);
	assert_int_equal(CALL(connect, client, ADDRESS, length), 0);
	/* The host has no such name. */
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, text, (size_t)size);
	int outside = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(connect(outside, (struct sockaddr *)&address, (socklen_t)length), -1);
	assert_int_equal(errno, ECONNREFUSED);
	/* And the cage does not reach the host's. */
	text[1] = 'L';
	memcpy(address.sun_path, text, (size_t)size);
	assert_int_equal(bind(outside, (struct sockaddr *)&address, (socklen_t)length), 0);
	put_address(text, (size_t)size);
	assert_int_equal(CALL(connect, client, ADDRESS, length), -ECONNREFUSED);
	close(outside);
	/* Any name: five digits, and connected peers see it. */
	put_address("", 0);
	uint64_t any = new_socket(SOCK_DGRAM);
	assert_int_equal(CALL(bind, any, ADDRESS, 2), 0);
	clear_address();
	assert_int_equal(CALL(getsockname, any, ADDRESS, LENGTH), 0);
	assert_int_equal(word(LENGTH), 2 + 1 + 5);
	assert_int_equal(CALL(connect, client, ADDRESS, 8), 0);
	close_all(0);
}

static void datagrams_say_where_they_come_from(void **state)
{
	begin(state);
	uint64_t a = new_socket(SOCK_DGRAM), b = new_socket(SOCK_DGRAM);
	assert_int_equal(CALL(bind, a, ADDRESS, put_address("/a", 3)), 0);
	assert_int_equal(CALL(bind, b, ADDRESS, put_address("b", 2)), 0);
	strcpy(at(DATA), "hello");
	assert_int_equal(CALL(sendto, a, DATA, 5, 0, ADDRESS, put_address("/b", 3)), 5);
	memset(at(DATA), 0, 16);
	clear_address();
	assert_int_equal(CALL(recvfrom, b, DATA, 16, 0, ADDRESS, LENGTH), 5);
	assert_string_equal(at(DATA), "hello");
	assert_address("/a", 3);
	assert_int_equal(CALL(sendto, a, DATA, 5, 0, ADDRESS, put_address("gone", 5)), -ENOENT);
	assert_int_equal(CALL(sendto, a, END - 1, 5, 0, ADDRESS, put_address("b", 2)), -EFAULT);
	close_all(0);
}

/* A message of one buffer, with the control bytes at CONTROL. */
static void put_message(uint32_t length, uint32_t control_length)
{
	const struct guest_iovec vector = {DATA, length};
	const struct guest_msghdr header = {
		.vector = VECTOR, .vector_length = 1, .control = CONTROL, .control_length = control_length};
	memcpy(at(VECTOR), &vector, sizeof vector);
	memcpy(at(MESSAGE), &header, sizeof header);
}

static struct guest_msghdr get_message(void)
{
	struct guest_msghdr header;
	memcpy(&header, at(MESSAGE), sizeof header);
	return header;
}

static uint32_t put_files(const int32_t *files, unsigned count)
{
	const struct guest_cmsghdr header = {(uint32_t)(sizeof header + count * 4), SOL_SOCKET, SCM_RIGHTS};
	memcpy(at(CONTROL), &header, sizeof header);
	memcpy(at(CONTROL + 12), files, count * sizeof *files);
	return header.length;
}

static void files_travel_with_messages(void **state)
{
	begin(state);
	uint64_t a = new_pair(SOCK_STREAM), b = a + 1;
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	int32_t reader = file_install(cage.files, file_new(ends[0], O_RDONLY), 20, 64, false);
	int32_t writer = file_install(cage.files, file_new(ends[1], O_WRONLY), 20, 64, false);
	const int32_t both[2] = {reader, writer};
	put_message(1, put_files(both, 2));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), 1);
	memset(at(CONTROL), 0xee, 64);
	put_message(1, 64);
	assert_int_equal(CALL(recvmsg, b, MESSAGE, MSG_CMSG_CLOEXEC), 1);
	struct guest_msghdr got = get_message();
	assert_int_equal(got.control_length, 20);
	assert_int_equal(word(CONTROL), 20);
	assert_int_equal(word(CONTROL + 4), SOL_SOCKET);
	assert_int_equal(word(CONTROL + 8), SCM_RIGHTS);
	uint32_t first = word(CONTROL + 12), second = word(CONTROL + 16);
	assert_int_equal(first, b + 1);
	assert_int_equal(second, b + 2);
	assert_int_equal(file_get_close_on_exec(cage.files, (int)first), 1);
	/* The same pipe. */
	struct file *file = file_get(cage.files, (int)second);
	assert_int_equal(write(file->host, "z", 1), 1);
	file_unref(file);
	file = file_get(cage.files, reader);
	char byte = 0;
	assert_int_equal(read(file->host, &byte, 1), 1);
	assert_int_equal(byte, 'z');
	file_unref(file);
	/* Room for one of two: the other is closed, and the guest told. */
	put_message(1, put_files(both, 2));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), 1);
	put_message(1, 16);
	assert_int_equal(CALL(recvmsg, b, MESSAGE, 0), 1);
	got = get_message();
	assert_true(got.flags & MSG_CTRUNC);
	assert_int_equal(got.control_length, 16);
	assert_int_equal(word(CONTROL), 16);
	assert_int_equal(word(CONTROL + 12), b + 3);
	/* No descriptor free: the same. */
	cage.limits[RLIMIT_NOFILE].rlim_cur = b + 4;
	put_message(1, put_files(both, 2));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), 1);
	put_message(1, 64);
	assert_int_equal(CALL(recvmsg, b, MESSAGE, 0), 1);
	assert_true(get_message().flags & MSG_CTRUNC);
	assert_int_equal(get_message().control_length, 0);
	/* No room at all. */
	put_message(1, put_files(both, 2));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), 1);
	put_message(1, 0);
	assert_int_equal(CALL(recvmsg, b, MESSAGE, 0), 1);
	assert_true(get_message().flags & MSG_CTRUNC);
	close_all(0);
}

static void what_is_read_only_stays_so(void **state)
{
	begin(state);
	uint64_t a = new_pair(SOCK_STREAM), b = a + 1;
	char name[64];
	snprintf(name, sizeof name, "%s/file", folder);
	struct file *file = file_new(open(name, O_CREAT | O_RDONLY | O_CLOEXEC, 0600), O_RDONLY);
	file->read_only = true;
	const int32_t sent = file_install(cage.files, file_ref(file), 0, 64, false);
	put_message(1, put_files(&sent, 1));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), 1);
	put_message(1, 64);
	assert_int_equal(CALL(recvmsg, b, MESSAGE, 0), 1);
	struct file *received = file_get(cage.files, (int)word(CONTROL + 12));
	assert_non_null(received);
	assert_ptr_not_equal(received, file);
	assert_true(received->read_only);
	file_unref(received);
	file_unref(file);
	close_all(0);
}

static void bad_control_is_refused(void **state)
{
	begin(state);
	uint64_t a = new_pair(SOCK_DGRAM);
	int32_t files[254];
	for (unsigned i = 0; i < 254; i++)
		files[i] = (int32_t)a;
	put_message(1, put_files(files, 253));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), 1);
	put_message(1, put_files(files, 254));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EINVAL);
	files[1] = 99;
	put_message(1, put_files(files, 2));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EBADF);
	files[1] = -1;
	put_message(1, put_files(files, 2));
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EBADF);
	put_message(1, put_files(files, 2) - 1); /* its length leaves the buffer */
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EINVAL);
	put_word(CONTROL, 11);
	put_message(1, 64);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EINVAL);
	put_word(CONTROL, UINT32_MAX);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EINVAL);
	put_message(1, UINT32_MAX);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -ENOBUFS);
	assert_int_equal(CALL(sendmsg, a, END - 4, 0), -EFAULT);
	put_message(1, 0);
	put_word(MESSAGE + 12, 1025);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EMSGSIZE);
	const struct guest_cmsghdr other = {16, 0, 8}; /* IPPROTO_IP, IP_PKTINFO: needs the host's network */
	memcpy(at(CONTROL), &other, sizeof other);
	put_message(1, 16);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EPERM);
	close_all(0);
}

static void credentials_are_the_cages(void **state)
{
	begin(state);
	uint64_t a = new_pair(SOCK_DGRAM), b = a + 1;
	put_word(DATA, 1);
	assert_int_equal(CALL(setsockopt, b, SOL_SOCKET, SO_PASSCRED, DATA, 4), 0);
	const struct guest_cmsghdr header = {24, SOL_SOCKET, SCM_CREDENTIALS};
	memcpy(at(CONTROL), &header, sizeof header);
	struct ucred ids = {CAGE_ID, 1000, 100};
	memcpy(at(CONTROL + 12), &ids, sizeof ids);
	put_message(1, 24);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), 1);
	put_message(1, 64);
	assert_int_equal(CALL(recvmsg, b, MESSAGE, 0), 1);
	assert_int_equal(get_message().control_length, 24);
	assert_int_equal(word(CONTROL + 12), 0); /* nobody's id, least of all the host's */
	ids.pid = 1;
	memcpy(at(CONTROL), &header, sizeof header);
	memcpy(at(CONTROL + 12), &ids, sizeof ids);
	put_message(1, 24);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EPERM);
	put_word(LENGTH, 12);
	assert_int_equal(CALL(getsockopt, a, SOL_SOCKET, SO_PEERCRED, DATA, LENGTH), 0);
	assert_int_equal(word(DATA), 0);
	assert_int_equal(word(LENGTH), 12);
	close_all(0);
}

static void several_messages_at_once(void **state)
{
	begin(state);
	uint64_t a = new_pair(SOCK_DGRAM), b = a + 1;
	for (uint32_t i = 0; i < 3; i++) {
		const struct guest_iovec vector = {DATA + 16 * i, 10 + i};
		const struct guest_mmsghdr header = {
			.header = {.vector = VECTOR + 8 * i, .vector_length = 1}};
		memcpy(at(VECTOR + 8 * i), &vector, sizeof vector);
		memcpy(at(MESSAGE + 32 * i), &header, sizeof header);
	}
	assert_int_equal(CALL(sendmmsg, a, MESSAGE, 2, 0), 2);
	assert_int_equal(word(MESSAGE + 28), 10);
	assert_int_equal(word(MESSAGE + 32 + 28), 11);
	assert_int_equal(CALL(recvmmsg, b, MESSAGE, 3, MSG_WAITFORONE, 0), 2);
	assert_int_equal(word(MESSAGE + 32 + 28), 11);
	assert_int_equal(CALL(recvmmsg, b, MESSAGE, 3, MSG_DONTWAIT, 0), -EAGAIN);
	assert_int_equal(CALL(sendmmsg, a, END - 16, 2, 0), -EFAULT);
	close_all(0);
}

static void a_broken_stream_raises_sigpipe(void **state)
{
	begin(state);
	signal(SIGPIPE, SIG_DFL); /* which this process must not get */
	uint64_t a = new_pair(SOCK_STREAM);
	file_close(cage.files, (int)a + 1);
	assert_int_equal(CALL(sendto, a, DATA, 1, MSG_NOSIGNAL), -EPIPE);
	assert_int_equal(signals_sent[SIGPIPE], 0);
	assert_int_equal(CALL(sendto, a, DATA, 1, 0), -EPIPE);
	assert_int_equal(signals_sent[SIGPIPE], 1);
	put_message(1, 0);
	assert_int_equal(CALL(sendmsg, a, MESSAGE, 0), -EPIPE);
	assert_int_equal(signals_sent[SIGPIPE], 2);
	close_all(0);
}

static void *kick_soon(void *sleeper)
{
	usleep(30000);
	atomic_store(&thread.attention, ATTENTION_SIGNAL);
	host_kick(*(pthread_t *)sleeper);
	return NULL;
}

static void waiting_ends_when_there_is_a_signal(void **state)
{
	begin(state);
	pthread_t self = pthread_self(), kicker;
	uint64_t a = new_pair(SOCK_STREAM), server = new_socket(SOCK_STREAM);
	assert_int_equal(host_kick_start(), 0);
	assert_int_equal(pthread_create(&kicker, NULL, kick_soon, &self), 0);
	assert_int_equal(CALL(recvfrom, a, DATA, 1, 0), -EINTR);
	pthread_join(kicker, NULL);
	atomic_store(&thread.attention, 0);
	assert_int_equal(CALL(bind, server, ADDRESS, put_address("s", 2)), 0);
	assert_int_equal(CALL(listen, server, 1), 0);
	assert_int_equal(pthread_create(&kicker, NULL, kick_soon, &self), 0);
	assert_int_equal(CALL(accept, server, 0, 0), -EINTR);
	pthread_join(kicker, NULL);
	close_all(0);
}

static void the_network_needs_leave(void **state)
{
	begin(state);
	assert_int_equal(CALL(socket, AF_INET, SOCK_STREAM, 0), -EACCES);
	assert_int_equal(CALL(socket, AF_INET6, SOCK_DGRAM, 0), -EACCES);
	assert_int_equal(CALL(socket, AF_NETLINK, SOCK_RAW, 15), -EAFNOSUPPORT);
	assert_int_equal(CALL(socket, AF_NETLINK, SOCK_DGRAM, 0), -EAFNOSUPPORT);
	assert_int_equal(CALL(socket, AF_PACKET, SOCK_RAW, 0), -EAFNOSUPPORT);
	assert_int_equal(CALL(socket, AF_INET, SOCK_RAW, 1), -EPERM);
	assert_int_equal(CALL(socket, AF_UNIX, SOCK_STREAM, 77), -EPROTONOSUPPORT);
	assert_int_equal(CALL(socketpair, AF_INET, SOCK_STREAM, 0, PAIR), -EOPNOTSUPP);
	assert_int_equal(CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, END - 4), -EFAULT);
	assert_int_equal(file_next_open(cage.files, 0), -1);
	assert_int_equal(CALL(socketpair, AF_UNIX, 0x100000 | SOCK_STREAM, 0, PAIR), -EINVAL);
}

/* glibc has one for mq_notify; nothing of the host's can be asked through it. */
static void the_socket_for_notices_leads_nowhere(void **state)
{
	begin(state);
	assert_int_equal(CALL(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0), 0);
	struct sockaddr_nl address = {.nl_family = AF_NETLINK};
	memcpy(at(ADDRESS), &address, sizeof address);
	assert_true(CALL(bind, 0, ADDRESS, sizeof address) < 0);
	assert_true(CALL(sendto, 0, DATA, 1, MSG_DONTWAIT, ADDRESS, sizeof address) < 0);
	assert_int_equal(CALL(recvfrom, 0, DATA, 100, MSG_DONTWAIT), -EAGAIN);
	close_all(0);
}

static void loopback_is_not_left(void **state)
{
	begin(state);
	rawposix_network = NETWORK_LOOPBACK;
	uint64_t fd = (uint64_t)CALL(socket, AF_INET, SOCK_DGRAM, 0);
	static const uint8_t near[16] = {AF_INET, 0, 0, 9, 127, 0, 0, 1};
	char interface[16];
	socklen_t size = sizeof interface;
	struct file *file = file_get(cage.files, (int)fd);
	assert_int_equal(getsockopt(file->host, SOL_SOCKET, SO_BINDTODEVICE, interface, &size), 0);
	assert_string_equal(interface, "lo");
	file_unref(file);
	memcpy(at(ADDRESS), near, sizeof near);
	assert_int_equal(CALL(sendto, fd, DATA, 1, 0, ADDRESS, 16), 1);
	assert_int_equal(CALL(setsockopt, fd, SOL_SOCKET, SO_BINDTODEVICE, DATA, 0), -ENOPROTOOPT);
	close_all(0);
}

static void options_are_those_on_the_list(void **state)
{
	begin(state);
	uint64_t a = new_pair(SOCK_STREAM);
	put_word(LENGTH, 4);
	assert_int_equal(CALL(getsockopt, a, SOL_SOCKET, SO_TYPE, DATA, LENGTH), 0);
	assert_int_equal(word(DATA), SOCK_STREAM);
	put_word(LENGTH, 2);
	assert_int_equal(CALL(getsockopt, a, SOL_SOCKET, SO_TYPE, DATA, LENGTH), 0);
	assert_int_equal(word(LENGTH), 2);
	put_word(LENGTH, UINT32_MAX);
	assert_int_equal(CALL(getsockopt, a, SOL_SOCKET, SO_TYPE, DATA, LENGTH), -EINVAL);
	assert_int_equal(CALL(setsockopt, a, SOL_SOCKET, SO_ATTACH_FILTER, DATA, 16), -ENOPROTOOPT);
	assert_int_equal(CALL(setsockopt, a, SOL_SOCKET, SO_RCVBUFFORCE, DATA, 4), -ENOPROTOOPT);
	assert_int_equal(CALL(setsockopt, a, IPPROTO_IP, 64, DATA, 4), -ENOPROTOOPT);
	assert_int_equal(CALL(setsockopt, a, SOL_SOCKET, SO_RCVBUF, DATA, (uint64_t)-1), -EINVAL);
	assert_int_equal(CALL(setsockopt, a, SOL_SOCKET, SO_RCVBUF, END - 2, 4), -EFAULT);
	assert_int_equal(CALL(shutdown, a, SHUT_WR), 0);
	assert_int_equal(CALL(recvfrom, a + 1, DATA, 1, 0), 0);
	close_all(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_the_guests),
		TEST(a_name_may_fill_its_room),
		TEST(bad_names_are_answered_as_by_linux),
		TEST(abstract_names_are_the_runs_own),
		TEST(datagrams_say_where_they_come_from),
		TEST(files_travel_with_messages),
		TEST(what_is_read_only_stays_so),
		TEST(bad_control_is_refused),
		TEST(credentials_are_the_cages),
		TEST(several_messages_at_once),
		TEST(a_broken_stream_raises_sigpipe),
		TEST(waiting_ends_when_there_is_a_signal),
		TEST(the_network_needs_leave),
		TEST(the_socket_for_notices_leads_nowhere),
		TEST(loopback_is_not_left),
		TEST(options_are_those_on_the_list),
	};
	return cmocka_run_group_tests_name("rawposix_socket", tests, NULL, NULL);
}
