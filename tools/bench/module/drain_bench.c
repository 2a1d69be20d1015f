// SPDX-License-Identifier: GPL-2.0
/*
 * How long does drain_all_pages() take?
 *
 * A module, so that the kernel it measures is the kernel as it is.  Loading it
 * does the work: each round puts a few pages on the lists of every other CPU,
 * by an interrupt, for the tasks there may leave no room for anything else, and
 * drains them all.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/mmzone.h>
#include <linux/smp.h>

#include "latency.h"

static void (*drain)(struct zone *zone);

static void put_pages_on_lists(void *unused)
{
	struct page *page[8];
	int i;

	for (i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = alloc_page(GFP_ATOMIC);
	for (i = 0; i < ARRAY_SIZE(page); i++)
		if (page[i])
			__free_page(page[i]);
}

static int put_pages_from_task(void *unused)
{
	put_pages_on_lists(NULL);
	return 0;
}

static int put_pages_everywhere(void)
{
	int cpu;

	/* Interrupts do not allocate there. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		for_each_online_cpu(cpu)
			smp_call_on_cpu(cpu, put_pages_from_task, NULL, false);
		return 0;
	}

	preempt_disable();
	smp_call_function(put_pages_on_lists, NULL, true);
	preempt_enable();
	return 0;
}

static void drain_every_zone(void)
{
	drain(NULL);
}

static int __init drain_bench_init(void)
{
	drain = find_drain_all_pages();
	return drain ? time_drains(put_pages_everywhere, drain_every_zone) : -EINVAL;
}

static void __exit drain_bench_exit(void)
{
}

module_exit(drain_bench_exit);
module_init(drain_bench_init);
MODULE_LICENSE("GPL");
