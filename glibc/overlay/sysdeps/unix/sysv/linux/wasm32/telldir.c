/* The kernel's positions in a directory have 64 bits, a long has 32. What fits is
   handed out as it is; any other position is kept in a table, once, and its place
   there handed out as a number below -1.  */
#include <dirent.h>
#include <dirstream.h>
#include <errno.h>
#include <libc-lock.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

__libc_lock_define_initialized (static, lock)

/* The positions in order of their coming, and where each is by its hash: 0, or its
   place and 1. There are at least twice as many slots as positions.  */
static off64_t *positions;
static uint32_t *slots;
static size_t used, slot_count;

static uint32_t *
find_slot (uint32_t *table, size_t size, off64_t position)
{
  size_t at = (uint64_t) position * 0x9e3779b97f4a7c15ull >> 32;

  for (at &= size - 1; table[at] != 0; at = (at + 1) & (size - 1))
    if (positions[table[at] - 1] == position)
      break;
  return &table[at];
}

static int
grow (void)
{
  size_t size = slot_count == 0 ? 64 : 2 * slot_count;
  uint32_t *table = calloc (size, sizeof (*table));
  off64_t *longer = realloc (positions, size / 2 * sizeof (*positions));

  if (longer != NULL)
    positions = longer;
  if (table == NULL || longer == NULL)
    {
      free (table);
      return -1;
    }
  for (size_t i = 0; i < used; i++)
    *find_slot (table, size, positions[i]) = i + 1;
  free (slots);
  slots = table;
  slot_count = size;
  return 0;
}

static long int
keep (off64_t position)
{
  long int place = -1;

  __libc_lock_lock (lock);
  if (2 * used < slot_count || grow () == 0)
    {
      uint32_t *slot = find_slot (slots, slot_count, position);
      if (*slot == 0)
	{
	  positions[used] = position;
	  *slot = ++used;
	}
      place = -1 - (long int) *slot;
    }
  __libc_lock_unlock (lock);
  return place;
}

/* The position that telldir gave as PLACE; 0 for what it never gave.  */
off64_t
attribute_hidden
__dir_position (long int place)
{
  off64_t position = 0;

  if (place >= 0)
    return place;
  __libc_lock_lock (lock);
  if (place < -1 && (size_t) (-2 - place) < used)
    position = positions[-2 - place];
  __libc_lock_unlock (lock);
  return position;
}

long int
telldir (DIR *dir)
{
  __libc_lock_lock (dir->lock);
  off64_t position = dir->filepos;
  __libc_lock_unlock (dir->lock);
  return position >= 0 && position <= LONG_MAX ? position : keep (position);
}
