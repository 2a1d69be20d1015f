/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's words for plain C, as far as they are needed.
 *
 * The kernel makes READ_ONCE() and friends of volatile accesses.  They are
 * relaxed atomics here, which compile to the same instructions and are what
 * the thread sanitizer understands.
 */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#include <stdbool.h>
#include <stddef.h>

#define __rcu

#define READ_ONCE(x)			__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, val)		__atomic_store_n(&(x), val, __ATOMIC_RELAXED)
#define xchg_relaxed(p, val)		__atomic_exchange_n(p, val, __ATOMIC_RELAXED)
#define add_return_relaxed(p, val)	__atomic_add_fetch(p, val, __ATOMIC_RELAXED)
#define smp_load_acquire(p)		__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, val)	__atomic_store_n(p, val, __ATOMIC_RELEASE)

#define min(a, b)			((a) < (b) ? (a) : (b))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#endif /* _LINUX_COMPILER_H */
