#!/bin/bash
# lind-test: timeout=240
# make: functions, pattern rules, included files that are remade, parallel jobs, errors, a recursive make, and what is up to date afterwards.
. "$TOP/tests/ports/lib.sh"
mkdir src
for i in 1 2 3 4 5 6 7 8; do
	echo "content $i" >src/part$i.in
	touch -d "2001-01-0$i" src/part$i.in
done
cat >Makefile <<'END'
VPATH := src
PARTS := $(basename $(notdir $(sort $(wildcard src/*.in))))
upper = $(subst a,A,$(1))
define both
$(1)-made: $(1).out
	cp $$< $$@
endef
all: whole sub $(PARTS:=-made)
	@echo done: $(words $^) files, $(firstword $(PARTS)), $(call upper,banana) $(if $(filter part3,$(PARTS)),has 3)
%.out: %.in | dir
	cat $< >$@; echo $(*F) >>$@
dir:
	mkdir $@
whole: $(PARTS:%=%.out)
	cat $^ >$@
	@test -s $@ && wc -l <$@
sub: ; @$(MAKE) --no-print-directory -f sub.mk LEVEL=$(MAKELEVEL)
$(foreach p,$(PARTS),$(eval $(call both,$(p))))
include made.mk
made.mk:
	echo 'FROM_MADE := $(shell cat src/part1.in | tr a-z A-Z)' >$@
show: ; @echo '$(FROM_MADE)' $(realpath src/../src) $(origin PATH) $(MAKEFLAGS)
fail: ; false
ignored: ; -exit 3
missing: no-such-file
.ONESHELL:
oneshell:
	@x=1
	while [ $$x -lt 4 ]; do echo $$x; x=$$((x + 1)); done
clean: ; rm -rf dir made.mk whole *.out *-made
.PHONY: all sub show fail ignored missing oneshell clean
END
cat >sub.mk <<'END'
export LEVEL
first: second ; @echo sub $$LEVEL $(MAKELEVEL) $(flavor LEVEL)
second: ; @for i in a b c; do echo $$i; done | sort -r
END
# both ARG...: once natively and once in a cage, each from nothing. The lines of parallel jobs come in any order.
both() {
	local program
	for program in native lind; do
		mkdir work && cp -rp src Makefile sub.mk work
		(cd work && $program make "$@" >"$logs/$program.out" 2>"$logs/$program.err"
		echo $? >>"$logs/$program.out"
		$program make -q all >>"$logs/$program.out" 2>&1
		echo $? >>"$logs/$program.out")
		mv work $program.tree
	done
	case ${1-} in
	-j*) sort -o "$logs/native.out" "$logs/native.out" && sort -o "$logs/lind.out" "$logs/lind.out" ;;
	esac
	diff "$logs/native.out" "$logs/lind.out" || fail "make $*: output differs"
	diff "$logs/native.err" "$logs/lind.err" || fail "make $*: messages differ"
	diff -r native.tree lind.tree || fail "make $*: trees differ"
	rm -rf native.tree lind.tree
}
both
both -j4 -O show all
both -s -k fail ignored missing
both oneshell whole
both -n
both show PARTS=part2 A=1
both -f missing.mk
finish
