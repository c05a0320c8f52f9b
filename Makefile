# The front door: what can be asked for, and in which order the parts are built. How each part is built stands in mk/NAME.mk; all
# output goes to build/, whose bin and lib have the shape that `make install` gives PREFIX.

B         := build
BIN       := $(B)/bin
OBJ       := $(B)/obj
LOGS      := $(B)/logs
SYSROOT   := $(B)/lib/lind/sysroot
GUESTROOT := $(B)/lib/lind/root
PREFIX    ?= /usr/local
STEP      := scripts/step

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all run test check stress bench install clean help

ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += --no-print-directory

all:

include mk/setup.mk
include mk/wasmtime.mk mk/lind-opt.mk mk/toolchain.mk mk/sysroot.mk mk/runtime.mk mk/root.mk mk/grates.mk mk/ports.mk
include mk/test.mk mk/stress.mk mk/check.mk mk/tsan.mk mk/bench.mk mk/install.mk

all: $(PARTS)

# What steps that end with a stamp leave; other parts name these files. The recipes are empty: make then looks at the files' own times.
$(BIN)/lind-clang $(BIN)/lind-ar: $(B)/toolchain.stamp ;
$(SYSROOT)/usr/lib/libc.a: $(B)/sysroot.stamp ;

run: all
	@scripts/run $(ARGS)

clean:
	rm -rf $(B)

help:
	@echo 'make            build everything into $(B)/ (missing packages are installed first)'
	@echo 'make run        a tour: Lua and coreutils in cages, alone and under strace-grate'
	@echo "make run ARGS='PROGRAM ARG...'   run one program in a cage"
	@echo 'make test       all tests; ends with "N passed, N failed"'
	@echo 'make check-ports  the own suites of bash, make, grep … in cages and natively, compared; takes long'
	@echo 'make check      format, warnings as errors with gcc and clang, unit tests under ASan and UBSan'
	@echo 'make check-tsan the unit tests with threads under ThreadSanitizer'
	@echo 'make stress     processes, threads, signals and grates in great numbers, watched for leaks; takes long'
	@echo 'make bench      figures beside native ones, as ratios'
	@echo 'make install    to PREFIX (now $(PREFIX)); DESTDIR is honoured'
	@echo 'make clean      remove $(B)/'
