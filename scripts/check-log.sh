#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: check-log.sh LOG
#
# Fail if the kernel complained in a guest's console log.
. "$(dirname "$0")/lib.sh"

bad='WARNING: |BUG: |BUG at |kernel BUG|Oops|Kernel panic|general protection'
bad+='|possible circular locking|suspicious RCU|inconsistent lock state'
bad+='|(rcu|INFO): .*(stall|detected)|soft lockup|hard LOCKUP|blocked for more than'
bad+='|KASAN|KCSAN|UBSAN|list_(add|del) corruption|Bad page|bad page|VM_BUG_ON'
bad+='|pagealloc: (single bit error|memory corruption)'
bad+='|sleeping function|scheduling while atomic|ODEBUG|Unable to handle'

# What unpatched v5.10 says of emulated nodes and isolated CPUs, whose nodes are known late
known='WARNING: workqueue cpumask: online intersect > possible intersect'

if grep -anE "$bad" "$1" | grep -v "$known" > "$1.bad"; then
	echo "${0##*/}: the kernel complained, $1:" >&2
	head -n 5 "$1.bad" | cut -c1-160 | sed 's/^/	/' >&2
	exit 1
fi
rm -f "$1.bad"
