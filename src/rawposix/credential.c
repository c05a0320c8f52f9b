/* Users and groups. A cage starts with the host's ids; they are its own from then on, and changing them
 * follows the rules for a program without privilege even where the id is 0: no id gives a cage any power, so
 * none may be taken on that it does not have, real, effective or saved. What the host's files allow is
 * decided by the host's ids. */
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "abi/arguments.h"
#include "base/cleanup.h"
#include "cage/cage.h"
#include "rawposix/calls.h"
#include "rawposix/credential.h"

/* One of the two triples, by pointer: what holds for users holds for groups. Under cage_tree_lock when
 * changed; each id is read whole without it. */
struct ids {
	uint32_t *real, *effective, *saved;
};

static struct ids users(struct call *call)
{
	struct cage_credentials *all = &call->cage->credentials;
	return (struct ids){&all->uid, &all->euid, &all->suid};
}

static struct ids groups(struct call *call)
{
	struct cage_credentials *all = &call->cage->credentials;
	return (struct ids){&all->gid, &all->egid, &all->sgid};
}

static uint32_t load(const uint32_t *id)
{
	return __atomic_load_n(id, __ATOMIC_RELAXED);
}

static void store(uint32_t *id, uint32_t value)
{
	__atomic_store_n(id, value, __ATOMIC_RELAXED);
}

#define UNCHANGED UINT32_MAX

/* True if the program may take on `id`: it has it already, or asks for no change. */
static bool may_take(struct ids ids, uint32_t id)
{
	return id == UNCHANGED || id == *ids.real || id == *ids.effective || id == *ids.saved;
}

int64_t sys_getuid(struct call *call)
{
	return load(users(call).real);
}

int64_t sys_geteuid(struct call *call)
{
	return load(users(call).effective);
}

int64_t sys_getgid(struct call *call)
{
	return load(groups(call).real);
}

int64_t sys_getegid(struct call *call)
{
	return load(groups(call).effective);
}

static int64_t get_three(struct call *call, struct ids ids)
{
	const uint32_t three[3] = {load(ids.real), load(ids.effective), load(ids.saved)};
	int error = 0;
	for (unsigned i = 0; i < 3 && !error; i++)
		error = call_write(call, i, &three[i], sizeof three[i]);
	return error;
}

int64_t sys_getresuid(struct call *call)
{
	return get_three(call, users(call));
}

int64_t sys_getresgid(struct call *call)
{
	return get_three(call, groups(call));
}

/* setuid and setgid: without privilege, the effective id alone. */
static int64_t set_one(struct call *call, struct ids ids)
{
	uint32_t id = call_unsigned(call, 0);
	CLEANUP_LOCK(&cage_tree_lock);
	if (id == UNCHANGED)
		return -EINVAL;
	if (id != *ids.real && id != *ids.saved)
		return -EPERM;
	store(ids.effective, id);
	return 0;
}

int64_t sys_setuid(struct call *call)
{
	return set_one(call, users(call));
}

int64_t sys_setgid(struct call *call)
{
	return set_one(call, groups(call));
}

/* setreuid and setregid: the real id may become the effective one; the saved one follows the effective one
 * when the real one is set, or the effective one to something else than the real one. */
static int64_t set_two(struct call *call, struct ids ids)
{
	uint32_t real = call_unsigned(call, 0), effective = call_unsigned(call, 1);
	CLEANUP_LOCK(&cage_tree_lock);
	uint32_t old_real = *ids.real;
	if (real != UNCHANGED && real != old_real && real != *ids.effective)
		return -EPERM;
	if (!may_take(ids, effective))
		return -EPERM;
	if (real != UNCHANGED)
		store(ids.real, real);
	if (effective != UNCHANGED)
		store(ids.effective, effective);
	if (real != UNCHANGED || (effective != UNCHANGED && effective != old_real))
		store(ids.saved, *ids.effective);
	return 0;
}

int64_t sys_setreuid(struct call *call)
{
	return set_two(call, users(call));
}

int64_t sys_setregid(struct call *call)
{
	return set_two(call, groups(call));
}

static int64_t set_three(struct call *call, struct ids ids)
{
	uint32_t real = call_unsigned(call, 0), effective = call_unsigned(call, 1),
		 saved = call_unsigned(call, 2);
	CLEANUP_LOCK(&cage_tree_lock);
	if (!may_take(ids, real) || !may_take(ids, effective) || !may_take(ids, saved))
		return -EPERM;
	if (real != UNCHANGED)
		store(ids.real, real);
	if (effective != UNCHANGED)
		store(ids.effective, effective);
	if (saved != UNCHANGED)
		store(ids.saved, saved);
	return 0;
}

int64_t sys_setresuid(struct call *call)
{
	return set_three(call, users(call));
}

int64_t sys_setresgid(struct call *call)
{
	return set_three(call, groups(call));
}

/* The id for file access is the effective one here, always: these two tell it, and never fail. */
int64_t sys_setfsuid(struct call *call)
{
	return load(users(call).effective);
}

int64_t sys_setfsgid(struct call *call)
{
	return load(groups(call).effective);
}

/* All cages are in the groups of whoever started lind. Returns how many; *list is the caller's to free. */
static int supplementary(gid_t **list)
{
	int count = getgroups(0, NULL);
	if (count < 0)
		return -errno;
	*list = calloc((size_t)count + 1, sizeof **list);
	if (!*list)
		return -ENOMEM;
	count = getgroups(count, *list);
	return count < 0 ? -errno : count;
}

bool credential_in_group(const struct cage *cage, uint32_t group)
{
	cleanup_free gid_t *list = NULL;
	if (group == cage->credentials.egid)
		return true;
	for (int i = supplementary(&list); i-- > 0;)
		if (list[i] == group)
			return true;
	return false;
}

int64_t sys_getgroups(struct call *call)
{
	cleanup_free gid_t *list = NULL;
	int room = call_int(call, 0);
	if (room < 0)
		return -EINVAL;
	int count = supplementary(&list);
	if (count < 0 || !room)
		return count;
	if (count > room)
		return -EINVAL;
	int error = call_write(call, 1, list, (size_t)count * sizeof *list);
	return error ? error : count;
}

/* -- capabilities: a cage has none -- */

struct capability_header {
	uint32_t version;
	int32_t id;
};

struct capability_data {
	uint32_t effective, permitted, inheritable;
};

/* How many words of data the version has, or -errno; a version that does not exist is answered by the newest,
 * as the kernel does. */
static int capability_words(struct call *call, struct capability_header *header)
{
	int error = call_read(call, 0, header, sizeof *header);
	if (error)
		return error;
	switch (header->version) {
	case _LINUX_CAPABILITY_VERSION_1:
		return _LINUX_CAPABILITY_U32S_1;
	case _LINUX_CAPABILITY_VERSION_2:
	case _LINUX_CAPABILITY_VERSION_3:
		return _LINUX_CAPABILITY_U32S_3;
	default:
		header->version = _LINUX_CAPABILITY_VERSION_3;
		error = call_write(call, 0, header, sizeof header->version);
		return error ? error : -EINVAL;
	}
}

int64_t sys_capget(struct call *call)
{
	const struct capability_data none[_LINUX_CAPABILITY_U32S_3] = {0};
	struct capability_header header;
	int words = capability_words(call, &header);
	if (words == -EINVAL && !call_address(call, 1))
		return 0; /* this is how programs ask for the version */
	if (words < 0)
		return words;
	if (header.id < 0)
		return -EINVAL;
	if (header.id) {
		struct cage *other = cage_get((uint64_t)header.id);
		if (!other)
			return -ESRCH;
		cage_unref(other);
	}
	return call_write(call, 1, none, (size_t)words * sizeof *none);
}

int64_t sys_capset(struct call *call)
{
	struct capability_data wanted[_LINUX_CAPABILITY_U32S_3] = {0};
	struct capability_header header;
	int words = capability_words(call, &header);
	if (words < 0)
		return words;
	if (header.id && (uint32_t)header.id != call->cage->id)
		return -EPERM;
	int error = call_read(call, 1, wanted, (size_t)words * sizeof *wanted);
	if (error)
		return error;
	for (int i = 0; i < words; i++)
		if (wanted[i].effective || wanted[i].permitted || wanted[i].inheritable)
			return -EPERM;
	return 0;
}
