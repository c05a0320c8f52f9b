#define gconv __gconv_iso8859_15
#define gconv_init __gconv_iso8859_15_init
#define gconv_end __gconv_iso8859_15_end
#include <iconvdata/iso8859-15.c>
