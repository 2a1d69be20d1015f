/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Chance, of its own in every thread.
 */
#ifndef _CHANCE_H
#define _CHANCE_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

extern _Thread_local uint64_t chance_state;

/**
 * chance_seed - choose a thread's sequence
 * @seed: the run's seed
 * @thread: which of its threads this is
 *
 * Context: A thread, before anything else in this file.
 */
static inline void chance_seed(unsigned int seed, unsigned int thread)
{
	chance_state = (seed + 1ULL) * 0x9e3779b97f4a7c15;
	chance_state ^= (thread + 1ULL) << 32;
	/* It would stay at 0. */
	chance_state |= 1;
}

/**
 * below - choose a number
 * @n: how many there are to choose from
 *
 * Context: Any thread.
 * Return: one of 0 to @n - 1.
 */
static inline unsigned int below(unsigned int n)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return (chance_state >> 32) * n >> 32;
}

/**
 * one_in - be true now and then
 * @n: how rarely
 *
 * Context: Any thread.
 * Return: true once in @n calls.
 */
static inline bool one_in(unsigned int n)
{
	return !below(n);
}

/**
 * dawdle - lose some time, now and then
 *
 * Widens the windows that races need.  Yielding is what makes the difference
 * where there are more threads than CPUs.
 *
 * Context: Any thread.
 */
static inline void dawdle(void)
{
	if (one_in(64))
		for (volatile unsigned int i = below(2000); i; i--)
			;
	if (one_in(1024))
		sched_yield();
}

/**
 * rest - sleep for some time
 * @us: less than so many microseconds
 *
 * Context: Any thread that nobody waits for.
 */
static inline void rest(unsigned int us)
{
	usleep(below(us));
}

#endif /* _CHANCE_H */
