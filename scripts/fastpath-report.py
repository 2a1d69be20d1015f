#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: fastpath-report.py CSV VARIANT=LOG...

A table of the instructions that allocations and frees took in guests' logs, with
what the last variant takes more than the first, a table of atomic instructions, and
the former as CSV.  Guests of the same variant have to agree to the instruction, and
the report tells whether they do.
"""
import statistics

import benchlog

ROWS = {'order0': 'order 0', 'order1': 'order 1', 'order2': 'order 2', 'order3': 'order 3',
        'bulk': '64 allocated in bulk', 'batch': '64 freed in a batch',
        'burst': '64 and 64, lists empty'}
AIM = 1         # per cent


class Report:
    def __init__(self):
        self.variants = []      # in the order given
        self.setups = set()     # what is the same for all guests
        self.seen = {}          # (variant, row) -> a dictionary for each guest
        self.atomics = {}       # (variant, function) -> (instructions, calls)

    def add(self, variant, path, csv):
        if variant not in self.variants:
            self.variants.append(variant)
        for kind, data in benchlog.read(path):
            if kind == 'fastpath':
                print(variant, *data.values(), sep=',', file=csv)
                self.seen.setdefault((variant, data['what']), []).append(data)
            elif kind == 'fastpath-atomics':
                self.atomics[variant, data['function']] = int(data['atomics']), int(data['calls'])
            else:
                self.setups |= {f'{key}={value}' for key, value in data.items()}

    def values(self, variant, row, key='instructions'):
        return [float(data[key]) for data in self.seen.get((variant, row), [])]

    def more(self, row):
        """What the last variant takes more than the first, in per cent"""
        first, last = (self.values(self.variants[i], row) for i in (0, -1))
        if first and last:
            return (statistics.median(last) / statistics.median(first) - 1) * 100
        return None

    def instructions(self):
        print('Instructions for each page, or block, allocated and freed, by -icount')
        print('(' + ', '.join(sorted(self.setups)) + ')\n')
        print(' ' * 26 + ''.join(f'{variant:>12}' for variant in self.variants))
        for row, name in ROWS.items():
            if not any((variant, row) in self.seen for variant in self.variants):
                print(f'{name:26}{"not on this kernel":>24}')
                continue
            cells = [f'{statistics.median(values):.1f}' if values else '-' for values in
                     (self.values(variant, row) for variant in self.variants)]
            more = self.more(row)
            print(f'{name:26}' + ''.join(f'{cell:>12}' for cell in cells) +
                  ('' if more is None else f'{more:+10.2f} %'))
        print()

    def remarks(self):
        if 'interrupts=on' in self.setups:
            print('PREEMPT_RT: with interrupts on, so these are medians and not exact')

        apart = [f'{variant} {ROWS[row]} {" ".join(map(str, values))}'
                 for variant, row in self.seen
                 for values in [self.values(variant, row)]
                 # A clock of 16 ns is a quarter of an instruction for each of 64 pages.
                 if max(values) - min(values) >= 0.5]
        guests = min((len(found) for found in self.seen.values()), default=0)
        if guests < 2:
            print('One guest of a variant: whether another agrees is not known')
        elif apart:
            print('NOT REPRODUCED, guests of the same variant differ:', '; '.join(apart))
        else:
            print(f'{guests} guests of each variant agree to the instruction')

        unsteady = [f'{variant} {ROWS[row]} {data["min"]} to {data["max"]}'
                    for (variant, row), found in self.seen.items() for data in found
                    if float(data['max']) - float(data['min']) >= 0.5]
        if unsteady:
            print('Medians, samples in a guest differ:', '; '.join(unsteady))

        zone = {ROWS[row]: f"{data['zone_visits']} of {data['of']}"
                for (_, row), found in self.seen.items() for data in found
                if data['zone_visits'] != '0'}
        if zone:
            print('Not from the lists alone, calls that went to the zone:',
                  ', '.join(f'{name} {visits}' for name, visits in zone.items()))

        failed = {ROWS[row] for (_, row), found in self.seen.items() for data in found
                  if data['failed'] != '0'}
        if failed:
            print('WRONG, allocations failed:', ', '.join(failed))

        missed = [name for row, name in ROWS.items() if (self.more(row) or 0) > AIM]
        print(f'The aim, at most {AIM} % more, is',
              f'missed by: {", ".join(missed)}' if missed else 'met')
        print()

    def static(self):
        if not self.atomics:
            return
        print('Atomic instructions (LOCK and xchg; exclusive and LSE) in the code of functions of')
        print('mm/page_alloc.o, and + calls that take a spinlock: those that there are, not those')
        print('that are run.  A function that is missing has none, or was inlined.  With one CPU')
        print('x86 turns LOCK into another prefix, which leaves the numbers above as they are.\n')
        print(' ' * 34 + ''.join(f'{variant:>12}' for variant in self.variants))
        used = {function for (_, function), n in self.atomics.items() if any(n)}
        for function in sorted(used - {'all'}) + ['all']:
            cells = ['{} + {}'.format(*self.atomics[variant, function])
                     if (variant, function) in self.atomics else '-' for variant in self.variants]
            name = 'the whole file' if function == 'all' else function
            print(f'{name:34}' + ''.join(f'{cell:>12}' for cell in cells))


def main():
    csv, logs = benchlog.arguments(__doc__)
    report = Report()
    print('variant,what,instructions,min,max,zone_visits,of,failed', file=csv)
    for variant, path in logs:
        report.add(variant, path, csv)
    report.instructions()
    report.remarks()
    report.static()


main()
