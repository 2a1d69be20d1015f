/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page allocator that has just enough of mm/page_alloc.c to use
 * linux/pcplists.h the way the kernel does.
 */
#ifndef _ZONE_H
#define _ZONE_H

#include <pthread.h>

#define MIGRATE_PCPTYPES	3
#define NR_PCP_LISTS		MIGRATE_PCPTYPES
#include <linux/pcplists.h>

#define NR_CPUS			64
#define NR_ZONES		2
#define PCP_BATCH		7
#define PCP_HIGH		(6 * PCP_BATCH)
#define SWAP_CLUSTER_MAX	32

struct zone;

/* Where a page is; one that is detached is still on its CPU's lists. */
enum where {
	PAGE_FREE,
	PAGE_ON_PCP,
	PAGE_USED,
};

struct page {
	struct list_head lru;
	struct zone *zone;
	int number;
	int migratetype;
	unsigned int state;	/* page_state() */
	unsigned int seen;	/* the last audit that came across it */
};

/* Who may touch an instance. */
enum owner {
	OWNER_NONE,		/* it waits behind lp for the next section */
	OWNER_SECTION,
	OWNER_DRAINER,		/* it is being freed or idle */
};

struct instance {
	struct pcplists lists;
	enum owner owner;
	unsigned int cpu;
};

struct per_cpu_pages {
	int high;
	int batch;
	struct pcplists __rcu *lp;
	struct pcplists *drain;	/* pcpu_drain_mutex */
	struct pcplists *kept;	/* for LP_TWICE */
	struct instance instances[2];
} __attribute__((aligned(64)));

struct zone {
	pthread_mutex_t lock;
	struct list_head free_list[MIGRATE_PCPTYPES];
	int nr_free;
	int nr_pages;
	struct page *pages;
	bool disabled;		/* and nobody in a section believes otherwise */
	struct per_cpu_pages pageset[NR_CPUS];
};

extern struct zone zones[NR_ZONES];
extern unsigned int nr_cpus;
extern bool cpu_online[NR_CPUS];
extern pthread_mutex_t pcpu_drain_mutex;

/* What drains did: for the report. */
extern unsigned long nr_drains, nr_exchanges, nr_drained;

#define for_each_zone(zone) \
	for (zone = zones; zone < zones + NR_ZONES; zone++)

/**
 * smp_processor_id - the CPU that the calling thread plays
 *
 * Context: A thread that set this_cpu.
 * Return: its number.
 */
#define smp_processor_id()	(this_cpu)
extern _Thread_local unsigned int this_cpu;

/**
 * zones_init - make everything, with all pages free and all CPUs online
 * @cpus: how many there are
 * @pages: how many pages each zone has
 *
 * Context: Before there are threads.
 */
void zones_init(unsigned int cpus, int pages);

/**
 * alloc_page - take a page from the calling CPU's lists
 * @zone: where from
 * @migratetype: of what type
 *
 * Context: A CPU's thread, outside critical sections.
 * Return: the page, NULL if there is none.
 */
struct page *alloc_page(struct zone *zone, int migratetype);

/**
 * free_page - put a page on the calling CPU's lists
 * @page: a page that this CPU allocated
 *
 * Context: A CPU's thread, outside critical sections.
 */
void free_page(struct page *page);

/**
 * free_page_bulk - free_page() for many, with fewer critical sections
 * @pages: the pages
 * @nr: how many
 *
 * Context: A CPU's thread, outside critical sections.
 */
void free_page_bulk(struct page **pages, int nr);

/**
 * drain_local_pages - give back what is on the calling CPU's lists
 * @zone: of this zone
 *
 * Context: A CPU's thread, outside critical sections.  Never waits for a drain.
 */
void drain_local_pages(struct zone *zone);

/**
 * drain_all_pages - give back what is on all CPUs' lists
 * @zone: of this zone; NULL for all, or to wait for a drain that is running
 *
 * Context: May sleep, RCU does not wait for the caller.
 */
void drain_all_pages(struct zone *zone);

/**
 * zone_pcp_disable - empty all CPUs' lists and keep them so
 * @zone: of this zone
 *
 * Context: May sleep.  Caller excludes CPU hotplug.
 */
void zone_pcp_disable(struct zone *zone);

/**
 * zone_pcp_enable - end what zone_pcp_disable() began
 * @zone: the zone
 *
 * Context: May sleep.
 */
void zone_pcp_enable(struct zone *zone);

/**
 * page_alloc_cpu_dead - give back what is on the lists of a dead CPU
 * @cpu: the CPU, whose thread does not use them any more
 *
 * Context: May sleep.  RCU watches, but does not wait for, the caller.
 */
void page_alloc_cpu_dead(unsigned int cpu);

#endif /* _ZONE_H */
