#!/bin/bash
# gcc and clang have nothing to say about src and tools.
exec make --no-print-directory -C "$TOP" check-warnings
