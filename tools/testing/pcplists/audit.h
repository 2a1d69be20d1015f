/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Book-keeping of pages: where each of them is, and whether that adds up.
 */
#ifndef _AUDIT_H
#define _AUDIT_H

#include "zone.h"

/**
 * page_state - the state of a page
 * @where: where it is
 * @cpu: whose it is there, 0 for PAGE_FREE
 *
 * Context: Any.
 * Return: the state.
 */
static inline unsigned int page_state(enum where where, unsigned int cpu)
{
	return where << 16 | cpu;
}

/**
 * page_moves - note that a page changes hands
 * @page: the page
 * @from: the state that it must be in
 * @to: the state that it is in now
 *
 * Context: Any, the caller has the page.
 */
void page_moves(struct page *page, unsigned int from, unsigned int to);

/**
 * list_page - the page that a list entry is in
 * @zone: the zone that has to have the page
 * @entry: the list entry
 *
 * Context: Any.
 * Return: the page; there is no return if it is none.
 */
struct page *list_page(struct zone *zone, struct list_head *entry);

/**
 * instance_of - the instance around a pointer that the header deals with
 * @lists: that pointer
 *
 * Context: Any.
 * Return: the instance.
 */
static inline struct instance *instance_of(struct pcplists *lists)
{
	return container_of(lists, struct instance, lists);
}

/**
 * instance_changes_hands - note who may touch an instance
 * @lists: the instance
 * @from: the owner that it must have
 * @to: the owner that it has now
 *
 * Adds no ordering, so that it sees what is wrong with that of the exchange.
 *
 * Context: Any.
 */
void instance_changes_hands(struct pcplists *lists, enum owner from, enum owner to);

/**
 * audit_count - compare count and length of an instance
 * @zone: the zone that it belongs to
 * @lists: the instance
 *
 * Context: The caller owns it.
 */
void audit_count(struct zone *zone, struct pcplists *lists);

/**
 * audit_idle - see whether all idle instances are empty
 *
 * Context: The caller holds pcpu_drain_mutex and has exchanged nothing yet.
 */
void audit_idle(void);

/**
 * audit - look for every single page
 * @nr_used: how many the CPUs have allocated, in all zones together
 *
 * Context: All CPUs' threads are parked.
 */
void audit(int nr_used);

#endif /* _AUDIT_H */
