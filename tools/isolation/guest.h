/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that run inside the guest have in common.
 */
#ifndef GUEST_H
#define GUEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/**
 * pin_to - run on one CPU only
 * @cpu: its number
 *
 * Context: Exits with a message where that is not possible.
 */
static inline void pin_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "cannot run on CPU %d", cpu);
}

/**
 * make_fifo - become a SCHED_FIFO task
 * @priority: 1 to 99
 *
 * Context: Exits with a message where that is not possible.
 */
static inline void make_fifo(int priority)
{
	struct sched_param param = { .sched_priority = priority };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		err(1, "cannot become SCHED_FIFO %d", priority);
}

/**
 * new_pages - map private anonymous memory, not touched yet
 * @bytes: how much
 *
 * Return: the mapping; exits with a message where there is none to be had.
 */
static inline char *new_pages(size_t bytes)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap of %zu bytes", bytes);
	return p;
}

/**
 * touch - write to every page of a mapping
 * @p: the mapping
 * @bytes: its length
 */
static inline void touch(char *p, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i += 4096)
		*(volatile char *)(p + i) = 1;
}

/**
 * seconds - monotonic time
 *
 * Return: seconds since boot.
 */
static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

#endif /* GUEST_H */
