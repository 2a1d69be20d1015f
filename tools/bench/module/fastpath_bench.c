// SPDX-License-Identifier: GPL-2.0
/*
 * How many instructions does it take to allocate a page and to free it?
 *
 * For a guest in which an instruction takes 1 ns and interrupts wait, so that the
 * clock counts instructions: QEMU's -icount, on one CPU.  That this is so is tested
 * at the beginning.  The clock may be coarse, 16 ns on some arm64, so what is timed
 * is about 1000 pairs.  The loop and the calls in it are measured as well, with
 * nothing in it, and subtracted.
 *
 * On PREEMPT_RT the allocator takes sleeping locks, so interrupts stay on.  The
 * median is of samples that are short against the tick, but not exact.
 */
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/timex.h>
#include <linux/version.h>
#include <linux/vmstat.h>

#include "bench.h"

#define SAMPLES		21
#define MANY		64
#define GFP		(GFP_NOWAIT | __GFP_NOWARN)

struct row {
	const char *what;
	void (*get)(unsigned int order);
	void (*put)(unsigned int order);
	unsigned int order;
	unsigned int pairs;	/* how many of them get() and put() make */
	unsigned int rounds;	/* how often a sample calls these two */
	bool drained;		/* empty lists before each sample */
};

static void (*drain)(struct zone *zone);
static struct zone *zone;
static struct page *pages[MANY];
static unsigned int failed;
static unsigned int tick;	/* instructions in one of get_cycles() */

static void nothing(unsigned int order)
{
}

static void get_one(unsigned int order)
{
	pages[0] = alloc_pages(GFP, order);
}

static void put_one(unsigned int order)
{
	if (pages[0])
		__free_pages(pages[0], order);
	else
		failed++;
}

static void get_each(unsigned int order)
{
	int i;

	for (i = 0; i < MANY; i++) {
		pages[i] = alloc_pages(GFP, order);
		if (!pages[i])
			failed++;
	}
}

/* alloc_pages_bulk() skips what is not NULL. */
static void put_each(unsigned int order)
{
	int i;

	for (i = 0; i < MANY; i++) {
		if (pages[i])
			__free_pages(pages[i], order);
		pages[i] = NULL;
	}
}

static void put_batch(unsigned int order)
{
	if (failed)
		put_each(order);
	else
		release_pages(pages, MANY);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0)
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define alloc_pages_bulk(gfp, nr, array)	alloc_pages_bulk_array(gfp, nr, array)
#endif

static void get_bulk(unsigned int order)
{
	failed += MANY - alloc_pages_bulk(GFP, MANY, pages);
}
#endif

static const struct row rows[] = {
	{ "order0", get_one, put_one, 0, 1, 1000 },
	{ "order1", get_one, put_one, 1, 1, 1000 },
	{ "order2", get_one, put_one, 2, 1, 1000 },
	{ "order3", get_one, put_one, 3, 1, 1000 },
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0)
	{ "bulk", get_bulk, put_each, 0, MANY, 16 },
#endif
	{ "batch", get_each, put_batch, 0, MANY, 16 },
	{ "burst", get_each, put_each, 0, MANY, 1, true },
};

/* Two instructions each time round */
static noinline void spin(unsigned long times)
{
#ifdef CONFIG_ARM64
	asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r" (times) : : "cc");
#else
	asm volatile("1: dec %0\n\tjnz 1b" : "+r" (times) : : "cc");
#endif
}

/* What an instruction takes, if each takes the same */
static int calibrate(void)
{
	const s64 instructions = 2000000;
	unsigned long flags;
	u64 took;

	local_irq_save(flags);
	took = get_cycles();
	spin(instructions / 2);
	took = get_cycles() - took;
	local_irq_restore(flags);

	if (took && took <= 2 * instructions)
		tick = DIV_ROUND_CLOSEST((u32)instructions, (u32)took);
	if (!tick || abs((s64)took * tick - instructions) > 100) {
		pr_alert("fastpath_bench: %llu ticks for %lld instructions; boot with -icount shift=0\n",
			 took, instructions);
		return -ENODEV;
	}
	return 0;
}

/*
 * The same code for what is measured and for nothing: the compiler is not to know
 * what it calls.
 */
static noinline __noclone u64 sample(const struct row *row)
{
	unsigned long flags = 0;
	unsigned int i;
	u64 took;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_save(flags);
	took = get_cycles();
	for (i = 0; i < row->rounds; i++) {
		row->get(row->order);
		row->put(row->order);
	}
	took = get_cycles() - took;
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_restore(flags);
	return took;
}

/* All samples in order of size, but for one that comes first and warms up */
static void samples(const struct row *row, u64 *took)
{
	int i;

	sample(row);
	for (i = 0; i < SAMPLES; i++) {
		cond_resched();
		if (row->drained)
			drain(NULL);
		took[i] = sample(row);
	}
	sort(took, SAMPLES, sizeof(took[0]), compare_u64, NULL);
}

/*
 * How often does get() or put() go to the zone?  Then its free pages are not as many
 * as before.  Not in a sample, that would count the counting.
 */
static unsigned int zone_visits(const struct row *row)
{
	unsigned long flags = 0, was, is;
	unsigned int i, visits = 0;

	if (row->drained)
		drain(NULL);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_save(flags);
	was = zone_page_state_snapshot(zone, NR_FREE_PAGES);
	for (i = 0; i < 2 * row->rounds; i++) {
		if (i % 2)
			row->put(row->order);
		else
			row->get(row->order);
		is = zone_page_state_snapshot(zone, NR_FREE_PAGES);
		visits += is != was;
		was = is;
	}
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_restore(flags);
	return visits;
}

/* Tenths of an instruction for each pair */
static unsigned int tenths(const struct row *row, u64 took, u64 overhead)
{
	unsigned int pairs = row->rounds * row->pairs;

	return div_u64((took - overhead) * tick * 10 + pairs / 2, pairs);
}

static void measure(const struct row *row)
{
	const struct row empty = { "nothing", nothing, nothing, 0, row->pairs, row->rounds };
	unsigned int median, least, most, visits;
	u64 took[SAMPLES], overhead;

	memset(pages, 0, sizeof(pages));
	failed = 0;

	samples(&empty, took);
	overhead = took[SAMPLES / 2];
	samples(row, took);
	median = tenths(row, took[SAMPLES / 2], overhead);
	least = tenths(row, took[0], overhead);
	most = tenths(row, took[SAMPLES - 1], overhead);
	visits = zone_visits(row);

	pr_alert("data bench=fastpath what=%s instructions=%u.%u min=%u.%u max=%u.%u zone_visits=%u of=%u failed=%u\n",
		 row->what, median / 10, median % 10, least / 10, least % 10,
		 most / 10, most % 10, visits, 2 * row->rounds, failed);
}

static int __init fastpath_bench_init(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	int i, err;

	if (!page)
		return -ENOMEM;
	zone = page_zone(page);
	__free_page(page);

	drain = find_drain_all_pages();
	if (!drain)
		return -EINVAL;
	err = calibrate();
	if (err)
		return err;

	pr_alert("data bench=fastpath-setup tick=%u samples=%d interrupts=%s\n",
		 tick, SAMPLES, IS_ENABLED(CONFIG_PREEMPT_RT) ? "on" : "off");
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		measure(&rows[i]);
	return 0;
}

static void __exit fastpath_bench_exit(void)
{
}

module_exit(fastpath_bench_exit);
module_init(fastpath_bench_init);
MODULE_LICENSE("GPL");
