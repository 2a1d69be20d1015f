#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own selftests of mm, each program by itself and for a minute at most.
# Several need what this guest does not have, or arguments, and fail or skip; what is
# looked at is whether they do the same on another kernel.

mkdir -p /tmp/work
cd /tmp/work || exit
for program in /selftests/*; do
	name=${program##*/}
	[ -f "$program" ] && [ -x "$program" ] || continue
	timeout -s KILL 60 "$program" > /tmp/said 2>&1 < /dev/null
	status=$?
	echo "data bench=selftests name=$name status=$status" \
	     "ok=$(grep -c '^ok ' /tmp/said) not_ok=$(grep -c '^not ok ' /tmp/said)"
	sed 's/^/# /' /tmp/said | tail -n 3
done
