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

# What no package has can only be given, and stays.
if [ "${KERNEL:-}" ]; then
	wanted=$(origin_of "$KERNEL")
elif [ "$package" != - ]; then
	wanted="Debian $package *"
else
	wanted="*"
fi
# shellcheck disable=SC2053 # a pattern
[ ! -e "$ready" ] || [[ $(head -n 1 "$ready") != $wanted ]] || exit 0

made=()
for tree in "$shared"{,/*}"/tree/$base"; do
	[ -e "$tree.ready" ] || continue
	nothing_unsaved "$tree"
	made+=("$tree".{ready,scratch} "$tree")
done

space_for 4
mkdir -p "$shared/tree"
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
GIT_AUTHOR_NAME="make tree" GIT_AUTHOR_EMAIL="make-tree@localhost" \
GIT_COMMITTER_NAME="make tree" GIT_COMMITTER_EMAIL="make-tree@localhost" \
	"${git[@]}" commit -q -m "Linux $(sed -n '$p' "$tmp/origin")" -m "$(head -n 1 "$tmp/origin")"
"${git[@]}" tag base

rm -rf "$ready" "$source" "${made[@]}"
mv "$tmp/linux" "$source"
mv "$tmp/origin" "$ready"
