# libgrate and the grates: guest programs like any other, built by lind-clang. Headers and library go into the sysroot, where lind-clang finds them; programs
# into the guest's /usr/bin. Test programs on 3i, tests/grates/NAME.c, become build/tests/grates/NAME.

GRATES        := geteuid-grate identity-grate strace-grate
GRATE_CFLAGS  := -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Wconversion -Wshadow
GRATE_HEADERS := $(patsubst include/%,$(SYSROOT)/usr/include/%,$(wildcard include/lind/*.h)) \
	$(SYSROOT)/usr/include/lind/syscalls.h $(SYSROOT)/usr/include/lind/syscalls.def
GRATE_OBJECTS := $(patsubst grates/lib/%.c,$(OBJ)/grates/%.o,$(sort $(wildcard grates/lib/*.c))) $(OBJ)/grates/syscalls.o
GRATE_TESTS   := $(patsubst tests/grates/%.c,$(B)/tests/grates/%,$(sort $(wildcard tests/grates/*.c)))
LIBGRATE      := $(SYSROOT)/usr/lib/libgrate.a

# What any guest program is made with and of.
GRATE_TOOLS := $(B)/toolchain.stamp $(BIN)/lind-opt $(B)/sysroot.stamp

$(SYSROOT)/usr/include/lind/%.h: include/lind/%.h | $(B)/sysroot.stamp
	@mkdir -p $(@D) && cp $< $@

$(SYSROOT)/usr/include/lind/syscalls.%: src/abi/syscalls.% | $(B)/sysroot.stamp
	@mkdir -p $(@D) && cp $< $@

$(OBJ)/grates/%.o: grates/lib/%.c $(GRATE_HEADERS) $(wildcard grates/lib/*.h) $(GRATE_TOOLS)
	@mkdir -p $(@D)
	@$(BIN)/lind-clang $(GRATE_CFLAGS) -c $< -o $@

$(OBJ)/grates/syscalls.o: src/abi/syscalls.c $(GRATE_HEADERS) $(GRATE_TOOLS)
	@mkdir -p $(@D)
	@$(BIN)/lind-clang $(GRATE_CFLAGS) -Isrc -c $< -o $@

$(LIBGRATE): $(GRATE_OBJECTS)
	@rm -f $@
	@$(BIN)/lind-ar rcs $@ $^

$(foreach grate,$(GRATES),$(eval $(GUESTROOT)/usr/bin/$(grate): $(wildcard grates/$(grate)/*.[ch])))
$(GRATES:%=$(GUESTROOT)/usr/bin/%): $(LIBGRATE)
	@mkdir -p $(@D)
	@$(BIN)/lind-clang $(GRATE_CFLAGS) $(filter %.c,$^) -o $@ -lgrate

$(B)/tests/grates/%: tests/grates/%.c $(LIBGRATE)
	@mkdir -p $(@D)
	@$(BIN)/lind-clang $(GRATE_CFLAGS) -pthread $< -o $@ -lgrate

$(B)/grates.stamp: $(GRATES:%=$(GUESTROOT)/usr/bin/%) $(OBJ)/root.done
	@touch $@

PARTS += $(B)/grates.stamp
test: $(GRATE_TESTS)

# The list of system calls for readers, kept beside the other documents.
docs/syscalls.md: src/abi/syscalls.def docs/list-syscalls
	@docs/list-syscalls >$@

PARTS += docs/syscalls.md
