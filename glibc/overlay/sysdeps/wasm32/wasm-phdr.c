/* A module has no ELF headers; glibc learns the size of TLS from them.  So
   make up the one that it needs.  */
#include <ldsodefs.h>
#include <elf.h>

const ElfW(Ehdr) __ehdr_start attribute_hidden =
  { .e_phentsize = sizeof (ElfW(Phdr)) };

static ElfW(Phdr) tls_segment;

void
attribute_hidden
__wasm_setup_phdr (void)
{
  tls_segment.p_type = PT_TLS;
  tls_segment.p_memsz = __builtin_wasm_tls_size ();
  tls_segment.p_filesz = 0;	/* __wasm_init_tls copies the image.  */
  tls_segment.p_align = __builtin_wasm_tls_align () ?: 1;
  _dl_phdr = &tls_segment;
  _dl_phnum = 1;
}
