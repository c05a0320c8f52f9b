# make check: the form of our sources (clang-format), and their cleanness: src and tools compiled by gcc and by clang with warnings as errors.
# Third-party trees and what glibc's own conventions rule (glibc/overlay) are not looked at.

.PHONY: check-format check-warnings

check: check-format check-warnings

CHECKED_FORMAT   = $(shell git ls-files -co --exclude-standard -- '*.c' '*.h' ':!glibc/overlay')
CHECKED_WARNINGS = $(shell git ls-files -co --exclude-standard -- 'src/*.c' 'tools/*.c')
WARNINGS        := -Wall -Wextra -Wconversion -Wshadow -Werror

check-format:
	+@$(STEP) 'check: clang-format' $(LOGS)/check-format.log $(CLANG_FORMAT) --dry-run -Werror $(CHECKED_FORMAT)
