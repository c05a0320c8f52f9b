#!/bin/bash
# strace-grate: the lines of a known program, to the letter; its options.
. "$TOP/tests/grates/lib.sh"
need known
cat >expected <<'LINES'
openat(AT_FDCWD, "file", O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC, 0640) = 3
write(3, "x\t\0017\\", 5)               = 5
write(3, "x\t\0017\\xxxxxxxxxxxxxxxxxxxxxxxxxxx"..., 200) = 200
writev(3, [{iov_base="one", iov_len=3}, {iov_base=" \"two\"\n", iov_len=7}], 2) = 10
lseek(3, -7, SEEK_END)                  = 208
read(3, " \"two\"\n", 100)              = 7
read(3, "", 100)                        = 0
pread64(3, "", 1, 1099511627776)        = 0
fstat(3, {st_mode=S_IFREG|0640, st_size=215, ...}) = 0
newfstatat(AT_FDCWD, "/dev/null", {st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}, AT_SYMLINK_NOFOLLOW) = 0
fcntl(3, F_GETFD)                       = 0x1 (flags FD_CLOEXEC)
fcntl(3, F_DUPFD, 20)                   = 20
close(20)                               = 0
close(20)                               = -1 EBADF (Bad file descriptor)
open("missing", O_RDONLY)               = -1 ENOENT (No such file or directory)
access("file", R_OK|W_OK)               = 0
access("file", F_OK)                    = 0
mkdir("folder", 0750)                   = 0
rename("file", "folder/file")           = 0
unlinkat(AT_FDCWD, "folder", AT_REMOVEDIR) = -1 ENOTEMPTY (Directory not empty)
unlink("folder/file")                   = 0
rmdir("folder")                         = 0
pipe2([4, 5], O_CLOEXEC)                = 0
readlink("/proc/self/none", ADDRESS, 200) = -1 ENOENT (No such file or directory)
ioctl(3, TIOCGWINSZ, ADDRESS)           = -1 ENOTTY (Inappropriate ioctl for device)
umask(027)                              = 022
setpriority(PRIO_PROCESS, 0, 0)         = 0
tuxcall(0x1, 0x2, 0x3)                  = -1 ENOSYS (Function not implemented)
geteuid()                               = EUID
exit_group(3)                           = ?
+++ exited with 3 +++
LINES
sed -i "s/EUID/$(lind id -u)/" expected

umask 022
lind strace-grate ./known 2>lines
status=$?
[ $status = 3 ] || fail "exit status $status instead of 3"
# Only where the buffer lies is not known.
sed -n '/^openat(AT_FDCWD, "file"/,$p' lines | sed -E 's/0x[0-9a-f]{5,}/ADDRESS/; /ADDRESS/s/ += / = /' >got
sed -E '/ADDRESS/s/ += / = /' expected >wanted
diff wanted got || fail 'lines differ'
head -n 1 lines | grep -Eq "^execve\(\"./known\", \[\"./known\"\], 0x[0-9a-f]+ /\* [0-9]+ vars? \*/\) = 0$" ||
	fail "the first line is not execve: $(head -n 1 lines)"

lind strace-grate -o trace -s 3 -a 1 -e trace=write,close ./known 2>lines
[ ! -s lines ] || fail '-o: lines on standard error'
printf '%s\n' 'write(3, "x\t\1"..., 5) = 5' 'write(3, "x\t\1"..., 200) = 200' 'close(20) = 0' \
	'close(20) = -1 EBADF (Bad file descriptor)' '+++ exited with 3 +++' >wanted
diff wanted trace || fail '-o, -s, -a, -e: lines differ'

lind strace-grate -c ./known 2>summary
grep -Eq '^ *[0-9.]+ +[0-9.]+ +[0-9]+ +2 +1 close$' summary || fail "-c: $(cat summary)"
grep -Eq '^100\.00 .* total$' summary || fail '-c: no total'

# Data that is standard output and lines don't mix; children are followed.
[ "$(lind strace-grate echo hello 2>/dev/null)" = hello ] || fail 'standard output changed'
lind strace-grate geteuid-grate true 2>lines
grep -Eq '^\[pid +[0-9]+\] execve\("[^"]*", \[.*\], 0x[0-9a-f]+ /\* [0-9]+ vars? \*/\) = 0$' lines || fail 'children are not followed'

complains 125 strace-grate 'no such system call' lind strace-grate -e trace=nothing true
complains 125 strace-grate 'not a length' lind strace-grate -s x true
complains 125 strace-grate 'no/such/file' lind strace-grate -o no/such/file true
finish
