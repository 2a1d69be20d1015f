/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules that measure drains share. */
#ifndef _BENCH_H
#define _BENCH_H

#include <linux/kprobes.h>
#include <linux/types.h>

struct zone;

/**
 * find_function - where a function is that is not for modules
 * @name: the function
 *
 * Kprobes know.
 *
 * Context: Process context, may sleep.
 * Return: its address, or NULL.
 */
static inline void *find_function(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	void *addr;

	if (register_kprobe(&probe))
		return NULL;
	addr = probe.addr;
	unregister_kprobe(&probe);
	return addr;
}

/**
 * find_drain_all_pages - where drain_all_pages() is
 *
 * Context: Process context, may sleep.
 * Return: the function, or NULL.
 */
static inline void (*find_drain_all_pages(void))(struct zone *zone)
{
	return find_function("drain_all_pages");
}

/**
 * compare_u64 - the order of two u64, for sort()
 * @a: the one
 * @b: the other
 *
 * Context: Any.
 * Return: less than, equal to or more than 0 as *@a is to *@b.
 */
static inline int compare_u64(const void *a, const void *b)
{
	u64 x = *(u64 *)a, y = *(u64 *)b;

	return x < y ? -1 : x > y;
}

#endif /* _BENCH_H */
