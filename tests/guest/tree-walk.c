/* nftw, ftw and fts over one tree: order of visits, pruning, broken links, depth first. */
#include "check.h"

#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

/* One entry a folder where order matters: the order of siblings is the file system's. */
static void build(void)
{
	MUST(mkdir("t", 0755) == 0 && mkdir("t/a", 0755) == 0 && mkdir("t/a/b", 0755) == 0);
	MUST(close(creat("t/a/b/file", 0644)) == 0);
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
	printf("%s type %d level %d base %d %s\n", path, type, at->level, at->base,
	       type == FTW_SLN        ? ""
	       : S_ISDIR(st->st_mode) ? "folder"
				      : "other");
	return strcmp(path, "t/stop") == 0 ? 42 : 0;
}

static int visit_prune(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)at;
	printf("%s %d\n", path, type);
	return strcmp(path, "t/a") == 0 ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
}

static int visit_old(const char *path, const struct stat *st, int type)
{
	printf("%s %d %d\n", path, type, S_ISDIR(st->st_mode));
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void walk(int options)
{
	char *roots[] = {"t", "none", NULL};
	FTS *fts = fts_open(roots, options, by_name);
	MUST(fts);
	for (FTSENT *e; (e = fts_read(fts));) {
		printf("%s info %d level %d\n", e->fts_path, e->fts_info, e->fts_level);
		if (strcmp(e->fts_name, "skipped") == 0)
			fts_set(fts, e, FTS_SKIP);
	}
	SHOW(fts_close(fts));
}

static int remove_it(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

int main(void)
{
	build();
	SHOW(nftw("t", visit, 5, FTW_PHYS));
	SHOW(nftw("t", visit, 1, FTW_PHYS | FTW_DEPTH));
	SHOW(nftw("t", visit, 5, FTW_PHYS | FTW_CHDIR));
	SHOW(nftw("t", visit_prune, 5, FTW_ACTIONRETVAL));
	SHOW(ftw("t/a", visit_old, 5));
	SHOW(nftw("none", visit, 5, 0));
	SHOW(symlink("nowhere", "s"));
	SHOW(nftw("s", visit, 5, 0));
	SHOW(nftw("s", visit, 5, FTW_PHYS));
	SHOW(nftw("t/a/b/file", visit, 5, 0));

	MUST(mkdir("t/skipped", 0755) == 0 && close(creat("t/skipped/x", 0644)) == 0);
	MUST(symlink("a", "t/link") == 0 && symlink("gone", "t/z") == 0 &&
	     symlink("..", "t/skipped/up") == 0);
	walk(FTS_PHYSICAL);
	walk(FTS_LOGICAL | FTS_NOCHDIR);
	walk(FTS_PHYSICAL | FTS_SEEDOT | FTS_NOSTAT);
	SHOW(nftw("t", remove_it, 3, FTW_DEPTH | FTW_PHYS));
	SHOW(access("t", F_OK));
	return 0;
}
