#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Who interrupts an isolated CPU?  CPU 1 and 2 run a task that makes no system
# calls; CPU 1's has filled its per-CPU caches before.  CPU 0 does one thing
# after the other, and what happened on CPU 1 and 2 meanwhile is told in lines
# that begin with "data".  Then CPU 1 does something that work follows from.  Last
# comes the hang: how long a process in direct reclaim takes while CPU 1 belongs to a
# SCHED_FIFO task, three times, and others that want something of every CPU.
. /common.sh

# An emulated arm64 takes 15 s just to fill its memory, of which it has more.
case $(uname -m) in
aarch64)	limit=60 ;;
*)		limit=20 ;;
esac

# What /proc/interrupts counts on a CPU: local timer, rescheduling and function
# call interrupts, by the names that x86 and arm64 give them.
interrupts()
{
	awk -v col=$(($1 + 2)) '
	$1 == "LOC:" || /arch_timer/				{ timer += $col }
	$1 == "RES:" || $1 == "CAL:" || $1 ~ /^IPI[0-9]+:/	{ ipi += $col }
	END						{ print timer + 0, ipi + 0 }' /proc/interrupts
}

switches()
{
	awk '/^nonvoluntary_ctxt_switches/ { print $2 }' "/proc/$1/status"
}

# What ran on a CPU, from its trace buffer: work by its function, other tasks by
# name.  A kworker without work is one that was woken for nothing or manages
# others.
causes()
{
	awk '
	/workqueue_execute_start/	{ sub(/.*function /, ""); work[$1]++; next }
	/sched_switch/ {
		sub(/.*next_comm=/, ""); sub(/ next_pid=.*/, "")
		if ($0 !~ /^(swapper|spinner|kworker)/)
			task[$0]++
	}
	END {
		for (f in work) printf "%s%s:%d", n++ ? "," : "", f, work[f]
		for (t in task) printf "%s%s:%d", n++ ? "," : "", t, task[t]
		if (!n) printf "-"
	}' "$tracing/per_cpu/cpu$1/trace"
}

drains()
{
	cat "$tracing"/per_cpu/cpu*/trace | grep -c ' drain: '
}

# ---- what CPU 0 does.  Each prints "yes" if it reached the code it is about.

do_none()
{
	sleep 2
	echo yes
}

do_compact_memory()
{
	was=$(counter compact_free_scanned compact_migrate_scanned)
	echo 1 > /proc/sys/vm/compact_memory
	[ "$(counter compact_free_scanned compact_migrate_scanned)" -gt "$was" ] && echo yes
}

do_drop_caches()
{
	was=$(counter drop_pagecache)
	echo 1 > /proc/sys/vm/drop_caches
	[ "$(counter drop_pagecache)" -gt "$was" ] && echo yes
}

do_stat_refresh()
{
	cat /proc/sys/vm/stat_refresh > /dev/null && echo yes
}

do_reclaim()
{
	was=$(counter 'allocstall*')
	# Newer kernels often find what they reclaimed before they would drain.
	for try in 1 2 3 4 5; do
		hog 55 0 1 > /tmp/hog
		[ "$(drains)" = 0 ] || break
	done
	[ "$(counter 'allocstall*')" -gt "$was" ] && [ "$(drains)" -gt 0 ] && echo yes
}

do_cma()
{
	was=$(cat "$cma/used")
	echo 512 > "$cma/alloc"
	now=$(cat "$cma/used")
	echo 512 > "$cma/free"
	[ $((now - was)) = 512 ] && [ "$(drains)" -gt 0 ] && echo yes
}

do_memory_offline()
{
	for block in $(movable_blocks); do
		timeout 60 sh -c "echo offline > $block/state"
		state=$(cat "$block/state")
		echo online_movable > "$block/state"
		[ "$state" = offline ] && [ "$(drains)" -gt 0 ] && echo yes
		return
	done
}

do_slab_shrink()
{
	for cache in dentry inode_cache filp vm_area_struct; do
		[ -e "/sys/kernel/slab/$cache/shrink" ] || continue
		echo 1 > "/sys/kernel/slab/$cache/shrink" && ok=yes
	done
	echo "$ok"
}

do_memory_high()
{
	echo +memory > /tmp/cgroup/cgroup.subtree_control
	mkdir -p /tmp/cgroup/high
	echo 4M > /tmp/cgroup/high/memory.high
	(
		echo 0 > /tmp/cgroup/high/cgroup.procs
		dd if=/dev/zero of=/tmp/high bs=1M count=16 2> /dev/null
	)
	awk '$1 == "high" && $2 > 0 { print "yes" }' /tmp/cgroup/high/memory.events
	rm -f /tmp/high
}

# ---- the table

observe()
{
	action=$1
	kill -USR1 "$pid1"
	# Work that follows from filling the caches, vmstat's above all, is not
	# what is looked for; it is over in two of vmstat's intervals.
	sleep 4
	echo > "$tracing/trace"
	sleep 1

	pcp=$(pcp_pages 1)
	sw1=$(switches "$pid1") sw2=$(switches "$pid2")
	set -- $(interrupts 1) $(interrupts 2)
	stalls=$(counter 'allocstall*')
	reached=$(do_"$action")
	sleep 1
	now=$(pcp_pages 1)
	stalls=$(($(counter 'allocstall*') - stalls))
	sw1=$(($(switches "$pid1") - sw1)) sw2=$(($(switches "$pid2") - sw2))
	was="$*"
	set -- $(interrupts 1) $(interrupts 2)
	now1="$(($1 - ${was%% *})) $(($2 - $(echo $was | cut -d' ' -f2)))"
	now2="$(($3 - $(echo $was | cut -d' ' -f3))) $(($4 - ${was##* }))"

	echo "data action=$action cpu=1 reached=${reached:-no} switches=$sw1" \
	     "timer=${now1% *} ipi=${now1#* } causes=$(causes 1)" \
	     "drains=$(drains) allocstall=$stalls pcp=$pcp,$now"
	echo "data action=$action cpu=2 reached=${reached:-no} switches=$sw2" \
	     "timer=${now2% *} ipi=${now2#* } causes=$(causes 2)"
	case $action in
	reclaim|cma)
		# To draw what happened on CPU 1 during drains of CPU 0
		grep -h ' drain\(ed\)\?: ' "$tracing/per_cpu/cpu0/trace" | head -n 40 | sed 's/^/trace /'
		grep -v '^#' "$tracing/per_cpu/cpu1/trace" | head -n 40 | sed 's/^/trace /' ;;
	esac
}

# The deadline server that v6.12 and later run for ordinary tasks ticks once a
# second.  Not CPU 0's, which is at work: v6.12 has a WARN() for that.
for server in /sys/kernel/debug/sched/fair_server/cpu[1-9]*/runtime; do
	[ ! -e "$server" ] || echo 0 > "$server"
done

# Direct reclaim must be reached by a hog that is faster than kswapd.
echo 1 > /proc/sys/vm/watermark_scale_factor
echo 1024 > /proc/sys/vm/min_free_kbytes

echo "p:drain $drain_all_pages" > "$tracing/kprobe_events"
echo "r:drained $drain_all_pages" >> "$tracing/kprobe_events"
echo 1 > "$tracing/events/kprobes/enable"
echo 1 > "$tracing/events/workqueue/workqueue_execute_start/enable"
echo 1 > "$tracing/events/sched/sched_switch/enable"

spinner 1 & pid1=$!
spinner 2 & pid2=$!
sleep 5

for action in none compact_memory drop_caches stat_refresh reclaim cma \
	      memory_offline slab_shrink memory_high; do
	observe "$action"
done

# ---- work that is CPU 1's own fault

# A memory cgroup has percpu memory, of which there is to be some in advance.
echo > "$tracing/trace"
taskset 2 sh -c 'for i in $(seq 60); do mkdir /tmp/cgroup/percpu$i; done'
sleep 1
grep 'execute_start.*pcpu_balance_workfn' "$tracing/trace" > /tmp/work
here=$(grep -c '\[001\]' /tmp/work)
echo "data percpu=memcg cpu1=$here others=$(($(wc -l < /tmp/work) - here))"
rmdir /tmp/cgroup/percpu*

# ---- the hang

# A stack trace shows what a return probe puts there.
echo 0 > "$tracing/events/kprobes/drained/enable"

# A pipe that is new: who was given up may write to the last one yet.
new_pipe()
{
	rm -f /tmp/seconds
	mkfifo /tmp/seconds
	exec 3<> /tmp/seconds
}

hang()
{
	new_pipe
	kill -USR1 "$pid1"
	sleep 2
	stalls=$(counter 'allocstall*')
	pcp=$(pcp_pages 1)
	# Who starts a program while memory is short may be the one that drains, and
	# hang in the hog's place: wait without.
	hog 55 0 1 >&3 &
	pid=$!
	read -r -t "$limit" seconds <&3 || seconds=
	stalls=$(($(counter 'allocstall*') - stalls))
	# One that is blocked stays in the way of what would come next.
	if [ "$seconds" ]; then
		echo "data hang=$1 seconds=$seconds allocstall=$stalls pcp=$pcp"
	else
		echo "data hang=$1 seconds=blocked limit=$limit allocstall=$stalls pcp=$pcp" \
		     "state=$(awk '$1 == "State:" { print $2 }' "/proc/$pid/status")" \
		     "where=$(sed 's/.*\] //; s/+.*//' "/proc/$pid/stack" | head -n 12 | tr '\n' ',')"
		return 1
	fi
}

now()
{
	cut -d ' ' -f 1 /proc/uptime
}

# Who is blocked has a mutex that others wait for: after the first all of them are.
behind_fifo()
{
	new_pipe
	kill -USR1 "$pid1"
	sleep 2
	start=$(now)
	(echo 1 > "/proc/sys/vm/$1" && now >&3) &
	if read -r -t "$limit" end <&3; then
		echo "data behind=$1 seconds=$(echo "$start $end" | awk '{ printf "%.2f", $2 - $1 }')"
	else
		echo "data behind=$1 seconds=blocked limit=$limit" \
		     "where=$(sed 's/.*\] //; s/+.*//' "/proc/$!/stack" | head -n 12 | tr '\n' ',')"
	fi
}

echo -1 > /proc/sys/kernel/sched_rt_runtime_us
hang without_fifo && hang without_fifo && hang without_fifo
kill "$pid1"
spinner 1 99 & pid1=$!
sleep 1
hang with_fifo && hang with_fifo && hang with_fifo &&
	behind_fifo drop_caches && behind_fifo compact_memory
