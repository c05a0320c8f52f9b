# The guest's base root, which programs see read-only: the skeleton in root/, the empty folders that the runtime mounts over, the time zones
# of this machine, and an entry for whoever builds, so that ls -l names the owners of files as it does natively. Ports and grates add usr/bin.

ROOT_DONE := $(OBJ)/root.done

$(ROOT_DONE): scripts/make-root $(shell find root -type f)
	@$(STEP) "building the guest's base root" $(LOGS)/root.log scripts/make-root root $(GUESTROOT)
	@mkdir -p $(@D) && touch $@

PARTS += $(ROOT_DONE)
