#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: check-series.sh BASE
#
# Is the series in patches/ in the state in which one would send it?
. "$(dirname "$0")/lib.sh"

base=$1
known_base "$base"
tree=$build/tree/$base
series=$(one_series "$base")
status=0

fault()
{
	echo "not ok: $*"
	status=1
}

# New kernel files are kept in this repository as well; they are the same.
git -C "$tree" diff --name-only --diff-filter=A base..refs/series/tests > "$build/new-files"
while read -r file; do
	git -C "$tree" show "refs/series/tests:$file" | cmp -s - "$top/$file" ||
		fault "$file differs from the one that the patches for $base create"
done < "$build/new-files"

# The tests are one file for all kernels, which checkpatch cannot know.
tests_ignore=LINUX_VERSION_CODE,CONSTANT_COMPARISON,EXPORT_SYMBOL,COMPLEX_MACRO
tests_ignore+=,MACRO_WITH_FLOW_CONTROL,MACRO_ARG_REUSE,MACRO_ARG_UNUSED

# Tags are for those who submit, review and test; whoever runs this may have signed off,
# to export it.  checkpatch misses that otherwise, and asks about MAINTAINERS, where mm/
# and include/linux/ have no such entries.
me=$(git config user.email || echo nobody)
while read -r patch; do
	! grep -E '^(Signed-off|Reviewed|Acked|Tested)-by:' "$series/$patch" |
		grep -qvE "^Signed-off-by: .* <${me//./\\.}>\$" ||
		fault "$patch has tags that only a person may give, and not $me"
	(cd "$tree" && perl scripts/checkpatch.pl --strict --quiet --no-summary --show-types \
		--ignore "FILE_PATH_CHANGES$([ "$patch" != tests.patch ] || echo ",$tests_ignore")" \
		"$series/$patch") > "$build/checkpatch" 2>&1 || true
	if grep -E '^(ERROR|WARNING|CHECK):' "$build/checkpatch" |
	   grep -v 'ERROR:MISSING_SIGN_OFF'; then
		fault "$patch: checkpatch --strict complains"
	fi
done < <(cat "$series/series" && echo tests.patch)

# git am was make tree.  The other way to apply patches is quilt, or patch,
# which has to find no fuzz either.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git -C "$tree" diff --name-only --diff-filter=M base..refs/series/applied |
	xargs git -C "$tree" archive base | tar -x -C "$tmp"
(cd "$tmp" && QUILT_PATCHES=$series quilt --quiltrc=- push -a --fuzz=0) > "$build/quilt.log" 2>&1 ||
	fault "quilt does not apply the series, see $build/quilt.log"
git -C "$tree" diff --name-only base..refs/series/applied > "$build/changed-files"
while read -r file; do
	git -C "$tree" show "refs/series/applied:$file" | cmp -s - "$tmp/$file" ||
		fault "$file is not the same after quilt and after git am"
done < "$build/changed-files"

# Variants are changes to it, if any, and nothing refreshes them.
for variant in "$top/tools/testing/$topic/variants/$base"/*.patch; do
	[ ! -e "$variant" ] || git -C "$tree" apply --check --allow-empty "$variant" 2> /dev/null ||
		fault "${variant#"$top/"} does not apply to the series"
done

[ $status = 0 ] && say "$(wc -l < "$series/series") patches for $base are in order"
exit $status
