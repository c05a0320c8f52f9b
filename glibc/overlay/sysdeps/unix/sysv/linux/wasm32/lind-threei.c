/* The calls of the Intercage Interposition Interface: <lind_syscall.h>.  */
#include <errno.h>
#include <stdio.h>
#include <lind_syscall.h>
#include <libio/libioP.h>
#include <sys/single_threaded.h>
#include <libc-internal.h>

extern int64_t __lind_threei_call (uint64_t, uint64_t, uint64_t,
				   uint64_t, uint64_t, uint64_t, uint64_t,
				   uint64_t, uint64_t, uint64_t, uint64_t,
				   uint64_t, uint64_t, uint64_t, uint64_t)
  __attribute__ ((import_module ("lind"), import_name ("threei_call")));

/* Stands for the caller's own cage.  */
enum { SELF = 0 };

/* Handlers run beside main, each on its caller's thread, and no pthread_create
   tells libc so: from the start, take locks and atomic operations.  */
static void __attribute__ ((constructor))
expect_handlers (void)
{
  __libc_single_threaded_internal = 0;
  __libc_single_threaded = 0;
  _IO_enable_locks ();
}

int64_t
make_threei_call64 (uint32_t number, uint64_t name,
		    uint64_t self, uint64_t target,
		    uint64_t arg1, uint64_t arg1cage,
		    uint64_t arg2, uint64_t arg2cage,
		    uint64_t arg3, uint64_t arg3cage,
		    uint64_t arg4, uint64_t arg4cage,
		    uint64_t arg5, uint64_t arg5cage,
		    uint64_t arg6, uint64_t arg6cage, int translate_errno)
{
  int64_t result = __lind_threei_call (number, self, target,
				       arg1, arg1cage, arg2, arg2cage,
				       arg3, arg3cage, arg4, arg4cage,
				       arg5, arg5cage, arg6, arg6cage);

  if (translate_errno == TRANSLATE_ERRNO_ON && result < 0 && result >= -4095)
    {
      __set_errno ((int) -result);
      return -1;
    }
  return result;
}

int
make_threei_call (uint32_t number, uint64_t name,
		  uint64_t self, uint64_t target,
		  uint64_t arg1, uint64_t arg1cage,
		  uint64_t arg2, uint64_t arg2cage,
		  uint64_t arg3, uint64_t arg3cage,
		  uint64_t arg4, uint64_t arg4cage,
		  uint64_t arg5, uint64_t arg5cage,
		  uint64_t arg6, uint64_t arg6cage, int translate_errno)
{
  return (int) make_threei_call64 (number, name, self, target,
				   arg1, arg1cage, arg2, arg2cage,
				   arg3, arg3cage, arg4, arg4cage,
				   arg5, arg5cage, arg6, arg6cage,
				   translate_errno);
}

int
register_handler (uint64_t targetcage, uint64_t targetcallnum,
		  uint64_t this_grate_id, uint64_t function)
{
  return make_threei_call (LIND_REGISTER_HANDLER, 0, SELF, SELF,
			   targetcage, targetcallnum, 0, this_grate_id,
			   function, 0, 0, 0, 0, 0, 0, 0, TRANSLATE_ERRNO_ON);
}

int
copy_data_between_cages (uint64_t thiscage, uint64_t targetcage,
			 uint64_t srcaddr, uint64_t srccage,
			 uint64_t destaddr, uint64_t destcage,
			 uint64_t len, uint64_t copytype)
{
  return make_threei_call (LIND_COPY_DATA, 0, SELF, SELF,
			   thiscage, 0, targetcage, 0, srcaddr, srccage,
			   destaddr, destcage, len, 0, copytype, 0,
			   TRANSLATE_ERRNO_ON);
}

int
copy_handler_table_to_cage (uint64_t srccage, uint64_t targetcage)
{
  return make_threei_call (LIND_COPY_HANDLER_TABLE, 0, SELF, SELF,
			   srccage, 0, targetcage, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			   TRANSLATE_ERRNO_ON);
}
