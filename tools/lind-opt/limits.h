/*
 * Bounds that lind-opt puts on its input. They follow what engines accept (the WebAssembly JavaScript
 * interface's implementation limits), so that nothing an engine would run is refused here. Besides them,
 * no vector may have more items than bytes are left in its section, which bounds memory by the file's size.
 */
#ifndef LIND_OPT_LIMITS_H
#define LIND_OPT_LIMITS_H

#define LIMIT_MODULE_BYTES 1073741824u
#define LIMIT_NAME_BYTES   100000u
#define LIMIT_SIGNATURE    1000u    /* parameters, and results, of one type */
#define LIMIT_LOCALS       50000u   /* of one function, parameters included */
#define LIMIT_BODY_BYTES   7654321u /* of one function */
#define LIMIT_NESTING      100000u  /* blocks inside one another */
#define LIMIT_TYPES        1000000u
#define LIMIT_ITEMS        10000000u /* imports, functions, globals, exports, segments: of each */

#endif
