#define gconv __gconv_cp1252
#define gconv_init __gconv_cp1252_init
#define gconv_end __gconv_cp1252_end
#include <iconvdata/cp1252.c>
