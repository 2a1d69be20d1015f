#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: make-initramfs.sh ARCH
#
# Make build/guest/ARCH.cpio.gz: busybox, the programs and scripts of
# tools/isolation, and an init that runs them.
. "$(dirname "$0")/lib.sh"

arch=$1
known_arch "$arch"
guest=$build/guest/$arch

[ -e "$guest/busybox/VERSION" ] ||
	"$top/scripts/apt-download.sh" "$(. /etc/os-release; echo "$VERSION_CODENAME")" \
		"$debarch" "$guest/busybox" busybox-static

make -s -C "$top/tools/isolation" O="$guest/programs" CROSS_COMPILE="$cross"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,dev,proc,sys,tmp}
cp "$guest"/busybox/bin/busybox "$guest"/programs/* "$root/bin/"
# The applets' names, without running a foreign busybox: those of its help text.
for applet in awk cat cp cttyhack cut date dd echo false find grep gzip head insmod kill killall \
	      ln ls mkdir mke2fs mkfifo mount printf ps reboot rm rmdir rmmod sed seq setsid sh sleep sort \
	      tail tar taskset test timeout '[' touch tr true uname wc xxd; do
	ln -s busybox "$root/bin/$applet"
done
cp "$top"/tools/isolation/guest/* "$root/"

pack "$root" "$guest.cpio.gz"
