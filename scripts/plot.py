#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: plot.py WHAT CSV... | gnuplot > SVG

Draw what the reports WHAT-BASE-ARCH.csv on a bench have, several bases side by side.
"""
import csv
import re
import statistics
import sys

import benchlog

NAMES = {'base': 'unpatched', 'patched': 'series'}
MODES = {'loop': 'pairs', 'paced': 'paced pairs', 'free': 'frees'}
STATES = {'idle': 'idle', 'user': 'user', 'kernel': 'in and out', 'stays': 'kernel',
          'fifo': 'FIFO'}


def name(variant):
    return NAMES.get(variant, variant)


def median_of(reports, key, value):
    """{key(base, row): median of value(row) over the rows of that key}"""
    values = {}
    for base, rows in reports.items():
        for row in rows:
            values.setdefault(key(base, row), []).append(float(value(row)))
    return {key: statistics.median(found) for key, found in values.items()}


def settings(ylabel, *more):
    print("set terminal svg size 900,380 font 'sans-serif,12' background 'white'")
    print(f"set ylabel '{ylabel}' noenhanced; set grid ytics; set border 3; set tics nomirror")
    print("set key above; set style fill solid noborder")
    for line in more:
        print(line)


def bars(groups, series, values):
    """A cluster of bars for each group, one for each of series: values[group, one]"""
    print('set style data histograms; set style histogram clustered gap 1')
    print('$data << END')
    for group in groups:
        cells = (f'{values[group, one]:.4g}' if (group, one) in values else 'NaN'
                 for one in series)
        print(f'"{group}"', *cells)
    print('END')
    print('plot ' + ', '.join(f"$data using {column}:xtic(1) title '{one}'"
                              for column, one in enumerate(series, 2)))


def fastpath(reports):
    instructions = median_of(reports, lambda base, row: (base, row['what'], row['variant']),
                             lambda row: row['instructions'])
    more = {(what, base): (instructions[base, what, 'patched'] / n - 1) * 100
            for (base, what, variant), n in instructions.items() if variant == 'base'}
    settings('instructions, % more than unpatched', 'set xzeroaxis linetype -1',
             'set yrange [*<-1:1.5<*]',
             "set arrow from graph 0, first 1 to graph 1, first 1 nohead dashtype 2",
             "set label 'the aim' at graph 0.995, first 1 right offset 0,0.6")
    bars(benchlog.in_order(what for what, _ in more), list(reports), more)


def drain(reports):
    isolated = {base: [row for row in rows if row['isolated']] for base, rows in reports.items()}
    p50 = median_of(isolated,
                    lambda base, row: (f"{base}\\n{STATES[row['state']]}", name(row['variant'])),
                    lambda row: float(row['p50_ns']) / 1e6)
    groups = [f'{base}\\n{state}' for base in reports for state in STATES.values()]
    series = benchlog.in_order(variant for _, variant in p50)
    never = [(at, one) for at, group in enumerate(groups) for one in series
             if (group, one) not in p50]
    settings('drain_all_pages(NULL), p50, ms', 'set logscale y', 'set bmargin 3',
             *(f"set label '{one}: never returns' at first {at}, graph 0.96 center"
               for at, one in never))
    bars(groups, series, p50)


def lockout(reports):
    worst = {base: [row for row in rows if row['of'] == 'worst'] for base, rows in reports.items()}
    p50 = median_of(worst, lambda base, row:
                    (f"{base}\\n{MODES[row['mode']]}\\n{row['pages']} pages",
                     name(row['variant'])),
                    lambda row: float(row['p50']) / 1000)
    settings('worst operation in a drain, p50, us', 'set logscale y', 'set bmargin 4')
    bars(benchlog.in_order(group for group, _ in p50),
         benchlog.in_order(variant for _, variant in p50), p50)


def scaling(reports):
    one_node = {base: [row for row in rows if row['nodes'] == '1']
                for base, rows in reports.items()}
    p50 = median_of(one_node,
                    lambda base, row: (f"{base} {name(row['variant'])}", int(row['cpus'])),
                    lambda row: row['p50'])
    settings('instructions of a drain', "set xlabel 'CPUs'", 'set logscale xy',
             'set xtics (2, 4, 8, 16)', 'set xrange [1.7:20]', 'set key outside right')
    lines = benchlog.in_order(line for line, _ in p50)
    for number, line in enumerate(lines):
        print(f'$line{number} << END')
        for (other, cpus), n in sorted(p50.items()):
            if other == line:
                print(cpus, n)
        print('END')
    print('plot ' + ', '.join(f"$line{number} with linespoints title '{line}'"
                              for number, line in enumerate(lines)))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    reports = {}
    for path in sorted(sys.argv[2:], key=lambda path: [int(n) for n in re.findall(r'\d+', path)]):
        with open(path) as text:
            # Of WHAT-BASE-ARCH.csv, and a base may have a dash in it.
            base = re.search(r'-(v.*)-[^-]*\.csv$', path)[1]
            reports[base] = list(csv.DictReader(text))
    {'fastpath': fastpath, 'drain': drain, 'lockout': lockout,
     'scaling': scaling}[sys.argv[1]](reports)


main()
