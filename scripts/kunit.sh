#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: kunit.sh BASE LOG
#
# Have the KUnit results in a guest's log judged by the kunit.py of that kernel.
# LOG.ktap is what it got to read.
. "$(dirname "$0")/lib.sh"

base=$1 log=$2
known_base "$base"

sed -E '1,/^guest: KUnit results/d; /^guest: done/,$d; s/^\[ *[0-9.]+\] //' "$log" > "$log.ktap"
# Each module's suite is a result of its own, number one of one, and before v5.16 without
# a header.  kunit.py reads one result: make it one with as many suites.  And v5.10 knows
# of no test that is skipped: ours says so in a line before.
suites=$(grep -cE '^(not )?ok [0-9]' "$log.ktap") || die "no KUnit results in $log"
version=$(grep -m 1 '^K\?TAP version' "$log.ktap" || echo "TAP version 14")
{
	printf '%s\n1..%d\n' "$version" "$suites"
	awk '
	/^K?TAP version/ || /^1\.\./	{ next }
	/^(not )?ok [0-9]/		{ sub(/ok [0-9]+/, "ok " ++n) }
	/^ *# [a-z_]+: SKIP /		{ skipped = $2; why = $0; sub(/.*: SKIP/, " # SKIP", why) }
	/^ +ok [0-9]+ - / && $4 ":" == skipped && !/# SKIP/	{ $0 = $0 why }
					{ print }' "$log.ktap"
} > "$log.one"
mv "$log.one" "$log.ktap"
status=0
python3 "$build/tree/$base/tools/testing/kunit/kunit.py" parse "$log.ktap" > "$log.kunit" || status=$?
cat "$log.kunit"
if ! grep -q '[1-9][0-9]* tests run\|Ran [1-9][0-9]* tests' "$log.kunit"; then
	# Whoever reads this may not have the log
	head -n 8 "$log.ktap" | cut -c1-160 | sed 's/^/	/' >&2
	die "${log##*/}: kunit.py can read no results in this"
fi
exit $status
