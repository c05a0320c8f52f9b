# Wasmtime: the crate in wasmtime/ and what it depends on, as one static library and the headers of its C API. Takes a few minutes, once.

WASMTIME_DIR    := $(B)/wasmtime
WASMTIME_LIB    := $(WASMTIME_DIR)/release/liblindwasmtime.a
WASMTIME_CFLAGS := -isystem $(WASMTIME_DIR)/include
# Sections that nothing refers to, such as the text format that only tests read, are left out.
WASMTIME_LIBS   := -Wl,--gc-sections $(WASMTIME_LIB) -lpthread -ldl -lm -lgcc_s

PARTS += $(B)/wasmtime.stamp

# The headers come from the crate's own build, which configures them for the features that are compiled in; its folder's name has a hash.
$(B)/wasmtime.stamp: wasmtime/Cargo.toml wasmtime/Cargo.lock wasmtime/src/lib.rs
	@$(STEP) 'building Wasmtime (some minutes, once)' $(LOGS)/wasmtime.log env CARGO_TARGET_DIR=$(CURDIR)/$(WASMTIME_DIR) \
		$(CARGO) build --release --locked --manifest-path wasmtime/Cargo.toml
	@rm -rf $(WASMTIME_DIR)/include
	@cp -r "$$(dirname "$$(ls -td $(WASMTIME_DIR)/release/build/wasmtime-c-api-impl-*/out/include/wasmtime.h | head -n 1)")" \
		$(WASMTIME_DIR)/include
	@touch $@
