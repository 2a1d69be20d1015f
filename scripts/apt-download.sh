#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: apt-download.sh SUITE ARCH OUT PACKAGE...
#
# Unpack Debian packages of any suite and architecture into the directory OUT,
# with the version of the first in OUT/VERSION, without touching the machine's
# own package set or lists: apt gets a root of its own under build/, pointed at
# the mirrors that this machine is already set up with, and checks signatures as
# always.
. "$(dirname "$0")/lib.sh"

suite=$1 arch=$2 out=$3
shift 3
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

command -v apt-get > /dev/null && [ -e $keyring ] ||
	die "$* of Debian $suite needed, and this is no Debian machine"

root=$shared/apt/$suite-$arch
mkdir -p "$root/lists/partial" "$root/cache/archives/partial"
# Nothing is installed there, so no version is better because this machine has it.
: > "$root/status"
options=(
	-o "Dir::Etc::sourcelist=$root/sources.list"
	-o Dir::Etc::sourceparts=-
	-o "Dir::State::lists=$root/lists" -o "Dir::State::status=$root/status"
	-o "Dir::Cache=$root/cache"
	-o "APT::Architecture=$arch" -o "APT::Architectures=$arch"
	-o APT::Sandbox::User=root
)
# The newest suites' Release files can be past their date on a mirror that is
# not updated any more.  Signatures are checked all the same.
options+=(-o Acquire::Check-Valid-Until=false)

# Not every mirror has every suite: take the first one that has this.
found=
for site in $(apt-get indextargets --format '$(SITE)' | sort -u); do
	echo "deb [signed-by=$keyring] $site $suite main" > "$root/sources.list"
	if apt-get "${options[@]}" update > "$root/log" 2>&1; then
		found=$site
		break
	fi
done
[ "$found" ] ||
	die "none of this machine's mirrors has Debian $suite ($root/log)"

tmp=$(mktemp -d "$shared/apt/tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
(cd "$tmp" && apt-get "${options[@]}" download "$@") >> "$root/log" 2>&1 ||
	die "Debian $suite does not have $*, or there is no way to get it ($root/log)"

for deb in "$tmp"/*.deb; do
	dpkg-deb -x "$deb" "$tmp/root"
done
dpkg-deb -f "$tmp/$1"_*.deb Version > "$tmp/root/VERSION"
mkdir -p "$(dirname "$out")"
rm -rf "$out"
mv "$tmp/root" "$out"
say "$1 $(cat "$out/VERSION") from Debian $suite ($arch)"
