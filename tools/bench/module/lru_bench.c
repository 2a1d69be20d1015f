// SPDX-License-Identifier: GPL-2.0
/*
 * How long does lru_add_drain_all() take?
 *
 * As drain_bench does with pages, each round has a task on every other CPU leave a
 * folio in its batch of the LRU, and drains them all.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/smp.h>
#include <linux/sort.h>
#include <linux/version.h>

#include "bench.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
#define EMPTY_VMA_FLAGS 0
#endif

static int rounds = 200;
module_param(rounds, int, 0444);
MODULE_PARM_DESC(rounds, "how many drains to time, up to 1000");

static char *state = "unknown";
module_param(state, charp, 0444);
MODULE_PARM_DESC(state, "what the other CPUs are doing, for the result line");

static u64 took[1000];
static struct file *file;

static int add_folio(void *unused)
{
	struct folio *folio = shmem_read_folio(file->f_mapping, raw_smp_processor_id());

	if (IS_ERR(folio))
		return PTR_ERR(folio);
	folio_put(folio);
	return 0;
}

static int add_folios_everywhere(void)
{
	int cpu, err = 0;

	truncate_inode_pages(file->f_mapping, 0);
	for_each_online_cpu(cpu)
		err = err ?: smp_call_on_cpu(cpu, add_folio, NULL, false);
	return err;
}

static int __init lru_bench_init(void)
{
	void (*drain)(void) = find_function("lru_add_drain_all");
	int i, err = 0;

	if (!drain || rounds < 1 || rounds > ARRAY_SIZE(took))
		return -EINVAL;
	file = shmem_kernel_file_setup("lru_bench", nr_cpu_ids * PAGE_SIZE, EMPTY_VMA_FLAGS);
	if (IS_ERR(file))
		return PTR_ERR(file);

	for (i = 0; i < rounds && !err; i++) {
		ktime_t start;

		err = add_folios_everywhere();
		/* Give them time to get back to what they were doing. */
		usleep_range(3000, 5000);

		start = ktime_get();
		drain();
		took[i] = ktime_get() - start;
	}
	fput(file);
	if (err)
		return err;

	sort(took, rounds, sizeof(took[0]), compare_u64, NULL);
	pr_alert("data bench=drain state=%s rounds=%d p50=%llu p90=%llu max=%llu\n",
		 state, rounds, took[rounds / 2], took[rounds * 9 / 10], took[rounds - 1]);
	return 0;
}

static void __exit lru_bench_exit(void)
{
}

module_exit(lru_bench_exit);
module_init(lru_bench_init);
MODULE_DESCRIPTION("Latency of lru_add_drain_all()");
MODULE_LICENSE("GPL");
