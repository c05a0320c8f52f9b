#include <sysdeps/riscv/e_sqrtl.c>
