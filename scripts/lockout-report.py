#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: lockout-report.py CSV VARIANT=LOG...

Tables of what owners of pcplists saw of drains, from guests' logs, everything as
CSV, and histograms of the operations' latency.  A guest tells p50 and p90 over
its drains; what is shown is the median over the guests of a variant, the smallest
and largest, and how that median compares with the first variant's.
"""
import statistics

import benchlog

MODES = {'loop': 'allocates and frees, back to back',
         'paced': 'allocates and frees, every 20 us',
         'free': 'only frees'}
ROWS = [('worst', 'worst operation, us', 1000), ('stall', 'time in slow ones, us', 1000),
        ('slow', 'slow operations', 1), ('failed', 'trylocks that failed', 1),
        ('gap', 'between two, us', 1000), ('ops', 'operations', 1),
        ('drain', 'the drain itself, us', 1000)]
QUIET = [('worst', 'worst operation, us', 1000), ('slow', 'slow operations', 1),
         ('gap', 'between two, us', 1000)]
WIDTH = 36


def number(value):
    return f'{value:.0f}' if value == int(value) or value >= 100 else f'{value:.3g}'


class Report:
    def __init__(self):
        self.variants = []      # in the order given
        self.seen = {}          # (variant, mode, pages, of, statistic) -> values
        self.buckets = {}       # (variant, mode, pages, window) -> {bucket: n}
        self.used = {}          # (variant, mode, pages) -> [drains, left out]
        self.setups = set()
        self.detects = True

    def add(self, variant, path, csv):
        if variant not in self.variants:
            self.variants.append(variant)
        for kind, data in benchlog.read(path):
            where = variant, data.get('mode'), data.get('pages')
            if kind == 'lockout-setup':
                left_out = sum(int(data[key]) for key in ('dried', 'lost', 'missed'))
                used = self.used.setdefault(where, [0, 0])
                used[0] += int(data['drains'])
                used[1] += left_out
                self.setups.add((data['batch'], data['threshold']))
                self.detects &= data['detector'] == 'ok'
            elif kind == 'lockout':
                for key in ('p50', 'p90', 'max', 'mean'):
                    self.seen.setdefault(where + (data['of'], key), []).append(float(data[key]))
                print(variant, *data.values(), sep=',', file=csv)
            elif kind == 'lockout-histogram':
                buckets = self.buckets.setdefault(where + (data['window'],), {})
                for bucket, n in data.items():
                    if bucket.isdigit():
                        buckets[int(bucket)] = buckets.get(int(bucket), 0) + int(n)

    def cell(self, variant, mode, pages, of, key, unit):
        values = self.seen.get((variant, mode, pages, of, key))
        if not values:
            return '-'
        values = [value / unit for value in values]
        median = statistics.median(values)
        text = f'{number(median)} ({number(min(values))} to {number(max(values))})'
        first = self.seen.get((self.variants[0], mode, pages, of, key))
        if variant != self.variants[0] and first and statistics.median(first):
            text += f' {median / (statistics.median(first) / unit):.3g}x'
        return text

    def within(self, variant, mode, pages, window):
        """what 99.9 % of the operations did not exceed, in us, to a power of two"""
        buckets = self.buckets.get((variant, mode, pages, window), {})
        left = sum(buckets.values()) * 0.999
        for bucket in sorted(buckets):
            left -= buckets[bucket]
            if left <= 0:
                return number(2 ** (bucket + 1) / 1000)
        return '-'

    def table(self, mode, pages):
        print(f'The owner {MODES.get(mode, mode)}; {pages} pages on its lists')
        print(' ' * 34 + ''.join(f'{variant:>{WIDTH}}' for variant in self.variants))

        def row(name, cells):
            print(name.ljust(34) + ''.join(f'{cell:>{WIDTH}}' for cell in cells))

        def rows(of, name, unit, keys):
            for key in keys:
                row(f'{name} {key}', [self.cell(variant, mode, pages, of, key, unit)
                                      for variant in self.variants])

        for of, name, unit in ROWS:
            rows(of, name, unit, ('p50', 'p90', 'max') if of == 'drain' else ('p50', 'p90'))
        for of, name, unit in QUIET:
            rows('quiet_' + of, 'no drain: ' + name, unit, ('p50', 'p90'))
        for name, window in (('99.9 % of operations within, us', 'drain'),
                             ('no drain: 99.9 % within, us', 'quiet')):
            row(name, [self.within(variant, mode, pages, window) for variant in self.variants])
        rows('count', 'pages at its start', 1, ('p50',))
        row('drains (left out)', ['{} ({})'.format(*self.used.get((variant, mode, pages), (0, 0)))
                                  for variant in self.variants])
        print()

    def histogram(self, mode, pages):
        windows = [('', self.variants[0], 'quiet')]
        windows += [(variant, variant, 'drain') for variant in self.variants]
        windows = [(name or 'no drain', self.buckets.get((variant, mode, pages, window), {}))
                   for name, variant, window in windows]
        used = sorted(bucket for _, buckets in windows for bucket in buckets)
        if not used:
            return
        print(f'Operations by latency, in all drains; mode {mode}, {pages} pages')
        print(' ' * 16 + ''.join(f'{name:<26}' for name, _ in windows))
        for bucket in range(used[0], used[-1] + 1):
            line = f'{number(2 ** bucket / 1000):>8} us on  '[:16].ljust(16)
            for _, buckets in windows:
                n = buckets.get(bucket, 0)
                # One more # for each doubling: one slow operation is what matters.
                line += f'{n or "":>7} {"#" * min(n.bit_length(), 16):<18}'
            print(line.rstrip())
        print()

    def show(self):
        places = sorted({(mode, pages) for _, mode, pages in self.used},
                        key=lambda place: (int(place[1]), list(MODES).index(place[0])
                                           if place[0] in MODES else 0))
        print('What the owner of pcplists sees of drain_all_pages(NULL) on another CPU, per')
        print('drain: median of the guests (smallest to largest) and ratio to',
              self.variants[0])
        for batch, threshold in sorted(self.setups):
            print(f'A slow operation takes more than {number(int(threshold) / 1000)} us;',
                  f'the batch is {batch} pages')
        if not self.detects:
            print('Failed trylocks are not seen; before v6.1 there are none')
        print()
        for place in places:
            self.table(*place)
        for place in places:
            self.histogram(*place)


def main():
    csv, logs = benchlog.arguments(__doc__)
    report = Report()
    print('variant,mode,pages,of,p50,p90,max,mean', file=csv)
    for variant, path in logs:
        report.add(variant, path, csv)
    report.show()


main()
