#!/bin/bash
# --net, --connect and --listen, as a program meets them.
. "$TOP/tests/cli/lib.sh"
cat >net.c <<'C'
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address_of(const char *host, int port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};

	inet_pton(AF_INET, host, &in.sin_addr);
	return in;
}

static const char *name(long result)
{
	return result >= 0 ? "0" : strerrorname_np(errno);
}

/* Binds and listens, as far as it comes. */
static const char *serve(const char *host, int port)
{
	struct sockaddr_in in = address_of(host, port);
	int one = 1, at = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(at, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	return name(at < 0 ? -1 : bind(at, (struct sockaddr *)&in, sizeof in) ? -1 : listen(at, 5));
}

int main(int argc, char **argv)
{
	const char *host = argv[2];
	int port = argc > 3 ? atoi(argv[3]) : 0;
	struct sockaddr_in in = address_of(argc > 2 ? host : "0.0.0.0", port);
	int datagrams = socket(AF_INET, SOCK_DGRAM, 0), stream = socket(AF_INET, SOCK_STREAM, 0);
	struct iovec part = {"x", 1};
	struct mmsghdr message = {{&in, sizeof in, &part, 1}};

	if (argc < 4)
		return printf("%s", name(datagrams)) < 0;
	if (argv[1][0] == 's')
		return printf("%s", serve(host, port)) < 0;
	/* Nobody listens: what passes is refused by who is not there. */
	printf("%s ", name(connect(stream, (struct sockaddr *)&in, sizeof in)));
	printf("%s ", name(sendto(datagrams, "x", 1, 0, (struct sockaddr *)&in, sizeof in)));
	printf("%s ", name(sendmsg(datagrams, &message.msg_hdr, 0)));
	printf("%s ", name(sendmmsg(datagrams, &message, 1, 0)));
	in.sin_family = AF_UNSPEC;
	printf("%s ", name(sendto(socket(AF_INET, SOCK_DGRAM, 0), "x", 1, 0, (struct sockaddr *)&in, sizeof in)));
	in.sin_family = AF_INET;
	printf("%s", name(connect(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&in, sizeof in)));
	return 0;
}
C
lind-clang -O1 net.c -o net || fail "net.c does not compile"
works EACCES lind ./net
all() { echo "$1 $1 $1 $1 $1 $1"; }
works "$(all ENETUNREACH)" lind --net loopback ./net connect 10.0.0.1 9
works "$(all ENETUNREACH)" lind --net loopback ./net connect 255.255.255.255 9
works EADDRNOTAVAIL lind --net loopback ./net serve 10.0.0.1 0
works 0 lind --net loopback ./net serve 127.0.0.1 0
# A port that nobody has, most likely, since the kernel gives it to clients only by chance; if somebody has it, it is not refused by us.
for rule in --connect=127.0.0.1:45871 --connect=localhost:45000-46000 "--connect=127.0.0.0/8:*" "--connect=*:45871"; do
	lind --net loopback "$rule" ./net connect 127.0.0.1 45871 >"$logs/out" 2>"$logs/err" </dev/null
	grep -q EACCES "$logs/out" "$logs/err" && fail "$rule: $(cat "$logs/out" "$logs/err")"
done
for rule in --connect=127.0.0.1:45872 --connect=127.0.0.2:45871 --connect=1.0.0.0/8:45871 "--connect=[::1]:45871" --listen=45871; do
	works "$(all EACCES)" lind --net loopback "$rule" ./net connect 127.0.0.1 45871
done
works 0 lind --net loopback --listen 45871 ./net serve 0.0.0.0 45871
works 0 lind --net loopback --listen 127.0.0.1:45000-46000 ./net serve 127.0.0.1 45872
works EACCES lind --net loopback --listen 127.0.0.1:45871 ./net serve 0.0.0.0 45871
works EACCES lind --net loopback --listen 45871 ./net serve 127.0.0.1 45872
works EACCES lind --net loopback --listen 45871 ./net serve 127.0.0.1 0
works EACCES lind --net loopback --connect localhost:9 ./net serve 127.0.0.1 45871
works EACCES lind --net host --connect localhost:9 ./net serve 127.0.0.1 45871
works "$(all EACCES)" lind --net host --connect localhost:9 ./net connect 192.0.2.1 9
finish
