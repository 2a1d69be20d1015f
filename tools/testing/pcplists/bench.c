// SPDX-License-Identifier: GPL-2.0
/*
 * What does it cost to let others take the pages away?
 *
 * The same allocations and frees, one page each, on lists that are
 *
 *	lock		guarded by a spinlock that drainers take as well
 *	bare		nobody else's and not guarded at all: the limit
 *	exchange	taken away through linux/pcplists.h
 *
 * on 1, 2, ... CPUs, in turn, several times.  'lock' and 'exchange' are drained
 * about a thousand times a second.  Prints comma separated values.
 *
 * A CPU's rate is taken over the time that its thread ran, so that others on
 * the machine disturb as little as possible.  That is kind to 'lock', whose
 * threads yield when they wait for a drainer that has no CPU.  It is unkind to
 * 'exchange' that each critical section ends with a call into liburcu, where
 * the kernel gets its quiescent states for nothing.  The loop is tight, and
 * keeps everything in the cache: what is seen is the cost of the protection,
 * not that of an allocation.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MIGRATE_PCPTYPES	3
#define NR_PCP_LISTS		MIGRATE_PCPTYPES
#include <linux/pcplists.h>

#define MAX_CPUS		16
#define PAGES_PER_CPU		2048
#define PCP_BATCH		63
#define PCP_HIGH		(6 * PCP_BATCH)
#define BURST			16
#define ROUNDS			7
#define WARM_UP_US		20000
#define MEASURE_US		200000
#define DRAIN_EVERY_US		1000

enum variant {
	LOCK,
	BARE,
	EXCHANGE,
	NR_VARIANTS,
};

static const char *const names[NR_VARIANTS] = { "lock", "bare", "exchange" };

struct page {
	struct list_head lru;
	int migratetype;
};

struct spinlock {
	unsigned int next, serving;
};

struct cpu {
	struct spinlock lock;
	struct pcplists __rcu *lp;
	struct pcplists *drain;
	struct pcplists instances[2];
	unsigned long ops;
	enum variant variant;
	pthread_t thread;
} __attribute__((aligned(128)));

static struct cpu cpus[MAX_CPUS];
static unsigned int nr_cpus;
static int cpu_numbers[MAX_CPUS];
static bool stopping;
static unsigned long nr_drains;

static struct page pages[MAX_CPUS * PAGES_PER_CPU];
static pthread_mutex_t zone_lock = PTHREAD_MUTEX_INITIALIZER;
static struct list_head free_list[MIGRATE_PCPTYPES];

void vm_warn_on(bool failed, const char *file, int line, const char *what)
{
	if (!failed)
		return;
	fprintf(stderr, "bench: %s:%d: %s\n", file, line, what);
	exit(1);
}

/* Fair, as the kernel's are: an owner in a tight loop does not starve drainers. */
static inline void spin_lock(struct spinlock *lock)
{
	unsigned int ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);
	int spins = 0;

	while (smp_load_acquire(&lock->serving) != ticket)
		if (++spins % 1024 == 0)
			sched_yield();
}

static inline void spin_unlock(struct spinlock *lock)
{
	smp_store_release(&lock->serving, lock->serving + 1);
}

static void free_pcppages_bulk(int count, struct pcplists *lp)
{
	int migratetype = 0;

	count = min(lp->count, count);
	lp->count -= count;

	pthread_mutex_lock(&zone_lock);
	while (count) {
		struct list_head *list = &lp->lists[migratetype];

		if (!list_empty(list)) {
			struct list_head *page = list->prev;

			list_del(page);
			list_add(page, &free_list[migratetype]);
			count--;
		}
		migratetype = (migratetype + 1) % MIGRATE_PCPTYPES;
	}
	pthread_mutex_unlock(&zone_lock);
}

static void rmqueue_bulk(struct pcplists *lp, int migratetype)
{
	struct list_head *from = &free_list[migratetype];
	int i;

	pthread_mutex_lock(&zone_lock);
	for (i = 0; i < PCP_BATCH && !list_empty(from); i++) {
		struct list_head *page = from->next;

		list_del(page);
		list_add(page, &lp->lists[migratetype]);
	}
	pthread_mutex_unlock(&zone_lock);
	lp->count += i;
}

static inline struct pcplists *lists_get(struct cpu *cpu, enum variant variant)
{
	if (variant == LOCK)
		spin_lock(&cpu->lock);
	if (variant == EXCHANGE) {
		rcu_read_lock_sched();
		return pcplists_local(cpu->lp, true);
	}
	return &cpu->instances[0];
}

static inline void lists_put(struct cpu *cpu, enum variant variant)
{
	if (variant == LOCK)
		spin_unlock(&cpu->lock);
	if (variant == EXCHANGE)
		rcu_read_unlock_sched();
}

static inline struct page *alloc_page(struct cpu *cpu, enum variant variant, int migratetype)
{
	struct pcplists *lp = lists_get(cpu, variant);
	struct list_head *list = &lp->lists[migratetype];
	struct page *page = NULL;

	if (list_empty(list))
		rmqueue_bulk(lp, migratetype);
	if (!list_empty(list)) {
		page = list_entry(list->next, struct page, lru);
		list_del(&page->lru);
		lp->count--;
	}
	lists_put(cpu, variant);

	return page;
}

static inline void free_page(struct cpu *cpu, enum variant variant, struct page *page)
{
	struct pcplists *lp = lists_get(cpu, variant);

	list_add(&page->lru, &lp->lists[page->migratetype]);
	lp->count++;
	if (lp->count >= PCP_HIGH)
		free_pcppages_bulk(PCP_BATCH, lp);
	lists_put(cpu, variant);
}

/* Inlined for each variant, so that no measurement pays for choosing. */
static inline __attribute__((always_inline)) void work(struct cpu *cpu, enum variant variant)
{
	struct page *held[BURST];
	int i;

	while (!READ_ONCE(stopping)) {
		for (i = 0; i < BURST; i++) {
			held[i] = alloc_page(cpu, variant, i % MIGRATE_PCPTYPES);
			vm_warn_on(!held[i], __FILE__, __LINE__, "out of pages");
		}
		for (i = 0; i < BURST; i++)
			free_page(cpu, variant, held[i]);
		WRITE_ONCE(cpu->ops, cpu->ops + 2 * BURST);
	}
}

static void *cpu_thread(void *arg)
{
	struct cpu *cpu = arg;

	switch (cpu->variant) {
	case LOCK:
		work(cpu, LOCK);
		break;
	case BARE:
		work(cpu, BARE);
		break;
	default:
		rcu_cpu_starting();
		work(cpu, EXCHANGE);
		rcu_report_dead();
	}
	return NULL;
}

static void drain_by_lock(void)
{
	unsigned int i;

	for (i = 0; i < nr_cpus; i++) {
		spin_lock(&cpus[i].lock);
		while (cpus[i].instances[0].count)
			free_pcppages_bulk(PCP_BATCH, &cpus[i].instances[0]);
		spin_unlock(&cpus[i].lock);
	}
}

static void drain_by_exchange(void)
{
	unsigned int i;

	for (i = 0; i < nr_cpus; i++)
		pcplists_exchange(&cpus[i].lp, &cpus[i].drain);
	pcplists_quiesce();
	for (i = 0; i < nr_cpus; i++) {
		while (cpus[i].drain->count)
			free_pcppages_bulk(PCP_BATCH, cpus[i].drain);
		pcplists_retire(cpus[i].drain);
	}
}

static void *drainer_thread(void *arg)
{
	enum variant variant = *(enum variant *)arg;

	while (!READ_ONCE(stopping) && variant != BARE) {
		if (variant == LOCK)
			drain_by_lock();
		else
			drain_by_exchange();
		WRITE_ONCE(nr_drains, nr_drains + 1);
		usleep(DRAIN_EVERY_US);
	}
	return NULL;
}

static void prepare(enum variant variant)
{
	unsigned int i;

	for (i = 0; i < MIGRATE_PCPTYPES; i++)
		INIT_LIST_HEAD(&free_list[i]);
	for (i = 0; i < nr_cpus * PAGES_PER_CPU; i++) {
		pages[i].migratetype = i % MIGRATE_PCPTYPES;
		list_add(&pages[i].lru, &free_list[pages[i].migratetype]);
	}
	for (i = 0; i < nr_cpus; i++) {
		pcplists_init(&cpus[i].instances[0]);
		pcplists_init(&cpus[i].instances[1]);
		RCU_INIT_POINTER(cpus[i].lp, &cpus[i].instances[0]);
		cpus[i].drain = &cpus[i].instances[1];
		cpus[i].ops = 0;
		cpus[i].variant = variant;
	}
	nr_drains = 0;
	stopping = false;
}

static double read_clock(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu_time(struct cpu *cpu)
{
	clockid_t clock;

	pthread_getcpuclockid(cpu->thread, &clock);
	return read_clock(clock);
}

static pthread_t start(void *(*function)(void *), void *arg)
{
	pthread_t thread;

	vm_warn_on(pthread_create(&thread, NULL, function, arg), __FILE__, __LINE__,
		   "cannot create a thread");
	return thread;
}

static void measure(enum variant variant, double *ops_per_s, double *drains_per_s)
{
	unsigned long ops[MAX_CPUS], drains;
	double times[MAX_CPUS], time;
	pthread_t drainer;
	cpu_set_t one;
	unsigned int i;

	prepare(variant);
	for (i = 0; i < nr_cpus; i++) {
		cpus[i].thread = start(cpu_thread, &cpus[i]);
		CPU_ZERO(&one);
		CPU_SET(cpu_numbers[i], &one);
		pthread_setaffinity_np(cpus[i].thread, sizeof(one), &one);
	}
	drainer = start(drainer_thread, &variant);

	usleep(WARM_UP_US);
	time = read_clock(CLOCK_MONOTONIC);
	drains = READ_ONCE(nr_drains);
	for (i = 0; i < nr_cpus; i++) {
		times[i] = cpu_time(&cpus[i]);
		ops[i] = READ_ONCE(cpus[i].ops);
	}
	usleep(MEASURE_US);
	*ops_per_s = 0;
	for (i = 0; i < nr_cpus; i++)
		*ops_per_s += (READ_ONCE(cpus[i].ops) - ops[i]) / (cpu_time(&cpus[i]) - times[i]);
	*drains_per_s = (READ_ONCE(nr_drains) - drains) /
			(read_clock(CLOCK_MONOTONIC) - time);

	WRITE_ONCE(stopping, true);
	pthread_join(drainer, NULL);
	for (i = 0; i < nr_cpus; i++)
		pthread_join(cpus[i].thread, NULL);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static unsigned int find_cpus(void)
{
	unsigned int nr = 0;
	cpu_set_t allowed;
	int i;

	vm_warn_on(sched_getaffinity(0, sizeof(allowed), &allowed), __FILE__, __LINE__,
		   "cannot tell the CPUs");
	for (i = 0; i < CPU_SETSIZE && nr < MAX_CPUS; i++)
		if (CPU_ISSET(i, &allowed))
			cpu_numbers[nr++] = i;
	return nr;
}

int main(void)
{
	double ops_per_s[NR_VARIANTS][ROUNDS], drains_per_s[NR_VARIANTS][ROUNDS];
	unsigned int max_cpus = find_cpus();
	int round, i;

	printf("cpus,variant,rounds,median_ops_per_s,min_ops_per_s,max_ops_per_s,median_drains_per_s\n");
	for (nr_cpus = 1; nr_cpus <= max_cpus; nr_cpus++) {
		for (round = 0; round < ROUNDS; round++)
			for (i = 0; i < NR_VARIANTS; i++)
				measure(i, &ops_per_s[i][round], &drains_per_s[i][round]);

		for (i = 0; i < NR_VARIANTS; i++) {
			qsort(ops_per_s[i], ROUNDS, sizeof(double), compare);
			qsort(drains_per_s[i], ROUNDS, sizeof(double), compare);
			printf("%u,%s,%d,%.0f,%.0f,%.0f,%.0f\n", nr_cpus, names[i], ROUNDS,
			       ops_per_s[i][ROUNDS / 2], ops_per_s[i][0],
			       ops_per_s[i][ROUNDS - 1], drains_per_s[i][ROUNDS / 2]);
		}
		fflush(stdout);
	}
	return 0;
}
