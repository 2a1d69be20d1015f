#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: make-stress-ng.sh ARCH
#
# Make build/guest/ARCH-workload.cpio.gz: Debian's stress-ng and the libraries that
# it loads, to be unpacked over the guest's initramfs.
. "$(dirname "$0")/lib.sh"

arch=$1
known_arch "$arch"
guest=$build/guest/$arch-workload
[ ! -e "$guest.cpio.gz" ] || exit 0

# Of Debian 11: newer ones bring a graphics stack of 100 MB along.
packages=(stress-ng libapparmor1 libbsd0 libc6 libcrypt1 libjudydebian1 libmd0 libsctp1 zlib1g)
[ "$arch" != x86_64 ] || packages+=(libipsec-mb0)
"$top/scripts/apt-download.sh" bullseye "$debarch" "$guest" "${packages[@]}"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,lib}
cp "$guest/usr/bin/stress-ng" "$root/bin/"
ln -s lib "$root/lib64"

# needed FILE: put what FILE loads, and what that loads, into lib
needed()
{
	local name file
	for name in $(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		[ ! -e "$root/lib/$name" ] || continue
		file=$(find "$guest" -name "$name" | head -n 1)
		[ "$file" ] || die "stress-ng needs $name, which none of its packages has"
		cp -L "$file" "$root/lib/"
		needed "$root/lib/$name"
	done
}
needed "$root/bin/stress-ng"

pack "$root" "$guest.cpio.gz"
