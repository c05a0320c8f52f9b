/*
 * progress.c — the line on the terminal that says why nothing happens, while a large program is compiled for
 * the first time. It appears after a second and is erased at the end, so that it never mixes with the
 * program's own output.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "engine/internal.h"

struct engine_progress {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
	char name[64];
};

static void print(const char *text, int length)
{
	if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0) {
		/* The terminal is gone; there is nobody to tell. */
	}
}

static void *watch(void *argument)
{
	struct engine_progress *progress = argument;
	char line[128];
	bool shown = false;
	struct timespec next;
	clock_gettime(CLOCK_MONOTONIC, &next);
	pthread_mutex_lock(&progress->lock);
	for (int seconds = 1; !progress->done; seconds++) {
		next.tv_sec++;
		while (!progress->done &&
		       pthread_cond_timedwait(&progress->changed, &progress->lock, &next) == 0)
			;
		if (progress->done)
			break;
		shown = true;
		print(line, snprintf(line, sizeof line, "\r\033[Klind: compiling %s, once … %d s",
				     progress->name, seconds));
	}
	pthread_mutex_unlock(&progress->lock);
	if (shown)
		print("\r\033[K", 4);
	return NULL;
}

struct engine_progress *engine_progress_begin(const char *name)
{
	if (!engine.progress)
		return NULL;
	struct engine_progress *progress = calloc(1, sizeof *progress);
	if (!progress)
		return NULL;
	snprintf(progress->name, sizeof progress->name, "%s", name);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&progress->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&progress->lock, NULL);

	/* The thread takes no signals that are meant for guests. */
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int status = pthread_create(&progress->thread, NULL, watch, progress);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status != 0) {
		free(progress);
		return NULL;
	}
	return progress;
}

void engine_progress_end(struct engine_progress *progress)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->lock);
	progress->done = true;
	pthread_cond_signal(&progress->changed);
	pthread_mutex_unlock(&progress->lock);
	pthread_join(progress->thread, NULL);
	free(progress);
}
