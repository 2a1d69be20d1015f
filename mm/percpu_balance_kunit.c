// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the work that keeps percpu memory populated: when it is queued, what
 * it leaves behind, and on which CPU it runs.
 *
 * The rest of the system allocates percpu memory as well, and needs the same work:
 * what it can spoil is tried more than once.
 */
#include <kunit/test.h>
#include <linux/cpu.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched/isolation.h>
#include <linux/workqueue.h>

#include "percpu_balance_test.h"

#define TRIES		5
/* More than is ever populated and empty at once, in pages of each CPU */
#define MAX_AREAS	4096

/* What a test has allocated.  Each area is a page of its own, on every CPU. */
struct areas {
	void __percpu *area[MAX_AREAS];
	int nr;
};

static bool take_area(struct areas *areas, gfp_t gfp)
{
	void __percpu *area;

	if (areas->nr == MAX_AREAS)
		return false;
	area = __alloc_percpu_gfp(PAGE_SIZE, PAGE_SIZE, gfp | __GFP_NOWARN);
	if (area)
		areas->area[areas->nr++] = area;
	return area;
}

static void free_areas(struct areas *areas)
{
	while (areas->nr)
		free_percpu(areas->area[--areas->nr]);
}

static int percpu_balance_init(struct kunit *test)
{
	struct areas *areas = kvzalloc(sizeof(*areas), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, areas);
	test->priv = areas;
	percpu_balance_flush();
	return 0;
}

static void percpu_balance_exit(struct kunit *test)
{
	if (!test->priv)
		return;
	free_areas(test->priv);
	percpu_balance_flush();
	kvfree(test->priv);
}

/*
 * While nobody can populate anything, take what there is.  Ends with the allocation
 * that fails.
 */
static void exhaust(struct areas *areas)
{
	while (take_area(areas, GFP_NOWAIT))
		;
}

/* Who fails to allocate without sleeping makes that the next one does not. */
static void populates_after_failure(struct kunit *test)
{
	struct percpu_balance_state held, state;
	struct areas *areas = test->priv;
	bool again = false;
	int try;

	for (try = 0; try < TRIES && !again; try++) {
		percpu_balance_hold();
		exhaust(areas);
		percpu_balance_state(&held);
		percpu_balance_release();
		KUNIT_ASSERT_LT(test, areas->nr, MAX_AREAS);
		KUNIT_EXPECT_TRUE(test, held.atomic_failed);
		KUNIT_EXPECT_TRUE(test, held.busy);
		KUNIT_EXPECT_EQ(test, held.empty_pages, 0);

		percpu_balance_flush();
		percpu_balance_state(&state);
		KUNIT_EXPECT_GT(test, state.populated_pages, held.populated_pages);
		again = !state.atomic_failed &&
			state.empty_pages >= state.high &&
			take_area(areas, GFP_NOWAIT);
	}
	KUNIT_EXPECT_TRUE(test, again);
}

/* It is not necessary to fail first: who takes what is meant for others is enough. */
static void populates_below_low(struct kunit *test)
{
	struct percpu_balance_state held, state;
	struct areas *areas = test->priv;
	bool refilled = false;
	int try;

	for (try = 0; try < TRIES && !refilled; try++) {
		percpu_balance_hold();
		do {
			/* Looked at before: the allocation that finds few is the one */
			percpu_balance_state(&held);
		} while (held.empty_pages >= held.low && take_area(areas, GFP_NOWAIT));
		percpu_balance_state(&held);
		percpu_balance_release();
		KUNIT_ASSERT_LT(test, areas->nr, MAX_AREAS);
		KUNIT_EXPECT_LT(test, held.empty_pages, held.low);

		percpu_balance_flush();
		percpu_balance_state(&state);
		/* Failed or not, whoever it was: that is another test */
		refilled = !held.atomic_failed && held.busy &&
			   state.empty_pages >= state.high;
	}
	KUNIT_EXPECT_TRUE(test, refilled);
}

/* As long as there is enough nobody is made to work. */
static void idle_above_low(struct kunit *test)
{
	struct percpu_balance_state state;
	struct areas *areas = test->priv;
	bool quiet = false;
	int try;

	for (try = 0; try < TRIES && !quiet; try++) {
		/* Leaves more than the low watermark, of which one is taken */
		percpu_balance_hold();
		exhaust(areas);
		percpu_balance_release();
		percpu_balance_flush();

		percpu_balance_hold();
		percpu_balance_state(&state);
		if (state.empty_pages > state.low && !state.busy) {
			KUNIT_EXPECT_TRUE(test, take_area(areas, GFP_NOWAIT));
			percpu_balance_state(&state);
			quiet = !state.busy && !state.atomic_failed;
		}
		percpu_balance_release();
	}
	KUNIT_EXPECT_TRUE(test, quiet);
}

/* What is free again is given back, all but some of it. */
static void depopulates(struct kunit *test)
{
	struct percpu_balance_state before, full, after;
	struct areas *areas = test->priv;
	int pages = 3 * percpu_balance_chunk_pages();
	int try;

	pages = min(pages, MAX_AREAS);
	for (try = 0; try < TRIES; try++) {
		percpu_balance_state(&before);
		while (areas->nr < pages && take_area(areas, GFP_KERNEL))
			;
		KUNIT_ASSERT_EQ(test, areas->nr, pages);
		percpu_balance_state(&full);
		KUNIT_EXPECT_GE(test, full.populated_pages, pages);

		free_areas(areas);
		percpu_balance_flush();
		/* The work may have been queued again by the time it ended. */
		percpu_balance_flush();
		percpu_balance_state(&after);
		/* A chunk may stay as it is, see pcpu_balance_free(). */
		if (after.populated_pages + pages / 2 <= full.populated_pages)
			return;
	}
	KUNIT_FAIL(test, "%lu pages were populated, %lu in use, %lu when they were free again",
		   before.populated_pages, full.populated_pages, after.populated_pages);
}

/* ---- where it runs */

static atomic_t runs;
static cpumask_t ran_on;

static int note_cpu(struct kprobe *probe, struct pt_regs *regs)
{
	cpumask_set_cpu(raw_smp_processor_id(), &ran_on);
	atomic_inc(&runs);
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "pcpu_balance_workfn",
	.pre_handler = note_cpu,
};

static long exhaust_here(void *areas)
{
	exhaust(areas);
	return 0;
}

static long free_here(void *areas)
{
	free_areas(areas);
	return 0;
}

static bool is_housekeeping(int cpu)
{
	bool ret;

	rcu_read_lock();
	ret = housekeeping_cpu(cpu, HK_TYPE_DOMAIN) && housekeeping_cpu(cpu, HK_TYPE_TICK);
	rcu_read_unlock();
	return ret;
}

/*
 * Allocations that fail on a CPU, and memory that it frees, make work for others.
 * What this very test has run on the CPU is not that work.
 */
static void runs_on_housekeeping_cpus(struct kunit *test)
{
	struct areas *areas = test->priv;
	int cpu, isolated = 0, by_alloc, by_free;

	for_each_online_cpu(cpu)
		isolated += !is_housekeeping(cpu);
	if (!isolated)
		kunit_skip(test, "no CPU is isolated");
	/* As it was before it was registered the last time */
	probe.addr = NULL;
	probe.flags = 0;
	if (register_kprobe(&probe))
		kunit_skip(test, "no kprobes");

	for_each_online_cpu(cpu) {
		if (is_housekeeping(cpu))
			continue;

		cpumask_clear(&ran_on);
		atomic_set(&runs, 0);
		percpu_balance_hold();
		work_on_cpu(cpu, exhaust_here, areas);
		percpu_balance_release();
		percpu_balance_flush();
		by_alloc = atomic_read(&runs);

		/* Full chunks, for that there is something to give back */
		while (areas->nr < 3 * percpu_balance_chunk_pages() &&
		       take_area(areas, GFP_KERNEL))
			;
		percpu_balance_flush();
		by_free = atomic_read(&runs);
		work_on_cpu(cpu, free_here, areas);
		percpu_balance_flush();
		by_free = atomic_read(&runs) - by_free;

		KUNIT_EXPECT_GT(test, by_alloc, 0);
		KUNIT_EXPECT_GT(test, by_free, 0);
		for_each_cpu(isolated, &ran_on)
			KUNIT_EXPECT_TRUE_MSG(test, is_housekeeping(isolated),
					      "the work ran on CPU %d, which is isolated, for CPU %d",
					      isolated, cpu);
	}
	unregister_kprobe(&probe);
}

static struct kunit_case percpu_balance_cases[] = {
	KUNIT_CASE(populates_after_failure),
	KUNIT_CASE(populates_below_low),
	KUNIT_CASE(idle_above_low),
	KUNIT_CASE(depopulates),
	KUNIT_CASE(runs_on_housekeeping_cpus),
	{}
};

static struct kunit_suite percpu_balance_suite = {
	.name = "percpu_balance",
	.init = percpu_balance_init,
	.exit = percpu_balance_exit,
	.test_cases = percpu_balance_cases,
};

kunit_test_suite(percpu_balance_suite);

MODULE_DESCRIPTION("KUnit tests of asynchronous population of percpu memory");
MODULE_LICENSE("GPL");
