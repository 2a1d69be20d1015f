#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run the litmus tests and compare each with the "Result:" in its comment.
#
# Usage: run-litmus.sh [TEST.litmus...]
#
# LKMM=dir	tools/memory-model of a kernel tree, which has the memory model
# HERD7=prog	herd7, instead of the one in PATH or what newest-program.sh gets
# O=dir		where to leave what herd7 said
#
# KTAP on stdout, and "N passed, N failed, N skipped" as the last line.  Tests
# with "busted" in their name pass if herd7 says that what must not happen does.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build/models}
LKMM=${LKMM:-$(ls -d "$here"/../../build/*/tools/memory-model 2>/dev/null | head -n 1)}
HERD7=${HERD7:-}

[ $# -gt 0 ] || set -- "$here"/litmus-tests/*.litmus

echo "KTAP version 1"

# What is missing makes this a skip, except where somebody relies on it.
missing()
{
	if [ "${CI:-}" = true ]; then
		echo "Bail out! $*"
		echo "0 passed, $tests failed, 0 skipped"
		exit 1
	fi
	echo "1..0 # SKIP $*"
	echo "0 passed, 0 failed, $tests skipped"
	exit 0
}

# Newer memory models want 7.58, and so it is asked for always.
new_enough()
{
	version=$("$1" -version 2>/dev/null | sed 's/,.*//') || return 1
	[ "$(printf '7.58\n%s\n' "$version" | sort -V | head -n 1)" = 7.58 ]
}

tests=$#
[ -r "$LKMM/linux-kernel.cfg" ] ||
	missing "no memory model: give LKMM=<kernel tree>/tools/memory-model"
LKMM=$(cd "$LKMM" && pwd)

if [ -z "$HERD7" ]; then
	HERD7=$(command -v herd7 || :)
	if [ -z "$HERD7" ] || ! new_enough "$HERD7"; then
		HERD7=${PCP_BUILD:-$here/../../build}/herd7/herd7
		said=$("$here/../../scripts/newest-program.sh" "${HERD7%/*}" herd7 "herdtools7 libgmp10" \
			-set-libdir HERE/usr/share/herdtools7/herd 2>&1) ||
			missing "no herd7 >= 7.58: install herdtools7, or see why this failed: $said"
	fi
fi
new_enough "$HERD7" || missing "$HERD7 is not herd7 >= 7.58: install herdtools7"

mkdir -p "$O/litmus"
O=$(cd "$O" && pwd)
echo "1..$tests"
echo "# herd7 $version, $(sed -n 's/^"\(.*\)"$/\1/p' "$LKMM/linux-kernel.cat")"

n=0
failed=0
for test in "$@"; do
	n=$((n + 1))
	name=$(basename "$test" .litmus)
	out=$O/litmus/$name.out
	test=$(cd "$(dirname "$test")" && pwd)/$name.litmus

	# herd7 exits with 0 after some errors, and finds the parts of the model
	# in the current directory.
	(cd "$LKMM" && timeout 60 "$HERD7" -conf linux-kernel.cfg "$test") \
		>"$out" 2>&1 || echo "herd7 exited with $?" >>"$out"

	expected=$(sed -n 's/^ \* Result: //p' "$test")
	observed=$(sed -n 's/^Observation [^ ]* \([A-Za-z]*\) .*/\1/p' "$out")
	observed=${observed:-nothing}
	for flag in $(sed -n 's/^Flag //p' "$out"); do
		case $flag in
		data-race)	observed="$observed DATARACE" ;;
		*)		observed="$observed $flag" ;;
		esac
	done

	# A test that is named after what it shows cannot show the opposite.
	case $name in
	*busted*)	wanted=Sometimes ;;
	*)		wanted=Never ;;
	esac

	if [ "$observed" = "$expected" ] && [ "${observed%% *}" = $wanted ]; then
		echo "ok $n $name # $observed"
	else
		failed=$((failed + 1))
		echo "not ok $n $name # $observed, expected: $expected"
		tail -n 5 "$out" | sed 's/^/# /'
	fi
done

echo "$((n - failed)) passed, $failed failed, 0 skipped"
[ $failed = 0 ]
