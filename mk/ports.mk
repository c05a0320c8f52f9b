# Ports: programs from pinned Debian sources, built by the recipes in ports/ with lind-clang, as any user would build them. Tests compare with
# the same sources built for the host (native).

PORTS        := zlib lua5.4 dash coreutils sqlite3 tcc bash make grep sed gawk findutils diffutils gzip xz tar \
	busybox
NATIVE_PORTS := zlib lua5.4 sqlite3 tcc

PORTS_DONE  := $(PORTS:%=$(OBJ)/ports/%.done)
NATIVE_DONE := $(NATIVE_PORTS:%=$(OBJ)/ports/native-%.done)

$(OBJ)/ports/%.done: ports/%/recipe ports/gnu.sh scripts/port scripts/debian-source $(B)/toolchain.stamp $(BIN)/lind-opt \
		$(B)/sysroot.stamp $(ROOT_DONE)
	+@$(STEP) 'building $* for the guest' $(LOGS)/port-$*.log scripts/port $* guest
	@mkdir -p $(@D) && touch $@

$(OBJ)/ports/native-%.done: ports/%/recipe ports/gnu.sh scripts/port scripts/debian-source
	+@$(STEP) 'building $* natively, to compare with' $(LOGS)/native-$*.log scripts/port $* native
	@mkdir -p $(@D) && touch $@

PARTS += $(PORTS_DONE)

# The shell uses zlib where it finds it: it shall always.
$(OBJ)/ports/sqlite3.done: $(OBJ)/ports/zlib.done

# What a configure script finds out in a cage is tested with GNU hello's, which is not built.
HELLO := $(B)/downloads/hello_2.10.orig.tar.gz
$(HELLO): scripts/debian-source
	@scripts/debian-source hello 2.10-3 $(@F) 31e066137a962676e89f69d1b65382de95a7ef7d914b8cb956f41ea72e0f516b >$(LOGS)/hello.log 2>&1 && touch $@

run: $(OBJ)/ports/native-lua5.4.done
test: $(NATIVE_DONE) $(HELLO)

# make check-ports: the suites that the makers of ports publish, on native builds and in cages, compared (scripts/check-port). Long; no part of
# make test. One of them: make check-ports SUITES=grep.
SUITES := $(filter-out %.differences,$(notdir $(wildcard tests/suites/*)))

.PHONY: check-ports $(SUITES:%=check-port-%)

check-ports: $(SUITES:%=check-port-%)

$(SUITES:%=check-port-%): check-port-%: all $(OBJ)/ports/native-%.done
	@scripts/check-port $*
