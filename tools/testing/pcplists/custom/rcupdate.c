// SPDX-License-Identifier: GPL-2.0
/*
 * What linux/rcupdate.h cannot do inline.
 */
#include <linux/rcupdate.h>

char rcu_tsan;
bool rcu_assign_relaxed;
_Thread_local unsigned long rcu_grace_periods;
_Thread_local bool rcu_in_section;

void synchronize_rcu(void)
{
	vm_warn_on(rcu_in_section, __FILE__, __LINE__, "grace period in a critical section");
	URCU(synchronize_rcu)();
	rcu_tsan_grace_period_ends();
	rcu_grace_periods++;
}
