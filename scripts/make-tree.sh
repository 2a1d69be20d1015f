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
	local patches applied
	mapfile -t patches < <(patches_of "$base")
	am "$1" "${patches[@]}"
	applied=$(git -C "$1" rev-parse HEAD)
	am "$1" "${series[@]/%//tests.patch}"
	git -C "$1" update-ref refs/series/applied "$applied"
	git -C "$1" update-ref refs/series/tests HEAD
}

alone "$base"

if [ -e "$ready" ]; then
	git -C "$tree" diff --quiet HEAD &&
	[ "$(git -C "$tree" rev-parse HEAD)" = "$(git -C "$tree" rev-parse refs/series/tests)" ] ||
		die "$tree has changes that are not in patches/; commit them and run 'make refresh BASE=$base$for_topic', or drop them with 'git -C $tree reset --hard refs/series/tests'"
	[ "$(find "${series[@]}" -newer "$ready")" ] || exit 0
	say "applying the series to $tree anew"
	# Interrupted, or with a patch that does not apply, it is as it was.
	trap 'git -C "$tree" am --abort 2> /dev/null || rm -rf "$tree/.git/rebase-apply"
		git -C "$tree" checkout -q -f -B "$topic" refs/series/tests' EXIT
	git -C "$tree" checkout -q -B "$topic" base
	apply "$tree"
	trap - EXIT
	touch "$ready"
	exit 0
fi

space_for 3
mkdir -p "$build/tree"
tmp=$(mktemp -d "$build/tree/tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

git -c advice.detachedHead=false clone -q --shared --branch base "$shared/tree/$base.base" "$tmp/linux"
git -C "$tmp/linux" remote remove origin
# Kernels are built in there.
mkdir -p "$tmp/linux/.git/info"
echo '/.build-*' >> "$tmp/linux/.git/info/exclude"
git -C "$tmp/linux" checkout -q -b "$topic"
apply "$tmp/linux"

rm -rf "$tree" "$tree.scratch"
mv -T "$tmp/linux" "$tree"
# Not by an absolute name, so that build/ can be moved.
realpath --relative-to "$tree/.git/objects" "$shared/tree/$base.base/.git/objects" \
	> "$tree/.git/objects/info/alternates"
cp "$origin" "$ready"
