#!/bin/sh
# The compiler as glibc's own build sees it: clang for wasm32, dressed as a gcc for
# Linux. LIND_CLANG names the clang, LIND_QUIET may hold -w.
#
# -fgnuc-version: from 6.2 on configure takes it, from 7 on the headers would expect
# _Float32 as a keyword. The two -mllvm options belong together and must come once.
set -f
: "${LIND_QUIET:=}"
count=$#
while [ "$count" -gt 0 ]; do
	argument=$1
	shift
	count=$((count - 1))
	case $argument in
	# What only gcc or an ELF linker knows.
	-frounding-math | -fno-tree-loop-distribute-patterns) ;;
	-Wl,-z,* | -Wl,--hash-style* | -Wl,-d | -Wl,-dynamic-linker* | -Wl,--verbose | -Wl,-O1) ;;
	*) set -- "$@" "$argument" ;;
	esac
done
exec "${LIND_CLANG:-clang-22}" --target=wasm32-unknown-unknown -fgnuc-version=6.5.0 \
	-isystem "${0%/*}/compiler" \
	-D__linux__=1 -D__unix__=1 -D__gnu_linux__=1 \
	-matomics -mbulk-memory -mexception-handling -fno-common \
	-mllvm -wasm-enable-sjlj -mllvm -wasm-use-legacy-eh=false \
	-Wno-error=incompatible-pointer-types "$@" $LIND_QUIET
