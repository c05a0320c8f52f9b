#!/bin/sh
# Writes a wasm object that defines the constant global __lind_attach_base_size: what
# a thread of the runtime's needs besides its TLS. The assembler has no way to say a
# global's value, so the object is written byte by byte.
#
# usage: attach-size.sh VALUE OUTPUT
set -eu
size=$1
out=$2
[ "$size" -gt 0 ] && [ "$size" -lt 1048576 ]

octal() {
	printf '\\%03o' "$@"
}

# The value as a signed LEB128 of three bytes.
value=$(octal $((size & 127 | 128)) $((size >> 7 & 127 | 128)) $((size >> 14 & 63)))
name=__lind_attach_base_size
length=${#name}

{
	printf '\0asm\1\0\0\0'
	# Global section: one immutable i32.
	printf '\6\010\1\177\0\101'
	printf "$value"
	printf '\013'
	# Custom section "linking", version 2, a symbol table of one global, index 0.
	printf "\\0$(octal $((8 + 1 + 2 + 1 + 3 + 1 + length)))\\7linking\\2\\10"
	printf "$(octal $((1 + 3 + 1 + length)))\\1\\2\\0\\0$(octal "$length")"
	printf '%s' "$name"
} >"$out"
