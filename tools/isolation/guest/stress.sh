#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Drains of every kind at once, for as long as guest.stress_seconds says: tasks
# that allocate and free on every CPU, folios that go from one list to the next,
# direct reclaim, compaction, CMA, drop_caches, memory and CPU hot-remove, changing
# high marks, readers of the counts.  KTAP.
#
# What it looks for besides a kernel that complains: actions that never happen,
# pages that are somebody else's as well, that stay mlocked, or that are gone when
# everything is over.
. /common.sh

seconds=${stress_seconds:-60}
n=0 failed=0
mkdir -p /tmp/did

# result TIMES NAME [REASON]: with a reason, why it cannot happen in this guest
result()
{
	n=$((n + 1))
	if [ "$3" ]; then
		echo "ok $n $2 # SKIP $3"
	elif [ "$1" -gt 0 ]; then
		echo "ok $n $2 # $1 times"
	else
		echo "not ok $n $2"
		failed=$((failed + 1))
	fi
}

# repeat NAME COMMAND: until the end, counting successes
repeat()
{
	name=$1 did=0
	shift
	until [ -e /tmp/stop ]; do
		if "$@" > /dev/null 2>&1; then
			did=$((did + 1))
			echo $did > "/tmp/did/$name"
		fi
		sleep 0.1
	done
}

did()
{
	cat "/tmp/did/$1" 2> /dev/null || echo 0
}

# Who sleeps uninterruptibly, and where: for whoever reads about a test that
# found something to happen too seldom.
waiting()
{
	for task in /proc/[0-9]*; do
		read -r _ name state _ < "$task/stat" && [ "$state" = D ] &&
			echo "# $name waits in $(sed 's/.*\] //; s/+.*//' "$task/stack" |
				head -n 6 | tr '\n' ' ')"
	done 2> /dev/null
}

# on CPU COMMAND: there, if there is such a CPU
on()
{
	cpu=$1
	shift
	if [ -e "/sys/devices/system/cpu/cpu$cpu" ]; then
		taskset $((1 << cpu)) "$@"
	else
		"$@"
	fi
}

offline_zone()
{
	blocks=$(movable_blocks)
	for block in $blocks; do
		echo offline > "$block/state"
	done
	gone=$([ -z "$(movable_blocks)" ])$?
	for block in $blocks; do
		echo online_movable > "$block/state"
	done
	return $gone
}

offline_cpu()
{
	online=/sys/devices/system/cpu/cpu$1/online
	echo 0 > "$online" && sleep 0.2
	gone=$?
	echo 1 > "$online"
	return $gone
}

# percpu_pagelist_fraction before v5.14, percpu_pagelist_high_fraction since
change_high()
{
	fraction=$(echo /proc/sys/vm/percpu_pagelist_*fraction)
	echo 100 > "$fraction" || return 1
	sleep 0.2
	echo 0 > "$fraction"
}

read_counts()
{
	cat /proc/zoneinfo && echo m > /proc/sysrq-trigger && sleep 5
}

# The multi-generational LRU on and off, where there is one: both lists are used.
change_lru()
{
	lru_gen=/sys/kernel/mm/lru_gen/enabled
	[ -e $lru_gen ] || return
	echo n > $lru_gen && sleep 1 && echo y > $lru_gen && sleep 1
}

# A task whose folios they are tells how many it has looked at, or what was wrong; if it
# was killed, by who wanted memory, nothing.
keep_folios()
{
	# Not in this shell, which would tell of who was killed, too.
	(exec folios "$1" "$2" > "/tmp/did/folios$1" 2>> /tmp/wrong)
	status=$?
	case $status in
	0|137|143)	;;
	*)		echo "folios ended with status $status" >> /tmp/wrong
			touch /tmp/stop ;;
	esac
}

# Pages that are mlocked, or on the list of those.  CPUs keep parts of the counts, and may
# have pages that are nobody's any more in their batches, which compaction drains.
mlocked()
{
	[ ! -e /proc/sys/vm/compact_memory ] || echo 1 > /proc/sys/vm/compact_memory
	cat /proc/sys/vm/stat_refresh
	counter nr_mlock nr_unevictable
}

# Pages that nobody can account for, in kB.
unaccounted()
{
	echo 3 > /proc/sys/vm/drop_caches
	sleep 2
	pcp=0
	for cpu in 0 1 2 3; do
		pcp=$((pcp + $(pcp_pages $cpu)))
	done
	awk -v pcp="$pcp" '
	/^(MemFree|Buffers|Cached|SwapCached|AnonPages|Slab|KernelStack|PageTables|Percpu|VmallocUsed):/ { s += $2 }
	/^MemTotal:/	{ total = $2 }
	END		{ print total - s - pcp * 4 }' /proc/meminfo
}

# What this kernel cannot do
no_blocks= no_hotplug= no_cma= no_compaction= no_lru_gen=
[ "$(movable_blocks)" ] || no_blocks="no memory to take offline"
# All that is in a block is isolated, and then migrated.  Of a block of 1 GB, which arm64
# has up to v5.11, and with the hogs about that may be more than is left on the LRU lists:
# who migrates it waits in direct reclaim, as all others do, for itself to put some back.
no_offline=$no_blocks
block_size=$(cat /sys/devices/system/memory/block_size_bytes 2> /dev/null)
[ $((0x${block_size:-0})) -lt $((1 << 30)) ] ||
	no_offline="what is in a block of memory does not fit elsewhere"
[ -e /sys/devices/system/cpu/cpu3/online ] || no_hotplug="no CPU to take offline"
[ -e "$cma" ] || no_cma="no CMA"
[ -e /proc/sys/vm/compact_memory ] || no_compaction="no compaction"
[ -e /sys/kernel/mm/lru_gen/enabled ] || no_lru_gen="no multi-generational LRU"

# Files of tmpfs, and of a disk if there is one
disk=/tmp/tmpfs
mkdir -p /tmp/tmpfs /tmp/disk
if [ -b /dev/ram0 ]; then
	# All of a RAM disk's pages, which nobody accounts for, now.
	dd if=/dev/zero of=/dev/ram0 bs=64k 2> /dev/null
	mke2fs /dev/ram0 > /dev/null && mount -t ext2 /dev/ram0 /tmp/disk ||
		echo "no file system on /dev/ram0" >> /tmp/wrong
	disk=/tmp/disk
fi

echo "KTAP version 1"
echo "1..14"

echo 1 > /proc/sys/vm/watermark_scale_factor
echo 1024 > /proc/sys/vm/min_free_kbytes
echo "p:drain $drain_all_pages" > "$tracing/kprobe_events"
echo 1 > "$tracing/events/kprobes/drain/enable"

# Once round everything, so that what stays behind for good has stayed behind.
offline_memory
hog 55 0 1 > /dev/null
offline_cpu 3

# All of ZONE_MOVABLE, time and again, while drains go on.  Not later: on v5.10,
# who allocates while a zone disappears from the zonelists may find no preferred
# zone and crash, whatever the drains do.
(until [ -e /tmp/stop ]; do use_cma; done) > /dev/null 2>&1 &
zone=0
for i in 1 2 3 4 5; do
	offline_zone && zone=$((zone + 1))
done
touch /tmp/stop
wait
rm /tmp/stop
before=$(unaccounted)
locked=$(mlocked)
munlocked=$(counter unevictable_pgs_munlocked)
stranded=$(counter unevictable_pgs_stranded)
stalls=$(counter 'allocstall*')

# CPU 1 to 3 are isolated: nothing gets there that is not sent there.
for cpu in 0 1 2 3; do
	# A CPU that goes away takes the affinity with it, so begin again.
	(until [ -e /tmp/stop ]; do churn $cpu 24 $cpu 2> /dev/null; sleep 0.2; done) &
done
for i in 1 2 3 4; do
	directory=$([ $((i % 2)) = 0 ] && echo $disk || echo /tmp/tmpfs)
	(until [ -e /tmp/stop ]; do keep_folios $i $directory; done) &
done
[ "$no_offline" ] || repeat memory offline_memory &
repeat cpu2 offline_cpu 2 &
repeat cpu3 offline_cpu 3 &
repeat cma use_cma &
repeat compact on 1 sh -c 'echo 1 > /proc/sys/vm/compact_memory' &
repeat drop sh -c 'echo 3 > /proc/sys/vm/drop_caches && sleep 1' &
repeat lru change_lru &
repeat high change_high &
repeat counts read_counts &
repeat hog1 on 1 hog 50 &
repeat hog2 on 2 hog 50 &

end=$(($(cut -d. -f1 /proc/uptime) + seconds))
while [ "$(cut -d. -f1 /proc/uptime)" -lt $end ] && [ ! -e /tmp/stop ]; do
	sleep 15
	echo "# $((end - $(cut -d. -f1 /proc/uptime))) s left:" \
	     "memory $(did memory) cpu $(did cpu2)+$(did cpu3) cma $(did cma)" \
	     "hog $(did hog1)+$(did hog2) allocstall $(counter 'allocstall*')"
	waiting
done
touch /tmp/stop
sleep 1
killall churn hog folios 2> /dev/null
sleep 5
killall churn hog folios 2> /dev/null
# Whoever takes memory offline brings it back.
wait

munlocked=$(($(counter unevictable_pgs_munlocked) - munlocked))
stranded=$(($(counter unevictable_pgs_stranded) - stranded))
stalls=$(($(counter 'allocstall*') - stalls))
drains=$(awk '$1 == "drain" { print $2 }' "$tracing/kprobe_profile")
for online in /sys/devices/system/cpu/cpu*/online; do
	echo 1 > "$online" 2> /dev/null
done
after=$(unaccounted)
locked=$(($(mlocked) - locked))
read -r looked_at asked left_mlocked left_unevictable << EOF
$(cat /tmp/did/folios* | awk '{ p += $1; a += $2; m += $3; u += $4 } END { print p + 0, a + 0, m + 0, u + 0 }')
EOF

result "$drains" "drains"
result "$stalls" "direct reclaim"
result "$(did memory)" "memory offline and online" "$no_offline"
result "$zone" "zone gone and back" "$no_blocks"
result "$(($(did cpu2) + $(did cpu3)))" "CPU offline and online" "$no_hotplug"
result "$(did cma)" "CMA allocation" "$no_cma"
result "$(did compact)" "compaction" "$no_compaction"
result "$(did drop)" "drop_caches"
result "$(did lru)" "change of the kind of LRU" "$no_lru_gen"
result "$(did high)" "change of high and batch"
result "$(did counts)" "zoneinfo and show_mem"
sed 's/^/# /' /tmp/wrong
result "$([ -s /tmp/wrong ] && echo 0 || echo "$looked_at")" "looks at a page that is as it was left"
echo "# files were in /tmp/tmpfs and $disk"
echo "# munlock found $munlocked pages, and $stranded others on their way to some list"
[ "$asked" = 0 ] ||
	echo "# of $asked pages later, with all batches drained, $left_mlocked were taken for mlocked and $left_unevictable for unevictable"
echo "# $locked pages more than before are mlocked or on the list of those"
result "$([ "$munlocked" -gt 0 ] && echo $((1 - locked)) || echo 0)" "nothing stays mlocked"
echo "# pages that nobody accounts for: $before kB before, $after kB after"
result "$((before + 1024 - after))" "no page lost"
echo "# stress: $((n - failed)) passed, $failed failed"
