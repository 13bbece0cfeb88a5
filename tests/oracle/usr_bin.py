#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds `xbuild deps` against this machine's own loader, over the programs in its directories.

usage: usr_bin.py [--xbuild PATH] DIR...
The programs are not run: the loader lists what it loads and what it cannot bind (ldd -r).
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time

import loaders

BATCH = 50


def is_dynamic_program(path):
    """Only ELF files with an interpreter are the loader's business."""
    try:
        with open(path, 'rb') as f:
            head = f.read(4096)
    except OSError:
        return False
    return head[:4] == b'\x7fELF' and b'/ld-linux' in head


def programs(folders):
    seen = set()
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            path = os.path.realpath(os.path.join(folder, name))
            if path not in seen and os.path.isfile(path) and is_dynamic_program(path):
                seen.add(path)
                yield path


def ask_loader(path):
    with open(path, 'rb') as f:
        interpreter = re.search(rb'/[\x21-\x7e]*/ld-linux[\x21-\x7e]*', f.read(4096))
    env = {'LD_TRACE_LOADED_OBJECTS': '1', 'LD_WARN': '1', 'LD_BIND_NOW': '1'}
    try:
        run = subprocess.run([interpreter.group().decode(), path], env=env, check=False, timeout=30,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError:
        return None  # another machine's
    text = run.stdout.decode('utf-8', 'replace')
    found = loaders.loaded_objects(text)
    return {
        'objects': [p for _, p in found if p and '/ld-linux' not in p],
        'missing': sorted({n for n, p in found if not p}),
        'undefined': sorted(loaders.glibc_undefined(text)),
        'versions': sorted(set(re.findall(
            r"(?<!weak )version `(\S+)' not found \(required by (.*)\)$", text, re.M))),
    }


def ask_xbuild(xbuild, paths):
    run = subprocess.run([xbuild, 'deps', '--format', 'json', *paths], check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if not run.stdout:
        raise RuntimeError('xbuild: ' + run.stderr.decode()[:500])
    for file in json.loads(run.stdout)['files']:
        problems = [p for p in file.get('problems', []) if p['when'] != 'note']
        yield file['starts'], {
            'objects': [p for p in file['loaded'][1:] if '/ld-linux' not in p],
            'missing': sorted({p['library'] for p in problems if p['kind'] == 'library'}),
            'undefined': sorted({(p['wanted_by'], p['symbol']) for p in problems
                                 if p['kind'] == 'symbol'}),
            'versions': sorted({(p['version'], p['wanted_by']) for p in problems
                                if p['kind'] == 'version'}),
        }, problems


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--xbuild', default='build/xbuild')
    p.add_argument('folders', nargs='+')
    options = p.parse_args()
    paths = list(programs(options.folders))
    bad = foreign = loader_time = xbuild_time = 0
    for i in range(0, len(paths), BATCH):
        batch = paths[i:i + BATCH]
        start = time.monotonic()
        answers = list(ask_xbuild(options.xbuild, batch))
        xbuild_time += time.monotonic() - start
        start = time.monotonic()
        truths = [ask_loader(path) for path in batch]
        loader_time += time.monotonic() - start
        for path, truth, (starts, answer, problems) in zip(batch, truths, answers):
            if truth is None:
                foreign += 1
                continue
            differences = [k for k in truth if truth[k] != answer[k]]
            fatal = truth['missing'] or truth['versions']
            if (starts == 'yes') == bool(fatal) and not truth['undefined']:
                differences.append('starts')
            if differences:
                bad += 1
                print('# %s: xbuild says it starts: %s' % (path, starts))
                for k in differences:
                    print('#   %s: the loader %s, xbuild %s' % (
                        k, truth.get(k), answer.get(k, problems)))
    print('1..1')
    print('%s 1 - %d programs of %s, %d of another machine: %d disagree '
          '(loader %.1f s, xbuild %.1f s)' % (
              'not ok' if bad else 'ok', len(paths), ' '.join(options.folders), foreign, bad,
              loader_time, xbuild_time))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
