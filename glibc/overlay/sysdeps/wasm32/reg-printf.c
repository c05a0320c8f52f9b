/* register_printf_function takes a function of three arguments, and printf calls it
   with four: put one of the right type between.  */
#include <printf.h>
#define __register_printf_function __register_printf_function_untyped
#define register_printf_function __register_printf_function_unused
#include <stdio-common/reg-printf.c>
#undef __register_printf_function
#undef register_printf_function

static printf_arginfo_function *old_arginfo[UCHAR_MAX + 1];

static int
call_old_arginfo (const struct printf_info *info, size_t n, int *types,
		  int *size)
{
  return old_arginfo[info->spec & UCHAR_MAX] (info, n, types);
}

int
__register_printf_function (int spec, printf_function converter,
			    printf_arginfo_function arginfo)
{
  if (spec >= 0 && spec <= (int) UCHAR_MAX)
    old_arginfo[spec] = arginfo;
  return __register_printf_specifier (spec, converter, call_old_arginfo);
}
weak_alias (__register_printf_function, register_printf_function)
