#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: make-tree.sh BASE
#
# Make build/tree/BASE, a git tree with the commit of build/tree/BASE.base (tag
# base), the series on top and its tests on top of that (branch TOPIC).
# build/tree/BASE.ready exists when it is complete.
#
# Run again it brings the branch up to the series in patches/, unless there is
# something on the branch that is not in patches/.
. "$(dirname "$0")/lib.sh"

base=$1
known_base "$base"
mapfile -t series < <(series_of "$base")
[ ${#series[@]} != 0 ] || die "no series for $base in patches/$topic/"
tree=$build/tree/$base
ready=$tree.ready
origin=$shared/tree/$base.base.ready

# git am and worktrees need a committer, who is nobody in particular here.
export GIT_COMMITTER_NAME="make tree" GIT_COMMITTER_EMAIL="make-tree@localhost"

# am TREE PATCH...
am()
{
	git -C "$1" am -q --keep-cr --whitespace=nowarn "${@:2}" > "$build/am.log" 2>&1 || {
		git -C "$1" am --abort 2> /dev/null || true
		die "the series does not apply to $(sed -n '$p' "$origin"), see $build/am.log"
	}
}

# The tests are a patch of their own, and not of the series.
apply()
{
	local directory patches
	for directory in "${series[@]}"; do
		mapfile -t patches < "$directory/series"
		am "$1" "${patches[@]/#/$directory/}"
	done
	git -C "$1" update-ref refs/series/applied HEAD
	am "$1" "${series[@]/%//tests.patch}"
	git -C "$1" update-ref refs/series/tests HEAD
}

if [ -e "$ready" ]; then
	nothing_unsaved "$tree"
	[ "$(find "${series[@]}" -newer "$ready")" ] || exit 0
	say "applying the series to $tree anew"
	git -C "$tree" checkout -q -B "$topic" base
	apply "$tree"
	touch "$ready"
	exit 0
fi

space_for 3
mkdir -p "$build/tree"
tmp=$(mktemp -d "$build/tree/tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

git -c advice.detachedHead=false clone -q --shared --branch base "$shared/tree/$base.base" "$tmp/linux"
git -C "$tmp/linux" remote remove origin
echo '/.build-*' >> "$tmp/linux/.git/info/exclude"
git -C "$tmp/linux" checkout -q -b "$topic"
apply "$tmp/linux"

rm -rf "$tree" "$tree.scratch"
mv "$tmp/linux" "$tree"
cp "$origin" "$ready"
