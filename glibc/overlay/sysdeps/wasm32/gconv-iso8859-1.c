#define gconv __gconv_iso8859_1
#define gconv_init __gconv_iso8859_1_init
#define gconv_end __gconv_iso8859_1_end
#include <iconvdata/iso8859-1.c>
