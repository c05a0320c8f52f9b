# make test: builds the tests, then runs them all (tests/run).
#
# Guest tests, tests/guest/NAME.c, are built twice: by the host's compiler as build/tests/native/NAME, by lind-clang as build/tests/guest/NAME.
# Unit tests, tests/unit/NAME.c, are built with sanitizers and linked with an archive of all of src, or of lind-opt, built the same way.

.PHONY: test-programs test-units test-tools

TESTS        := $(B)/tests
GUEST_TESTS  := $(notdir $(basename $(sort $(wildcard tests/guest/*.c))))
UNIT_TESTS   := $(notdir $(basename $(sort $(wildcard tests/unit/*.c))))
GUEST_CFLAGS := -std=gnu17 -D_GNU_SOURCE -O1 -w -pthread
UNIT_CFLAGS  := -std=gnu17 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wconversion -Wshadow -Iinclude -Isrc -Itools $(WASMTIME_CFLAGS) \
	-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

test-programs: $(GUEST_TESTS:%=$(TESTS)/native/%) $(GUEST_TESTS:%=$(TESTS)/guest/%)
test-units: $(UNIT_TESTS:%=$(TESTS)/unit/%)

$(TESTS)/native/%: tests/guest/%.c tests/guest/check.h tests/guest/roles.h
	@mkdir -p $(@D)
	@$(CC) $(GUEST_CFLAGS) $< -o $@ -lm 2>$@.log || { cat $@.log >&2; exit 1; }

# What a guest program is made with and of: a change of any makes it anew.
GUEST_TOOLS := $(B)/toolchain.stamp $(BIN)/lind-opt $(B)/sysroot.stamp

$(TESTS)/guest/%: tests/guest/%.c tests/guest/check.h tests/guest/roles.h $(GUEST_TOOLS)
	@mkdir -p $(@D)
	@$(BIN)/lind-clang $(GUEST_CFLAGS) $< -o $@ -lm

# Programs that try to get out: guests only. And lind without the confinement of its look-ups, so that a test can tell that Landlock alone holds.
ATTACKS         := $(notdir $(basename $(sort $(wildcard tests/security/*.c))))
UNCONFINED_FILE := $(patsubst src/file/%.c,$(OBJ)/unconfined/%.o,$(wildcard src/file/*.c))

test-programs: $(ATTACKS:%=$(TESTS)/security/%) $(TESTS)/bin/lind-unconfined

$(TESTS)/security/%: tests/security/%.c tests/security/attack.h src/abi/syscalls.def $(GUEST_TOOLS)
	@mkdir -p $(@D)
	@$(BIN)/lind-clang $(GUEST_CFLAGS) -Isrc $< -o $@

$(OBJ)/unconfined/%.o: src/file/%.c | $(B)/wasmtime.stamp
	@mkdir -p $(@D)
	@$(CC) $(RUNTIME_CFLAGS) -DHOST_CONFINED=0 -MMD -MP -c $< -o $@

$(TESTS)/bin/lind-unconfined: $(UNCONFINED_FILE) $(filter-out $(OBJ)/src/file/%,$(RUNTIME_OBJ))
	@mkdir -p $(@D)
	@$(CC) $^ -o $@ $(WASMTIME_LIBS)
	@ln -sfn ../lib $(TESTS)/lib

-include $(UNCONFINED_FILE:.o=.d)

# What scripts are played with: tests/tools/NAME.c, built by the host's compiler.
TEST_TOOLS := $(notdir $(basename $(sort $(wildcard tests/tools/*.c))))

test-tools: $(TEST_TOOLS:%=$(TESTS)/tools/%)
test-programs: test-tools

$(TESTS)/tools/%: tests/tools/%.c
	@mkdir -p $(@D)
	@$(CC) -std=gnu17 -O1 -Wall -Wextra $< -o $@

# ---- unit tests

UNIT_OBJ      := $(OBJ)/unit
UNIT_SRC      := $(filter-out src/lind/main.c,$(sort $(wildcard src/*/*.c)))
UNIT_LIND_OPT := $(filter-out tools/lind-opt/main.c,$(sort $(wildcard tools/lind-opt/*.c)))
UNIT_WASMTIME := $(B)/wasmtime.stamp

$(UNIT_OBJ)/%.o: %.c | $(UNIT_WASMTIME)
	@mkdir -p $(@D)
	@$(CC) $(UNIT_CFLAGS) -MMD -MP -c $< -o $@

$(UNIT_OBJ)/src.a: $(UNIT_SRC:%.c=$(UNIT_OBJ)/%.o)
$(UNIT_OBJ)/lind-opt.a: $(UNIT_LIND_OPT:%.c=$(UNIT_OBJ)/%.o)
$(UNIT_OBJ)/src.a $(UNIT_OBJ)/lind-opt.a:
	@rm -f $@
	@ar rcs $@ $^

$(TESTS)/unit/lind_opt_%: $(UNIT_OBJ)/tests/unit/lind_opt_%.o $(UNIT_OBJ)/lind-opt.a
	@mkdir -p $(@D)
	@$(CC) $(UNIT_CFLAGS) $^ -o $@ -lcmocka

# These run what lind-opt makes: they contain Wasmtime's compiler, which is much slower with ASan's malloc.
$(TESTS)/unit/lind_opt_fork_%: tests/unit/lind_opt_fork_%.c $(wildcard tests/unit/lind_opt_*.h) \
		src/engine/clones_section.c src/engine/reader.c src/engine/clones_section.h src/engine/reader.h \
		$(filter-out %/main.o,$(LIND_OPT_OBJECTS)) | $(UNIT_WASMTIME)
	@mkdir -p $(@D)
	@$(CC) $(filter-out -fsanitize=% -fno-sanitize-recover=%,$(UNIT_CFLAGS)) $(filter %.c %.o,$^) -o $@ -lcmocka $(WASMTIME_LIBS)

# A test may bring functions of its own in place of a room's: the first definition counts.
$(TESTS)/unit/%: $(UNIT_OBJ)/tests/unit/%.o $(UNIT_OBJ)/src.a
	@mkdir -p $(@D)
	@$(CC) $(UNIT_CFLAGS) -Wl,-z,muldefs $^ -o $@ -lcmocka -pthread $(WASMTIME_LIBS)

.SECONDARY: $(UNIT_TESTS:%=$(UNIT_OBJ)/tests/unit/%.o)

-include $(UNIT_SRC:%.c=$(UNIT_OBJ)/%.d) $(UNIT_LIND_OPT:%.c=$(UNIT_OBJ)/%.d) $(UNIT_TESTS:%=$(UNIT_OBJ)/tests/unit/%.d)

test: all test-programs test-units
	@tests/run $(TESTFLAGS)

# bash under a pseudo-terminal beside the native one.
.PHONY: check-interactive
check-interactive: all test-tools
	@tests/run -k cli/bash_interactive -v
