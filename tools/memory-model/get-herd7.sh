#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Get herd7 from Debian's newest suites without installing anything.
#
# Usage: get-herd7.sh DIR
#
# Leaves a program DIR/herd7 that runs from where it lies.  Debian stable's
# herd7 is older than the 7.58 that the memory models of newer kernels ask for,
# and the newest one wants a libc that stable does not have, so that libc is
# unpacked beside it.
. "$(dirname "$0")/../../scripts/lib.sh"

dir=${1:?usage: get-herd7.sh DIR}
! "$dir/herd7" -version > /dev/null 2>&1 || exit 0

for suite in testing unstable; do
	"$top/scripts/apt-download.sh" $suite "$(dpkg --print-architecture)" "$dir" \
		herdtools7 libc6 libgmp10 && break
done
[ -e "$dir/usr/bin/herd7" ] || die "install herdtools7 >= 7.58 yourself"

# Of the programs only one is wanted, and they are large.
find "$dir/usr/bin" -type f ! -name herd7 -exec rm -f {} +

loader=$(cd "$dir" && find . -name 'ld-linux*.so.*' -o -name 'ld64.so.*' | head -n 1)
libs=$(cd "$dir" && find . -name 'libc.so.6' | head -n 1)
[ "$loader" ] && [ "$libs" ] || die "no dynamic loader in $dir"

cat > "$dir/herd7" << END
#!/bin/sh
# Written by get-herd7.sh: herd7 with the libc that came with it
here=\$(dirname "\$0")
exec "\$here/$loader" --library-path "\$here/${libs%/*}" \\
	"\$here/usr/bin/herd7" -set-libdir "\$here/usr/share/herdtools7/herd" "\$@"
END
chmod +x "$dir/herd7"
"$dir/herd7" -version > /dev/null || die "the herd7 in $dir does not run"
