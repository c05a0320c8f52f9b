/* Rule 3 of 3i: authority follows descent. Existing Lind checks nothing, so there a client sheds its grates
 * by copying the first cage's table onto itself. */
#include "threei/threei.h"

#include "threei/grate.h"

static bool unchecked;

void threei_start(bool open)
{
	unchecked = open;
	grate_start();
}

bool authority_is_open(void)
{
	return unchecked;
}

bool authority_over(const struct cage *subject, const struct cage *cage)
{
	return unchecked || cage == subject || cage_descends(cage, subject);
}

bool authority_memory(const struct thread *thread, const struct cage *cage)
{
	/* A client of a call that is being served lies below the grate as a rule, but a cage may also have
	 * given itself to it. */
	for (const struct thread *client = thread->client; client; client = client->client)
		if (client->cage == cage)
			return true;
	return authority_over(thread->cage, cage);
}

bool authority_program(const struct cage *subject, uint64_t id)
{
	return unchecked || id == subject->id || (!subject->executed && id == subject->forker_id);
}
