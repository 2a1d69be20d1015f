// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of pcplists, and of draining them from another CPU.
 *
 * Each of them looks at all of the lists before and after, see pcplists_audit():
 * pages are conserved, counts agree with lists, idle instances are empty.  The
 * rest of the system goes on meanwhile, so pages are counted with a tolerance,
 * and what depends on nobody else touching a list is tried more than once.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/fault-inject.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/oom.h>
#include <linux/page-isolation.h>
#include <linux/pagemap.h>
#include <linux/sched/isolation.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/shrinker.h>
#include <linux/smp.h>
#include <linux/swap.h>

#include "pcplists_test.h"

/* What the rest of the system may take in the course of a test, in pages */
#define NOISE		512
#define STASH		64
#define TRIES		20

/* Before v5.14 a test that cannot run says so and passes. */
#ifndef kunit_skip
#define kunit_skip(test, fmt, ...)						\
	do {									\
		kunit_info(test, "SKIP " fmt "\n", ##__VA_ARGS__);		\
		return;								\
	} while (0)
#endif

/* Before v6.7 no case says that it takes its time. */
#ifndef KUNIT_CASE_SLOW
#define KUNIT_CASE_SLOW(name)	KUNIT_CASE(name)
#endif

static const gfp_t gfp_of_type[MIGRATE_PCPTYPES] = {
	[MIGRATE_UNMOVABLE] = GFP_KERNEL,
	[MIGRATE_MOVABLE] = GFP_KERNEL | __GFP_MOVABLE,
	[MIGRATE_RECLAIMABLE] = GFP_KERNEL | __GFP_RECLAIMABLE,
};

/* ---- owners: somebody who uses the lists of a CPU */

enum context { IDLE, TASK, BUSY, SOFTIRQ, HRTIMER, IRQ_WORK, IRQS_OFF, BULK };

struct owner {
	enum context context;
	int cpu;
	struct task_struct *task;
	struct tasklet_struct tasklet;
	struct hrtimer timer;
	struct irq_work work;
	/* Below is for the context alone, but for reading after it ended. */
	unsigned long done;
	unsigned long overlaps;
	unsigned long failures;
	struct page *page[STASH];
	unsigned int order[STASH];
};

static struct owner *owners;

static void owner_put(struct owner *owner, unsigned int i)
{
	if (!owner->page[i])
		return;
	if (!disclaim_pages(owner->page[i], owner->order[i]))
		owner->overlaps++;
	__free_pages(owner->page[i], owner->order[i]);
	owner->page[i] = NULL;
}

static void owner_get(struct owner *owner, unsigned int i, gfp_t gfp)
{
	unsigned int order = i % (PCPLISTS_MAX_ORDER + 1);

	owner->page[i] = alloc_pages(gfp | __GFP_NOWARN, order);
	owner->order[i] = order;
	if (!owner->page[i])
		owner->failures++;
	else if (!claim_pages(owner->page[i], order))
		owner->overlaps++;
}

/* Runs of allocations, then runs of frees, so that batches come and go */
static void owner_step(struct owner *owner, gfp_t gfp)
{
	unsigned int i = owner->done++ % STASH;

	if (owner->page[i])
		owner_put(owner, i);
	else
		owner_get(owner, i, gfp);
}

static void owner_tasklet(struct tasklet_struct *tasklet)
{
	int i;

	for (i = 0; i < 8; i++)
		owner_step(container_of(tasklet, struct owner, tasklet), GFP_ATOMIC);
}

static enum hrtimer_restart owner_timer(struct hrtimer *timer)
{
	int i;

	for (i = 0; i < 8; i++)
		owner_step(container_of(timer, struct owner, timer), GFP_ATOMIC);
	hrtimer_forward_now(timer, ns_to_ktime(200 * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

static void owner_irq_work(struct irq_work *work)
{
	int i;

	for (i = 0; i < 8; i++)
		owner_step(container_of(work, struct owner, work), GFP_ATOMIC);
}

static void owner_irqs_off(struct owner *owner)
{
	unsigned long flags, begin = owner->done;

	local_irq_save(flags);
	while (owner->done - begin < 10 * STASH) {
		owner_step(owner, GFP_ATOMIC);
		if (!(owner->done % STASH))
			mdelay(1);
	}
	local_irq_restore(flags);
}

static unsigned long alloc_bulk(unsigned long nr, struct page **pages)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
	return alloc_pages_bulk(GFP_KERNEL, nr, pages);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0)
	return alloc_pages_bulk_array(GFP_KERNEL, nr, pages);
#else
	unsigned long i;

	for (i = 0; i < nr; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		if (!pages[i])
			break;
	}
	return i;
#endif
}

/* Many pages at once, which another CPU may get to free */
static void owner_bulk(struct owner *owner)
{
	unsigned long i, nr;

	memset(owner->page, 0, sizeof(owner->page));
	nr = alloc_bulk(STASH, owner->page);
	owner->failures += !nr;
	for (i = 0; i < nr; i++)
		owner->overlaps += !claim_pages(owner->page[i], 0);
	for (i = 0; i < nr; i++)
		owner->overlaps += !disclaim_pages(owner->page[i], 0);
	release_pages(owner->page, nr);
	memset(owner->page, 0, sizeof(owner->page));
	if (!(owner->done++ % 16))
		usleep_range(20, 50);
}

static int owner_thread(void *data)
{
	struct owner *owner = data;
	int i;

	while (!kthread_should_stop()) {
		switch (owner->context) {
		case IDLE:
			/* Leave something on the lists, and sleep */
			for (i = 0; i < 2 * STASH; i++)
				owner_step(owner, GFP_KERNEL);
			schedule_timeout_interruptible(msecs_to_jiffies(20));
			break;
		case TASK:
			/* Isolated CPUs that never leave the kernel make drains slow. */
			if (!(owner->done % (16 * STASH)))
				usleep_range(20, 50);
			fallthrough;
		case BUSY:
			owner_step(owner, gfp_of_type[owner->done / STASH % MIGRATE_PCPTYPES]);
			break;
		case SOFTIRQ:
			tasklet_schedule(&owner->tasklet);
			usleep_range(100, 200);
			break;
		case HRTIMER:
			if (!hrtimer_active(&owner->timer))
				hrtimer_start(&owner->timer, ns_to_ktime(200 * NSEC_PER_USEC),
					      PCPLISTS_TIMER_MODE);
			schedule_timeout_interruptible(msecs_to_jiffies(20));
			break;
		case IRQ_WORK:
			irq_work_queue(&owner->work);
			usleep_range(100, 200);
			break;
		case IRQS_OFF:
			owner_irqs_off(owner);
			usleep_range(100, 200);
			break;
		default:
			owner_bulk(owner);
			break;
		}
		cond_resched();
	}
	hrtimer_cancel(&owner->timer);
	irq_work_sync(&owner->work);
	tasklet_kill(&owner->tasklet);
	return 0;
}

/* Begin to use the lists of every CPU other than that of the caller, if there are. */
static void start_owners(struct kunit *test, enum context context)
{
	int cpu, i;

	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
	for_each_online_cpu(cpu) {
		struct owner *owner = &owners[cpu];

		memset(owner, 0, sizeof(*owner));
		if (cpu == 0 && num_online_cpus() > 1)
			continue;
		owner->context = context;
		owner->cpu = cpu;
		tasklet_setup(&owner->tasklet, owner_tasklet);
		setup_pcplists_timer(&owner->timer, owner_timer);
		init_irq_work(&owner->work, owner_irq_work);
		owner->task = kthread_create(owner_thread, owner, "pcplists/%d", cpu);
		KUNIT_ASSERT_FALSE(test, IS_ERR(owner->task));
		kthread_bind(owner->task, cpu);
		wake_up_process(owner->task);
	}
	for_each_online_cpu(cpu)
		for (i = 0; owners[cpu].task && !READ_ONCE(owners[cpu].done) && i < 1000; i++)
			usleep_range(1000, 2000);
}

/* What they hold is freed from here, as pages often are from elsewhere. */
static void stop_owners(struct kunit *test)
{
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct owner *owner = &owners[cpu];

		if (!owner->task)
			continue;
		kthread_stop(owner->task);
		owner->task = NULL;
		for (i = 0; i < STASH; i++)
			owner_put(owner, i);
		KUNIT_EXPECT_EQ(test, owner->overlaps, 0UL);
		KUNIT_EXPECT_GT(test, owner->done, 0UL);
		KUNIT_EXPECT_LE(test, owner->failures, owner->done / 2);
	}
}

/* ---- the state of all lists before a test, and after */

static struct pcplists_audit before, after;

/*
 * But for what others use and is counted, as many pages are in use as before: a page
 * less is lost, a page more is there twice.
 */
static void expect_conserved_but_events(struct kunit *test)
{
	long missing;

	drain_all_pages(NULL);
	pcplists_audit(&after);
	if (after.fault)
		KUNIT_FAIL(test, "CPU %d zone %s: %s", after.cpu, after.zone, after.fault);
	missing = pcplists_in_use(&after) - after.used - pcplists_in_use(&before) + before.used;
	KUNIT_EXPECT_LT(test, missing, (long)NOISE);
	KUNIT_EXPECT_GT(test, missing, -(long)NOISE);
	/* Counts and lists change together, with zone->lock, where stop_machine() waits for it. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_EQ(test, after.drift, before.drift);
}

/* Nobody took free pages other than by allocation. */
static void expect_conserved(struct kunit *test)
{
	long untold;

	expect_conserved_but_events(test);
	if (!IS_ENABLED(CONFIG_VM_EVENT_COUNTERS))
		return;
	untold = pcplists_in_use(&after) - after.handed_out -
		 pcplists_in_use(&before) + before.handed_out;
	KUNIT_EXPECT_LT(test, untold, (long)NOISE);
	/* v6.1 does not count a page that is freed to the zone because its lists are locked. */
	if (LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0) ||
	    LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))
		KUNIT_EXPECT_GT(test, untold, -(long)NOISE);
}

static int pcplists_test_init(struct kunit *test)
{
	owners = kcalloc(nr_cpu_ids, sizeof(*owners), GFP_KERNEL);
	if (!owners)
		return -ENOMEM;
	drain_all_pages(NULL);
	pcplists_audit(&before);
	return before.fault ? -EINVAL : 0;
}

static void pcplists_test_exit(struct kunit *test)
{
	kfree(owners);
}

/* A zone that GFP_KERNEL comes from, and this CPU's lists of it */
static struct zone *kernel_zone(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct zone *zone;

	KUNIT_ASSERT_TRUE(test, !!page);
	zone = page_zone(page);
	__free_page(page);
	return zone;
}

/* Allocate @nr pages and free them, so that some are on this CPU's lists. */
static void fill_lists(struct kunit *test, unsigned int nr)
{
	struct page *page, *next;
	LIST_HEAD(pages);

	while (nr--) {
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_TRUE(test, !!page);
		list_add(&page->lru, &pages);
	}
	list_for_each_entry_safe(page, next, &pages, lru)
		__free_page(page);
}

/* Run on @cpu from now on.  Returns the zone that it allocates from. */
static struct zone *go_to_cpu(struct kunit *test, int cpu)
{
	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(cpu)));
	return kernel_zone(test);
}

/* Have pages on the lists of @cpu, and be on CPU 0 afterwards. */
static void fill_lists_of(struct kunit *test, int cpu, unsigned int nr)
{
	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(cpu)));
	fill_lists(test, nr);
	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
}

static void expect_a_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_EXPECT_TRUE(test, !!page);
	if (page)
		__free_page(page);
}

/* A thread to be woken, on @cpu or, if that is negative, on any. */
static struct task_struct *make_thread(struct kunit *test, int (*fn)(void *), void *data,
				       const char *name, int cpu)
{
	struct task_struct *task = kthread_create(fn, data, "pcplists/%s", name);

	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	if (cpu >= 0)
		kthread_bind(task, cpu);
	return task;
}

/* What is left to do for a thread that is done: whoever began it stops it. */
static int wait_to_be_stopped(void)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* ---- tests of the exchange itself */

static void exchange_swaps_instances(struct kunit *test)
{
	struct pcplists *one = kunit_kzalloc(test, sizeof(*one), GFP_KERNEL);
	struct pcplists *two = kunit_kzalloc(test, sizeof(*two), GFP_KERNEL);
	struct pcplists __rcu *lp;
	struct pcplists *drain = two;
	struct list_head page;

	KUNIT_ASSERT_TRUE(test, one && two);
	pcplists_init(one);
	pcplists_init(two);
	RCU_INIT_POINTER(lp, one);
	KUNIT_EXPECT_TRUE(test, pcplists_empty(one));

	list_add(&page, &one->lists[NR_PCP_LISTS - 1]);
	KUNIT_EXPECT_FALSE(test, pcplists_empty(one));
	one->count = 1;
	KUNIT_EXPECT_FALSE(test, pcplists_empty(one));

	pcplists_exchange(&lp, &drain);
	KUNIT_EXPECT_PTR_EQ(test, rcu_dereference_raw(lp), two);
	KUNIT_EXPECT_PTR_EQ(test, drain, one);
	KUNIT_EXPECT_EQ(test, drain->count, 1);
	KUNIT_EXPECT_TRUE(test, pcplists_empty(rcu_dereference_raw(lp)));

	list_del(&page);
	KUNIT_EXPECT_FALSE(test, pcplists_empty(drain));
	drain->count = 0;
	pcplists_quiesce();
	pcplists_retire(drain);

	pcplists_exchange(&lp, &drain);
	KUNIT_EXPECT_PTR_EQ(test, rcu_dereference_raw(lp), one);
	KUNIT_EXPECT_PTR_EQ(test, drain, two);
}

/* A drain exchanges the instances of a CPU that has pages, and the next again. */
static void drain_exchanges(struct kunit *test)
{
	struct per_cpu_pages *pcp;
	struct pcplists *lp, *drain;
	struct zone *zone;
	int i, good = 0;

	if (!PCPLISTS_USED)
		kunit_skip(test, "one CPU alone keeps no pages on its lists");
	zone = go_to_cpu(test, 0);
	pcp = zone_pcp(zone, 0);
	for (i = 0; i < TRIES; i++) {
		fill_lists(test, STASH);
		lp = rcu_dereference_raw(pcp->lp);
		drain = pcp->drain;
		KUNIT_EXPECT_PTR_NE(test, lp, drain);

		drain_all_pages(i % 2 ? zone : NULL);
		KUNIT_EXPECT_PTR_EQ(test, rcu_dereference_raw(pcp->lp), drain);
		KUNIT_EXPECT_PTR_EQ(test, pcp->drain, lp);
		KUNIT_EXPECT_EQ(test, lp->count, 0);
		good += !pcp_count(pcp);
	}
	/* Somebody else may have freed a page on this CPU since. */
	KUNIT_EXPECT_GT(test, good, 0);
	expect_conserved(test);
}

/* Leave pages on the lists of @cpu, and drain everybody's, or the zone's, from CPU 0. */
static bool drain_one_cpu(struct kunit *test, int cpu, bool single)
{
	struct per_cpu_pages *pcp;
	struct zone *zone;
	bool had;

	zone = go_to_cpu(test, cpu);
	pcp = zone_pcp(zone, cpu);
	fill_lists(test, STASH);
	had = pcp_count(pcp);
	KUNIT_EXPECT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
	drain_all_pages(single ? zone : NULL);
	return had && !pcp_count(pcp);
}

/* And that of every other CPU, which may be on another node. */
static void drain_every_cpu(struct kunit *test)
{
	int cpu, i, single;

	if (!PCPLISTS_USED)
		kunit_skip(test, "one CPU alone keeps no pages on its lists");
	for_each_online_cpu(cpu) {
		for (single = 0; single < 2; single++) {
			for (i = 0; i < TRIES; i++)
				if (drain_one_cpu(test, cpu, single))
					break;
			KUNIT_EXPECT_LT_MSG(test, i, TRIES, "CPU %d, %s", cpu,
					    single ? "its zone" : "all zones");
		}
	}
	expect_conserved(test);
}

/* Without pages there is nothing to exchange. */
static void drain_of_nothing(struct kunit *test)
{
	struct zone *zone = kernel_zone(test);
	struct per_cpu_pages *pcp = zone_pcp(zone, num_online_cpus() - 1);
	int i, good = 0;

	for (i = 0; i < TRIES; i++) {
		struct pcplists *lp;

		drain_all_pages(zone);
		lp = rcu_dereference_raw(pcp->lp);
		if (pcp_count(pcp))
			continue;
		drain_all_pages(zone);
		good += rcu_dereference_raw(pcp->lp) == lp;
	}
	KUNIT_EXPECT_GT(test, good, 0);
	expect_conserved(test);
}

/* Zones without memory share boot_pageset; nothing gets there, and nothing harms it. */
static void unpopulated_zones(struct kunit *test)
{
	struct zone *zone;
	int nid, cpu, found = 0;

	for_each_node_zone(nid, zone) {
		if (populated_zone(zone) || !zone->zone_pgdat)
			continue;
		found++;
		drain_all_pages(zone);
		drain_all_pages(zone);
		for_each_possible_cpu(cpu) {
			struct per_cpu_pages *pcp = zone_pcp(zone, cpu);

			KUNIT_EXPECT_EQ(test, pcp_count(pcp), 0);
			KUNIT_EXPECT_TRUE(test, pcplists_empty(rcu_dereference_raw(pcp->lp)));
			KUNIT_EXPECT_TRUE(test, pcplists_empty(pcp->drain));
			KUNIT_EXPECT_PTR_NE(test, rcu_dereference_raw(pcp->lp), pcp->drain);
		}
	}
	if (!found)
		kunit_skip(test, "every zone is populated");
	expect_conserved(test);
}

/* Somebody who wants zone->lock all the time, and looks around when it gets that */
static struct {
	struct zone *zone;
	struct per_cpu_pages *pcp;
	int cpu;
	int filled;
	/* Pages that were free in the zone before the drain */
	unsigned long free;
	/* Did this drain leave the lock when half of its pages were free? */
	bool let_in;
	/* How often a drain was halfway through the lists of that CPU */
	int halfway;
	/* and of that, pages that were free were not counted, */
	int uncounted;
	/* and the lock that their owner needs was free. */
	int unlocked;
} bystander;

static bool owner_may_lock(void)
{
#ifdef PCPLISTS_HAVE_LOCK
	spinlock_t *lock = pcplists_lock(bystander.zone, bystander.cpu);

	/* The other way round than usual, but nobody waits here. */
	if (!spin_trylock(lock))
		return false;
	spin_unlock(lock);
#endif
	return true;
}

static int bystand(void *unused)
{
	int counted, left, filled;
	unsigned long flags;
	long freed;

	while (!kthread_should_stop()) {
		spin_lock_irqsave(&bystander.zone->lock, flags);
		/* Before what goes with it */
		filled = smp_load_acquire(&bystander.filled);
		counted = pcp_count(bystander.pcp);
		/* A drain counts down without this lock, too: look at its lists later. */
		smp_rmb();
		left = READ_ONCE(READ_ONCE(bystander.pcp->drain)->count);
		if (left > 0 && left < filled) {
			bystander.halfway++;
			bystander.uncounted += counted < left;
			bystander.unlocked += owner_may_lock();
		}
		freed = zone_page_state_snapshot(bystander.zone, NR_FREE_PAGES) - bystander.free;
		if (filled && abs(freed - filled / 2) <= filled / 8)
			WRITE_ONCE(bystander.let_in, true);
		spin_unlock_irqrestore(&bystander.zone->lock, flags);
		cond_resched();
	}
	return 0;
}

/*
 * However many pages a drain frees, it lets go of zone->lock after a batch, and has no
 * other lock of the owner's meanwhile.  The pages count as on its lists until then.
 */
static void drain_lets_go(struct kunit *test)
{
	unsigned long deadline = jiffies + 10 * HZ;
	struct task_struct *task;
	int drains = 0, let_in = 0;

	if (num_online_cpus() < 2)
		kunit_skip(test, "nobody who could want a lock meanwhile");
	memset(&bystander, 0, sizeof(bystander));
	bystander.cpu = cpumask_next(0, cpu_online_mask);
	/* Of that CPU's node */
	bystander.zone = go_to_cpu(test, bystander.cpu);
	bystander.pcp = zone_pcp(bystander.zone, bystander.cpu);
	task = make_thread(test, bystand, NULL, "bystand", num_online_cpus() - 1);
	wake_up_process(task);
	/*
	 * Both have to be running, and virtual CPUs may share a real one.  Now and then
	 * somebody else frees as many pages, so one drain that let in says nothing.
	 */
	while ((drains < 50 || let_in <= drains / 50 || !READ_ONCE(bystander.unlocked)) &&
	       time_before(jiffies, deadline)) {
		fill_lists_of(test, bystander.cpu, 4 * READ_ONCE(bystander.pcp->batch));
		bystander.free = zone_page_state_snapshot(bystander.zone, NR_FREE_PAGES);
		bystander.let_in = false;
		/* After the two above */
		smp_store_release(&bystander.filled, pcp_count(bystander.pcp));
		drain_all_pages(bystander.zone);
		WRITE_ONCE(bystander.filled, 0);
		let_in += READ_ONCE(bystander.let_in);
		drains++;
	}
	kthread_stop(task);
	KUNIT_EXPECT_GT(test, let_in, drains / 50);
	KUNIT_EXPECT_GT(test, bystander.halfway, 0);
	KUNIT_EXPECT_GT(test, bystander.unlocked, 0);
	KUNIT_EXPECT_EQ(test, bystander.uncounted, 0);
	expect_conserved(test);
}

/* ---- tests of drains while the owners do all kinds of things */

static void drain_with_owners(struct kunit *test, enum context context)
{
	struct zone *zone = kernel_zone(test);
	unsigned long deadline;
	int i;

	start_owners(test, context);
	/* No faster than owners get to work: several virtual CPUs share a real one. */
	deadline = jiffies + HZ / 2;
	for (i = 0; i < 4 || time_before(jiffies, deadline); i++) {
		drain_all_pages(i % 2 ? zone : NULL);
		usleep_range(500, 1000);
	}
	stop_owners(test);
	expect_conserved(test);
}

static void drain_owner_idle(struct kunit *test)
{
	drain_with_owners(test, IDLE);
}

static void drain_owner_in_task(struct kunit *test)
{
	drain_with_owners(test, TASK);
}

static void drain_owner_in_tight_loop(struct kunit *test)
{
	drain_with_owners(test, BUSY);
}

static void drain_owner_in_softirq(struct kunit *test)
{
	drain_with_owners(test, SOFTIRQ);
}

static void drain_owner_in_hrtimer(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "PREEMPT_RT does not allocate in hardirq");
	drain_with_owners(test, HRTIMER);
}

static void drain_owner_in_irq_work(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "PREEMPT_RT does not allocate in hardirq");
	drain_with_owners(test, IRQ_WORK);
}

static void drain_owner_irqs_off(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "PREEMPT_RT does not allocate with interrupts off");
	drain_with_owners(test, IRQS_OFF);
}

static void drain_owner_in_bulk(struct kunit *test)
{
	drain_with_owners(test, BULK);
}

/* ---- tests of where pages go */

/*
 * Is @page free, in a block of at least @order pages that is on the list of its
 * zone that its pageblock asks for?
 */
static bool in_right_list(struct zone *zone, struct page *page, unsigned int order)
{
	unsigned long flags, pfn = page_to_pfn(page);
	bool found = false;
	unsigned int i;

	spin_lock_irqsave(&zone->lock, flags);
	for (i = order; i < ARRAY_SIZE(zone->free_area); i++) {
		struct page *buddy = pfn_to_page(pfn & ~((1UL << i) - 1)), *entry;
		int type = get_pageblock_migratetype(buddy);

		if (!PageBuddy(buddy) || page_private(buddy) != i)
			continue;
		list_for_each_entry(entry, &zone->free_area[i].free_list[type], lru)
			if (entry == buddy)
				found = page_zone(buddy) == zone;
		break;
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	return found;
}

/*
 * Pages of @order and the type of their pageblock: on the list that is for them,
 * and after a drain on the right one of their zone.  False if somebody else was
 * faster, or the zone has given up pages of another type for this one.
 */
static bool drain_one_list(struct kunit *test, unsigned int order, int type)
{
	struct page *pages[8];
	/* Fewer of the larger: some kernels empty the lists after a batch of these. */
	const unsigned int nr = max_t(unsigned int, ARRAY_SIZE(pages) >> order, 1);
	struct list_head *list;
	bool listed, right = true;
	struct zone *zone;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		pages[i] = alloc_pages(gfp_of_type[type], order);
		KUNIT_ASSERT_TRUE(test, !!pages[i]);
	}
	zone = page_zone(pages[0]);
	if (get_pageblock_migratetype(pages[0]) != type)
		right = false;
	for (i = 0; i < nr; i++)
		__free_pages(pages[i], order);

	list = rcu_dereference_raw(zone_pcp(zone, get_cpu())->lp)->lists;
	listed = !list_empty(list + order * MIGRATE_PCPTYPES + type);
	put_cpu();

	drain_all_pages(zone);
	for (i = 0; i < nr; i++)
		if (page_zone(pages[i]) == zone && !in_right_list(zone, pages[i], order))
			right = false;
	return listed && right;
}

/*
 * In use by nobody, and in no list either.  Those in pcplists look the same, so
 * drain a few times.  On newer kernels so do pages of slab.
 */
static bool is_lost(struct page *page)
{
	int try;

	for (try = 0; try < 5; try++) {
		if (page_ref_count(page) || in_right_list(page_zone(page), page, 0))
			return false;
		drain_all_pages(NULL);
		usleep_range(500, 1000);
	}
	return true;
}

static void drain_loses_nothing(struct kunit *test)
{
	struct page *pages[16];
	int i, round, lost = 0;

	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
	for (round = 0; round < 50; round++) {
		for (i = 0; i < ARRAY_SIZE(pages); i++) {
			pages[i] = alloc_page(GFP_KERNEL);
			KUNIT_ASSERT_TRUE(test, !!pages[i]);
		}
		for (i = 0; i < ARRAY_SIZE(pages); i++)
			__free_page(pages[i]);
		drain_all_pages(round % 2 ? page_zone(pages[0]) : NULL);
		for (i = 0; i < ARRAY_SIZE(pages); i++)
			lost += is_lost(pages[i]);
	}
	KUNIT_EXPECT_LT(test, lost, 5);
	expect_conserved(test);
}

static void drain_every_list(struct kunit *test)
{
	unsigned int order;
	int type, try;

	if (!PCPLISTS_USED)
		kunit_skip(test, "one CPU alone keeps no pages on its lists");
	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
	for (order = 0; order <= PCPLISTS_MAX_ORDER; order++) {
		for (type = 0; type < MIGRATE_PCPTYPES; type++) {
			for (try = 0; try < TRIES; try++)
				if (drain_one_list(test, order, type))
					break;
			KUNIT_EXPECT_LT_MSG(test, try, TRIES, "order %u type %d", order, type);
		}
	}
	expect_conserved(test);
}

/* Huge pages have a list of their own, where they have one. */
static void drain_huge_pages(struct kunit *test)
{
	int try, good = 0;

	if (NR_PCP_LISTS <= MIGRATE_PCPTYPES * (PAGE_ALLOC_COSTLY_ORDER + 1))
		kunit_skip(test, "no huge pages on pcplists");

	for (try = 0; try < TRIES && !good; try++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_MOVABLE | __GFP_NOWARN |
						__GFP_COMP, pageblock_order);
		struct per_cpu_pages *pcp;

		if (!page)
			kunit_skip(test, "no huge page to be had");
		pcp = zone_pcp(page_zone(page), get_cpu());
		__free_pages(page, pageblock_order);
		good = pcp_count(pcp) >= 1 << pageblock_order;
		put_cpu();
		drain_all_pages(page_zone(page));
		good &= in_right_list(page_zone(page), page, pageblock_order);
	}
	KUNIT_EXPECT_TRUE(test, good);
	expect_conserved(test);
}

#ifdef CONFIG_CONTIG_ALLOC
/*
 * Take the pages from @pfn on, wherever they are on the way to being free: this
 * drains, and it fails unless that brings them back.
 */
static int take_range(unsigned long pfn, unsigned long nr, bool cma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return alloc_contig_range(pfn, pfn + nr, cma ? ACR_FLAGS_CMA : ACR_FLAGS_NONE, GFP_KERNEL);
#elif defined(CONFIG_CMA)
	return alloc_contig_range(pfn, pfn + nr, cma ? MIGRATE_CMA : MIGRATE_MOVABLE, GFP_KERNEL);
#else
	return alloc_contig_range(pfn, pfn + nr, MIGRATE_MOVABLE, GFP_KERNEL);
#endif
}
#endif

/* CMA's pages are on the lists of movable ones, but go back to CMA's. */
static void drain_cma_pages(struct kunit *test)
{
#ifdef CONFIG_CMA
	unsigned long pfn, found = 0;
	struct zone *zone;
	int nid, try, i, right = 0;

	for_each_node_zone(nid, zone) {
		if (!populated_zone(zone))
			continue;
		for (pfn = ALIGN(zone->zone_start_pfn, pageblock_nr_pages);
		     pfn < zone_end_pfn(zone) && !found; pfn += pageblock_nr_pages)
			if (pfn_valid(pfn) && is_migrate_cma_page(pfn_to_page(pfn)))
				found = pfn;
	}
	if (!found)
		kunit_skip(test, "no CMA area");

	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
	for (try = 0; try < TRIES && !right; try++) {
		/* What is there at the beginning may belong to a driver. */
		pfn = found + try * STASH % pageblock_nr_pages;
		if (take_range(pfn, STASH, true))
			continue;
		zone = page_zone(pfn_to_page(pfn));
		free_contig_range(pfn, STASH);
		drain_all_pages(zone);
		for (i = 0, right = 1; i < STASH; i++)
			if (!in_right_list(zone, pfn_to_page(pfn + i), 0))
				right = 0;
	}
	KUNIT_EXPECT_TRUE(test, right);
	expect_conserved_but_events(test);
#else
	kunit_skip(test, "no CMA");
#endif
}

/* Pages of a block that is isolated while they are on another CPU's lists. */
static void drain_isolated_pageblock(struct kunit *test)
{
#ifdef CONFIG_CONTIG_ALLOC
	int try, i, err = -ENOMEM;

	for (try = 0; try < TRIES && err; try++) {
		struct page *block = alloc_pages(GFP_KERNEL | __GFP_MOVABLE | __GFP_NOWARN,
						 pageblock_order);

		if (!block)
			kunit_skip(test, "no free pageblock");
		/* Here they are freed, there they are taken. */
		KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
		split_page(block, pageblock_order);
		for (i = 0; i < pageblock_nr_pages; i++)
			__free_page(block + i);
		set_cpus_allowed_ptr(current, cpumask_of(num_online_cpus() - 1));
		err = take_range(page_to_pfn(block), pageblock_nr_pages, false);
		if (!err)
			free_contig_range(page_to_pfn(block), pageblock_nr_pages);
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	expect_conserved_but_events(test);
#else
	kunit_skip(test, "nobody isolates pageblocks");
#endif
}

/* A block that was set aside for those who cannot wait. */
static void drain_highatomic_pages(struct kunit *test)
{
	struct page *page = NULL;
	struct zone *zone;
	int nid, try, right = 0;

	/* Only who finds memory below the low watermark sets blocks aside. */
	for (try = 0; try < TRIES && !right; try++) {
		unsigned long low[MAX_NR_ZONES * MAX_NUMNODES > 64 ? 64 :
				  MAX_NR_ZONES * MAX_NUMNODES], i = 0;

		for_each_node_zone(nid, zone) {
			if (i == ARRAY_SIZE(low))
				break;
			low[i++] = zone->_watermark[WMARK_LOW];
			zone->_watermark[WMARK_LOW] = zone_managed_pages(zone);
		}
		page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN, 1);
		i = 0;
		for_each_node_zone(nid, zone) {
			if (i == ARRAY_SIZE(low))
				break;
			zone->_watermark[WMARK_LOW] = low[i++];
		}
		KUNIT_ASSERT_TRUE(test, !!page);
		zone = page_zone(page);
		if (get_pageblock_migratetype(page) != MIGRATE_HIGHATOMIC) {
			__free_pages(page, 1);
			continue;
		}
		/* Pages of that block on lists are of its old type, and would merge with these. */
		drain_all_pages(zone);
		split_page(page, 1);
		__free_page(page);
		__free_page(page + 1);
		drain_all_pages(zone);
		right = get_pageblock_migratetype(page) == MIGRATE_HIGHATOMIC &&
			in_right_list(zone, page, 0) && in_right_list(zone, page + 1, 0);
	}
	if (try == TRIES && get_pageblock_migratetype(page) != MIGRATE_HIGHATOMIC)
		kunit_skip(test, "the zones are too small to set a block aside");
	KUNIT_EXPECT_TRUE(test, right);
	expect_conserved(test);
}

/* ---- tests of who drains, and what from */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
/* How many pages a CPU's lists may get to have, which newer kernels tune below that */
static int pcplists_max(struct per_cpu_pages *pcp)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return pcp->high_max;
#else
	return pcp->high;
#endif
}
#endif

static void disable_enable(struct kunit *test)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
	struct zone *zone = kernel_zone(test);
	struct per_cpu_pages *pcp = zone_pcp(zone, num_online_cpus() - 1);
	int batch = pcp->batch, high = pcplists_max(pcp), i, left = 0;

	if (!PCPLISTS_USED)
		kunit_skip(test, "one CPU alone keeps no pages on its lists");
	start_owners(test, TASK);
	for (i = 0; i < 1000; i++) {
		cpus_read_lock();
		zone_pcp_disable(zone);
		left += !!pcplists_pages(zone);
		zone_pcp_enable(zone);
		cpus_read_unlock();
	}
	stop_owners(test);
	KUNIT_EXPECT_EQ(test, left, 0);
	KUNIT_EXPECT_EQ(test, pcp->batch, batch);
	KUNIT_EXPECT_EQ(test, pcplists_max(pcp), high);

	/* And in use again */
	for (i = 0; i < TRIES; i++) {
		fill_lists(test, STASH);
		if (pcp_count(zone_pcp(zone, raw_smp_processor_id())))
			break;
	}
	KUNIT_EXPECT_LT(test, i, TRIES);
	expect_conserved(test);
#else
	kunit_skip(test, "there is no zone_pcp_disable() before v5.12");
#endif
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
/* Allocates one page when told to, and nothing else. */
struct refiller {
	struct task_struct *task;
	struct page *page;
	bool go;
};

static int refiller_thread(void *data)
{
	struct refiller *refiller = data;

	while (!kthread_should_stop()) {
		/* After the last page was freed */
		if (smp_load_acquire(&refiller->go)) {
			refiller->page = alloc_page(GFP_KERNEL);
			/* The page is there. */
			smp_store_release(&refiller->go, false);
		}
		cond_resched();
	}
	return 0;
}
#endif

/*
 * Whose lists are empty has no pages to drain, but may be about to fetch as many as
 * pcp->batch was.  An owner that goes on would soon have used them up.
 */
static void disable_while_refilling(struct kunit *test)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
	static struct refiller refiller;
	struct zone *zone = kernel_zone(test);
	int i, left = 0;

	if (!cpu_online(1))
		kunit_skip(test, "needs two CPUs");
	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(1)));
	refiller.task = make_thread(test, refiller_thread, &refiller, "refill", 0);
	wake_up_process(refiller.task);
	for (i = 0; i < 300; i++) {
		cpus_read_lock();
		/* After its last page was freed */
		smp_store_release(&refiller.go, true);
		udelay(i % 50);
		zone_pcp_disable(zone);
		/* The page is there. */
		while (smp_load_acquire(&refiller.go))
			cond_resched();
		left += !!pcplists_pages(zone);
		if (refiller.page)
			__free_page(refiller.page);
		zone_pcp_enable(zone);
		cpus_read_unlock();
	}
	kthread_stop(refiller.task);
	KUNIT_EXPECT_EQ(test, left, 0);
	expect_conserved(test);
#else
	kunit_skip(test, "there is no zone_pcp_disable() before v5.12");
#endif
}

/* LRU draining calls it with a local lock held: it must not sleep. */
static void local_drain_in_atomic_context(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	struct zone *zone = kernel_zone(test);
	int i, good = 0;

	for (i = 0; i < TRIES; i++) {
		fill_lists(test, STASH);
		spin_lock(&lock);
		drain_local_pages(i % 2 ? zone : NULL);
		good += !pcp_count(zone_pcp(zone, raw_smp_processor_id()));
		spin_unlock(&lock);
	}
	KUNIT_EXPECT_GT(test, good, 0);
	expect_conserved(test);
}

struct drainer {
	struct task_struct *task;
	struct completion done;
	struct zone *zone;
	int times;
	bool reclaims;
};

static int drainer_thread(void *data)
{
	struct drainer *drainer = data;
	unsigned int noreclaim = 0;

	allow_signal(SIGKILL);
	if (drainer->reclaims)
		noreclaim = memalloc_noreclaim_save();
	while (drainer->times--)
		drain_all_pages(drainer->zone);
	if (drainer->reclaims)
		memalloc_noreclaim_restore(noreclaim);
	complete_all(&drainer->done);
	return wait_to_be_stopped();
}

static void make_drainer_on(struct kunit *test, struct drainer *drainer, struct zone *zone,
			    int times, int cpu)
{
	init_completion(&drainer->done);
	drainer->zone = zone;
	drainer->times = times;
	drainer->task = make_thread(test, drainer_thread, drainer, "drain", cpu);
}

static void start_drainer_on(struct kunit *test, struct drainer *drainer, struct zone *zone,
			     int times, int cpu)
{
	make_drainer_on(test, drainer, zone, times, cpu);
	wake_up_process(drainer->task);
}

static void start_drainer(struct kunit *test, struct drainer *drainer, struct zone *zone,
			  int times)
{
	start_drainer_on(test, drainer, zone, times, -1);
}

/* Wait until it is over, and for the thread as well. */
static void end_drainer(struct kunit *test, struct drainer *drainer)
{
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&drainer->done, 60 * HZ));
	kthread_stop(drainer->task);
}

static void concurrent_drains(struct kunit *test)
{
	static struct drainer drainers[4];
	struct zone *zone = kernel_zone(test);
	int i;

	start_owners(test, TASK);
	for (i = 0; i < ARRAY_SIZE(drainers); i++) {
		drainers[i].reclaims = i & 2;
		start_drainer(test, &drainers[i], i & 1 ? zone : NULL, 100);
	}
	for (i = 0; i < ARRAY_SIZE(drainers); i++)
		end_drainer(test, &drainers[i]);
	stop_owners(test);
	expect_conserved(test);
}

/*
 * A drain that is held up on a CPU that does not take part in anything, until it is
 * let go, or for 10 s.
 */
struct held_drain {
	struct drainer drainer;
	int cpu;
	spinlock_t *lock;	/* what @cpu holds while it uses its lists */
	struct task_struct *holder;
	struct task_struct *next;	/* who runs before anybody can have @lock after it */
	bool locked;
	bool let_go;
};

static void hold_cpu(void *data)
{
	struct held_drain *held = data;
	ktime_t end = ktime_add_ms(ktime_get(), 10000);

	while (!READ_ONCE(held->let_go) && ktime_before(ktime_get(), end))
		cpu_relax();
}

#ifdef PCPLISTS_HAVE_LOCK
static int hold_lock(void *data)
{
	struct held_drain *held = data;

	spin_lock(held->lock);
	WRITE_ONCE(held->locked, true);
	hold_cpu(held);
	spin_unlock(held->lock);
	return wait_to_be_stopped();
}
#endif

/*
 * Before v6.1 the CPU looks idle, or who allocates there waits for its lock, and so
 * should be nobody that these tests need, like kthreadd.
 */
static bool may_hold_a_drain(void)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
	if (housekeeping_cpu(num_online_cpus() - 1, HK_FLAG_KTHREAD))
		return false;
#endif
	return num_online_cpus() >= 3;
}

static void make_holder(struct kunit *test, struct held_drain *held, int (*hold)(void *),
			int cpu)
{
	held->let_go = false;
	held->locked = false;
	held->holder = make_thread(test, hold, held, "hold", cpu);
}

static void start_holder(struct held_drain *held)
{
	wake_up_process(held->holder);
	while (!READ_ONCE(held->locked))
		usleep_range(1000, 2000);
}

/* All that takes memory, with @nr pages on the lists of the CPU that holds it up */
static void make_held_drain(struct kunit *test, struct held_drain *held, unsigned int nr)
{
	held->cpu = num_online_cpus() - 1;
#ifdef PCPLISTS_HAVE_LOCK
	held->lock = pcplists_lock(kernel_zone(test), held->cpu);
	make_holder(test, held, hold_lock, held->cpu);
#endif
	/* Not here: who spins for the lock, or for that CPU, lets nobody else run. */
	make_drainer_on(test, &held->drainer, NULL, 1, held->cpu - 1);
	fill_lists_of(test, held->cpu, nr);
}

static void begin_held_drain(struct held_drain *held)
{
#ifdef PCPLISTS_HAVE_LOCK
	start_holder(held);
#else
	held->let_go = false;
	smp_call_function_single(held->cpu, hold_cpu, held, 0);
	usleep_range(2000, 3000);
#endif
	wake_up_process(held->drainer.task);
	usleep_range(5000, 10000);
}

static void hold_a_drain(struct kunit *test, struct held_drain *held)
{
	make_held_drain(test, held, STASH);
	begin_held_drain(held);
	KUNIT_EXPECT_FALSE(test, completion_done(&held->drainer.done));
}

static void let_go(struct kunit *test, struct held_drain *held)
{
	WRITE_ONCE(held->let_go, true);
	if (held->holder)
		kthread_stop(held->holder);
	end_drainer(test, &held->drainer);
}

static int stay_in_kernel(void *data)
{
	struct held_drain *held = data;

	rcu_read_lock();
	preempt_disable();
	WRITE_ONCE(held->locked, true);
	hold_cpu(held);
	preempt_enable();
	rcu_read_unlock();
	return wait_to_be_stopped();
}

#if defined(PCPLISTS_HAVE_LOCK) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
/* Give the lock to somebody who does not get to run. */
static int pass_lock_on(void *data)
{
	struct held_drain *held = data;

	/* So that a grace period has to wait until this is past all of it */
	rcu_read_lock();
	spin_lock(held->lock);
	WRITE_ONCE(held->locked, true);
	hold_cpu(held);
	preempt_disable();
	wake_up_process(held->next);
	spin_unlock(held->lock);
	preempt_enable();
	rcu_read_unlock();
	return wait_to_be_stopped();
}

/*
 * Begin the drain with the lock of @held's CPU taken, then have a task there that stays in
 * the kernel, so that the lock belongs to nobody: who waits for it is less important.
 */
static void drain_with_straggler(struct kunit *test, struct held_drain *held, struct zone *zone)
{
	struct per_cpu_pages *pcp = zone_pcp(zone, held->cpu);
	static struct held_drain first, second;
	int tries;

	first.lock = pcplists_lock(zone, held->cpu);
	second.lock = first.lock;
	first.next = held->holder;
	make_holder(test, &first, pass_lock_on, held->cpu);
	make_holder(test, &second, hold_lock, held->cpu);
	second.let_go = true;
	sched_set_fifo_low(second.holder);
	sched_set_fifo(held->holder);

	start_holder(&first);
	wake_up_process(second.holder);
	wake_up_process(held->drainer.task);
	for (tries = 0; tries < 1000 && READ_ONCE(pcp->drain)->count <= 0; tries++)
		usleep_range(1000, 2000);
	KUNIT_EXPECT_FALSE(test, completion_done(&held->drainer.done));
	WRITE_ONCE(first.let_go, true);
	while (!READ_ONCE(held->locked))
		usleep_range(1000, 2000);
	KUNIT_EXPECT_FALSE(test, second.locked);
	if (spin_trylock(first.lock)) {
		spin_unlock(first.lock);
		KUNIT_FAIL(test, "nobody waits for the lock");
	}
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&held->drainer.done, 5 * HZ));
	WRITE_ONCE(held->let_go, true);
	kthread_stop(first.holder);
	kthread_stop(second.holder);
}
#else
static void drain_with_straggler(struct kunit *test, struct held_drain *held, struct zone *zone)
{
	start_holder(held);
	wake_up_process(held->drainer.task);
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&held->drainer.done, 5 * HZ));
}
#endif

/*
 * A CPU that stays in the kernel, isolated or not, holds up a drain for a while at most,
 * and not until a grace period ends: none does before that CPU is let go.  Where a drain
 * waits for who has a lock, not even if somebody had it when the drain began.
 */
static void drain_needs_no_grace_period(struct kunit *test)
{
	static struct held_drain held;
	struct zone *zone;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	held.cpu = num_online_cpus() - 1;
	zone = go_to_cpu(test, held.cpu);
	fill_lists_of(test, held.cpu, STASH);
	make_holder(test, &held, stay_in_kernel, held.cpu);
	make_drainer_on(test, &held.drainer, NULL, 1, 0);
	drain_with_straggler(test, &held, zone);
	let_go(test, &held);
	expect_conserved(test);
}

/*
 * A CPU that stays in the kernel withholds its own pages from a drain, and not those
 * of others.
 */
static void straggler_withholds_its_own(struct kunit *test)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
	static struct held_drain held;
	struct zone *zone;
	int tries;

	if (!may_hold_a_drain() || housekeeping_cpu(num_online_cpus() - 1, HK_FLAG_TICK))
		kunit_skip(test, "needs a nohz_full CPU, others are interrupted at once");
	zone = go_to_cpu(test, 0);
	if (zone_pcp(zone, 0)->high < 2 * STASH)
		kunit_skip(test, "lists of a zone this small are too short");
	/* Of so many some go back to the zone at once, how many depends on the kernel. */
	for (tries = 0; tries < TRIES && pcp_count(zone_pcp(zone, 0)) < 3 * STASH / 2; tries++)
		fill_lists(test, 3 * STASH + 8 * tries);
	KUNIT_EXPECT_GE(test, pcp_count(zone_pcp(zone, 0)), 3 * STASH / 2);
	hold_a_drain(test, &held);
	/* Somebody else may have fetched a batch since. */
	for (tries = 0; tries < 100 && pcp_count(zone_pcp(zone, 0)) > STASH; tries++)
		usleep_range(1000, 2000);
	KUNIT_EXPECT_LE(test, pcp_count(zone_pcp(zone, 0)), STASH);
	let_go(test, &held);
	expect_conserved(test);
#else
	kunit_skip(test, "no drain waits for a CPU here");
#endif
}

/* Who comes while somebody else drains goes on when killed, at the latest. */
static void killed_waiter(struct kunit *test)
{
	static struct held_drain held;
	static struct drainer waiter;
	unsigned long sent;

	if (!may_hold_a_drain())
		kunit_skip(test, "needs three CPUs, before v6.1 isolated ones");
	hold_a_drain(test, &held);
	start_drainer_on(test, &waiter, NULL, 1, 0);
	/* It lets itself be killed first, and then waits, where drains do: for a second. */
	msleep(100);
	sent = jiffies;
	send_sig(SIGKILL, waiter.task, 1);
	end_drainer(test, &waiter);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, sent + HZ / 2));
	KUNIT_EXPECT_FALSE(test, completion_done(&held.drainer.done));
	let_go(test, &held);
	expect_conserved(test);
}

/* Otherwise after a second, and who comes after that does not wait at all. */
static void waiter_gives_up(struct kunit *test)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
	static struct held_drain held;
	static struct drainer waiters[2];
	unsigned long waited[2];
	int i;

	if (!may_hold_a_drain())
		kunit_skip(test, "needs three CPUs, isolated ones");
	hold_a_drain(test, &held);
	for (i = 0; i < ARRAY_SIZE(waiters); i++) {
		waited[i] = jiffies;
		start_drainer_on(test, &waiters[i], NULL, 1, 0);
		end_drainer(test, &waiters[i]);
		waited[i] = jiffies - waited[i];
	}
	KUNIT_EXPECT_GE(test, waited[0], HZ - 1UL);
	KUNIT_EXPECT_LT(test, waited[1], HZ / 2UL);
	KUNIT_EXPECT_FALSE(test, completion_done(&held.drainer.done));
	let_go(test, &held);
	expect_conserved(test);
#else
	kunit_skip(test, "nobody waits for somebody else's drain of all zones here");
#endif
}

static unsigned long ooms;

/* Count it, and pretend that pages were found, so that nobody is killed. */
static int count_oom(struct notifier_block *nb, unsigned long unused, void *freed)
{
	/* Others are not looked after. */
	if (!strncmp(current->comm, "pcplists/", 9))
		ooms++;
	(*(unsigned long *)freed)++;
	return NOTIFY_OK;
}

static struct notifier_block oom_notifier = { .notifier_call = count_oom };

/*
 * Reclaimers that drain while another drain is held up come back when the pages
 * are free and not before, where a drain would otherwise keep them out of sight:
 * else they conclude that there is no memory.  From v6.1 on lists that wait for a
 * drain are still in use, and reclaimers do not wait.
 */
static void no_oom_while_drain_is_held(struct kunit *test)
{
	static struct held_drain held;
	static struct drainer reclaimers[3];
	struct zone *zone = kernel_zone(test);
	int i;

	if (!may_hold_a_drain())
		kunit_skip(test, "needs three CPUs, before v6.1 isolated ones");
	ooms = 0;
	KUNIT_ASSERT_EQ(test, 0, register_oom_notifier(&oom_notifier));
	hold_a_drain(test, &held);
	for (i = 0; i < ARRAY_SIZE(reclaimers); i++) {
		reclaimers[i].reclaims = true;
		start_drainer_on(test, &reclaimers[i], NULL, 1, 0);
	}
	msleep(200);
	for (i = 0; i < ARRAY_SIZE(reclaimers); i++)
		KUNIT_EXPECT_EQ(test, completion_done(&reclaimers[i].done),
				LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0));
	WRITE_ONCE(held.let_go, true);
	for (i = 0; i < ARRAY_SIZE(reclaimers); i++) {
		end_drainer(test, &reclaimers[i]);
		if (LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0))
			KUNIT_EXPECT_LT(test, pcp_count(zone_pcp(zone, held.cpu)), STASH / 2);
		expect_a_page(test);
	}
	let_go(test, &held);
	unregister_oom_notifier(&oom_notifier);
	KUNIT_EXPECT_EQ(test, ooms, 0UL);
	expect_conserved(test);
}

/* ---- memory is really short */

static LIST_HEAD(hoard);

/*
 * Nothing of the reserves, from which who may not sleep is given else, and nothing movable:
 * there may be some for that which nobody else is given.
 */
static unsigned int hoard_what_is_free(void)
{
	unsigned int nr = 0;
	struct page *page;
	int order;

	for (order = 9; order >= 0; order -= 3) {
		while ((page = alloc_pages(GFP_NOWAIT | __GFP_NOMEMALLOC | __GFP_NOWARN, order))) {
			set_page_private(page, order);
			list_add(&page->lru, &hoard);
			nr++;
		}
	}
	return nr;
}

/* All pages that are to be had without direct reclaim, until kswapd finds no more. */
static void hoard_pages(void)
{
	int rounds = 100;

	while (hoard_what_is_free() && --rounds)
		msleep(20);
}

static void give_pages_back(void)
{
	struct page *page, *next;
	unsigned int order;

	list_for_each_entry_safe(page, next, &hoard, lru) {
		list_del(&page->lru);
		order = page_private(page);
		set_page_private(page, 0);
		__free_pages(page, order);
	}
}

/*
 * Reclaim that says it has made some progress, where there is nothing to reclaim: who makes
 * none drains nothing.  Not for long, or else nobody would get to the OOM killer.
 */
#define PROGRESS	200
static unsigned long direct_reclaims;

static unsigned long count_something(struct shrinker *shrinker, struct shrink_control *sc)
{
	return 2;
}

static unsigned long pretend_progress(struct shrinker *shrinker, struct shrink_control *sc)
{
	if (strcmp(current->comm, "pcplists/get") || ++direct_reclaims > PROGRESS)
		return SHRINK_STOP;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	mm_account_reclaimed_pages(1);
#else
	if (current->reclaim_state)
		current->reclaim_state->reclaimed_slab++;
#endif
	return SHRINK_STOP;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
static struct shrinker *begin_to_pretend(void)
{
	struct shrinker *shrinker = shrinker_alloc(0, "pcplists");

	if (shrinker) {
		shrinker->count_objects = count_something;
		shrinker->scan_objects = pretend_progress;
		shrinker->seeks = 0;
		shrinker->batch = 1;
		shrinker_register(shrinker);
	}
	return shrinker;
}

static void end_to_pretend(struct shrinker *shrinker)
{
	shrinker_free(shrinker);
}
#else
static struct shrinker *begin_to_pretend(void)
{
	static struct shrinker shrinker = {
		.count_objects = count_something,
		.scan_objects = pretend_progress,
		.batch = 1,
	};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
	return register_shrinker(&shrinker, "pcplists") ? NULL : &shrinker;
#else
	return register_shrinker(&shrinker) ? NULL : &shrinker;
#endif
}

static void end_to_pretend(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
}
#endif

struct reclaimer {
	struct task_struct *task;
	struct completion done;
	struct page *page;
};

static int allocate_a_page(void *data)
{
	struct reclaimer *reclaimer = data;

	reclaimer->page = alloc_page(GFP_KERNEL);
	complete_all(&reclaimer->done);
	return wait_to_be_stopped();
}

static unsigned int nr_done(struct reclaimer *reclaimers, unsigned int nr, unsigned long timeout)
{
	unsigned int i, done = 0;

	for (i = 0; i < nr; i++)
		done += !!wait_for_completion_timeout(&reclaimers[i].done, timeout);
	return done;
}

/*
 * Have reclaimers look for memory while there is none but on the lists of another CPU.  With
 * @hold a drain is held up that has taken these.  Returns whether they came to reclaim, which
 * they do not if somebody else gives memory back just then.
 */
static bool reclaim(struct kunit *test, bool hold)
{
	int pages, cpu = num_online_cpus() - 1, batch, tries = TRIES;
	unsigned int i, nr = hold ? 3 : 1, early, done;
	static struct reclaimer reclaimers[3];
	static struct held_drain held;
	struct per_cpu_pages *pcp = zone_pcp(kernel_zone(test), cpu);
	struct shrinker *shrinker;

	for (i = 0; i < nr; i++) {
		struct reclaimer *reclaimer = &reclaimers[i];

		init_completion(&reclaimer->done);
		reclaimer->page = NULL;
		reclaimer->task = make_thread(test, allocate_a_page, reclaimer, "get", 0);
	}
	shrinker = begin_to_pretend();
	KUNIT_ASSERT_TRUE(test, !!shrinker);

	/*
	 * Enough for the batch that one of them fetches, and who else comes.  From when pages
	 * are hoarded nothing may allocate here, not even to say what went wrong.
	 */
	batch = READ_ONCE(pcp->batch);
	if (hold) {
		make_held_drain(test, &held, 4 * batch);
		begin_held_drain(&held);
		hoard_pages();
		pages = READ_ONCE(pcp->drain)->count;
	} else {
		do {
			give_pages_back();
			fill_lists_of(test, cpu, 4 * batch);
			hoard_pages();
			pages = pcp_count(pcp);
		} while (pages < 2 * batch && --tries);
	}
	ooms = 0;
	direct_reclaims = 0;
	for (i = 0; i < nr; i++)
		wake_up_process(reclaimers[i].task);
	msleep(200);
	early = hold ? nr_done(reclaimers, nr, 0) : 0;
	WRITE_ONCE(held.let_go, true);
	done = nr_done(reclaimers, nr, 5 * HZ);
	give_pages_back();

	for (i = 0; i < nr; i++) {
		kthread_stop(reclaimers[i].task);
		if (reclaimers[i].page)
			__free_page(reclaimers[i].page);
	}
	if (hold)
		let_go(test, &held);
	end_to_pretend(shrinker);
	KUNIT_EXPECT_GE(test, pages, 2 * batch);
	KUNIT_EXPECT_EQ(test, done, nr);
	KUNIT_EXPECT_EQ(test, ooms, 0UL);
	return direct_reclaims && !early;
}

/*
 * Who reclaims drains lists, and finds enough.  Before v6.1 even if a drain is held up with
 * them for 200 ms; later a drain that is has left the lists in use.
 */
static void reclaimers_find_what_is_on_lists(struct kunit *test)
{
	int tries = 5;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	if (READ_ONCE(zone_pcp(kernel_zone(test), 0)->batch) < 8)
		kunit_skip(test, "lists of a zone this small are too short");
	if (IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "not tried with the memory of a process");
	KUNIT_ASSERT_EQ(test, 0, register_oom_notifier(&oom_notifier));
	while (!reclaim(test, LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0) && may_hold_a_drain()))
		if (!--tries)
			break;
	unregister_oom_notifier(&oom_notifier);
	KUNIT_EXPECT_GT(test, tries, 0);
	expect_conserved_but_events(test);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
static bool pcp_in_flight(struct per_cpu_pages *pcp)
{
	return READ_ONCE(READ_ONCE(pcp->drain)->count) > 0;
}

/*
 * Begin a drain of several batches, and have somebody take the drainer's CPU before the
 * last of them is free.
 */
static bool preempt_a_drain(struct kunit *test, struct held_drain *held, struct zone *zone)
{
	struct per_cpu_pages *pcp = zone_pcp(zone, held->cpu);

	make_holder(test, held, stay_in_kernel, held->cpu - 1);
	sched_set_fifo(held->holder);
	fill_lists_of(test, held->cpu, 4 * READ_ONCE(pcp->batch));

	start_drainer_on(test, &held->drainer, zone, 1, held->cpu - 1);
	while (!completion_done(&held->drainer.done) && !pcp_in_flight(pcp))
		cpu_relax();
	start_holder(held);
	if (pcp_in_flight(pcp) && !completion_done(&held->drainer.done))
		return true;
	let_go(test, held);
	return false;
}
#endif

/*
 * Who reclaims, and whose lists they were, goes on without the pages that a preempted
 * drainer keeps; who drains that zone waits for them.
 */
static void drainer_is_preempted(struct kunit *test)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
	unsigned long deadline = jiffies + 10 * HZ;
	struct zone *zone = kernel_zone(test);
	static struct drainer others[4];
	static struct held_drain held;
	int i;

	if (!IS_ENABLED(CONFIG_PREEMPTION) || IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "drainers are not preempted, or may have zone->lock");
	if (num_online_cpus() < 3)
		kunit_skip(test, "needs three CPUs");
	held.cpu = num_online_cpus() - 1;
	while (!preempt_a_drain(test, &held, zone))
		if (time_after(jiffies, deadline))
			kunit_skip(test, "no drainer could be preempted in time");
	ooms = 0;
	KUNIT_EXPECT_EQ(test, 0, register_oom_notifier(&oom_notifier));
	for (i = 0; i < 3; i++) {
		others[i].reclaims = true;
		start_drainer_on(test, &others[i], NULL, 1, 0);
		end_drainer(test, &others[i]);
	}
	start_drainer_on(test, &others[3], zone, 1, 0);
	KUNIT_EXPECT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(held.cpu)));
	expect_a_page(test);
	preempt_disable();
	drain_local_pages(zone);
	preempt_enable();
	msleep(50);
	KUNIT_EXPECT_TRUE(test, pcp_in_flight(zone_pcp(zone, held.cpu)));
	KUNIT_EXPECT_FALSE(test, completion_done(&others[3].done));
	let_go(test, &held);
	end_drainer(test, &others[3]);
	unregister_oom_notifier(&oom_notifier);
	KUNIT_EXPECT_EQ(test, ooms, 0UL);
	expect_conserved(test);
#else
	kunit_skip(test, "who reclaims waits for drains here");
#endif
}

/* ---- a drain that nobody asks for */

/* What a CPU keeps of another node's memory goes back there by and by. */
static void remote_pages_expire(struct kunit *test)
{
	struct per_cpu_pages *pcp;
	struct page *pages[8];
	int nid, i, seconds, count;

	KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
	for_each_online_node(nid)
		if (nid != numa_node_id() && node_present_pages(nid))
			break;
	if (nid >= MAX_NUMNODES)
		kunit_skip(test, "no other node with memory");
	drain_all_pages(NULL);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i] = alloc_pages_node(nid, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN, 0);
		KUNIT_ASSERT_TRUE(test, !!pages[i]);
	}
	pcp = zone_pcp(page_zone(pages[0]), 0);
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		__free_page(pages[i]);
	count = pcp_count(pcp);
	KUNIT_EXPECT_GE(test, count, (int)ARRAY_SIZE(pages));
	/*
	 * A batch, 3 seconds after the zone's counts changed.  Older kernels count these
	 * only while other counts of this CPU change, too.
	 */
	for (seconds = 0; seconds < 30 && pcp_count(pcp) >= count; seconds++) {
		fill_lists(test, 1);
		msleep(1000);
	}
	KUNIT_EXPECT_LT(test, pcp_count(pcp), count);
	expect_conserved(test);
}

/* What a CPU's lists may hold on to is about those in use, not what a drain is freeing. */
static void decay_looks_at_lists_in_use(struct kunit *test)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	struct per_cpu_pages *pcp;
	struct pcplists *lp;
	struct zone *zone;
	int i, count, high, good = 0;

	if (!PCPLISTS_USED)
		kunit_skip(test, "one CPU alone keeps no pages on its lists");
	zone = go_to_cpu(test, 0);
	pcp = zone_pcp(zone, 0);
	for (i = 0; i < TRIES; i++) {
		drain_all_pages(zone);
		fill_lists(test, pcp->high_min / 4);
		lp = rcu_dereference_raw(pcp->lp);
		count = lp->count;
		high = pcp->high;
		pcp->drain->count += 10 * high;
		decay_pcp_high(zone, pcp);
		pcp->drain->count -= 10 * high;
		/* Unless somebody else came in between. */
		good += count && lp->count == count && pcp->high <= high;
	}
	KUNIT_EXPECT_GT(test, good, 0);
	expect_conserved(test);
#else
	kunit_skip(test, "high does not tune itself");
#endif
}

/* ---- tests of CPUs and memory that go and come */

#ifdef CONFIG_HOTPLUG_CPU
/* The pages on all lists of a CPU, but not those that a drain has for a moment */
static int pages_of_cpu(int cpu)
{
	int tries, nid, pages = 0;
	struct zone *zone;

	for (tries = 0; tries < 100; tries++) {
		pages = 0;
		for_each_node_zone(nid, zone)
			if (populated_zone(zone))
				pages += pcp_count(zone_pcp(zone, cpu));
		if (!pages)
			break;
		usleep_range(1000, 2000);
	}
	return pages;
}
#endif

static void cpu_hotplug(struct kunit *test)
{
#ifdef CONFIG_HOTPLUG_CPU
	static struct drainer drainer;
	int cpu = num_online_cpus() - 1, i, gone = 0;

	if (!cpu)
		kunit_skip(test, "needs a second CPU");
	start_drainer(test, &drainer, NULL, 1000);
	for (i = 0; i < 5; i++) {
		/* With pages on its lists */
		KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(cpu)));
		fill_lists(test, STASH);
		KUNIT_ASSERT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(0)));
		if (remove_cpu(cpu))
			continue;
		gone++;
		KUNIT_EXPECT_EQ(test, pages_of_cpu(cpu), 0);
		KUNIT_EXPECT_EQ(test, add_cpu(cpu), 0);
	}
	KUNIT_EXPECT_GT(test, gone, 0);
	end_drainer(test, &drainer);
	expect_conserved(test);
#else
	kunit_skip(test, "CPUs do not go away");
#endif
}

#ifdef CONFIG_MEMORY_HOTREMOVE
static int remove_block(struct zone *zone, u64 start, u64 size)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return offline_and_remove_memory(start, size);
#else
	return offline_and_remove_memory(zone->zone_pgdat->node_id, start, size);
#endif
}
#endif

/*
 * ZONE_MOVABLE disappears, and with it its pagesets, and comes back, if the kernel
 * was told memhp_default_state=online_movable.
 */
static void memory_hotplug(struct kunit *test)
{
#ifdef CONFIG_MEMORY_HOTREMOVE
	static struct drainer drainer;
	struct zone *zone = &NODE_DATA(first_online_node)->node_zones[ZONE_MOVABLE];
	u64 start = PFN_PHYS(zone->zone_start_pfn), end = PFN_PHYS(zone_end_pfn(zone));
	u64 block = memory_block_size_bytes(), at;
	int round, gone = 0;

	if (!populated_zone(zone) || start % block || end % block)
		kunit_skip(test, "no memory in ZONE_MOVABLE that could go away");
	for (round = 0; round < 3; round++) {
		start_drainer(test, &drainer, NULL, 200);
		for (at = start; at < end; at += block)
			if (remove_block(zone, at, block))
				break;
		gone += !populated_zone(zone);
		while (at > start) {
			at -= block;
			KUNIT_EXPECT_EQ(test, 0, add_memory(zone->zone_pgdat->node_id, at, block,
							    MHP_NONE));
		}
		end_drainer(test, &drainer);
		KUNIT_ASSERT_TRUE_MSG(test, populated_zone(zone),
				      "memhp_default_state is not online_movable");
	}
	KUNIT_EXPECT_GT(test, gone, 0);
	expect_conserved_but_events(test);
#else
	kunit_skip(test, "memory does not go away");
#endif
}

/* ---- tests of what fails */

static void drain_after_failures(struct kunit *test)
{
#ifdef CONFIG_FAIL_PAGE_ALLOC
	struct page *page;
	int i, failed = 0;

	for (i = 0; i < 100; i++) {
		fill_lists(test, 8);
		/* fail_page_alloc leaves alone what may reclaim, and single pages */
		current->fail_nth = 1;
		page = alloc_pages(GFP_NOWAIT | __GFP_NOWARN, 1);
		current->fail_nth = 0;
		if (page)
			__free_pages(page, 1);
		else
			failed++;
		drain_all_pages(NULL);
	}
	KUNIT_EXPECT_GT(test, failed, 0);
	expect_conserved(test);
#else
	kunit_skip(test, "no CONFIG_FAIL_PAGE_ALLOC");
#endif
}

/*
 * With PF_MEMALLOC allocations do not drain, but what reclaim calls might.  Those that drain
 * are in reclaimers_find_what_is_on_lists().
 */
static void drain_while_reclaiming(struct kunit *test)
{
	struct zone *zone = kernel_zone(test);
	unsigned int noreclaim;
	int i;

	start_owners(test, TASK);
	noreclaim = memalloc_noreclaim_save();
	for (i = 0; i < 100; i++) {
		struct page *page = alloc_page(GFP_KERNEL | __GFP_NOWARN);

		if (page)
			__free_page(page);
		drain_all_pages(i % 2 ? zone : NULL);
	}
	memalloc_noreclaim_restore(noreclaim);
	stop_owners(test);
	expect_conserved(test);
}

static struct kunit_case pcplists_cases[] = {
	KUNIT_CASE(exchange_swaps_instances),
	KUNIT_CASE(drain_exchanges),
	KUNIT_CASE(drain_every_cpu),
	KUNIT_CASE(drain_of_nothing),
	KUNIT_CASE(unpopulated_zones),
	KUNIT_CASE(drain_lets_go),
	KUNIT_CASE(drain_owner_idle),
	KUNIT_CASE(drain_owner_in_task),
	KUNIT_CASE(drain_owner_in_tight_loop),
	KUNIT_CASE(drain_owner_in_softirq),
	KUNIT_CASE(drain_owner_in_hrtimer),
	KUNIT_CASE(drain_owner_in_irq_work),
	KUNIT_CASE(drain_owner_irqs_off),
	KUNIT_CASE(drain_owner_in_bulk),
	KUNIT_CASE(drain_loses_nothing),
	KUNIT_CASE(drain_every_list),
	KUNIT_CASE(drain_huge_pages),
	KUNIT_CASE(drain_cma_pages),
	KUNIT_CASE(drain_isolated_pageblock),
	KUNIT_CASE(drain_highatomic_pages),
	KUNIT_CASE_SLOW(disable_enable),
	KUNIT_CASE(disable_while_refilling),
	KUNIT_CASE(local_drain_in_atomic_context),
	KUNIT_CASE_SLOW(concurrent_drains),
	KUNIT_CASE(drain_needs_no_grace_period),
	KUNIT_CASE(straggler_withholds_its_own),
	KUNIT_CASE(killed_waiter),
	KUNIT_CASE_SLOW(waiter_gives_up),
	KUNIT_CASE(no_oom_while_drain_is_held),
	KUNIT_CASE(reclaimers_find_what_is_on_lists),
	KUNIT_CASE(drainer_is_preempted),
	KUNIT_CASE_SLOW(remote_pages_expire),
	KUNIT_CASE(decay_looks_at_lists_in_use),
	KUNIT_CASE_SLOW(cpu_hotplug),
	KUNIT_CASE(memory_hotplug),
	KUNIT_CASE(drain_after_failures),
	KUNIT_CASE_SLOW(drain_while_reclaiming),
	{}
};

static struct kunit_suite pcplists_suite = {
	.name = "pcplists",
	.init = pcplists_test_init,
	.exit = pcplists_test_exit,
	.test_cases = pcplists_cases,
};

kunit_test_suite(pcplists_suite);

MODULE_DESCRIPTION("KUnit tests of draining per-cpu page lists");
MODULE_LICENSE("GPL");
