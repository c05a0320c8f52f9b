# make install: build/bin and build/lib as they are (host programs without debugging information), the man pages and the shell completion, under
# $(DESTDIR)$(PREFIX). Nothing that is installed depends on the place where it was built.

INSTALLED := $(DESTDIR)$(PREFIX)

install: all
	@mkdir -p $(INSTALLED)/bin $(INSTALLED)/lib $(INSTALLED)/share/bash-completion/completions
	cp -R --preserve=mode,links $(BIN)/. $(INSTALLED)/bin/
	strip $(INSTALLED)/bin/lind $(INSTALLED)/bin/lind-clang $(INSTALLED)/bin/lind-opt
	rm -rf $(INSTALLED)/lib/lind
	cp -R --preserve=mode,links,timestamps $(B)/lib/lind $(INSTALLED)/lib/
	cp completions/lind.bash $(INSTALLED)/share/bash-completion/completions/lind
	for page in docs/man/*.[1-9]; do install -D -m 644 -t $(INSTALLED)/share/man/man$${page##*.} "$$page" || exit 1; done
