/* Listings of directories that have mount points in them which the host's directory lacks: the host's
 * entries, then those. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file/internal.h"

/* What goes after the host's entries. Made at the first read, freed with the file. */
struct file_listing {
	size_t count, next; /* next: under listing_lock */
	struct listing_entry {
		uint64_t inode;
		unsigned char type;
		char name[256];
	} entry[];
};

/* Lasting for one entry's copy, and only for directories with entries of ours: one lock for all. */
static pthread_mutex_t listing_lock = PTHREAD_MUTEX_INITIALIZER;

/* Where d_off of our entries begins: no file system of the host gives such an offset. */
#define LISTING_OFFSET (INT64_MAX - 65536)

/* The name of `mount` in the directory `path`, if its point is right there. */
static const char *name_in(const struct mount *mount, const char *path, size_t length)
{
	if (mount->length <= length + 1 || !path_is_below(mount->path, mount->length, path, length))
		return NULL;
	const char *name = mount->path + length + 1;
	return strchr(name, '/') || strlen(name) > 255 ? NULL : name;
}

static void add_entry(struct file_listing *listing, int host, const char *name, const char *of)
{
	struct stat status;
	struct listing_entry *entry = &listing->entry[listing->count];
	if (fstatat(host, of, &status, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return;
	entry->inode = status.st_ino;
	entry->type = (unsigned char)IFTODT(status.st_mode);
	strcpy(entry->name, name);
	listing->count++;
}

static struct file_listing *listing_make(const struct mounts *mounts, const struct file *file)
{
	struct file_listing *listing =
		calloc(1, sizeof *listing + (mounts->count + 2) * sizeof(struct listing_entry));
	char path[PATH_SIZE];
	struct stat status;
	if (!listing)
		return NULL;
	if (file->mount->placeholder) {
		add_entry(listing, file->host, ".", "");
		add_entry(listing, file->host, "..", "");
	}
	int64_t length = mount_path_of(mounts, file->mount, file->host, path, sizeof path);
	if (length == 1)
		length = 0; /* "/" */
	for (size_t i = 0; i < mounts->count && length >= 0; i++) {
		const char *name = name_in(mounts->entry[i], path, (size_t)length);
		if (name && fstatat(file->host, name, &status, AT_SYMLINK_NOFOLLOW))
			add_entry(listing, mounts->entry[i]->root, name, "");
	}
	return listing;
}

/* The inode number of a folder that no mount holds, or of something in it. */
static uint64_t number_of(const char *folder, const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (; *folder; folder++)
		hash = (hash ^ (uint8_t)*folder) * UINT64_C(0x100000001b3);
	hash = *name ? (hash ^ '/') * UINT64_C(0x100000001b3) : hash;
	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return hash >> 16 | UINT64_C(1) << 48; /* as no file system of the host has them */
}

void file_special_status(const struct file *file, struct stat *status)
{
	if (!file->special)
		return;
	status->st_ino = number_of(file->special, "");
	status->st_mode = S_IFDIR | 0555;
}

bool listing_give(struct file *file, const char *entries)
{
	static const unsigned char types[] = {['d'] = DT_DIR, ['f'] = DT_REG, ['l'] = DT_LNK};
	size_t count = 0;
	for (const char *entry = entries; *entry; entry += strlen(entry) + 1)
		count++;
	struct file_listing *listing = calloc(1, sizeof *listing + count * sizeof(struct listing_entry));
	if (!listing)
		return false;
	for (const char *entry = entries; *entry; entry += strlen(entry) + 1) {
		struct listing_entry *out = &listing->entry[listing->count++];
		out->inode = number_of(file->special, entry + 1);
		out->type = types[(unsigned char)*entry];
		strncat(out->name, entry + 1, sizeof out->name - 1);
	}
	atomic_store_explicit(&file->listing, listing, memory_order_release);
	return true;
}

bool file_has_listing(struct file_space *space, struct file *file)
{
	if (!file->mount || !mounts_has(space_mounts(space), file->mount))
		return false;
	if ((!file->mount->has_below && !file->special) || file->flags & O_PATH)
		return false;
	struct file_listing *listing = atomic_load_explicit(&file->listing, memory_order_acquire);
	if (!listing) {
		struct file_listing *made = listing_make(space_mounts(space), file);
		/* Release: the entries before the pointer; acquire: those of whoever was faster. */
		if (atomic_compare_exchange_strong_explicit(&file->listing, &listing, made,
							    memory_order_acq_rel, memory_order_acquire))
			listing = made;
		else
			free(made);
	}
	return listing && listing->count > 0;
}

void file_listing_seek(struct file *file, int64_t position)
{
	struct file_listing *listing = atomic_load_explicit(&file->listing, memory_order_acquire);
	if (!listing)
		return;
	pthread_mutex_lock(&listing_lock);
	listing->next = position >= LISTING_OFFSET ? (size_t)(position - LISTING_OFFSET) : 0;
	pthread_mutex_unlock(&listing_lock);
}

int64_t file_read_directory(struct file *file, void *buffer, size_t size)
{
	struct file_listing *listing = atomic_load_explicit(&file->listing, memory_order_acquire);
	int64_t length = HOST_CALL(SYS_getdents64, file->host, buffer, size);
	if (length == -ENOENT && file->mount->placeholder)
		length = 0; /* the host's folder is one that was removed */
	if (length)
		return length;
	pthread_mutex_lock(&listing_lock);
	while (listing->next < listing->count) {
		const struct listing_entry *entry = &listing->entry[listing->next];
		size_t name_size = strlen(entry->name) + 1;
		size_t record = (offsetof(struct dirent64, d_name) + name_size + 7) & ~(size_t)7;
		if (record > size - (size_t)length)
			break;
		struct dirent64 *out = (struct dirent64 *)((char *)buffer + length);
		out->d_ino = entry->inode;
		out->d_off = LISTING_OFFSET + (int64_t)listing->next + 1;
		out->d_reclen = (unsigned short)record;
		out->d_type = entry->type;
		memcpy(out->d_name, entry->name, name_size);
		length += (int64_t)record;
		listing->next++;
	}
	bool too_small = length == 0 && listing->next < listing->count;
	pthread_mutex_unlock(&listing_lock);
	return too_small ? -EINVAL : length;
}
