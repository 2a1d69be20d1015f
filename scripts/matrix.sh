#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: matrix.sh [CELL...]
#
# Build every base on every architecture in all kinds of configurations, run its KUnit
# suite and stress it, or only the CELLs named, each BASE/ARCH/CONFIG, and say what came of
# each.  What passed is not done again until the series or the tools change; what
# failed is.  All of it takes hours, and can be interrupted at any time.  Exits 4 if
# nothing could be done because no source was to be had.
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
	local base preempt up rt
	for base in $(grep -o '^v[^[:space:]]*' "$top/scripts/bases"); do
		[ "$(series_of "$base")" ] || continue
		preempt=+preempt up=up+none rt=
		case $base in
		v5.10-rt)	preempt= up=default ;;
		v6.12)		rt=$base/x86_64/rt ;;
		v7.3)		rt=$base/x86_64/rt up=up ;;
		esac
		printf '%s\n' "$base"/{x86_64/default,arm64/default,x86_64/debug} $rt \
			"$base/x86_64/clang$preempt+nonuma" "$base/i386/$up"
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

# step NAME COMMAND...: do it unless it was done; took becomes its time
step()
{
	local file=$results/${cell//\//-}.$1 start=$SECONDS now
	shift
	now=$(state "${file##*.}" "$base" "$arch" "$config")
	if ! grep -qs "^$now " "$file"; then
		rm -f "$file"
		"$@" > "$file.log" 2>&1 || { failed=$file.log; return 1; }
		echo "$now $((SECONDS - start)) s" > "$file"
	fi
	took+=", ${file##*.} $(cut -d' ' -f2- "$file")"
}

matrix()
{
	local status=4 base arch config cell took failed tree seconds
	for cell; do
		IFS=/ read -r base arch config <<< "$cell"
		run=(make -s --no-print-directory -C "$top" BASE="$base" ARCH="$arch" CONFIG="$config" VARIANT=patched)
		tree=$results/$base.tree.log took= seconds=20
		# What checks everything gets less done.
		[[ $config != *debug* ]] || seconds=120
		if ! "${run[@]}" tree > "$tree" 2>&1; then
			# get-source.sh exits 4, and make says so.
			if grep -q 'Error 4$' "$tree"; then
				echo "$cell: SKIP, $(grep -m 1 -E '^(apt-download|get-source).sh: ' "$tree" | cut -d' ' -f2-)"
			else
				echo "$cell: FAILED, no tree, see $tree"
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
			echo "$cell: passed$took"
			[ $status = 1 ] || status=0
		else
			echo "$cell: FAILED, see $failed"
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
