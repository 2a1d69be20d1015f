/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the KUnit suite and the torture test of pcplists share: where the lists
 * are on this kernel, pages that know whose they are, and an audit of all of it.
 */
#ifndef _MM_PCPLISTS_TEST_H
#define _MM_PCPLISTS_TEST_H

#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/stop_machine.h>
#include <linux/version.h>
#include <linux/vmstat.h>

#include "internal.h"
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#include "page_alloc.h"
#endif

/* The highest order below that of huge pages that is kept on pcplists */
#define PCPLISTS_MAX_ORDER	(NR_PCP_LISTS > MIGRATE_PCPTYPES ? PAGE_ALLOC_COSTLY_ORDER : 0)

/* Without SMP newer kernels leave the lists alone, see pcp_spin_trylock(). */
#define PCPLISTS_USED	(IS_ENABLED(CONFIG_SMP) || LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0))

/**
 * zone_pcp - a CPU's lists of a zone
 * @zone: the zone, populated or not
 * @cpu: the CPU, online or not
 *
 * Return: the structure with the two instances.
 */
static inline struct per_cpu_pages *zone_pcp(struct zone *zone, int cpu)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
	return &per_cpu_ptr(zone->pageset, cpu)->pcp;
#else
	return per_cpu_ptr(zone->per_cpu_pageset, cpu);
#endif
}

/*
 * Where a CPU holds a lock while it uses its lists that others can take, and with it
 * hold up a drain
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define PCPLISTS_HAVE_LOCK
static inline spinlock_t *pcplists_lock(struct zone *zone, int cpu)
{
	return &zone_pcp(zone, cpu)->lock;
}
#elif defined(CONFIG_PREEMPT_RT)
#define PCPLISTS_HAVE_LOCK
/* That of all zones, see mm/page_alloc.c */
spinlock_t *pcplists_lock(struct zone *zone, int cpu);
#endif

/*
 * How to start a timer whose function allocates memory in hardirq.  Without PREEMPT_RT
 * that is where it runs, but with it would not, so lockdep lets it take the zone's lock.
 */
#define PCPLISTS_TIMER_MODE	HRTIMER_MODE_REL_PINNED

/**
 * setup_pcplists_timer - initialise a timer of the CPU that starts it
 * @timer: the timer, to be started with PCPLISTS_TIMER_MODE
 * @function: what is to be called
 */
static inline void setup_pcplists_timer(struct hrtimer *timer,
					enum hrtimer_restart (*function)(struct hrtimer *))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, PCPLISTS_TIMER_MODE);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, PCPLISTS_TIMER_MODE);
	timer->function = function;
#endif
}

/* Every zone of every node, populated or not; for_each_zone() is not for modules */
#define for_each_node_zone(nid, zone)						\
	for_each_online_node(nid)						\
		for ((zone) = NODE_DATA(nid)->node_zones;			\
		     (zone) < NODE_DATA(nid)->node_zones + MAX_NR_ZONES;	\
		     (zone)++)

/**
 * page_mark - what a page that a test has allocated has in its first word
 * @page: the page
 *
 * Return: a value that no other page has there by chance.
 */
static inline unsigned long page_mark(struct page *page)
{
	return page_to_pfn(page) ^ 0xca1ab1e5UL;
}

/**
 * claim_pages - mark pages that were just allocated as in use
 * @page: the first of them, not in highmem
 * @order: how many there are
 *
 * Return: false if one of them was in use already, by a test.
 */
static inline bool claim_pages(struct page *page, unsigned int order)
{
	bool ours = true;
	unsigned int i;

	for (i = 0; i < 1U << order; i++)
		if (xchg((unsigned long *)page_address(page + i), page_mark(page + i)) ==
		    page_mark(page + i))
			ours = false;
	return ours;
}

/**
 * disclaim_pages - take the mark off pages that are about to be freed
 * @page: the first of them
 * @order: how many there are
 *
 * Return: false if somebody else has had one of them meanwhile.
 */
static inline bool disclaim_pages(struct page *page, unsigned int order)
{
	bool ours = true;
	unsigned int i;

	for (i = 0; i < 1U << order; i++)
		if (xchg((unsigned long *)page_address(page + i), 0) != page_mark(page + i))
			ours = false;
	return ours;
}

/**
 * struct pcplists_audit - what there is of free pages
 * @free: pages that zones count as free, NR_FREE_PAGES
 * @isolated: free pages that they do not count, because somebody isolated them
 * @listed: pages in pcplists, those in both instances counted one by one
 * @total: pages that the kernel says it has, free and used.  Memory comes and goes,
 *	   so this is of the same moment
 * @used: of these, used for what is counted: page cache, anonymous memory, slab
 * @handed_out: pages that were allocated and not freed, as the events say.  Who takes
 *		free pages without allocating them, compaction or CMA, is not in there,
 *		and v5.15 counts one page for each block.
 * @drift: @free less the pages that really are in the buddy allocator.  Should
 *	   not change; it need not be 0, isolation was never exact.
 * @fault: what is wrong with the lists, or NULL
 * @cpu: whose lists those are
 * @zone: the name of the zone they are of
 */
struct pcplists_audit {
	long free;
	long isolated;
	long listed;
	long total;
	long used;
	long handed_out;
	long drift;
	const char *fault;
	int cpu;
	const char *zone;
};

static inline int count_pages(void *zone)
{
	int cpu, pages = 0;

	for_each_possible_cpu(cpu)
		pages += pcp_count(zone_pcp(zone, cpu));
	return pages;
}

/**
 * pcplists_pages - the pages in all of a zone's pcplists
 * @zone: the zone
 *
 * Without those that go through the lists of a CPU which at this moment is
 * freeing them: looks with all CPUs stopped, who then are in no such section.  On
 * PREEMPT_RT they may be, so there this looks more often.
 *
 * Context: Process context, sleeps.  Caller holds cpus_read_lock(), and took it before
 *	    zone_pcp_disable() took a lock that CPU hotplug takes as well.
 * Return: the number of pages.
 */
static inline int pcplists_pages(struct zone *zone)
{
	int pages = count_pages(zone), tries = IS_ENABLED(CONFIG_PREEMPT_RT) ? 100 : 1;

	while (pages && tries--)
		pages = stop_machine_cpuslocked(count_pages, zone, NULL);
	return pages;
}

/* The number of pages in one instance; what is wrong with it goes to @fault. */
static inline long audit_instance(struct pcplists *lists, struct zone *zone,
				  const char **fault)
{
	long pages = 0;
	int i;

	for (i = 0; i < NR_PCP_LISTS; i++) {
		unsigned int order = i / MIGRATE_PCPTYPES;
		struct page *page;

		if (order > PAGE_ALLOC_COSTLY_ORDER)
			order = pageblock_order;
		list_for_each_entry(page, &lists->lists[i], lru) {
			if (page_zone(page) != zone)
				*fault = "a page of another zone";
			else if (page_ref_count(page))
				*fault = "a page that is in use";
			pages += 1L << order;
		}
	}
	if (pages != lists->count)
		*fault = "a count that is not what is in the lists";
	return pages;
}

/* Runs with every CPU stopped. */
static inline int audit_stopped(void *data)
{
	struct pcplists_audit *audit = data;
	struct zone *zone;
	int nid, cpu, i;

	memset(audit, 0, sizeof(*audit));
	audit->total = totalram_pages();
	audit->used = global_node_page_state_pages(NR_FILE_PAGES) +
		      global_node_page_state_pages(NR_ANON_MAPPED) +
		      global_node_page_state_pages(NR_SLAB_RECLAIMABLE_B) +
		      global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B);
	for_each_node_zone(nid, zone) {
		long buddy = 0, isolated = 0;

		if (!populated_zone(zone))
			continue;
		for (i = 0; i < ARRAY_SIZE(zone->free_area); i++) {
			buddy += (long)zone->free_area[i].nr_free << i;
#ifdef CONFIG_MEMORY_ISOLATION
			/* On a list, but not to be had, and not counted as free. */
			{
				struct list_head *page;

				list_for_each(page, &zone->free_area[i].free_list[MIGRATE_ISOLATE])
					isolated += 1L << i;
			}
#endif
		}
		audit->free += zone_page_state_snapshot(zone, NR_FREE_PAGES);
		audit->isolated += isolated;
		audit->drift += zone_page_state_snapshot(zone, NR_FREE_PAGES) -
				(buddy - isolated);

		for_each_possible_cpu(cpu) {
			struct per_cpu_pages *pcp = zone_pcp(zone, cpu);
			struct pcplists *lp = rcu_dereference_raw(pcp->lp);
			const char *fault = NULL;
			long listed;

			if (lp == pcp->drain)
				fault = "one instance in two places";
			listed = audit_instance(lp, zone, &fault);
			if (audit_instance(pcp->drain, zone, &fault))
				fault = "pages in the idle instance";
			if (listed != pcp_count(pcp))
				fault = "a pcp_count() that is not what is there";
			audit->listed += listed;
			if (fault) {
				audit->fault = fault;
				audit->cpu = cpu;
				audit->zone = zone->name;
			}
		}
	}
	return 0;
}

#ifdef CONFIG_VM_EVENT_COUNTERS
/* Waits for CPU hotplug, so not while every CPU is stopped */
static inline long audit_events(void)
{
	static unsigned long events[NR_VM_EVENT_ITEMS];
	long pages;
	int i;

	all_vm_events(events);
	pages = -events[PGFREE];
	for (i = 0; i <= ZONE_MOVABLE; i++)
		pages += events[PGALLOC_NORMAL - ZONE_NORMAL + i];
	return pages;
}
#else
static inline long audit_events(void)
{
	return 0;
}
#endif

/**
 * pcplists_audit - look at all pcplists, and count free pages
 * @audit: where the result goes
 *
 * For a moment in which no drain is going on.  Looks again for a while if
 * something is wrong: a drain that somebody else began ends, and on PREEMPT_RT
 * who was stopped while changing lists goes on.
 *
 * Context: Process context, sleeps.  Caller holds neither of the hotplug locks.
 */
static inline void pcplists_audit(struct pcplists_audit *audit)
{
	int i;

	for (i = 0; i < 50; i++) {
		stop_machine(audit_stopped, audit, NULL);
		audit->handed_out = audit_events();
		if (!audit->fault)
			return;
		msleep(20);
	}
}

/**
 * pcplists_in_use - pages that are neither free nor in a list
 * @audit: what there is of the others
 *
 * Return: the number of pages.
 */
static inline long pcplists_in_use(const struct pcplists_audit *audit)
{
	return audit->total - audit->free - audit->isolated - audit->listed;
}

#endif /* _MM_PCPLISTS_TEST_H */
