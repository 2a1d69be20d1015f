// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's TCG: how many instructions does each CPU of the guest execute in its
 * kernel, from one call of a function to the next?
 *
 *	-plugin insns.so,mark=ADDRESS,out=FILE
 *
 * Each second call of the function at ADDRESS writes a line to FILE, with a number for each
 * CPU, of what was executed since the call before.  Who wants something counted calls it
 * before and after that, and nobody else may.  An instruction is the kernel's if its address
 * has the highest bit set.
 *
 * QEMU's translation blocks are counted when they are entered, as a whole: one that a fault
 * leaves counts too much, by a few instructions, and so may what other CPUs are in the
 * middle of.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of qemu-plugin.h, which Debian does not have in any package, what is needed */
#define EXPORT __attribute__((visibility("default")))
#define QEMU_PLUGIN_CB_NO_REGS 0

struct qemu_plugin_tb;
struct qemu_info;

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
		void (*translated)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
		void (*executed)(unsigned int cpu, void *data), int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

EXPORT int qemu_plugin_version = PLUGIN_VERSION;

#define CPUS 64

/* Each on a cache line of its own, written by the thread of that CPU only */
static struct {
	_Alignas(64) uint64_t insns;
} cpus[CPUS];

static uint64_t mark, begin[CPUS];
static unsigned int nr_cpus;
static FILE *out;

static void count(unsigned int cpu, void *insns)
{
	if (cpu >= CPUS)
		return;
	if (cpu >= nr_cpus)
		nr_cpus = cpu + 1;
	cpus[cpu].insns += (uintptr_t)insns;
}

static void marked(unsigned int by, void *unused)
{
	static int calls;
	unsigned int cpu;

	(void)unused;
	if (calls++ % 2) {
		fprintf(out, "by %u:", by);
		for (cpu = 0; cpu < nr_cpus; cpu++)
			fprintf(out, " %lu", (unsigned long)(cpus[cpu].insns - begin[cpu]));
		fputc('\n', out);
		fflush(out);
	}
	/* What was just written is not the guest's work, but it took time. */
	for (cpu = 0; cpu < nr_cpus; cpu++)
		begin[cpu] = cpus[cpu].insns;
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	uint64_t at = qemu_plugin_tb_vaddr(tb);

	(void)id;
	if (at >> 63)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, count, QEMU_PLUGIN_CB_NO_REGS,
						     (void *)qemu_plugin_tb_n_insns(tb));
	if (at == mark)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, marked, QEMU_PLUGIN_CB_NO_REGS, NULL);
}

EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "mark=", 5))
			mark = strtoull(argv[i] + 5, NULL, 0);
		else if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
	}
	if (!mark || !out) {
		fprintf(stderr, "insns: mark=ADDRESS and out=FILE are needed\n");
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
