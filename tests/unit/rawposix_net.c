/* Rules of the network: how they are written, and what they let pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "rawposix/net.h"

/* A check asks the socket's family only; any of an internet's will do. */
static int four = -1, local = -1;

static int start(void **state)
{
	(void)state;
	four = socket(AF_INET, SOCK_DGRAM, 0);
	local = socket(AF_UNIX, SOCK_DGRAM, 0);
	return four >= 0 && local >= 0 ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	return close(four) || close(local);
}

typedef int check_function(int host, const struct sockaddr *address, socklen_t length);

static int check(check_function *function, const char *host, uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	if (inet_pton(AF_INET, host, &in.sin_addr) == 1)
		return function(four, (struct sockaddr *)&in, sizeof in);
	assert_int_equal(inet_pton(AF_INET6, host, &six.sin6_addr), 1);
	return function(four, (struct sockaddr *)&six, sizeof six);
}

static void rules_are_written_so(void **state)
{
	static const char *const wrong[] = {"",
					    ":",
					    "1.2.3.4",
					    "1.2.3.4:",
					    "1.2.3.4:0",
					    "x:1",
					    "1.2.3:1",
					    "1.2.3.4:1-",
					    "1.2.3.4:9-8",
					    "1.2.3.4:65536",
					    "::1:80",
					    "[::1:80",
					    "[::1]x:80",
					    "1.2.3.4/33:80",
					    "1.2.3.4/:80",
					    "[::1]80",
					    "*:*:1",
					    "1.2.3.4: 80",
					    "[::/129]:1",
					    "1.2.3.4:-80",
					    "80",
					    "example.org:80"};
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (net_allow(NET_CONNECT, wrong[i]))
			fail_msg("taken for a rule: %s", wrong[i]);
	assert_false(net_allow(NET_LISTEN, "0"));
	assert_false(net_allow(NET_LISTEN, "x"));
	assert_false(net_has_rules());
}

static void loopback_ends_at_the_machine(void **state)
{
	(void)state;
	rawposix_network = NETWORK_LOOPBACK;
	assert_int_equal(check(net_check_connect, "127.0.0.1", 80), 0);
	assert_int_equal(check(net_check_connect, "127.9.9.9", 80), 0);
	assert_int_equal(check(net_check_connect, "0.0.0.0", 80), 0);
	assert_int_equal(check(net_check_connect, "::1", 80), 0);
	assert_int_equal(check(net_check_connect, "::", 80), 0);
	assert_int_equal(check(net_check_connect, "::ffff:127.0.0.1", 80), 0);
	assert_int_equal(check(net_check_connect, "128.0.0.1", 80), -ENETUNREACH);
	assert_int_equal(check(net_check_send, "10.0.0.1", 80), -ENETUNREACH);
	assert_int_equal(check(net_check_send, "255.255.255.255", 80), -ENETUNREACH);
	assert_int_equal(check(net_check_send, "::ffff:10.0.0.1", 80), -ENETUNREACH);
	assert_int_equal(check(net_check_send, "fe80::1", 80), -ENETUNREACH);
	assert_int_equal(check(net_check_bind, "0.0.0.0", 80), 0);
	assert_int_equal(check(net_check_bind, "10.0.0.1", 80), -EADDRNOTAVAIL);
	/* What Linux takes for IPv4 whatever its family says; and ending a connection. */
	struct sockaddr_in in = {.sin_family = AF_UNSPEC, .sin_addr.s_addr = htonl(0x0a000001)};
	assert_int_equal(net_check_send(four, (struct sockaddr *)&in, sizeof in), -ENETUNREACH);
	assert_int_equal(net_check_connect(four, (struct sockaddr *)&in, sizeof in), 0);
	/* The kernel says what is wrong with these. */
	assert_int_equal(net_check_send(four, (struct sockaddr *)&in, 1), 0);
	in.sin_family = AF_INET;
	assert_int_equal(net_check_send(four, (struct sockaddr *)&in, 8), 0);
	assert_int_equal(net_check_send(local, (struct sockaddr *)&in, sizeof in), 0);
}

static void only_what_a_rule_names_passes(void **state)
{
	(void)state;
	rawposix_network = NETWORK_HOST;
	assert_int_equal(check(net_check_connect, "10.0.0.1", 80), 0);
	assert_true(net_allow(NET_CONNECT, "10.1.0.0/16:8000-8001"));
	assert_int_equal(check(net_check_connect, "10.1.255.255", 8001), 0);
	assert_int_equal(check(net_check_connect, "::ffff:10.1.0.0", 8000), 0);
	assert_int_equal(check(net_check_connect, "10.1.0.1", 8002), -EACCES);
	assert_int_equal(check(net_check_connect, "10.1.0.1", 7999), -EACCES);
	assert_int_equal(check(net_check_connect, "10.2.0.1", 8000), -EACCES);
	/* A rule for one direction closes the other. */
	assert_int_equal(check(net_check_bind, "0.0.0.0", 80), -EACCES);
	assert_int_equal(check(net_check_bind, "0.0.0.0", 0), 0);
	assert_int_equal(net_check_listen(four), -EACCES);
	assert_true(net_allow(NET_LISTEN, "80"));
	assert_true(net_allow(NET_LISTEN, "127.0.0.1:81"));
	assert_int_equal(check(net_check_bind, "0.0.0.0", 80), 0);
	assert_int_equal(check(net_check_bind, "::", 80), 0);
	assert_int_equal(check(net_check_bind, "0.0.0.0", 81), -EACCES);
	assert_int_equal(check(net_check_bind, "127.0.0.1", 81), 0);
	assert_true(net_allow(NET_CONNECT, "[fd00::]/8:*"));
	assert_int_equal(check(net_check_connect, "fdff::1", 1), 0);
	assert_int_equal(check(net_check_connect, "fe00::1", 1), -EACCES);
	assert_true(net_allow(NET_CONNECT, "localhost:5"));
	assert_int_equal(check(net_check_connect, "::1", 5), 0);
	assert_int_equal(check(net_check_connect, "0.0.0.0", 5), 0);
	assert_true(net_allow(NET_CONNECT, "*:7"));
	assert_int_equal(check(net_check_connect, "8.8.8.8", 7), 0);
	assert_int_equal(check(net_check_connect, "2001:db8::1", 7), 0);
	uint16_t first, last;
	assert_true(net_ports(NET_CONNECT, 0, &first, &last));
	assert_int_equal(first, 8000);
	assert_int_equal(last, 8001);
}

static void rules_have_a_limit(void **state)
{
	size_t count = 0;
	uint16_t first, last;
	(void)state;
	while (net_ports(NET_LISTEN, count, &first, &last))
		count++;
	for (; count < LIMIT_NET_RULES; count++)
		assert_true(net_allow(NET_LISTEN, "9"));
	assert_false(net_allow(NET_LISTEN, "9"));
	assert_false(net_allow(NET_LISTEN, "localhost:9"));
}

static void without_a_network_nothing_passes(void **state)
{
	(void)state;
	rawposix_network = NETWORK_NONE;
	assert_int_equal(check(net_check_connect, "127.0.0.1", 5), -EACCES);
	assert_int_equal(check(net_check_bind, "127.0.0.1", 0), -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_written_so),
		cmocka_unit_test(loopback_ends_at_the_machine),
		cmocka_unit_test(only_what_a_rule_names_passes),
		cmocka_unit_test(rules_have_a_limit),
		cmocka_unit_test(without_a_network_nothing_passes),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
