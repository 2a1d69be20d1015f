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
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/sort.h>

#include "bench.h"

static int rounds = 200;
module_param(rounds, int, 0444);
MODULE_PARM_DESC(rounds, "how many drains to time, up to 1000");

static char *state = "unknown";
module_param(state, charp, 0444);
MODULE_PARM_DESC(state, "what the other CPUs are doing, for the result line");

static u64 took[1000];

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

static void put_pages_everywhere(void)
{
	int cpu;

	/* Interrupts do not allocate there. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		for_each_online_cpu(cpu)
			smp_call_on_cpu(cpu, put_pages_from_task, NULL, false);
		return;
	}

	preempt_disable();
	smp_call_function(put_pages_on_lists, NULL, true);
	preempt_enable();
}

static int __init drain_bench_init(void)
{
	void (*drain)(struct zone *zone) = find_drain_all_pages();
	int i;

	if (!drain || rounds < 1 || rounds > ARRAY_SIZE(took))
		return -EINVAL;

	for (i = 0; i < rounds; i++) {
		ktime_t start;

		put_pages_everywhere();
		/* Give them time to get back to what they were doing. */
		usleep_range(3000, 5000);

		start = ktime_get();
		drain(NULL);
		took[i] = ktime_get() - start;
	}

	sort(took, rounds, sizeof(took[0]), compare_u64, NULL);
	pr_alert("data bench=drain state=%s rounds=%d p50=%llu p90=%llu max=%llu\n",
		 state, rounds, took[rounds / 2], took[rounds * 9 / 10], took[rounds - 1]);
	return 0;
}

static void __exit drain_bench_exit(void)
{
}

module_exit(drain_bench_exit);
module_init(drain_bench_init);
MODULE_LICENSE("GPL");
