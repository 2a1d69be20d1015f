#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: newest-program.sh DIR PROGRAM "PACKAGE..." [ARGUMENT...]
#
# Get PROGRAM from Debian's newest suites without installing anything, for where
# the stable one is too old: newer kernels ask for herd7 >= 7.58, and for a sparse
# that was not released when Debian 12 was.  Leaves a DIR/PROGRAM that runs from
# where it lies, with ARGUMENTs, in which HERE stands for DIR.  The newest programs
# want a libc that stable does not have, so that is unpacked beside it.
. "$(dirname "$0")/lib.sh"

dir=$1 program=$2 packages=$3
shift 3
[ ! -x "$dir/$program" ] || exit 0

for suite in testing unstable; do
	# shellcheck disable=SC2086 # a list
	"$top/scripts/apt-download.sh" $suite "$(dpkg --print-architecture)" "$dir" $packages libc6 && break
done
[ -e "$dir/usr/bin/$program" ] || die "install the newest ${packages%% *} yourself"

# Of the programs only one is wanted, and some are large.
find "$dir/usr/bin" -type f ! -name "$program" -exec rm -f {} +

loader=$(cd "$dir" && find . -name 'ld-linux*.so.*' -o -name 'ld64.so.*' | head -n 1)
libs=$(cd "$dir" && find . -name 'libc.so.6' | head -n 1)
[ "$loader" ] && [ "$libs" ] || die "no dynamic loader in $dir"

cat > "$dir/$program.new" << END
#!/bin/sh
# Written by newest-program.sh: $program with the libc that came with it
here=\$(dirname "\$0")
exec "\$here/$loader" --library-path "\$here/${libs%/*}" \\
	"\$here/usr/bin/$program" ${*//HERE/\$here} "\$@"
END
chmod +x "$dir/$program.new"
"$dir/$program.new" -version > /dev/null 2>&1 || "$dir/$program.new" --version > /dev/null ||
	die "the $program in $dir does not run"
mv "$dir/$program.new" "$dir/$program"
