#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: build-kernel.sh BASE ARCH VARIANT CONFIG
#
# Build the guest's kernel.  VARIANT is
#   base	the source without the series
#   patched	the tree with the series and its tests as it stands in build/tree,
#		commits that are not in patches/ yet included
#   prefix-N	the first N patches of the series
#   NAME	as patched, then tools/testing/TOPIC/variants/BASE/NAME.patch; of unpatched,
#		which has the tests and not the series, that file is only a description
# CONFIG is one or more of tools/testing/pcplists/configs joined by "+", of which a
# later one wins, on top of what tools/isolation/config has for every kernel.
# The output of make goes to a log; how far it has got is shown now and then.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 variant=$3 config=$4
known_base "$base"
known_arch "$arch"
known_config "$config"
tree=$build/tree/$base
src=$(srcdir "$base" "$variant")
[ -e "$tree.ready" ] || die "no tree; run 'make tree BASE=$base$for_topic'"

if shared_variant "$variant"; then
	change=$top/tools/testing/$topic/variants/$base/$variant.patch
	commit=refs/series/tests
	case $variant in
	prefix-[1-9])
		commit=$(git -C "$tree" rev-list --reverse base..refs/series/applied |
			 sed -n "${variant#prefix-}p")
		[ "$commit" ] || die "the series has no patch ${variant#prefix-}"
		change= ;;
	*)
		[ -e "$change" ] ||
			die "unknown VARIANT '$variant'; known are: base patched prefix-N $(cd "${change%/*}" && ls ./*.patch | sed 's|^./||; s/.patch$//' | xargs)" ;;
	esac
	[ -e "$src" ] || git -C "$tree" worktree add -q "$src" base
	git -C "$src" checkout -q -f --detach "$commit"
	if [ "$variant" = unpatched ]; then
		git -C "$src" diff refs/series/applied base |
			git -C "$src" apply --whitespace=nowarn ||
			die "the series cannot be taken back under its tests"
	elif [ "$change" ]; then
		git -C "$src" apply "$change" || die "$change does not apply to the series"
	fi
fi
obj=$(objdir "$base" "$arch" "$variant" "$config")
# What was asked for, and what a base cannot do without
every=("$top/tools/isolation/config"/{common,"$arch"}.config)
chosen=("${parts[@]/%/.config}")
[ ! -e "$top/tools/isolation/config/$base.config" ] ||
	chosen+=("$top/tools/isolation/config/$base.config")

space_for 1
mkdir -p "$obj"
command -v "${cross}gcc" > /dev/null ||
	die "no ${cross}gcc; install Debian's package gcc-${cross%-}"
for_kernel_make
# Nothing in the kernel changes from one build to the next of the same source.
export KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=guest KBUILD_BUILD_HOST=guest
case +$config+ in
*+clang+*)
	# The newest bases refuse Debian 12's default version.
	llvm=/usr/lib/llvm-19/bin
	"$top/scripts/need.sh" $llvm/clang=clang-19 $llvm/ld.lld=lld-19 $llvm/llvm-nm=llvm-19
	PATH=$llvm:$PATH
	compiler=(LLVM=1 CC="ccache clang") ;;
*)
	# Compile what ccache has preprocessed already, which takes a fifth less.  The
	# price is a warning now and then about what a macro has expanded to.
	export CCACHE_NOCPP2=1
	compiler=(CROSS_COMPILE="$cross" CC="ccache ${cross}gcc") ;;
esac
make=(make -C "$src" O="$obj" ARCH="$karch" "${compiler[@]}" LOCALVERSION=)

# What watches accesses, or counts lines, does so in the objects that the series touches.
touched=$(git -C "$tree" diff --name-only base..refs/series/applied -- '*.c' |
	sed 's|.*/||; s/c$/o/')
case +$config+ in
*+kcsan+*)
	make+=(KCSAN_SANITIZE=n)
	for object in $touched; do
		make+=("KCSAN_SANITIZE_$object=y")
	done ;;&
*+gcov+*)
	# What has no counter is the difference of others, so none may lose an
	# increment.  Newer kernels ask for that themselves; to ask for it
	# everywhere would keep ccache out.
	for object in $touched; do
		make+=("GCOV_PROFILE_$object=y" "CFLAGS_$object=-fprofile-update=prefer-atomic")
	done ;;
esac

# The configuration is made anew when it is another one, or another source.
{
	cat "${every[@]}" "${chosen[@]}"
	git -C "$src" ls-tree -r HEAD | grep Kconfig | sha256sum | sed 's/^/# Kconfig /'
} > "$obj/fragment.new"
if ! cmp -s "$obj/fragment.new" "$obj/fragment" || [ ! -e "$obj/.config" ]; then
	"${make[@]}" KCONFIG_ALLCONFIG="$obj/fragment.new" allnoconfig > "$obj/build.log" 2>&1 ||
		die "no configuration, see $obj/build.log"
	# What Kconfig cannot have it drops, and says nothing.  Without these there is
	# nothing to see, but for who asks for that; and who asks for more is to get it,
	# or PREEMPT_RT for PREEMPT.
	for option in NO_HZ_FULL HOTPLUG_CPU CMA_DEBUGFS MEMORY_HOTREMOVE KPROBE_EVENTS \
		      $(sed -n 's/^CONFIG_\(.*\)=y$/\1/p' "${chosen[@]}"); do
		[ "$(grep "^CONFIG_$option=" "$obj/fragment.new" | tail -n 1)" != "CONFIG_$option=y" ] ||
		grep -qE "^CONFIG_$option(_RT)?=y" "$obj/.config" ||
			die "$base on $arch did not take CONFIG_$option=y, see $obj/.config"
	done
	mv "$obj/fragment.new" "$obj/fragment"
fi
rm -f "$obj/fragment.new"

start=$SECONDS
all=$(cat "$obj/objects" 2> /dev/null || echo "about 1100")
"${make[@]}" -j"$(nproc)" "${image##*/}" modules > "$obj/build.log" 2>&1 &
pid=$!
# Ctrl-C reaches make as well; make deletes what it was writing.
trap 'wait $pid; exit 130' INT
while kill -0 $pid 2> /dev/null; do
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		sleep 1
		kill -0 $pid 2> /dev/null || break 2
	done
	say "$base $variant: $(grep -c '^  [A-Z]*CC' "$obj/build.log") of $all objects, $((SECONDS - start)) s"
done
wait $pid || {
	grep -E 'error:|Error ' "$obj/build.log" | head -n 5 >&2
	die "the build failed, see $obj/build.log"
}

# The guest's modules, for this kernel only.
rm -rf "$obj/modules"
mkdir -p "$obj/modules"
cp "$top"/tools/{bench,isolation}/module/* "$obj/modules/"
"${make[@]}" M="$obj/modules" modules > "$obj/modules/build.log" 2>&1 ||
	die "the guest's modules do not build, see $obj/modules/build.log"
git -C "$src" diff --name-only --diff-filter=A base -- 'mm/*.c' | while read -r test; do
	module=$obj/${test%.c}.ko
	[ ! -e "$module" ] || cp "$module" "$obj/modules/"
done
# The same modules are the same archive: what unpacking it takes is counted, too.
touch -d @0 "$obj"/modules/*.ko
(cd "$obj/modules" && ls ./*.ko | cpio -o -H newc -R 0:0 --reproducible --quiet) |
	gzip -1n > "$obj/modules.cpio.gz"

done=$(grep -c '^  CC' "$obj/build.log") || true
[ "$done" -lt 500 ] || echo "$done" > "$obj/objects"
say "$base $variant ($arch, $config): built in $((SECONDS - start)) s"
