// SPDX-License-Identifier: GPL-2.0
/*
 * What does the owner of pcplists see of a drain of them by another CPU?
 *
 * Up to v5.15 the owner's own kworker does it: the owner's task has to make room
 * for that.  From v6.1 on the drainer takes pcp->lock itself, and the owner's
 * trylock fails while it does: the owner goes to the buddy allocator and waits for
 * zone->lock, with interrupts off.  Loading this module on a CPU other than the
 * owner does the work.  In each round
 *
 *  - a thread on the owner puts so many pages on its lists, which were empty;
 *  - it begins to allocate and free, as any process does: interrupts on,
 *    GFP_KERNEL.  Each allocation and each free is an operation, timed on its
 *    own and recorded in memory of before;
 *  - this CPU calls drain_all_pages(NULL);
 *  - what counts are the operations that overlap that call, and for comparison
 *    those in as much time just after it, called quiet: that is what timer
 *    interrupts and, in a guest, the host do to the same operations.  And the
 *    longest time between two operations, in which something else ran.
 *
 * Whether a trylock failed is seen without touching the kernel.  Under pcp->lock
 * and nowhere else an allocation halves what the pcp remembers of frees, and a
 * free what it remembers of allocations: set it to 1 before, see whether it is 0
 * after.  Only the owner writes these, drains do not, so nothing is ambiguous.
 * Up to v6.6 a free leaves no such trace, but there it is counted as PGFREE only
 * on the way to the pcplists.  All that happens outside of the time taken.  That
 * it works on this kernel is tested at the beginning, with the lock held and not
 * held, and 'detector=' tells.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include "bench.h"

static int owner = 1;
module_param(owner, int, 0444);
MODULE_PARM_DESC(owner, "the CPU whose lists are drained");

static int pages = 2000;
module_param(pages, int, 0444);
MODULE_PARM_DESC(pages, "how many pages are on its lists when the drain begins");

static char *mode = "loop";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "what the owner does: loop (pairs back to back), paced (a pair now and then), free (frees only)");

static int drains = 100;
module_param(drains, int, 0444);
MODULE_PARM_DESC(drains, "how many drains, up to 1000");

static int pace = 20000;
module_param(pace, int, 0444);
MODULE_PARM_DESC(pace, "ns from one pair to the next in mode paced");

static int threshold = 2000;
module_param(threshold, int, 0444);
MODULE_PARM_DESC(threshold, "ns; an operation that takes longer is slow");

static int stock = 16384;
module_param(stock, int, 0444);
MODULE_PARM_DESC(stock, "how many pages there are for mode free");

/*
 * What a zone of 700 MB or more has.  It decides how many pages a drain frees in
 * one go, batch << CONFIG_PCP_BATCH_SCALE_MAX, or batch with the series, which
 * asks the zone for it.  So it should not depend on how small the guest is.
 */
static int batch = 63;
module_param(batch, int, 0444);
MODULE_PARM_DESC(batch, "the batch of the owner's pcp and of its zone meanwhile; 0: as they are");

#define MAX_DRAINS	1000
#define RECORDS		(1 << 16)
#define BUCKETS		32

struct record {
	u64 begin;
	u32 took;
	bool failed;
};

enum what { LOOP, PACED, FREE };

/* Who has to do something, and what; each hands over to the other. */
enum phase { IDLE, SELFTEST, FILL, READY, RUN, STOP, DONE };

enum of {
	WORST, STALL, SLOW, FAILED, GAP, OPS,
	QUIET_WORST, QUIET_STALL, QUIET_SLOW, QUIET_FAILED, QUIET_GAP, QUIET_OPS,
	DRAIN, COUNT, NR_OF
};

static const char *const of_name[NR_OF] = {
	"worst", "stall", "slow", "failed", "gap", "ops",
	"quiet_worst", "quiet_stall", "quiet_slow", "quiet_failed", "quiet_gap", "quiet_ops",
	"drain", "count"
};

static enum what what;
static enum phase phase;
static struct record *records;
static unsigned int recorded;
static bool dry;
static bool detects;
static struct page **to_fill, **to_free;
static struct zone *zone;
static struct per_cpu_pages *pcp;
static u64 result[NR_OF][MAX_DRAINS];
static u64 histogram[2][BUCKETS];

static u64 now(void)
{
	return ktime_get_mono_fast_ns();
}

/* Where a zone has what it keeps for a CPU, and the batch of those to come */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
#define pcp_of(zone, cpu)	(&per_cpu_ptr((zone)->pageset, cpu)->pcp)
#define zone_batch(zone)	(pcp->batch)
#else
#define pcp_of(zone, cpu)	per_cpu_ptr((zone)->per_cpu_pageset, cpu)
#define zone_batch(zone)	((zone)->pageset_batch)
#endif

static int pages_on_lists(void)
{
#ifdef _LINUX_PCPLISTS_H
	return pcp_count(pcp);
#else
	return READ_ONCE(pcp->count);
#endif
}

/* ---- the owner's side */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#define before_alloc()
#define alloc_failed()		false
#define before_free()
#define free_failed()		false
#define lock_owner()
#define unlock_owner()
#else
#define lock_owner()		spin_lock(&pcp->lock)
#define unlock_owner()		spin_unlock(&pcp->lock)
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static unsigned long frees_on_lists(void)
{
	return raw_cpu_read(vm_event_states.event[PGFREE]);
}

#define before_alloc()		WRITE_ONCE(pcp->free_factor, 1)
#define alloc_failed()		(READ_ONCE(pcp->free_factor) == 1)
#define before_free()		unsigned long frees = frees_on_lists()
#define free_failed()		(frees_on_lists() == frees)
#else
#define before_alloc()		WRITE_ONCE(pcp->free_count, 1)
#define alloc_failed()		(READ_ONCE(pcp->free_count) == 1)
#define before_free()		WRITE_ONCE(pcp->alloc_factor, 1)
#define free_failed()		(READ_ONCE(pcp->alloc_factor) == 1)
#endif
#endif

static void record(u64 begin, u64 end, bool failed)
{
	struct record *r = &records[recorded % RECORDS];

	r->begin = begin;
	r->took = min_t(u64, end - begin, U32_MAX);
	r->failed = failed;
	WRITE_ONCE(recorded, recorded + 1);
}

static struct page *timed_alloc(gfp_t gfp)
{
	struct page *page;
	u64 begin, end;

	before_alloc();
	begin = now();
	page = alloc_page(gfp);
	end = now();
	record(begin, end, page && page_zone(page) == zone && alloc_failed());
	return page;
}

static void timed_free(struct page *page)
{
	bool here = page_zone(page) == zone;
	u64 begin, end;

	before_free();
	begin = now();
	__free_page(page);
	end = now();
	record(begin, end, here && free_failed());
}

static void timed_pair(void)
{
	struct page *page = timed_alloc(GFP_KERNEL);

	if (page)
		timed_free(page);
}

/* Trylocks that cannot but fail, and some that cannot but succeed, if there are any. */
static void selftest(void)
{
	struct page *page;
	int i;

	recorded = 0;
	page = alloc_page(GFP_KERNEL);
	for (i = 0; page && i < 2; i++) {
		preempt_disable();
		if (i == 0)
			lock_owner();
		timed_free(page);
		page = timed_alloc(GFP_NOWAIT);
		if (i == 0)
			unlock_owner();
		preempt_enable();
	}
	if (page)
		__free_page(page);
	detects = recorded == 4 && records[0].failed && records[1].failed &&
		  !records[2].failed && !records[3].failed;
}

static void fill(void)
{
	int i;

	for (i = 0; i < pages; i++)
		__free_page(to_fill[i]);
}

static void run(void)
{
	u64 next = now();
	int left = stock;

	recorded = 0;
	dry = false;
	while (smp_load_acquire(&phase) == RUN) {
		/* Whoever stops the machine waits for this CPU, and we for them. */
		cond_resched();
		switch (what) {
		case LOOP:
			timed_pair();
			break;
		case PACED:
			/* No cpu_relax(): QEMU takes it as a hint to leave the CPU. */
			if (now() < next)
				break;
			timed_pair();
			next = now() + pace;
			break;
		case FREE:
			if (left) {
				timed_free(to_free[--left]);
				to_free[left] = NULL;
			} else {
				WRITE_ONCE(dry, true);
			}
			break;
		}
	}
}

static int owner_thread(void *unused)
{
	while (!kthread_should_stop()) {
		switch (smp_load_acquire(&phase)) {
		case SELFTEST:
			selftest();
			smp_store_release(&phase, DONE);
			break;
		case FILL:
			fill();
			smp_store_release(&phase, READY);
			break;
		case READY:
			cond_resched();
			cpu_relax();
			break;
		case RUN:
			run();
			smp_store_release(&phase, DONE);
			break;
		default:
			usleep_range(20, 50);
		}
	}
	return 0;
}

/* ---- the drainer's */

static void await(enum phase done)
{
	while (smp_load_acquire(&phase) != done) {
		cond_resched();
		cpu_relax();
	}
}

/* Let go of what is left, and have them all again if told to. */
static bool have_pages(struct page **array, int n, bool again)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!again) {
			if (array[i])
				__free_page(array[i]);
			array[i] = NULL;
		} else if (!array[i]) {
			array[i] = alloc_page(GFP_KERNEL);
			if (!array[i])
				return false;
		}
		if (i % 256 == 0)
			cond_resched();
	}
	return true;
}

static bool overlaps(struct record *r, u64 from, u64 to)
{
	return r->begin < to && r->begin + r->took > from;
}

static unsigned int oldest(void)
{
	return recorded > RECORDS ? recorded - RECORDS : 0;
}

/* Is there an operation that overlaps [from, to]? */
static bool overlap(u64 from, u64 to)
{
	unsigned int i;

	for (i = oldest(); i < recorded; i++)
		if (overlaps(&records[i % RECORDS], from, to))
			return true;
	return false;
}

/* Of the operations that overlap [from, to]; the five results begin with of. */
static void account(enum of of, int round, u64 from, u64 to)
{
	unsigned int i;
	u64 *buckets = histogram[of == QUIET_WORST];
	u64 sum[OPS + 1] = { }, end = 0;

	for (i = oldest(); i < recorded; i++) {
		struct record *r = &records[i % RECORDS];

		/* Between two operations, of which the drain overlaps that, or one */
		if (end && end < to && r->begin > from)
			sum[GAP] = max_t(u64, sum[GAP], r->begin - end);
		end = r->begin + r->took;
		if (!overlaps(r, from, to))
			continue;
		sum[WORST] = max_t(u64, sum[WORST], r->took);
		if (r->took > threshold) {
			sum[STALL] += r->took;
			sum[SLOW]++;
		}
		sum[FAILED] += r->failed;
		sum[OPS]++;
		buckets[min_t(int, BUCKETS - 1, r->took ? ilog2(r->took) : 0)]++;
	}
	for (i = WORST; i <= OPS; i++)
		result[of + i][round] = sum[i];
}

static void report(int rounds, int dried, int lost, int missed)
{
	char line[512];
	u32 cents;
	int i, j, n;

	pr_alert("data bench=lockout-setup mode=%s pages=%d drains=%d dried=%d lost=%d missed=%d batch=%d high=%d threshold=%d detector=%s\n",
		 mode, pages, rounds, dried, lost, missed, READ_ONCE(pcp->batch),
		 READ_ONCE(pcp->high), threshold, detects ? "ok" : "broken");
	if (!rounds)
		return;
	for (i = 0; i < NR_OF; i++) {
		u64 *r = result[i], sum = 0;

		if ((i == FAILED || i == QUIET_FAILED) && !detects)
			continue;
		sort(r, rounds, sizeof(r[0]), compare_u64, NULL);
		for (j = 0; j < rounds; j++)
			sum += r[j] * 100;
		sum = div_u64_rem(div_u64(sum, rounds), 100, &cents);
		pr_alert("data bench=lockout mode=%s pages=%d of=%s p50=%llu p90=%llu max=%llu mean=%llu.%02u\n",
			 mode, pages, of_name[i], r[rounds / 2], r[rounds * 9 / 10],
			 r[rounds - 1], sum, cents);
	}
	for (i = 0; i < 2; i++) {
		for (n = 0, j = 0; j < BUCKETS; j++)
			if (histogram[i][j])
				n += scnprintf(line + n, sizeof(line) - n, " %d=%llu",
					       j, histogram[i][j]);
		pr_alert("data bench=lockout-histogram mode=%s pages=%d window=%s%s\n",
			 mode, pages, i ? "quiet" : "drain", n ? line : "");
	}
}

static int measure(void (*drain)(struct zone *zone))
{
	int attempt, round = 0, dried = 0, lost = 0, missed = 0;

	for (attempt = 0; attempt < drains; attempt++) {
		u64 from, to, quiet, end;
		int count;

		if (!have_pages(to_fill, pages, true) ||
		    (what == FREE && !have_pages(to_free, stock, true)))
			return -ENOMEM;

		/* No list has anything, but for what is freed from now on. */
		drain(NULL);
		smp_store_release(&phase, FILL);
		await(READY);
		memset(to_fill, 0, pages * sizeof(to_fill[0]));

		recorded = 0;
		smp_store_release(&phase, RUN);
		while (READ_ONCE(recorded) < 16)
			cpu_relax();
		count = pages_on_lists();
		from = now();
		drain(NULL);
		to = now();

		/* An operation that the drain made wait is not to be in there. */
		quiet = to + 50000;
		end = quiet + (to - from);
		while (now() < end)
			;
		smp_store_release(&phase, STOP);
		await(DONE);

		if (what == FREE && dry) {
			dried++;
			continue;
		}
		if (recorded > RECORDS && records[recorded % RECORDS].begin > from) {
			lost++;
			continue;
		}
		/* The host let only one of the two run, before the drain or in it. */
		if (count > pages + pages / 8 || !overlap(from, to)) {
			missed++;
			continue;
		}
		account(WORST, round, from, to);
		account(QUIET_WORST, round, quiet, end);
		result[DRAIN][round] = to - from;
		result[COUNT][round] = count;
		round++;
	}
	report(round, dried, lost, missed);
	return 0;
}

static int __init lockout_bench_init(void)
{
	void (*drain)(struct zone *zone) = find_drain_all_pages();
	struct task_struct *thread;
	int err = -ENOMEM, was, zone_was;

	if (!strcmp(mode, "loop"))
		what = LOOP;
	else if (!strcmp(mode, "paced"))
		what = PACED;
	else if (!strcmp(mode, "free"))
		what = FREE;
	else
		return -EINVAL;
	if (!drain || drains < 1 || drains > MAX_DRAINS || pages < 1 || stock < 1 ||
	    owner < 0 || owner >= nr_cpu_ids || !cpu_online(owner) ||
	    owner == raw_smp_processor_id())
		return -EINVAL;

	records = vzalloc(RECORDS * sizeof(records[0]));
	to_fill = vzalloc(pages * sizeof(to_fill[0]));
	to_free = vzalloc(stock * sizeof(to_free[0]));
	if (!records || !to_fill || !to_free || !have_pages(to_fill, 1, true))
		goto free;
	zone = page_zone(to_fill[0]);
	pcp = pcp_of(zone, owner);

	thread = kthread_create(owner_thread, NULL, "lockout_owner");
	if (IS_ERR(thread)) {
		err = PTR_ERR(thread);
		goto free;
	}
	kthread_bind(thread, owner);
	wake_up_process(thread);

	was = READ_ONCE(pcp->batch);
	zone_was = READ_ONCE(zone_batch(zone));
	if (batch > 0) {
		WRITE_ONCE(pcp->batch, batch);
		WRITE_ONCE(zone_batch(zone), batch);
	}
	smp_store_release(&phase, SELFTEST);
	await(DONE);
	err = measure(drain);
	WRITE_ONCE(pcp->batch, was);
	WRITE_ONCE(zone_batch(zone), zone_was);

	kthread_stop(thread);
free:
	if (to_fill)
		have_pages(to_fill, pages, false);
	if (to_free)
		have_pages(to_free, stock, false);
	vfree(records);
	vfree(to_fill);
	vfree(to_free);
	return err;
}

static void __exit lockout_bench_exit(void)
{
}

module_exit(lockout_bench_exit);
module_init(lockout_bench_init);
MODULE_LICENSE("GPL");
