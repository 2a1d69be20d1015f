#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: deb.sh BASE ARCH VARIANT CONFIG
#
# Build Debian packages of the kernel, VARIANT base or patched, to install on a
# machine, with the kernel's own "make bindeb-pkg".  They end up in
# build/deb/BASE/.  The configuration is
#   KCONFIG=FILE	that file, for instance /boot/config-$(uname -r)
#   otherwise		the guest's, which knows QEMU's devices and nothing else
#
# With a distribution's configuration this takes hours and 20 GB on two CPUs, as
# it has thousands of modules, most of them for machines that one does not have.
# Minutes, without those and without debug info: in a tree of that base, run
#	cp /boot/config-$(uname -r) .config
#	make localmodconfig && scripts/config --disable DEBUG_INFO
# on the machine that is to run it, and give the .config as KCONFIG.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 variant=$3 config=$4
known_base "$base"
known_arch "$arch"
! shared_variant "$variant" || die "packages are of VARIANT=base or VARIANT=patched"
src=$(srcdir "$base" "$variant")
out=$build/deb/$base
obj=$out/$arch-$variant
log=$obj.log

[ -e "$build/tree/$base.ready" ] || die "no tree; run 'make tree BASE=$base$for_topic'"
if [ "${KCONFIG:-}" ]; then
	from=$KCONFIG
	[ -f "$from" ] || die "KCONFIG=$from does not exist"
else
	from=$(objdir "$base" "$arch" "$variant" "$config")/.config
	[ -e "$from" ] || die "no configuration $from; run 'make kernel BASE=$base$for_topic ARCH=$arch VARIANT=$variant CONFIG=$config', or give one, KCONFIG=/boot/config-$(uname -r)"
fi
# What the packages of any of the bases say that they need to be built, and is
# not there already for the guest's kernel.
needed=(dpkg-buildpackage=dpkg-dev fakeroot=fakeroot dh_builddeb=debhelper rsync=rsync
	depmod=kmod lsb_release=lsb-release /usr/include/elfutils/libdw.h=libdw-dev)
! grep -q '^CONFIG_DEBUG_INFO_BTF=y' "$from" || needed+=(pahole=dwarves)
! grep -q '^CONFIG_KERNEL_ZSTD=y' "$from" || needed+=(zstd=zstd)
! grep -q '^CONFIG_KERNEL_LZ4=y' "$from" || needed+=(lz4=lz4)
"$top/scripts/need.sh" "${needed[@]}"

if grep -q '^CONFIG_DEBUG_INFO=y' "$from"; then
	say "CONFIG_DEBUG_INFO=y: ten times the space, and a -dbg package"
	space_for 20
else
	space_for 4
fi
command -v "${cross}gcc" > /dev/null ||
	die "no ${cross}gcc; install Debian's package gcc-${cross%-}"

for_kernel_make
# -d: Debian has those for another architecture under that one's name only.
export DPKG_FLAGS=-d KDEB_CHANGELOG_DIST=unstable
export KBUILD_BUILD_USER=make-deb KBUILD_BUILD_HOST=localhost
# Installs next to the distribution's kernel, and one VARIANT next to the other.
make=(make -C "$src" O="$obj" ARCH="$karch" CROSS_COMPILE="$cross" CC="ccache ${cross}gcc"
      LOCALVERSION="-$variant")

mkdir -p "$obj"
cp "$from" "$obj/.config"
# Debian's and Ubuntu's have their keys in here, by names of files of their own.
(cd "$obj" && "$src/scripts/config" --set-str SYSTEM_TRUSTED_KEYS "" \
	--set-str SYSTEM_REVOCATION_KEYS "")
"${make[@]}" olddefconfig > "$log" 2>&1 || die "no configuration, see $log"
modules=$(grep -c '=m$' "$obj/.config") || true
say "$(basename "$src"), $modules modules, on $(nproc) CPUs; the log is ${log#"$top"/}"

start=$SECONDS
touch "$obj/started"
"${make[@]}" -j"$(nproc)" bindeb-pkg >> "$log" 2>&1 &
pid=$!
trap 'wait $pid; exit 130' INT
while kill -0 $pid 2> /dev/null; do
	for _ in {1..60}; do
		sleep 1
		kill -0 $pid 2> /dev/null || break 2
	done
	say "$base $variant: $(grep -c '^  [A-Z]*CC' "$log") objects, $((SECONDS - start)) s"
done
wait $pid || {
	grep -E 'error:|Error ' "$log" | head -n 5 >&2
	die "the build failed, see $log"
}
say "built in $((SECONDS - start)) s; to install: dpkg -i"
find "$out" -maxdepth 1 -name 'linux-[ih]*.deb' -newer "$obj/started" | sort | sed 's/^/	/'
