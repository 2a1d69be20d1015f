#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: matrix.sh [CELL...]
#
# Build, boot and stress every base on every architecture in every configuration,
# or only the CELLs named, each BASE/ARCH/CONFIG, and print what came of it as a
# table.  What passed is not done again until the series or the tools change; what
# failed is.  All of it takes hours, and can be interrupted at any time.
. "$(dirname "$0")/lib.sh"

cells=("$@")
done=$build/matrix
mkdir -p "$done"

# Not every kernel can be everything: PREEMPT_RT came with v6.12, and there
# clang has to be newer than the packaged one from v7.3 on.
if [ ${#cells[@]} = 0 ]; then
	for base in $(grep -o '^v[^[:space:]]*' "$top/scripts/bases"); do
		for arch in x86_64 arm64; do
			for config in default debug none preempt rt up nonuma clang; do
				case $base/$config in
				v5.10-rt/preempt|v5.10-rt/none|v5.10-rt/rt|v5.10/rt|v5.15/rt|v6.1/rt|v7.3/clang)
					continue ;;
				esac
				cells+=("$base/$arch/$config")
			done
		done
	done
fi

# state BASE: changes with whatever a result for BASE depends on
state()
{
	cat "$top/patches/pcplists/$1"/*.patch "$top"/tools/isolation/{*.c,config/*,guest/*} \
		"$build/tree/$1.ready" | sha256sum | cut -c1-16
}

# step CELL NAME COMMAND...: run it unless it has passed; its time is the result
step()
{
	local file=$done/${1//\//-}.$2 start=$SECONDS
	shift 2
	[ "$(cut -d' ' -f1 "$file" 2> /dev/null)" != "$now" ] || return 0
	rm -f "$file"
	"$@" > "$file.log" 2>&1 || return 1
	echo "$now $((SECONDS - start)) s" > "$file"
}

matrix()
{
	local status=0
	for cell in "${cells[@]}"; do
		IFS=/ read -r base arch config <<< "$cell"
		known_base "$base"
		run=(make -s --no-print-directory -C "$top" BASE="$base" ARCH="$arch" CONFIG="$config" VARIANT=patched)
		if [ "$package" = - ] && [ ! -e "$build/tree/$base.ready" ]; then
			echo "$cell: SKIP, no Debian package has it; make tree BASE=$base KERNEL=/path/to/linux first"
			continue
		fi
		"${run[@]}" tree > "$done/$base.tree.log" 2>&1 || {
			echo "$cell: no tree, see $done/$base.tree.log"
			status=1
			continue
		}
		now=$(state "$base")
		if step "$cell" build "${run[@]}" kernel &&
		   step "$cell" stress "${run[@]}" STRESS_SECONDS=20 stress; then
			echo "$cell: build $(cut -d' ' -f2- "$done/${cell//\//-}.build"), stress $(cut -d' ' -f2- "$done/${cell//\//-}.stress")"
		else
			echo "$cell: FAILED, see $(ls -t "$done/${cell//\//-}".*.log | head -n 1)"
			status=1
		fi
		# Objects of a configuration that nobody else uses; ccache has them.
		[ "$config" = default ] || rm -rf "$(objdir "$base" "$arch" patched "$config")"
	done
	return $status
}

mkdir -p "$build/reports"
matrix | tee "$build/reports/matrix.txt"
