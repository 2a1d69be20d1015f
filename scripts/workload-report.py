#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: workload-report.py CSV VARIANT=LOG...

Throughput of workloads from guests' logs, how that of a variant compares with the
first one's, and all of it as CSV.  In guests with one CPU the clock counts
instructions, so that what they say is how many an operation takes; the others are as
fast as the host lets them be, which a 95 % interval of the ratio takes into account:
that of 10000 samples of the same size from the measurements, drawn at random.
"""
import random
import statistics

import benchlog

SAMPLES = 10000


def interval(first, other):
    """Of mean(other) / mean(first)"""
    draw = random.Random(1)
    ratios = sorted(statistics.fmean(draw.choices(other, k=len(other))) /
                    statistics.fmean(draw.choices(first, k=len(first)))
                    for _ in range(SAMPLES))
    return ratios[SAMPLES * 25 // 1000], ratios[SAMPLES * 975 // 1000]


def main():
    csv, logs = benchlog.arguments(__doc__)
    print('variant,cpus,name,operations,seconds,user,system,pages', file=csv)
    seen = {}
    for variant, path in logs:
        for kind, data in benchlog.read(path):
            if kind == 'workload':
                print(variant, *(data[key] for key in ('cpus', 'name', 'operations', 'seconds',
                                                       'user', 'system', 'pages')),
                      sep=',', file=csv)
                seen.setdefault((data['cpus'], data['name']), {}) \
                    .setdefault(variant, []).append(data)

    first = logs[0][0]
    print('A stressor of stress-ng on each CPU, mean of all measurements (smallest to largest),')
    print('and that compared with', first)
    for (cpus, name), found in seen.items():
        per = 'instructions/op' if cpus == '1' else 'op/s'
        values = {}
        print(f'\n{name}, {cpus} CPU{"s" if cpus != "1" else ""}, {per}')
        for variant, all_data in found.items():
            values[variant] = [float(data['operations']) / float(data['seconds'])
                               for data in all_data]
            if cpus == '1':
                values[variant] = [1e9 / value for value in values[variant]]
            pages = sum(int(data['pages']) for data in all_data) / \
                sum(int(data['operations']) for data in all_data)
            line = f'  {variant:<12}{statistics.fmean(values[variant]):12.0f} ' \
                f'({min(values[variant]):.0f} to {max(values[variant]):.0f}), ' \
                f'n={len(values[variant])}, {pages:.1f} pages/op'
            if variant != first and first in values:
                ratio = statistics.fmean(values[variant]) / statistics.fmean(values[first])
                line += f': {ratio:.3f}'
                # One CPU does the same in each guest.
                if cpus != '1':
                    low, high = interval(values[first], values[variant])
                    line += f' ({low:.3f} to {high:.3f})'
            print(line)


main()
