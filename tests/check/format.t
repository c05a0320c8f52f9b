#!/bin/bash
# Our sources have the form that .clang-format says.
exec make --no-print-directory -C "$TOP" check-format
