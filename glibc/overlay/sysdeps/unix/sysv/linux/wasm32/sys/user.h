#ifndef _SYS_USER_H
#define _SYS_USER_H 1
/* No registers for a debugger.  */
#endif
