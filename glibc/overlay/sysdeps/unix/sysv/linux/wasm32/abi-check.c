/* Nothing but checks: the layouts that docs/abi.md promises the runtime.  */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <ifaddrs.h>
#include <mqueue.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <dirent.h>
#include <termios.h>
#include <time.h>
#include <kernel_sigaction.h>
#include <kernel_termios.h>
#include <nptl/descr.h>

#define SIZE(type, size) \
  _Static_assert (sizeof (type) == size, #type " has another size")
#define PLACE(type, field, offset) \
  _Static_assert (offsetof (type, field) == offset, \
		  #type "." #field " is elsewhere")

/* As on x86-64.  */
SIZE (struct stat, 144);
PLACE (struct stat, st_nlink, 16);
PLACE (struct stat, st_mode, 24);
PLACE (struct stat, st_rdev, 40);
PLACE (struct stat, st_size, 48);
PLACE (struct stat, st_blksize, 56);
PLACE (struct stat, st_blocks, 64);
PLACE (struct stat, st_atim, 72);
PLACE (struct stat, st_ctim, 104);
SIZE (struct timespec, 16);
SIZE (struct timeval, 16);
PLACE (struct timeval, tv_usec, 8);
SIZE (struct itimerval, 32);
SIZE (struct itimerspec, 32);
SIZE (struct timex, 208);
PLACE (struct timex, time, 72);
SIZE (struct timezone, 8);
SIZE (struct epoll_event, 12);
SIZE (struct flock, 32);
PLACE (struct flock, l_start, 8);
PLACE (struct flock, l_pid, 24);
SIZE (struct rusage, 144);
PLACE (struct rusage, ru_maxrss, 32);
PLACE (struct rusage, ru_nivcsw, 136);
SIZE (struct sysinfo, 112);
PLACE (struct sysinfo, procs, 80);
SIZE (struct tms, 32);
PLACE (struct tms, tms_stime, 8);
SIZE (struct statfs, 120);
PLACE (struct statfs, f_namelen, 64);
SIZE (struct rlimit, 16);
SIZE (struct statx, 256);
SIZE (struct pollfd, 8);
PLACE (struct dirent64, d_name, 19);
PLACE (struct dirent, d_name, 19);
SIZE (struct __kernel_termios, 36);
SIZE (struct winsize, 8);
SIZE (struct utsname, 390);
SIZE (struct sockaddr_storage, 128);
SIZE (struct signalfd_siginfo, 128);
SIZE (fd_set, 128);
SIZE (cpu_set_t, 128);
SIZE (struct inotify_event, 16);
SIZE (struct mq_attr, 64);
SIZE (off_t, 8);
SIZE (time_t, 8);
SIZE (ino_t, 8);
SIZE (dev_t, 8);
SIZE (rlim_t, 8);

/* Of our own, translated by the runtime.  */
SIZE (struct iovec, 8);
SIZE (struct msghdr, 28);
PLACE (struct msghdr, msg_control, 16);
PLACE (struct msghdr, msg_flags, 24);
SIZE (struct mmsghdr, 32);
SIZE (struct cmsghdr, 12);
PLACE (struct kernel_sigaction, sa_flags, 4);
PLACE (struct kernel_sigaction, sa_mask, 8);
SIZE (stack_t, 12);
SIZE (siginfo_t, 128);
PLACE (siginfo_t, si_code, 8);
PLACE (siginfo_t, si_pid, 12);
PLACE (siginfo_t, si_status, 20);
PLACE (siginfo_t, si_utime, 24);
SIZE (sigevent_t, 64);
SIZE (struct robust_list_head, 12);
SIZE (struct ifconf, 8);
SIZE (struct ifreq, 32);
