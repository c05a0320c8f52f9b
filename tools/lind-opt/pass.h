/*
 * The passes: each looks at a module, or changes it, and tells what is wrong with it.
 */
#ifndef LIND_OPT_PASS_H
#define LIND_OPT_PASS_H

#include "../../src/abi/version.h"
#include "module.h"

/* Collects what is wrong with one file. Only the first problem is printed, unless all are wanted. */
struct problems {
	const char *file;
	bool all;
	unsigned count;
};

void problem(struct problems *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Imports are those of the guest interface, each with its type. */
void pass_imports(const struct module *m, struct problems *p);

/* Exports that the runtime needs are there, each with its type. */
void pass_exports(const struct module *m, struct problems *p);

/*
 * Makes a program that imports `fork` or `checkpoint` able to suspend its frames (fork.h). Others stay as
 * they are.
 */
void pass_fork(struct module *m, struct problems *p);

/* Makes such a program one that does not: `fork` fails, `checkpoint` returns 0, the imports vanish. */
void pass_fork_none(struct module *m, struct problems *p);

/* Makes the linker's shared memory an ordinary one of 4 GiB, and stamps the section `lind.abi`. */
void pass_unshare(struct module *m, struct problems *p);

/*
 * Puts the clones of functions that may be suspended into the section lind.clones, and exports what they use
 * of the program. After all passes that change code.
 */
void pass_clones(struct module *m, struct problems *p);

/* Exports each of the program's variables that has no name yet as __lind_global_N, N being its index. */
void pass_globals(struct module *m);

/* The memory and the section are as `pass_unshare` leaves them. */
void verify_stamp(const struct module *m, struct problems *p);

/* What the section says of suspending fits the imports and exports. */
void verify_suspending(const struct module *m, struct problems *p);

/* Writes all function bodies anew, with numbers in their shortest form. Debug information pins them down. */
void pass_compact(struct module *m, struct problems *p);

/* Every function body holds together. */
void verify_code(struct module *m, struct problems *p);

/*
 * Lets calls through function pointers reach functions of other types: `prepare` makes functions that do so,
 * `finish` leads the calls there. In between, passes that follow calls find them in `cast_functions`.
 */
void pass_casts_prepare(struct module *m, struct problems *p);
void pass_casts_finish(struct module *m, struct problems *p);

/* Takes the section apart. Returns false where it is of another size. */
bool abi_section_read(struct span content, struct lind_abi_section *abi);

/* Prints which functions can be suspended, and what that costs. */
void report_fork(const struct module *m);

/* Prints what a module consists of. */
void report_module(struct module *m, const char *file);

#endif
