#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: apply.sh TOPIC DIR
#
# Apply the series to DIR, a kernel source as kernel.org or a distribution has
# it, in the way that source is kept: by git am in a git work tree, by quilt
# where quilt has patches already, and else in place.
#
# All or nothing: copies of the files that the series touches are patched first,
# without fuzz, and only if that works is DIR modified.  Otherwise this says why
# not.
. "$(dirname "$0")/lib.sh"

topic=$1 dir=${2:-}
[ "$topic" = all ] || [ -d "$top/patches/$topic" ] ||
	die "unknown TOPIC '$topic'; known are: all $(cd "$top/patches" && echo *)"
[ "$dir" ] || die "which source?  make apply KERNEL=/path/to/linux"

tmp=$(mktemp -d)
undo=:
trap '$undo > /dev/null 2>&1 || true; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

refuse()
{
	die "$dir $*; nothing was changed"
}

# try PATCH [-R]: apply it to the copies, or leave them as they are
try()
{
	local patch=(patch -d "$tmp/tree" -p1 -F0 -f -s -r - --no-backup-if-mismatch
		     -i "$1" "${@:2}")
	"${patch[@]}" --dry-run > "$tmp/log" 2>&1 && "${patch[@]}" > "$tmp/log" 2>&1
}

# ---- which series is for it

[ -e "$dir/Makefile" ] && [ -e "$dir/mm/page_alloc.c" ] || refuse "is no kernel source"
dir=$(cd "$dir" && pwd)
cd "$dir"
number()
{
	sed -n "s/^$1 = *//p" Makefile | head -n 1
}
major=$(number VERSION) minor=$(number PATCHLEVEL)
[[ $major.$minor =~ ^[0-9]+\.[0-9]+$ ]] || refuse "is no kernel source"
found=$major.$minor.$(number SUBLEVEL)$(number EXTRAVERSION)
base=v$major.$minor

# Until 6.12 had it, PREEMPT_RT was a set of patches that change much of what
# is patched here.  Not everybody who has them keeps their localversion-rt, but
# without them no architecture that matters selects this.
if [ $((major * 1000 + minor)) -lt 6012 ] && {
	[ -e localversion-rt ] || grep -qs 'select ARCH_SUPPORTS_RT$' arch/{x86,arm64}/Kconfig; }
then
	base+=-rt
	found+=" with the PREEMPT_RT patches"
fi
mapfile -t series < <(series_of "$base")
[ ${#series[@]} != 0 ] ||
	refuse "is $found, and '$topic' is only for: $(cd "$top/patches" && dirname ${topic/#all/*}/v*/series |
		sed 's|.*/||' | sort -uV | xargs)"
mapfile -t patches < <(patches_of "$base")
topics=("${series[@]%/*}")
topics=("${topics[@]##*/}")
n=${#patches[@]}
mapfile -t files < <(sed -n 's|^--- a/||p; s|^+++ b/||p' "${patches[@]}" | sort -u)

# ---- how it is kept, and is anything else going on there

if [ -e .git ]; then
	kept=git
	head=$(git rev-parse --verify HEAD 2> "$tmp/log") ||
		refuse "is a git tree with no commit to start from: $(head -n 1 "$tmp/log")"
	for state in rebase-apply:"git am or rebase" rebase-merge:"git rebase" MERGE_HEAD:"git merge" \
		     CHERRY_PICK_HEAD:"git cherry-pick" REVERT_HEAD:"git revert"; do
		[ ! -e "$(git rev-parse --git-path "${state%%:*}")" ] ||
			refuse "has a ${state#*:} in progress; finish or abort that first"
	done
elif [ -d .pc ] || [ -e patches/series ] || [ -e debian/patches/series ]; then
	kept=quilt
	"$top/scripts/need.sh" quilt=quilt
	# .pc says where patches are; where there is none yet quilt has to be told.
	[ -d .pc ] || [ ! -e debian/patches/series ] || export QUILT_PATCHES=debian/patches
	quilt()
	{
		command quilt --quiltrc=- "$@"
	}
else
	kept="in place"
fi
"$top/scripts/need.sh" patch=patch

# ---- is it there already

mkdir "$tmp/tree"
for file in "${files[@]}"; do
	[ ! -e "$file" ] || cp --preserve=mode,ownership --parents "$file" "$tmp/tree"
done
cp -a "$tmp/tree" "$tmp/orig"

# From the top, as later patches change what earlier ones did.
applied=()
for ((i = n - 1; i >= 0; i--)); do
	! try "${patches[i]}" -R || applied=("${patches[i]}" "${applied[@]}")
done
[ ${#applied[@]} -lt "$n" ] || refuse "is $found and has the series already"
[ ${#applied[@]} = 0 ] ||
	refuse "has ${#applied[@]} of the $n patches already (${applied[*]##*/}); take them out first"

# ---- would anything be lost

case $kept in
git)
	# Not git status: what .gitignore ignores would be overwritten as well.
	changed=$({ git diff --name-only HEAD -- "${files[@]}"
		    git ls-files --others -- "${files[@]}"; } | sort -u | xargs)
	[ ! "$changed" ] ||
		refuse "has local changes in what the series touches: $changed; commit or stash them"
	git diff --quiet --cached ||
		refuse "has staged changes, with which git am does not work: $(git diff --name-only --cached | xargs); commit, stash or unstage them"
	git var GIT_COMMITTER_IDENT > /dev/null 2>&1 ||
		refuse "needs somebody to commit; set git config user.name and user.email" ;;
quilt)
	unapplied=$({ quilt unapplied 2> /dev/null || true; } | wc -l)
	[ "$unapplied" = 0 ] ||
		refuse "has $unapplied patches that are not applied; run quilt push -a first"
	# Quilt would overwrite what is there.
	queue=$(cat .pc/.quilt_patches 2> /dev/null || echo "${QUILT_PATCHES:-patches}")
	for name in "${topics[@]}"; do
		[ ! -e "$queue/$name" ] || refuse "has $queue/$name already, and that is not the series"
	done
	# Only for the topmost patch does quilt know.
	changed=$(quilt diff -z -p ab --no-timestamps 2> /dev/null | sed -n 's|^--- a/||p; s|^+++ b/||p' |
		sort -u | grep -xF "$(printf '%s\n' "${files[@]}")" | xargs) || true
	[ ! "$changed" ] ||
		refuse "has local changes in what the series touches: $changed; run quilt refresh" ;;
esac

# ---- does it apply

rm -rf "$tmp/tree"
cp -a "$tmp/orig" "$tmp/tree"
for patch in "${patches[@]}"; do
	try "$patch" || {
		sed 's/^/	/' "$tmp/log" >&2
		refuse "is $found, but ${patch##*/} of $base does not apply to it"
	}
done

# ---- apply it

git_undo()
{
	git am --abort
	[ "$(git rev-parse HEAD)" = "$head" ] || git reset --keep "$head"
}

# queued PATCH: its name there, TOPIC/FILE
queued()
{
	local directory=${1%/*/*}
	echo "${directory##*/}/${1##*/}"
}

quilt_undo()
{
	for ((i = n - 1; i >= 0; i--)); do
		quilt delete -r "$(queued "${patches[i]}")" || true
	done
	rmdir "${topics[@]/#/$queue/}" "${topics[@]/#/.pc/}"
}

new=.$topic-new
in_place_undo()
{
	rm -f "${files[@]/%/$new}"
}

# Nothing of this is meant to fail any more; but disks fill up, and git has hooks.
case $kept in
git)
	undo=git_undo
	git am -q --no-3way --keep-cr --whitespace=nowarn "${patches[@]}" > "$tmp/log" 2>&1 ||
		refuse "did not take it, says git am: $(head -n 1 "$tmp/log")" ;;
quilt)
	undo=quilt_undo
	# One by one: quilt imports below what is not applied yet.
	for patch in "${patches[@]}"; do
		quilt import -P "$(queued "$patch")" "$patch" > "$tmp/log" 2>&1 &&
		quilt push -q --fuzz=0 > "$tmp/log" 2>&1 ||
			refuse "did not take ${patch##*/}, says quilt: $(tail -n 1 "$tmp/log")"
	done ;;
*)
	# Renamed into place, as the old one may be linked to from another tree.
	undo=in_place_undo
	for file in "${files[@]}"; do
		mkdir -p "$(dirname "$file")"
		[ ! -e "$tmp/tree/$file" ] ||
			cp --preserve=mode,ownership "$tmp/tree/$file" "$file$new" 2> "$tmp/log" ||
			refuse "cannot be written to: $(head -n 1 "$tmp/log")"
	done
	trap '' INT TERM
	for file in "${files[@]}"; do
		if [ -e "$file$new" ]; then
			mv -f "$file$new" "$file"
		else
			rm -f "$file"
		fi
	done ;;
esac
undo=:
say "applied $n patches of ${topics[*]} for $base to $dir, $found ($kept)"
