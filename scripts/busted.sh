#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: busted.sh BASE ARCH CONFIG
#
# Can the stress fail?  Each busted-*.patch breaks the series in one way, and
# this passes only if the guest's kernel or its tests notice every one of them.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 config=$3
known_base "$base"
known_arch "$arch"

status=0
for patch in "$top/tools/testing/pcplists/variants/$base"/busted-*.patch; do
	variant=$(basename "$patch" .patch)
	log=$build/reports/stress-$base-$arch-$variant.log
	"$top/scripts/build-kernel.sh" "$base" "$arch" "$variant" "$config"
	if said=$("$top/scripts/run-guest.sh" "$base" "$arch" "$variant" "$config" stress 240 \
			"$log" stress_seconds=60 sysctl.kernel.panic_on_oops=1 \
			sysctl.kernel.panic_on_warn=1 sysctl.kernel.panic_on_rcu_stall=1 2>&1); then
		if "$top/scripts/ktap.sh" "$log" > "$log.ktap"; then
			echo "not ok: $variant was not noticed, see $log"
			status=1
			continue
		fi
		said=$(grep '^not ok' "$log.ktap" | head -n 1)
	fi
	# The first complaint says more than what came of it.
	first=$(echo "$said" | grep -m 1 -P '^\t' || echo "$said" | tail -n 1)
	echo "ok: $variant was noticed: $(echo "$first" | cut -c1-150)"
done
exit $status
