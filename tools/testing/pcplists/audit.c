// SPDX-License-Identifier: GPL-2.0
/*
 * Book-keeping of pages: where each of them is, and whether that adds up.
 */
#include "audit.h"
#include "check.h"

/*
 * In a run that is busted a pointer in a list can lead anywhere in it: to a
 * page, to the head of another list, to poison.  Never follow one unseen.
 */
struct page *list_page(struct zone *zone, struct list_head *entry)
{
	struct page *page = list_entry(entry, struct page, lru);
	size_t offset = (char *)page - (char *)zone->pages;

	check(CHECK_LINKS, offset < zone->nr_pages * sizeof(*page) && !(offset % sizeof(*page)),
	      "what is in a list of zone %d is no page of it", (int)(zone - zones));
	return page;
}

void __list_add_valid(const struct list_head *new, const struct list_head *prev,
		      const struct list_head *next)
{
	check(CHECK_LINKS, next != LIST_POISON1 && next->prev == prev && prev->next == next &&
	      new != prev && new != next, "list_add: the list is corrupt");
}

void __list_del_entry_valid(const struct list_head *entry)
{
	check(CHECK_LINKS, entry->next != LIST_POISON1 && entry->prev != LIST_POISON2 &&
	      entry->prev->next == entry && entry->next->prev == entry,
	      "list_del: the list is corrupt");
}

void vm_warn_on(bool failed, const char *file, int line, const char *what)
{
	check(CHECK_WARNINGS, !failed, "%s:%d: %s", file, line, what);
}

void page_moves(struct page *page, unsigned int from, unsigned int to)
{
	unsigned int state = xchg_relaxed(&page->state, to);

	check(CHECK_PAGE_STATE, state == from,
	      "page %d of zone %d goes from state %#x to %#x and was in %#x",
	      page->number, (int)(page->zone - zones), from, to, state);
}

void instance_changes_hands(struct pcplists *lists, enum owner from, enum owner to)
{
	static const char *const names[] = { "nobody", "a critical section", "a drainer" };
	struct instance *instance = instance_of(lists);
	enum owner owner = xchg_relaxed(&instance->owner, to);

	check(CHECK_ONE_OWNER, owner == from,
	      "an instance of CPU %u goes from %s to %s and belonged to %s",
	      instance->cpu, names[from], names[to], names[owner]);
}

/* Every entry is looked at, so the walk ends even where the list does not. */
static int list_length(struct zone *zone, struct list_head *head, unsigned int state,
		       unsigned int seen)
{
	struct list_head *entry;
	int length = 0;

	list_for_each(entry, head) {
		struct page *page = list_page(zone, entry);

		check(CHECK_PAGE_STATE, READ_ONCE(page->state) == state,
		      "page %d of zone %d is in a list of state %#x in state %#x",
		      page->number, (int)(zone - zones), state, READ_ONCE(page->state));
		check(CHECK_LINKS, ++length <= zone->nr_pages, "a list is endless");
		if (seen)
			page->seen = seen;
	}

	return length;
}

static int instance_length(struct zone *zone, struct pcplists *lists, unsigned int seen)
{
	unsigned int state = page_state(PAGE_ON_PCP, instance_of(lists)->cpu);
	int i, length = 0;

	for (i = 0; i < NR_PCP_LISTS; i++)
		length += list_length(zone, &lists->lists[i], state, seen);

	check(CHECK_COUNT, lists->count == length, "CPU %u: the count is %d, the lists hold %d",
	      instance_of(lists)->cpu, lists->count, length);
	return length;
}

void audit_count(struct zone *zone, struct pcplists *lists)
{
	instance_length(zone, lists, 0);
}

void audit_idle(void)
{
	struct zone *zone;
	unsigned int cpu;

	for_each_zone(zone)
		for (cpu = 0; cpu < nr_cpus; cpu++)
			check(CHECK_IDLE_EMPTY, pcplists_empty(zone->pageset[cpu].drain),
			      "the idle instance of CPU %u has pages", cpu);
}

static int audit_zone(struct zone *zone, unsigned int seen)
{
	int i, free = 0, used = 0;
	unsigned int cpu;

	for (i = 0; i < MIGRATE_PCPTYPES; i++)
		free += list_length(zone, &zone->free_list[i], page_state(PAGE_FREE, 0), seen);
	check(CHECK_COUNT, free == zone->nr_free, "%d pages free, the lists hold %d",
	      zone->nr_free, free);

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		struct per_cpu_pages *pcp = &zone->pageset[cpu];
		int length = instance_length(zone, rcu_dereference_protected(pcp->lp, true), seen);

		if (zone->disabled)
			check(CHECK_DISABLED, !length, "%d pages left on CPU %u", length, cpu);
		if (!cpu_online[cpu])
			check(CHECK_DEAD, !length, "%d pages left on CPU %u", length, cpu);
	}

	for (i = 0; i < zone->nr_pages; i++) {
		struct page *page = &zone->pages[i];

		if (page->seen == seen)
			continue;
		check(CHECK_PAGE_LOST, page->state >> 16 == PAGE_USED,
		      "page %d of zone %d is in no list, in state %#x",
		      i, (int)(zone - zones), page->state);
		used++;
	}

	return used;
}

void audit(int nr_used)
{
	static unsigned int seen;
	struct zone *zone;
	int used = 0;

	pthread_mutex_lock(&pcpu_drain_mutex);
	audit_idle();
	seen++;
	for_each_zone(zone) {
		pthread_mutex_lock(&zone->lock);
		used += audit_zone(zone, seen);
		pthread_mutex_unlock(&zone->lock);
	}
	pthread_mutex_unlock(&pcpu_drain_mutex);

	check(CHECK_PAGE_LOST, used == nr_used, "%d pages are allocated, the CPUs have %d",
	      used, nr_used);
}
