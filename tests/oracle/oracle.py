#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds `xbuild deps` against real loaders over generated trees. Prints TAP.

usage: oracle.py LIBC --suite NAME=FOLDER[,LIBC-BIN]... [--count N] [--seed S] [--only N]
                 [--seconds T] [--shrink N] [--linked] [--case FILE] [--jobs J] [--xbuild PATH]
                 [--work DIR] [--keep]
  LIBC      glibc or musl
  --suite   a release: its unpacked libc package, and the package with its ldconfig
  --only    one case, with all that is known of it
  --case    a case as a failure printed it
  --linked  the cases are made by compilers and linkers, not by elfwriter.py
Needs root: every case runs below chroot(2).
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import linked
import loaders
import trees

SHRINK_SECONDS = 6


class Answer:
    """What xbuild says of a case."""

    def __init__(self, file, root, case):
        own = root.folder
        # musl's list is asked by the path that links lead to.
        run = case.get('run') if case['libc'] == 'musl' else None
        self.starts = file.get('starts', 'unknown')
        self.why = file.get('unknown')
        self.problems = file.get('problems', [])

        def strip(path):
            path = path[len(own):] if path.startswith(own + '/') else path
            return case['main'] if path == run else path
        loaded = [strip(p) for p in file.get('loaded', [])]
        # The loader lists its chain from the program on; filtees of that stand before it.
        start = [p in (case['main'], case.get('run')) for p in loaded].index(True)
        self.objects = loaded[start + 1:]
        self.undefined, self.undefined_start, self.versions = set(), set(), set()
        self.missing = []
        for p in self.problems:
            who = strip(p.get('wanted_by', ''))
            if p['kind'] == 'symbol' and p['when'] != 'note':
                self.undefined.add((who, p['symbol']))
                if p['when'] == 'start':
                    self.undefined_start.add((who, p['symbol']))
            elif p['kind'] == 'version' and p['when'] == 'start':
                self.versions.add((who, p['version']))
            elif p['kind'] == 'library':
                self.missing.append(p.get('library'))


def ask_xbuild(options, root, case, *more):
    argv = [options.xbuild, 'deps', '--root', root.folder, '--format', 'json', *more]
    if options.level:
        argv += ['--hwcaps', options.level]
    if 'LD_LIBRARY_PATH' in case['env']:
        argv += ['--library-path', case['env']['LD_LIBRARY_PATH']]
    run = subprocess.run(argv + [root.host(case.get('run', case['main']))], check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=10)
    if run.returncode not in (0, 1, 4) or not run.stdout:
        raise RuntimeError('xbuild: exit %d: %s' % (run.returncode, run.stderr.decode()[:300]))
    return Answer(json.loads(run.stdout)['files'][0], root, case)


def normal(path):
    """How many slashes does not matter; what $PLATFORM stands for is the processor's to say."""
    path = re.sub('//+', '/', path)
    return re.sub(r'/plat/(haswell|x86_64|xeon_phi)', '/plat/PLATFORM', path)


def is_loader(path):
    return os.path.basename(path) in ('ld-linux-x86-64.so.2', 'ld-musl-x86_64.so.1')


def compare(truth, said, now, case):
    """Differences as lines of text."""
    found = []

    def differ(what, real, ours):
        if real != ours:
            found.append('%s: the loader %s, xbuild %s' % (what, real, ours))
            if ours == 'unknown':
                found[-1] += ' because ' + str(said.why)
    yes = {True: 'yes', False: 'no'}

    def differ_start(what, real, late, ours):
        # Whether a resolver works before it is relocated is not known; the loader warns of it, but
        # before 2.33 not when it is the program's.
        if ours.starts == 'unknown' and 'IFUNC' in ours.why and \
                (late or any(x.get('type') == 'ifunc'
                             for x in case['objects'][case['main']].get('defs', []))):
            return
        differ(what, yes[real], ours.starts)
        if late and ours.starts == 'yes':
            found.append(what + ': the loader warns of an IFUNC, xbuild does not')
    differ_start('starts', truth.starts, truth.late[0], said)
    if now:
        differ_start('starts with LD_BIND_NOW', truth.starts_now, truth.late[1], now)
    if not truth.listed:
        return found
    ours = [normal(p) for p in said.objects if not is_loader(p)]
    differ('objects', [normal(p) for p in truth.objects], ours)
    # The loader tells a needed path with its tokens replaced: last parts are compared.
    missing, ours = ({os.path.basename(n) for n in names}
                     for names in (truth.missing, said.missing))
    # When it only lists, it makes up auxiliary libraries that are not there.
    missing -= {os.path.basename(n) for d in case['objects'].values()
                for n in d.get('aux', [])} - ours
    # Those that the program's own filters name stand before it, and are not listed.
    main = case['objects'][case['main']]
    if main.get('aux') or main.get('filter'):
        ours -= {os.path.basename(n) for d in case['objects'].values()
                 for n in d.get('filter', [])} - missing
    if missing or ours:
        differ('missing', sorted(missing), sorted(ours))
        return found
    differ('versions', *(sorted((normal(who), version) for who, version in side.versions)
                         for side in (truth, said)))
    if not truth.versions:
        for what in ('undefined', 'undefined_start'):
            differ(what, *(sorted((normal(who), symbol) for who, symbol in getattr(side, what))
                           for side in (truth, said)))
    if truth.starts and case['libc'] == 'glibc' and case['theme'] != 'linked':
        own = [p for p in said.problems
               if p['when'] == 'call' and p['kind'] == 'symbol' and p.get('symbol') in called(case)
               and said_by_main(p, case)]
        differ('dies at a call', not truth.ends, bool(own))
    return found


def called(case):
    return {r['name'] for r in case['objects'][case['main']].get('refs', []) if r.get('call')}


def said_by_main(problem, case):
    return problem.get('wanted_by', '').endswith((case['main'], case.get('run', case['main'])))


def unused_needs(root, case):
    """What the program needs but binds nothing to, by the loader's own account."""
    main = case['objects'][case['main']]
    used = set()
    for path in loaders.glibc_providers(root, case):
        used.add(os.path.basename(path))
        d = case['objects'].get(os.path.normpath(path), {})
        used.add(d.get('soname'))
    return sorted({n for n in main.get('needed', []) if n not in used})


def ask_overlinked(options, root, case):
    run = subprocess.run([options.xbuild, 'audit', '--root', root.folder, '--format', 'json',
                          root.host(case.get('run', case['main']))], check=False, timeout=10,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    findings = json.loads(run.stdout)['files'][0]['findings']
    return sorted({f['where'] for f in findings if f['rule'] == 'LC008'})


def check_bindings(options, root, case, truth, said):
    """LC008 against LD_DEBUG=bindings: it shows that symbols are bound to the right objects."""
    main = case['objects'][case['main']]
    if case['libc'] != 'glibc' or case['theme'] not in ('symbols', 'versions', 'libc') or \
            case['env'] or not truth.starts_now or said.starts != 'yes' or truth.undefined or \
            any('/' in n or not n for n in main.get('needed', [])) or \
            any(x.get('zero') for x in main.get('defs', [])) or \
            any(x.get('bind') == 'unique' for d in case['objects'].values()
                for x in d.get('defs', [])) or \
            any(d.get('soname', os.path.basename(path)) != os.path.basename(path)
                for path, d in case['objects'].items()) or \
            any(x['reloc'] == 'none' for x in main.get('refs', [])):
        return []
    # Every program needs the C library; LC008 passes over it.
    real, ours = ([n for n in names if n != 'libc.so.6'] for names in
                  (unused_needs(root, case), ask_overlinked(options, root, case)))
    return [] if real == ours else ['unused: the loader %s, xbuild %s' % (real, ours)]


def check(options, root, suite, case):
    """(differences, truth, answer) of one case under one loader; the tree is built already."""
    root.install(suite, case)
    truth = loaders.ask(root, suite, case)
    said = ask_xbuild(options, root, case)
    now = None
    if suite.libc == 'glibc' and \
            (truth.undefined or truth.starts != truth.starts_now or truth.late[1]):
        now = ask_xbuild(options, root, case, '--bind-now')
    found = compare(truth, said, now, case)
    if not found:
        found = check_bindings(options, root, case, truth, said)
    return found, truth, said


def shrunk(options, root, suite, case, first):
    """The smallest case that still differs in the same way."""
    kind = first.split(':')[0]
    end = time.monotonic() + SHRINK_SECONDS

    def still(smaller):
        if time.monotonic() > end:
            return False
        try:
            root.build(smaller)
            return any(d.split(':')[0] == kind for d in check(options, root, suite, smaller)[0])
        except Exception:  # a case that cannot be built is no case
            return False
    return trees.shrink(case, still)


def work(options, job, out):
    """Every options.jobs-th case, until the count or the time is used up."""
    root = loaders.Root('%s/root%d' % (options.work, job))
    counts = collections.Counter()
    end = time.monotonic() + options.seconds
    failures, last = 0, None
    for n in options.numbers[job::options.jobs]:
        if time.monotonic() > end:
            break
        try:
            if options.linked:
                case = linked.generate(options.libc, options.seed, n, root.folder + '.built')
            else:
                case = options.given or trees.generate(options.libc, options.seed, n)
            root.build(case)
        except (OSError, RuntimeError) as e:
            counts['unbuildable'] += 1
            print('# case %d cannot be built: %s' % (n, e), file=out)
            continue
        for suite in options.suites:
            try:
                differences, truth, said = check(options, root, suite, case)
            except Exception:
                differences = [traceback.format_exc().strip().rsplit('\n', 1)[-1]]
                truth = said = None
            counts[suite.name, 'cases'] += 1
            if truth and truth.starts:
                counts[suite.name, 'started'] += 1
            if options.only is not None:
                print('# --- %s\n%s\n# %s %s %s' % (suite.name, truth and truth.text, said and
                      said.starts, said and said.objects, said and said.problems), file=out)
            if not differences:
                counts[suite.name, 'agree'] += 1
                continue
            failures += n != last
            print('# case %d under %s: %s' % (n, suite.name, '\n#   '.join(differences)), file=out)
            if failures <= options.shrink and truth and not options.given and n != last and \
                    not options.linked:
                last = n
                small = shrunk(options, root, suite, case, differences[0])
                print('#   shrunk: ' + json.dumps(small), file=out)
                root.build(small)
                try:
                    again, truth, said = check(options, root, suite, small)
                    print('#   says: %s; loader: %s; xbuild: %s' % (
                        again, truth.text.replace('\n', ' | ')[:900],
                        [p['text'] for p in said.problems]), file=out)
                except Exception:
                    pass
                root.build(case)
            out.flush()
    if not options.keep:
        shutil.rmtree(root.folder, ignore_errors=True)
        shutil.rmtree(root.parts, ignore_errors=True)
        shutil.rmtree(root.folder + '.built', ignore_errors=True)
    print(json.dumps([[k if isinstance(k, str) else list(k), v] for k, v in counts.items()]),
          file=out)
    out.flush()


def run_jobs(options):
    """One process each; their lines come back through files."""
    counts, pids = collections.Counter(), []
    for job in range(options.jobs):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                with open('%s/lines%d' % (options.work, job), 'w', encoding='utf-8') as out:
                    work(options, job, out)
                status = 0
            except BaseException:
                traceback.print_exc()
            os._exit(status)
        pids.append(pid)
    for job, pid in enumerate(pids):
        status = os.waitpid(pid, 0)[1]
        with open('%s/lines%d' % (options.work, job), encoding='utf-8') as f:
            lines = f.read().splitlines()
        if status:
            print('# process %d failed' % job)
            counts['failed'] += 1
        for line in lines[:-1] if not status else lines:
            print(line)
        for k, v in json.loads(lines[-1]) if not status else []:
            counts[k if isinstance(k, str) else tuple(k)] += v
    return counts


def parse():
    p = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    p.add_argument('libc', choices=['glibc', 'musl'])
    p.add_argument('--suite', action='append', required=True)
    p.add_argument('--count', type=int, default=1000)
    p.add_argument('--first', type=int, default=0)
    p.add_argument('--seed', default='1')
    p.add_argument('--only', type=int)
    p.add_argument('--case')
    p.add_argument('--linked', action='store_true')
    p.add_argument('--seconds', type=float, default=1e9)
    p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--xbuild', default='build/xbuild')
    p.add_argument('--work')
    p.add_argument('--shrink', type=int, default=3, help='failures to shrink, for each job')
    p.add_argument('--keep', action='store_true')
    o = p.parse_args()
    o.xbuild = os.path.abspath(o.xbuild)
    o.numbers = range(o.first, o.first + o.count)
    o.given = None
    if o.case:
        with open(o.case, encoding='utf-8') as f:
            o.given = json.load(f)
        o.only = 0
    if o.only is not None:
        o.numbers, o.jobs, o.keep = [o.only], 1, True
    o.suites = []
    for text in o.suite:
        name, rest = text.split('=', 1)
        folder, _, tools = rest.partition(',')
        o.suites.append(loaders.Suite(name, o.libc, os.path.abspath(folder),
                                      tools and os.path.abspath(tools)))
    o.level = loaders.processor_level(o.suites)
    return o


def main():
    options = parse()
    if os.geteuid() != 0:
        print('1..0 # SKIP the cases need root, for chroot(2)')
        return 0
    if options.linked and not linked.compilers():
        print('1..0 # SKIP no compiler is installed')
        return 0
    temporary = None
    if not options.work:
        temporary = options.work = tempfile.mkdtemp(prefix='xbuild-oracle.')
    os.makedirs(options.work, exist_ok=True)
    start = time.monotonic()
    counts = run_jobs(options)
    print('1..%d' % len(options.suites))
    bad = counts['failed']
    for i, suite in enumerate(options.suites, 1):
        cases, agree = counts[suite.name, 'cases'], counts[suite.name, 'agree']
        ok = 0 < agree == cases and not counts['failed']
        bad += not ok
        print('%s %d - %s of %s: %d cases, %d agree, %d differ; %d start'
              ' (seed %s, %.0f s)' % (
                  'ok' if ok else 'not ok', i, options.libc, suite.name, cases, agree,
                  cases - agree, counts[suite.name, 'started'], options.seed,
                  time.monotonic() - start))
    if temporary and not options.keep:
        shutil.rmtree(temporary, ignore_errors=True)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
