/* Call numbers are x86-64's in every guest.  */
#include <sysdeps/unix/sysv/linux/x86_64/64/arch-syscall.h>
