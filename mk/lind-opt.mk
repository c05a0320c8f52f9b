# lind-opt, the last step of a link: wasm-ld's module in, Lind program out. A host program with no other library than libc.

LIND_OPT_CFLAGS  := -std=gnu17 -O2 -g -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wshadow
LIND_OPT_SOURCES := $(sort $(wildcard tools/lind-opt/*.c))
LIND_OPT_OBJECTS := $(LIND_OPT_SOURCES:tools/lind-opt/%.c=$(OBJ)/lind-opt/%.o)

PARTS += $(BIN)/lind-opt

$(OBJ)/lind-opt/%.o: tools/lind-opt/%.c
	@mkdir -p $(@D)
	@$(CC) $(LIND_OPT_CFLAGS) -MMD -MP -c $< -o $@

$(BIN)/lind-opt: $(LIND_OPT_OBJECTS)
	@mkdir -p $(@D)
	@$(CC) $(LIND_OPT_CFLAGS) $^ -o $@

-include $(LIND_OPT_OBJECTS:.o=.d)
