#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: check-codegen.sh BASE ARCH
#
# Does going through include/linux/pcplists.h cost anything?  Compile
# mm/page_alloc.c as it is and with the pointers accessed directly, and compare
# the instructions.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
known_base "$base"
known_arch "$arch"
obj=$(objdir "$base" "$arch" patched default)
cmd=$obj/mm/.page_alloc.o.cmd
[ -e "$cmd" ] || die "no kernel; run 'make kernel BASE=$base ARCH=$arch'"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
src=$build/tree/$base/mm/page_alloc.c
perl -0pe 's/pcplists_local\(pcp->lp,((?:[^()]++|\((?1)\))*)\)/READ_ONCE(pcp->lp)/g;
	s/pcplists_exchange\(&pcp->lp, &pcp->drain\);/{ struct pcplists *old = pcp->lp; smp_store_release(&pcp->lp, pcp->drain); pcp->drain = old; }/' \
	"$src" > "$tmp/page_alloc.c"
! grep -q 'pcplists_local(\|pcplists_exchange(' "$tmp/page_alloc.c" &&
grep -q 'READ_ONCE(pcp->lp)' "$tmp/page_alloc.c" &&
grep -q 'smp_store_release(&pcp->lp' "$tmp/page_alloc.c" ||
	die "what is to be open coded is not where this script expects it"

# compile SOURCE OBJECT: as the kernel's make did
compile()
{
	local command
	command=$(sed -n '1s/^[a-z]*cmd_[^ ]* := //p' "$cmd")
	command=${command/ -o mm\/page_alloc.o / -o $2 }
	command=${command/-Wp,-MMD,mm\/.page_alloc.o.d/}
	# After it objtool may have its turn
	command=${command%%;*}
	command=$(sed 's/ *[^ ]* *$//' <<< "$command")
	(cd "$obj" && eval "$command -iquote $build/tree/$base/mm $1")
	"${cross}objdump" -d --no-show-raw-insn "$2" | grep -P '^ +[0-9a-f]+:\t' |
		cut -f2- | sed 's/[0-9a-f]\{2,\}//g' > "$2.dis"
}

compile "$src" "$tmp/header.o"
compile "$tmp/page_alloc.c" "$tmp/open.o"
header=$(wc -l < "$tmp/header.o.dis") open=$(wc -l < "$tmp/open.o.dis")
say "mm/page_alloc.o: $header instructions with the header, $open open coded"
[ "$header" -gt 1000 ] && [ "$header" -le "$open" ]
