#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: refresh.sh BASE
#
# Write the commits of build/tree/BASE back to patches/TOPIC/BASE, with the
# list of changed files at the end of the cover letter, and the new kernel files
# they create to where this repository keeps them.  The last commit, which adds
# the tests, is not of the series.
. "$(dirname "$0")/lib.sh"

base=$1
known_base "$base"
tree=$build/tree/$base
series=$(one_series "$base")
git=(git -C "$tree")

[ -e "$tree.ready" ] || die "no tree to refresh from; run 'make tree BASE=$base$for_topic'"
"${git[@]}" diff --quiet HEAD || die "$tree has uncommitted changes; commit them first"
[ "$("${git[@]}" diff --name-only --diff-filter=A HEAD^ HEAD -- 'mm/*_kunit.c')" ] ||
	die "the last commit of $tree is not the one that adds the KUnit suite; move it there"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
format=(format-patch -q --zero-commit --no-signature --no-base)
"${git[@]}" "${format[@]}" -o "$tmp" base..HEAD^
(cd "$tmp" && ls ./*.patch) | sed 's|^\./||' > "$tmp/series"
"${git[@]}" "${format[@]}" --no-numbered --stdout HEAD^..HEAD > "$tmp/tests.patch"

cover=$series/0000-cover-letter.patch
if [ -e "$cover" ]; then
	# The text is written by hand, what follows it is not.
	sed '/^-- 8< --$/,$d' "$cover" > "$tmp/0000-cover-letter.patch"
	{
		echo "-- 8< --"
		"${git[@]}" shortlog --no-merges base..HEAD^
		"${git[@]}" diff --stat=72 --summary base..HEAD^
	} >> "$tmp/0000-cover-letter.patch"
fi

mkdir -p "$series"
rm -f "$series"/*.patch "$series/series"
cp "$tmp"/* "$series/"

"${git[@]}" diff --name-only --diff-filter=A base..HEAD | while read -r file; do
	mkdir -p "$top/$(dirname "$file")"
	"${git[@]}" show "HEAD:$file" > "$top/$file"
done
"${git[@]}" update-ref refs/series/applied HEAD^
"${git[@]}" update-ref refs/series/tests HEAD
touch "$tree.ready"
say "wrote $(wc -l < "$series/series") patches and the tests to ${series#"$top"/}"
