// SPDX-License-Identifier: GPL-2.0
/*
 * Results of checks, as KTAP.
 */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static const char *const check_names[NR_CHECKS] = {
	[CHECK_EMPTY]		= "empty: what is not empty is not taken for it",
	[CHECK_PAGE_STATE]	= "page_state: no page is in two places",
	[CHECK_PAGE_LOST]	= "page_lost: every page is somewhere",
	[CHECK_ONE_OWNER]	= "one_owner: an instance has one user at a time",
	[CHECK_IDLE_EMPTY]	= "idle_empty: idle instances are empty",
	[CHECK_COUNT]		= "count: the count is the length of the lists",
	[CHECK_LINKS]		= "links: lists are intact",
	[CHECK_WARNINGS]	= "warnings: neither the header nor RCU warns",
	[CHECK_GRACE_PERIOD]	= "grace_period: quiescing waits for one",
	[CHECK_DRAIN_WAITS]	= "drain_waits: no drain returns before the one it found running",
	[CHECK_DISABLED]	= "disabled: lists that are disabled stay empty",
	[CHECK_DEAD]		= "dead: a CPU that is offline has no pages",
	[CHECK_NO_HANG]		= "no_hang: everybody comes to an end",
	[CHECK_ALL_FREE]	= "all_free: in the end all pages are free",
};

const struct bug_description bugs[NR_BUGS] = {
	[NO_BUG]	= { "none", "" },
	[NO_GP]		= { "no-gp", "no grace period after an exchange" },
	[LP_TWICE]	= { "lp-twice", "lp kept across the end of a critical section" },
	[LOST_PAGE]	= { "lost-page", "a drain drops a page" },
	[BAD_COUNT]	= { "bad-count", "an allocation is not counted" },
	[NO_MUTEX]	= { "no-mutex", "drainers do not exclude each other" },
	[NO_RELEASE]	= { "no-release", "exchange without release (only the thread sanitizer sees it on x86)" },
	[PAGES_LEFT]	= { "pages-left", "disabling does not drain" },
	[NO_DISABLE_GP]	= { "no-disable-gp", "disabling has no grace period between high = 0 and the drain" },
	[NO_RETIRE]	= { "no-retire", "a drain puts an instance back with pages in it" },
	[NO_WAIT]	= { "no-wait", "a drain of everything does not wait for a running one" },
};

enum bug seeded_bug;
bool checked[NR_CHECKS];

static struct timespec start;

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9;
}

void checks_begin(void)
{
	clock_gettime(CLOCK_MONOTONIC, &start);
	printf("KTAP version 1\n1..%d\n", NR_CHECKS);
}

/* A check that found nothing wrong, in a run that ended early, proves nothing. */
static void report(enum check failed)
{
	int i, nr_passed = 0;

	for (i = 0; i < NR_CHECKS; i++) {
		if (i == (int)failed) {
			printf("not ok %d %s\n", i + 1, check_names[i]);
		} else if (failed != NR_CHECKS) {
			printf("ok %d %s # SKIP the run ended early\n", i + 1, check_names[i]);
		} else if (!checked[i]) {
			printf("ok %d %s # SKIP there was no occasion\n", i + 1, check_names[i]);
		} else {
			printf("ok %d %s\n", i + 1, check_names[i]);
			nr_passed++;
		}
	}
	printf("%d passed, %d failed\n", nr_passed, failed != NR_CHECKS);
	fflush(stdout);
}

void check_failed(enum check check, const char *fmt, ...)
{
	static bool reporting;
	va_list args;

	/* Somebody else was first, and will end us. */
	while (__atomic_exchange_n(&reporting, true, __ATOMIC_RELAXED))
		pause();

	printf("# after %.3f s: ", seconds());
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	report(check);
	_exit(1);
}

void checks_end(void)
{
	report(NR_CHECKS);
}
