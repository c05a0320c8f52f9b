# make check-tsan: the unit tests that use threads but not the engine, built with ThreadSanitizer and run one after another.
#
# Those that run guests are left out. ThreadSanitizer keeps a signal back until the thread enters a function that it knows, and then shows its handler
# a copy of the machine's state: but the kick has to act at the instruction that it interrupts (base/interruptible.h). And what Wasmtime's threads do to
# keep out of one another's way is not seen, since Rust's code is built without it.

.PHONY: check-tsan

TSAN_OBJ    := $(OBJ)/tsan
TSAN_CFLAGS := $(filter-out -fsanitize=% -fno-sanitize-recover=%,$(UNIT_CFLAGS)) -fsanitize=thread
TSAN_TESTS  := $(filter abi_% base_% route_% file_% cage_% rawposix_%,$(UNIT_TESTS))

$(TSAN_OBJ)/%.o: %.c | $(UNIT_WASMTIME)
	@mkdir -p $(@D)
	@$(CC) $(TSAN_CFLAGS) -MMD -MP -c $< -o $@

$(TSAN_OBJ)/src.a: $(UNIT_SRC:%.c=$(TSAN_OBJ)/%.o)
	@rm -f $@
	@ar rcs $@ $^

$(TESTS)/tsan/%: $(TSAN_OBJ)/tests/unit/%.o $(TSAN_OBJ)/src.a
	@mkdir -p $(@D)
	@$(CC) $(TSAN_CFLAGS) -Wl,-z,muldefs $^ -o $@ -lcmocka -pthread $(WASMTIME_LIBS)

.SECONDARY: $(TSAN_TESTS:%=$(TSAN_OBJ)/tests/unit/%.o)

-include $(UNIT_SRC:%.c=$(TSAN_OBJ)/%.d) $(TSAN_TESTS:%=$(TSAN_OBJ)/tests/unit/%.d)

# Workers that rest in the pool at the end are no leak.
check-tsan: $(TSAN_TESTS:%=$(TESTS)/tsan/%)
	@for test in $(TSAN_TESTS); do \
		TSAN_OPTIONS="report_thread_leaks=0 suppressions=tests/tsan.suppressions" $(STEP) "ThreadSanitizer: $$test" $(LOGS)/tsan-$$test.log $(TESTS)/tsan/$$test || exit 1; \
	done
