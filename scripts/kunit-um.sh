#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: kunit-um.sh BASE
#
# Build and run the KUnit suite as user mode Linux, with the kernel's own kunit.py:
# no emulation, and so races that a guest in QEMU seldom has, on kernels whose UML
# has more than one CPU.
. "$(dirname "$0")/lib.sh"

base=$1
known_base "$base"
src=$(srcdir "$base" patched)
obj=$src/.build-um
log=$build/reports/kunit-$base-um.log
grep -q '^config SMP$' "$src/arch/um/Kconfig" ||
	die "$base's user mode Linux has one CPU only; 'make kunit' boots a guest"

for_kernel_make
mkdir -p "$obj" "$build/reports"
kunit=("$src/tools/testing/kunit/kunit.py")
options=(--arch um --build_dir "$obj" --kunitconfig "$top/tools/testing/pcplists/kunitconfig")
cd "$src"
say "$base for user mode Linux, which takes minutes; the log is ${obj#"$top"/}/build.log"
{
	"${kunit[@]}" config "${options[@]}" &&
	"${kunit[@]}" build "${options[@]}" --make_options "CC=ccache gcc" --jobs "$(nproc)"
} > "$obj/build.log" 2>&1 || die "the build failed, see $obj/build.log"

status=0
# User space by ptrace, which seccomp=off means, can have one CPU only.
"${kunit[@]}" exec "${options[@]}" --timeout 600 --raw_output=all --kernel_args ncpus=4 \
	--kernel_args seccomp=on > "$log" 2>&1 || status=$?
"$top/scripts/check-log.sh" "$log" || exit 1
"${kunit[@]}" parse "$log"
exit $status
