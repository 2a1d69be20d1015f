#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: make-base.sh BASE
#
# Make build/tree/BASE.base, a git tree of the kernel source with one commit (tag
# base), which kernels without the series are built in and which the trees of all
# topics share the objects of.  build/tree/BASE.base.ready says what it is, and
# exists when it is complete.
#
# Run again it begins anew if what is there is another source than the one asked
# for, and takes the topics' trees with it.
. "$(dirname "$0")/lib.sh"

base=$1
known_base "$base"
source=$shared/tree/$base.base
ready=$source.ready

alone "$base"

# Is what is there what is asked for?  What no package has can only be given, and stays.
if [ -e "$ready" ]; then
	is=$(head -n 1 "$ready")
	if [ -z "${KERNEL:-}" ]; then
		[ "$package" != - ] || exit 0
		[[ $is != "Debian $package "* ]] || exit 0
	elif [ "$is" = "$(origin_of "$KERNEL")" ]; then
		# Of a directory nothing but its name is known.
		newer=
		[ "$is" != "$KERNEL" ] ||
			newer=$(find -L "$KERNEL" -name '*.[ch]' -newer "$ready" -print -quit)
		[ "$newer" ] || exit 0
	fi
	say "$source is $is, which is not what is asked for now"
fi

# made_of_it: what else goes with it, of which all has to be in patches/
made_of_it()
{
	local tree files commits
	made=()
	for tree in "$shared"{,/*}"/tree/$base"; do
		[ -e "$tree.ready" ] || continue
		files=$(git -C "$tree" status --porcelain) &&
		commits=$(git -C "$tree" rev-list --single-worktree --all --not refs/series/tests) &&
		[ -z "$files$commits" ] ||
			die "$tree has files or commits that are not in patches/, and would go with its base; 'make refresh' it, or remove $tree.ready"
		made+=("$tree".{ready,scratch} "$tree")
	done
}
made_of_it

space_for 4
tmp=$(mktemp -d "$shared/tree/tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

"$top/scripts/get-source.sh" "$base" "$tmp/linux"

say "making a git tree of $(sed -n '$p' "$tmp/origin")"
git=(git -C "$tmp/linux")
"${git[@]}" init -q -b linux
# Kernels are built in there.
mkdir -p "$tmp/linux/.git/info"
echo '/.build-*' >> "$tmp/linux/.git/info/exclude"
# Loose objects on the way into one pack are time and space for nothing.
"${git[@]}" config core.looseCompression 0
"${git[@]}" config gc.auto 0
"${git[@]}" add -A -f
# Made again of the same source it is the same commit.
GIT_AUTHOR_NAME="make tree" GIT_AUTHOR_EMAIL="make-tree@localhost" GIT_AUTHOR_DATE="@0 +0000" \
GIT_COMMITTER_NAME="make tree" GIT_COMMITTER_EMAIL="make-tree@localhost" GIT_COMMITTER_DATE="@0 +0000" \
	"${git[@]}" commit -q -m "Linux $(sed -n '$p' "$tmp/origin")" -m "$(head -n 1 "$tmp/origin")"
"${git[@]}" tag base

# That took minutes.
made_of_it
rm -rf "${made[@]}" "$ready" "$source"
mv -T "$tmp/linux" "$source"
mv "$tmp/origin" "$ready"
