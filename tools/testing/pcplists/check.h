/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is checked, and the bugs that show that it is.
 */
#ifndef _CHECK_H
#define _CHECK_H

#include <linux/compiler.h>

enum check {
	CHECK_EMPTY,
	CHECK_PAGE_STATE,
	CHECK_PAGE_LOST,
	CHECK_ONE_OWNER,
	CHECK_IDLE_EMPTY,
	CHECK_COUNT,
	CHECK_LINKS,
	CHECK_WARNINGS,
	CHECK_GRACE_PERIOD,
	CHECK_DRAIN_WAITS,
	CHECK_DISABLED,
	CHECK_DEAD,
	CHECK_NO_HANG,
	CHECK_ALL_FREE,
	NR_CHECKS,
};

enum bug {
	NO_BUG,
	NO_GP,
	LP_TWICE,
	LOST_PAGE,
	BAD_COUNT,
	NO_MUTEX,
	NO_RELEASE,
	PAGES_LEFT,
	NO_DISABLE_GP,
	NO_RETIRE,
	NO_WAIT,
	NR_BUGS,
};

struct bug_description {
	const char *name;
	const char *text;
};

extern const struct bug_description bugs[NR_BUGS];

/* The bug of this run, constant while threads are running. */
extern enum bug seeded_bug;

/**
 * busted - is this the run's bug?
 * @bug: the bug that the caller is about to have
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool busted(enum bug bug)
{
	return seeded_bug == bug;
}

/* Which checks had anything to look at. */
extern bool checked[NR_CHECKS];

/**
 * check_failed - report and end the run
 * @check: the check that failed
 * @fmt: what was seen
 *
 * Nothing is to be relied on after the first failure, so there is one at most.
 *
 * Context: Any thread.
 */
void check_failed(enum check check, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

#define check(which, cond, ...)						\
do {									\
	if (!READ_ONCE(checked[which]))					\
		WRITE_ONCE(checked[which], true);			\
	if (__builtin_expect(!(cond), 0))				\
		check_failed(which, __VA_ARGS__);			\
} while (0)

/**
 * checks_begin - start the clock and print the head of the report
 *
 * Context: Before the first check.
 */
void checks_begin(void);

/**
 * checks_end - print the report of a run without a failure
 *
 * Context: After the last check.
 */
void checks_end(void);

/**
 * seconds - since checks_begin()
 *
 * Context: Any.
 * Return: the time.
 */
double seconds(void);

#endif /* _CHECK_H */
