#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: make-tree.sh BASE
#
# Make build/tree/BASE, a git tree with the kernel source as its first commit
# (tag base), the series on top and its tests on top of that (branch TOPIC), and
# build/tree/BASE.base, a checkout of that first commit.  build/tree/BASE.ready
# exists when both are complete.
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

# git am and worktrees need a committer, who is nobody in particular here.
export GIT_COMMITTER_NAME="make tree" GIT_COMMITTER_EMAIL="make-tree@localhost"

# am TREE ORIGIN PATCH...
am()
{
	git -C "$1" am -q --keep-cr --whitespace=nowarn "${@:3}" > "$build/am.log" 2>&1 || {
		git -C "$1" am --abort 2> /dev/null || true
		die "the series does not apply to $(sed -n '$p' "$2"), see $build/am.log"
	}
}

# The tests are a patch of their own, and not of the series.
apply()
{
	local directory patches
	for directory in "${series[@]}"; do
		mapfile -t patches < "$directory/series"
		am "$1" "$2" "${patches[@]/#/$directory/}"
	done
	git -C "$1" update-ref refs/series/applied HEAD
	am "$1" "$2" "${series[@]/%//tests.patch}"
	git -C "$1" update-ref refs/series/tests HEAD
}

# What is there was made from something else: begin anew.
if [ -e "$ready" ] && [ "${KERNEL:-}" ] &&
   ! grep -qF -- "$KERNEL" "$ready"; then
	stale=true
elif [ -e "$ready" ] && [ -z "${KERNEL:-}" ] && [ "$package" != - ] &&
     ! grep -q ^Debian "$ready"; then
	stale=true
else
	stale=false
fi

if [ -e "$ready" ]; then
	git -C "$tree" diff --quiet HEAD &&
	[ "$(git -C "$tree" rev-parse HEAD)" = "$(git -C "$tree" rev-parse refs/series/tests)" ] ||
		die "$tree has changes that are not in patches/; commit them and run 'make refresh BASE=$base', or drop them with 'git -C $tree reset --hard refs/series/tests'"
fi

if [ -e "$ready" ] && ! $stale; then
	[ "$(find "${series[@]}" -newer "$ready")" ] || exit 0
	say "applying the series to $tree anew"
	git -C "$tree" checkout -q -B "$topic" base
	apply "$tree" "$ready"
	touch "$ready"
	exit 0
fi

space_for 6
mkdir -p "$build/tree"
tmp=$(mktemp -d "$build/tree/tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

"$top/scripts/get-source.sh" "$base" "$tmp/linux"

say "making a git tree of $(sed -n '$p' "$tmp/origin")"
git -C "$tmp/linux" init -q -b "$topic"
# Kernels are built in there.
mkdir -p "$tmp/linux/.git/info"
echo '/.build-*' >> "$tmp/linux/.git/info/exclude"
# Loose objects on the way into one pack are time and space for nothing.
git -C "$tmp/linux" config core.looseCompression 0
git -C "$tmp/linux" config gc.auto 0
git -C "$tmp/linux" add -A -f
GIT_AUTHOR_NAME="make tree" GIT_AUTHOR_EMAIL="make-tree@localhost" \
	git -C "$tmp/linux" commit -q -m "Linux $(sed -n '$p' "$tmp/origin")" -m "$(head -n 1 "$tmp/origin")"
git -C "$tmp/linux" tag base
apply "$tmp/linux" "$tmp/origin"

rm -rf "$ready" "$tree" "$tree.base" "$tree.scratch"
mv "$tmp/linux" "$tree"
git -C "$tree" worktree add -q "$tree.base" base
mv "$tmp/origin" "$ready"
