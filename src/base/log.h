/* What the runtime tells its user: one line a message on the standard error, after "lind: ". */
#ifndef LIND_BASE_LOG_H
#define LIND_BASE_LOG_H

/* How much is said. Set once, at start, before other threads exist. */
enum log_level {
	LOG_ERRORS, /* only what went wrong */
	LOG_NOTES,  /* -v: also what a user may want to know */
	LOG_DETAILS /* -vv: also what a developer may want to know */
};
void log_set_level(enum log_level level);

/* Each writes one line, whole even among threads: what is longer than 1000 bytes is cut, and control
 * characters in it become '?', since messages quote what guests say. Any thread; errno is kept. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
