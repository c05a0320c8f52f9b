# The guest's C library and headers, and the one locale besides C that it comes with. glibc's own build needs no guest tool, only clang.

SYSROOT_SOURCES := $(wildcard glibc/*.sh glibc/patches/*.patch glibc/compiler/*.h) include/lind_syscall.h $(shell find glibc/overlay -type f)
LOCALE_DONE     := $(OBJ)/locale.done

PARTS += $(B)/sysroot.stamp $(LOCALE_DONE)

$(B)/sysroot.stamp: $(SYSROOT_SOURCES)
	@$(STEP) 'building lind-glibc (some minutes, once)' $(LOGS)/glibc.log env CLANG=$(CLANG) sh glibc/build.sh $(B) $(SYSROOT)
	@touch $@

# This machine's own: the files have the same form for every little-endian machine. Debian has them in its base system.
$(LOCALE_DONE): $(OBJ)/root.done
	@mkdir -p $(GUESTROOT)/usr/lib/locale
	@cp -R /usr/lib/locale/C.utf8 $(GUESTROOT)/usr/lib/locale/
	@touch $@
