#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# All of the models as one KTAP report: litmus tests, then spin.
#
# Usage: check.sh [quick|nightly]
#
# For the variables see run-litmus.sh and run-spin.sh.  The last line is
# "N passed, N failed, N skipped".

set -eu

here=$(cd "$(dirname "$0")" && pwd)
export O="${O:-$here/../../build/models}"
passed=0
failed=0
skipped=0

# Show a runner's report as a subtest, but keep its last line to add it up.
subtest()
{
	number=$1
	name=$2
	shift 2

	{ "$@" || :; } | tee "$O/$name.ktap" |
		sed -e '/^[0-9]* passed, /d' -e 's/^/  /'

	counts=$(tail -n 1 "$O/$name.ktap" |
		 sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
	# A runner that did not get to its last line failed.
	set -- ${counts:-0 1 0}
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + $3))

	if [ "$2" != 0 ]; then
		echo "not ok $number $name"
	elif [ "$1" = 0 ]; then
		echo "ok $number $name # SKIP"
	else
		echo "ok $number $name"
	fi
}

mkdir -p "$O"
echo "KTAP version 1"
echo "1..2"
subtest 1 litmus "$here/run-litmus.sh"
subtest 2 spin "$here/run-spin.sh" "${1:-quick}"

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
