/*
 * Where the toolchain's parts are: beside the driver's own executable, and what the compiler package
 * installs.
 */
#ifndef LIND_CLANG_PLACE_H
#define LIND_CLANG_PLACE_H

/** \brief Returns the folder of this executable, symbolic links resolved. */
const char *place_bin(void);

/** \brief Returns the guest's sysroot: ../lib/lind/sysroot from there. */
const char *place_sysroot(void);

/** \brief Returns the path of a program of LLVM's, named without suffix ("clang", "wasm-ld", "llvm-ar"). */
const char *place_llvm(const char *name);

/** \brief Returns the path of the compiler's run-time library. */
const char *place_builtins(void);

#endif
