/* Writing snapshots, and giving back what nobody shows. Failures are never told to the guest: where there is
 * no snapshot, fork copies. */
#include "cage/memory_snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cage/memory_areas.h"
#include "cage/memory_file.h"

/* Own pages of one area that stay where they are after they have been written back: most of them will be
 * changed again before the next fork, and a fault for each costs more than to write some in vain. */
#define KEPT_PAGES 64
/* Two runs nearer than this are dropped together, with the unchanged pages between them. */
#define NEAR (16 * GUEST_PAGE)
/* A run of own pages that is worth a snapshot of its own when the area's is shown by others. */
#define LARGE_RUN (256 * GUEST_PAGE)

/* True if no other memory shows the file. It stays so under the lock: only a fork of this one could. */
static bool is_sole(const struct memory *memory, const struct memory_file *file)
{
	unsigned mine = memory->snapshot == file;

	for (size_t i = 0; i < memory->area_count; i++)
		mine += memory->areas[i].file == file;
	/* acquire: what others did with it before they gave it up. */
	return atomic_load_explicit(&file->references, memory_order_acquire) == mine;
}

static void punch(struct memory_file *file, uint64_t start, uint64_t end)
{
	if (start < end && fallocate(file->host, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)start,
				     (off_t)(end - start)) < 0)
		atomic_store_explicit(&file->stale, true, memory_order_relaxed);
}

void memory_snapshot_leave(struct memory *memory, const struct memory_area *area)
{
	if (is_sole(memory, area->file))
		punch(area->file, area->offset, area->offset + (area->end - area->start));
	else
		atomic_store_explicit(&area->file->stale, true, memory_order_relaxed);
}

static int compare_starts(const void *left, const void *right)
{
	const struct memory_run *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

/* Gives back what no area shows of a snapshot that is this memory's alone. */
static void sweep(const struct memory *memory, struct memory_file *file)
{
	struct memory_run *shown = calloc(memory->area_count + 1, sizeof *shown);
	uint64_t end = 0;
	size_t count = 0;

	if (!shown)
		return;
	atomic_store_explicit(&file->stale, false, memory_order_relaxed);
	for (size_t i = 0; i < memory->area_count; i++) {
		const struct memory_area *area = &memory->areas[i];

		if (area->file == file)
			shown[count++] =
				(struct memory_run){area->offset, area->offset + (area->end - area->start)};
	}
	shown[count++] = (struct memory_run){file->end, file->end};
	qsort(shown, count, sizeof *shown, compare_starts);
	for (size_t i = 0; i < count; i++) {
		punch(file, end, shown[i].start);
		end = shown[i].end;
	}
	free(shown);
}

static void sweep_if_stale(const struct memory *memory, struct memory_file *file)
{
	if (atomic_load_explicit(&file->stale, memory_order_relaxed) && is_sole(memory, file))
		sweep(memory, file);
}

void memory_snapshot_sweep(struct memory *memory)
{
	if (memory->snapshot)
		sweep_if_stale(memory, memory->snapshot);
	for (size_t i = 0; i < memory->area_count; i++)
		if (memory_snapshot_shown(&memory->areas[i]))
			sweep_if_stale(memory, memory->areas[i].file);
}

/* A snapshot that may be written to, or NULL. */
static struct memory_file *writable(struct memory *memory)
{
	struct memory_file *fresh;

	if (!memory->snapshot || !is_sole(memory, memory->snapshot)) {
		fresh = memory_file_new();
		if (!fresh)
			return NULL;
		memory_file_unref(memory->snapshot);
		memory->snapshot = fresh;
	}
	sweep_if_stale(memory, memory->snapshot);
	return memory->snapshot;
}

/* Where in the file nothing is: at the guest's address, so that neighbours stay neighbours, or at the end. */
static uint64_t free_offset(const struct memory *memory, const struct memory_file *file,
			    const struct memory_area *wanted)
{
	uint64_t length = wanted->end - wanted->start;

	for (size_t i = 0; i < memory->area_count; i++) {
		const struct memory_area *area = &memory->areas[i];

		if (area->file == file && area->offset < wanted->end &&
		    wanted->start < area->offset + (area->end - area->start))
			return file->end <= INT64_MAX / 2 - length ? file->end : UINT64_MAX;
	}
	return wanted->start;
}

/* Writes the area's own pages to the file, where the area begins at `offset`. */
static bool write_pages(const struct memory *memory, const struct memory_area *area,
			const struct memory_pages *pages, struct memory_file *file, uint64_t offset)
{
	struct memory_run run;

	for (size_t at = memory_pages_at(pages, area->start);
	     memory_pages_piece(pages, at, area->start, area->end, &run); at++)
		while (run.start < run.end) {
			ssize_t done = pwrite(file->host, memory->guest.base + run.start, run.end - run.start,
					      (off_t)(offset + (run.start - area->start)));

			if (done <= 0)
				return false;
			run.start += (uint64_t)done;
		}
	return true;
}

/* Gives the area, which shows nothing but its own pages, a place in a snapshot. */
static bool move_in(struct memory *memory, struct memory_area *area, const struct memory_pages *pages)
{
	struct memory_file *file = writable(memory);
	uint64_t length = area->end - area->start, offset;

	if (!file)
		return false;
	offset = free_offset(memory, file, area);
	if (offset == UINT64_MAX)
		return false;
	if (offset + length > file->end)
		file->end = offset + length;
	if (!write_pages(memory, area, pages, file, offset) ||
	    mmap(memory->guest.base + area->start, length, memory_host_protection(area->protection),
		 MAP_PRIVATE | MAP_FIXED | (area->flags & MAP_NORESERVE), file->host,
		 (off_t)offset) == MAP_FAILED) {
		punch(file, offset, offset + length);
		return false;
	}
	if (area->file)
		memory_snapshot_leave(memory, area);
	memory_file_unref(area->file);
	area->file = memory_file_ref(file);
	area->offset = offset;
	return true;
}

bool memory_snapshot_begin(struct memory *memory, struct memory_area *area, int flags)
{
	uint64_t length = area->end - area->start, offset;
	struct memory_file *file;

	if (memory->mapped + length <= memory->direct_above || !(file = writable(memory)))
		return false;
	offset = free_offset(memory, file, area);
	if (offset == UINT64_MAX ||
	    mmap(memory->guest.base + area->start, length, memory_host_protection(area->protection),
		 MAP_SHARED | MAP_FIXED | (flags & (MAP_POPULATE | MAP_NONBLOCK)), file->host,
		 (off_t)offset) == MAP_FAILED)
		return false;
	if (offset + length > file->end)
		file->end = offset + length;
	area->file = file;
	area->offset = offset;
	area->direct = true;
	return true;
}

int memory_snapshot_clear(const struct memory_area *area, uint64_t start, uint64_t end)
{
	uint64_t offset = area->offset + (start - area->start);

	return fallocate(area->file->host, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset,
			 (off_t)(end - start)) < 0
		       ? -errno
		       : 0;
}

int memory_snapshot_settle(struct memory *memory)
{
	for (size_t i = 0; i < memory->area_count; i++) {
		struct memory_area *area = &memory->areas[i];

		/* One step for the host, so that no write is lost on the way. */
		if (area->direct && mmap(memory->guest.base + area->start, area->end - area->start,
					 memory_host_protection(area->protection),
					 MAP_PRIVATE | MAP_FIXED | (area->flags & MAP_NORESERVE),
					 area->file->host, (off_t)area->offset) == MAP_FAILED)
			return -errno;
		area->direct = false;
	}
	return 0;
}

/* Drops own pages that are in the snapshot now, if they are many. */
static void drop(const struct memory *memory, const struct memory_area *area,
		 const struct memory_pages *pages)
{
	size_t first = memory_pages_at(pages, area->start);
	struct memory_run run, next;
	uint64_t total = 0;

	for (size_t at = first; memory_pages_piece(pages, at, area->start, area->end, &run); at++)
		total += run.end - run.start;
	if (total <= KEPT_PAGES * GUEST_PAGE)
		return;
	for (size_t at = first; memory_pages_piece(pages, at, area->start, area->end, &run); at++) {
		for (; memory_pages_piece(pages, at + 1, area->start, area->end, &next) &&
		       next.start - run.end < NEAR;
		     at++)
			run.end = next.end;
		madvise(memory->guest.base + run.start, run.end - run.start, MADV_DONTNEED);
	}
}

/* The area's snapshot is shown by others. Cuts off the next large run of own pages, so that it begins or is
 * an area of its own. True: area `at` is such a run. */
static bool cut_large_run(struct memory *memory, size_t at, const struct memory_pages *pages)
{
	const struct memory_area *area = &memory->areas[at];
	uint64_t start = area->start, end = area->end;
	struct memory_run run;

	for (size_t i = memory_pages_at(pages, start); memory_pages_piece(pages, i, start, end, &run); i++) {
		if (run.end - run.start < LARGE_RUN)
			continue;
		if (memory_areas_prepare(memory) < 0)
			return false;
		if (run.start > start) {
			memory_areas_cut(memory, run.start, run.start);
			return false;
		}
		memory_areas_cut(memory, run.end, run.end);
		return true;
	}
	return false;
}

bool memory_snapshot_take(struct memory *memory, size_t at, const struct memory_pages *pages, bool alone)
{
	struct memory_area *area = &memory->areas[at];
	struct memory_run run;

	if (!memory_pages_piece(pages, memory_pages_at(pages, area->start), area->start, area->end, &run))
		return true;
	/* The host reads the pages as the guest could. */
	if (memory_host_protection(area->protection) == PROT_NONE)
		return false;
	if (!area->file)
		return alone && move_in(memory, area, pages);
	if (!is_sole(memory, area->file)) {
		if (!alone || !cut_large_run(memory, at, pages))
			return false;
		/* The list may have moved. */
		return move_in(memory, &memory->areas[at], pages);
	}
	if (!write_pages(memory, area, pages, area->file, area->offset))
		return false;
	if (alone)
		drop(memory, area, pages);
	return true;
}
