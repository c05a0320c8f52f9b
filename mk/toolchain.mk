# lind-clang and the tools beside it: one host program under several names, and CMake's toolchain file.

LIND_CLANG_CFLAGS  := -std=gnu17 -O2 -g -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wshadow
LIND_CLANG_SOURCES := $(sort $(wildcard tools/lind-clang/*.c))
LIND_CLANG_OBJECTS := $(LIND_CLANG_SOURCES:tools/lind-clang/%.c=$(OBJ)/lind-clang/%.o)

# Where the packages have put LLVM; asked for when a rule runs, for they may be missing before.
LLVM_BIN      = $(dir $(shell readlink -f "$$(command -v $(CLANG))"))
LIND_BUILTINS = $(shell $(CLANG) -print-resource-dir)/lib/wasi/libclang_rt.builtins-wasm32.a

PARTS += $(B)/toolchain.stamp

$(OBJ)/lind-clang/place.o: LIND_CLANG_CFLAGS += -DLIND_LLVM_BIN='"$(LLVM_BIN:%/=%)"' -DLIND_BUILTINS='"$(LIND_BUILTINS)"'

$(OBJ)/lind-clang/%.o: tools/lind-clang/%.c
	@mkdir -p $(@D)
	@$(CC) $(LIND_CLANG_CFLAGS) -MMD -MP -c $< -o $@

$(B)/toolchain.stamp: $(LIND_CLANG_OBJECTS) tools/lind-clang/lind.cmake mk/toolchain.mk
	@mkdir -p $(BIN) $(B)/lib/lind
	@$(CC) $(LIND_CLANG_CFLAGS) $(LIND_CLANG_OBJECTS) -o $(BIN)/lind-clang
	@for tool in ar nm ranlib strip; do ln -sf lind-clang $(BIN)/lind-$$tool; done
	@cp tools/lind-clang/lind.cmake $(B)/lib/lind/
	@touch $@

-include $(LIND_CLANG_OBJECTS:.o=.d)
