/* statvfs and statfs, pathconf: what holds on any file system. */
#include "check.h"

#include <fcntl.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

int main(void)
{
	struct statvfs v;
	struct statfs f;
	SHOW(statvfs(".", &v));
	SHOW(v.f_bsize >= 512);
	SHOW(v.f_frsize >= 512);
	SHOW(v.f_blocks >= v.f_bfree);
	SHOW(v.f_bfree >= v.f_bavail);
	SHOW(v.f_namemax);
	int fd = open("file", O_RDWR | O_CREAT, 0644);
	SHOW(fstatvfs(fd, &v));
	SHOW(v.f_namemax);
	SHOW(statfs(".", &f));
	SHOW(f.f_type != 0);
	SHOW(f.f_namelen);
	SHOW(fstatfs(fd, &f));
	SHOW(statvfs("none", &v));
	SHOW(statfs("", &f));
	SHOW(statfs("file/x", &f));
	SHOW(statfs((char *)4, &f));
	SHOW(fstatfs(99, &f));
	SHOW(pathconf(".", _PC_NAME_MAX));
	SHOW(pathconf(".", _PC_PATH_MAX));
	SHOW(pathconf(".", _PC_PIPE_BUF));
	SHOW(fpathconf(fd, _PC_NO_TRUNC));
	SHOW(pathconf("none", _PC_LINK_MAX));
	SHOW(pathconf(".", 9999));
	sync();
	SHOW(syncfs(fd));
	return 0;
}
