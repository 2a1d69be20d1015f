# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What every script here needs: where things are, and one way to give up.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# What is made of one topic's patches has a directory of its own; what was fetched is
# there for all of them, and so are kernels without any series and the cache of objects.
topic=${TOPIC:-pcplists}
shared=${PCP_BUILD:-$top/build}
build=$shared
for_topic= for_name=
[ "$topic" = pcplists ] || build=$shared/$topic for_topic=" TOPIC=$topic" for_name=$topic-
# Run from a hook, or from git rebase --exec, git is not to take our trees for its own.
# shellcheck disable=SC2046 # a list
unset $(git rev-parse --local-env-vars 2> /dev/null)
# Nothing is written outside of build/.
export PYTHONDONTWRITEBYTECODE=1

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

say()
{
	echo "  $*"
}

# known_base BASE: its line of scripts/bases as $version $suite $package
known_base()
{
	read -r _ version suite package < <(grep -E "^$1[[:space:]]" "$top/scripts/bases") ||
		die "unknown BASE '$1'; known are: $(grep -o '^v[^[:space:]]*' "$top/scripts/bases" | xargs)"
}

# known_arch ARCH: what make, the compiler, QEMU and Debian call it, how much
# memory its guest gets, and the address of what is beyond mem=.  A block of memory
# has 128 MB, or on arm64 before v5.12 1 GB.
known_arch()
{
	case $1 in
	x86_64)
		karch=x86 cross=x86_64-linux-gnu- debarch=amd64
		image=arch/x86/boot/bzImage console=ttyS0
		qemu=qemu-system-x86_64 machine="-M pc" cpus=max
		memory=784M more_memory=$((512 << 20)) ;;
	i386)
		karch=i386 cross=i686-linux-gnu- debarch=i386
		image=arch/x86/boot/bzImage console=ttyS0
		# The default is AMD's, of whose 32-bit CPUs Linux wants no more than one.
		qemu=qemu-system-i386 machine="-M pc" cpus=max,vendor=GenuineIntel
		memory=512M more_memory= ;;
	arm64)
		karch=arm64 cross=aarch64-linux-gnu- debarch=arm64
		image=arch/arm64/boot/Image console=ttyAMA0
		qemu=qemu-system-aarch64 machine="-M virt" cpus=max,pauth-impdef=on
		memory=2048M more_memory=$((2048 << 20)) ;;
	*)
		die "unknown ARCH '$1'; known are: x86_64 arm64 i386" ;;
	esac
	# This machine's own compiler has no prefix.
	[ "$1" != "$(uname -m)" ] || cross=
}

# known_config CONFIG: what it consists of, names in tools/testing/pcplists/configs
# joined by "+", as the array $parts.  A part is NAME.config, and NAME.boot if it wants
# something on the kernel's command line, too.
known_config()
{
	local name configs=$top/tools/testing/pcplists/configs
	parts=()
	for name in ${1//+/ }; do
		[ -e "$configs/$name.config" ] ||
			die "unknown CONFIG '$name'; known are: $(cd "$configs" && ls ./*.config | sed 's|^./||; s/.config$//' | xargs), and several joined by +"
		parts+=("$configs/$name")
	done
}

# series_of BASE: the directories in patches/ that the topic consists of for this base,
# in the order in which they apply
series_of()
{
	local name names=("$topic")
	[ "$topic" != all ] || names=(pcplists lru percpu)
	for name in "${names[@]}"; do
		[ ! -e "$top/patches/$name/$1/series" ] || echo "$top/patches/$name/$1"
	done
}

# patches_of BASE: the patches that these consist of
patches_of()
{
	local directory
	series_of "$1" | while read -r directory; do
		sed "s|^|$directory/|" "$directory/series"
	done
}

# one_series BASE: the only one of these
one_series()
{
	[ "$topic" != all ] || die "this goes by topic; give TOPIC=pcplists or another of $(cd "$top/patches" && echo *)"
	series_of "$1" | grep . || die "no series for $1 in patches/$topic/"
}

# origin_of KERNEL: what a source is, of which a branch may have moved on since
origin_of()
{
	if [ -f "$1" ]; then
		echo "$1 sha256:$(sha256sum "$1" | cut -d' ' -f1)"
	elif is_git "$1"; then
		echo "$1 $(named_git "$1" rev-parse HEAD)"
	elif [ -d "$1" ]; then
		echo "$1"
	else
		die "KERNEL=$1 does not exist"
	fi
}

# is_git DIRECTORY: a repository, or the root of a checkout
is_git()
{
	local prefix
	prefix=$(named_git "$1" rev-parse --show-prefix 2> /dev/null) && [ -z "$prefix" ]
}

# named_git DIRECTORY COMMAND...: git, in what somebody has named, whoever owns it
named_git()
{
	git -c safe.directory='*' -C "$@"
}

# alone BASE: nobody else makes or changes trees of this base until the script ends
alone()
{
	mkdir -p "$shared/tree"
	exec 9> "$shared/tree/$1.lock"
	flock 9
}

# Kernels that are only looked at for a moment share one checkout and one
# directory of objects, so that going from one to the next rebuilds little.
shared_variant()
{
	case $1 in
	base|patched)	return 1 ;;
	*)		return 0 ;;
	esac
}

# srcdir BASE VARIANT: the source of that kernel
srcdir()
{
	case $2 in
	base)		echo "$shared/tree/$1.base" ;;
	patched)	echo "$build/tree/$1" ;;
	*)		echo "$build/tree/$1.scratch" ;;
	esac
}

# objdir BASE ARCH VARIANT CONFIG: where that kernel is built.  In the source's own
# directory, since kbuild then calls the source "..", whichever it is: what two
# variants have in common is the same to ccache.
objdir()
{
	echo "$(srcdir "$1" "$3")/.build-$2-$4"
}

# for_kernel_make: what the kernel's make is to have around it, our cache of objects and
# no option that our own make was told
for_kernel_make()
{
	export CCACHE_DIR=$shared/ccache CCACHE_BASEDIR=$shared CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=4G
	unset MAKEFLAGS MFLAGS
}

# pack DIRECTORY FILE: that as an initramfs, in place only when it is complete
pack()
{
	(cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -1 > "$2.tmp"
	mv "$2.tmp" "$2"
}

# space_for N: at least N GB are free under build/
space_for()
{
	mkdir -p "$build"
	local free
	free=$(df -Pk "$build" | awk 'NR == 2 { print int($4 / 1048576) }')
	[ "$free" -ge "$1" ] ||
		die "$build has $free GB free and this needs $1; free some, or set PCP_BUILD to a directory elsewhere"
}
