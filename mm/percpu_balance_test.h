/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the KUnit suite of percpu's balance work needs of mm/percpu.c
 */
#ifndef _MM_PERCPU_BALANCE_TEST_H
#define _MM_PERCPU_BALANCE_TEST_H

#include <linux/types.h>

/**
 * struct percpu_balance_state - what the work is for, at one moment
 * @populated_pages: pages of every CPU that chunks are populated with
 * @empty_pages: of those, how many nothing is allocated in
 * @atomic_failed: has an allocation failed that could not sleep, since the work ran?
 * @busy: is the work queued, or running?
 * @low: with fewer empty pages than these the work is queued
 * @high: how many it leaves
 */
struct percpu_balance_state {
	unsigned long populated_pages;
	int empty_pages;
	bool atomic_failed;
	bool busy;
	int low;
	int high;
};

/**
 * percpu_balance_state - look at all of that
 * @state: where it goes
 *
 * Context: Process context.
 */
void percpu_balance_state(struct percpu_balance_state *state);

/**
 * percpu_balance_hold - keep everybody from populating and giving back
 *
 * Neither the work nor an allocation that may sleep gets anywhere until
 * percpu_balance_release().
 *
 * Context: Process context, may sleep; takes pcpu_alloc_mutex.
 */
void percpu_balance_hold(void);

/**
 * percpu_balance_release - let them go on
 *
 * Context: Process context; releases pcpu_alloc_mutex.
 */
void percpu_balance_release(void);

/**
 * percpu_balance_flush - wait until what was queued has run
 *
 * Context: Process context, may sleep; without percpu_balance_hold().
 */
void percpu_balance_flush(void);

/**
 * percpu_balance_chunk_pages - how large chunks are
 *
 * Return: pages of every CPU in a chunk.
 */
int percpu_balance_chunk_pages(void);

#endif /* _MM_PERCPU_BALANCE_TEST_H */
