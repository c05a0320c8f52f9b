# Set-up: the packages that the build needs. scripts/setup runs before any other rule is looked at, because make brings an included file up
# to date first; what it finds out (which cargo) comes back as that file's variables.

CLANG        := clang-22
CLANG_FORMAT := clang-format-22

# The moment that elapsed times count from. Make starts itself afresh after it has made an included file; that is the same run.
ifeq ($(MAKE_RESTARTS)$(MAKELEVEL),0)
$(shell mkdir -p $(LOGS) && date +%s >$(LOGS)/started)
endif
export LIND_STARTED := $(CURDIR)/$(LOGS)/started

ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),all)),)
include $(B)/setup.mk
endif

$(B)/setup.mk: scripts/setup
	@scripts/setup $@
