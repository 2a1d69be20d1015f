#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Check the model in pcplists.pml with spin.
#
# Usage: run-spin.sh [quick|nightly]
#
# O=dir		where to build and run the checkers
#
# KTAP on stdout, and "N passed, N failed, N skipped" as the last line.  A run
# passes if spin explored everything, reached every statement and found no
# error.  Runs of a model with a bug in it pass if spin found the error that is
# expected.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
O=${O:-$here/../../build/models}

# Name, what to look for, part of the error to find, macros.  Safety stands for
# assertions and deadlocks, progress for cycles that weak fairness allows: there
# must be none as everything has to end, and a deadlock that leaves a CPU running
# is one.  A single page is enough to look for cycles.
quick()
{
	cat <<END
2-cpus-1-drainer		safety   none		NCPU=2 NDRAIN=1 ROUNDS=1
1-cpu-2-drainers		safety   none		NCPU=1 NDRAIN=2 ROUNDS=1
2-cpus-1-drainer-ends		progress none		NCPU=2 NDRAIN=1 ROUNDS=1 NPAGES=1
1-cpu-2-drainers-ends		progress none		NCPU=1 NDRAIN=2 ROUNDS=1 NPAGES=1
busted-no-gp			safety   users		NCPU=1 NDRAIN=1 ROUNDS=1 BUG_NO_GP
busted-no-mutex			safety   users		NCPU=1 NDRAIN=2 ROUNDS=1 BUG_NO_MUTEX
busted-no-extra-gp		safety   disabled	NCPU=1 NDRAIN=1 ROUNDS=1 BUG_NO_EXTRA_GP
busted-eqs-first		safety   users		NCPU=1 NDRAIN=1 ROUNDS=1 BUG_EQS_FIRST
busted-preempted		safety   users		NCPU=1 NDRAIN=1 ROUNDS=1 BUG_PREEMPTED
busted-stale-lp			safety   users		NCPU=1 NDRAIN=1 ROUNDS=1 BUG_STALE_LP
busted-page-dropped		safety   pages==		NCPU=1 NDRAIN=1 ROUNDS=1 BUG_PAGE_DROPPED
busted-dead-no-mutex		safety   list		NCPU=1 NDRAIN=1 ROUNDS=1 BUG_DEAD_NO_MUTEX
busted-lock-order		safety   invalid	NCPU=1 NDRAIN=1 ROUNDS=1 BUG_LOCK_ORDER
busted-gp-under-lock		safety   invalid	NCPU=1 NDRAIN=1 ROUNDS=1 BUG_GP_UNDER_LOCK
busted-lost-wakeup		progress non-progress	NCPU=1 NDRAIN=1 ROUNDS=1 BUG_LOST_WAKEUP
END
}

nightly()
{
	quick
	cat <<END
2-cpus-1-drainer-twice		safety   none		NCPU=2 NDRAIN=1 ROUNDS=2
1-cpu-2-drainers-twice		safety   none		NCPU=1 NDRAIN=2 ROUNDS=2
2-cpus-2-drainers		safety   none		NCPU=2 NDRAIN=2 ROUNDS=1 NPAGES=1
2-cpus-1-drainer-2-pages-ends	progress none		NCPU=2 NDRAIN=1 ROUNDS=1 NPAGES=2
END
}

# Statements that spin need not reach, as "proctype: statement", one a line.
# None: in every run without a bug all of them are reached.
unreached_expected=

set_name=${1:-quick}
case $set_name in
quick|nightly)	runs=$($set_name) ;;
*)		echo "usage: run-spin.sh [quick|nightly]" >&2; exit 2 ;;
esac
tests=$(echo "$runs" | wc -l)

echo "KTAP version 1"
for tool in spin gcc; do
	command -v $tool >/dev/null && continue
	if [ "${CI:-}" = true ]; then
		echo "Bail out! $tool is missing: apt-get install $tool"
		echo "0 passed, $tests failed, 0 skipped"
		exit 1
	fi
	echo "1..0 # SKIP $tool is missing: apt-get install $tool"
	echo "0 passed, 0 failed, $tests skipped"
	exit 0
done

mkdir -p "$O"
O=$(cd "$O" && pwd)
echo "1..$tests"
echo "# $(spin -V)"

# Build and run a checker in the current directory, its output goes to "out".
explore()
{
	macros=
	for macro in $2; do
		macros="$macros -D$macro"
	done

	case $1 in
	safety)		options=-DSAFETY	args= ;;
	progress)	options=-DNP		args='-l -f' ;;
	esac
	# Large ones are worth the time that compression takes.
	[ $set_name = quick ] || options="$options -DCOLLAPSE"

	# -b makes a search that is too deep for -m an error.
	spin -a $macros "$here/pcplists.pml" &&
	gcc -O2 -w $options -DMEMLIM=6000 -o pan pan.c &&
	./pan -b -m1000000 $args
}

# The statements that were not reached, like those in unreached_expected.
unreached()
{
	awk '/^unreached in /	{ where = $NF }
	     /, state [0-9]+, /	{ sub(/.*, state [0-9]+, /, ""); print where ": " $0 }' out |
		grep -v -x -F "${unreached_expected:-none}" || :
}

n=0
failed=0
while read -r name mode expected macros; do
	n=$((n + 1))
	dir=$O/spin/$name
	rm -rf "$dir"
	mkdir -p "$dir"
	cd "$dir"
	explore $mode "$macros" >out 2>&1 || echo "exit status $?" >>out

	error=$(sed -n 's/^pan:1: //p' out)
	states=$(sed -n 's/^ *\([^ ]*\) states, stored.*/\1/p' out)
	case $expected in
	none)
		problem=
		left=$(unreached)
		if [ -n "$error" ]; then
			problem=$error
		elif ! grep -q 'errors: 0$' out || ! grep -q '^unreached in init' out ||
		     grep -q -e 'not completed' -e 'exit status' out; then
			problem="the search was not completed"
		elif [ -n "$left" ]; then
			problem="not reached: $(echo $left)"
		fi
		;;
	*)
		problem="spin did not find the bug"
		case $error in
		*"$expected"*)	problem= ;;
		esac
		;;
	esac

	if [ -z "$problem" ]; then
		echo "ok $n $name # ${states} states${error:+, found: $error}"
	else
		failed=$((failed + 1))
		echo "not ok $n $name # $problem"
		sed 's/^/# /' out | tail -n 30
	fi
	# The checker's source is large and made again every time.
	rm -f pan pan.? pan.pre
done <<END
$runs
END

echo "$((n - failed)) passed, $failed failed, 0 skipped"
[ $failed = 0 ]
