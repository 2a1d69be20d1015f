#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: accel.sh ARCH KERNEL
#
# Print the accelerator that QEMU can use here, kvm or tcg.  /dev/kvm may be
# there, open, and still run no guest, so boot one and see.
. "$(dirname "$0")/lib.sh"

known_arch "$1"
known=$build/guest/$1.accel
if [ ! -e "$known" ]; then
	accel=tcg
	if [ -r /dev/kvm ] && [ -w /dev/kvm ] && [ "$1" = "$(uname -m)" ]; then
		# shellcheck disable=SC2086 # a list
		if timeout --foreground 30 "$qemu" -accel kvm $machine -cpu host -m 256M -nographic \
			-no-reboot -nodefaults -serial stdio -kernel "$2" \
			-append "console=$console panic=-1" < /dev/null 2>&1 |
				grep -aq "Linux version"; then
			accel=kvm
		else
			say "/dev/kvm is here but runs no guest; using TCG" >&2
		fi
	fi
	mkdir -p "${known%/*}"
	echo $accel > "$known"
fi
cat "$known"
