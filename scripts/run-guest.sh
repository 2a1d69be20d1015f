#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: run-guest.sh BASE ARCH VARIANT CONFIG RUN LIMIT LOG [GUEST-PARAMETER...]
#
# Boot that kernel with CPU 1 to 3 isolated (or those that ISOLATED= says, which
# may be none), with what the .boot files of CONFIG want on its command line, on
# QEMU's newest CPU (or CPU=), and let it run one of the scripts of
# tools/isolation/guest (a shell for RUN=shell), for LIMIT seconds at most.  The
# console goes to LOG.  With ICOUNT=N there are N CPUs that run in turn, an instruction
# takes 1 ns of the guest's time, and nothing in it depends on the host.  With
# INSNS=FUNCTION, LOG.insns is told what each CPU executes between calls of that function
# of the kernel.
#
# Fails if the guest does not get to its end, or if the kernel complained about
# anything.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 variant=$3 config=$4 run=$5 limit=$6 log=$7
shift 7
known_base "$base"
known_arch "$arch"
known_config "$config"
obj=$(objdir "$base" "$arch" "$variant" "$config")
kernel=$obj/$image
[ -e "$kernel" ] || die "no kernel $kernel; run 'make kernel BASE=$base$for_topic ARCH=$arch VARIANT=$variant CONFIG=$config'"
command -v "$qemu" > /dev/null || die "no $qemu; install Debian's package qemu-system-${karch/64/}"

smp=4
if [ "${ICOUNT-}" ]; then
	accel=tcg,thread=single smp=$ICOUNT ISOLATED=
	machine+=" -icount shift=0,sleep=off -rtc base=2026-01-01T00:00:00,clock=vm -seed 1"
	[ "$arch" = arm64 ] || cpus+=,-rdrand,-rdseed
elif [ "${INSNS-}" ]; then
	mark=$(sed -n "s/\([0-9a-f]*\) . $INSNS\$/\1/p" "$obj/System.map")
	[ "$mark" ] || die "no function $INSNS in $kernel"
	accel=tcg,thread=multi
	machine+=" -plugin $build/guest/insns.so,mark=0x$mark,out=$log.insns"
else
	accel=$("$top/scripts/accel.sh" "$arch" "$kernel")
	case $accel in
	tcg)	accel=tcg,thread=multi ;;
	kvm)	cpus=host ;;
	esac
fi

# What is beyond mem= is for init to add as ZONE_MOVABLE: nothing was put there at
# boot, so it can go offline, and the zone with it.
grep -q ^CONFIG_NO_HZ_FULL=y "$obj/.config" || ISOLATED=
: "${ISOLATED=1-3}"
isolcpus=isolcpus=domain,managed_irq,$ISOLATED
[[ +$config+ != *+nohz-only+* ]] || isolcpus=
append="console=$console nokaslr panic=-1 quiet loglevel=5 tsc=reliable
	${ISOLATED:+nohz_full=$ISOLATED $isolcpus rcu_nocbs=$ISOLATED irqaffinity=0}
	mem=512M cma=16M guest.more_memory=$more_memory memhp_default_state=online_movable"
for part in "${parts[@]}"; do
	[ ! -e "$part.boot" ] || append+=" $(sed '/^#/d' "$part.boot")"
done
if [ "$run" != shell ]; then
	append+=" guest.run=$run"
fi
for parameter; do
	case $parameter in
	*.*=*|numa=*)
		append+=" $parameter" ;;
	*)	append+=" guest.$parameter" ;;
	esac
done

# What RUN wants besides what all do
archives=("$build/guest/$arch.cpio.gz" "$obj/modules.cpio.gz")
for more in "$build/guest/"{,"$base-"}"$arch-$run.cpio.gz"; do
	[ ! -e "$more" ] || archives+=("$more")
done
cat "${archives[@]}" > "$obj/initrd"

# shellcheck disable=SC2086 # lists
command=("$qemu" -accel "$accel" $machine -cpu "${CPU:-$cpus}" -smp $smp -m "$memory"
	 -nographic -no-reboot -nodefaults -serial mon:stdio
	 -kernel "$kernel" -initrd "$obj/initrd"
	 -append "${append//[$'\n\t']/ }")

if [ "$run" = shell ]; then
	exec "${command[@]}"
fi

# Of a guest that does not end, QEMU tells what its CPUs do, before they are interrupted;
# then the guest is asked, by SysRq over the serial line, who sleeps uninterruptibly and
# which tasks and timers there are, and QEMU is told to quit.
ask_when_late()
{
	local key
	sleep "$limit" &
	trap 'kill $!; exit' TERM
	wait
	printf '\001cinfo registers -a\n'
	sleep 3
	printf '\001c'
	for key in 7 w l t q; do
		printf '\001b%s' $key
		sleep 3
	done
	printf '\001x'
}

exec 8< <(ask_when_late)
# shellcheck disable=SC2064 # of now
trap "kill $! 2> /dev/null || true" EXIT

mkdir -p "${log%/*}"
rm -f "$log"
# In the foreground, so that Ctrl-C reaches the guest as well
timeout --foreground $((limit + 60)) "${command[@]}" <&8 > "$log.part" 2>&1 || true
tr -d '\r' < "$log.part" > "$log"
rm -f "$log.part"

"$top/scripts/check-log.sh" "$log" || exit 1
# Whoever reads this may not have the log: the end of it says how far the guest got.
ended()
{
	sed '/(qemu)/,$d' "$log" | tail -n 8 | cut -c1-160 | sed 's/^/\t/' >&2
	die "$1, see $log, of which this is the end"
}
! grep -q 'QEMU: Terminated' "$log" || ended "guest still running after $limit s ($accel)"
grep -q '^guest: done' "$log" || ended "guest did not get to its end ($accel)"
