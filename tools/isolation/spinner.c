// SPDX-License-Identifier: GPL-2.0
/*
 * The task that must not be interrupted: spins in user space and makes no
 * system call.  On SIGUSR1 it first fills everything the kernel keeps per CPU,
 * so that there is something of this CPU's for others to want back.
 *
 * Usage: spinner CPU [FIFO-PRIORITY]
 */
#include "guest.h"
#include <fcntl.h>
#include <signal.h>

static volatile sig_atomic_t fill;

static void on_usr1(int sig)
{
	(void)sig;
	fill = 1;
}

static void fill_cpu(void)
{
	static char block[65536], *kept;
	const size_t some = 4 << 20, few = 5 * 4096;
	int fd, pipes[2];
	char *p;

	/* Pages of a task that unmaps them end in the pcplists. */
	p = new_pages(some);
	touch(p, some);
	munmap(p, some);

	/* So do those of a file; its inode and dentry leave slabs behind. */
	fd = open("/tmp/spinner", O_CREAT | O_TRUNC | O_WRONLY, 0600);
	if (fd >= 0) {
		for (int i = 0; i < 16; i++)
			if (write(fd, block, sizeof(block)) < 0)
				break;
		close(fd);
		unlink("/tmp/spinner");
	}

	if (!pipe2(pipes, O_NONBLOCK)) {
		if (write(pipes[1], block, sizeof(block)) < 0)
			warn("write to a pipe");
		close(pipes[0]);
		close(pipes[1]);
	}

	/* Last, and kept: these wait in the CPU's LRU batch to be added. */
	if (kept)
		munmap(kept, few);
	kept = new_pages(few);
	touch(kept, few);
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3)
		errx(2, "usage: spinner CPU [FIFO-PRIORITY]");

	signal(SIGUSR1, on_usr1);
	pin_to(atoi(argv[1]));
	if (mlockall(MCL_CURRENT))
		err(1, "mlockall");
	if (argc == 3)
		make_fifo(atoi(argv[2]));

	for (;;) {
		if (fill) {
			fill = 0;
			fill_cpu();
		}
	}
}
