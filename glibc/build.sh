#!/bin/sh
# Builds the guest's C library: pristine glibc, our overlay of new files and our
# patches, by glibc's own build system; then installs headers and archives.
#
# usage: build.sh BUILD-FOLDER SYSROOT
#
# Run again after a change, it copies what changed and lets make do the rest; a
# change of patches or of the overlay's list of files starts from scratch.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" "$2"
build=$(cd "$1" && pwd)
sysroot=$(cd "$2" && pwd)

version=2.36
tarball=/usr/src/glibc/glibc-$version.tar.xz
sum=95f0ed7a02f15857fe725c510e0e2cb9050fb7793bcde4cc72ddf8def40d5cf8

llvm=${LLVM_SUFFIX--22}
LIND_CLANG=${CLANG:-clang$llvm}
OBJCOPY=llvm-objcopy$llvm
export LIND_CLANG OBJCOPY
jobs=${JOBS:-$(nproc)}

source=$build/src/glibc-$version
objects=$build/glibc
kernel=$build/kernel-headers

die() {
	echo "glibc/build.sh: $*" >&2
	exit 1
}

# Puts the source tree in place; tells by a key what it was made of.
unpack() {
	[ -r "$tarball" ] || die "$tarball is missing: install the package glibc-source"
	key=$(
		cd "$here"
		echo "$sum"
		cat patches/*.patch build.sh cc.sh kernel-headers.sh
		find overlay -type f | LC_ALL=C sort
	)
	key=$(echo "$key" | sha256sum | cut -d' ' -f1)
	if [ "$(cat "$source/.lind-key" 2>/dev/null)" != "$key" ]; then
		echo "$sum  $tarball" | sha256sum --check --quiet ||
			die "$tarball is not the release this port was written for (see sum in $0)"
		rm -rf "$source" "$objects"
		mkdir -p "$build/src"
		tar -xf "$tarball" -C "$build/src"
		for patch in "$here"/patches/*.patch; do
			patch -d "$source" -p1 -s -i "$patch" || die "${patch##*/} does not apply"
		done
		rm -f "$source/.lind-key"
	fi
	(cd "$here/overlay" && find . -type f) | while read -r file; do
		place "$here/overlay/$file" "$source/$file"
	done
	place "$here/../include/lind_syscall.h" \
		"$source/sysdeps/unix/sysv/linux/wasm32/lind_syscall.h"
	echo "$key" >"$source/.lind-key"
}

# Copies a file unless the copy is the same already.
place() {
	cmp -s "$1" "$2" && return
	mkdir -p "$(dirname "$2")"
	cp "$1" "$2"
}

configure() {
	[ ! -e "$objects/Makefile" ] || return 0
	sh "$here/kernel-headers.sh" \
		"$source/sysdeps/unix/sysv/linux/x86_64/64/arch-syscall.h" "$kernel"
	mkdir -p "$objects"
	cd "$objects"
	"$source/configure" --host=wasm32-unknown-linux-gnu --build=x86_64-linux-gnu --prefix=/usr \
		--disable-shared --disable-werror --enable-stack-protector=no --disable-nscd \
		--disable-build-nscd --disable-profile --disable-multi-arch --disable-default-pie \
		--without-selinux --disable-timezone-tools --with-headers="$kernel" \
		libc_cv_gcc_builtin_redirection=yes \
		CC="sh $here/cc.sh" CXX= BUILD_CC=cc CFLAGS='-O2 -g0' \
		AR=llvm-ar$llvm RANLIB=llvm-ranlib$llvm NM=llvm-nm$llvm OBJCOPY="$OBJCOPY" \
		OBJDUMP=llvm-objdump$llvm READELF=llvm-readelf$llvm \
		LD="$(command -v wasm-ld$llvm)" AS="$(command -v as)" ||
		die "configure failed"
}

compile() {
	# What clang warns of in pristine sources is not our concern.
	LIND_QUIET=-w make -C "$objects" -j"$jobs" lib
}

# Archives beside libc.a that still hold something; all else has moved into libc.
archives="math/libm resolv/libresolv crypt/libcrypt"
empty_archives="libpthread librt libdl libutil libanl"

compile_archives() {
	for archive in $archives; do
		folder=${archive%/*}
		LIND_QUIET=-w make -C "$source/$folder" -j"$jobs" subdir="$folder" ..=../ \
			objdir="$objects" "$objects/$archive.a"
	done
}

# Functions that are there and always fail: configure scripts take them for missing.
stubs() {
	for name in chflags fchflags getcontext gtty makecontext revoke setcontext setlogin sigreturn \
		sstk stty swapcontext; do
		echo "#define __stub_$name"
	done
}

install() {
	make -C "$objects" install-headers install-bootstrap-headers=yes \
		install_root="$objects/root"
	mkdir -p "$sysroot/usr/include" "$sysroot/usr/lib"
	cp -R "$kernel/." "$sysroot/usr/include/"
	cp -R "$objects/root/usr/include/." "$sysroot/usr/include/"
	stubs >"$sysroot/usr/include/gnu/stubs.h"
	mkdir -p "$sysroot/usr/include/lind"
	cp -R "$here/compiler" "$sysroot/usr/include/lind/"

	lib=$sysroot/usr/lib
	for archive in $archives; do
		cp "$objects/$archive.a" "$lib/"
	done
	for archive in $empty_archives; do
		rm -f "$lib/$archive.a"
		llvm-ar$llvm crs "$lib/$archive.a"
	done
	cp "$objects/csu/crt1.o" "$lib/"

	cp "$objects/libc.a" "$lib/libc.a"
	sh "$here/attach-size.sh" \
		"$(sed -n 's/^#define LIND_ATTACH_BASE_SIZE //p' "$objects/lind-attach-size.h")" \
		"$objects/lind-attach-size.o"
	llvm-ar$llvm rs "$lib/libc.a" "$objects/lind-attach-size.o"
}

unpack
configure
compile
compile_archives
install
