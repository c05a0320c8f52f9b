# make install: build/bin and build/lib as they are, the man pages and the shell completion, under $(DESTDIR)$(PREFIX). Nothing that is
# installed names the place where it was built.

install: all
	@mkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions
	cp -R --preserve=mode,links $(BIN)/. $(DESTDIR)$(PREFIX)/bin/
	rm -rf $(DESTDIR)$(PREFIX)/lib/lind
	cp -R --preserve=mode,links,timestamps $(B)/lib/lind $(DESTDIR)$(PREFIX)/lib/
	cp completions/lind.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lind
	for page in docs/man/*.1; do [ ! -f "$$page" ] || install -m 644 "$$page" $(DESTDIR)$(PREFIX)/share/man/man1/; done
