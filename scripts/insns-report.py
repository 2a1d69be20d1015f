#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: insns-report.py CSV VARIANT=LOG...

A table of the instructions that a drain takes on the CPU that drains and on the
others, in the kernel, by what the others do, from guests' logs and the LOG.insns that
QEMU wrote meanwhile, and all of it as CSV.
"""
import re
import statistics

import benchlog

# What the others do in the kernel in these is their own work, drain or not.
BUSY = ('kernel', 'stays')


def drains(path):
    """(state, [instructions of each CPU], the CPU that drained) of each drain"""
    begun = [data['state'] for kind, data in benchlog.read(path) if kind == 'drain-begun']
    done = [(data['state'], int(data['rounds']))
            for kind, data in benchlog.read(path) if kind == 'drain']
    lines = [re.match(r'by (\d+): (.*)', line) for line in open(path + '.insns')]
    states = [state for state, rounds in done for _ in range(rounds)]
    # Where drains do not return there is no result, but what came before is counted.
    states += begun[len(done):] * (len(lines) - len(states))
    if len(states) != len(lines):
        raise SystemExit(f'{path}: {len(states)} drains, {len(lines)} were counted')
    for state, line in zip(states, lines):
        yield state, [int(word) for word in line[2].split()], int(line[1])


def main():
    csv, logs = benchlog.arguments(__doc__)
    print('variant,state,drains,drainer_p50,drainer_max,others_p50,others_max,undisturbed', file=csv)
    seen = {}
    for variant, path in logs:
        for state, insns, by in drains(path):
            seen.setdefault(state, {}).setdefault(variant, []).append(
                (insns[by], sum(insns) - insns[by]))

    print('Instructions of a drain in the kernel, on the CPU that drains and on the others')
    print('together: p50 and the most.  Undisturbed: drains in which those executed none.\n')
    print(f'{"others are":<12}{"variant":<20}{"drains":>7}{"drainer":>10}{"most":>10}'
          f'{"others":>10}{"most":>10}{"undisturbed":>13}')
    for state, variants in seen.items():
        for variant, found in variants.items():
            drainer, others = zip(*found)
            cells = [len(found), int(statistics.median(drainer)), max(drainer),
                     int(statistics.median(others)), max(others), others.count(0)]
            print(variant, state, *cells, sep=',', file=csv)
            if state in BUSY:
                cells[3:] = ['-'] * 3
            print('{:<12}{:<20}{:>7}{:>10}{:>10}{:>10}{:>10}{:>13}'.format(state, variant, *cells))


main()
