# SPDX-License-Identifier: GPL-2.0
# Of few accesses that are seen a larger part can be watched, by default 1 in 4000.
kcsan.skip_watch=400
