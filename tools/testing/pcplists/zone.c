// SPDX-License-Identifier: GPL-2.0
/*
 * A page allocator that has just enough of mm/page_alloc.c to use
 * linux/pcplists.h the way the kernel does.
 *
 * Functions are named after the kernel's where they do the same.  Where a bug
 * can be seeded the code has an 'if (busted(...))'.
 */
#include <stdlib.h>

#include "audit.h"
#include "chance.h"
#include "check.h"
#include "zone.h"

struct zone zones[NR_ZONES];
unsigned int nr_cpus;
bool cpu_online[NR_CPUS];
unsigned long nr_drains, nr_exchanges, nr_drained;
_Thread_local unsigned int this_cpu;

pthread_mutex_t pcpu_drain_mutex = PTHREAD_MUTEX_INITIALIZER;

/* Odd while a drain is running. */
static unsigned long drain_seq;

static void pageset_init(struct per_cpu_pages *pcp, unsigned int cpu)
{
	int i;

	for (i = 0; i < 2; i++) {
		pcplists_init(&pcp->instances[i].lists);
		pcp->instances[i].cpu = cpu;
	}
	RCU_INIT_POINTER(pcp->lp, &pcp->instances[0].lists);
	pcp->drain = &pcp->instances[1].lists;
	instance_of(pcp->drain)->owner = OWNER_DRAINER;
	pcp->high = PCP_HIGH;
	pcp->batch = PCP_BATCH;
}

static void zone_init(struct zone *zone, int pages)
{
	unsigned int cpu;
	int i;

	pthread_mutex_init(&zone->lock, NULL);
	for (i = 0; i < MIGRATE_PCPTYPES; i++)
		INIT_LIST_HEAD(&zone->free_list[i]);

	zone->pages = calloc(pages, sizeof(*zone->pages));
	if (!zone->pages)
		abort();
	zone->nr_pages = pages;
	zone->nr_free = pages;
	for (i = 0; i < pages; i++) {
		struct page *page = &zone->pages[i];

		page->zone = zone;
		page->number = i;
		page->migratetype = i % MIGRATE_PCPTYPES;
		list_add(&page->lru, &zone->free_list[page->migratetype]);
	}

	for (cpu = 0; cpu < nr_cpus; cpu++)
		pageset_init(&zone->pageset[cpu], cpu);
}

void zones_init(unsigned int cpus, int pages)
{
	struct zone *zone;
	unsigned int cpu;

	nr_cpus = cpus;
	for_each_zone(zone)
		zone_init(zone, pages);
	for (cpu = 0; cpu < cpus; cpu++)
		cpu_online[cpu] = true;
}

/*
 * A critical section: interrupts are off on a CPU, and what it found then.
 *
 * high and batch are loaded before any lp.  The kernel does it the other way
 * round, but a weakly ordered CPU may do it this way nevertheless, and it is
 * what zone_pcp_disable() has to cope with.
 */
struct section {
	unsigned int cpu;
	struct {
		struct pcplists *lp;
		bool disabled;
		int high, batch;
	} zones[NR_ZONES];
};

static void section_begin(struct section *s, unsigned int cpu)
{
	int i;

	rcu_read_lock_sched();
	s->cpu = cpu;
	for (i = 0; i < NR_ZONES; i++) {
		struct per_cpu_pages *pcp = &zones[i].pageset[cpu];

		s->zones[i].lp = READ_ONCE(pcp->lp);
		s->zones[i].disabled = READ_ONCE(zones[i].disabled);
		s->zones[i].high = READ_ONCE(pcp->high);
		s->zones[i].batch = READ_ONCE(pcp->batch);
	}
	dawdle();
}

/*
 * After a section in whose middle lists were exchanged the CPU idles, so that
 * what was left in the wrong place is still there when somebody looks.
 */
static void section_end(struct section *s)
{
	bool hit = false;
	int i;

	for (i = 0; i < NR_ZONES; i++)
		if (s->zones[i].lp != READ_ONCE(zones[i].pageset[s->cpu].lp))
			hit = true;
	rcu_read_unlock_sched();

	if (hit) {
		rcu_idle_enter();
		rest(1000);
		rcu_idle_exit();
	}
}

static struct pcplists *lists_get(struct section *s, struct zone *zone)
{
	struct per_cpu_pages *pcp = &zone->pageset[s->cpu];
	struct pcplists *lp = pcplists_local(pcp->lp, rcu_read_lock_sched_held());

	if (busted(LP_TWICE)) {
		if (pcp->kept && one_in(16))
			lp = pcp->kept;
		pcp->kept = lp;
	}
	instance_changes_hands(lp, OWNER_NONE, OWNER_SECTION);
	dawdle();

	return lp;
}

static void lists_put(struct section *s, struct zone *zone, struct pcplists *lp)
{
	if (one_in(64))
		audit_count(zone, lp);
	if (s->zones[zone - zones].disabled)
		check(CHECK_DISABLED, !lp->count, "%d pages left on CPU %u", lp->count, s->cpu);
	dawdle();
	instance_changes_hands(lp, OWNER_SECTION, OWNER_NONE);
}

/* Take pages off an instance, from all lists in turn, and free them together. */
static void free_pcppages_bulk(struct zone *zone, int count, struct pcplists *lp)
{
	unsigned int state = page_state(PAGE_ON_PCP, instance_of(lp)->cpu);
	int migratetype = 0, nr_empty = 0;
	LIST_HEAD(head);

	count = min(lp->count, count);
	while (count > 0) {
		struct list_head *list = &lp->lists[migratetype];
		struct page *page;

		migratetype = (migratetype + 1) % MIGRATE_PCPTYPES;
		if (list_empty(list)) {
			check(CHECK_COUNT, ++nr_empty < MIGRATE_PCPTYPES,
			      "CPU %u: the count is %d, the lists are empty",
			      instance_of(lp)->cpu, lp->count);
			continue;
		}
		nr_empty = 0;

		page = list_page(zone, list->prev);
		list_del(&page->lru);
		lp->count--;
		count--;
		list_add(&page->lru, &head);
	}

	pthread_mutex_lock(&zone->lock);
	while (!list_empty(&head)) {
		struct page *page = list_page(zone, head.next);

		list_del(&page->lru);
		page_moves(page, state, page_state(PAGE_FREE, 0));
		list_add(&page->lru, &zone->free_list[page->migratetype]);
		zone->nr_free++;
	}
	pthread_mutex_unlock(&zone->lock);
}

static int rmqueue_bulk(struct zone *zone, int count, struct list_head *list, int migratetype,
			unsigned int cpu)
{
	struct list_head *from = &zone->free_list[migratetype];
	int i;

	pthread_mutex_lock(&zone->lock);
	for (i = 0; i < count && !list_empty(from); i++) {
		struct page *page = list_page(zone, from->next);

		list_del(&page->lru);
		page_moves(page, page_state(PAGE_FREE, 0), page_state(PAGE_ON_PCP, cpu));
		list_add(&page->lru, list);
	}
	zone->nr_free -= i;
	pthread_mutex_unlock(&zone->lock);

	return i;
}

static struct page *__rmqueue_pcplist(struct section *s, struct zone *zone, int migratetype)
{
	struct pcplists *lp = lists_get(s, zone);
	struct list_head *list = &lp->lists[migratetype];
	struct page *page = NULL;

	if (list_empty(list))
		lp->count += rmqueue_bulk(zone, s->zones[zone - zones].batch, list,
					  migratetype, s->cpu);
	if (!list_empty(list)) {
		page = list_page(zone, list->next);
		list_del(&page->lru);
		if (!busted(BAD_COUNT) || !one_in(256))
			lp->count--;
		page_moves(page, page_state(PAGE_ON_PCP, s->cpu), page_state(PAGE_USED, s->cpu));
	}
	lists_put(s, zone, lp);

	return page;
}

struct page *alloc_page(struct zone *zone, int migratetype)
{
	struct section s;
	struct page *page;

	section_begin(&s, smp_processor_id());
	page = __rmqueue_pcplist(&s, zone, migratetype);
	section_end(&s);

	return page;
}

static void free_unref_page_commit(struct section *s, struct page *page)
{
	struct zone *zone = page->zone;
	struct pcplists *lp = lists_get(s, zone);

	page_moves(page, page_state(PAGE_USED, s->cpu), page_state(PAGE_ON_PCP, s->cpu));
	list_add(&page->lru, &lp->lists[page->migratetype]);
	lp->count++;
	if (lp->count >= s->zones[zone - zones].high)
		free_pcppages_bulk(zone, s->zones[zone - zones].batch, lp);
	lists_put(s, zone, lp);
}

void free_page(struct page *page)
{
	struct section s;

	section_begin(&s, smp_processor_id());
	free_unref_page_commit(&s, page);
	section_end(&s);
}

void free_page_bulk(struct page **pages, int nr)
{
	struct section s;
	int i;

	section_begin(&s, smp_processor_id());
	for (i = 0; i < nr; i++) {
		if (i && !(i % SWAP_CLUSTER_MAX)) {
			section_end(&s);
			section_begin(&s, smp_processor_id());
		}
		free_unref_page_commit(&s, pages[i]);
	}
	section_end(&s);
}

/* The CPU is the caller's or dead. */
static void drain_pages_zone(unsigned int cpu, struct zone *zone)
{
	struct pcplists *lp;
	struct section s;

	section_begin(&s, cpu);
	lp = lists_get(&s, zone);
	free_pcppages_bulk(zone, lp->count, lp);
	lists_put(&s, zone, lp);
	section_end(&s);
}

void drain_local_pages(struct zone *zone)
{
	drain_pages_zone(smp_processor_id(), zone);
}

/*
 * Races with the CPU, for a value of the recent past.  The sanitizer is to look
 * away; it does so for plain accesses only, hence no READ_ONCE().
 */
static __attribute__((noinline, no_sanitize_thread))
int pcp_count(struct per_cpu_pages *pcp)
{
	return *(volatile int *)&READ_ONCE(pcp->lp)->count;
}

static void quiesce(void)
{
	unsigned long before = rcu_grace_periods;

	pcplists_quiesce();
	check(CHECK_GRACE_PERIOD, rcu_grace_periods != before, "there was no grace period");
}

/*
 * Like drain_all_pages(NULL), a drain of everything has nothing left to do when
 * another one was running, but not before that one is through.
 */
static bool drain_begin(struct zone *zone)
{
	if (!busted(NO_MUTEX) && pthread_mutex_trylock(&pcpu_drain_mutex)) {
		if (!zone && busted(NO_WAIT))
			return false;
		pthread_mutex_lock(&pcpu_drain_mutex);
		if (!zone) {
			pthread_mutex_unlock(&pcpu_drain_mutex);
			return false;
		}
	}

	add_return_relaxed(&drain_seq, 1);
	return true;
}

static void drain_end(void)
{
	add_return_relaxed(&drain_seq, 1);
	if (!busted(NO_MUTEX))
		pthread_mutex_unlock(&pcpu_drain_mutex);
}

static void exchange(struct per_cpu_pages *pcp)
{
	instance_changes_hands(pcp->drain, OWNER_DRAINER, OWNER_NONE);
	pcplists_exchange(&pcp->lp, &pcp->drain);
	add_return_relaxed(&nr_exchanges, 1);
}

static void free_detached(struct zone *zone, struct pcplists *lists)
{
	instance_changes_hands(lists, OWNER_NONE, OWNER_DRAINER);
	audit_count(zone, lists);
	add_return_relaxed(&nr_drained, lists->count);

	if (busted(LOST_PAGE) && lists->count && one_in(16)) {
		int i;

		for (i = 0; list_empty(&lists->lists[i]); i++)
			;
		list_del(lists->lists[i].next);
		lists->count--;
	}

	while (lists->count) {
		free_pcppages_bulk(zone, PCP_BATCH, lists);
		dawdle();
		if (busted(NO_RETIRE))
			break;
	}
	pcplists_retire(lists);
}

static void __drain_all_pages(struct zone *zone, bool force_all_cpus)
{
	bool exchanged[NR_ZONES][NR_CPUS] = {};
	bool any = false;
	unsigned int cpu;
	struct zone *z;

	if (!drain_begin(zone))
		return;
	audit_idle();

	for_each_zone(z) {
		if (zone && z != zone)
			continue;
		for (cpu = 0; cpu < nr_cpus; cpu++) {
			struct per_cpu_pages *pcp = &z->pageset[cpu];

			if (!READ_ONCE(cpu_online[cpu]))
				continue;
			if (!force_all_cpus && !pcp_count(pcp))
				continue;
			exchange(pcp);
			exchanged[z - zones][cpu] = any = true;
		}
	}

	if (any && !busted(NO_GP))
		quiesce();

	for_each_zone(z)
		for (cpu = 0; cpu < nr_cpus; cpu++)
			if (exchanged[z - zones][cpu])
				free_detached(z, z->pageset[cpu].drain);

	add_return_relaxed(&nr_drains, 1);
	drain_end();
}

void drain_all_pages(struct zone *zone)
{
	unsigned long seq = READ_ONCE(drain_seq);

	__drain_all_pages(zone, false);
	if (seq & 1)
		check(CHECK_DRAIN_WAITS, READ_ONCE(drain_seq) != seq,
		      "a drain returns, one that it found is running yet");
}

static void zone_set_pageset_high_and_batch(struct zone *zone, int high, int batch)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		WRITE_ONCE(zone->pageset[cpu].batch, batch);
		WRITE_ONCE(zone->pageset[cpu].high, high);
	}
}

/*
 * The release in the exchange does not order high, which is not part of what
 * lp points to: a section could see the new lp and the old high, and leave a
 * page in an instance that has been drained already.  After a grace period
 * nobody has an old high any more.
 */
void zone_pcp_disable(struct zone *zone)
{
	zone_set_pageset_high_and_batch(zone, 0, 1);
	if (!busted(NO_DISABLE_GP))
		quiesce();
	if (!busted(PAGES_LEFT))
		__drain_all_pages(zone, true);
	WRITE_ONCE(zone->disabled, true);
}

/* The grace period is for the sections that insist on the lists being empty. */
void zone_pcp_enable(struct zone *zone)
{
	WRITE_ONCE(zone->disabled, false);
	synchronize_rcu();
	zone_set_pageset_high_and_batch(zone, PCP_HIGH, PCP_BATCH);
}

/*
 * Without the mutex a drain that exchanged this CPU's lists earlier could free
 * its pages later, when everybody believes that the CPU has none.
 */
void page_alloc_cpu_dead(unsigned int cpu)
{
	struct zone *zone;

	pthread_mutex_lock(&pcpu_drain_mutex);
	rcu_idle_exit();
	for_each_zone(zone) {
		struct per_cpu_pages *pcp = &zone->pageset[cpu];

		drain_pages_zone(cpu, zone);
		check(CHECK_DEAD, !pcp_count(pcp) && pcplists_empty(pcp->drain),
		      "pages left on CPU %u", cpu);
	}
	rcu_idle_enter();
	pthread_mutex_unlock(&pcpu_drain_mutex);
}
