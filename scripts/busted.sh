#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: busted.sh BASE ARCH CONFIG
#
# Can the tests in the guest fail?  VARIANT=busted is the series with several
# seeded bugs, of which pcplists_torture.busted=NAME turns on one.  Boots it once
# for each NAME that its patch has, and passes only if the guest's kernel or its
# tests notice every one of them; but long-sections, which is what all of them
# have in common and no bug, they must not notice.
. "$(dirname "$0")/lib.sh"
. "$top/scripts/suite.sh"

base=$1 arch=$2 config=$3
known_base "$base"
known_arch "$arch"

# What runs in the guest, for how long at most, and its parameters
run=torture limit=240 parameters=(torture_seconds=30)

patch=$top/tools/testing/pcplists/variants/$base/busted.patch
names=$(sed -n 's/^+\t\[[A-Z_]*\]\t*= "\([a-z-]*\)",$/\1/p' "$patch")
[ "$names" ] || die "no names of bugs in $patch"

# boot NAME: is it noticed, or if it is no bug, is it not?
boot()
{
	local name=$1 log=$build/reports/$run-$base-$arch-busted-$1.log said noticed=yes
	rm -f "$log"
	if ! said=$("$top/scripts/run-guest.sh" "$base" "$arch" busted "$config" "$run" "$limit" \
			"$log" "${parameters[@]}" "pcplists_torture.busted=$name" \
			sysctl.kernel.panic_on_oops=1 sysctl.kernel.panic_on_warn=1 \
			sysctl.kernel.panic_on_rcu_stall=1 2>&1); then
		# The first complaint says more than what came of it.
		said=$(echo "$said" | grep -m 1 -P '^\t' || echo "$said" | tail -n 1)
	elif ! said=$("$top/scripts/ktap.sh" "$log" 2>&1 > "$log.ktap"); then
		said=$(grep -m 1 '^not ok' "$log.ktap" || echo "$said")
	else
		noticed=no said="see $log"
	fi
	said=$(echo "${said#$'\t'}" | cut -c1-150)

	if ! grep -aqs "pcplists_torture: busted=$name\$" "$log"; then
		say "$name was never turned on: $said"
		return 1
	fi
	case $name/$noticed in
	long-sections/no)
		say "$name, which is no bug, was not noticed" ;;
	long-sections/yes)
		say "$name, which is no bug, was noticed: $said"
		return 1 ;;
	*/yes)
		say "$name was noticed: $said" ;;
	*/no)
		say "$name was not noticed, $said"
		return 1 ;;
	esac
}

"$top/scripts/build-kernel.sh" "$base" "$arch" busted "$config"
for name in $names; do
	suite_test "$name" boot "$name"
done
suite_done
