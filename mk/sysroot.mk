# The guest's C library and headers. glibc's own build needs no guest tool, only clang.

SYSROOT_SOURCES := $(wildcard glibc/*.sh glibc/patches/*.patch glibc/compiler/*.h) include/lind_syscall.h $(shell find glibc/overlay -type f)

PARTS += $(B)/sysroot.stamp

$(B)/sysroot.stamp: $(SYSROOT_SOURCES)
	@$(STEP) 'building lind-glibc (some minutes, once)' $(LOGS)/glibc.log env CLANG=$(CLANG) sh glibc/build.sh $(B) $(SYSROOT)
	@touch $@
