#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `outlive export` writes, and what --rules does, on two small traces:
one whose blocks all have a kind, and one whose blocks have none.

    check_export.py OUTLIVE TAGGED UNTAGGED
"""

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path


class Check:
    def __init__(self, outlive, tagged, untagged, folder):
        self.outlive = outlive
        self.trace = tagged
        self.untagged = untagged
        self.folder = Path(folder)
        self.failed = 0

    def run(self, *options, trace=None):
        return subprocess.run([self.outlive, *options, trace or self.trace],
                              capture_output=True, check=False)

    def expect(self, what, got, wanted):
        if got == wanted:
            return
        print(f'{what}: got {got!r}, expected {wanted!r}')
        self.failed += 1

    def expect_refusal(self, options, words):
        done = self.run(*options)
        self.expect(f'{options}: exit code', done.returncode, 2)
        if words not in done.stderr.decode():
            self.expect(f'{options}: stderr', done.stderr.decode(), words)

    def rules(self, text):
        path = self.folder / 'my.rules'
        path.write_text(text, encoding='utf-8')
        return str(path)


def weigh(folded):
    """The sum of each kind's weights; frames outside brackets are of none."""
    weights = {}
    for line in folded.decode().splitlines():
        stack, weight = line.rsplit(' ', 1)
        kind = stack[1:].split(']')[0] if stack.startswith('[') else ''
        weights[kind] = weights.get(kind, 0) + int(weight)
    return weights


def check_formats(check):
    report = json.loads(check.run('export').stdout)
    check.expect('schema', report['schema'], 'outlive.report/1')
    check.expect('report', report['report'], 'export')
    groups = report['processes'][0]['groups']
    born = {}
    for group in groups:
        born[group['kind']] = born.get(group['kind'], 0) + group['born']
        assert all(0 <= index < len(report['frames'])
                   for index in group['stack'])
    done = check.run('export', '--format', 'folded',
                     '--value', 'alloc_objects')
    check.expect('folded weights', weigh(done.stdout), born)
    check.expect('exit code', done.returncode, 0)

    profile = check.folder / 'profile.pb.gz'
    check.run('export', '--format', 'pprof', '-o', str(profile))
    names = gzip.decompress(profile.read_bytes())
    for name in (b'inuse_space', b'alloc_objects', *map(str.encode, born)):
        check.expect(f'{name} in the profile', name in names, True)


def check_rules(check):
    """Rules name what the program did not, and nothing else."""
    options = ['export', '--format', 'folded', '--value', 'alloc_objects',
               '--rules', check.rules('# one\nnamed "module1+0x*"\n')]
    got = weigh(check.run(*options, trace=check.untagged).stdout)
    check.expect('kinds by rules', got, {'named': 10, '': 10})
    got = weigh(check.run(*options).stdout)
    check.expect('kinds of the program', got, {'pool': 1, 'task': 2})


def check_refusals(check):
    check.expect_refusal(['export', '--format', 'xml'], 'no format xml')
    check.expect_refusal(['export', '--value', 'size'], 'no value size')
    check.expect_refusal(['live', '--rules', 'nopack'], 'nor a pack')
    path = check.rules('task good\ntask "open\n')
    check.expect_refusal(
        ['live', '--rules', path], f'{path}: line 2: a quote')
    check.expect('pack', check.run('export', '--rules', 'tokio').returncode, 0)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check = Check(*sys.argv[1:], folder)
        check_formats(check)
        check_rules(check)
        check_refusals(check)
    return int(check.failed > 0)


if __name__ == '__main__':
    sys.exit(main())
