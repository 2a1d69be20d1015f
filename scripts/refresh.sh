#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: refresh.sh BASE
#
# Write the commits of build/tree/BASE back to patches/pcplists/BASE, with the
# list of changed files at the end of the cover letter, and the new kernel files
# they create to where this repository keeps them.
. "$(dirname "$0")/lib.sh"

base=$1
known_base "$base"
tree=$build/tree/$base
series=$top/patches/pcplists/$base

[ -e "$tree.ready" ] || die "no tree to refresh from; run 'make tree BASE=$base'"
git -C "$tree" diff --quiet HEAD || die "$tree has uncommitted changes; commit them first"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git -C "$tree" format-patch -q --zero-commit --no-signature --no-base \
	-o "$tmp" base..HEAD
(cd "$tmp" && ls ./*.patch) | sed 's|^\./||' > "$tmp/series"

cover=$series/0000-cover-letter.patch
if [ -e "$cover" ]; then
	# The text is written by hand, what follows it is not.
	sed '/^-- 8< --$/,$d' "$cover" > "$tmp/0000-cover-letter.patch"
	{
		echo "-- 8< --"
		git -C "$tree" shortlog --no-merges base..HEAD
		git -C "$tree" diff --stat=72 --summary base..HEAD
	} >> "$tmp/0000-cover-letter.patch"
fi

mkdir -p "$series"
rm -f "$series"/*.patch "$series/series"
cp "$tmp"/* "$series/"

git -C "$tree" diff --name-only --diff-filter=A base..HEAD | while read -r file; do
	mkdir -p "$top/$(dirname "$file")"
	git -C "$tree" show "HEAD:$file" > "$top/$file"
done
git -C "$tree" update-ref refs/series/applied HEAD
touch "$tree.ready"
say "wrote $(wc -l < "$series/series") patches to ${series#"$top"/}"
