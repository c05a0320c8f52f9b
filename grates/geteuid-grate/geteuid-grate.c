/* geteuid-grate: the clients' effective user is a fixed one, 10 or --uid. The smallest grate: one call, no
 * look at the client. */
#include <errno.h>
#include <lind/grate.h>
#include <stdlib.h>
#include <sys/syscall.h>

static int64_t uid = 10;

static void set_uid(const char *value)
{
	char *end;
	errno = 0;
	unsigned long long number = strtoull(value, &end, 10);
	if (errno || end == value || *end || *value == '-' || number > UINT32_MAX)
		grate_die(125, "%s: not a user id", value);
	uid = (int64_t)number;
}

static int64_t geteuid_handler(uint64_t self, uint64_t a1, uint64_t c1, uint64_t a2, uint64_t c2, uint64_t a3,
			       uint64_t c3, uint64_t a4, uint64_t c4, uint64_t a5, uint64_t c5, uint64_t a6,
			       uint64_t c6)
{
	(void)self, (void)a1, (void)c1, (void)a2, (void)c2, (void)a3, (void)c3;
	(void)a4, (void)c4, (void)a5, (void)c5, (void)a6, (void)c6;
	return uid;
}

int main(int argc, char **argv)
{
	static const struct grate_option options[] = {
		{'u', "uid", "N", "the user id to answer (10)", set_uid}, {0}};
	char **command = grate_options(argc, argv, "Answers geteuid with a fixed user id", options);
	grate_handle_raw(SYS_geteuid, geteuid_handler);
	return grate_run(command);
}
