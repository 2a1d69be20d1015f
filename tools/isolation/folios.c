// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps folios on their way between the lists of the LRU, on whichever CPU:
 * anonymous ones, small and huge, those of tmpfs, and of files in DIRECTORY.  They
 * are written, mlocked and munlocked, made cold or free to take, written back,
 * dropped, and shared with a child that is forked.  Each page says which one it is;
 * ends with a message when one is not, or on SIGTERM with the number of pages that
 * were looked at.  It also drains all CPUs' batches, looks at pages that have been
 * munlocked, and tells how many these were, and how many the kernel took for mlocked, or
 * for unevictable, all the same.
 *
 * Usage: folios SEED DIRECTORY
 */
#include "guest.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef MADV_COLD	/* glibc's since 2.32 */
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#endif
#define MPOL_MF_MOVE	2	/* libnuma's */

/* Of /proc/kpageflags, see include/linux/kernel-page-flags.h and its like in uapi */
#define KPF(bit)	(1ull << (bit))
#define LRU		KPF(5)
#define UNEVICTABLE	KPF(18)
#define MLOCKED		KPF(33)

enum { PIECES = 32, MOST = 64, PAGE = 4096 };

/* Somewhere in so many there is an aligned huge page. */
#define AROUND_HUGE	1023

struct piece {
	char *at;
	int pages;
	int fd;			/* or -1 */
	unsigned int stamp;	/* what its first page says */
	bool free_to_take;	/* pages may be zero by now */
	bool mlocked;
	bool munlocked;		/* after that, and not mlocked since */
};

static struct piece pieces[PIECES];
static unsigned int next_stamp;
static unsigned long checked, munlocked, left_mlocked, left_unevictable;
static int pagemap, kpageflags;
static volatile sig_atomic_t ending;

static void end(int signal)
{
	(void)signal;
	ending = 1;
}

/* Both ends of a page, of which one may be somebody else's */
static unsigned int *first_word(struct piece *piece, int page)
{
	return (unsigned int *)(piece->at + (size_t)page * PAGE);
}

static unsigned int *last_word(struct piece *piece, int page)
{
	return first_word(piece, page + 1) - 1;
}

static void check(struct piece *piece)
{
	int i;

	for (i = 0; i < piece->pages; i++) {
		unsigned int first = *first_word(piece, i), last = *last_word(piece, i);

		checked++;
		if (piece->free_to_take && !last) {
			/* It may have been taken after the first look. */
			first = *(volatile unsigned int *)first_word(piece, i);
			if (!first)
				continue;
		}
		if (first != piece->stamp + i || last != piece->stamp + i)
			errx(1, "page %d of %d, of %s, is %#x and %#x, not %#x", i, piece->pages,
			     piece->fd < 0 ? "memory" : "a file", first, last, piece->stamp + i);
	}
}

static void write_anew(struct piece *piece)
{
	int i;

	piece->stamp = next_stamp;
	next_stamp += piece->pages;
	piece->free_to_take = false;
	for (i = 0; i < piece->pages; i++)
		*first_word(piece, i) = *last_word(piece, i) = piece->stamp + i;
}

/* What a page that is there is, or 0 */
static uint64_t flags_of(unsigned int *page)
{
	uint64_t entry = 0, flags = 0;

	if (pread(pagemap, &entry, 8, (uintptr_t)page / PAGE * 8) != 8 || !(entry >> 63))
		return 0;
	if (pread(kpageflags, &flags, 8, (entry & (KPF(55) - 1)) * 8) != 8)
		return 0;
	return flags;
}

static void ask_for_flags(struct piece *piece)
{
	void *page = piece->at;
	int node = 0, status, i;
	uint64_t flags;

	/* What is still to be munlocked is in some CPU's batch, and this drains them all. */
	if (syscall(SYS_move_pages, 0, 1, &page, &node, &status, MPOL_MF_MOVE))
		return;
	for (i = 0; i < piece->pages; i++) {
		flags = flags_of(first_word(piece, i));
		if (!(flags & LRU))
			continue;
		munlocked++;
		if (flags & MLOCKED)
			left_mlocked++;
		else if (flags & UNEVICTABLE)
			left_unevictable++;
	}
}

static void drop(struct piece *piece)
{
	check(piece);
	if (piece->munlocked && random() % 4 == 0)
		ask_for_flags(piece);
	munmap(piece->at, (size_t)piece->pages * PAGE);
	if (piece->fd >= 0)
		close(piece->fd);
	piece->at = NULL;
}

/* A file of that many pages, without a name; -1 if there is no room for it */
static int new_file(const char *directory, int pages)
{
	static const char zeroes[PAGE];
	char name[256];
	int fd;

	snprintf(name, sizeof(name), "%s/folios.XXXXXX", directory);
	fd = mkstemp(name);
	if (fd < 0)
		return -1;
	unlink(name);
	/* Through a mapping it would be SIGBUS to find no room. */
	while (pages--) {
		if (write(fd, zeroes, PAGE) != PAGE) {
			close(fd);
			return -1;
		}
	}
	return fd;
}

static void begin(struct piece *piece, const char *directory)
{
	size_t bytes;

	piece->pages = 1 + random() % MOST;
	if (piece == pieces)	/* One is enough. */
		piece->pages = AROUND_HUGE;
	bytes = (size_t)piece->pages * PAGE;
	piece->fd = piece != pieces && random() % 2 ? new_file(directory, piece->pages) : -1;
	piece->mlocked = piece->munlocked = false;

	if (piece->fd >= 0) {
		piece->at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, piece->fd, 0);
		if (piece->at == MAP_FAILED)
			err(1, "mmap of a file");
	} else {
		piece->at = new_pages(bytes);
		if (piece == pieces)
			madvise(piece->at, bytes, MADV_HUGEPAGE);
	}
	write_anew(piece);
}

/* A child has a copy, and each keeps what it writes to itself. */
static void fork_and_write(void)
{
	int i, status;
	pid_t child = fork();

	if (child < 0)
		return;
	next_stamp += child ? 0 : 1u << 31;
	for (i = 0; i < PIECES; i++) {
		if (!pieces[i].at)
			continue;
		check(&pieces[i]);
		if (pieces[i].fd < 0 && random() % 2)
			write_anew(&pieces[i]);
	}
	for (i = 0; i < PIECES; i++)
		if (pieces[i].at && pieces[i].fd < 0)
			check(&pieces[i]);
	if (!child)
		_exit(0);

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	/* Killed, it was by somebody who wanted memory. */
	if (status && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
		errx(1, "a child has ended with status %#x", status);
}

/* Any that there is; where there is none, stay. */
static void go_to_some_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(random() % 4, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void do_something(struct piece *piece)
{
	size_t bytes = (size_t)piece->pages * PAGE;

	switch (random() % 12) {
	case 0:
	case 1:
		drop(piece);
		break;
	case 2:
		check(piece);
		write_anew(piece);
		break;
	case 3:
	case 4:
		piece->mlocked = !mlock(piece->at, bytes);
		piece->munlocked = false;
		break;
	case 5:
	case 6:
		munlock(piece->at, bytes);
		piece->munlocked |= piece->mlocked;
		piece->mlocked = false;
		break;
	case 7:
		madvise(piece->at, bytes, MADV_COLD);
		break;
	case 8:
		madvise(piece->at, bytes, MADV_PAGEOUT);
		break;
	case 9:
		if (piece->fd < 0 && !madvise(piece->at, bytes, MADV_FREE))
			piece->free_to_take = true;
		break;
	case 10:
		if (piece->fd >= 0) {
			fsync(piece->fd);
			/* What is mapped is not dropped. */
			madvise(piece->at, bytes, MADV_DONTNEED);
			posix_fadvise(piece->fd, 0, bytes, POSIX_FADV_DONTNEED);
		}
		break;
	case 11:
		go_to_some_cpu();
		break;
	}
}

int main(int argc, char **argv)
{
	int i;

	if (argc != 3)
		errx(2, "usage: folios SEED DIRECTORY");
	srandom(atoi(argv[1]));
	signal(SIGTERM, end);
	pagemap = open("/proc/self/pagemap", O_RDONLY);
	kpageflags = open("/proc/kpageflags", O_RDONLY);
	if (pagemap < 0 || kpageflags < 0)
		err(1, "/proc/self/pagemap and /proc/kpageflags");

	while (!ending) {
		struct piece *piece = &pieces[random() % PIECES];

		if (!piece->at)
			begin(piece, argv[2]);
		else if (random() % 64)
			do_something(piece);
		else
			fork_and_write();
	}

	for (i = 0; i < PIECES; i++)
		if (pieces[i].at)
			drop(&pieces[i]);
	printf("%lu %lu %lu %lu\n", checked, munlocked, left_mlocked, left_unevictable);
	return 0;
}
