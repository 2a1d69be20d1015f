// SPDX-License-Identifier: GPL-2.0
/*
 * Reaches direct reclaim, and with it a drain of all pcplists, in a way that
 * succeeds in the end: fills much of free memory with pages that cost nothing
 * to reclaim, then asks for as much again.
 *
 * Usage: hog PERCENT [CPU FIFO-PRIORITY]
 *
 * As a SCHED_FIFO task on the CPU where kswapd runs it outruns kswapd, which
 * would otherwise reclaim in its stead.  Prints how long the second half took.
 */
#include "guest.h"

/*
 * As touch(), but a CPU that is never left by a SCHED_FIFO task does none of its
 * housekeeping: the scheduler complains after three seconds.
 */
static void touch_and_breathe(char *p, size_t bytes)
{
	const size_t piece = 1 << 20;
	double breath = seconds();

	for (; bytes; p += piece, bytes -= bytes < piece ? bytes : piece) {
		touch(p, bytes < piece ? bytes : piece);
		if (seconds() - breath > 0.5) {
			usleep(10000);
			breath = seconds();
		}
	}
}

static size_t free_bytes(void)
{
	unsigned long kb = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");

	if (!f)
		err(1, "/proc/meminfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemFree: %lu", &kb) == 1)
			break;
	fclose(f);
	return kb * 1024;
}

int main(int argc, char **argv)
{
	size_t bytes;
	double start;
	char *p;

	if (argc != 2 && argc != 4)
		errx(2, "usage: hog PERCENT [CPU FIFO-PRIORITY]");
	if (argc == 4)
		pin_to(atoi(argv[2]));

	bytes = free_bytes() / 100 * atoi(argv[1]) & ~4095ul;

	p = new_pages(bytes);
	touch(p, bytes);
	if (madvise(p, bytes, MADV_FREE))
		err(1, "MADV_FREE");

	if (argc == 4)
		make_fifo(atoi(argv[3]));
	start = seconds();
	p = new_pages(bytes);
	touch_and_breathe(p, bytes);
	printf("%.2f\n", seconds() - start);
	return 0;
}
