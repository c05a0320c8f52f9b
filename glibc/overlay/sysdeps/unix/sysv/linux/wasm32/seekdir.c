/* To where telldir was: see there.  */
#include <dirent.h>
#include <dirstream.h>
#include <unistd.h>

extern off64_t __dir_position (long int) attribute_hidden;

void
seekdir (DIR *dir, long int place)
{
  off64_t position = __dir_position (place);

  __libc_lock_lock (dir->lock);
  (void) __lseek64 (dir->fd, position, SEEK_SET);
  dir->size = 0;
  dir->offset = 0;
  dir->filepos = position;
  __libc_lock_unlock (dir->lock);
}
