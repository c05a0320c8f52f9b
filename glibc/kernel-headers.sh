#!/bin/sh
# Makes the guest's kernel headers: linux/ and asm-generic/ as the host's package
# linux-libc-dev has them, asm/ as for an ILP32 machine over x86-64's interface.
#
# usage: kernel-headers.sh ARCH-SYSCALL-H DESTINATION
set -eu
numbers=$1
to=$2
from=/usr/include

rm -rf "$to"
mkdir -p "$to/asm"
for folder in linux asm-generic mtd rdma sound video misc; do
	[ ! -d "$from/$folder" ] || cp -R "$from/$folder" "$to/"
done

for header in "$from"/asm-generic/*.h; do
	name=${header##*/}
	echo "#include <asm-generic/$name>" >"$to/asm/$name"
done
# Not among the generic ones.
for name in auxvec boot byteorder param sigcontext sembuf msgbuf shmbuf; do
	[ -e "$to/asm/$name.h" ] || : >"$to/asm/$name.h"
done
: >"$to/asm/ptrace.h"
: >"$to/asm/sigcontext.h"
: >"$to/asm/swab.h"
echo '#include <linux/byteorder/little_endian.h>' >"$to/asm/byteorder.h"

cat >"$to/asm/bitsperlong.h" <<'EOF'
#define __BITS_PER_LONG 32
#include <asm-generic/bitsperlong.h>
EOF

# As on x32, the kernel's long has 64 bits.
cat >"$to/asm/posix_types.h" <<'EOF'
#ifndef _ASM_POSIX_TYPES_H
#define _ASM_POSIX_TYPES_H
typedef long long __kernel_long_t;
typedef unsigned long long __kernel_ulong_t;
#define __kernel_long_t __kernel_long_t
typedef unsigned int __kernel_size_t;
typedef int __kernel_ssize_t;
typedef int __kernel_ptrdiff_t;
#define __kernel_size_t __kernel_size_t
#include <asm-generic/posix_types.h>
#endif
EOF

{
	echo '#ifndef _ASM_UNISTD_H'
	echo '#define _ASM_UNISTD_H'
	sed -n 's/^#define __NR_[a-z]/&/p' "$numbers"
	echo '#endif'
} >"$to/asm/unistd.h"
