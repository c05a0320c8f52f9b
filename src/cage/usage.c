/* Accounts: what a cage's threads and its ended children have used. */
#include "cage/cage.h"
#include "cage/thread.h"

#include <sys/time.h>
#include <time.h>

/* What this host thread had used when it took up its guest thread: host threads serve one after another. */
static __thread struct rusage mark;

static void usage_mark(void)
{
	getrusage(RUSAGE_THREAD, &mark);
}

static void usage_add(struct rusage *to, const struct rusage *more)
{
	timeradd(&to->ru_utime, &more->ru_utime, &to->ru_utime);
	timeradd(&to->ru_stime, &more->ru_stime, &to->ru_stime);
	if (more->ru_maxrss > to->ru_maxrss)
		to->ru_maxrss = more->ru_maxrss;
	to->ru_minflt += more->ru_minflt;
	to->ru_majflt += more->ru_majflt;
	to->ru_inblock += more->ru_inblock;
	to->ru_oublock += more->ru_oublock;
	to->ru_nvcsw += more->ru_nvcsw;
	to->ru_nivcsw += more->ru_nivcsw;
}

void usage_thread(struct rusage *usage)
{
	getrusage(RUSAGE_THREAD, usage);
	timersub(&usage->ru_utime, &mark.ru_utime, &usage->ru_utime);
	timersub(&usage->ru_stime, &mark.ru_stime, &usage->ru_stime);
	usage->ru_minflt -= mark.ru_minflt;
	usage->ru_majflt -= mark.ru_majflt;
	usage->ru_inblock -= mark.ru_inblock;
	usage->ru_oublock -= mark.ru_oublock;
	usage->ru_nvcsw -= mark.ru_nvcsw;
	usage->ru_nivcsw -= mark.ru_nivcsw;
}

static int64_t clock_of(pthread_t host)
{
	struct timespec time;
	clockid_t clock;

	if (pthread_getcpuclockid(host, &clock) || clock_gettime(clock, &time))
		return 0;
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void usage_thread_starts(struct thread *thread)
{
	usage_mark();
	thread->cpu_mark = clock_of(pthread_self());
}

int64_t usage_cpu(struct cage *cage, uint32_t thread_id, unsigned *running)
{
	struct timeval ended;
	int64_t sum = INT64_MIN;

	*running = 1;
	pthread_mutex_lock(&cage_tree_lock);
	if (!thread_id) {
		timeradd(&cage->ended_usage.ru_utime, &cage->ended_usage.ru_stime, &ended);
		sum = ended.tv_sec * INT64_C(1000000000) + ended.tv_usec * 1000;
		if (cage->thread_count)
			*running = cage->thread_count;
	}
	for (struct thread *thread = cage->threads; thread; thread = thread->next) {
		if (thread_id && thread->id != thread_id)
			continue;
		/* One that has no host thread yet has not run. */
		sum = (thread_id ? 0 : sum) + (thread->host ? clock_of(thread->host) - thread->cpu_mark : 0);
	}
	pthread_mutex_unlock(&cage_tree_lock);
	return sum;
}

void usage_thread_ends(struct cage *cage)
{
	struct rusage usage;

	usage_thread(&usage);
	pthread_mutex_lock(&cage_tree_lock);
	usage_add(&cage->ended_usage, &usage);
	pthread_mutex_unlock(&cage_tree_lock);
}

void usage_all(struct rusage *usage, const struct cage *cage)
{
	*usage = cage->ended_usage;
	usage_add(usage, &cage->children_usage);
}

void usage_child_ends(struct cage *cage, const struct cage *child)
{
	usage_add(&cage->children_usage, &child->ended_usage);
	usage_add(&cage->children_usage, &child->children_usage);
}
