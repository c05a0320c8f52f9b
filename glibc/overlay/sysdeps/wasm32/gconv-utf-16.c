#define gconv __gconv_utf_16
#define gconv_init __gconv_utf_16_init
#define gconv_end __gconv_utf_16_end
#include <iconvdata/utf-16.c>
