#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: range-diff.sh A B
#
# What had to change in the series to go from base A to base B: git range-diff of
# build/tree/A and build/tree/B.
. "$(dirname "$0")/lib.sh"

range() # BASE: the commits of its series, by names that mean them in any repository
{
	local tree=$build/tree/$1
	known_base "$1"
	[ -e "$tree.ready" ] || die "no tree; run 'make tree BASE=$1$for_topic'"
	echo "$(git -C "$tree" rev-parse "base^{commit}")..$(git -C "$tree" rev-parse refs/series/applied)"
}

a=$(range "$1")
b=$(range "$2")
# Two repositories, but one can be shown the objects of the other.  Patches with
# the same place in the series are to be compared even if little is left of them.
GIT_ALTERNATE_OBJECT_DIRECTORIES=$build/tree/$2/.git/objects \
	git -C "$build/tree/$1" --no-pager range-diff --creation-factor=95 "$a" "$b"
