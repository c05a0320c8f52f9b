/* Every limit of the runtime, in one place. Each has a test at the limit and one past it. */
#ifndef LIND_BASE_LIMITS_H
#define LIND_BASE_LIMITS_H

#define LIMIT_CAGE_ID         4194303           /* ids run from 1 to here, as Linux's pid_max on 64 bits */
#define LIMIT_CAGES           32768             /* alive or waiting to be reaped at once */
#define LIMIT_THREADS         32768             /* guest threads at once, in all cages */
#define LIMIT_DESCRIPTORS     4096              /* of one cage: its hard RLIMIT_NOFILE */
#define LIMIT_PATH            4096              /* bytes of a path with its NUL, as Linux's PATH_MAX */
#define LIMIT_SYMLINKS        40                /* followed in one look-up, as Linux */
#define LIMIT_VECTOR          1024              /* iovecs of one call, as Linux's UIO_MAXIOV */
#define LIMIT_RECORD_LOCKS    8192              /* of one cage, about: to unlock may cut one in two */
#define LIMIT_ARGUMENT_BYTES  (2 * 1024 * 1024) /* argv and envp of one exec, strings and pointers */
#define LIMIT_ARGUMENT_STRING (128 * 1024)      /* one string of them, as Linux's MAX_ARG_STRLEN */
#define LIMIT_INTERPRETERS    5                 /* #! files that lead to #! files, as Linux */
#define LIMIT_MODULE_BYTES    (512 * 1024 * 1024)
#define LIMIT_MEMORY_AREAS    65530 /* of one memory map, as Linux's max_map_count */
#define LIMIT_PLAIN_MEMORY                                                                                   \
	(4UL * 1024 * 1024) /* mapped by a program that may fork, beyond which its memory is ready for it */
#define LIMIT_HOST_STACK                                                                                     \
	(64UL * 1024 * 1024) /* of a host thread that runs guests: nested grates each take part of it */
#define LIMIT_POOL_STACK (256 * 1024) /* guest stack of one instance of a grate's pool */
#define LIMIT_ROUTE_LAYERS                                                                                   \
	65536 /* that one table of routes ever holds: a cage cannot eat memory by registering and            \
		 deregistering */
#define LIMIT_FRAMES      (64 * 1024 * 1024) /* bytes of one entry's frames that are kept during vfork */
#define LIMIT_GRATE_DEPTH 64                 /* handlers within handlers on one host thread */
#define LIMIT_CHECKPOINTS 256                /* of one thread, for siglongjmp out of the middle of code */
#define LIMIT_CHECKPOINT_BYTES                                                                               \
	(8 * 1024 * 1024) /* of saved frames in them: what is deeper can't be jumped to so */
#define LIMIT_TIMERS 1024 /* of timer_create, in one cage */
/* System V objects and message queues, of all cages together. The first three are Linux's defaults. */
#define LIMIT_IPC_OBJECTS     4096  /* of each kind */
#define LIMIT_SEMAPHORE_SET   32000 /* semaphores in one set */
#define LIMIT_SEMAPHORE_OPS   500   /* of one semop */
#define LIMIT_SEMAPHORES      (1U << 18)
#define LIMIT_SEMAPHORE_UNDOS (1U << 22) /* words in which cages note what their end undoes */
#define LIMIT_SEGMENTS_BYTES  (UINT64_C(16) << 30)
#define LIMIT_MESSAGE_BYTES   8192                 /* of one message, as Linux's MSGMAX */
#define LIMIT_QUEUE_BYTES     16384                /* of one queue, as Linux's MSGMNB */
#define LIMIT_MESSAGES_BYTES  (UINT64_C(64) << 20) /* of all, with what each costs beside its text */
#define LIMIT_MESSAGE_QUEUES  256                  /* of POSIX */
#define LIMIT_QUEUE_MESSAGES  10                   /* of one of them, as Linux's msg_max and msgsize_max */
#define LIMIT_QUEUE_MESSAGE   8192

#define LIMIT_NESTED_HANDLERS                                                                                \
	5 /* signal handlers that interrupt one another's code on one thread: each takes part of the host's  \
	     stack. What comes beyond waits for a system call */
#define LIMIT_NET_RULES 64 /* of each direction, by --connect and --listen */
#define LIMIT_QUEUED_SIGNALS                                                                                 \
	1024 /* real-time signals waiting in one cage or thread, beside one of each number */

#endif
