// SPDX-License-Identifier: GPL-2.0
/*
 * Give the guest's kernel memory that it has not seen at boot.
 *
 * What was there at boot is full of what was put there at boot.  Memory that
 * comes later can go again, and its zone with it.  x86_64 has a file in sysfs to
 * probe for it, arm64 does not; this works on both.
 */
#include <linux/memory_hotplug.h>
#include <linux/module.h>

static unsigned long long start;
module_param(start, ullong, 0444);
MODULE_PARM_DESC(start, "physical address, a multiple of the block size");

static unsigned long long size;
module_param(size, ullong, 0444);
MODULE_PARM_DESC(size, "bytes, a multiple of the block size");

static int __init more_memory_init(void)
{
	return add_memory(0, start, size, MHP_NONE);
}

/* Memory stays, so there is no module_exit() and the module stays as well. */
module_init(more_memory_init);
MODULE_LICENSE("GPL");
