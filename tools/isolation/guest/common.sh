# SPDX-License-Identifier: GPL-2.0
# What the guest's scripts ask the kernel.

# counter NAME...: the sum of these lines of /proc/vmstat; a * ends a prefix
counter()
{
	for name; do
		case $name in
		*\*)	grep "^${name%\*}" /proc/vmstat ;;
		*)	grep "^$name " /proc/vmstat ;;
		esac
	done | awk '{ s += $2 } END { print s + 0 }'
}

# pcp_pages CPU: how many pages its pcplists hold, all zones together
pcp_pages()
{
	awk -v cpu="$1" '
	$1 == "cpu:"			{ here = $2 == cpu }
	$1 == "count:" && here		{ s += $2 }
	END				{ print s + 0 }' /proc/zoneinfo
}

# movable_blocks: the memory blocks that are in ZONE_MOVABLE
movable_blocks()
{
	for block in /sys/devices/system/memory/memory*; do
		grep -qs '^Movable' "$block/valid_zones" &&
			grep -qs online "$block/state" && echo "$block"
	done
	return 0
}

# offline_memory: take one of these offline, and online again
offline_memory()
{
	for block in $(movable_blocks); do
		echo offline > "$block/state"
		gone=$?
		echo online_movable > "$block/state"
		return $gone
	done
	return 1
}

# What every drain of all CPUs runs through.  From v5.12 on drain_all_pages() is
# only a part of that, and the compiler may have inlined it.
drain_all_pages=$(grep -o '__drain_all_pages[^ ]*$' /proc/kallsyms | head -n 1)
: "${drain_all_pages:=drain_all_pages}"

# The one CMA area there is
cma=$(echo /sys/kernel/debug/cma/*)

use_cma()
{
	echo 256 > "$cma/alloc" && echo 256 > "$cma/free"
}
