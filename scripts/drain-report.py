#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: drain-report.py CSV TITLE VARIANT=LOG...

A table of the drain latencies in guests' logs, and all of them as CSV.  What is
shown for a state is the median over all its measurements of a variant, and in
brackets the smallest and largest.
"""
import re
import statistics
import sys

STATES = {'idle': 'idle', 'user': 'in user space',
          'kernel': 'busy in the kernel', 'fifo': 'SCHED_FIFO task'}


def milliseconds(ns):
    return f'{ns / 1e6:.3g}'


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    seen, variants, begun = {}, [], set()
    with open(sys.argv[1], 'w') as csv:
        print('variant,state,rounds,p50_ns,p90_ns,max_ns', file=csv)
        for arg in sys.argv[3:]:
            variant, _, path = arg.partition('=')
            if variant not in variants:
                variants.append(variant)
            for line in open(path, errors='replace'):
                found = re.search(r'data begun=(\w+)', line)
                if found:
                    begun.add((variant, found[1]))
                found = re.search(r'data bench=drain (.*)', line)
                if not found:
                    continue
                data = dict(word.split('=') for word in found[1].split())
                print(variant, *data.values(), sep=',', file=csv)
                for key in ('p50', 'p90'):
                    seen.setdefault((variant, data['state'], key), []).append(int(data[key]))

    print(sys.argv[2].ljust(26) + ''.join(f'{variant:>30}' for variant in variants))
    for state, name in STATES.items():
        for key in ('p50', 'p90'):
            row = f"{name} {key}".ljust(26)
            for variant in variants:
                values = seen.get((variant, state, key))
                if values:
                    cell = f'{milliseconds(statistics.median(values))} ' \
                        f'({milliseconds(min(values))} to {milliseconds(max(values))})'
                else:
                    cell = 'does not return' if (variant, state) in begun else 'not run'
                row += f'{cell:>30}'
            print(row)


main()
