#include <sysdeps/unix/sysv/linux/generic/____longjmp_chk.c>
