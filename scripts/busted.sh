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

patch=$top/tools/testing/pcplists/variants/$base/busted.patch
names=$(sed -n 's/^+\t\[[A-Z_]*\]\t*= "\([a-z-]*\)",$/\1/p' "$patch")
[ "$names" ] || die "no names of bugs in $patch"

# run NAME RUN: boot with that bug and have RUN look for it; found becomes what is
# noticed first, or nothing
run()
{
	local log=$build/reports/$2-$base-$arch-busted-$1.log said
	rm -f "$log"
	found=
	if ! said=$("$top/scripts/run-guest.sh" "$base" "$arch" busted "$config" "$2" 240 \
			"$log" torture_seconds=30 "pcplists_torture.busted=$1" \
			sysctl.kernel.panic_on_oops=1 sysctl.kernel.panic_on_warn=1 \
			sysctl.kernel.panic_on_rcu_stall=1 2>&1); then
		# The first complaint, if there is one, says more than what came of it.
		found=$(echo "$said" | grep -A 1 'the kernel complained' | grep -P '^\t' ||
			echo "$said" | tail -n 1)
	elif grep -aq ' not ok ' "$log"; then
		found=$(grep -a -m 1 ' not ok ' "$log")
	elif grep -aq '^not ok ' "$log"; then
		found=$(grep -a -m 1 '^not ok ' "$log")
	fi
	found=$(echo "${found#$'\t'}" | cut -c1-150)
	grep -aqs "pcplists_torture: busted=$1\$" "$log" ||
		{ say "$1 was never turned on: $found"; exit 1; }
	found=${found:+by $2: $found}
}

# boot NAME: is it noticed, by the KUnit suite or else by the torture?
boot()
{
	run "$1" kunit
	[ "$found" ] || run "$1" torture
	case $1/$found in
	long-sections/)
		say "$1, which is no bug, was not noticed" ;;
	long-sections/*)
		say "$1, which is no bug, was noticed $found"
		return 1 ;;
	*/)
		say "$1 was not noticed, see $build/reports/*busted-$1.log"
		return 1 ;;
	*)
		say "$1 was noticed $found" ;;
	esac
}

"$top/scripts/build-kernel.sh" "$base" "$arch" busted "$config"
for name in $names; do
	suite_test "$name" boot "$name"
done
suite_done
