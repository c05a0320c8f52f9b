#!/bin/bash
# lind-opt from the command line: exit statuses, one line for what is wrong, output that appears whole or not at all.
failures=0

# expect STATUS PATTERN COMMAND...: the exit status, and standard error that matches as a whole.
expect() {
	local status=$1 pattern=$2 error
	shift 2
	error=$("$@" 2>&1 >/dev/null)
	local got=$?
	if [ $got != "$status" ] || ! [[ $error =~ ^$pattern$ ]]; then
		echo "$*: exit status $got, not $status, or an unexpected message: $error"
		failures=$((failures + 1))
	fi
}

# linked OUTPUT CODE [OPTION...]: a module as the linker makes it for lind-clang, without libc.
linked() {
	local output=$1
	printf '%s\n' "$2" \
		'const unsigned __lind_attach_base_size = 2300; _Thread_local int local = 5;' \
		'void __lind_thread_start(int record) { local = record; }' \
		'void __lind_attach_thread(int block, int size) { local = block + size; }' >module.c
	shift 2
	clang-22 --target=wasm32-unknown-unknown -O1 -matomics -mbulk-memory -c module.c -o module.o &&
		wasm-ld-22 module.o -o "$output" --max-memory=4294967296 -z stack-size=65536 --stack-first --entry=_start --export-table \
			--export=__lind_thread_start --export=__lind_attach_thread --export=__stack_pointer --export=__heap_base \
			--export-if-defined=__tls_size --export-if-defined=__tls_align --export=__lind_attach_base_size "$@" || exit 1
}

linked good 'void _start(int sp) { (void)sp; }' --shared-memory
linked unshared 'void _start(int sp) { (void)sp; }' --no-check-features
linked unresolved 'void missing(void); void _start(int sp) { (void)sp; missing(); }' --shared-memory --allow-undefined
linked mistyped 'void _start(void) { }' --shared-memory
linked forking '__attribute__((import_module("lind"), import_name("fork"))) long long lind_fork(void);
	void _start(int sp) { if (sp) lind_fork(); }' --shared-memory --allow-undefined
head -c 200 good >cut
echo text >text
: >empty
cp good in-place
mkdir folder

expect 0 '' lind-opt good -o program
expect 0 '' lind-opt --verify program
expect 0 '' lind-opt --compact good --output compact
expect 0 '' lind-opt --verify compact
expect 0 '' lind-opt in-place -o in-place
cmp program in-place || failures=$((failures + 1))
[ "$(stat -c %s compact)" -lt "$(stat -c %s program)" ] || { echo 'nothing became shorter' && failures=$((failures + 1)); }
[ -x program ] || { echo 'not executable' && failures=$((failures + 1)); }
expect 0 '' lind-opt good -o /dev/null
expect 0 '' lind-opt --help
expect 0 '' lind-opt --version

# What does not import fork is the same either way.
expect 0 '' lind-opt --fork=none good -o same
cmp program same || failures=$((failures + 1))
expect 0 '' lind-opt forking -o forked
expect 0 '' lind-opt --verify forked
expect 0 '' lind-opt --fork=none forking -o alone
expect 0 '' lind-opt --verify alone
lind-opt --verify --report alone | grep -q lind.fork && { echo 'fork is still imported' && failures=$((failures + 1)); }
lind-opt --report forking -o forked | grep -q '^ *1 .* _start$' || { echo '--report does not tell of _start' && failures=$((failures + 1)); }
expect 2 'lind-opt: --fork=full or none is needed; see lind-opt --help' lind-opt --fork=half good -o out
expect 2 'lind-opt: [^
]*; see lind-opt --help' lind-opt --verify --fork=none good

expect 1 'lind-opt: program: has a section lind\.abi already[^
]*' lind-opt program -o out
expect 1 'lind-opt: unshared: [^
]*--shared-memory' lind-opt unshared -o out
expect 1 'lind-opt: unresolved: import env\.missing is not offered to guests' lind-opt unresolved -o out
expect 1 'lind-opt: mistyped: export _start is a function of another type[^
]*' lind-opt mistyped -o out
expect 1 'lind-opt: cut: offset 0x[0-9a-f]+: [^
]*' lind-opt cut -o out
expect 1 'lind-opt: text: offset 0x0: not a WebAssembly file' lind-opt text -o out
expect 1 'lind-opt: empty: offset 0x0: not a WebAssembly file' lind-opt empty -o out
expect 1 'lind-opt: none: No such file or directory' lind-opt none -o out
expect 1 'lind-opt: folder: Is a directory' lind-opt folder -o out
expect 1 'lind-opt: folder: Is a directory' lind-opt good -o folder
expect 1 'lind-opt: none/out: No such file or directory' lind-opt good -o none/out
expect 1 'lind-opt: /dev/full: No space left on device' lind-opt good -o /dev/full
expect 1 'lind-opt: good: no section lind\.abi.*' lind-opt --verify good
(
	ulimit -f 0
	trap '' XFSZ
	expect 1 'lind-opt: out: File too large' lind-opt good -o out
	exit $failures
) || failures=$((failures + 1))
expect 2 'lind-opt: [^
]*; see lind-opt --help' lind-opt
expect 2 'lind-opt: [^
]*; see lind-opt --help' lind-opt good
expect 2 'lind-opt: [^
]*; see lind-opt --help' lind-opt good good -o out
expect 2 'lind-opt: unknown option --wrong; see lind-opt --help' lind-opt --wrong good -o out
expect 2 'lind-opt: [^
]*; see lind-opt --help' lind-opt --verify good -o out
expect 2 'lind-opt: an argument is missing after -o; see lind-opt --help' lind-opt good -o
left=$(find . -name 'out*' -o -name '*.??????' ! -name 'module.*')
[ -z "$left" ] || { echo "left behind: $left" && failures=$((failures + 1)); }
exit $((failures > 0))
