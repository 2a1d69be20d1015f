// SPDX-License-Identifier: GPL-2.0
/*
 * Torture for linux/pcplists.h in user space.
 *
 * Threads play CPUs that allocate and free pages, drainers that take pages
 * away from them, and an operator who takes CPUs and memory offline.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"
#include "chance.h"
#include "check.h"
#include "zone.h"

/* Little enough for allocations to fail now and then. */
#define PAGES_PER_CPU	64
#define MAX_HELD	192

/* How long the end of a run may take, before it is taken for a deadlock. */
#define HANG_SECONDS	10

struct cpu {
	pthread_t thread;
	unsigned int id;
	/* The operator makes it odd, the thread says so when it is parked. */
	unsigned int park, parked;
	bool exited;
	int nr_held;
	struct page *held[MAX_HELD];
	unsigned long nr_reclaims;
} __attribute__((aligned(64)));

static struct cpu cpus[NR_CPUS];
static unsigned int seed = 1;
static unsigned long max_ops = ULONG_MAX;
static unsigned long nr_ops;
static bool stopping;

/* What the operator did: for the report. */
static unsigned long nr_disabled, nr_offlined, nr_audits;

_Thread_local uint64_t chance_state;

static void alloc_one(struct cpu *cpu)
{
	struct page *page = alloc_page(&zones[below(NR_ZONES)], below(MIGRATE_PCPTYPES));

	if (page) {
		cpu->held[cpu->nr_held++] = page;
		return;
	}

	/* Reclaim. It sleeps, and nobody waits for those who sleep. */
	rcu_idle_enter();
	drain_all_pages(NULL);
	rcu_idle_exit();
	cpu->nr_reclaims++;
}

static void free_one(struct cpu *cpu)
{
	int i = below(cpu->nr_held);
	struct page *page = cpu->held[i];

	cpu->held[i] = cpu->held[--cpu->nr_held];
	free_page(page);
}

static void free_many(struct cpu *cpu, int nr)
{
	cpu->nr_held -= nr;
	free_page_bulk(&cpu->held[cpu->nr_held], nr);
}

/* Walk towards a goal, so that lists run empty and over. */
static void operate(struct cpu *cpu, int goal)
{
	bool alloc = (cpu->nr_held < goal) == !one_in(4);

	if (one_in(500))
		drain_local_pages(&zones[below(NR_ZONES)]);
	else if (!cpu->nr_held || (alloc && cpu->nr_held < MAX_HELD))
		alloc_one(cpu);
	else if (one_in(16))
		free_many(cpu, 1 + below(cpu->nr_held));
	else
		free_one(cpu);
}

/*
 * Whoever is parked has released all that it did, and acquires what was done
 * to it meanwhile: all accesses to 'park', 'parked' and 'exited' are for that.
 */
static void park_if_asked_to(struct cpu *cpu)
{
	unsigned int park = smp_load_acquire(&cpu->park);

	if (!(park & 1))
		return;

	rcu_idle_enter();
	smp_store_release(&cpu->parked, park);
	while (smp_load_acquire(&cpu->park) == park)
		usleep(20);
	rcu_idle_exit();
}

static void *cpu_thread(void *arg)
{
	const int ops_at_once = 64;
	struct cpu *cpu = arg;
	int i;

	this_cpu = cpu->id;
	chance_seed(seed, cpu->id);
	rcu_cpu_starting();

	while (!READ_ONCE(stopping)) {
		int goal = below(MAX_HELD);

		for (i = 0; i < ops_at_once; i++) {
			park_if_asked_to(cpu);
			operate(cpu, goal);
		}
		if (add_return_relaxed(&nr_ops, ops_at_once) >= max_ops)
			WRITE_ONCE(stopping, true);
	}

	free_many(cpu, cpu->nr_held);
	rcu_report_dead();
	smp_store_release(&cpu->exited, true);
	return NULL;
}

static void *drainer_thread(void *arg)
{
	chance_seed(seed, NR_CPUS + (uintptr_t)arg);
	while (!READ_ONCE(stopping)) {
		drain_all_pages(one_in(2) ? NULL : &zones[below(NR_ZONES)]);
		rest(2000);
	}
	return NULL;
}

static void park(struct cpu *cpu)
{
	unsigned int park = cpu->park + 1;

	smp_store_release(&cpu->park, park);
	while (smp_load_acquire(&cpu->parked) != park && !smp_load_acquire(&cpu->exited))
		usleep(20);
}

static void unpark(struct cpu *cpu)
{
	smp_store_release(&cpu->park, cpu->park + 1);
}

static void stop_and_audit(void)
{
	unsigned int i;
	int nr_held = 0;

	for (i = 0; i < nr_cpus; i++) {
		park(&cpus[i]);
		nr_held += cpus[i].nr_held;
	}
	audit(nr_held);
	nr_audits++;
	for (i = 0; i < nr_cpus; i++)
		unpark(&cpus[i]);
}

static void offline_memory(void)
{
	struct zone *zone = &zones[below(NR_ZONES)];

	zone_pcp_disable(zone);
	if (one_in(2))
		stop_and_audit();
	else
		rest(1000);
	zone_pcp_enable(zone);
	nr_disabled++;
}

static void offline_cpu(void)
{
	struct cpu *cpu = &cpus[below(nr_cpus)];

	WRITE_ONCE(cpu_online[cpu->id], false);
	park(cpu);
	page_alloc_cpu_dead(cpu->id);
	rest(1000);
	WRITE_ONCE(cpu_online[cpu->id], true);
	unpark(cpu);
	nr_offlined++;
}

/*
 * One thread does it all, as the kernel lets memory and CPUs go offline one at
 * a time only.
 */
static void *operator_thread(void *arg)
{
	(void)arg;
	chance_seed(seed, 2 * NR_CPUS);
	rcu_cpu_starting();
	rcu_idle_enter();

	while (!READ_ONCE(stopping)) {
		switch (below(4)) {
		case 0:
			offline_cpu();
			break;
		case 1:
			stop_and_audit();
			break;
		default:
			offline_memory();
		}
		rest(2000);
	}

	rcu_report_dead();
	return NULL;
}

static pthread_t start(void *(*function)(void *), void *arg)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, function, arg);

	if (err) {
		fprintf(stderr, "pcplists: cannot create a thread: %s\n", strerror(err));
		exit(2);
	}
	return thread;
}

static void finish(pthread_t thread, const char *who)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += HANG_SECONDS;
	check(CHECK_NO_HANG, !pthread_timedjoin_np(thread, NULL, &until),
	      "%s does not come to an end", who);
}

/* Give every CPU's thread a CPU of its own, where there are enough. */
static void pin(void)
{
	cpu_set_t allowed, one;
	unsigned int i;
	int nr = -1;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) ||
	    (unsigned int)CPU_COUNT(&allowed) < nr_cpus)
		return;

	for (i = 0; i < nr_cpus; i++) {
		do
			nr++;
		while (!CPU_ISSET(nr, &allowed));
		CPU_ZERO(&one);
		CPU_SET(nr, &one);
		pthread_setaffinity_np(cpus[i].thread, sizeof(one), &one);
	}
}

static void run(unsigned int nr_drainers, double limit)
{
	pthread_t drainers[NR_CPUS], operator;
	unsigned long nr_reclaims = 0;
	double elapsed;
	unsigned int i;

	for (i = 0; i < nr_cpus; i++) {
		cpus[i].id = i;
		cpus[i].thread = start(cpu_thread, &cpus[i]);
	}
	pin();
	for (i = 0; i < nr_drainers; i++)
		drainers[i] = start(drainer_thread, (void *)(uintptr_t)i);
	operator = start(operator_thread, NULL);

	while (!READ_ONCE(stopping) && seconds() < limit)
		usleep(1000);
	WRITE_ONCE(stopping, true);
	elapsed = seconds();

	finish(operator, "the operator");
	for (i = 0; i < nr_drainers; i++)
		finish(drainers[i], "a drainer");
	for (i = 0; i < nr_cpus; i++) {
		finish(cpus[i].thread, "a CPU");
		nr_reclaims += cpus[i].nr_reclaims;
	}

	printf("# %lu operations in %.2f s, %.0f operations/s\n",
	       nr_ops, elapsed, nr_ops / elapsed);
	printf("# %lu drains exchanged %lu instances and took %lu pages, %lu reclaims\n",
	       nr_drains, nr_exchanges, nr_drained, nr_reclaims);
	printf("# lists disabled %lu times, CPUs offline %lu times, %lu audits\n",
	       nr_disabled, nr_offlined, nr_audits);
}

static void check_empty(void)
{
	struct pcplists lists;
	struct list_head entry;
	int i;

	pcplists_init(&lists);
	check(CHECK_EMPTY, pcplists_empty(&lists), "an initialised instance is not empty");

	for (i = 0; i < NR_PCP_LISTS; i++) {
		list_add(&entry, &lists.lists[i]);
		check(CHECK_EMPTY, !pcplists_empty(&lists), "list %d is overlooked", i);
		list_del(&entry);
	}

	lists.count = 1;
	check(CHECK_EMPTY, !pcplists_empty(&lists), "the count is overlooked");
}

static void check_all_free(void)
{
	struct zone *zone;

	for_each_zone(zone) {
		drain_all_pages(zone);
		check(CHECK_ALL_FREE, zone->nr_free == zone->nr_pages,
		      "%d of %d pages are free in zone %d",
		      zone->nr_free, zone->nr_pages, (int)(zone - zones));
	}
	audit(0);
}

static void usage(void)
{
	int i;

	printf("usage: pcplists [-c CPUS] [-d DRAINERS] [-t SECONDS] [-n OPERATIONS] [-s SEED] [-b BUG]\n"
	       "\n"
	       "  -c CPUS        threads that allocate and free, 1 to %d; default 2\n"
	       "  -d DRAINERS    threads that drain, 1 to %d; default 2\n"
	       "  -t SECONDS     run so long, 1 to 86400; default 5\n"
	       "  -n OPERATIONS  or until so many are done, whichever is first; default no limit\n"
	       "  -s SEED        of all chance, 0 to %u; default 1\n"
	       "  -h             print this\n"
	       "\n"
	       "One operation is one call of the allocator.  With a bug the run has to fail:\n"
	       "\n", NR_CPUS, NR_CPUS, UINT_MAX);
	for (i = NO_BUG + 1; i < NR_BUGS; i++)
		printf("  -b %-14s%s\n", bugs[i].name, bugs[i].text);
}

static unsigned long number(char option, const char *arg, unsigned long from, unsigned long to)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (arg[0] < '0' || arg[0] > '9' || *end || errno || value < from || value > to) {
		fprintf(stderr, "pcplists: -%c takes a number from %lu to %lu, not '%s'\n",
			option, from, to, arg);
		exit(2);
	}
	return value;
}

static enum bug bug_named(const char *name)
{
	int i;

	for (i = NO_BUG + 1; i < NR_BUGS; i++)
		if (!strcmp(name, bugs[i].name))
			return i;

	fprintf(stderr, "pcplists: there is no bug '%s', see pcplists -h\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	unsigned int threads = 2, drainers = 2, limit = 5;
	int option;

	opterr = 0;
	while ((option = getopt(argc, argv, ":c:d:t:n:s:b:h")) != -1) {
		switch (option) {
		case 'c':
			threads = number(option, optarg, 1, NR_CPUS);
			break;
		case 'd':
			drainers = number(option, optarg, 1, NR_CPUS);
			break;
		case 't':
			limit = number(option, optarg, 1, 86400);
			break;
		case 'n':
			max_ops = number(option, optarg, 1, ULONG_MAX);
			break;
		case 's':
			seed = number(option, optarg, 0, UINT_MAX);
			break;
		case 'b':
			seeded_bug = bug_named(optarg);
			break;
		case 'h':
			usage();
			return 0;
		case ':':
			fprintf(stderr, "pcplists: -%c needs a value, see pcplists -h\n", optopt);
			return 2;
		default:
			fprintf(stderr, "pcplists: there is no option -%c, see pcplists -h\n", optopt);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "pcplists: what is '%s'? see pcplists -h\n", argv[optind]);
		return 2;
	}

	checks_begin();
	printf("# %u CPUs, %u drainers, seed %u, bug: %s\n",
	       threads, drainers, seed, bugs[seeded_bug].name);
	fflush(stdout);
	rcu_assign_relaxed = busted(NO_RELEASE);
	chance_seed(seed, 2 * NR_CPUS + 1);
	check_empty();
	zones_init(threads, threads * PAGES_PER_CPU);
	run(drainers, limit);
	check_all_free();
	checks_end();
	return 0;
}
