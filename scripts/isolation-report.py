#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: isolation-report.py base=LOG | patched=LOG | base=LOG patched=LOG

A table, side by side, of what the guests saw, then what to think of it as KTAP.
Reads the "data" lines that tools/isolation/guest/isolation.sh prints.  Exits 0
only if pcplists were really drained, and if what TOPIC= in the environment is about
interrupted isolated CPUs on the base, pcplists where that is older than v6.1, and
none on the patched kernel.
"""
import os
import re
import statistics
import sys

# What the isolated CPU was made to run, by who is to blame.  What is not in
# here is shown under its own name.
OWNERS = {
    'drain_local_pages_wq': 'pcplists',
    'lru_add_drain_per_cpu': 'LRU',
    'pcpu_balance_workfn': 'percpu',
    'flush_cpu_slab': 'SLUB',
    'vmstat_update': 'vmstat',
    'refresh_vm_stats': 'vmstat',
    'drain_local_stock': 'memcg',
    'wq_barrier_func': None,        # the waiting for one of the others
}
# Whom a topic has leave isolated CPUs alone
SUBJECTS = {
    'pcplists': ('pcplists',),
    'lru': ('LRU',),
    'percpu': ('percpu',),
    'all': ('pcplists', 'LRU', 'percpu'),
}[os.environ.get('TOPIC', 'pcplists')]
# The actions that must drain pcplists to do what they do.
DRAINING = ('reclaim', 'cma', 'memory_offline')


class Guest:
    """
    What one guest's log says: actions[name][cpu], hang[when], a list,
    behind[name], what took how long while CPU 1 belonged to a SCHED_FIFO task, and
    percpu, where the work ran that CPU 1 had caused.
    """

    def __init__(self, path):
        self.actions, self.hang, self.behind, self.percpu = {}, {}, {}, {}
        self.path = path
        self.remote = False
        for line in open(path, errors='replace'):
            running = re.match(r'guest: running isolation on (\d+)', line)
            if running:
                # Since v6.1 no drain of pcplists needs the other CPUs' help.
                self.remote = int(running[1]) >= 6
            if not line.startswith('data '):
                continue
            data = dict(word.split('=', 1) for word in line.split()[1:])
            if 'hang' in data:
                self.hang.setdefault(data['hang'], []).append(data)
            elif 'behind' in data:
                self.behind[data['behind']] = data
            elif 'percpu' in data:
                self.percpu = {where: int(data[where]) for where in ('cpu1', 'others')}
            else:
                self.actions.setdefault(data['action'], {})[int(data['cpu'])] = data
        if not self.actions:
            sys.exit(f'isolation-report.py: no results in {path}')

    def reached(self, action):
        return self.actions[action][1]['reached'] == 'yes'

    def causes(self, action):
        """{function: how often} on both isolated CPUs."""
        found = {}
        for data in self.actions[action].values():
            for cause in re.findall(r'[^,]+:\d+', data['causes']):
                name, times = cause.rsplit(':', 1)
                found[name] = found.get(name, 0) + int(times)
        return found

    def switches(self, action):
        return sum(int(data['switches']) for data in self.actions[action].values())

    def by(self, owner):
        return sum(times for action in self.actions
                   for name, times in self.causes(action).items()
                   if OWNERS.get(name) == owner)

    def cell(self, action):
        """The action's place in the table."""
        if action not in self.actions:
            return 'not run'
        if not self.reached(action):
            return 'not exercised'
        text = str(self.switches(action))
        causes = [f'{name} {times}' for name, times in sorted(self.causes(action).items())
                  if OWNERS.get(name, name)]
        if causes:
            text += ': ' + ', '.join(causes)
        return text

    def interrupts(self, action):
        if action not in self.actions:
            return 'not run'
        cpus = self.actions[action].values()
        return ' / '.join(str(sum(int(data[kind]) for data in cpus)) for kind in ('ipi', 'timer'))

    def blocked(self, when):
        """The hang, if it came to one."""
        return next((data for data in self.hang.get(when, [])
                     if data['seconds'] == 'blocked'), None)

    def seconds(self, when):
        """What each of the others took, in order of size."""
        return sorted(float(data['seconds']) for data in self.hang.get(when, [])
                      if data['seconds'] != 'blocked')

    def hang_cell(self, when):
        if not self.hang.get(when):
            return 'not run'
        if self.blocked(when):
            return f"still blocked after {self.blocked(when)['limit']} s"
        seconds = self.seconds(when)
        return f'{statistics.median(seconds):.1f} s ({seconds[0]:.1f} to {seconds[-1]:.1f})'

    def percpu_cell(self):
        if not self.percpu:
            return 'not run'
        return f"{self.percpu['cpu1']} there, {self.percpu['others']} elsewhere"

    def behind_cell(self, name):
        data = self.behind.get(name)
        if not data:
            return 'not run'
        if data['seconds'] == 'blocked':
            return f"still blocked after {data['limit']} s"
        return f"{data['seconds']} s"


def table(head, rows):
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    line = '  '.join('-' * width for width in widths)
    for row in [head, None] + rows:
        print(line if row is None else
              '  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


class Ktap:
    def __init__(self):
        self.lines, self.failed = [], 0

    def test(self, ok, name, *notes):
        self.lines += [f'# {note}' for note in notes]
        self.failed += not ok
        count = sum(not line.startswith('#') for line in self.lines) + 1
        self.lines.append(f'{"" if ok else "not "}ok {count} {name}')

    def done(self):
        count = sum(not line.startswith('#') for line in self.lines)
        print('KTAP version 1')
        print(f'1..{count}')
        print('\n'.join(self.lines))
        print(f'# isolation: {count - self.failed} passed, {self.failed} failed')
        return self.failed == 0


def test_reached(ktap, guest, name):
    for action in DRAINING:
        data = guest.actions.get(action, {}).get(1)
        ok = bool(data) and guest.reached(action) and int(data['drains']) > 0
        notes = []
        if data:
            before, after = map(int, data['pcp'].split(','))
            ok = ok and after < before
            notes = [f"drains {data['drains']}, allocstall {data['allocstall']}, "
                     f"pages on CPU 1's lists {before} before, {after} after"]
        ktap.test(ok, f"{name}: {action} drained CPU 1's lists", *notes)
    control = guest.actions.get('none')
    ktap.test(bool(control) and guest.switches('none') == 0,
              f'{name}: no interruption when nothing is done')


def test_base(ktap, guest, name):
    if 'LRU' in SUBJECTS:
        ktap.test(guest.by('LRU') > 0, f'{name}: drains of LRU batches interrupt isolated CPUs')
        ktap.test(guest.behind.get('drop_caches', {}).get('seconds') == 'blocked',
                  f'{name}: drop_caches hangs while a SCHED_FIFO task owns CPU 1')
    if 'percpu' in SUBJECTS:
        ktap.test(guest.percpu.get('cpu1', 0) > 0,
                  f"{name}: percpu's work runs on the isolated CPU that caused it")
    if guest.remote:
        test_pcplists(ktap, guest, name)
        return
    ktap.test(guest.by('pcplists') > 0, f'{name}: drains of pcplists interrupt isolated CPUs')
    ktap.test(bool(guest.blocked('with_fifo')),
              f'{name}: direct reclaim hangs while a SCHED_FIFO task owns CPU 1')


def test_patched(ktap, guest, name):
    for subject in SUBJECTS[SUBJECTS[0] == 'pcplists':]:
        ktap.test(guest.by(subject) == 0, f'{name}: no interruption by {subject}')
    if 'LRU' in SUBJECTS:
        seconds = [guest.behind.get(action, {}).get('seconds', 'not run')
                   for action in ('drop_caches', 'compact_memory')]
        ktap.test(not set(seconds) & {'blocked', 'not run'},
                  f'{name}: drop_caches and compact_memory return while a SCHED_FIFO task owns CPU 1')
    if 'percpu' in SUBJECTS:
        ktap.test(guest.percpu.get('cpu1') == 0 and guest.percpu['others'] > 0,
                  f"{name}: percpu's work runs on other CPUs than the isolated one that caused it")
    test_pcplists(ktap, guest, name)


def test_pcplists(ktap, guest, name):
    ktap.test(guest.by('pcplists') == 0, f'{name}: no interruption by a drain of pcplists')
    ktap.test(guest.switches('reclaim') == 0, f'{name}: no interruption by direct reclaim')
    free, fifo = guest.seconds('without_fifo'), guest.seconds('with_fifo')
    ok = len(free) == len(fifo) == 3 and \
        all(int(data['allocstall']) > 0 for data in guest.hang['with_fifo']) and \
        statistics.median(fifo) <= 2 * statistics.median(free)
    ktap.test(ok, f'{name}: direct reclaim returns while a SCHED_FIFO task owns CPU 1')


def main():
    tests = {'unpatched': test_base, 'patched': test_patched}
    guests, names = [], []
    for arg in sys.argv[1:]:
        variant, _, path = arg.partition('=')
        names.append({'base': 'unpatched', 'patched': 'patched'}.get(variant))
        if not path or not names[-1]:
            sys.exit(__doc__)
        guests.append(Guest(path))
    if not guests:
        sys.exit(__doc__)

    print('Interruptions of the isolated CPUs 1 and 2, and what they were made to run:\n')
    table(['what CPU 0 does'] + names,
          [[action] + [guest.cell(action) for guest in guests]
           for action in guests[0].actions])
    print('\nInterrupts there, by other CPUs / by their own timer:\n')
    table(['what CPU 0 does'] + names,
          [[action] + [guest.interrupts(action) for guest in guests]
           for action in guests[0].actions])
    print('\nWork that follows from 60 memory cgroups made on CPU 1:\n')
    table(['what runs'] + names,
          [['pcpu_balance_workfn'] + [guest.percpu_cell() for guest in guests]])
    print('\nA process in direct reclaim returns after (median of three, smallest to largest):\n')
    table(['CPU 1 runs'] + names,
          [[label] + [guest.hang_cell(when) for guest in guests]
           for label, when in (('an ordinary task', 'without_fifo'),
                               ('a SCHED_FIFO task', 'with_fifo'))])
    if any(guest.behind for guest in guests):
        print('\nBehind a SCHED_FIFO task on CPU 1:\n')
        table(['what CPU 0 does'] + names,
              [[action] + [guest.behind_cell(action) for guest in guests]
               for action in ('drop_caches', 'compact_memory')])
    for guest, name in zip(guests, names):
        blocked = guest.blocked('with_fifo') or next(
            (data for data in guest.behind.values() if data['seconds'] == 'blocked'), None)
        if blocked:
            print(f'\n{name}: it waits in {" < ".join(blocked["where"].strip(",").split(",")[:5])}')
    print()

    ktap = Ktap()
    for guest, name in zip(guests, names):
        test_reached(ktap, guest, name)
        tests[name](ktap, guest, name)
    sys.exit(0 if ktap.done() else 1)


main()
