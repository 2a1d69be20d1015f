// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of draining the LRU and mlock batches of all CPUs, isolated ones above all.
 *
 * They look at nothing but folios: each has a reference for the page cache and one for
 * the test, and one more for as long as it is in somebody's batch.
 */
#include <kunit/test.h>
#include <linux/blkdev.h>
#include <linux/buffer_head.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/major.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/isolation.h>
#include <linux/shmem_fs.h>
#include <linux/swap.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#include "internal.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
#define EMPTY_VMA_FLAGS	0
#endif

/* Fewer than a batch has room for, so that nothing is drained because it is full */
#define FOLIOS		8
/* Of the page cache and of the test */
#define REFERENCES	2

struct lru_drain_test {
	struct kunit *test;
	struct file *file;
	int cpu;
	struct folio *folios[FOLIOS];
	int nr;
};

static bool is_isolated(int cpu)
{
	bool ret;

	rcu_read_lock();
	ret = !housekeeping_cpu(cpu, HK_TYPE_DOMAIN) || !housekeeping_cpu(cpu, HK_TYPE_TICK);
	rcu_read_unlock();
	return ret;
}

/* A CPU that is isolated, or at least not the one that drains */
static int other_cpu(void)
{
	int cpu, other = -1;

	for_each_online_cpu(cpu) {
		if (cpu == raw_smp_processor_id())
			continue;
		if (other < 0 || is_isolated(cpu))
			other = cpu;
	}
	return other;
}

static int lru_drain_init(struct kunit *test)
{
	struct lru_drain_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->test = test;
	/* With nohz_full= alone the scheduler may move this thread to the CPU looked at. */
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id())), 0);
	t->cpu = other_cpu();
	if (t->cpu < 0)
		kunit_skip(test, "there is one CPU");
	t->file = shmem_kernel_file_setup("lru_drain", FOLIOS * PAGE_SIZE, EMPTY_VMA_FLAGS);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->file));
	test->priv = t;
	return 0;
}

static void put_folios(struct lru_drain_test *t)
{
	while (t->nr)
		folio_put(t->folios[--t->nr]);
	truncate_inode_pages(t->file->f_mapping, 0);
}

static void lru_drain_exit(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;

	if (!t)
		return;
	put_folios(t);
	fput(t->file);
}

/* Adds new folios to the batch of the CPU that this runs on. */
static long add_folios(void *arg)
{
	struct lru_drain_test *t = arg;

	while (t->nr < FOLIOS) {
		struct folio *folio = shmem_read_folio(t->file->f_mapping, t->nr);

		if (IS_ERR(folio))
			return PTR_ERR(folio);
		t->folios[t->nr++] = folio;
	}
	return 0;
}

static int in_batches(struct lru_drain_test *t)
{
	int i, n = 0;

	for (i = 0; i < t->nr; i++)
		n += folio_ref_count(t->folios[i]) > REFERENCES;
	return n;
}

static int on_lists(struct lru_drain_test *t)
{
	int i, n = 0;

	for (i = 0; i < t->nr; i++)
		n += folio_test_lru(t->folios[i]);
	return n;
}

static void expect_drained(struct lru_drain_test *t)
{
	struct kunit *test = t->test;

	KUNIT_EXPECT_EQ(test, t->nr, FOLIOS);
	KUNIT_EXPECT_EQ(test, in_batches(t), 0);
	KUNIT_EXPECT_EQ(test, on_lists(t), t->nr);
}

/*
 * Does this put folios into a batch of another CPU's, and a drain take them out?
 * Somebody else may have drained there in between, so try again.
 */
static bool drains(struct lru_drain_test *t, long (*put)(void *))
{
	int try;

	for (try = 0; try < 10; try++) {
		int before;

		KUNIT_EXPECT_EQ(t->test, work_on_cpu(t->cpu, put, t), 0);
		before = in_batches(t);
		lru_add_drain_all();
		KUNIT_EXPECT_EQ(t->test, in_batches(t), 0);
		if (before)
			return true;
	}
	return false;
}

static void new_folios(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	bool drained = false;
	int try;

	for (try = 0; try < 10 && !drained; try++) {
		put_folios(t);
		drained = drains(t, add_folios);
		expect_drained(t);
	}
	KUNIT_EXPECT_TRUE(test, drained);
}

#define FOR_EACH_FOLIO(name, op)					\
static long name(void *arg)						\
{									\
	struct lru_drain_test *t = arg;					\
	int i;								\
									\
	for (i = 0; i < t->nr; i++)					\
		op(t->folios[i]);					\
	return 0;							\
}

FOR_EACH_FOLIO(activate, folio_activate)
FOR_EACH_FOLIO(deactivate, folio_deactivate)
FOR_EACH_FOLIO(deactivate_file, deactivate_file_folio)
FOR_EACH_FOLIO(rotate, folio_rotate_reclaimable)
FOR_EACH_FOLIO(lock_folios, mlock_folio)
FOR_EACH_FOLIO(unlock_folios, munlock_folio)

static void folios_that_move(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	int i;

	KUNIT_ASSERT_EQ(test, work_on_cpu(t->cpu, add_folios, t), 0);
	lru_add_drain_all();
	for (i = 0; i < t->nr; i++)
		folio_clear_dirty(t->folios[i]);

	/* In an order in which each of them has something to do */
	KUNIT_EXPECT_TRUE(test, drains(t, activate));
	KUNIT_EXPECT_TRUE(test, drains(t, deactivate));
	KUNIT_EXPECT_TRUE(test, drains(t, deactivate_file));
	KUNIT_EXPECT_TRUE(test, drains(t, rotate));
	expect_drained(t);
}

static void mlocked_folios(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	int i, unevictable = 0, mlocked = 0;

	KUNIT_ASSERT_EQ(test, work_on_cpu(t->cpu, add_folios, t), 0);
	/* Not drained before: mlock is to find them on lists all the same. */
	KUNIT_ASSERT_EQ(test, work_on_cpu(t->cpu, lock_folios, t), 0);
	lru_add_drain_all();
	expect_drained(t);
	for (i = 0; i < t->nr; i++)
		unevictable += folio_test_unevictable(t->folios[i]);
	KUNIT_EXPECT_EQ(test, unevictable, t->nr);

	KUNIT_ASSERT_EQ(test, work_on_cpu(t->cpu, unlock_folios, t), 0);
	lru_add_drain_all();
	expect_drained(t);
	for (i = 0; i < t->nr; i++)
		mlocked += folio_test_mlocked(t->folios[i]) || folio_test_unevictable(t->folios[i]);
	KUNIT_EXPECT_EQ(test, mlocked, 0);
}

/* While the cache is disabled nothing stays in a batch, whoever adds it. */
static void cache_disabled(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, work_on_cpu(t->cpu, add_folios, t), 0);
	lru_cache_disable();
	expect_drained(t);
	put_folios(t);
	KUNIT_EXPECT_EQ(test, work_on_cpu(t->cpu, add_folios, t), 0);
	expect_drained(t);
	lru_cache_enable();
}

#if IS_ENABLED(CONFIG_BLOCK) && IS_ENABLED(CONFIG_BUFFER_HEAD)
struct block {
	struct block_device *bdev;
	struct buffer_head *bh;
};

static long read_block(void *arg)
{
	struct block *block = arg;

	block->bh = __bread(block->bdev, 0, block_size(block->bdev));
	return block->bh ? 0 : -EIO;
}

/* A buffer head has a reference of the test, and one more in an LRU. */
static void buffer_heads(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	struct block block = {};
	struct file *disk;
	bool cached = false;
	int try;

	disk = bdev_file_open_by_dev(MKDEV(RAMDISK_MAJOR, 0), BLK_OPEN_READ, NULL, NULL);
	if (IS_ERR(disk))
		kunit_skip(test, "there is no RAM disk");
	block.bdev = file_bdev(disk);

	for (try = 0; try < 10 && !cached; try++) {
		KUNIT_EXPECT_EQ(test, work_on_cpu(t->cpu, read_block, &block), 0);
		if (!block.bh)
			break;
		cached = atomic_read(&block.bh->b_count) > 1;
		lru_add_drain_all();
		KUNIT_EXPECT_EQ(test, atomic_read(&block.bh->b_count), 1);
		brelse(block.bh);
	}
	fput(disk);
	if (!cached && block.bh)
		kunit_skip(test, "CPU %d keeps no buffer heads", t->cpu);
}
#else
static void buffer_heads(struct kunit *test)
{
	kunit_skip(test, "there are no buffer heads");
}
#endif

/* ---- who is in the middle of something when the drain comes */

struct owner {
	struct lru_drain_test *t;
	struct completion ready;
	ktime_t left;
	unsigned long turns;
};

/* What is left to do for a thread that is done: whoever began it stops it. */
static int wait_to_be_stopped(void)
{
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

/* Have it run on that CPU, as far as it is @ready. */
static struct task_struct *start_task_on(int (*fn)(void *), void *arg, int cpu,
					 struct completion *ready)
{
	struct task_struct *task = kthread_create(fn, arg, "lru_drain_test");

	if (IS_ERR(task))
		return NULL;
	init_completion(ready);
	kthread_bind(task, cpu);
	wake_up_process(task);
	wait_for_completion(ready);
	return task;
}

static struct task_struct *start_owner(struct owner *owner, int (*fn)(void *))
{
	return start_task_on(fn, owner, owner->t->cpu, &owner->ready);
}

static int with_preemption_off(void *arg)
{
	struct owner *owner = arg;

	/* So that there is room in the batch */
	lru_add_drain();
	add_folios(owner->t);
	preempt_disable();
	complete(&owner->ready);
	/* For longer than a drain waits before it asks RCU */
	mdelay(120);
	WRITE_ONCE(owner->left, ktime_get());
	preempt_enable();
	return wait_to_be_stopped();
}

/* It might be using its batches: a drain waits until it is not. */
static void waits_for_the_owner(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	struct owner owner = { .t = t };
	struct task_struct *task;
	ktime_t drained;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "it is the lock that counts there");
	task = start_owner(&owner, with_preemption_off);
	KUNIT_ASSERT_NOT_NULL(test, task);
	lru_add_drain_all();
	drained = ktime_get();
	KUNIT_EXPECT_NE(test, READ_ONCE(owner.left), 0);
	KUNIT_EXPECT_LE(test, READ_ONCE(owner.left), drained);
	kthread_stop(task);
	expect_drained(t);
}

static int without_folios(void *arg)
{
	struct owner *owner = arg;

	lru_add_drain();
	local_irq_disable();
	complete(&owner->ready);
	mdelay(60);
	WRITE_ONCE(owner->left, ktime_get());
	local_irq_enable();
	return wait_to_be_stopped();
}

/*
 * A CPU without a folio is neither asked nor waited for, whatever it does.  That it still is
 * at it when the drain returns takes a host that lets both run, so try again.
 */
static void cpu_without_folios(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	bool met = false;
	int try;

	for (try = 0; try < 5 && !met; try++) {
		struct owner owner = { .t = t };
		struct task_struct *task = start_owner(&owner, without_folios);

		KUNIT_ASSERT_NOT_NULL(test, task);
		lru_add_drain_all();
		met = !READ_ONCE(owner.left);
		kthread_stop(task);
	}
	KUNIT_EXPECT_TRUE(test, met);
}

struct reader {
	struct completion ready;
	bool stop, left;
};

static int in_reader(void *arg)
{
	struct reader *reader = arg;
	ktime_t end = ktime_add_ms(ktime_get(), 2000);

	rcu_read_lock();
	complete(&reader->ready);
	while (!READ_ONCE(reader->stop) && ktime_before(ktime_get(), end))
		cpu_relax();
	WRITE_ONCE(reader->left, true);
	rcu_read_unlock();
	return wait_to_be_stopped();
}

/* An isolated CPU that is neither this one nor that looked at, or -1 */
static int reader_cpu(struct lru_drain_test *t)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (is_isolated(cpu) && cpu != t->cpu && cpu != raw_smp_processor_id())
			return cpu;
	return -1;
}

/*
 * A drain waits for the owner however long that takes, but for no reader elsewhere, whom
 * somebody may have preempted.  It has to begin while the owner is in its section, so
 * try again.
 */
static void needs_no_grace_period(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	struct reader reader = {};
	struct task_struct *task;
	int try, cpu = reader_cpu(t);
	bool met = false;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "it is the lock that counts there");
	if (!IS_ENABLED(CONFIG_PREEMPT_RCU))
		kunit_skip(test, "readers cannot be preempted");
	if (cpu < 0 || !is_isolated(t->cpu))
		kunit_skip(test, "no two CPUs are isolated");

	task = start_task_on(in_reader, &reader, cpu, &reader.ready);
	KUNIT_ASSERT_NOT_NULL(test, task);

	for (try = 0; try < 5 && !met; try++) {
		struct owner owner = { .t = t };
		struct task_struct *owner_task = start_owner(&owner, with_preemption_off);
		ktime_t begin;

		if (!owner_task)
			break;
		begin = ktime_get();
		lru_add_drain_all();
		KUNIT_EXPECT_FALSE(test, READ_ONCE(reader.left));
		met = !READ_ONCE(owner.left) || ktime_after(owner.left, begin);
		kthread_stop(owner_task);
		expect_drained(t);
		put_folios(t);
	}
	KUNIT_EXPECT_TRUE(test, met);
	WRITE_ONCE(reader.stop, true);
	kthread_stop(task);
}

/*
 * Interrupts come where interrupts are enabled again and preemption is not, as after
 * spin_unlock_irqrestore() or in a guest's exit, and its section ends when others have to run.
 */
static int without_preemption_when_asked(void *arg)
{
	struct owner *owner = arg;
	ktime_t end = ktime_add_ms(ktime_get(), 4000);

	/* Whoever else ran here could be asked. */
	sched_set_fifo(current);
	lru_add_drain();
	add_folios(owner->t);
	preempt_disable();
	complete(&owner->ready);
	while (!kthread_should_stop() && ktime_before(ktime_get(), end)) {
		local_irq_disable();
		mdelay(1);
		local_irq_enable();
		if (need_resched()) {
			preempt_enable();
			cond_resched();
			preempt_disable();
		}
	}
	preempt_enable();
	WRITE_ONCE(owner->left, ktime_get());
	return wait_to_be_stopped();
}

static void owner_that_cannot_be_asked(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	int i;

	if (!is_isolated(t->cpu))
		kunit_skip(test, "no CPU is isolated, and work would wait for its turn");
	/* More than once: stop_machine() would end a section as well. */
	for (i = 0; i < 5; i++) {
		struct owner owner = { .t = t };
		struct task_struct *task = start_owner(&owner, without_preemption_when_asked);

		KUNIT_ASSERT_NOT_NULL(test, task);
		lru_add_drain_all();
		KUNIT_EXPECT_EQ(test, READ_ONCE(owner.left), 0);
		kthread_stop(task);
		expect_drained(t);
		put_folios(t);
	}
}

/* A turn is new folios, moved, and given back, as fast as that goes. */
static int without_pause(void *arg)
{
	struct owner *owner = arg;
	struct lru_drain_test *t = owner->t;

	complete(&owner->ready);
	while (!kthread_should_stop()) {
		put_folios(t);
		if (add_folios(t))
			break;
		activate(t);
		lock_folios(t);
		unlock_folios(t);
		if (!(++owner->turns % 64))
			cond_resched();
	}
	return wait_to_be_stopped();
}

static void owner_that_goes_on(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	struct owner owner = { .t = t };
	struct task_struct *task = start_owner(&owner, without_pause);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, task);
	for (i = 0; i < 100; i++)
		lru_add_drain_all();
	kthread_stop(task);
	KUNIT_EXPECT_GT(test, owner.turns, 0);

	lru_add_drain_all();
	expect_drained(t);
	for (i = 0; i < t->nr; i++)
		KUNIT_EXPECT_FALSE(test, folio_test_mlocked(t->folios[i]));
}

static int drain_all_the_time(void *unused)
{
	while (!kthread_should_stop()) {
		lru_add_drain_all();
		cond_resched();
	}
	return 0;
}

/* How many times the CPU went, with folios in its batches, and came back */
static int take_cpu_away(struct lru_drain_test *t)
{
	struct kunit *test = t->test;
	int i, offline = 0;

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, work_on_cpu(t->cpu, add_folios, t), 0);
		KUNIT_EXPECT_EQ(test, work_on_cpu(t->cpu, lock_folios, t), 0);
		KUNIT_EXPECT_EQ(test, work_on_cpu(t->cpu, unlock_folios, t), 0);
		if (!remove_cpu(t->cpu)) {
			offline++;
			lru_add_drain_all();
			expect_drained(t);
			KUNIT_EXPECT_EQ(test, add_cpu(t->cpu), 0);
		}
		put_folios(t);
	}
	return offline;
}

/*
 * What a CPU leaves behind when it goes away is drained once: by who looks after it, or by
 * somebody who was about to drain it.
 */
static void cpu_that_goes_away(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	int offline = take_cpu_away(t);
	struct task_struct *drainer = kthread_run(drain_all_the_time, NULL, "lru_drainer");

	KUNIT_ASSERT_FALSE(test, IS_ERR(drainer));
	offline += take_cpu_away(t);
	kthread_stop(drainer);
	if (!offline && test->status == KUNIT_SUCCESS)
		kunit_skip(test, "CPU %d does not go offline", t->cpu);
}

/* ---- what an isolated CPU has to do with it */

static cpumask_t worked_on;

static int note_cpu(struct kprobe *probe, struct pt_regs *regs)
{
	cpumask_set_cpu(raw_smp_processor_id(), &worked_on);
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "lru_add_drain_per_cpu",
	.pre_handler = note_cpu,
};

static void no_work_on_isolated_cpus(struct kunit *test)
{
	struct lru_drain_test *t = test->priv;
	int cpu, try, isolated = 0;
	bool drained;

	for_each_online_cpu(cpu)
		isolated += is_isolated(cpu);
	if (!isolated)
		kunit_skip(test, "no CPU is isolated");
	/* As it was before it was registered the last time */
	probe.addr = NULL;
	probe.flags = 0;
	if (register_kprobe(&probe))
		kunit_skip(test, "no kprobes");

	for_each_online_cpu(cpu) {
		if (!is_isolated(cpu))
			continue;
		t->cpu = cpu;
		cpumask_clear(&worked_on);
		drained = false;
		for (try = 0; try < 10 && !drained; try++) {
			put_folios(t);
			drained = drains(t, add_folios);
		}
		KUNIT_EXPECT_TRUE(test, drained);
		KUNIT_EXPECT_TRUE(test, drains(t, lock_folios));
		KUNIT_EXPECT_TRUE(test, drains(t, unlock_folios));
		expect_drained(t);
		KUNIT_EXPECT_FALSE_MSG(test, cpumask_test_cpu(cpu, &worked_on),
				       "CPU %d was drained by a kworker of its own", cpu);
	}
	unregister_kprobe(&probe);
}

static struct kunit_case lru_drain_cases[] = {
	KUNIT_CASE(new_folios),
	KUNIT_CASE(folios_that_move),
	KUNIT_CASE(mlocked_folios),
	KUNIT_CASE(cache_disabled),
	KUNIT_CASE(buffer_heads),
	KUNIT_CASE(waits_for_the_owner),
	KUNIT_CASE(cpu_without_folios),
	KUNIT_CASE(needs_no_grace_period),
	KUNIT_CASE(owner_that_cannot_be_asked),
	KUNIT_CASE(owner_that_goes_on),
	KUNIT_CASE(cpu_that_goes_away),
	KUNIT_CASE(no_work_on_isolated_cpus),
	{}
};

static struct kunit_suite lru_drain_suite = {
	.name = "lru_cache_drain",
	.init = lru_drain_init,
	.exit = lru_drain_exit,
	.test_cases = lru_drain_cases,
};

kunit_test_suite(lru_drain_suite);

MODULE_DESCRIPTION("KUnit tests of draining the batches of LRU folios");
MODULE_LICENSE("GPL");
