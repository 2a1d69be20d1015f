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

sed -E '1,/^guest: running/d; s/^\[ *[0-9.]+\] //' "$log" > "$log.ktap"
# Before v5.16 only suites that are not modules come with a header.
grep -q '^K\?TAP version' "$log.ktap" || sed -i '1i TAP version 14\n1..1' "$log.ktap"
status=0
python3 "$build/tree/$base/tools/testing/kunit/kunit.py" parse "$log.ktap" > "$log.kunit" || status=$?
cat "$log.kunit"
grep -q '[1-9][0-9]* tests run\|Ran [1-9][0-9]* tests' "$log.kunit" || die "no KUnit results in $log"
exit $status
