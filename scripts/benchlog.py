# SPDX-License-Identifier: GPL-2.0
"""What the reports on benches share: how they find what guests have measured."""
import re
import sys


def arguments(usage):
    """The CSV file, opened, and [(variant, log)] of a command line that ends with
    CSV VARIANT=LOG..."""
    if len(sys.argv) < 3:
        sys.exit(usage)
    return open(sys.argv[1], 'w'), [tuple(arg.split('=', 1)) for arg in sys.argv[2:]]


def read(path):
    """What the lines "data bench=KIND KEY=VALUE..." of a log say, one after the
    other: (kind, dictionary)"""
    for line in open(path, errors='replace'):
        found = re.search(r'data bench=(\S+)(.*)', line)
        if found:
            yield found[1], dict(word.split('=', 1) for word in found[2].split())


def in_order(names):
    """Without those that were there before"""
    return list(dict.fromkeys(names))
