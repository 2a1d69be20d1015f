#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Usage: coverage-report.py TREE JSON...

Of the lines that the series adds in TREE, those that are code, how many of them were
executed, and which were not, by the JSON that gcov wrote.

A line may be there more than once: in several objects if it is in a header, in
several functions if it was inlined, in several runs.  It was executed if it was in
one of these.
"""
import json
import os
import re
import subprocess
import sys


def git(tree, *args):
    return subprocess.run(('git', '-C', tree) + args, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def added_lines(tree):
    """{file: set of line numbers}, as the files are in TREE.  What its tests add to
    the same files is no code but exports."""
    files = git(tree, 'diff', '--name-only', 'base', 'refs/series/applied', '--',
                '*.[ch]').split()
    added, file = {}, None
    for line in git(tree, 'diff', '-U0', 'base', '--', *files).splitlines():
        hunk = re.match(r'@@ -\S+ \+(\d+)(?:,(\d+))? @@', line)
        if line.startswith('+++ '):
            file = line[len('+++ b/'):]
        elif hunk:
            first, number = int(hunk[1]), int(hunk[2] or 1)
            added.setdefault(file, set()).update(range(first, first + number))
    return added


def executed_lines(tree, paths):
    """{(file, line number): how often, at most}"""
    tree = os.path.realpath(tree)
    counts = {}
    for path in paths:
        with open(path) as text:
            data = json.load(text)
        for source in data['files']:
            file = os.path.realpath(os.path.join(data['current_working_directory'],
                                                 source['file']))
            file = os.path.relpath(file, tree)
            for line in source['lines']:
                where = file, line['line_number']
                counts[where] = max(counts.get(where, 0), line['count'])
    return counts


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    tree = sys.argv[1]
    counts = executed_lines(tree, sys.argv[2:])
    rows, missing = [], []
    for file, lines in sorted(added_lines(tree).items()):
        code = sorted(line for line in lines if (file, line) in counts)
        never = [line for line in code if not counts[file, line]]
        rows.append((file, len(code), len(code) - len(never)))
        with open(os.path.join(tree, file)) as text:
            text = text.read().split('\n')
        missing += [f'{file}:{line}: {text[line - 1].strip()}' for line in never]
    code, executed = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if not code:
        sys.exit(f'coverage-report.py: gcov knows none of the lines that {tree} adds')

    width = max(len(row[0]) for row in rows)
    print(f'{"file":{width}}  lines added that are code  executed')
    for row in rows + [('all', code, executed)]:
        print(f'{row[0]:{width}}  {row[1]:25}  {row[2]:8}')
    print(f'\n{100 * executed / code:.1f} % executed' + (', but for' if missing else ''))
    for line in missing:
        print(line)


main()
