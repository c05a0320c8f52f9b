# make stress: processes, threads, signals and grates in great numbers, watched from outside (tests/stress/run). Long; no part of make test.
# One of them, or a smaller size: make stress STRESS='-s 10 forks'.

STRESSES := $(notdir $(basename $(wildcard tests/stress/*.c)))

.PHONY: stress stress-programs

$(TESTS)/stress/native/%: tests/stress/%.c tests/stress/stress.h
	@mkdir -p $(@D)
	@$(CC) $(GUEST_CFLAGS) $< -o $@

$(TESTS)/stress/%: tests/stress/%.c tests/stress/stress.h $(GUEST_TOOLS)
	@mkdir -p $(@D)
	@$(BIN)/lind-clang $(GUEST_CFLAGS) $< -o $@

stress-programs: $(STRESSES:%=$(TESTS)/stress/%) $(STRESSES:%=$(TESTS)/stress/native/%)

stress: all stress-programs
	@tests/stress/run --build $(CURDIR)/$(B) $(STRESS)
