/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's RCU on top of liburcu.
 *
 * The flavour is chosen when this is compiled.  QSBR comes closest to what
 * the kernel has: a critical section costs nothing but announcing its end,
 * as turning interrupts on is a quiescent state.  With -DRCU_MEMB the sections
 * are delimited by real locks and the rest is the same.
 *
 * liburcu 0.13 is not instrumented, so the thread sanitizer has to be told
 * that what came before the end of a section comes before whatever follows a
 * grace period.  It is told nothing about the opposite direction, from a
 * drainer to the next section: that is the release store's job alone.
 */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/mmdebug.h>

#ifdef RCU_MEMB
#include <urcu/urcu-memb.h>
#define URCU(name)	urcu_memb_ ## name
#else
#include <urcu/urcu-qsbr.h>
#define URCU(name)	urcu_qsbr_ ## name
#endif

#ifdef RCU_TSAN
#include <sanitizer/tsan_interface.h>
#define rcu_tsan_section_ends()		__tsan_release(&rcu_tsan)
#define rcu_tsan_grace_period_ends()	__tsan_acquire(&rcu_tsan)
/* The sanitizer does not know of address dependencies. */
#define RCU_DEREFERENCE_ORDER		__ATOMIC_ACQUIRE
#else
#define rcu_tsan_section_ends()		((void)0)
#define rcu_tsan_grace_period_ends()	((void)0)
#define RCU_DEREFERENCE_ORDER		__ATOMIC_RELAXED
#endif

#ifdef CONFIG_PROVE_RCU
#define rcu_lockdep_section(in)		(rcu_in_section = (in))
#else
#define rcu_lockdep_section(in)		((void)0)
#endif

extern char rcu_tsan;

/* Publish pointers without ordering: a bug, to be seen to be noticed. */
extern bool rcu_assign_relaxed;

/* Grace periods that this thread waited for. */
extern _Thread_local unsigned long rcu_grace_periods;

/* Whether this thread is in a critical section, with CONFIG_PROVE_RCU. */
extern _Thread_local bool rcu_in_section;

/**
 * rcu_read_lock_sched - begin a critical section, interrupts go off
 *
 * Context: A thread between rcu_cpu_starting() and rcu_report_dead().
 */
static inline void rcu_read_lock_sched(void)
{
	URCU(read_lock)();
	rcu_lockdep_section(true);
}

/**
 * rcu_read_unlock_sched - end a critical section, interrupts go on
 *
 * Context: The thread that began it.
 */
static inline void rcu_read_unlock_sched(void)
{
	rcu_lockdep_section(false);
	rcu_tsan_section_ends();
	URCU(read_unlock)();
	URCU(quiescent_state)();
}

/**
 * rcu_read_lock_sched_held - is this thread in a critical section?
 *
 * Context: Any, with CONFIG_PROVE_RCU.
 * Return: true if so.
 */
static inline bool rcu_read_lock_sched_held(void)
{
	return rcu_in_section;
}

/**
 * rcu_cpu_starting - make RCU watch this thread
 *
 * Context: A thread, once, before its first critical section.
 */
static inline void rcu_cpu_starting(void)
{
	URCU(register_thread)();
}

/**
 * rcu_report_dead - end what rcu_cpu_starting() began
 *
 * Context: The same thread, after its last critical section.
 */
static inline void rcu_report_dead(void)
{
	URCU(unregister_thread)();
}

/**
 * rcu_idle_enter - make RCU stop waiting for this thread
 *
 * What a context switch does in the kernel, to be called before sleeping.
 *
 * Context: Outside critical sections.
 */
static inline void rcu_idle_enter(void)
{
	URCU(thread_offline)();
}

/**
 * rcu_idle_exit - end what rcu_idle_enter() began
 *
 * Context: The same thread.
 */
static inline void rcu_idle_exit(void)
{
	URCU(thread_online)();
}

/**
 * synchronize_rcu - wait until every critical section that has begun has ended
 *
 * Context: May sleep.  Outside critical sections.
 */
void synchronize_rcu(void);

#define rcu_dereference_check(p, c)					\
({									\
	vm_warn_on(!(c), __FILE__, __LINE__, "suspicious RCU usage: " #c); \
	__atomic_load_n(&(p), RCU_DEREFERENCE_ORDER);			\
})

#define rcu_dereference_protected(p, c)					\
({									\
	vm_warn_on(!(c), __FILE__, __LINE__, "suspicious RCU usage: " #c); \
	READ_ONCE(p);							\
})

#define RCU_INIT_POINTER(p, v)	WRITE_ONCE(p, v)

/* liburcu's own is a function that the thread sanitizer cannot look into. */
#undef rcu_assign_pointer
#define rcu_assign_pointer(p, v)					\
do {									\
	if (rcu_assign_relaxed)						\
		WRITE_ONCE(p, v);					\
	else								\
		smp_store_release(&(p), v);				\
} while (0)

#define rcu_replace_pointer(rcu_ptr, ptr, c)				\
({									\
	typeof(ptr) __old = rcu_dereference_protected(rcu_ptr, c);	\
									\
	rcu_assign_pointer(rcu_ptr, ptr);				\
	__old;								\
})

#endif /* _LINUX_RCUPDATE_H */
