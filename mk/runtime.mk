# The runtime: src/ to $(BIN)/lind.

RUNTIME_SRC    := $(sort $(wildcard src/*/*.c))
RUNTIME_OBJ    := $(RUNTIME_SRC:%.c=$(OBJ)/%.o)
RUNTIME_CFLAGS := -std=gnu17 -D_GNU_SOURCE -O2 -g -fno-plt -fno-omit-frame-pointer -Wall -Wextra -Wconversion -Wshadow -Isrc \
	$(WASMTIME_CFLAGS) $(CFLAGS)

PARTS += $(BIN)/lind

# Names the step once, before the first object.
$(OBJ)/runtime.announced: $(RUNTIME_SRC)
	@mkdir -p $(@D)
	@$(STEP) 'compiling the runtime' $(LOGS)/lind.log true
	@touch $@

$(OBJ)/src/%.o: src/%.c | $(B)/wasmtime.stamp $(OBJ)/runtime.announced
	@mkdir -p $(@D)
	@$(CC) $(RUNTIME_CFLAGS) -MMD -MP -c $< -o $@

$(BIN)/lind: $(RUNTIME_OBJ) $(B)/wasmtime.stamp
	@mkdir -p $(@D)
	@$(STEP) 'linking lind' $(LOGS)/lind.log $(CC) $(RUNTIME_OBJ) -o $@ $(WASMTIME_LIBS)

-include $(RUNTIME_OBJ:.o=.d)
