# make bench: see bench/run.

bench: all
	@bench/run
