#!/bin/bash
# Programs that start others, by exec: env, nice, nohup.
. "$TOP/tests/ports/lib.sh"
same env -i A=1 B='two words' env
same env printf '%s\n' one two
same env sh-that-is-not-there
same nice -n 0 echo hello
same nohup echo hello
finish
