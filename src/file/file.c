/* Open files: counted handles on host descriptors. */
#include "file/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file/internal.h"

struct file *file_new(int host, int flags)
{
	struct file *file = calloc(1, sizeof *file);
	if (!file) {
		close(host);
		return NULL;
	}
	atomic_init(&file->references, 1);
	file->host = host;
	file->flags = flags;
	return file;
}

struct file *file_ref(struct file *file)
{
	file_count(file, 1);
	return file;
}

void file_unref(struct file *file)
{
	file_count(file, -1);
}

/* Release: what the holder did to the file comes before its end; acquire: the last one sees it all. */
void file_count(struct file *file, int64_t change)
{
	if (atomic_fetch_add_explicit(&file->references, change, memory_order_acq_rel) + change)
		return;
	if (file->ended)
		file->ended(file);
	close(file->host);
	free(atomic_load_explicit(&file->listing, memory_order_relaxed));
	free(file->special);
	free(file->text);
	free(file);
}

bool file_is_read_only(const struct file *file)
{
	struct stat status;
	if (file->read_only || file->mount || (file->flags & O_ACCMODE) != O_RDONLY)
		return file->read_only;
	return fstat(file->host, &status) == 0 &&
	       (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode));
}

struct file_host_path file_host_path(int host)
{
	struct file_host_path path;
	snprintf(path.text, sizeof path.text, "/proc/self/fd/%d", host);
	return path;
}
