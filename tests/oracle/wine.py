#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what xbuild says of PE programs against wine: wine.py XBUILD WINE DLLS SCRATCH [CASES [SEED]]

Every case is a program with DLLs, made with a fixed seed, one change of which may keep it from starting.
Wine runs it; xbuild says whether it starts, once from what is recorded of Windows and once with wine's own
DLLs as the system. What gets through has to be "yes" in both, anything else "no": an "unknown" is a failure, too,
because nothing in the cases is out of reach.
"""

import collections
import json
import os
import random
import subprocess
import sys

from pewriter import STARTED, Export, Import, Pe

# Of the system, to be called without arguments; all are recorded.
SYSTEM = [('kernel32.dll', 'GetTickCount'), ('KERNEL32.dll', 'GetCurrentProcessId'), ('kernel32', 'GetLastError'),
          ('ADVAPI32.dll', 'RevertToSelf'), ('version.dll', None), ('USER32.dll', 'GetDesktopWindow'),
          ('msvcrt.dll', '_errno'), ('ucrtbase.dll', '_errno'), ('WS2_32.dll', 'WSAGetLastError')]
SETS = [('api-ms-win-core-processthreads-l1-1-0.dll', 'GetCurrentProcessId'),
        ('api-ms-win-core-sysinfo-l1-1-0.dll', 'GetTickCount'),
        ('api-ms-win-core-errorhandling-l1-1-0.dll', 'GetLastError'),
        ('API-MS-WIN-CRT-RUNTIME-L1-1-0.DLL', '_errno'),
        ('api-ms-win-crt-runtime-l1-1-0', '_errno')]


class Case:
    """files: {name: Pe, bytes, or None when it was removed}; the program is app.exe."""

    def __init__(self, rng, kind):
        self.rng, self.kind, self.files, self.bases = rng, kind, {}, 0x180000000
        depth = rng.randint(1, 3)
        below = None
        self.chain = []
        for level in range(depth, 0, -1):
            self.chain.insert(0, self.dll('lib%d%s.dll' % (level, rng.choice('abc')), below))
            below = self.chain[0]
        self.app = Pe()
        self.use(self.app, below)
        self.system(self.app)
        self.files['app.exe'] = self.app

    def dll(self, name, below=None):
        pe = Pe(dll=True, base=self.bases)
        self.bases += 0x10000000
        pe.own_name, pe.ordinal_base = name, self.rng.choice([1, 1, 1, 5, 100])
        for n in range(self.rng.randint(2, 6)):
            pe.exports.append(Export('%s%d' % (self.rng.choice(['Alpha', 'beta', 'Gamma', '_x']), n)))
        if below:
            self.use(pe, below)
        self.files[name] = pe
        return pe

    def use(self, user, dll):
        """Imports one or two functions, some by ordinal, with good, bad or no hints."""
        for export in self.rng.sample(dll.exports, min(len(dll.exports), self.rng.randint(1, 2))):
            n = dll.exports.index(export)
            if self.rng.random() < 0.25:
                user.imports.append(Import(dll.own_name, None, dll.ordinal_base + n))
            else:
                user.imports.append(Import(dll.own_name, export.name, hint=self.rng.choice([0, n, 7, 65535])))

    def system(self, user):
        dll, name = self.rng.choice(SYSTEM)
        if name:
            user.imports.append(Import(dll, name))

    def victim(self):
        """One of the DLLs, and the module that uses it."""
        n = self.rng.randrange(len(self.chain))
        return self.chain[n], self.chain[n - 1] if n else self.app

    def by_name(self):
        """An import by name of one of the own DLLs; it is made when there is none."""
        dll, user = self.victim()
        for i in user.imports:
            if i.dll == dll.own_name and i.name:
                return dll, user, i
        i = Import(dll.own_name, dll.exports[0].name)
        user.imports.insert(0, i)
        return dll, user, i

    # The changes. Each is a kind of cases.

    def plain(self):
        pass

    def no_dll(self):
        del self.files[self.victim()[0].own_name]

    def no_export(self):
        dll, _, i = self.by_name()
        n = [e.name for e in dll.exports].index(i.name)
        dll.exports[n].name = 'Renamed'

    def no_ordinal(self):
        dll, user = self.victim()
        user.imports.insert(0, Import(dll.own_name, None, dll.ordinal_base + len(dll.exports) + self.rng.randint(0, 9)))

    def hole(self):
        dll, user = self.victim()
        dll.exports.append(Export(hole=True))
        user.imports.insert(0, Import(dll.own_name, None, dll.ordinal_base + len(dll.exports) - 1))

    def function_case(self):
        _, _, i = self.by_name()
        i.name = i.name.swapcase()

    def dll_case(self):
        dll, user = self.victim()
        for i in user.imports:
            if i.dll == dll.own_name:
                i.dll = i.dll.upper()
        self.files[dll.own_name.title()] = self.files.pop(dll.own_name)

    def no_extension(self):
        dll, user = self.victim()
        for i in user.imports:
            if i.dll == dll.own_name:
                i.dll = i.dll[:-4]

    def forward(self, to, name):
        dll, _, i = self.by_name()
        n = [e.name for e in dll.exports].index(i.name)
        dll.exports[n].forward = '%s.%s' % (to, name)

    def forwarded(self):
        other = self.dll('other.dll')
        n = self.rng.randrange(len(other.exports))
        by_ordinal = '#%d' % (other.ordinal_base + n)
        self.forward(self.rng.choice(['other', 'OTHER']), self.rng.choice([other.exports[n].name, by_ordinal]))

    def forwarded_to_system(self):
        self.forward('KERNEL32', 'GetTickCount')

    def forwarded_twice(self):
        other, last = self.dll('other.dll'), self.dll('last.dll')
        other.exports[0].forward = 'last.' + last.exports[0].name
        self.forward('other', other.exports[0].name)

    def forwarded_to_no_dll(self):
        self.forward('gone', 'Alpha0')

    def forwarded_to_no_export(self):
        self.dll('other.dll')
        self.forward('other', self.rng.choice(['Missing', '#999']))

    def delayed(self):
        self.app.imports.insert(0, Import('gone.dll', 'Later', delay=True))

    def delayed_no_export(self):
        dll = self.dll('late.dll')
        self.app.imports.insert(0, Import(dll.own_name, 'Later', delay=True))

    def other_machine(self):
        dll, _ = self.victim()
        dll.machine, dll.base, dll.imports = 0x14c, 0x10000000, []

    def text_file(self):
        self.files[self.victim()[0].own_name] = b'no DLL at all\n' * 40

    def subdirectory(self):
        name = self.victim()[0].own_name
        self.files['sub/' + name] = self.files.pop(name)

    def api_set(self):
        self.app.imports.insert(0, Import(*self.rng.choice(SETS)))

    def circle(self):
        self.chain[-1].imports.append(
            Import(self.chain[0].own_name, self.chain[0].exports[0].name, call=False))

    def unsorted(self):
        """The last name moved to the front: bisection misses it, the hint may find it."""
        dll, _, i = self.by_name()
        names = sorted(dll.exports, key=lambda e: e.name)
        i.name, i.hint = names[-1].name, self.rng.choice([0, 1])
        dll.exports, dll.sort = names[-1:] + names[:-1], False
        for user in [self.app] + self.chain:
            user.imports = [k for k in user.imports if k is i or k.dll != dll.own_name]

    def no_system_export(self):
        self.app.imports.insert(0, Import('user32.dll', 'NobodyHasThisFunction'))

    def no_system_dll(self):
        self.app.imports.insert(0, Import('nosuchdllofwindows.dll', 'Alpha0'))


KINDS = [name for name in vars(Case) if not name.startswith('_') and
         name not in ('dll', 'use', 'system', 'victim', 'by_name', 'forward')]
# Windows' own DLLs are recorded, but what they do not have is not known without them.
NOT_RECORDED = {'no_system_export'}


def write(case, folder):
    for name, content in case.files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(content if isinstance(content, bytes) else content.bytes())


def wine_starts(wine, path):
    try:
        return subprocess.run([wine, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, timeout=60, check=False).returncode == STARTED
    except subprocess.TimeoutExpired:
        return False


def forecast(xbuild, path, *options):
    out = subprocess.run([xbuild, 'deps', '--format', 'json', *options, path], capture_output=True, check=False)
    try:
        found = json.loads(out.stdout)['files'][0]
    except (ValueError, LookupError):
        return 'error', out.stderr.decode()[-300:]
    return found['starts'], found.get('unknown') or '; '.join(p['text'] for p in found['problems'])


def main():
    xbuild, wine, dlls, scratch = sys.argv[1:5]
    count = int(sys.argv[5]) if len(sys.argv) > 5 else 4 * len(KINDS)
    seed = int(sys.argv[6]) if len(sys.argv) > 6 else 1
    results = collections.OrderedDict((k, [0, 0, []]) for k in KINDS)
    for n in range(count):
        kind = KINDS[n % len(KINDS)]
        rng = random.Random('%d %d %s' % (seed, n, kind))
        case = Case(rng, kind)
        getattr(case, kind)()
        folder = os.path.join(scratch, '%03d-%s' % (n, kind))
        write(case, folder)
        path = os.path.join(folder, 'app.exe')
        starts = wine_starts(wine, path)
        want = 'yes' if starts else 'no'
        results[kind][0 if starts else 1] += 1
        given = forecast(xbuild, path, '--dlls', dlls)
        recorded = forecast(xbuild, path)
        if given[0] != want:
            results[kind][2].append('%s: wine %s, with its DLLs %s (%s)' % (folder, want, *given))
        allowed = (want, 'unknown') if kind in NOT_RECORDED else (want,)
        if recorded[0] not in allowed:
            results[kind][2].append('%s: wine %s, from the records %s (%s)' % (folder, want, *recorded))
    for n, (kind, (started, failed, wrong)) in enumerate(results.items(), 1):
        print('%sok %d - %s: %d start, %d do not' % ('not ' if wrong else '', n, kind.replace('_', ' '), started, failed))
        for line in wrong:
            print('#', line)
    print('1..%d' % len(results))


main()
