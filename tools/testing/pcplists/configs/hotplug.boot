# SPDX-License-Identifier: GPL-2.0
# A tenth of the time between two CPUs, and none between two blocks of memory
pcplists_torture.onoff_interval=100
guest.offline_pause=0
