#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: timeline.py ACTION VARIANT=LOG...  | gnuplot > SVG

Draw what ran on CPU 1 while CPU 0 drained pcplists, one variant above the other, from
what the guests of "make isolation" traced.  Of all drains of ACTION it takes the first
that interrupted CPU 1 or, if none did, the first: that one found pages there.
"""
import re
import sys

ISOLATED_TASK = 'spinner'
COLOURS = {'drain': '#9e9e9e', ISOLATED_TASK: '#7cb97c', 'other': '#d05048'}


def events(path, action):
    """What was traced of an action: (us, CPU, event, its arguments)"""
    here = False
    for line in open(path, errors='replace'):
        found = re.search(r'data action=(\S+) cpu=1', line)
        if found:
            here = found[1] == action
        found = re.match(r'trace .*\[(\d+)\] \S+ +([\d.]+): (\w+): (.*)', line)
        if found and here:
            yield float(found[2]) * 1e6, int(found[1]), found[3], found[4]


def drains_of_cpu0(trace):
    """[(begin, end)]"""
    begin, drains = None, []
    for us, cpu, event, _ in trace:
        if cpu == 0 and event == 'drain':
            begin = us
        elif cpu == 0 and event == 'drained' and begin is not None:
            drains.append((begin, us))
            begin = None
    return drains


def runs_of_cpu1(trace):
    """[(begin, end, task or what it works on)]; the isolated task is where nobody else is"""
    runs = []
    for us, cpu, event, args in trace:
        if cpu != 1:
            continue
        if event == 'sched_switch':
            task = re.search(r'next_comm=(\S+)', args)[1]
            if runs and runs[-1][1] is None:
                runs[-1][1] = us
            if task != ISOLATED_TASK:
                runs.append([us, None, task])
        elif event == 'workqueue_execute_start' and runs and runs[-1][1] is None:
            runs[-1][2] = re.search(r'function (\S+)', args)[1] + '()'
    return [run for run in runs if run[1] is not None]


def interrupted(drain, runs):
    return any(begin < drain[1] and end > drain[0] for begin, end, _ in runs)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    action, panels = sys.argv[1], []
    for arg in sys.argv[2:]:
        variant, _, path = arg.partition('=')
        trace = sorted(events(path, action))
        drains, runs = drains_of_cpu0(trace), runs_of_cpu1(trace)
        if not drains:
            sys.exit(f'timeline.py: no drain of {action} in {path}')
        drain = next((drain for drain in drains if interrupted(drain, runs)), drains[0])
        panels.append((variant, drain, runs))

    longest = max(drain[1] - drain[0] for _, drain, _ in panels)
    left, right = -0.15 * longest, 1.25 * longest
    row, number, labels = 0, 0, []
    print("set terminal svg size 800,300 font 'sans-serif,12' background 'white'")
    for variant, (begin, end), runs in panels:
        bars = [(row, 0, end - begin, 'drain', 'drain_all_pages()'),
                (row - 1, left, right, ISOLATED_TASK, '')]
        bars += [(row - 1, max(start - begin, left), min(stop - begin, right), 'other', name)
                 for start, stop, name in runs if start - begin < right and stop - begin > left]
        for y, start, stop, kind, name in bars:
            number += 1
            print(f"set object {number} rectangle from {start:.1f},{y - 0.4} to {stop:.1f},{y + 0.4} "
                  f"fillcolor rgb '{COLOURS[kind]}' fillstyle solid noborder")
            if name:
                name = name.replace('_', r'\_')
                # Beside the bar if it is too short
                where = start if stop - start > 0.3 * longest else stop
                print(f"set label '{name}' at {where + 0.01 * longest:.1f},{y} front")
        labels += [f"'{variant}: CPU 0' {row}", f"'isolated CPU 1' {row - 1}"]
        row -= 2.5
    print(f"set ytics ({', '.join(labels)}) scale 0")
    print("set xlabel 'us since CPU 0 began to drain; CPU 1: green its task, red something else'")
    print("set border 1; set xtics nomirror")
    print(f"plot [{left:.1f}:{right:.1f}] [{row + 0.7}:0.7] NaN notitle")


main()
