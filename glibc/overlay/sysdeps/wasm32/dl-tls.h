/* One block of TLS a thread, made by the linker; module and offset pairs are
   for dynamic linking, which there isn't.  */
typedef struct
{
  unsigned long int ti_module;
  unsigned long int ti_offset;
} tls_index;

#define TLS_TP_OFFSET 0
#define TLS_DTV_OFFSET 0
#define TLS_DTV_UNALLOCATED ((void *) -1l)

extern void *__tls_get_addr (tls_index *ti);
#define GET_ADDR_OFFSET (ti->ti_offset)
#define __TLS_GET_ADDR(ti) (__tls_get_addr (ti))
