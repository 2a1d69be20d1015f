#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: export.sh BASE [FORMAT-PATCH-OPTION...]
#
# Write the series as mails, to the maintainers and lists that the kernel itself
# names, with the cover letter from patches/: build/export/TOPIC-BASE/ for git
# send-email, which takes one mail per file, and the same in
# build/export/TOPIC-BASE.mbox for b4 and mail readers.  Options are for instance
# --rfc, -v2, or --subject-prefix=PATCH\ 5.10.  Nothing is sent.
#
# The sender is git's user.name and user.email, and has to have signed off.
. "$(dirname "$0")/lib.sh"

base=$1
shift
known_base "$base"
tree=$build/tree/$base
series=$(one_series "$base")
out=$build/export/$topic-$base
git=(git -C "$tree")

[ -e "$tree.ready" ] || die "no tree; run 'make tree BASE=$base$for_topic'"
[ -e "$series/0000-cover-letter.patch" ] || die "$series has no cover letter"

# What is sent is what is in patches/, and what was tested.
[ "$("${git[@]}" rev-parse HEAD)" = "$("${git[@]}" rev-parse refs/series/tests)" ] ||
	die "$tree has commits that are not in patches/; run 'make refresh BASE=$base$for_topic'"

# ---- who sends it

name=$("${git[@]}" config user.name) && email=$("${git[@]}" config user.email) ||
	die "who sends it?  Set git config --global user.name and user.email"
unsigned= strangers=
while read -r commit; do
	signed=$("${git[@]}" log -1 --format='%(trailers:key=Signed-off-by,valueonly)' "$commit")
	grep -qF "<$email>" <<< "$signed" ||
		unsigned+=$'\n\t'$("${git[@]}" log -1 --format=%s "$commit")
	author=$("${git[@]}" log -1 --format='%an <%ae>' "$commit")
	grep -qxF "$author" <<< "$signed" ||
		strangers+=$'\n'$author
done < <("${git[@]}" rev-list --reverse base..refs/series/applied)
# Only a person can do that, so it is not done here.
[ ! "$unsigned" ] ||
	die "no Signed-off-by of $name <$email> in:$unsigned
If you can certify Documentation/process/submitting-patches.rst, the Developer's
Certificate of Origin, for it, give it with
	git -C $tree rebase --signoff base
	make refresh BASE=$base$for_topic"
if [ "$strangers" ]; then
	sort -u <<< "$strangers" | sed '/./!d; s/.*/  note: the author & did not sign off, and checkpatch will say so/'
fi

# ---- who gets it

# All of the series to all of them: it is short, and makes no sense in parts.
# The tree's history is one commit, which says nothing about who knows the code.
recipients() # --no-KIND...
{
	(cd "$tree" && sed "s|^|$series/|" "$series/series" |
		xargs perl scripts/get_maintainer.pl --no-git --no-git-fallback --no-rolestats "$@")
}
recipients --no-l --no-r > "$build/export.to"
recipients --no-m > "$build/export.cc"
[ -s "$build/export.to" ] || die "$tree/MAINTAINERS has nobody to send it to"
mapfile -t to < <(sed 's/^/--to=/' "$build/export.to")
mapfile -t cc < <(grep -vxFf "$build/export.to" "$build/export.cc" | sed 's/^/--cc=/')
rm -f "$build/export.to" "$build/export.cc"

# ---- what it is for

# base-commit is for tools, which look for that commit.  The tree's own first one
# is in no other repository; only where the source came from git there is a name
# for it that others know.
origin=$(head -n 1 "$tree.ready")
applies="This series is for Linux $(sed -n '$p' "$tree.ready")"
case $origin in
Debian*)
	applies+=", as in ${origin/ /\'s }." ;;
*" sha256:"*)
	applies+=", from a tarball with the ${origin##* }." ;;
*)
	applies+=.
	[[ ! ${origin##* } =~ ^[0-9a-f]{40}$ ]] || applies+=$'\n\n'"base-commit: ${origin##* }" ;;
esac

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# The text, without the diffstat that format-patch makes anew.
sed '/^-- 8< --$/,$d' "$series/0000-cover-letter.patch" |
	git mailinfo "$tmp/body" /dev/null > "$tmp/header"
description=$(sed -n 's/^Subject: //p' "$tmp/header")$'\n\n'$(cat "$tmp/body")$'\n\n'$applies

# ---- the mails

mkdir -p "$build/export"
rm -rf "$out" "$out.mbox"
# format-patch takes the cover letter from the description of a branch.
"${git[@]}" branch -q -f export refs/series/applied
export GIT_COMMITTER_NAME=$name GIT_COMMITTER_EMAIL=$email
"${git[@]}" -c "branch.export.description=$description" format-patch -q -o "$out" \
	--cover-letter --cover-from-description=subject --thread=shallow --from \
	--no-base --no-signature --stat=72 "${to[@]}" "${cc[@]}" "$@" base..export
"${git[@]}" branch -q -D export
cat "$out"/*.patch > "$out.mbox"

if grep -l '\*\*\* [A-Z ]* HERE \*\*\*' "$out"/*; then
	die "the cover letter was not filled in"
fi
say "$(find "$out" -type f | wc -l) mails in ${out#"$top"/}, and in ${out#"$top"/}.mbox"
say "see them once more, and: git send-email --no-thread $out"
