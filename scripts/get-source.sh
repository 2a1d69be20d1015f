#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: get-source.sh BASE OUT
#
# Unpack the kernel source that BASE stands for into the directory OUT.  It
# comes from KERNEL, a directory (with or without .git, or a bare repository) or
# a tarball, or without that from a Debian package.  OUT/../origin then says
# what it is.
. "$(dirname "$0")/lib.sh"

known_base "$1"
out=$2
origin=$(dirname "$out")/origin

mkdir -p "$out"
# There is nothing wrong, only nothing to work on.
no_source()
{
	echo "${0##*/}: $*" >&2
	exit 4
}

if [ -z "${KERNEL:-}" ]; then
	[ "$package" != - ] ||
		no_source "no Debian package has a $version; give a tree or tarball: KERNEL=/path/to/linux"
	cache=$shared/source/$package
	[ -e "$cache/VERSION" ] ||
		"$top/scripts/apt-download.sh" "$suite" amd64 "$cache" "$package" ||
		no_source "give a $version tree or tarball instead: KERNEL=/path/to/linux"
	say "unpacking $package"
	tar -xf "$cache"/usr/src/linux-source-*.tar.* -C "$out" --strip-components=1
	# Debian's ignores everything, also what one wants to commit.
	rm -f "$out/.gitignore"
	echo "Debian $package $(cat "$cache/VERSION")" > "$origin"
	if [[ $1 = *-rt ]]; then
		say "patching it for PREEMPT_RT"
		xzcat "$cache"/usr/src/linux-patch-*-rt.patch.xz |
			patch -s -p1 -d "$out" || die "the package's PREEMPT_RT patch does not apply"
	fi
else
	origin_of "$KERNEL" > "$origin"
	say "copying $(cat "$origin")"
	if [ -f "$KERNEL" ]; then
		tar -xf "$KERNEL" -C "$out" --strip-components=1 ||
			die "KERNEL=$KERNEL is no tarball that tar can read"
	elif is_git "$KERNEL"; then
		named_git "$KERNEL" diff --quiet HEAD 2> /dev/null ||
			say "as of its last commit: what is not committed there is left out"
		named_git "$KERNEL" archive HEAD | tar -x -C "$out"
	else
		cp -a --no-preserve=ownership "$KERNEL/." "$out"
	fi
fi

[ -e "$out/Makefile" ] && [ -e "$out/mm/page_alloc.c" ] ||
	die "KERNEL=${KERNEL:-} is no kernel source"
found=$(sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\|EXTRAVERSION\) =[[:space:]]*//p' "$out/Makefile" |
	head -n 4 | paste -s -d. | sed 's/\.\([^.]*\)$/\1/')
case $found in
"$version".*|"$version"|"$version"-rc*)
	;;
*)
	die "KERNEL=${KERNEL:-} is $found, and BASE=$1 needs a $version" ;;
esac
rt=$(cat "$out/localversion-rt" 2> /dev/null || true)
case $1/$rt in
*-rt/)	die "KERNEL=${KERNEL:-} is $found without the PREEMPT_RT patch that BASE=$1 needs" ;;
*-rt/*)	;;
*/?*)	die "KERNEL=${KERNEL:-} is $found$rt, and BASE=$1 is for trees without PREEMPT_RT patch" ;;
esac
[ ! -e "$out/include/linux/pcplists.h" ] ||
	die "KERNEL=${KERNEL:-} has the series applied already; give the tree without it"
echo "$found$rt" >> "$origin"
