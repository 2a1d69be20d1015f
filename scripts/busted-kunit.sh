#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: busted-kunit.sh BASE ARCH CONFIG
#
# Can the KUnit suites of topics other than pcplists fail?  Each of their variants is a
# kernel with one fault, and says in its first lines which case has to fail; passes
# only if that one does, and no other.
. "$(dirname "$0")/lib.sh"
. "$top/scripts/suite.sh"

base=$1 arch=$2 config=$3
known_base "$base"
known_arch "$arch"

# boot PATCH: does the case that it names fail, alone?
boot()
{
	local variant want found log
	variant=$(basename "$1" .patch)
	log=$build/reports/kunit-$base-$arch-$variant-$config.log
	want=$(sed -n 's/^# .* \([a-z_]*\) has to fail\.$/\1/p' "$1")
	[ "$want" ] || die "$1 does not say which case has to fail"

	"$top/scripts/build-kernel.sh" "$base" "$arch" "$variant" "$config" || return 1
	"$top/scripts/run-guest.sh" "$base" "$arch" "$variant" "$config" kunit 400 "$log" || return 1
	found=$(sed -nE 's/^(\[[ 0-9.]*\] )? +not ok [0-9]+ (- )?([a-z_]+).*/\3/p' "$log" | xargs)
	say "$variant: failed ${found:-nothing}, has to fail $want"
	[ "$found" = "$want" ]
}

for patch in "$top/tools/testing/$topic/variants/$base"/*.patch; do
	[ -e "$patch" ] || die "$topic has no variants for $base"
	suite_test "$(basename "$patch" .patch)" boot "$patch"
done
suite_done
