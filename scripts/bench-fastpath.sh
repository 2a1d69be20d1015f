#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: bench-fastpath.sh BASE ARCH ROUNDS
#
# What the fast path costs, base and series: instructions for each pair of an
# allocation and a free, counted by QEMU, both kernels in turn, ROUNDS times, for
# all rounds are to agree; and atomic instructions, counted in the disassembly.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 rounds=$3
known_base "$base"
known_arch "$arch"
reports=$build/reports

# What an order-0 page comes by, on one base or another; which of these are
# functions is up to the compiler.
functions='__alloc_(frozen_)?pages(_nodemask)?|get_page_from_freelist|rmqueue|_*rmqueue_pcplist'
functions+='|_*alloc_pages_bulk|_*free_pages|free_the_page|_*free_frozen_pages|free_frozen_page_commit'
functions+='|free_unref_(page|page_prepare|page_commit|page_list|folios)|_*free_pages_prepare|free_pcp_prepare'

# x86: LOCK, and exchanges with memory, which have no need of the prefix.  arm64:
# exclusive loads and stores, and LSE.
case $arch in
arm64)	atomic='^(lda?x[rp]|stl?x[rp]|casp?a?l?|swpa?l?|(ld|st)(add|clr|set|eor|[su]max|[su]min)a?l?)[bh]?$' ;;
*)	atomic='^(lock .*|xchg .*[(:].*)$' ;;
esac

# atomics OBJECT: what there is of them in each of these functions, and in the whole
# object.  Some kernels take spinlocks inline, others call, so count these calls.
atomics()
{
	"${cross}objdump" -dr --no-show-raw-insn "$1" |
	awk -F'\t' -v functions="^($functions)(_noprof)?$" -v atomic="$atomic" '
	/^[0-9a-f]+ <.*>:$/	{ name = $0; gsub(/^.*<|[.>].*$/, "", name)
				  if (name ~ functions) seen[name] }
	$2 ~ atomic		{ n[name]++; n["all"]++ }
	/R_.*\t_raw_spin_(try)?lock/ { calls[name]++; calls["all"]++ }
	END			{ seen["all"]
				  for (name in seen)
					print "data bench=fastpath-atomics function=" name,
					      "atomics=" n[name] + 0, "calls=" calls[name] + 0 }'
}

logs=()
for round in $(seq "$rounds"); do
	for variant in base patched; do
		say "round $round of $rounds: $variant"
		log=$reports/fastpath-$base-$arch-$variant-$round.log
		"$top/scripts/build-kernel.sh" "$base" "$arch" "$variant" default > /dev/null
		ICOUNT=1 "$top/scripts/run-guest.sh" "$base" "$arch" "$variant" default fastpath 600 "$log"
		grep -q 'data bench=fastpath what=' "$log" || die "nothing was measured, see $log"
		logs+=("$variant=$log")
	done
done
for variant in base patched; do
	log=$reports/fastpath-$base-$arch-$variant-atomics.log
	atomics "$(objdir "$base" "$arch" "$variant" default)/mm/page_alloc.o" > "$log"
	logs+=("$variant=$log")
done
report=$reports/fastpath-$base-$arch
"$top/scripts/fastpath-report.py" "$report.csv" "${logs[@]}" | tee "$report.txt"
