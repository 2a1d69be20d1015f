// SPDX-License-Identifier: GPL-2.0
/*
 * Torture test of pcplists, and of draining them from another CPU.
 *
 * Pages are allocated and freed on every CPU, in every context that may do so,
 * while the lists are drained and disabled and CPUs come and go, all of it at
 * random.  Every page in use is marked, so that one that is somebody else's as
 * well is noticed.  Now and then everybody stops, and all lists are looked at.
 *
 * The results are in the kernel log: a line of statistics at each of these
 * stops and, after 'duration' seconds or with rmmod, SUCCESS or FAILURE.  It is
 * a failure, too, if something that is to be tested has never happened.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/torture.h>

#include "pcplists_test.h"

torture_param(uint, owners, 0, "Number of threads that allocate and free, 0: one per CPU");
torture_param(uint, drainers, 2, "Number of threads that drain");
torture_param(uint, drains, 1000, "About how often these drain, all together, per second");
torture_param(uint, onoff_interval, 1000, "Time between CPU hotplugs (ms), 0: never");
torture_param(uint, disable_interval, 200, "Time between disables of lists (ms), 0: never");
torture_param(uint, stat_interval, 15, "Time between audits, with statistics (s)");
torture_param(uint, duration, 0, "How long to go on (s), 0: until rmmod");
torture_param(uint, seed, 0, "Seed of all that is random, 0: a random one");

/* ---- what this kernel has */

/* On pcplists since v5.14, and only that kernel and later ones have the rest. */
#ifndef NR_PCP_THP
#define NR_PCP_THP	0
#define HAVE_BULK	0
#define HAVE_DISABLE	0
static int alloc_pages_bulk(gfp_t gfp, int nr, struct page **pages) { return 0; }
static void zone_pcp_disable(struct zone *zone) { }
static void zone_pcp_enable(struct zone *zone) { }
#else
#define HAVE_BULK	1
#define HAVE_DISABLE	1
#ifndef alloc_pages_bulk	/* before v6.14 */
#define alloc_pages_bulk	alloc_pages_bulk_array
#endif
#endif

/* With interrupts really off, and in a real one, RT must not allocate. */
#define HAVE_IRQOFF	(!IS_ENABLED(CONFIG_PREEMPT_RT))

/* ---- what happens, and what should not */

enum event {
	ALLOC, BULK, HUGE, SOFTIRQ, HARDIRQ, IRQOFF, FREE, BATCH, REMOTE,
	DRAIN_ALL, DRAIN_RECLAIM, DRAIN_ZONE, DRAIN_LOCAL, DISABLE,
	OFFLINE_TRY, OFFLINE, ONLINE, INJECT, AUDIT, NR_EVENTS
};

static const char * const event_names[NR_EVENTS] = {
	"allocation", "bulk allocation", "allocation of a huge page",
	"allocation in a softirq", "allocation in a hardirq",
	"allocation with interrupts off",
	"free", "free of several pages at once", "free on another CPU",
	"drain of all zones", "drain in reclaim", "drain of a zone",
	"drain of the own CPU", "disable of a zone's lists",
	"attempt to take a CPU offline", "CPU that went offline",
	"CPU that came online", "injected failure", "audit"
};

static DEFINE_PER_CPU(unsigned long [NR_EVENTS], torture_events);

enum error { OVERLAP, FAULT, LEFT, LOST, NR_ERRORS };

static atomic_long_t errors[NR_ERRORS];

static void count(enum event event)
{
	this_cpu_inc(torture_events[event]);
}

static unsigned long counted(enum event event)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(torture_events, cpu)[event]);
	return sum;
}

/* ---- who does it */

#define SLOTS		256
#define BURST		16	/* operations in an interrupt, pages in a batch */

/* Somebody with dice and pages of his own: a thread, or interrupts of a CPU */
struct actor {
	struct rnd_state rnd;
	gfp_t gfp;
	unsigned int max_order;
	struct page *pages[SLOTS];
	/* if it is a thread */
	struct task_struct *task;
	int cpu;
};

static struct actor *actors;
static unsigned int nr_actors;
static struct task_struct *supervisor;

/* Has pages that somebody, who is probably on another CPU, finds and frees. */
static struct actor *pool;

struct corner {
	struct actor *soft;		/* is the tasklet's */
	struct actor *hard;		/* for who has interrupts off on this CPU */
	struct tasklet_struct tasklet;
	struct hrtimer timer;
};

static DEFINE_PER_CPU(struct corner, corners);

/* Held for reading by threads while they do something, see take_stock() */
static DECLARE_RWSEM(running);
static DECLARE_WAIT_QUEUE_HEAD(stock_taken);
static bool stocktaking;

/* What others refrain from for the sake of disabler() */
static enum { NOTHING, DRAINS, EVERYTHING } refrain;

static u32 roll(struct actor *actor, u32 sides)
{
	return prandom_u32_state(&actor->rnd) % sides;
}

static struct zone *random_zone(struct actor *actor)
{
	struct zone *zone, *choice = NULL;
	u32 nr = 0;
	int nid;

	for_each_node_zone(nid, zone)
		if (populated_zone(zone) && !roll(actor, ++nr))
			choice = zone;
	return choice;
}

/* Sleep, but not past the end of the test. */
static void nap(u64 us)
{
	ktime_t timeout = ns_to_ktime(us * NSEC_PER_USEC);

	set_current_state(TASK_IDLE);
	if (!kthread_should_stop())
		schedule_hrtimeout(&timeout, HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);
}

/* A waiting writer alone does not keep readers out: on PREEMPT_RT they pass it. */
static void begin_running(void)
{
	wait_event_idle(stock_taken, !READ_ONCE(stocktaking));
	down_read(&running);
}

static void end_running(void)
{
	up_read(&running);
}

/*
 * Between two operations of a thread, with its pages where they are counted: stand
 * still for who wants that.  An operation may be an allocation in direct reclaim,
 * so nobody is to wait for many of them.  Returns false if this is the end.
 */
static bool go_on(void)
{
	if (READ_ONCE(stocktaking)) {
		end_running();
		begin_running();
	}
	while (READ_ONCE(refrain) == EVERYTHING)
		usleep_range(100, 200);
	cond_resched();
	return !kthread_should_stop();
}

/* ---- pages */

static unsigned int order_of(struct page *page)
{
	return page_private(page) & 0xff;
}

/*
 * Take a page that was just allocated into use.  One that somebody else has as
 * well is left to him, here and in give_up(), so that what goes wrong is noticed
 * once and not all over the place.
 */
static bool take(struct page *page, unsigned int order, enum event event)
{
	if (!claim_pages(page, order)) {
		atomic_long_inc(&errors[OVERLAP]);
		pr_alert_ratelimited("pfn %lx, order %u, was allocated and is in use\n",
				     page_to_pfn(page), order);
		return false;
	}
	set_page_private(page, order | raw_smp_processor_id() << 8);
	count(event);
	if (order > PAGE_ALLOC_COSTLY_ORDER)
		count(HUGE);
	return true;
}

static bool give_up(struct page *page)
{
	unsigned int order = order_of(page);
	int cpu = page_private(page) >> 8;

	if (!disclaim_pages(page, order)) {
		atomic_long_inc(&errors[OVERLAP]);
		pr_alert_ratelimited("pfn %lx, order %u, was written to by somebody else\n",
				     page_to_pfn(page), order);
		return false;
	}
	set_page_private(page, 0);
	count(FREE);
	if (cpu != raw_smp_processor_id())
		count(REMOTE);
	return true;
}

static gfp_t random_gfp(struct actor *actor)
{
	static const gfp_t types[] = { 0, __GFP_RECLAIMABLE, __GFP_MOVABLE };

	return actor->gfp | types[roll(actor, ARRAY_SIZE(types))];
}

static struct page *get(struct actor *actor, enum event event)
{
	unsigned int order = roll(actor, actor->max_order + 1);
	gfp_t gfp = random_gfp(actor);
	struct page *page;

	/* Not worth compacting memory for */
	if (NR_PCP_THP && event == ALLOC && !roll(actor, 128)) {
		order = pageblock_order;
		gfp &= ~__GFP_DIRECT_RECLAIM;
	}
	page = alloc_pages(gfp, order);
	return page && take(page, order, event) ? page : NULL;
}

static void put(struct page *page)
{
	unsigned int order = order_of(page);

	if (give_up(page))
		__free_pages(page, order);
}

/* One operation: a slot changes its page with somebody, frees it, or gets one. */
static void operate(struct actor *actor, enum event event)
{
	struct page **slot = &actor->pages[roll(actor, SLOTS)];

	if (!roll(actor, 8)) {
		*slot = xchg(&pool->pages[roll(actor, SLOTS)], *slot);
	} else if (*slot) {
		put(*slot);
		*slot = NULL;
	} else {
		*slot = get(actor, event);
	}
}

/* ---- interrupts */

static void softirq(struct tasklet_struct *tasklet)
{
	struct corner *corner = container_of(tasklet, struct corner, tasklet);
	int i;

	for (i = 0; i < BURST; i++)
		operate(corner->soft, SOFTIRQ);
}

static enum hrtimer_restart hardirq(struct hrtimer *timer)
{
	/* The one whose timer this is may have gone offline. */
	struct corner *corner = this_cpu_ptr(&corners);
	int i;

	for (i = 0; i < BURST; i++)
		operate(corner->hard, HARDIRQ);
	tasklet_schedule(&corner->tasklet);
	return HRTIMER_NORESTART;
}

/*
 * Lockdep would not let an IPI itself allocate memory.  This is no irq_work, for which a
 * nohz_full CPU that goes offline can lose the interrupt for good on older kernels.
 */
static void start_timer(void *unused)
{
	hrtimer_start(this_cpu_ptr(&corners.timer), 0, PCPLISTS_TIMER_MODE);
}

/* Wait for interrupts, when nobody is left who causes any. */
static void settle(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		hrtimer_cancel(&per_cpu(corners, cpu).timer);
	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu(corners, cpu).tasklet);
}

/* ---- owners */

/* More pages in a row than there are on the lists ... */
static void fill(struct actor *actor)
{
	int i;

	for (i = 0; i < SLOTS && go_on(); i++)
		if (!actor->pages[i])
			actor->pages[i] = get(actor, ALLOC);
}

/* Single pages go as those of the LRU do. */
static void empty_burst(struct actor *actor, unsigned int from)
{
	struct page *page, *batch[BURST];
	unsigned int i, nr = 0;

	for (i = from; i < from + BURST; i++) {
		page = actor->pages[i];
		actor->pages[i] = NULL;
		if (page && order_of(page))
			put(page);
		else if (page && give_up(page))
			batch[nr++] = page;
	}
	if (nr) {
		release_pages(batch, nr);
		count(BATCH);
	}
}

/* ... and more than may be there */
static void empty(struct actor *actor)
{
	unsigned int from;

	for (from = 0; from < SLOTS && go_on(); from += BURST)
		empty_burst(actor, from);
}

static void bulk(struct actor *actor)
{
	unsigned int from = roll(actor, SLOTS - BURST);
	struct page **pages = &actor->pages[from];
	int i, nr;

	empty_burst(actor, from);
	nr = alloc_pages_bulk(random_gfp(actor), BURST, pages);
	for (i = 0; i < nr; i++)
		if (!take(pages[i], 0, BULK))
			pages[i] = NULL;
}

/* For as long as a drain may have to wait for a CPU that is in the kernel. */
static void turn_irqs_off(struct actor *actor)
{
	u64 end = ktime_get_ns() + roll(actor, NSEC_PER_MSEC);
	struct corner *corner;
	unsigned long flags;

	local_irq_save(flags);
	corner = this_cpu_ptr(&corners);
	do {
		operate(corner->hard, IRQOFF);
	} while (ktime_get_ns() < end);
	local_irq_restore(flags);
}

static void interrupt_somebody(struct actor *actor)
{
	int cpu = roll(actor, nr_cpu_ids);

	if (!cpu_online(cpu))
		return;
	/* RT must not raise a softirq in an IPI either.  Tasklets run where that is done. */
	if (HAVE_IRQOFF)
		smp_call_function_single(cpu, start_timer, NULL, 1);
	else
		tasklet_schedule(&per_cpu(corners, cpu).tasklet);
}

static void take_turn(struct actor *actor)
{
	u32 nr;

	switch (roll(actor, 16)) {
	case 0:
		fill(actor);
		break;
	case 1:
		empty(actor);
		break;
	case 2 ... 3:
		bulk(actor);
		break;
	case 4:
		if (HAVE_IRQOFF)
			turn_irqs_off(actor);
		break;
	case 5 ... 8:
		interrupt_somebody(actor);
		break;
	default:
		for (nr = roll(actor, SLOTS); nr && go_on(); nr--)
			operate(actor, ALLOC);
	}
}

/* A CPU that goes offline loses its owners.  They come back to it. */
static void go_home(int cpu)
{
	if (raw_smp_processor_id() == cpu || !cpu_online(cpu))
		return;

	cpus_read_lock();
	if (cpu_online(cpu))
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
	/*
	 * Before v5.12 PREEMPT_RT expects of kthreads that have one CPU that they are
	 * parked when that goes offline, and has a BUG() for others.
	 */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && LINUX_VERSION_CODE < KERNEL_VERSION(5, 12, 0))
		set_cpus_allowed_ptr(current, cpu_possible_mask);
	cpus_read_unlock();
}

static int owner(void *arg)
{
	struct actor *actor = arg;

	/* Every CPU has one, and other tasks want to get on. */
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		begin_running();
		go_home(actor->cpu);
		if (go_on())
			take_turn(actor);
		end_running();
		/* For a CPU that is idle a drain does not wait as for a busy one. */
		if (!roll(actor, 16))
			nap(roll(actor, 20 * USEC_PER_MSEC));
	}
	return 0;
}

/* ---- what is done to them */

static void drain(struct actor *actor)
{
	static DEFINE_SPINLOCK(lock);
	unsigned int flags;

	switch (roll(actor, 4)) {
	case 0:
		drain_all_pages(NULL);
		count(DRAIN_ALL);
		break;
	case 1:
		flags = memalloc_noreclaim_save();
		drain_all_pages(NULL);
		memalloc_noreclaim_restore(flags);
		count(DRAIN_RECLAIM);
		break;
	case 2:
		drain_all_pages(random_zone(actor));
		count(DRAIN_ZONE);
		break;
	case 3:
		/* LRU draining does it with a lock held as well. */
		spin_lock(&lock);
		drain_local_pages(roll(actor, 2) ? random_zone(actor) : NULL);
		spin_unlock(&lock);
		count(DRAIN_LOCAL);
	}
}

static int drainer(void *arg)
{
	u32 pause = USEC_PER_SEC / drains * drainers + 1;

	while (!kthread_should_stop()) {
		begin_running();
		if (READ_ONCE(refrain) == NOTHING)
			drain(arg);
		end_running();
		nap(pause / 2 + roll(arg, pause));
	}
	return 0;
}

/*
 * Is there a page in a list of a zone that is disabled?  Who allocates or frees
 * one has it there for a moment, and he may be on a virtual CPU that does not get
 * to run.  After a grace period he has got on.
 */
static void look_for_pages(struct zone *zone)
{
	int cpu, pages, looks;

	for_each_possible_cpu(cpu) {
		for (looks = 0; (pages = pcp_count(zone_pcp(zone, cpu))); looks++) {
			if (looks == 3) {
				atomic_long_inc(&errors[LEFT]);
				pr_alert("CPU %d has %d pages of zone %s, which is disabled\n",
					 cpu, pages, zone->name);
				break;
			}
			synchronize_rcu();
		}
	}
}

/*
 * Lists are disabled while they are in use, and used while they are disabled.
 * In between everybody stands still, and from before to after nobody drains: both
 * would make pages go away that should not be there.
 */
static int disabler(void *arg)
{
	struct zone *zone;
	int i;

	while (!kthread_should_stop()) {
		begin_running();
		/* A CPU on its way out keeps its pages until it is dead. */
		cpus_read_lock();
		zone = random_zone(arg);
		WRITE_ONCE(refrain, DRAINS);
		zone_pcp_disable(zone);
		for (i = 0; i < 3; i++) {
			WRITE_ONCE(refrain, EVERYTHING);
			look_for_pages(zone);
			WRITE_ONCE(refrain, DRAINS);
			usleep_range(500, 2000);
		}
		zone_pcp_enable(zone);
		WRITE_ONCE(refrain, NOTHING);
		cpus_read_unlock();
		count(DISABLE);
		end_running();
		nap(disable_interval * USEC_PER_MSEC);
	}
	return 0;
}

static int onoff(void *arg)
{
#ifdef CONFIG_HOTPLUG_CPU
	int cpu, ret;

	while (!kthread_should_stop()) {
		nap(onoff_interval * USEC_PER_MSEC);
		cpu = 1 + roll(arg, nr_cpu_ids - 1);
		if (!cpu_online(cpu))
			continue;

		begin_running();
		ret = remove_cpu(cpu);
		end_running();
		count(OFFLINE_TRY);
		if (ret)
			continue;
		count(OFFLINE);
		nap(onoff_interval * USEC_PER_MSEC);

		begin_running();
		ret = add_cpu(cpu);
		end_running();
		if (!ret)
			count(ONLINE);
	}
#endif
	return 0;
}

/* Does onoff() have something to do? */
static bool hotplug(void)
{
	return IS_ENABLED(CONFIG_HOTPLUG_CPU) && onoff_interval && nr_cpu_ids > 1;
}

/*
 * An allocation that fails without having looked at any list.  Seldom, because
 * older kernels print a stack each time.
 */
static void inject_failure(void)
{
#ifdef CONFIG_FAIL_PAGE_ALLOC
	struct page *page;

	current->fail_nth = 1;
	page = alloc_pages(GFP_NOWAIT | __GFP_NOWARN, 1);
	current->fail_nth = 0;
	if (page)
		__free_pages(page, 1);
	else
		count(INJECT);
#endif
}

/* ---- statistics and the end */

/* Since the first audit.  Others isolate memory, so drift is not an error. */
static long lost, drift;

static unsigned long drains_done(void)
{
	return counted(DRAIN_ALL) + counted(DRAIN_RECLAIM) +
	       counted(DRAIN_ZONE) + counted(DRAIN_LOCAL);
}

/* Of all memory, what is neither free nor ours nor anybody's who is known */
static long pages_missing(const struct pcplists_audit *audit)
{
	long held = 0;
	int i, slot;

	for (i = 0; i < nr_actors; i++)
		for (slot = 0; slot < SLOTS; slot++)
			if (actors[i].pages[slot])
				held += 1L << order_of(actors[i].pages[slot]);

	return pcplists_in_use(audit) - audit->used - held;
}

/*
 * Pages that get lost stay so, and if a drain loses them they become more and
 * more, in proportion to the number of drains.  What others use that is in none
 * of the counters above, CMA or page tables, comes and goes, and is limited.  So
 * a loss counts only as far as it was there at each of the last four audits, and
 * if it is more than what a system may take and one page in 64 drains.
 */
static void look_for_loss(void)
{
	static long last[4];
	long least = lost, allowed = 512 + drains_done() / 64;
	int i;

	last[counted(AUDIT) % ARRAY_SIZE(last)] = lost;
	for (i = 0; i < ARRAY_SIZE(last); i++)
		least = min(least, last[i]);
	if (least > allowed) {
		atomic_long_inc(&errors[LOST]);
		pr_alert("%ld pages are lost, %ld may be\n", least, allowed);
	}
}

/* How long everybody took to stop, at worst */
static s64 stop_ms;

/* Stop everybody, pages in hand, and look at all lists. */
static void take_stock(void)
{
	static long first_missing, first_drift;
	struct pcplists_audit audit;
	ktime_t begin;
	long missing;

	inject_failure();
	begin = ktime_get();

	WRITE_ONCE(stocktaking, true);
	down_write(&running);
	stop_ms = max(stop_ms, ktime_ms_delta(ktime_get(), begin));
	settle();
	drain_all_pages(NULL);
	pcplists_audit(&audit);
	missing = pages_missing(&audit);
	up_write(&running);
	WRITE_ONCE(stocktaking, false);
	wake_up_all(&stock_taken);

	if (audit.fault) {
		atomic_long_inc(&errors[FAULT]);
		pr_alert("CPU %d, zone %s: %s\n", audit.cpu, audit.zone, audit.fault);
	}
	if (!counted(AUDIT)) {
		first_missing = missing;
		first_drift = audit.drift;
	}
	lost = missing - first_missing;
	drift = audit.drift - first_drift;
	look_for_loss();
	count(AUDIT);
}

static void print_statistics(void)
{
	pr_alert("--- stats: allocs %lu bulk %lu softirq %lu hardirq %lu irqoff %lu frees %lu drains %lu/%lu/%lu disables %lu offlines %lu/%lu audits %lu stop %lld ms errors: overlap %ld audit %ld left %ld lost %ld drift %ld\n",
		 counted(ALLOC), counted(BULK), counted(SOFTIRQ),
		 counted(HARDIRQ), counted(IRQOFF), counted(FREE),
		 counted(DRAIN_ALL) + counted(DRAIN_RECLAIM),
		 counted(DRAIN_ZONE), counted(DRAIN_LOCAL), counted(DISABLE),
		 counted(OFFLINE), counted(OFFLINE_TRY), counted(AUDIT), stop_ms,
		 atomic_long_read(&errors[OVERLAP]), atomic_long_read(&errors[FAULT]),
		 atomic_long_read(&errors[LEFT]), lost, drift);
}

static void print_parameters(const char *when)
{
	pr_alert("%s: owners=%u drainers=%u drains=%u onoff_interval=%u disable_interval=%u stat_interval=%u duration=%u seed=%u\n",
		 when, owners, drainers, drains, onoff_interval,
		 disable_interval, stat_interval, duration, seed);
}

/* What was not asked for, or is not to be had here */
static unsigned long unexpected_events(void)
{
	unsigned long events = 0;

	if (!HAVE_BULK)
		events |= BIT(BULK);
	if (!NR_PCP_THP)
		events |= BIT(HUGE);
	if (!HAVE_IRQOFF)
		events |= BIT(HARDIRQ) | BIT(IRQOFF);
	if (num_online_cpus() == 1)
		events |= BIT(REMOTE) | BIT(HARDIRQ);
	if (!drainers)
		events |= BIT(DRAIN_ALL) | BIT(DRAIN_RECLAIM) |
			  BIT(DRAIN_ZONE) | BIT(DRAIN_LOCAL);
	if (!HAVE_DISABLE || !disable_interval)
		events |= BIT(DISABLE);
	if (!hotplug())
		events |= BIT(OFFLINE_TRY) | BIT(OFFLINE) | BIT(ONLINE);
	if (!IS_ENABLED(CONFIG_FAIL_PAGE_ALLOC))
		events |= BIT(INJECT);
	return events;
}

static void print_end(void)
{
	unsigned long unexpected = unexpected_events();
	bool success = true;
	int i;

	for (i = 0; i < NR_EVENTS; i++) {
		if (!(unexpected & BIT(i)) && !counted(i)) {
			pr_alert("There was no %s\n", event_names[i]);
			success = false;
		}
	}
	for (i = 0; i < NR_ERRORS; i++)
		if (atomic_long_read(&errors[i]))
			success = false;
	print_parameters(success ? "End of test: SUCCESS" : "End of test: FAILURE");
}

static void stop_actors(void)
{
	int i, slot;

	for (i = 0; i < nr_actors; i++)
		if (actors[i].task)
			kthread_stop(actors[i].task);
	settle();

	for (i = 0; i < nr_actors; i++) {
		for (slot = 0; slot < SLOTS; slot++) {
			if (actors[i].pages[slot])
				put(actors[i].pages[slot]);
			actors[i].pages[slot] = NULL;
		}
	}
}

static int supervise(void *unused)
{
	time64_t now = ktime_get_seconds();
	time64_t end = now + duration, next = now + stat_interval;

	take_stock();
	while (!kthread_should_stop() && (!duration || now < end)) {
		if (now >= next) {
			take_stock();
			print_statistics();
			next = now + stat_interval;
		}
		nap(USEC_PER_SEC);
		now = ktime_get_seconds();
	}

	stop_actors();
	take_stock();
	print_statistics();
	print_end();

	while (!kthread_should_stop())
		nap(USEC_PER_SEC);
	return 0;
}

/* ---- the beginning */

static struct actor *new_actor(gfp_t gfp, unsigned int max_order)
{
	struct actor *actor = &actors[nr_actors++];

	prandom_seed_state(&actor->rnd, (u64)seed << 32 | nr_actors);
	actor->gfp = gfp | __GFP_NOWARN;
	actor->max_order = max_order;
	return actor;
}

static int start(int (*function)(void *), const char *name, int cpu)
{
	struct actor *actor = new_actor(GFP_KERNEL | __GFP_NORETRY, PAGE_ALLOC_COSTLY_ORDER);
	struct task_struct *task;

	actor->cpu = cpu;
	task = kthread_run(function, actor, "pcplists_%s", name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	actor->task = task;
	return 0;
}

static int start_actors(unsigned int nr_owners)
{
	int cpu = -1, ret = 0;
	unsigned int i;

	for (i = 0; i < nr_owners && !ret; i++) {
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
		ret = start(owner, "owner", cpu);
	}
	for (i = 0; i < drainers && !ret; i++)
		ret = start(drainer, "drainer", -1);
	if (HAVE_DISABLE && disable_interval && !ret)
		ret = start(disabler, "disabler", -1);
	if (hotplug() && !ret)
		ret = start(onoff, "onoff", -1);
	return ret;
}

static int __init pcplists_torture_init(void)
{
	unsigned int nr_owners = owners ?: num_online_cpus();
	int cpu, ret;

	drains = max(drains, 1U);
	stat_interval = max(stat_interval, 1U);
	seed = seed ?: get_random_u32();
	print_parameters("Start of test");

	/* One is the pool, two are for disabler() and onoff(). */
	actors = kvcalloc(nr_owners + drainers + 2 * num_possible_cpus() + 3,
			  sizeof(*actors), GFP_KERNEL);
	if (!actors)
		return -ENOMEM;

	pool = new_actor(0, 0);
	for_each_possible_cpu(cpu) {
		struct corner *corner = &per_cpu(corners, cpu);

		corner->soft = new_actor(GFP_ATOMIC, 1);
		corner->hard = new_actor(GFP_ATOMIC, 1);
		tasklet_setup(&corner->tasklet, softirq);
		setup_pcplists_timer(&corner->timer, hardirq);
	}

	ret = start_actors(nr_owners);
	if (ret)
		goto out;
	supervisor = kthread_run(supervise, NULL, "pcplists_stats");
	if (!IS_ERR(supervisor))
		return 0;
	ret = PTR_ERR(supervisor);
out:
	stop_actors();
	kvfree(actors);
	return ret;
}

/* The supervisor stops all others and says how it went, unless it has. */
static void __exit pcplists_torture_exit(void)
{
	kthread_stop(supervisor);
	kvfree(actors);
}

module_init(pcplists_torture_init);
module_exit(pcplists_torture_exit);
MODULE_DESCRIPTION("Torture test of draining per-cpu page lists");
MODULE_LICENSE("GPL");
