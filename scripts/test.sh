#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: test.sh BASE ARCH
#
# What must work before anything else is worth looking at.
. "$(dirname "$0")/lib.sh"
. "$top/scripts/suite.sh"

known_base "$1"
known_arch "$2"
run=(make -s --no-print-directory -C "$top" BASE="$1" ARCH="$2" VARIANT=patched)

suite_test "the series applies to $1" "${run[@]}" tree
[ $failed = 0 ] || { suite_done; exit 1; }
suite_test "the series is in order" "${run[@]}" check
suite_test "the patched kernel builds ($2)" "${run[@]}" kernel
[ $failed = 0 ] || { suite_done; exit 1; }
[ "$topic" != pcplists ] ||
	suite_test "the header costs no instruction" "${run[@]}" codegen
suite_test "the KUnit suite" "${run[@]}" kunit
suite_test "it boots and survives drains of every kind" "${run[@]}" stress
suite_test "drains interrupt no isolated CPU" "${run[@]}" isolation
if [ "$topic" = pcplists ]; then
	suite_test "the exchange in user space" "${run[@]}" harness
	suite_test "the exchange in models" "${run[@]}" models
fi
suite_done
