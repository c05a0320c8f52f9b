/* Messages: one line each, whatever is in them. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

static int saved, ends[2];

static int start(void **state)
{
	(void)state;
	saved = dup(STDERR_FILENO);
	return pipe2(ends, O_NONBLOCK) || dup2(ends[1], STDERR_FILENO) < 0;
}

static int stop(void **state)
{
	(void)state;
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

/* What has been written since the last time. */
static const char *written(void)
{
	static char text[4096];
	ssize_t length = read(ends[0], text, sizeof text - 1);
	text[length < 0 ? 0 : length] = 0;
	return text;
}

static void a_message_is_one_line(void **state)
{
	(void)state;
	char text[3000];
	log_error("%s: no such file", "a\nb\033[1m");
	assert_string_equal(written(), "lind: a?b?[1m: no such file\n");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = 0;
	log_error("%s", text);
	const char *line = written();
	assert_int_equal(strlen(line), 6 + 999 + 1);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void the_level_decides(void **state)
{
	(void)state;
	log_note("note");
	log_detail("detail");
	assert_string_equal(written(), "");
	log_set_level(LOG_NOTES);
	log_note("note");
	log_detail("detail");
	assert_string_equal(written(), "lind: note\n");
	log_set_level(LOG_DETAILS);
	errno = EXDEV;
	log_detail("detail");
	assert_int_equal(errno, EXDEV);
	assert_string_equal(written(), "lind: detail\n");
	log_set_level(LOG_ERRORS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_message_is_one_line, start, stop),
		cmocka_unit_test_setup_teardown(the_level_decides, start, stop),
	};
	return cmocka_run_group_tests_name("base_log", tests, NULL, NULL);
}
