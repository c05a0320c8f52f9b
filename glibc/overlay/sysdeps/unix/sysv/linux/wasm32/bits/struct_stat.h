/* struct stat as x86-64's kernel fills it.  */
#if !defined _SYS_STAT_H && !defined _FCNTL_H
# error "Never include <bits/struct_stat.h> directly; use <sys/stat.h> instead."
#endif

#ifndef _BITS_STRUCT_STAT_H
#define _BITS_STRUCT_STAT_H 1

/* The names of timespec are not for every standard.  */
#ifdef __USE_XOPEN2K8
# define __STAT_TIMES \
    struct timespec st_atim; \
    struct timespec st_mtim; \
    struct timespec st_ctim;
# define st_atime st_atim.tv_sec
# define st_mtime st_mtim.tv_sec
# define st_ctime st_ctim.tv_sec
#else
# define __STAT_TIMES \
    __time_t st_atime; \
    __syscall_ulong_t st_atimensec; \
    __time_t st_mtime; \
    __syscall_ulong_t st_mtimensec; \
    __time_t st_ctime; \
    __syscall_ulong_t st_ctimensec;
#endif

#define __STAT_FIELDS \
    __dev_t st_dev; \
    __ino_t st_ino; \
    __nlink_t st_nlink; \
    int __nlink_high; \
    __mode_t st_mode; \
    __uid_t st_uid; \
    __gid_t st_gid; \
    int __pad0; \
    __dev_t st_rdev; \
    __off_t st_size; \
    __blksize_t st_blksize; \
    int __blksize_high; \
    __blkcnt_t st_blocks; \
    __STAT_TIMES \
    __syscall_slong_t __glibc_reserved[3];

struct stat
  {
    __STAT_FIELDS
  };

#ifdef __USE_LARGEFILE64
struct stat64
  {
    __STAT_FIELDS
  };
#endif

#undef __STAT_FIELDS
#undef __STAT_TIMES

#define _STATBUF_ST_BLKSIZE
#define _STATBUF_ST_RDEV
#define _STATBUF_ST_NSEC

#endif
