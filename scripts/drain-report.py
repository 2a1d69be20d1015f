#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: drain-report.py CSV VARIANT=LOG...

Tables of the drain latencies in guests' logs, with CPUs isolated and without, and all
of them as CSV.  What is shown for a state is the median over all its measurements of a
variant, and in brackets the smallest and largest.
"""
import statistics

import benchlog

STATES = {'idle': 'idle', 'user': 'in user space',
          'kernel': 'in and out of the kernel', 'stays': 'stays in the kernel',
          'fifo': 'SCHED_FIFO task'}


def milliseconds(ns):
    return f'{ns / 1e6:.3g}'


def main():
    csv, logs = benchlog.arguments(__doc__)
    seen, begun, function = {}, set(), ''
    print('isolated,variant,state,rounds,p50_ns,p90_ns,max_ns', file=csv)
    for variant, path in logs:
        isolated = ''
        for kind, data in benchlog.read(path):
            if kind == 'drain-guest':
                isolated, function = data['isolated'], data['function']
            elif kind == 'drain-begun':
                begun.add((isolated, variant, data['state']))
            elif kind == 'drain':
                print(isolated, variant, *data.values(), sep=',', file=csv)
                for key in ('p50', 'p90', 'max'):
                    where = isolated, variant, data['state'], key
                    seen.setdefault(where, []).append(int(data[key]))

    print(f'{function}(), ms: median of the runs (smallest to largest)')
    for isolated in benchlog.in_order(place for place, _, _ in sorted(begun, reverse=True)):
        variants = benchlog.in_order(variant for variant, _ in logs
                                     if any((isolated, variant, state) in begun
                                            for state in STATES))
        title = f'CPU {isolated} isolated' if isolated else 'no CPU isolated'
        print()
        print(title.ljust(30) + ''.join(f'{variant:>30}' for variant in variants))
        for state, name in STATES.items():
            for key in ('p50', 'p90', 'max'):
                row = f"{name} {key}".ljust(30)
                for variant in variants:
                    values = seen.get((isolated, variant, state, key))
                    if values:
                        cell = f'{milliseconds(statistics.median(values))} ' \
                            f'({milliseconds(min(values))} to {milliseconds(max(values))})'
                    else:
                        cell = 'does not return' if (isolated, variant, state) in begun \
                            else 'not run'
                    row += f'{cell:>30}'
                print(row)


main()
