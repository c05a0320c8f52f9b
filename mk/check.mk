# make check: the form of our sources (clang-format), their cleanness (src and tools compiled by gcc and by clang with warnings as errors), and
# the unit tests, which are built with ASan and UBSan. glibc/overlay keeps glibc's form and is not looked at.

.PHONY: check-format check-warnings check-ahead

check: check-format check-warnings test-units
	@tests/run -k '^unit/'

CHECK_CFLAGS  := -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Wconversion -Wshadow -Werror -Iinclude -Isrc $(WASMTIME_CFLAGS)
CHECK_SOURCES := $(sort $(shell find src tools -name '*.c'))
CHECK_FORMAT  := $(sort $(shell find src tools include grates bench tests -name '*.[ch]' 2>/dev/null))

check-format:
	@$(STEP) 'checking the form of sources' $(LOGS)/check-format.log $(CLANG_FORMAT) --dry-run -Werror $(CHECK_FORMAT)

check-warnings: $(CHECK_SOURCES:%.c=$(OBJ)/check/gcc/%.o) $(CHECK_SOURCES:%.c=$(OBJ)/check/$(CLANG)/%.o)

$(OBJ)/check/gcc/%.o: %.c | $(B)/wasmtime.stamp
	@mkdir -p $(@D)
	@gcc $(CHECK_CFLAGS) -MMD -MP -c $< -o $@

$(OBJ)/check/$(CLANG)/%.o: %.c | $(B)/wasmtime.stamp
	@mkdir -p $(@D)
	@$(CLANG) $(CHECK_CFLAGS) -MMD -MP -c $< -o $@

# Where the build tells a source about places; here any will do.
$(foreach compiler,gcc $(CLANG),$(OBJ)/check/$(compiler)/tools/lind-clang/place.o): CHECK_CFLAGS += -DLIND_LLVM_BIN='""' -DLIND_BUILTINS='""'

# Compiled ahead of the tests, each of which has a time limit; what it finds is told by tests/check/warnings.t.
test: check-ahead
# After what it needs: two makes must not build the engine at once.
check-ahead: $(B)/wasmtime.stamp
	+@$(MAKE) -k check-warnings >$(LOGS)/check-warnings.log 2>&1 || true

-include $(foreach compiler,gcc $(CLANG),$(CHECK_SOURCES:%.c=$(OBJ)/check/$(compiler)/%.d))
