#include <jmpbuf-unwind.h>

#define JB_FRAME_ADDRESS(buf) ((void *) _jmpbuf_sp (buf))
