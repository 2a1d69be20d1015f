#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: check-apply.sh TOPIC BASE
#
# Does apply.sh apply the series to what it should, and does it refuse, leaving
# every byte alone, what it should not?  The trees are made of the few files that
# the series touches, from build/tree/BASE.
. "$(dirname "$0")/lib.sh"

topic=$1 base=$2
known_base "$base"
tree=$build/tree/$base
[ -e "$tree.ready" ] || die "no tree; run 'make tree BASE=$base$for_topic'"
mapfile -t series < <(series_of "$base")
mapfile -t patches < <(patches_of "$base")
topics=("${series[@]%/*}")
topics=("${topics[@]##*/}")
last=${topics[-1]}
last_patch=${patches[-1]##*/}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# Nothing of this machine's settings, and always somebody who commits.
export HOME=$tmp GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
unset XDG_CONFIG_HOME QUILT_PATCHES "${!GIT_AUTHOR_@}" "${!GIT_COMMITTER_@}"
git config --global user.name "check apply"
git config --global user.email check-apply@localhost
git config --global advice.detachedHead false

# mm/mmzone.c is a file that it does not touch.
mapfile -t files < <(git -C "$tree" diff --name-only --diff-filter=M base..refs/series/applied)
mkdir "$tmp/base" "$tmp/patched"
mapfile -t suffixes < <(git -C "$tree" ls-files 'localversion*')
git -C "$tree" archive base Makefile arch/x86/Kconfig mm/mmzone.c mm/page_alloc.c \
	"${suffixes[@]}" "${files[@]}" | tar -x -C "$tmp/base"
# As git checks out, whatever the umask.
chmod -R u=rwX,go=rX "$tmp/base"
umask 022
cp -a "$tmp/base/." "$tmp/patched"
patch_in() # DIR PATCH...
{
	(cd "$1" && cat "${@:2}" | patch -p1 -F0 -s --no-backup-if-mismatch)
}
patch_in "$tmp/patched" "${patches[@]}"

# ---- trees to apply it to; $t is the one of the test at hand

t=$tmp/t
plain()
{
	rm -rf "$t"
	cp -a "$tmp/base" "$t"
}

in_git()
{
	plain
	git -C "$t" init -q
	git -C "$t" add -A
	git -C "$t" commit -q -m base
}

# in_quilt DIR: with a patch that it has already, kept in DIR
in_quilt()
{
	plain
	mkdir -p "$t/$1"
	(cd "$t" && export QUILT_PATCHES=$1 && quilt --quiltrc=- new earlier.patch &&
		quilt --quiltrc=- add Makefile && echo "# earlier" >> Makefile &&
		quilt --quiltrc=- refresh) > /dev/null
}

edit() # FILE
{
	echo "/* edited */" >> "$t/$1"
}

# All that is in the tree, and in git what git knows about it, but for times.
state()
{
	[ -d "$t" ] || return 0
	(cd "$t"
	 find . -path ./.git -prune -o -printf '%p %y %m\n' -type f -exec sha256sum {} + | sort
	 if [ -e .git ]; then
		git rev-parse HEAD
		git for-each-ref
		git ls-files -s
		# What am and rebase leave behind while they are at it.
		find .git -maxdepth 2 -path '*rebase*' | sort
	 fi) 2> /dev/null
}

# ---- the two things to expect

passed=0 failed=0
result() # ok|"not ok" NAME
{
	echo "$1 $((passed + failed + 1)) $2"
	case $1 in
	ok)	passed=$((passed + 1)) ;;
	*)	failed=$((failed + 1)); sed 's/^/# /' "$tmp/said" ;;
	esac
}

# refused NAME WORDS: and it says the WORDS, and nothing is changed
refused()
{
	state > "$tmp/before"
	if "$top/scripts/apply.sh" "$topic" "$t" > "$tmp/said" 2>&1; then
		echo "it was not refused" >> "$tmp/said"
		result "not ok" "$1"
		return
	fi
	state > "$tmp/after"
	if ! grep -qF -- "$2" "$tmp/said"; then
		echo "it does not say: $2" >> "$tmp/said"
		result "not ok" "$1"
	elif ! diff "$tmp/before" "$tmp/after" >> "$tmp/said"; then
		result "not ok" "$1"
	else
		result ok "$1"
	fi
}

# applied NAME [EDITED-FILE]: what the series touches is now as it should be, and
# the rest as it was
applied()
{
	local status=ok
	find "$t" -path "$t/.git" -prune -o -type f -print | sort > "$tmp/before"
	"$top/scripts/apply.sh" "$topic" "$t" > "$tmp/said" 2>&1 || status="not ok"
	find "$t" -path "$t/.git" -prune -o -type f -print | sort > "$tmp/after"
	(cd "$tmp/patched" && find . -type f ! -name Makefile ! -path "./${2:--}") | while read -r file; do
		cmp "$t/$file" "$tmp/patched/$file" || exit 1
	done >> "$tmp/said" 2>&1 || status="not ok"
	# No left-overs: nothing new but what the series creates and quilt keeps.
	comm -13 "$tmp/before" "$tmp/after" | sed "s|^$t/||" |
		grep -vE '^(\.pc|patches|debian/patches)/' > "$tmp/new" || true
	(cd "$tmp/patched" && find . -type f) | sed 's|^\./||' | sort > "$tmp/may"
	sort "$tmp/new" | comm -23 - "$tmp/may" > "$tmp/left-over"
	if [ -s "$tmp/left-over" ]; then
		cat "$tmp/left-over" >> "$tmp/said"
		status="not ok"
	fi
	result "$status" "$1"
}

# also NAME COMMAND...: what else has to be true after that
also()
{
	if "${@:2}" > "$tmp/said" 2>&1; then
		result ok "$1"
	else
		result "not ok" "$1"
	fi
}

echo "KTAP version 1"

# ---- it applies

plain
applied "a plain tree"
refused "a plain tree, twice" "has the series already"

plain
rm -rf "$tmp/linked"
cp -al "$t" "$tmp/linked"
applied "a tree of hard links"
also "and the tree it is linked with keeps its files" diff -r "$tmp/linked" "$tmp/base"

in_git
applied "a git tree"
also "one commit for each patch" test "$(git -C "$t" rev-list --count HEAD)" = $((${#patches[@]} + 1))
also "nothing is left uncommitted" test -z "$(git -C "$t" status --porcelain)"
refused "a git tree, twice" "has the series already"

in_git
edit mm/mmzone.c
echo note > "$t/note"
applied "a git tree with changes elsewhere" mm/mmzone.c
also "which are still there" grep -q edited "$t/mm/mmzone.c"

in_git
git -C "$t" worktree add -q "$tmp/t2" HEAD
t=$tmp/t2 applied "a work tree of another git tree"

for queue in patches debian/patches; do
	in_quilt $queue
	applied "a tree with quilt's patches in $queue"
	also "which has ours on top" test "$(tail -n 1 "$t/.pc/applied-patches")" = "$last/$last_patch"
	also "and takes them out again" eval "(cd '$t' && quilt --quiltrc=- pop -a -q) && diff -r -x .pc -x patches -x debian '$t' '$tmp/base'"
	(cd "$t" && quilt --quiltrc=- push -a -q) > /dev/null
	refused "twice" "has the series already"
done

# ---- it is not for that tree

rm -rf "$t"
mkdir "$t"
refused "an empty directory" "is no kernel source"
echo "all:" > "$t/Makefile"
refused "some other source" "is no kernel source"
rm -rf "$t"
refused "no directory at all" "is no kernel source"

plain
sed -i '0,/^PATCHLEVEL = .*/s//PATCHLEVEL = 999/' "$t/Makefile"
refused "another minor version" ".999."
in_git
sed -i '0,/^VERSION = .*/s//VERSION = 4/' "$t/Makefile"
git -C "$t" commit -q -a -m "another version"
refused "another major version, in git" "is 4."

if [ ${#suffixes[@]} != 0 ]; then
	plain
	rm "$t"/localversion*
	applied "a plain tree of PREEMPT_RT that does not say so" localversion-rt
elif [ "${version%%.*}" -lt 6 ]; then
	plain
	echo -rt1 > "$t/localversion-rt"
	refused "a name of PREEMPT_RT on a tree without" "PREEMPT_RT"
fi

# ---- somebody is at work there

in_git
edit "${files[0]}"
refused "git: a local change to ${files[0]}" "local changes in what the series touches: ${files[0]}"
in_git
edit "${files[0]}"
git -C "$t" add -A
refused "git: the same, staged" "local changes in what the series touches: ${files[0]}"
in_git
edit mm/mmzone.c
git -C "$t" add -A
refused "git: a staged change elsewhere" "staged changes"
new=$(cd "$tmp/patched" && find . -type f | sed 's|^\./||' | while read -r file; do
	[ -e "$tmp/base/$file" ] || echo "$file"; done | head -n 1)
if [ "$new" ]; then
	in_git
	mkdir -p "$t/${new%/*}"
	edit "$new"
	refused "git: an untracked $new" "local changes in what the series touches: $new"
	echo "*" > "$t/.gitignore"
	refused "git: an ignored $new" "local changes in what the series touches: $new"
	plain
	mkdir -p "$t/${new%/*}"
	edit "$new"
	refused "plain: a $new of its own" "does not apply"
fi
in_quilt patches
(cd "$t" && quilt --quiltrc=- add "${files[0]}") > /dev/null
edit "${files[0]}"
refused "quilt: a local change to ${files[0]}" "local changes in what the series touches: ${files[0]}"
in_quilt patches
(cd "$t" && quilt --quiltrc=- pop -a) > /dev/null
refused "quilt: a patch that is not applied" "not applied"

in_quilt patches
mkdir "$t/patches/$last"
echo own > "$t/patches/$last/$last_patch"
refused "quilt: patches of that name" "has patches/$last already"

# A commit that does not apply, to be in the middle of.
in_git
git -C "$t" checkout -q -b side
edit mm/mmzone.c
git -C "$t" commit -q -a -m side
git -C "$t" format-patch -q -1 --stdout > "$tmp/side.patch"
git -C "$t" checkout -q -
sed -i '$d' "$t/mm/mmzone.c"
git -C "$t" commit -q -a -m main
cp -a "$t" "$tmp/conflict"
for what in "am $tmp/side.patch" "rebase side" "cherry-pick side" "merge side"; do
	rm -rf "$t"
	cp -a "$tmp/conflict" "$t"
	# shellcheck disable=SC2086 # a list
	git -C "$t" $what > /dev/null 2>&1 || true
	refused "git: ${what%% *} in progress" "in progress"
done

in_git
git config --global --unset user.email
git config --global user.useConfigOnly true
refused "git: nobody to commit" "user.email"
git config --global user.email check-apply@localhost

# Whatever goes wrong after all, what has been done of it is undone.
in_git
cat > "$t/.git/hooks/pre-applypatch" <<EOF
#!/bin/sh
echo again >> .git/patches
[ \$(wc -l < .git/patches) -lt ${#patches[@]} ] || { echo no; exit 1; }
EOF
chmod +x "$t/.git/hooks/pre-applypatch"
refused "git: a hook that refuses the last patch" "says git am"
in_quilt patches
mkdir "$tmp/bin"
cat > "$tmp/bin/quilt" << EOF
#!/bin/sh
[ "\$2 \$(grep -c $(printf -- '-e ^%s/ ' "${topics[@]}") .pc/applied-patches)" != "push $((${#patches[@]} - 1))" ] || { echo no; exit 1; }
exec $(command -v quilt) "\$@"
EOF
chmod +x "$tmp/bin/quilt"
PATH=$tmp/bin:$PATH refused "quilt: one that refuses the last patch" "says quilt"

# ---- it has been there

patched()
{
	patch_in "$t" "${patches[@]}"
}
plain
patched
refused "plain: applied with patch" "has the series already"
in_git
patched
refused "git: applied with patch, not committed" "has the series already"

for ((i = 1; i < ${#patches[@]}; i++)); do
	plain
	some=("${patches[@]:0:i}")
	patch_in "$t" "${some[@]}"
	refused "plain: the first $i" "has $i of the ${#patches[@]} patches already (${some[*]##*/})"
	in_git
	git -C "$t" am -q "${some[@]}"
	refused "git: the first $i, committed" "has $i of the ${#patches[@]} patches already"
done

# One file of many: neither nor.
if [ ${#files[@]} != 1 ]; then
	plain
	cp "$tmp/patched/${files[-1]}" "$t/${files[-1]}"
	refused "one file as the series leaves it" "does not apply"
fi

# ---- somebody else was there

# The outermost line of what a patch expects to see, with which fuzz would do.
in_git
patch=$(grep -l "^--- a/${files[-1]}" "${patches[@]}" | sed -n 1p)
line=$(sed -n "\\|^--- a/${files[-1]}|,\$ s/^@@ -\([0-9]*\),.*/\1/p" "$patch" | sed -n 1p)
sed -i "${line}s|\$| /* else */|" "$t/${files[-1]}"
git -C "$t" commit -q -a -m else
refused "git: line $line of ${files[-1]} is another one" "${patch##*/} of $base does not apply"
rm -rf "$t/.git"
refused "plain: the same" "${patch##*/} of $base does not apply"

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
