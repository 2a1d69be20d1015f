#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: atomics.sh BASE ARCH VARIANT
#
# The atomic instructions of that kernel's page allocator, by disassembly: what there is
# of them in each function that an order-0 page comes by, and in the whole object, as
# lines like a guest's.  Some kernels take spinlocks inline, others call, so it counts
# these calls, too.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 variant=$3
known_base "$base"
known_arch "$arch"

# On one base or another; which of these are functions is up to the compiler.
functions='__alloc_(frozen_)?pages(_nodemask)?|get_page_from_freelist|rmqueue|_*rmqueue_pcplist'
functions+='|_*alloc_pages_bulk|_*free_pages|free_the_page|_*free_frozen_pages|free_frozen_page_commit'
functions+='|free_unref_(page|page_prepare|page_commit|page_list|folios)|_*free_pages_prepare|free_pcp_prepare'

# x86: LOCK, and exchanges with memory, which have no need of the prefix.  arm64:
# exclusive loads and stores, and LSE.
case $arch in
arm64)	atomic='^(lda?x[rp]|stl?x[rp]|casp?a?l?|swpa?l?|(ld|st)(add|clr|set|eor|[su]max|[su]min)a?l?)[bh]?$' ;;
*)	atomic='^(lock .*|xchg .*[(:].*)$' ;;
esac

"${cross}objdump" -dr --no-show-raw-insn "$(objdir "$base" "$arch" "$variant" default)/mm/page_alloc.o" |
awk -F'\t' -v functions="^($functions)(_noprof)?$" -v atomic="$atomic" '
/^[0-9a-f]+ <.*>:$/	{ name = $0; gsub(/^.*<|[.>].*$/, "", name)
			  if (name ~ functions) seen[name] }
$2 ~ atomic		{ n[name]++; n["all"]++ }
/R_.*\t_raw_spin_(try)?lock/ { calls[name]++; calls["all"]++ }
END			{ seen["all"]
			  for (name in seen)
				print "data bench=fastpath-atomics function=" name,
				      "atomics=" n[name] + 0, "calls=" calls[name] + 0 }'
