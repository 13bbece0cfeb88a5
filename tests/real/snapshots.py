# SPDX-License-Identifier: MIT
"""usage: snapshots.py XBUILD SNAPSHOT ROOT PLATFORM LIST

Every line of the snapshot matches its schema. Over the programs of LIST (NUL-separated), --on SNAPSHOT says what
--on root says; and where a program needs nothing but what the built-in facts judge, what --on PLATFORM says.
"""
import json
import os
import re
import subprocess
import sys

xbuild, snapshot, root, platform, listed = sys.argv[1:]
top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
with open(listed, 'rb') as f:
    programs = f.read()
wrong = []


def check_schema():
    with open(os.path.join(top, 'man/xbuild-snapshot.schema.json'), encoding='utf-8') as f:
        schema = json.load(f)
    with open(snapshot, encoding='ascii') as f:
        lines = f.read().split('\n')
    assert lines.pop() == ''
    if not re.search(schema['first'], lines[0]):
        wrong.append(f'line 1: {lines[0]}')
    for number, line in enumerate(lines[1:], 2):
        group = schema['file' if line.startswith('\t') else 'lines']
        if not any(re.search(pattern, line) for pattern in group.values()):
            wrong.append(f'line {number} matches nothing: {line}')
    return len(lines)


def audit(*options):
    run = subprocess.run([xbuild, 'audit', '--fail-on', 'never', '--format', 'json', '--stdin0', *options], input=programs,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    files = json.loads(run.stdout)['files']
    return {f['path']: f for f in files if 'error' not in f}


def verdict(item):
    said = [f['message'] for f in item['findings'] if f['rule'] == 'LC011']
    if not said:
        return 'runs', ''
    return ('unknown' if 'not known' in said[0] else 'fails'), said[0]


CXX = {'libstdc++.so.6', 'libgcc_s.so.1'}
count = check_schema()
here = audit('--on', 'root', '--root', root)
there = audit('--on', snapshot)
known = audit('--on', platform)
told = {}
for path, item in here.items():
    a, why_a = verdict(item)
    b, why_b = verdict(there[path])
    told[a] = told.get(a, 0) + 1
    if a != b and not (b == 'fails' and item.get('runpath')):
        wrong.append(f'{path}: {a} in the directory, {b} in the snapshot: {why_a} | {why_b}')
    if item.get('given') or CXX & set(item.get('needed', [])):
        continue
    c, why_c = verdict(known[path])
    told['also ' + c] = told.get('also ' + c, 0) + 1
    if b != c and c != 'unknown':  # the snapshot knows more
        wrong.append(f'{path}: {b} in the snapshot, {c} on {platform}: {why_b} | {why_c}')
print(f'{count} lines, {len(here)} programs: ' + ', '.join(f'{n} {k}' for k, n in sorted(told.items())))
print('\n'.join(wrong[:20]))
sys.exit(1 if wrong or len(here) < 20 else 0)
