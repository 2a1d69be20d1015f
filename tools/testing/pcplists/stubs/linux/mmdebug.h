/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of linux/mmdebug.h the header under test needs one macro.  It does not print
 * a warning here, the program that includes it decides what becomes of one.
 */
#ifndef _LINUX_MMDEBUG_H
#define _LINUX_MMDEBUG_H

#include <stdbool.h>

/**
 * vm_warn_on - what became of a VM_WARN_ON_ONCE()
 * @failed: whether there is something to warn about
 * @file: where the warning stands
 * @line: where the warning stands
 * @what: the condition, as written
 *
 * Called every time, so that a warning that was never reached can be told from
 * one that was never due.
 *
 * Context: Any.
 */
void vm_warn_on(bool failed, const char *file, int line, const char *what);

#define VM_WARN_ON_ONCE(cond)	vm_warn_on(cond, __FILE__, __LINE__, #cond)

#endif /* _LINUX_MMDEBUG_H */
