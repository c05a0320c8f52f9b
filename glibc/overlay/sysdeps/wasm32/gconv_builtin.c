/* Steps between encodings that need no module. Those of gconv_static.h are modules
   in form: each has a function that looks at the step's names and prepares it. What
   it allocates lasts as long as the step, which is kept for the next use.  */
#include <gconv_int.h>

#define DECLARE(name) \
  extern __typeof (__gconv_transform_ascii_internal) __gconv_##name; \
  extern int __gconv_##name##_init (struct __gconv_step *);
DECLARE (utf_16)
DECLARE (utf_32)
DECLARE (iso8859_1)
DECLARE (iso8859_15)
DECLARE (cp1252)

#define __gconv_get_builtin_trans get_unprepared_trans
static void get_unprepared_trans (const char *, struct __gconv_step *);
#include <iconv/gconv_builtin.c>
#undef __gconv_get_builtin_trans

static const struct
{
  __gconv_fct convert;
  int (*prepare) (struct __gconv_step *);
} modules[] =
{
  { __gconv_utf_16, __gconv_utf_16_init },
  { __gconv_utf_32, __gconv_utf_32_init },
  { __gconv_iso8859_1, __gconv_iso8859_1_init },
  { __gconv_iso8859_15, __gconv_iso8859_15_init },
  { __gconv_cp1252, __gconv_cp1252_init },
};

void
__gconv_get_builtin_trans (const char *name, struct __gconv_step *step)
{
  get_unprepared_trans (name, step);
  for (size_t i = 0; i < sizeof (modules) / sizeof (modules[0]); i++)
    if (step->__fct == modules[i].convert)
      modules[i].prepare (step);
}
