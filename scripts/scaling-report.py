#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: scaling-report.py CSV VARIANT=LOG...

A table of the instructions of a drain by the number of CPUs and of zones, from
guests' logs, how they grow, and all of it as CSV.  Guests of the same kind have to
agree, and the report tells whether they do.
"""
import statistics

import benchlog

MANY = 512


def fit(points):
    """Least squares: what y is without x, and what each x adds"""
    mean_x = statistics.mean(x for x, _ in points)
    mean_y = statistics.mean(y for _, y in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / \
        sum((x - mean_x) ** 2 for x, _ in points)
    return mean_y - slope * mean_x, slope


def main():
    csv, logs = benchlog.arguments(__doc__)
    print('variant,cpus,nodes,zones,rounds,p50,p90,max', file=csv)
    seen = {}
    for variant, path in logs:
        for kind, data in benchlog.read(path):
            if kind == 'scaling-guest':
                guest = tuple(int(data[key]) for key in ('nodes', 'zones', 'cpus'))
            elif kind == 'drain':
                print(variant, guest[2], guest[0], guest[1],
                      *(data[key] for key in ('rounds', 'p50', 'p90', 'max')), sep=',', file=csv)
                seen.setdefault(guest, {}).setdefault(variant, []).append(int(data['p50']))

    variants = benchlog.in_order(variant for variant, _ in logs)
    print('Instructions of drain_all_pages(NULL), all CPUs together, the others idle, by -icount;')
    print('what waits for a timer counts 1 instruction for each ns.  Median of each guest.\n')
    print('nodes  zones  CPUs' + ''.join(f'{variant:>12}' for variant in variants))
    for guest in sorted(seen):
        cells = [f'{statistics.median(seen[guest][variant]):.0f}' if variant in seen[guest]
                 else '-' for variant in variants]
        print('{:5}  {:5}  {:4}'.format(*guest) + ''.join(f'{cell:>12}' for cell in cells))
    print()
    for variant in variants:
        points = [(cpus, statistics.median(found[variant]))
                  for (nodes, _, cpus), found in seen.items() if nodes == 1 and variant in found]
        first, each = fit(points)
        print(f'{variant}: {first:.0f} and {each:.0f} for each CPU, as much as '
              f'{first + MANY * each:.0f} for {MANY} CPUs')
    apart = [f'{variant} {cpus} CPUs {nodes} nodes {" ".join(map(str, values))}'
             for (nodes, _, cpus), found in sorted(seen.items())
             for variant, values in found.items() if max(values) != min(values)]
    if apart:
        print('Guests of the same kind differ:', '; '.join(apart))


main()
