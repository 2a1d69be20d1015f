# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Run commands as the tests of a suite and count them.
passed=0 failed=0 skipped=0
suite_start=$SECONDS

# suite_test NAME COMMAND...: passes if the command does; 4 says skipped
suite_test()
{
	local name=$1 status=0 start=$SECONDS
	shift
	echo "== $name"
	"$@" || status=$?
	case $status in
	0)	passed=$((passed + 1)); echo "== passed: $name, $((SECONDS - start)) s" ;;
	4)	skipped=$((skipped + 1)); echo "== skipped: $name" ;;
	*)	failed=$((failed + 1)); echo "== FAILED: $name, $((SECONDS - start)) s" ;;
	esac
}

suite_done()
{
	echo "$((SECONDS - suite_start)) s"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed = 0 ] && [ $passed != 0 ]
}
