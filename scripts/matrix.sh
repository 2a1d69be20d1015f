#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: matrix.sh [CELL...]
#
# Build every base on every architecture in all kinds of configurations, run its KUnit
# suite and stress it, or only the CELLs named, each BASE/ARCH/CONFIG, and write a table of
# what came of each.  KERNEL is for the base that it is one of.  What passed is not done
# again until the series or the tools change; what failed is.  All of it takes hours, and
# can be interrupted at any time.  Exits 4 if nothing could be done because no source was
# to be had.
. "$(dirname "$0")/lib.sh"

cells=("$@")
results=$build/matrix
mkdir -p "$results" "$build/reports"

# every_cell: each base with each of its ways to preempt, one CPU and several, one
# node and several, 32 bit, and LLVM.  Not each with each: what has little to do
# with one another shares a cell.  PREEMPT_RT came with v6.12, v7.3 has no
# PREEMPT_NONE any more, and the RT base cannot choose, nor boot with CONFIG_SMP=n.
every_cell()
{
	local base preempt up rt more=
	# Other topics have to do with file systems, and with isolation by nohz_full= alone.
	[ "$topic" = pcplists ] || more=block+mglru+nohz-only
	for base in $(grep -o '^v[^[:space:]]*' "$top/scripts/bases"); do
		[ "$(series_of "$base")" ] || continue
		preempt=+preempt up=up+none rt=
		case $base in
		v5.10-rt)	preempt= up=default ;;
		v6.12)		rt=$base/x86_64/rt ;;
		v7.3)		rt=$base/x86_64/rt up=up ;;
		esac
		printf '%s\n' "$base"/{x86_64/default,arm64/default,x86_64/debug} $rt \
			${more:+"$base/x86_64/$more"} "$base/x86_64/clang$preempt+nonuma" "$base/i386/$up"
	done
}

# state STEP BASE ARCH CONFIG: changes with whatever a result depends on, of which the
# KUnit suite is nothing but to itself
state()
{
	local part series=refs/series/applied
	[ "$1" != kunit ] || series=refs/series/tests
	shift
	known_config "$3"
	{
		git -C "$build/tree/$1" rev-parse "$series^{tree}"
		cat "$top"/tools/isolation/{*.[ch],guest/{init,common.sh,kunit.sh,stress.sh}}
		for part in "$top/tools/isolation/config/"{common,"$1","$2"} "${parts[@]}"; do
			cat "$part".* 2> /dev/null || true
		done
	} | sha256sum | cut -c1-16
}

# tests LOG: how many passed, and how many were skipped, nothing if there were none
tests()
{
	awk '!/^(ok [0-9]|\[[0-9:]*\] [^=]*\[(PASSED|SKIPPED)\])/ { next }
	     /SKIP/ { skipped++; next }
	     { passed++ }
	     END { if (passed) printf "%d%s, ", passed, skipped ? "+" skipped : "" }' "$1"
}

# step NAME COMMAND...: do it unless it was done, and write its column
step()
{
	local file=$results/${cell//\//-}.$1 start=$SECONDS now
	shift
	now=$(state "${file##*.}" "$base" "$arch" "$config")
	if ! grep -qs "^$now " "$file"; then
		rm -f "$file"
		if ! "$@" > "$file.log" 2>&1; then
			echo "FAILED, see $file.log"
			return 1
		fi
		echo "$now $(tests "$file.log")$((SECONDS - start)) s" > "$file"
	fi
	printf '%-14s' "$(cut -d' ' -f2- "$file")"
}

# get_tree: of KERNEL, if that is a $base, else of the base's package
get_tree()
{
	local kernel
	for kernel in ${KERNEL:+"$KERNEL"} ''; do
		run=(make -s --no-print-directory -C "$top" KERNEL="$kernel"
		     BASE="$base" ARCH="$arch" CONFIG="$config" VARIANT=patched)
		"${run[@]}" tree > "$tree" 2>&1 && return
		grep -q "KERNEL=.* is [0-9].* BASE=$base " "$tree" || return 1
	done
	return 1
}

matrix()
{
	local status=4 base arch config cell tree seconds
	printf '%-36s%-14s%-14s%-14s%s\n' \
		'(tests passed+skipped, time)' build KUnit stress 'on cortex-a57'
	for cell; do
		IFS=/ read -r base arch config <<< "$cell"
		tree=$results/$base.tree.log seconds=20
		# What checks everything gets less done.
		[[ $config != *debug* ]] || seconds=120
		printf '%-36s' "$cell"
		if ! get_tree; then
			# get-source.sh exits 4, and make says so.
			if grep -q 'Error 4$' "$tree"; then
				echo "SKIP, $(grep -m 1 -E '^(apt-download|get-source).sh: ' "$tree" | cut -d' ' -f2-)"
			else
				echo "FAILED, no tree, see $tree"
				status=1
			fi
			continue
		fi
		if step build "${run[@]}" kernel && step kunit "${run[@]}" kunit &&
		   step stress "${run[@]}" STRESS_SECONDS=$seconds stress && {
			# Atomics by load and store exclusive; on QEMU's default CPU by LSE.
			[ $arch != arm64 ] ||
			step stress-a57 env CPU=cortex-a57 "${run[@]}" STRESS_SECONDS=$seconds stress; }
		then
			echo
			[ $status = 1 ] || status=0
		else
			status=1
		fi
		# Nobody else uses these objects, and ccache has them.
		[ "$config" = default ] || rm -rf "$(objdir "$base" "$arch" patched "$config")"
	done
	return $status
}

if [ ${#cells[@]} = 0 ]; then
	readarray -t cells < <(every_cell)
	matrix "${cells[@]}" | tee "$build/reports/matrix.txt"
else
	matrix "${cells[@]}"
fi
