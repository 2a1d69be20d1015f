#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: make-selftests.sh BASE ARCH
#
# Make build/guest/BASE-ARCH-selftests.cpio.gz: those of the base's own selftests of
# mm that can be linked statically, to be unpacked over the guest's initramfs.  For
# others a library is missing, as on every machine some are.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
known_base "$base"
known_arch "$arch"
guest=$build/guest/$base-$arch-selftests
[ ! -e "$guest.cpio.gz" ] || exit 0

src=$(srcdir "$base" base)
dir=mm
# v5.10 to v6.1
[ -e "$src/tools/testing/selftests/$dir" ] || dir=vm
mkdir -p "$guest/headers" "$guest/root/selftests"
for_kernel_make
make=(make -s -C "$src" ARCH="$karch" CROSS_COMPILE="$cross")
{
	"${make[@]}" O="$guest/headers" headers_install &&
	"${make[@]}" -k -j"$(nproc)" -C "$src/tools/testing/selftests/$dir" \
		OUTPUT="$guest/root/selftests" LDFLAGS=-static \
		KHDR_INCLUDES="-isystem $guest/headers/usr/include" || true
} > "$guest/build.log" 2>&1
programs=$(find "$guest/root/selftests" -type f -executable | wc -l)
[ "$programs" != 0 ] || die "none of the selftests was built, see $guest/build.log"
say "$programs programs of $base's selftests/$dir"

pack "$guest/root" "$guest.cpio.gz"
