#!/bin/sh
# build.sh CARGO FOLDER: builds the static library in FOLDER and lays the headers of the C API beside it, in FOLDER/include.
#
# The crate of the C API has a build script that does nothing but configure these headers, by CMake. It is replaced by the lines below, which
# spare users the package.
set -eu
cargo=$1 folder=$2
cd "$(dirname "$0")"

host=$("${RUSTC:-rustc}" -vV | sed -n 's/^host: //p')
CARGO_TARGET_DIR=$folder "$cargo" build --release --locked --config "target.$host.wasmtime-c-api.include='replaced'"

crate=$("$cargo" metadata --format-version 1 --locked --filter-platform "$host" |
	sed -n 's,.*"manifest_path":"\([^"]*/wasmtime-c-api-impl-[^"/]*\)/Cargo\.toml".*,\1,p')
[ -d "$crate/include" ] || {
	echo "where cargo keeps the sources of wasmtime-c-api-impl, no headers were found" >&2
	exit 1
}
headers=$folder/include.new
rm -rf "$headers"
cp -r "$crate/include" "$headers"
chmod -R u+w "$headers"

# One #define for each feature that Cargo.toml asks for.
defines=$(sed -n '/^wasmtime-c-api = /,/^\]/{/^ /s/"\([a-z-]*\)",/\n\1\n/gp}' Cargo.toml | grep -x '[a-z-]*[a-z]' | tr 'a-z-' 'A-Z_')
conf=$headers/wasmtime/conf.h
cp "$conf.in" "$conf"
for feature in $defines; do
	sed -i "s/^#cmakedefine WASMTIME_FEATURE_$feature\r*\$/#define WASMTIME_FEATURE_$feature/" "$conf"
done
sed -i '/^#cmakedefine/d' "$conf"
rm -rf "$folder/include"
mv "$headers" "$folder/include"
