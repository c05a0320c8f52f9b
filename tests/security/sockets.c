/* Sockets and signals of the host: arguments are its secret file, a socket's path, an abstract name, a port
 * of the loopback, a process. */
#include "attack.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

static void connect_local(const char *name, bool abstract)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name);
	if (length >= sizeof address.sun_path)
		return;
	memcpy(address.sun_path + abstract, name, length);
	for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++) {
		int at = socket(AF_UNIX, type, 0);
		socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + abstract + length);
		if (at >= 0 && connect(at, (struct sockaddr *)&address, size) == 0)
			escaped("connected to %s", name);
		if (at >= 0 && sendto(at, "x", 1, MSG_DONTWAIT, (struct sockaddr *)&address, size) > 0)
			escaped("sent to %s", name);
		close(at);
	}
}

static void connect_internet(uint16_t port)
{
	static const char *const hosts[] = {"127.0.0.1", "0.0.0.0", "127.1.2.3", "10.0.0.1",
					    "255.255.255.255"};
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		for (int type = SOCK_STREAM; type <= SOCK_RAW; type++) {
			struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
			int at = socket(AF_INET, type, 0);
			inet_pton(AF_INET, hosts[i], &address.sin_addr);
			if (at >= 0)
				escaped("a socket of the internet");
			/* Standard streams may be sockets; they are none of the internet here. */
			if (connect(at, (struct sockaddr *)&address, sizeof address) == 0 ||
			    sendto(at, "x", 1, 0, (struct sockaddr *)&address, sizeof address) > 0)
				escaped("reached %s", hosts[i]);
		}
}

/* One of AF_NETLINK can be had, for a libc that wants it for message queues, but tells nothing of the host's
 * network.
 */
static bool serves(int at)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg message;
	} request = {{sizeof request, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0}, {AF_UNSPEC}};
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	char answer[4096];
	int domain = 0;
	socklen_t size = sizeof domain;
	if (at < 0)
		return false;
	getsockopt(at, SOL_SOCKET, SO_DOMAIN, &domain, &size);
	bool told = sendto(at, &request, sizeof request, MSG_DONTWAIT, (struct sockaddr *)&kernel,
			   sizeof kernel) > 0 &&
		    recv(at, answer, sizeof answer, MSG_DONTWAIT) > 0;
	close(at);
	return told || (domain != AF_NETLINK && domain != AF_UNIX);
}

int main(int count, char **arguments)
{
	static const int families[] = {AF_NETLINK, AF_PACKET, AF_VSOCK, AF_BLUETOOTH, AF_ALG, AF_KEY, AF_TIPC,
				       AF_XDP,     AF_CAN,    AF_RDS,   AF_INET6,     AF_MAX, -1};
	if (count < 6)
		return 2;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		for (int type = 0; type < 12; type++)
			if (serves(socket(families[i], type, 0)))
				escaped("a socket of family %d", families[i]);
	connect_local(arguments[2], false);
	connect_local("../outside/socket", false);
	connect_local(arguments[3], true);
	connect_internet((uint16_t)atoi(arguments[4]));
	/* Processes of the host: their numbers mean others here, or nobody. */
	pid_t outside = atoi(arguments[5]);
	for (pid_t id = outside - 3; id <= outside + 30; id++) {
		if (id < 64) /* cages of this run have low numbers */
			continue;
		for (int number = 0; number < 32; number++)
			if (kill(id, number) == 0 || kill(-id, number) == 0 ||
			    syscall(SYS_tkill, id, number) == 0)
				escaped("a signal to %d", (int)id);
		if (getpriority(PRIO_PROCESS, (id_t)id) != -1 ||
		    setpriority(PRIO_PROCESS, (id_t)id, 19) == 0 || getsid(id) >= 0 || getpgid(id) >= 0)
			escaped("process %d", (int)id);
	}
	/* Signals that a descriptor would send. */
	int pipes[2];
	if (pipe(pipes) == 0 &&
	    (fcntl(pipes[0], F_SETOWN, outside) == 0 || fcntl(pipes[0], F_SETSIG, SIGTERM) == 0))
		escaped("a descriptor's signals for %d", (int)outside);
	fcntl(pipes[0], F_SETFL, O_ASYNC);
	if (write(pipes[1], "x", 1) != 1)
		return 2;
	return end();
}
