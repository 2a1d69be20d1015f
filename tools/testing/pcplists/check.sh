#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs the programs that make built and prints what came of it, as KTAP:
#
#	check.sh BUILD_DIRECTORY
#
# Each of the tests below is a function that returns 0 if it passed and leaves
# in $note what is worth knowing.  What a program printed is in its log.

build=$1

bugs=$("$build/pcplists-qsbr" -h | sed -n 's/^ *-b \([a-z-]*\) .*/\1/p')

tests() {
	echo "input is checked"
	echo "symbol qsbr"
	echo "symbol memb"
	echo "run qsbr -c 2 -t 4"
	echo "run qsbr -c 8 -d 4 -t 4"
	echo "run memb -c 2 -t 4"
	echo "run memb -c 8 -d 4 -t 4"
	echo "run asan -c 4 -t 4"
	echo "run tsan -c 2 -t 60 -n 1000000"
	echo "run tsan -c 8 -d 4 -t 60 -n 1000000"
	echo "run tsan-memb -c 4 -t 60 -n 1000000"
	for bug in $bugs; do
		[ "$bug" = no-release ] && continue
		echo "busted qsbr -b $bug"
		echo "busted memb -b $bug"
	done
	for bug in no-gp no-release; do
		echo "raced tsan -b $bug"
		echo "raced tsan-memb -b $bug"
	done
}

# Old sanitizers do not start where addresses are more random than they expect.
prefix=
"$build/pcplists-tsan" -h > /dev/null 2>&1 || prefix="setarch -R"

# Run a variant of the program.
program() {
	log=$build/$(echo "$*" | tr -d ' ').log
	variant=$1
	shift
	# shellcheck disable=SC2086
	TSAN_OPTIONS="halt_on_error=1 atexit_sleep_ms=0" \
		timeout 90 $prefix "$build/pcplists-$variant" "$@" > "$log" 2>&1
}

# Anything wrong on the command line: one line that says what, and exit 2.
input() {
	for args in "-c 0" "-c 65" "-c two" "-c" "-d 0" "-t 0" "-t 1.5" "-n 0" "-n -1" \
		    "-s 4294967296" "-b" "-b nonsense" "-x" "nonsense"; do
		# shellcheck disable=SC2086
		program qsbr $args
		if [ $? -ne 2 ] || [ "$(wc -l < "$log")" -ne 1 ]; then
			note="not so for '$args'"
			return 1
		fi
	done
	note=
}

# A harness whose grace periods are empty would find nothing.
symbol() {
	log=/dev/null
	note="urcu_$1_synchronize_rcu"
	nm -u "$build/pcplists-$1" | grep -qw "$note"
}

# No check may fail, and none may have had nothing to look at.
run() {
	program "$@"
	status=$?
	note=$(sed -n 's/^# \([0-9]* operations in .*\)/\1/p' "$log")
	[ $status -eq 0 ] || return 1
	grep -q SKIP "$log" && note="something was not exercised" && return 1

	at_least=$(echo "$*" | sed -n 's/.* -n //p')
	[ "${note%% *}" -ge "${at_least:-1}" ]
}

# One of the checks has to find the bug, within seconds; a crash does not count.
busted() {
	program "$@" -c 2 -t 3
	status=$?
	note="after $(sed -n 's/^# after //p' "$log")"
	[ $status -eq 1 ] && grep -q '^not ok' "$log"
}

# The sanitizer has to find the bug; checks can be faster, then it tries again.
raced() {
	for seed in $(seq 20); do
		program "$@" -c 2 -t 3 -s "$seed"
		if grep -q 'WARNING: ThreadSanitizer: data race' "$log"; then
			note="data race reported, seed $seed"
			return 0
		fi
	done
	note="no data race reported"
	return 1
}

number=0
nr_passed=0
nr_failed=0

echo "KTAP version 1"
echo "1..$(tests | wc -l)"
while read -r line; do
	number=$((number + 1))
	# shellcheck disable=SC2086
	if $line; then
		nr_passed=$((nr_passed + 1))
		echo "ok $number $line${note:+ # $note}"
	else
		nr_failed=$((nr_failed + 1))
		sed 's/^/# /' "$log"
		echo "not ok $number $line${note:+ # $note}"
	fi
done << END
$(tests)
END

echo "$nr_passed passed, $nr_failed failed, 0 skipped"
[ $nr_failed -eq 0 ]
