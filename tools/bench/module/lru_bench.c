// SPDX-License-Identifier: GPL-2.0
/*
 * How long does lru_add_drain_all() take?
 *
 * As drain_bench does with pages, each round has a task on every other CPU leave a
 * folio in its batch of the LRU, and drains them all.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/smp.h>
#include <linux/version.h>

#include "latency.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
#define EMPTY_VMA_FLAGS 0
#endif

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
	int err;

	if (!drain)
		return -EINVAL;
	file = shmem_kernel_file_setup("lru_bench", nr_cpu_ids * PAGE_SIZE, EMPTY_VMA_FLAGS);
	if (IS_ERR(file))
		return PTR_ERR(file);

	err = time_drains(add_folios_everywhere, drain);
	fput(file);
	return err;
}

static void __exit lru_bench_exit(void)
{
}

module_exit(lru_bench_exit);
module_init(lru_bench_init);
MODULE_DESCRIPTION("Latency of lru_add_drain_all()");
MODULE_LICENSE("GPL");
