// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the pcplists of one CPU moving: maps, touches and unmaps memory in
 * pieces of random size until killed.
 *
 * Usage: churn CPU MEGABYTES SEED
 */
#include "guest.h"

int main(int argc, char **argv)
{
	enum { PIECES = 16 };
	char *piece[PIECES] = { NULL };
	size_t bytes[PIECES];
	size_t most;

	if (argc != 4)
		errx(2, "usage: churn CPU MEGABYTES SEED");
	pin_to(atoi(argv[1]));
	most = ((size_t)atoi(argv[2]) << 20) / PIECES;
	srandom(atoi(argv[3]));

	for (;;) {
		int i = random() % PIECES;

		if (piece[i])
			munmap(piece[i], bytes[i]);
		bytes[i] = 4096 + ((size_t)random() % most & ~4095ul);
		piece[i] = new_pages(bytes[i]);
		touch(piece[i], bytes[i]);
	}
}
