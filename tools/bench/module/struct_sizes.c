// SPDX-License-Identifier: GPL-2.0
/*
 * How large is what every CPU has for every zone?  Not to be loaded: the size of
 * the variable in the object file says it, without the debug info that pahole
 * needs.
 */
#include <linux/mmzone.h>
#include <linux/module.h>

char per_cpu_pages_bytes[sizeof(struct per_cpu_pages)];

MODULE_LICENSE("GPL");
