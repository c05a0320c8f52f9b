# Wasmtime: the crate in wasmtime/ and what it depends on, as one static library and the headers of its C API. Takes a few minutes, once.

WASMTIME_DIR    := $(B)/wasmtime
WASMTIME_LIB    := $(WASMTIME_DIR)/release/liblindwasmtime.a
WASMTIME_CFLAGS := -isystem $(WASMTIME_DIR)/include
# Sections that nothing refers to, such as the text format that only tests read, are left out.
WASMTIME_LIBS   := -Wl,--gc-sections $(WASMTIME_LIB) -lpthread -ldl -lm -lgcc_s

PARTS += $(B)/wasmtime.stamp

$(B)/wasmtime.stamp: wasmtime/Cargo.toml wasmtime/Cargo.lock wasmtime/src/lib.rs wasmtime/build.sh
	@$(STEP) 'building Wasmtime (some minutes, once)' $(LOGS)/wasmtime.log wasmtime/build.sh $(CARGO) $(CURDIR)/$(WASMTIME_DIR)
	@touch $@
