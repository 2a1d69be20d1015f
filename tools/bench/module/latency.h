/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules have in common that time drains of all CPUs. */
#ifndef _LATENCY_H
#define _LATENCY_H

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sort.h>

#include "bench.h"

static int rounds = 200;
module_param(rounds, int, 0444);
MODULE_PARM_DESC(rounds, "how many drains to time, up to 1000");

static char *state = "unknown";
module_param(state, charp, 0444);
MODULE_PARM_DESC(state, "what the other CPUs are doing, for the result line");

static u64 took[1000];

/* What insns.c counts from and to: a function that nobody else calls */
static void mark(void)
{
	int_pow(0, 1);
}

/**
 * time_drains - time as many drains as were asked for, and print the result line
 * @fill: leaves something to drain on every CPU, returns 0 or an error
 * @drain: drains all of them
 *
 * Context: Process context, may sleep.
 * Return: 0, -EINVAL for an impossible number of rounds, or what @fill returned.
 */
static int time_drains(int (*fill)(void), void (*drain)(void))
{
	int i;

	if (rounds < 1 || rounds > ARRAY_SIZE(took))
		return -EINVAL;

	for (i = 0; i < rounds; i++) {
		ktime_t start;
		int err;

		err = fill();
		if (err)
			return err;
		/* Give them time to get back to what they were doing. */
		usleep_range(3000, 5000);

		mark();
		start = ktime_get();
		drain();
		took[i] = ktime_get() - start;
		mark();
	}

	sort(took, rounds, sizeof(took[0]), compare_u64, NULL);
	pr_alert("data bench=drain state=%s rounds=%d p50=%llu p90=%llu max=%llu\n",
		 state, rounds, took[rounds / 2], took[rounds * 9 / 10], took[rounds - 1]);
	return 0;
}

#endif /* _LATENCY_H */
