/* No _init and _fini sections.  */
#define ELF_INITFINI 0
