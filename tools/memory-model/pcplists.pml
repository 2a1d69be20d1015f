// SPDX-License-Identifier: GPL-2.0
/*
 * The exchange of per-cpu page lists, v5.10 and v5.15, for spin
 *
 * CPUs allocate and free pages, drainers exchange the CPUs' lists, wait until
 * nobody uses the old ones and free them, a CPU is removed and comes back.
 * What is checked:
 *
 *  - nothing is ever put where it is already, and in the end every page is in
 *    exactly one place
 *  - who empties an instance is alone with it
 *  - an idle instance is empty
 *  - while zone_pcp_disable() is in effect no page stays on a list
 *  - everything ends: no deadlock and, with weak fairness, no cycle
 *
 * Memory is sequentially consistent here, the litmus tests look after the rest.
 * What is done in a critical section is not atomic: a list is read and written
 * in steps of their own.
 *
 * NCPU, NDRAIN, NPAGES and ROUNDS (drains per drainer) say how large it is.
 * Each BUG_ macro takes away one thing that the design depends on, and spin has
 * to notice.
 */
#ifndef NCPU
#define NCPU	2
#endif
#ifndef NDRAIN
#define NDRAIN	1
#endif
#ifndef NPAGES
#define NPAGES	2
#endif
#ifndef ROUNDS
#define ROUNDS	2
#endif

#define BIT(n)		(1 << (n))
#define ALL_PAGES	(BIT(NPAGES) - 1)
#define ALL_CPUS	(BIT(NCPU) - 1)
#define LOWEST(set)	((set) & -(set))
#define INST(c, k)	(2 * (c) + (k))
#define HOTPLUG		NCPU		/* a context that is not a CPU's own */
#define VICTIM		(NCPU - 1)	/* the CPU that is removed */

/* The buddy allocator and the lists, as sets of pages */
byte buddy = ALL_PAGES;
byte list[2 * NCPU];

/* struct per_cpu_pages: which instance is in use and which one is idle */
bit lp[NCPU];
bit drain[NCPU] = 1;
bool keep = true;	/* pcp->high and pcp->batch are not 0 and 1 */

bool zone_lock;		/* held for longer than one step, that is */
bool pcpu_drain_mutex;
bool pcp_batch_high_lock;
bool cpu_hotplug_lock;
byte pcpu_drain_seq;
byte pcpu_drain_wait;	/* the drainers that sleep there */

byte online = ALL_CPUS;
byte dying;
byte dead;
byte preempt_off;	/* the drainers in whose way no CPU can go offline */

/*
 * The contexts that are in a critical section, and for each drainer the CPUs
 * that have not taken its interrupt yet, since they are.  The CPUs in an extended
 * quiescent state, and for each drainer those that were not since its snapshot.
 */
byte reading;
byte waited_for[NDRAIN];
byte in_eqs;
byte not_eqs[NDRAIN];

/* Not in the kernel: who uses an instance, the state of things */
byte users[2 * NCPU];
bool disabled;		/* zone_pcp_disable() has returned */
byte ended;		/* drainers and the hotplug thread, later the CPUs */
#define NTHREADS	(NDRAIN + 1)

#if NDRAIN == 1
#define CLEAR_ALL(set, bits)	set[0] = set[0] & ~(bits)
#else
#define CLEAR_ALL(set, bits)	set[0] = set[0] & ~(bits); \
				set[1] = set[1] & ~(bits)
#endif

/* Interrupts off, and the lists */
inline lock_lists(ctx, owner)
{
	d_step {
		reading = reading | BIT(ctx);
#ifdef BUG_STALE_LP
		if
		:: !loaded -> i = INST(owner, lp[owner]); loaded = true
		:: else
		fi;
#else
		i = INST(owner, lp[owner]);
#endif
		users[i]++
	}
}

inline unlock_lists(ctx)
{
	d_step {
		assert(!disabled || !list[i]);
		users[i]--;
#ifndef BUG_STALE_LP
		i = 0;
#endif
		pages = 0;
		reading = reading & ~BIT(ctx);
		CLEAR_ALL(waited_for, BIT(ctx))
	}
}

/*
 * Who is offline since its lists were exchanged is in no critical section of
 * before, and one that it is in now is nobody's business.
 */
inline interrupt_cpus(d, set)
{
	preempt_off++;
	waited_for[d] = reading & (set) & online;
	waited_for[d] == 0;
	preempt_off--
}

/* zone->lock is free whenever it can be taken: these are single steps */
inline put_buddy(set)
{
	atomic {
		!zone_lock;
		assert(!(buddy & (set)));
		buddy = buddy | (set)
	}
}

inline get_buddy(several)
{
	atomic {
		!zone_lock;
		pages = LOWEST(buddy);
		if
		:: several -> pages = pages | LOWEST(buddy & ~pages)
		:: else
		fi;
		buddy = buddy & ~pages
	}
}

proctype cpu(byte c)
{
	byte i, pages, page;
	bool kept;
#ifdef BUG_STALE_LP
	bool loaded;
#endif

	do
	/* rmqueue_pcplist() */
	:: !page && !(dying & BIT(c)) && ended < NTHREADS ->
		lock_lists(c, c);
		pages = list[i];
		if
		:: !pages ->
			kept = keep;
			get_buddy(kept);
			kept = false
		:: else
		fi;
		page = LOWEST(pages);
		list[i] = pages & ~page;
		unlock_lists(c)

	/* free_unref_page_commit() */
	:: page ->
		lock_lists(c, c);
		pages = list[i];
		assert(!(pages & page));
		pages = pages | page;
		list[i] = pages;
		page = 0;
		kept = keep;
		if
		:: !kept || (pages & (pages - 1)) ->
			kept = false;
			page = LOWEST(pages);
			list[i] = pages & ~page;
			put_buddy(page);
			page = 0
		:: else -> kept = false
		fi;
		unlock_lists(c)

	/* Idle, or in user space on a nohz_full CPU */
	:: !page && !(dying & BIT(c)) && ended < NTHREADS ->
		d_step {
			in_eqs = in_eqs | BIT(c);
			CLEAR_ALL(not_eqs, BIT(c))
		}
		in_eqs = in_eqs & ~BIT(c)

	/*
	 * Offline it can still free pages, but soon it is dead.  Whether its
	 * counter then says EQS depends on the kernel; if so, it is not waited
	 * for.
	 */
	:: atomic {
		(dying & online & BIT(c)) && !preempt_off ->
		online = online & ~BIT(c)
	}
	:: !page && (dying & ~online & BIT(c)) ->
		d_step {
			dead = dead | BIT(c);
			in_eqs = in_eqs | BIT(c);
			CLEAR_ALL(not_eqs, BIT(c))
		}
		!(dead & BIT(c));
		d_step {
			in_eqs = in_eqs & ~BIT(c);
			online = online | BIT(c)
		}

	:: !page && ended >= NTHREADS ->
		break
	od;
	ended++
}

inline drain_lock()
{
#ifndef BUG_NO_MUTEX
	atomic { !pcpu_drain_mutex -> pcpu_drain_mutex = true }
#endif
	skip
}

/* Also wakes those who wait for the mutex without queueing on it */
inline drain_unlock()
{
	pcpu_drain_mutex = false;
	pcpu_drain_wait = 0
}

/*
 * pcpu_drain_lock_or_wait().  In the kernel this gives up after a second or on
 * a fatal signal.  Here it does not, so that a lost wake-up cannot hide.
 */
inline drain_lock_or_wait(d)
{
	if
	:: atomic { !pcpu_drain_mutex -> pcpu_drain_mutex = true };
		locked = true
	:: pcpu_drain_mutex ->
		seq = pcpu_drain_seq;
		/* wait_event() */
		do
		:: pcpu_drain_wait = pcpu_drain_wait | BIT(d);
			if
			:: pcpu_drain_seq != seq || !pcpu_drain_mutex -> break
			:: else -> !(pcpu_drain_wait & BIT(d))
			fi
		od;
		pcpu_drain_wait = pcpu_drain_wait & ~BIT(d);
		/* Once more after a drain of one zone, not after one of all */
		if
		:: atomic { !pcpu_drain_mutex -> pcpu_drain_mutex = true };
			locked = true
		:: skip
		fi
	fi;
	seq = 0
}

inline exchange_pcplists()
{
#ifndef BUG_PREEMPTED
	preempt_off++;
#endif
	do
	:: c == NCPU -> break
	:: c < NCPU ->
		if
		:: (online & BIT(c)) && list[INST(c, lp[c])] ->
			/* pcplists_exchange() */
			k = drain[c];
			assert(!list[INST(c, k)] && !users[INST(c, k)]);
			atomic { lp[c] = k; k = 1 - k };
			drain[c] = k;
			cpus = cpus | BIT(c)
		:: else
		fi;
		c++
	od;
#ifndef BUG_PREEMPTED
	preempt_off--;
#endif
	atomic { c = 0; k = 0 }
}

/*
 * The time that the kernel has for CPUs to get to an extended quiescent state
 * is whatever happens to go by here between the two looks at not_eqs.
 */
inline quiesce_pcplists(d)
{
#ifndef BUG_EQS_FIRST
	not_eqs[d] = cpus & ~in_eqs;
#endif
	if
	:: not_eqs[d] & cpus ->
#ifndef BUG_NO_GP
		interrupt_cpus(d, not_eqs[d] & cpus)
#endif
	:: else
	fi;
	not_eqs[d] = 0
}

inline free_exchanged_pcplists()
{
	do
	:: c == NCPU -> break
	:: c < NCPU && !(cpus & BIT(c)) -> c++
	:: c < NCPU && (cpus & BIT(c)) ->
		i = INST(c, drain[c]);
		do
		:: list[i] ->
			assert(!users[i]);
			pages = list[i];
			list[i] = pages & ~LOWEST(pages);
#ifdef BUG_PAGE_DROPPED
			/* One that bulkfree_pcp_prepare() does not like, say */
			if
			:: put_buddy(LOWEST(pages))
			:: skip
			fi
#else
			put_buddy(LOWEST(pages))
#endif
		:: !list[i] -> break
		od;
		c++
	od;
	atomic { c = 0; i = 0; pages = 0; cpus = 0 }
}

#define ZONE	0	/* drain_all_pages(zone) */
#define ALL	1	/* drain_all_pages(NULL), direct reclaim */
#define DISABLE	2	/* zone_pcp_disable(), memory hot-remove */

proctype drainer(byte d)
{
	byte rounds, kind, seq, c, i, pages, cpus;
	bit k;
	bool locked;

	do
	:: rounds < ROUNDS ->
		if
		:: kind = ZONE
		:: kind = ALL
		:: kind = DISABLE
		fi;

		if
		:: kind == DISABLE ->
			atomic { !cpu_hotplug_lock -> cpu_hotplug_lock = true };
			atomic { !pcp_batch_high_lock -> pcp_batch_high_lock = true };
			keep = false;
#ifndef BUG_NO_EXTRA_GP
			interrupt_cpus(d, ALL_CPUS)
#endif
		:: else
		fi;

		if
		:: kind == ALL -> drain_lock_or_wait(d)
		:: else -> drain_lock(); locked = true
		fi;

		if
		:: locked ->
#ifdef BUG_LOCK_ORDER
			/* cpus_read_lock() */
			if
			:: kind != DISABLE -> !cpu_hotplug_lock
			:: else
			fi;
#endif
#ifdef BUG_EQS_FIRST
			not_eqs[d] = ALL_CPUS & ~in_eqs;
#endif
			exchange_pcplists();
#ifdef BUG_GP_UNDER_LOCK
			atomic { !zone_lock -> zone_lock = true };
			quiesce_pcplists(d);
			zone_lock = false;
#else
			quiesce_pcplists(d);
#endif
			free_exchanged_pcplists();
			pcpu_drain_seq++;
			drain_unlock();
			locked = false
		:: else
		fi;

		if
		:: kind == DISABLE ->
			disabled = true;
			/* Pages get isolated here */
			disabled = false;
			keep = true;
			pcp_batch_high_lock = false;
			cpu_hotplug_lock = false
		:: else
		fi;
		atomic { kind = 0; rounds++ }

	:: rounds == ROUNDS -> break
	od;
	ended++
}

/* _cpu_down() and page_alloc_cpu_dead(), then _cpu_up() */
proctype hotplug()
{
	byte i, pages;
#ifdef BUG_STALE_LP
	bool loaded;
#endif

	atomic { !cpu_hotplug_lock -> cpu_hotplug_lock = true };
	dying = BIT(VICTIM);
	dead & BIT(VICTIM);

#ifndef BUG_DEAD_NO_MUTEX
	drain_lock();
#endif
	lock_lists(HOTPLUG, VICTIM);
	do
	:: list[i] ->
		pages = list[i];
		list[i] = pages & ~LOWEST(pages);
		put_buddy(LOWEST(pages))
	:: !list[i] -> break
	od;
	unlock_lists(HOTPLUG);
	assert(!list[INST(VICTIM, 0)] && !list[INST(VICTIM, 1)]);
#ifdef BUG_LOST_WAKEUP
	pcpu_drain_mutex = false;
#elif !defined(BUG_DEAD_NO_MUTEX)
	drain_unlock();
#endif

	atomic { dying = 0; dead = 0 };
	online & BIT(VICTIM);
	cpu_hotplug_lock = false;
	ended++
}

init
{
	byte n, pages = 0;

	atomic {
		for (n : 0 .. NCPU - 1) {
			run cpu(n)
		}
		for (n : 0 .. NDRAIN - 1) {
			run drainer(n)
		}
		run hotplug()
	}

	/* All have come to an end: count the pages */
	ended == NTHREADS + NCPU;
	d_step {
		pages = buddy;
		for (n : 0 .. 2 * NCPU - 1) {
			assert(!(pages & list[n]));
			pages = pages | list[n]
		}
		assert(pages == ALL_PAGES)
	}
}
