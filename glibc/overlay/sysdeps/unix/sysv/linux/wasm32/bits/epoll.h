#ifndef _SYS_EPOLL_H
# error "Never use <bits/epoll.h> directly; include <sys/epoll.h> instead."
#endif

enum
  {
    EPOLL_CLOEXEC = 02000000
#define EPOLL_CLOEXEC EPOLL_CLOEXEC
  };

/* struct epoll_event has 12 bytes, as on x86-64.  */
#define __EPOLL_PACKED __attribute__ ((__packed__))
