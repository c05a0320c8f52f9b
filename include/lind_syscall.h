/**
 * The Intercage Interposition Interface (3i), as grates call it.
 *
 * A cage has a table that leads each system call number to the microvisor or to a handler in a
 * grate. A handler is a function of type threei_handler in the grate's program; it runs on the
 * caller's thread, beside the grate's main and other handlers, and what it returns is what the
 * caller's system call returns (-errno for an error).
 */
#ifndef _LIND_SYSCALL_H
#define _LIND_SYSCALL_H 1

#include <stdint.h>

/** System call numbers of 3i itself; a grate may interpose on them like on any other. */
#define LIND_REGISTER_HANDLER   1001
#define LIND_COPY_DATA          1002
#define LIND_COPY_HANDLER_TABLE 1003

/** First and last number that grates may define between themselves. */
#define LIND_PRIVATE_FIRST 3000
#define LIND_PRIVATE_LAST  3999

/** Function of register_handler() that takes the handler away. */
#define THREEI_DEREGISTER 500

/** Or-ed to an argument's cage id: the pointer is in the calling grate's own memory. */
#define GRATE_MEMORY_FLAG (UINT64_C(1) << 63)

/** Last argument of make_threei_call(). */
#define TRANSLATE_ERRNO_OFF 0
#define TRANSLATE_ERRNO_ON  1

/** Last argument of copy_data_between_cages(). */
#define LIND_COPY_BYTES  0
#define LIND_COPY_STRING 1

/** Results that existing Lind programs know. */
#define ELINDAPIABORTED 0xE0010001
#define ELINDESRCH      0xE0010002

#ifdef __cplusplus
extern "C" {
#endif

/**
 * \brief A handler: takes the id of its own grate, then each argument of the caller's system call
 * with the id of the cage whose memory it points into. A handler may return int64_t as well.
 */
typedef int (*threei_handler)(uint64_t cageid, uint64_t arg1, uint64_t arg1cage, uint64_t arg2,
			      uint64_t arg2cage, uint64_t arg3, uint64_t arg3cage, uint64_t arg4,
			      uint64_t arg4cage, uint64_t arg5, uint64_t arg5cage, uint64_t arg6,
			      uint64_t arg6cage);

/**
 * \brief Makes a system call through the table of one cage, on behalf of another.
 *
 * \param callnumber the system call
 * \param callname unused, 0
 * \param self_cageid the cage whose table routes the call: to forward, the grate itself
 * \param target_cageid the cage that the call is done to: to forward, the client
 * \param translate_errno TRANSLATE_ERRNO_ON: an error sets errno and returns -1;
 *        TRANSLATE_ERRNO_OFF: returns the raw result, -errno for an error
 */
int make_threei_call(uint32_t callnumber, uint64_t callname, uint64_t self_cageid, uint64_t target_cageid,
		     uint64_t arg1, uint64_t arg1cageid, uint64_t arg2, uint64_t arg2cageid, uint64_t arg3,
		     uint64_t arg3cageid, uint64_t arg4, uint64_t arg4cageid, uint64_t arg5,
		     uint64_t arg5cageid, uint64_t arg6, uint64_t arg6cageid, int translate_errno);

/** \brief make_threei_call() for results of 64 bits (lseek, mmap). */
int64_t make_threei_call64(uint32_t callnumber, uint64_t callname, uint64_t self_cageid,
			   uint64_t target_cageid, uint64_t arg1, uint64_t arg1cageid, uint64_t arg2,
			   uint64_t arg2cageid, uint64_t arg3, uint64_t arg3cageid, uint64_t arg4,
			   uint64_t arg4cageid, uint64_t arg5, uint64_t arg5cageid, uint64_t arg6,
			   uint64_t arg6cageid, int translate_errno);

/**
 * \brief Leads a call number of a cage to a handler of a grate, or away from it.
 *
 * \param targetcage whose table changes
 * \param targetcallnum which entry
 * \param this_grate_id the cage that holds the handler
 * \param fn the handler's address, or THREEI_DEREGISTER
 * \return 0, or -1 with errno
 */
int register_handler(uint64_t targetcage, uint64_t targetcallnum, uint64_t this_grate_id, uint64_t fn);

/**
 * \brief Copies between the memories of two cages.
 *
 * \param thiscage the caller
 * \param targetcage the client that the copy is done for
 * \param srcaddr,srccage from where
 * \param destaddr,destcage to where
 * \param len how many bytes at most
 * \param copytype LIND_COPY_BYTES: just so many; LIND_COPY_STRING: up to and with the NUL, which
 *        must be among them
 * \return 0, or -1 with errno
 */
int copy_data_between_cages(uint64_t thiscage, uint64_t targetcage, uint64_t srcaddr, uint64_t srccage,
			    uint64_t destaddr, uint64_t destcage, uint64_t len, uint64_t copytype);

/**
 * \brief Replaces the whole table of one cage by a copy of another's.
 *
 * \return 0, or -1 with errno
 */
int copy_handler_table_to_cage(uint64_t srccage, uint64_t targetcage);

#ifdef __cplusplus
}
#endif

#endif
