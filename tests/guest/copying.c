/* sendfile, copy_file_range, splice and tee between files and pipes. */
#include "check.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

int main(void)
{
	int in = open("in", O_RDWR | O_CREAT, 0644), out = open("out", O_RDWR | O_CREAT, 0644);
	MUST(write(in, "The quick brown fox", 19) == 19);
	off_t from = 4;
	SHOW(sendfile(out, in, &from, 5));
	SHOW(from);
	SHOW(lseek(in, 0, SEEK_CUR));
	SHOW(lseek(in, 0, SEEK_SET));
	SHOW(sendfile(out, in, NULL, 100));
	SHOW(sendfile(out, in, NULL, 100));
	SHOW(sendfile(99, in, NULL, 1));
	SHOW(sendfile(out, 99, NULL, 1));
	off64_t a = 0, b = 30;
	SHOW(copy_file_range(in, &a, out, &b, 9, 0));
	SHOW(a);
	SHOW(b);
	SHOW(copy_file_range(in, NULL, out, NULL, 9, 1));
	SHOW(copy_file_range(99, NULL, out, NULL, 9, 0));
	int p[2], q[2];
	MUST(pipe(p) == 0 && pipe(q) == 0);
	a = 0;
	SHOW(splice(in, &a, p[1], NULL, 9, 0));
	SHOW(tee(p[0], q[1], 100, 0));
	b = 50;
	SHOW(splice(p[0], NULL, out, &b, 100, 0));
	char text[20] = "";
	SHOW(read(q[0], text, sizeof(text)));
	puts(text);
	SHOW(splice(p[0], NULL, out, NULL, 1, SPLICE_F_NONBLOCK));
	SHOW(splice(in, NULL, out, NULL, 1, 0));
	return 0;
}
