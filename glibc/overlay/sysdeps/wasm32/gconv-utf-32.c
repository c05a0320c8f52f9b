#define gconv __gconv_utf_32
#define gconv_init __gconv_utf_32_init
#define gconv_end __gconv_utf_32_end
#include <iconvdata/utf-32.c>
