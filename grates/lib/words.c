/* The names of flags and codes, for each kind of argument that has some. */
#include "words.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct word {
	uint32_t value;
	const char *name;
};

#define W(name) {(uint32_t)(name), #name}

/* Values of the kernel's that libc's headers leave out or change. */
#define KERNEL_MAP_TYPE   0xf
#define SOCKET_TYPE_MASK  0xf
#define SIGNALS_SHOWN_ALL 64
#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0x40000000
#endif
#define FUTEX_COMMAND 0x7f

/* clang-format off */
static const struct word open_flags[] = { W(O_CREAT), W(O_EXCL), W(O_NOCTTY), W(O_TRUNC), W(O_APPEND), W(O_NONBLOCK), W(O_SYNC), W(O_DSYNC), W(O_ASYNC),
	W(O_DIRECT), {0100000, "O_LARGEFILE"}, W(O_NOFOLLOW), W(O_NOATIME), W(O_CLOEXEC), W(O_PATH), W(O_TMPFILE), W(O_DIRECTORY) };
static const struct word at_flags[] = { W(AT_SYMLINK_NOFOLLOW), W(AT_SYMLINK_FOLLOW), W(AT_NO_AUTOMOUNT), W(AT_EMPTY_PATH), W(AT_STATX_FORCE_SYNC),
	W(AT_STATX_DONT_SYNC) };
static const struct word unlink_flags[] = { W(AT_REMOVEDIR) };
static const struct word eaccess_flags[] = { W(AT_EACCESS), W(AT_SYMLINK_NOFOLLOW), W(AT_EMPTY_PATH) };
static const struct word access_modes[] = { W(R_OK), W(W_OK), W(X_OK) };
static const struct word seeks[] = { W(SEEK_SET), W(SEEK_CUR), W(SEEK_END), W(SEEK_DATA), W(SEEK_HOLE) };
static const struct word protections[] = { W(PROT_READ), W(PROT_WRITE), W(PROT_EXEC), W(PROT_GROWSDOWN), W(PROT_GROWSUP) };
static const struct word map_flags[] = { W(MAP_FIXED), W(MAP_ANONYMOUS), W(MAP_GROWSDOWN), W(MAP_DENYWRITE), W(MAP_EXECUTABLE), W(MAP_LOCKED),
	W(MAP_NORESERVE), W(MAP_POPULATE), W(MAP_NONBLOCK), W(MAP_STACK), W(MAP_HUGETLB), W(MAP_FIXED_NOREPLACE) };
static const struct word mremap_flags[] = { W(MREMAP_MAYMOVE), W(MREMAP_FIXED), {4, "MREMAP_DONTUNMAP"} };
static const struct word msync_flags[] = { W(MS_ASYNC), W(MS_INVALIDATE), W(MS_SYNC) };
static const struct word madvices[] = { W(MADV_NORMAL), W(MADV_RANDOM), W(MADV_SEQUENTIAL), W(MADV_WILLNEED), W(MADV_DONTNEED), W(MADV_FREE),
	W(MADV_REMOVE), W(MADV_DONTFORK), W(MADV_DOFORK), W(MADV_MERGEABLE), W(MADV_UNMERGEABLE), W(MADV_HUGEPAGE), W(MADV_NOHUGEPAGE),
	W(MADV_DONTDUMP), W(MADV_DODUMP), W(MADV_WIPEONFORK), W(MADV_KEEPONFORK), W(MADV_COLD), W(MADV_PAGEOUT) };
static const struct word mlockalls[] = { W(MCL_CURRENT), W(MCL_FUTURE), {4, "MCL_ONFAULT"} };
static const struct word clone_flags[] = { W(CLONE_VM), W(CLONE_FS), W(CLONE_FILES), W(CLONE_SIGHAND), W(CLONE_PTRACE), W(CLONE_VFORK), W(CLONE_PARENT),
	W(CLONE_THREAD), W(CLONE_NEWNS), W(CLONE_SYSVSEM), W(CLONE_SETTLS), W(CLONE_PARENT_SETTID), W(CLONE_CHILD_CLEARTID), W(CLONE_DETACHED),
	W(CLONE_UNTRACED), W(CLONE_CHILD_SETTID), W(CLONE_NEWCGROUP), W(CLONE_NEWUTS), W(CLONE_NEWIPC), W(CLONE_NEWUSER), W(CLONE_NEWPID), W(CLONE_NEWNET),
	W(CLONE_IO) };
static const struct word futex_operations[] = { W(FUTEX_WAIT), W(FUTEX_WAKE), W(FUTEX_FD), W(FUTEX_REQUEUE), W(FUTEX_CMP_REQUEUE), W(FUTEX_WAKE_OP),
	W(FUTEX_LOCK_PI), W(FUTEX_UNLOCK_PI), W(FUTEX_TRYLOCK_PI), W(FUTEX_WAIT_BITSET), W(FUTEX_WAKE_BITSET), W(FUTEX_WAIT_REQUEUE_PI),
	W(FUTEX_CMP_REQUEUE_PI) };
/* Numbers and not names: with 64-bit offsets libc may give the lock commands the values of the 64-bit ones. */
static const struct word fcntls[] = { W(F_DUPFD), W(F_GETFD), W(F_SETFD), W(F_GETFL), W(F_SETFL), {5, "F_GETLK"}, {6, "F_SETLK"}, {7, "F_SETLKW"},
	W(F_SETOWN), W(F_GETOWN), W(F_SETSIG), W(F_GETSIG), W(F_SETOWN_EX), W(F_GETOWN_EX), {36, "F_OFD_GETLK"}, {37, "F_OFD_SETLK"},
	{38, "F_OFD_SETLKW"}, W(F_SETLEASE), W(F_GETLEASE), W(F_NOTIFY), W(F_SETPIPE_SZ), W(F_GETPIPE_SZ), W(F_DUPFD_CLOEXEC), W(F_ADD_SEALS),
	W(F_GET_SEALS) };
static const struct word ioctls[] = { W(TCGETS), W(TCSETS), W(TCSETSW), W(TCSETSF), W(TIOCGWINSZ), W(TIOCSWINSZ), W(TIOCGPGRP), W(TIOCSPGRP), W(TIOCGSID),
	W(TIOCSCTTY), W(TIOCNOTTY), W(TIOCSTI), W(TIOCOUTQ), W(TCSBRK), W(TCXONC), W(TCFLSH), W(TIOCEXCL), W(TIOCNXCL), W(FIONREAD), W(FIONBIO), W(FIOASYNC),
	W(FIOCLEX), W(FIONCLEX), {0x40049409, "FICLONE"}, {0x80045430, "TIOCGPTN"}, {0x40045431, "TIOCSPTLCK"}, {0x8910, "SIOCGIFNAME"},
	{0x8912, "SIOCGIFCONF"}, {0x8913, "SIOCGIFFLAGS"}, {0x8915, "SIOCGIFADDR"}, {0x8933, "SIOCGIFINDEX"}, {0x80086601, "FS_IOC_GETFLAGS"} };
static const struct word flocks[] = { W(LOCK_SH), W(LOCK_EX), W(LOCK_UN), W(LOCK_NB) };
static const struct word prctls[] = { W(PR_SET_PDEATHSIG), W(PR_GET_PDEATHSIG), W(PR_GET_DUMPABLE), W(PR_SET_DUMPABLE), W(PR_GET_KEEPCAPS), W(PR_SET_KEEPCAPS),
	W(PR_SET_NAME), W(PR_GET_NAME), W(PR_GET_SECCOMP), W(PR_SET_SECCOMP), W(PR_CAPBSET_READ), W(PR_CAPBSET_DROP), W(PR_SET_TIMERSLACK),
	W(PR_GET_TIMERSLACK), W(PR_SET_CHILD_SUBREAPER), W(PR_GET_CHILD_SUBREAPER), W(PR_SET_NO_NEW_PRIVS), W(PR_GET_NO_NEW_PRIVS), W(PR_SET_MM), W(PR_GET_SECUREBITS), W(PR_SET_SECUREBITS), W(PR_GET_TID_ADDRESS), W(PR_SET_THP_DISABLE), W(PR_GET_THP_DISABLE), {0x53564d41, "PR_SET_VMA"} };
static const struct word wait_options[] = { W(WNOHANG), W(WUNTRACED), W(WEXITED), W(WCONTINUED), W(WNOWAIT), {0x80000000, "__WCLONE"}, {0x40000000, "__WALL"},
	{0x20000000, "__WNOTHREAD"} };
static const struct word id_types[] = { W(P_ALL), W(P_PID), W(P_PGID), {3, "P_PIDFD"} };
static const struct word clocks[] = { W(CLOCK_REALTIME), W(CLOCK_MONOTONIC), W(CLOCK_PROCESS_CPUTIME_ID), W(CLOCK_THREAD_CPUTIME_ID), W(CLOCK_MONOTONIC_RAW),
	W(CLOCK_REALTIME_COARSE), W(CLOCK_MONOTONIC_COARSE), W(CLOCK_BOOTTIME), W(CLOCK_REALTIME_ALARM), W(CLOCK_BOOTTIME_ALARM), W(CLOCK_TAI) };
static const struct word itimers[] = { W(ITIMER_REAL), W(ITIMER_VIRTUAL), W(ITIMER_PROF) };
static const struct word timer_flags[] = { W(TIMER_ABSTIME), {2, "TFD_TIMER_CANCEL_ON_SET"} };
static const struct word sighows[] = { W(SIG_BLOCK), W(SIG_UNBLOCK), W(SIG_SETMASK) };
static const struct word resources[] = { W(RLIMIT_CPU), W(RLIMIT_FSIZE), W(RLIMIT_DATA), W(RLIMIT_STACK), W(RLIMIT_CORE), W(RLIMIT_RSS), W(RLIMIT_NPROC),
	W(RLIMIT_NOFILE), W(RLIMIT_MEMLOCK), W(RLIMIT_AS), W(RLIMIT_LOCKS), W(RLIMIT_SIGPENDING), W(RLIMIT_MSGQUEUE), W(RLIMIT_NICE), W(RLIMIT_RTPRIO),
	W(RLIMIT_RTTIME) };
static const struct word rusage_whos[] = { W(RUSAGE_SELF), W(RUSAGE_CHILDREN), W(RUSAGE_THREAD) };
static const struct word priorities[] = { W(PRIO_PROCESS), W(PRIO_PGRP), W(PRIO_USER) };
static const struct word policies[] = { W(SCHED_OTHER), W(SCHED_FIFO), W(SCHED_RR), W(SCHED_BATCH), W(SCHED_IDLE) };
static const struct word families[] = { W(AF_UNSPEC), W(AF_UNIX), W(AF_INET), W(AF_INET6), W(AF_NETLINK), W(AF_PACKET) };
static const struct word socket_types[] = { W(SOCK_STREAM), W(SOCK_DGRAM), W(SOCK_RAW), W(SOCK_RDM), W(SOCK_SEQPACKET), W(SOCK_PACKET) };
static const struct word socket_flags[] = { W(SOCK_NONBLOCK), W(SOCK_CLOEXEC) };
static const struct word protocols[] = { W(IPPROTO_IP), W(IPPROTO_ICMP), W(IPPROTO_TCP), W(IPPROTO_UDP), W(IPPROTO_IPV6), W(IPPROTO_ICMPV6), W(IPPROTO_RAW) };
static const struct word message_flags[] = { W(MSG_OOB), W(MSG_PEEK), W(MSG_DONTROUTE), W(MSG_CTRUNC), W(MSG_TRUNC), W(MSG_DONTWAIT), W(MSG_EOR), W(MSG_WAITALL),
	W(MSG_CONFIRM), W(MSG_ERRQUEUE), W(MSG_NOSIGNAL), W(MSG_MORE), W(MSG_WAITFORONE), W(MSG_FASTOPEN), W(MSG_CMSG_CLOEXEC) };
static const struct word shutdowns[] = { W(SHUT_RD), W(SHUT_WR), W(SHUT_RDWR) };
static const struct word levels[] = { W(SOL_SOCKET), {0, "SOL_IP"}, {6, "SOL_TCP"}, {17, "SOL_UDP"}, {41, "SOL_IPV6"}, W(SOL_NETLINK) };
static const struct word socket_options[] = { W(SO_DEBUG), W(SO_REUSEADDR), W(SO_TYPE), W(SO_ERROR), W(SO_DONTROUTE), W(SO_BROADCAST), W(SO_SNDBUF), W(SO_RCVBUF),
	W(SO_KEEPALIVE), W(SO_OOBINLINE), W(SO_LINGER), W(SO_REUSEPORT), W(SO_PASSCRED), W(SO_PEERCRED), W(SO_RCVLOWAT), W(SO_SNDLOWAT), {20, "SO_RCVTIMEO"},
	{21, "SO_SNDTIMEO"}, W(SO_BINDTODEVICE), W(SO_TIMESTAMP), W(SO_ACCEPTCONN), W(SO_SNDBUFFORCE), W(SO_RCVBUFFORCE), W(SO_PROTOCOL), W(SO_DOMAIN) };
static const struct word tcp_options[] = { W(TCP_NODELAY), W(TCP_MAXSEG), W(TCP_CORK), W(TCP_KEEPIDLE), W(TCP_KEEPINTVL), W(TCP_KEEPCNT), W(TCP_SYNCNT),
	W(TCP_LINGER2), W(TCP_DEFER_ACCEPT), W(TCP_INFO), W(TCP_QUICKACK), W(TCP_CONGESTION), W(TCP_USER_TIMEOUT), W(TCP_FASTOPEN) };
static const struct word epoll_operations[] = { W(EPOLL_CTL_ADD), W(EPOLL_CTL_DEL), W(EPOLL_CTL_MOD) };
static const struct word epoll_flags[] = { W(EPOLL_CLOEXEC) };
static const struct word eventfd_flags[] = { W(EFD_SEMAPHORE), W(EFD_CLOEXEC), W(EFD_NONBLOCK) };
static const struct word signalfd_flags[] = { W(SFD_CLOEXEC), W(SFD_NONBLOCK) };
static const struct word timerfd_flags[] = { W(TFD_CLOEXEC), W(TFD_NONBLOCK) };
static const struct word inotify_flags[] = { W(IN_CLOEXEC), W(IN_NONBLOCK) };
static const struct word inotify_masks[] = { W(IN_ACCESS), W(IN_MODIFY), W(IN_ATTRIB), W(IN_CLOSE_WRITE), W(IN_CLOSE_NOWRITE), W(IN_OPEN), W(IN_MOVED_FROM),
	W(IN_MOVED_TO), W(IN_CREATE), W(IN_DELETE), W(IN_DELETE_SELF), W(IN_MOVE_SELF), W(IN_ONLYDIR), W(IN_DONT_FOLLOW), W(IN_EXCL_UNLINK), W(IN_MASK_ADD),
	W(IN_ONESHOT) };
static const struct word pipe_flags[] = { W(O_NONBLOCK), W(O_DIRECT), W(O_CLOEXEC) };
static const struct word random_flags[] = { W(GRND_NONBLOCK), W(GRND_RANDOM), {4, "GRND_INSECURE"} };
static const struct word memfd_flags[] = { W(MFD_CLOEXEC), W(MFD_ALLOW_SEALING), W(MFD_HUGETLB) };
static const struct word splice_flags[] = { W(SPLICE_F_MOVE), W(SPLICE_F_NONBLOCK), W(SPLICE_F_MORE), W(SPLICE_F_GIFT) };
static const struct word fallocate_flags[] = { W(FALLOC_FL_KEEP_SIZE), W(FALLOC_FL_PUNCH_HOLE), W(FALLOC_FL_NO_HIDE_STALE), W(FALLOC_FL_COLLAPSE_RANGE),
	W(FALLOC_FL_ZERO_RANGE), W(FALLOC_FL_INSERT_RANGE), W(FALLOC_FL_UNSHARE_RANGE) };
static const struct word fadvices[] = { W(POSIX_FADV_NORMAL), W(POSIX_FADV_RANDOM), W(POSIX_FADV_SEQUENTIAL), W(POSIX_FADV_WILLNEED), W(POSIX_FADV_DONTNEED),
	W(POSIX_FADV_NOREUSE) };
static const struct word rename_flags[] = { {1, "RENAME_NOREPLACE"}, {2, "RENAME_EXCHANGE"}, {4, "RENAME_WHITEOUT"} };
static const struct word xattr_flags[] = { W(XATTR_CREATE), W(XATTR_REPLACE) };
static const struct word rw_flags[] = { W(RWF_HIPRI), W(RWF_DSYNC), W(RWF_SYNC), W(RWF_NOWAIT), W(RWF_APPEND) };
static const struct word statx_masks[] = { {0xfff, "STATX_ALL"}, {0x7ff, "STATX_BASIC_STATS"}, W(STATX_TYPE), W(STATX_MODE), W(STATX_NLINK), W(STATX_UID),
	W(STATX_GID), W(STATX_ATIME), W(STATX_MTIME), W(STATX_CTIME), W(STATX_INO), W(STATX_SIZE), W(STATX_BLOCKS), W(STATX_BTIME), {0x1000, "STATX_MNT_ID"},
	{0x2000, "STATX_DIOALIGN"} };
static const struct word close_range_flags[] = { {2, "CLOSE_RANGE_UNSHARE"}, {4, "CLOSE_RANGE_CLOEXEC"} };
static const struct word ipc_flags[] = { W(IPC_CREAT), W(IPC_EXCL), W(IPC_NOWAIT) };
static const struct word ipc_commands[] = { W(IPC_RMID), W(IPC_SET), W(IPC_STAT), W(IPC_INFO), W(GETPID), W(GETVAL), W(GETALL), W(GETNCNT), W(GETZCNT), W(SETVAL),
	W(SETALL) };
static const struct word file_types[] = { W(S_IFSOCK), W(S_IFLNK), W(S_IFREG), W(S_IFBLK), W(S_IFDIR), W(S_IFCHR), W(S_IFIFO) };

static const struct word polls[] = { W(POLLIN), W(POLLPRI), W(POLLOUT), W(POLLERR), W(POLLHUP), W(POLLNVAL), W(POLLRDNORM), W(POLLRDBAND), W(POLLWRNORM),
	W(POLLWRBAND), W(POLLMSG), W(POLLRDHUP) };
static const struct word epolls[] = { W(EPOLLIN), W(EPOLLPRI), W(EPOLLOUT), W(EPOLLERR), W(EPOLLHUP), W(EPOLLRDNORM), W(EPOLLRDBAND), W(EPOLLWRNORM),
	W(EPOLLWRBAND), W(EPOLLMSG), W(EPOLLRDHUP), W(EPOLLEXCLUSIVE), W(EPOLLWAKEUP), W(EPOLLONESHOT), W(EPOLLET) };
static const struct word sigactions[] = { {0x04000000, "SA_RESTORER"}, W(SA_ONSTACK), W(SA_RESTART), W(SA_NODEFER), W(SA_RESETHAND), W(SA_SIGINFO), W(SA_NOCLDSTOP),
	W(SA_NOCLDWAIT) };
static const struct word lock_types[] = { W(F_RDLCK), W(F_WRLCK), W(F_UNLCK) };
static const struct word termios_input[] = { W(IGNBRK), W(BRKINT), W(IGNPAR), W(PARMRK), W(INPCK), W(ISTRIP), W(INLCR), W(IGNCR), W(ICRNL), W(IXON), W(IXANY),
	W(IXOFF), W(IMAXBEL), W(IUTF8) };
static const struct word termios_output[] = { W(OPOST), W(ONLCR), W(OCRNL), W(ONOCR), W(ONLRET), W(OFILL), W(OFDEL) };
static const struct word termios_local[] = { W(ISIG), W(ICANON), W(ECHO), W(ECHOE), W(ECHOK), W(ECHONL), W(NOFLSH), W(TOSTOP), W(ECHOCTL), W(ECHOKE), W(IEXTEN) };
static const struct word stack_flags[] = { W(SS_ONSTACK), W(SS_DISABLE) };
static const struct word fd_flags[] = { W(FD_CLOEXEC) };
static const struct word statx_attributes[] = { {4, "STATX_ATTR_COMPRESSED"}, {0x10, "STATX_ATTR_IMMUTABLE"}, {0x20, "STATX_ATTR_APPEND"}, {0x40, "STATX_ATTR_NODUMP"},
	{0x800, "STATX_ATTR_ENCRYPTED"}, {0x1000, "STATX_ATTR_AUTOMOUNT"}, {0x2000, "STATX_ATTR_MOUNT_ROOT"} };
static const struct word signal_codes[] = { {1, "CLD_EXITED"}, {2, "CLD_KILLED"}, {3, "CLD_DUMPED"}, {4, "CLD_TRAPPED"}, {5, "CLD_STOPPED"}, {6, "CLD_CONTINUED"} };
/* clang-format on */

struct words {
	const struct word *list;
	uint16_t count;
	bool bits;
	const char *unknown; /* beside a number without a name, where strace says so */
	const char *zero;    /* for no bits at all, where that has a name */
};

#define SIZE(list)            (uint16_t)(sizeof(list) / sizeof *(list))
#define BITS(list)            {list, SIZE(list), true, NULL, NULL}
#define BITS_OR(list, zero)   {list, SIZE(list), true, NULL, zero}
#define CHOICE(list, unknown) {list, SIZE(list), false, unknown, NULL}

static const struct words words[] = {
	[ARG_AT_FLAGS] = BITS(at_flags),
	[ARG_UNLINK_FLAGS] = BITS(unlink_flags),
	[ARG_EACCESS_FLAGS] = BITS(eaccess_flags),
	[ARG_ACCESS_MODE] = BITS_OR(access_modes, "F_OK"),
	[ARG_SEEK] = CHOICE(seeks, "SEEK_???"),
	[ARG_PROT] = BITS_OR(protections, "PROT_NONE"),
	[ARG_MREMAP_FLAGS] = BITS(mremap_flags),
	[ARG_MSYNC_FLAGS] = BITS(msync_flags),
	[ARG_MADVISE] = CHOICE(madvices, "MADV_???"),
	[ARG_MLOCKALL] = BITS(mlockalls),
	[ARG_FCNTL] = CHOICE(fcntls, "F_???"),
	[ARG_IOCTL] = CHOICE(ioctls, NULL),
	[ARG_FLOCK] = BITS(flocks),
	[ARG_PRCTL] = CHOICE(prctls, "PR_???"),
	[ARG_WAIT_OPTIONS] = BITS(wait_options),
	[ARG_ID_TYPE] = CHOICE(id_types, "P_???"),
	[ARG_CLOCK] = CHOICE(clocks, "CLOCK_???"),
	[ARG_ITIMER] = CHOICE(itimers, "ITIMER_???"),
	[ARG_TIMER_FLAGS] = BITS(timer_flags),
	[ARG_SIGHOW] = CHOICE(sighows, "SIG_???"),
	[ARG_RESOURCE] = CHOICE(resources, "RLIMIT_???"),
	[ARG_RUSAGE_WHO] = CHOICE(rusage_whos, "RUSAGE_???"),
	[ARG_PRIORITY] = CHOICE(priorities, "PRIO_???"),
	[ARG_SCHED_POLICY] = CHOICE(policies, "SCHED_???"),
	[ARG_SOCKET_DOMAIN] = CHOICE(families, "AF_???"),
	[ARG_SOCKET_FLAGS] = BITS(socket_flags),
	[ARG_PROTOCOL] = CHOICE(protocols, "IPPROTO_???"),
	[ARG_MSG_FLAGS] = BITS(message_flags),
	[ARG_SHUTDOWN] = CHOICE(shutdowns, "SHUT_???"),
	[ARG_SOL] = CHOICE(levels, "SOL_???"),
	[ARG_EPOLL_OP] = CHOICE(epoll_operations, "EPOLL_CTL_???"),
	[ARG_EPOLL_FLAGS] = BITS(epoll_flags),
	[ARG_EVENTFD_FLAGS] = BITS(eventfd_flags),
	[ARG_SIGNALFD_FLAGS] = BITS(signalfd_flags),
	[ARG_TIMERFD_FLAGS] = BITS(timerfd_flags),
	[ARG_INOTIFY_FLAGS] = BITS(inotify_flags),
	[ARG_INOTIFY_MASK] = BITS(inotify_masks),
	[ARG_PIPE_FLAGS] = BITS(pipe_flags),
	[ARG_RANDOM_FLAGS] = BITS(random_flags),
	[ARG_MEMFD_FLAGS] = BITS(memfd_flags),
	[ARG_SPLICE_FLAGS] = BITS(splice_flags),
	[ARG_FALLOC_FLAGS] = BITS(fallocate_flags),
	[ARG_FADVISE] = CHOICE(fadvices, "POSIX_FADV_???"),
	[ARG_RENAME_FLAGS] = BITS(rename_flags),
	[ARG_XATTR_FLAGS] = BITS(xattr_flags),
	[ARG_RW_FLAGS] = BITS(rw_flags),
	[ARG_STATX_MASK] = BITS(statx_masks),
	[ARG_CLOSE_RANGE_FLAGS] = BITS(close_range_flags),
	[ARG_IPC_COMMAND] = CHOICE(ipc_commands, "IPC_???"),
	[WORDS_POLL] = BITS(polls),
	[WORDS_EPOLL] = BITS(epolls),
	[WORDS_SIGACTION] = BITS(sigactions),
	[WORDS_LOCK_TYPE] = CHOICE(lock_types, "F_???"),
	[WORDS_ADDRESS_FAMILY] = CHOICE(families, "AF_???"),
	[WORDS_TERMIOS_INPUT] = BITS(termios_input),
	[WORDS_TERMIOS_OUTPUT] = BITS(termios_output),
	[WORDS_TERMIOS_LOCAL] = BITS(termios_local),
	[WORDS_STACK_FLAGS] = BITS(stack_flags),
	[WORDS_FD_FLAGS] = BITS(fd_flags),
	[WORDS_SOCKET_OPTION] = CHOICE(socket_options, "SO_???"),
	[WORDS_TCP_OPTION] = CHOICE(tcp_options, "TCP_???"),
	[WORDS_STATX_ATTRIBUTES] = BITS(statx_attributes),
	[WORDS_SIGNAL_CODE] = CHOICE(signal_codes, NULL),
};

/* Bits joined by '|', after `first` where there is a word already. What has no name comes last. */
static void put_bits(struct text *text, const struct word *list, unsigned count, uint32_t value,
		     const char *first, const char *zero)
{
	const char *join = "";
	if (first) {
		text_put(text, first);
		join = "|";
	}
	uint32_t rest = value;
	for (unsigned i = 0; i < count; i++) {
		if (!list[i].value || (rest & list[i].value) != list[i].value)
			continue;
		text_format(text, "%s%s", join, list[i].name);
		rest &= ~list[i].value;
		join = "|";
	}
	if (rest)
		text_format(text, "%s%#x", join, rest);
	else if (!*join)
		text_put(text, zero ? zero : "0");
}

static const char *find(const struct word *list, unsigned count, uint32_t value)
{
	for (unsigned i = 0; i < count; i++)
		if (list[i].value == value)
			return list[i].name;
	return NULL;
}

/* Words of two parts: a choice in some bits, flags in the others. False: not such a kind. */
static bool put_mixed(struct text *text, enum argument_kind kind, uint32_t value)
{
	static const char *const accesses[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	static const char *const sharings[] = {"0", "MAP_SHARED", "MAP_PRIVATE", "MAP_SHARED_VALIDATE"};
	char other[24];
	const char *name;
	switch (kind) {
	case ARG_OPEN_FLAGS:
		put_bits(text, open_flags, SIZE(open_flags), value & ~(uint32_t)O_ACCMODE,
			 accesses[value & O_ACCMODE], NULL);
		return true;
	case ARG_MAP_FLAGS:
		snprintf(other, sizeof other, "%#x /* MAP_??? */", value & KERNEL_MAP_TYPE);
		put_bits(text, map_flags, SIZE(map_flags), value & ~(uint32_t)KERNEL_MAP_TYPE,
			 (value & KERNEL_MAP_TYPE) < 4 ? sharings[value & KERNEL_MAP_TYPE] : other, NULL);
		return true;
	case ARG_SOCKET_TYPE:
		name = find(socket_types, SIZE(socket_types), value & SOCKET_TYPE_MASK);
		snprintf(other, sizeof other, "%#x", value & SOCKET_TYPE_MASK);
		put_bits(text, socket_flags, SIZE(socket_flags), value & ~(uint32_t)SOCKET_TYPE_MASK,
			 name ? name : other, NULL);
		return true;
	case ARG_CLONE_FLAGS:
		if (value & ~(uint32_t)CSIGNAL || !(value & CSIGNAL))
			put_bits(text, clone_flags, SIZE(clone_flags), value & ~(uint32_t)CSIGNAL, NULL,
				 NULL);
		if (value & CSIGNAL) {
			if (value & ~(uint32_t)CSIGNAL)
				text_put(text, "|");
			words_put_signal(text, (int)(value & CSIGNAL));
		}
		return true;
	case ARG_FUTEX_OP:
		name = find(futex_operations, SIZE(futex_operations), value & FUTEX_COMMAND);
		if (!name) {
			text_format(text, "%#x /* FUTEX_??? */", value);
			return true;
		}
		text_format(text, "%s%s%s", name, value & FUTEX_PRIVATE_FLAG ? "_PRIVATE" : "",
			    value & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : "");
		return true;
	case ARG_FILE_MODE:
		name = find(file_types, SIZE(file_types), value & S_IFMT);
		text_format(text, "%s%s%#03o", name ? name : "", name ? "|" : "",
			    name ? value & ~(uint32_t)S_IFMT : value);
		return true;
	case ARG_IPC_FLAGS:
		if (value & ~0777u) {
			put_bits(text, ipc_flags, SIZE(ipc_flags), value & ~0777u, NULL, NULL);
			text_put(text, "|");
		}
		text_format(text, "%#03o", value & 0777);
		return true;
	default:
		return false;
	}
}

static bool put(struct text *text, unsigned kind, uint64_t value)
{
	if (kind >= sizeof words / sizeof *words || !words[kind].list)
		return false;
	const struct words *found = &words[kind];
	if (found->bits) {
		put_bits(text, found->list, found->count, (uint32_t)value, NULL, found->zero);
		return true;
	}
	const char *name = find(found->list, found->count, (uint32_t)value);
	if (name)
		text_put(text, name);
	else if (found->unknown)
		text_format(text, "%#x /* %s */", (uint32_t)value, found->unknown);
	else
		text_format(text, "%#x", (uint32_t)value);
	return true;
}

bool words_put(struct text *text, enum argument_kind kind, uint64_t value)
{
	return put_mixed(text, kind, (uint32_t)value) || put(text, kind, value);
}

bool words_put_inner(struct text *text, enum inner_words kind, uint64_t value)
{
	return put(text, kind, value);
}

/* The first signal number that the kernel leaves to programs, before libc takes some for itself. */
#define FIRST_REAL_TIME 32

static void put_signal(struct text *text, int number, const char *prefix)
{
	const char *name = number > 0 && number < FIRST_REAL_TIME ? sigabbrev_np(number) : NULL;
	if (name)
		text_format(text, "%s%s", prefix, name);
	else if (number == FIRST_REAL_TIME)
		text_format(text, "%sRTMIN", prefix);
	else if (number > FIRST_REAL_TIME && number <= SIGNALS_SHOWN_ALL)
		text_format(text, "%sRT_%d", prefix, number - FIRST_REAL_TIME);
	else
		text_format(text, "%d", number);
}

void words_put_signal(struct text *text, int number)
{
	put_signal(text, number, "SIG");
}

void words_put_signal_set(struct text *text, uint64_t set)
{
	/* A nearly full set reads better by what it lacks. */
	bool inverse = __builtin_popcountll(set) > SIGNALS_SHOWN_ALL * 2 / 3;
	if (inverse)
		set = ~set;
	text_put(text, inverse ? "~[" : "[");
	const char *join = "";
	for (int number = 1; number <= SIGNALS_SHOWN_ALL; number++) {
		if (!(set >> (number - 1) & 1))
			continue;
		text_put(text, join);
		put_signal(text, number, "");
		join = " ";
	}
	text_put(text, "]");
}
