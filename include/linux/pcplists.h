/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exchangeable per-cpu page lists
 *
 * A CPU keeps free pages in an instance of struct pcplists that it reaches
 * through a pointer, 'lp'.  Beside it waits a second instance, idle and empty,
 * behind a pointer that only drainers look at, 'drain'.  To take a CPU's pages
 * away without its help a drainer
 *
 *	1. exchanges the two pointers		pcplists_exchange()
 *	2. waits for users of the old instance	pcplists_quiesce()
 *	3. frees what the old instance holds
 *	4. leaves it as the next idle one	pcplists_retire()
 *
 * and the CPU notices nothing but that its lists are empty.  Drainers exclude
 * each other with a mutex.  How a CPU protects its own accesses is up to the
 * page allocator of the day, and decides what step 2 is:
 *
 *  - Where the local side only masks interrupts, or takes a local_lock, it is
 *    an RCU reader and step 2 is a grace period, or what is as good for the
 *    CPUs in question, once for any number of exchanged instances.
 *  - Where the local side takes a spinlock that drainers can take as well, the
 *    exchange is made under that lock, the unlock hands the old instance over
 *    and there is no step 2.
 *
 * Fields outside the instance, like pcp->high, are not ordered by any of this:
 * only what lies in struct pcplists depends on the pointer that was loaded.
 *
 * The includer provides NR_PCP_LISTS.
 */
#ifndef _LINUX_PCPLISTS_H
#define _LINUX_PCPLISTS_H

#include <linux/list.h>
#include <linux/mmdebug.h>
#include <linux/rcupdate.h>

/**
 * struct pcplists - one instance of a CPU's page lists
 * @count: number of pages in all of @lists together
 * @lists: the pages, by order and migratetype as the page allocator likes
 *
 * Everything that has to agree with what is in the lists is in here, so that
 * exchanging a pointer exchanges all of it.
 */
struct pcplists {
	int count;
	struct list_head lists[NR_PCP_LISTS];
};

/**
 * pcplists_init - initialise an instance
 * @lists: the instance
 *
 * Makes @lists empty.
 *
 * Context: Any, before anybody else can reach @lists.
 */
static inline void pcplists_init(struct pcplists *lists)
{
	int i;

	lists->count = 0;
	for (i = 0; i < NR_PCP_LISTS; i++)
		INIT_LIST_HEAD(&lists->lists[i]);
}

/**
 * pcplists_empty - does an instance hold no pages?
 * @lists: the instance
 *
 * Looks at the lists as well as at the count, so it also tells when the two
 * disagree.
 *
 * Context: Any; the caller is the only one who can reach @lists.
 * Return: true if the count is 0 and every list is empty.
 */
static inline bool pcplists_empty(const struct pcplists *lists)
{
	int i;

	for (i = 0; i < NR_PCP_LISTS; i++)
		if (!list_empty(&lists->lists[i]))
			return false;

	return !lists->count;
}

/**
 * pcplists_local - the instance that a CPU uses now
 * @lp: the pointer as it stands in the owner's structure, not its address
 * @c: lockdep expression that is true where a drainer waits for the caller:
 *     interrupts off or a local_lock held, or the lock of the exchange held
 *
 * Load it once for each thing that is done to the lists.  Where an exchange needs
 * no lock of the owner's, to load it again in the same critical section may give
 * the other instance, and both are valid until the section ends.  Past that, when
 * a lock was dropped and retaken, or after a migration, an instance that was kept
 * belongs to somebody else.
 *
 * Context: On the CPU that owns the lists, in a critical section that @c
 *	    describes and that ends before pcplists_quiesce() returns, or under
 *	    the lock of the exchange.
 * Return: the instance.
 */
#define pcplists_local(lp, c)	rcu_dereference_check(lp, c)

/**
 * pcplists_exchange - put the idle instance to use
 * @lp: the pointer to the instance in use
 * @drain: the pointer to the idle instance, which is empty
 *
 * On return new critical sections of the CPU find the empty instance behind
 * @lp, while the one it used so far is behind @drain.  Sections that began
 * earlier may go on using that one until pcplists_quiesce() returns.
 *
 * Initialisation of the idle instance and whatever a previous drain did to it
 * is visible to whoever loads the new @lp.
 *
 * Context: Any.  Caller excludes other drainers of these lists and holds the
 *	    lock of the exchange, if there is one.
 */
static inline void pcplists_exchange(struct pcplists __rcu **lp,
				     struct pcplists **drain)
{
	VM_WARN_ON_ONCE(!pcplists_empty(*drain));
	*drain = rcu_replace_pointer(*lp, *drain, true);
}

/**
 * pcplists_quiesce - wait until exchanged instances are the drainer's alone
 *
 * One call covers every instance exchanged before it.  It is what always works;
 * a drainer that knows of each CPU that it has left, since the exchange, every
 * critical section of before, has no need to call it.
 *
 * Not an expedited grace period: that one sends IPIs to CPUs in the kernel,
 * isolated or not, whether or not lists of theirs were exchanged.
 *
 * Context: Process context, may sleep.  The caller holds nothing that a
 *	    critical section may wait for, and is not in one.
 */
static inline void pcplists_quiesce(void)
{
	synchronize_rcu();
}

/**
 * pcplists_retire - keep a drained instance as the idle one
 * @lists: the instance, private to the caller and out of pages
 *
 * Nothing is left to do to an instance that was emptied page by page; this is
 * where a page that got lost, or a count that went wrong, is noticed.
 *
 * Context: Any.  Caller excludes other drainers of these lists.
 */
static inline void pcplists_retire(struct pcplists *lists)
{
	VM_WARN_ON_ONCE(!pcplists_empty(lists));
}

#endif /* _LINUX_PCPLISTS_H */
