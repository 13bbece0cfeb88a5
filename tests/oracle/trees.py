# SPDX-License-Identifier: MIT
"""Generates cases: a program, its libraries, where they lie and how they are looked for.

A case is a plain dict, so that it can be printed, replayed and shrunk:
  libc, main (path), objects {path: description for elfwriter}, links {path: target},
  dirs [path], conf (lines of ld.so.conf, with the cache made by ldconfig) or absent,
  musl_path (the file's text) or absent, env {name: value}
"""
import copy
import os
import random

MULTIARCH = 'x86_64-linux-gnu'
LOADER = {'glibc': '/lib64/ld-linux-x86-64.so.2', 'musl': '/lib/ld-musl-x86_64.so.1'}
MAIN = '/app/bin/prog'
PRIVATE_DIRS = ['/opt/a', '/opt/b/lib', '/app/lib', '/app/lib/sub', '/srv/x', '/app/bin']
SYSTEM_DIRS = {
    'glibc': ['/lib/' + MULTIARCH, '/usr/lib/' + MULTIARCH, '/lib', '/usr/lib'],
    'musl': ['/lib', '/usr/local/lib', '/usr/lib'],
}
OTHER_SYSTEM_DIRS = ['/usr/local/lib', '/lib64', '/usr/lib64']
CONF_DIRS = ['/opt/conf', '/usr/local/lib']
POOL = ['alpha', 'beta', 'gamma', 'delta', 'eps', 'zeta', 'eta', 'theta', 's0', 's1', 's2']
OBJECTS, TLS = ['counter', 'table', 'state', 'limit'], ['slot', 'errcode']
NEVER = ['nowhere', 'absent', 'void_of']
VERSIONS = ['V1', 'V2', 'V3']

# What is asked of the C library: name, version, and the same without a version on musl.
GLIBC_SYMBOLS = [('puts', 'GLIBC_2.2.5'), ('memcpy', 'GLIBC_2.14'), ('memcpy', 'GLIBC_2.2.5'),
                 ('pthread_create', 'GLIBC_2.34'), ('pthread_create', 'GLIBC_2.2.5'),
                 ('closefrom', 'GLIBC_2.34'), ('arc4random', 'GLIBC_2.36'),
                 ('__isoc23_strtol', 'GLIBC_2.38'), ('__isoc23_strtol', None), ('puts', None),
                 ('memcpy', None), ('dlopen', 'GLIBC_2.34'), ('strlcpy', 'GLIBC_2.38'),
                 ('__libc_start_main', 'GLIBC_2.34'), ('stat', 'GLIBC_2.33'), ('stat', None),
                 ('sys_errlist', 'GLIBC_2.12'), ('__libc_single_threaded', 'GLIBC_2.32'),
                 ('pthread_create', None), ('gets', None), ('regexec', None), ('environ', None)]
MUSL_SYMBOLS = ['puts', 'pthread_create', 'qsort_r', 'reallocarray', 'statx', 'preadv2', 'stdin',
                '__isoc23_strtol', 'backtrace', 'arc4random', 'dlopen', 'open64', 'stat64',
                'getdents', 'fts_open', 'memcpy', 'environ', '__errno_location', 'closefrom',
                '__stack_chk_fail', '__cxa_thread_atexit_impl', 'posix_getdents', 'crypt']
MUSL_NAMES = ['libc.so', 'libc.musl-x86_64.so.1', 'libm.so.6', 'libpthread.so.0', 'librt.so.1',
              'libdl.so.2', 'libutil.so.1', 'libxnet.so', 'libc.so.6', 'ld-musl-x86_64.so.1',
              LOADER['musl'], '/opt/a/libm.so.6']
FOREIGN_MUSL_NAMES = ['libcrypt.so.1', 'libm-2.so', 'libresolv.so.2', 'ld-linux-x86-64.so.2']

DECOYS = ['magic', 'class', 'data', 'version', 'osabi-gnu', 'osabi-bsd', 'abiversion', 'pad', 'rel',
          'core', 'etype', 'aarch64', 'i386', 'e_version', 'phentsize', 'empty', 'short', 'text',
          'shorttext', 'elf32']
# musl looks neither at e_ident nor at e_machine: it loads these, which xbuild refuses as malformed
# or of another machine. Real ones die of their relocations; without any, nothing is wrong for musl.
MUSL_BLIND = ['magic', 'class', 'data', 'aarch64', 'i386']
DF_ORIGIN, DF_SYMBOLIC, DF_BIND_NOW = 1, 2, 8
DF_1_NOW, DF_1_NODEFLIB, DF_1_PIE, DF_1_ORIGIN = 1, 0x800, 0x8000000, 0x80

# How often things happen, by theme. What a theme does not name is as in the first row.
PROFILES = {
    'base': dict(decoy=.1, lost=.03, spread=.3, soname=.1, named=.05, weird=.02, symbols=.5,
                 versions=.1, missing=.03, weak=.1, special=.05, system=.2, env=.15, conf=.1,
                 noise=.15, hwcaps=.03, token=.05, cycle=.1, libc=.1, tags=.1),
    'search': dict(decoy=.35, lost=.1, spread=.85, soname=.15, symbols=.15, system=.3, env=.3,
                   conf=.2, noise=.35, hwcaps=.08, token=.15, versions=0),
    'names': dict(soname=.5, named=.35, weird=.15, spread=.5, decoy=.25, symbols=.3),
    'symbols': dict(symbols=1, missing=.12, weak=.25, decoy=0, lost=0, spread=.05, named=0, env=.05,
                    conf=0, noise=0, system=.1, soname=0, token=0),
    'versions': dict(symbols=1, versions=.8, missing=.08, weak=.15, decoy=.03, lost=0, spread=.05,
                     env=.05, conf=0, noise=0, soname=.05, named=.02, token=0),
    'libc': dict(symbols=.4, libc=1, versions=.2, spread=.1, decoy=0, noise=0, lost=0),
    'filters': dict(symbols=.6, versions=.3, spread=.1, soname=.15, named=.05, lost=.03),
    'special': dict(special=.6, symbols=.7, spread=.1, decoy=0, noise=0, lost=0),
}
THEMES = ['base', 'search', 'search', 'search', 'names', 'symbols', 'symbols', 'versions',
          'versions', 'libc', 'special', 'special', 'filters']


class Tree:
    def __init__(self, libc, seed, number):
        self.r = random.Random('%s/%s/%s' % (libc, seed, number))
        self.libc = libc
        self.theme = self.r.choice(THEMES)
        self.p = dict(PROFILES['base'], **PROFILES[self.theme])
        self.env_dirs, self.conf_dirs = [], []
        self.paths = {}  # object path -> list of directories that its search path must have
        self.case = {'libc': libc, 'main': MAIN, 'theme': self.theme, 'objects': {}, 'links': {},
                     'dirs': [], 'env': {}}

    def often(self, key):
        return self.r.random() < self.p[key]

    def chance(self, p):
        return self.r.random() < p

    # --- the graph
    def make(self):
        r = self.r
        count = r.choice([1, 2, 2, 3, 3, 4, 4, 5, 6, 8])
        self.names = [self.library_name(i) for i in range(count)]
        self.home = r.choice(PRIVATE_DIRS)
        self.place = [self.choose_place() for _ in range(count)]
        self.needs = {i: [] for i in range(-1, count)}
        for i in range(count):
            # Everything is reachable: needed by the program or by an earlier library.
            by = -1 if i == 0 or self.chance(.5) else r.randrange(i)
            self.needs[by].append(i)
        for i in range(count):
            for j in range(count):
                if i != j and self.chance(.12 if j > i else self.p['cycle'] / 2):
                    self.needs[i].append(j)
        for i in self.needs:
            r.shuffle(self.needs[i])
        main = {'kind': r.choice(['pie', 'pie', 'exe']), 'interp': LOADER[self.libc],
                'stack': 'rw'}
        self.case['objects'][MAIN] = main
        self.index = {-1: main}
        for i in range(count):
            self.index[i] = self.new_library(i)
        for i in self.needs:
            self.index[i]['needed'] = [self.needed_as(i, j) for j in self.needs[i]]
            if self.chance(.02):
                self.index[i]['needed'] += self.index[i]['needed'][:1]
        self.add_symbols()
        for i in range(-1, count):
            self.add_paths(i)
        for i in range(count):
            self.add_decoys(i)
        if self.often('libc'):
            self.add_libc()
        if self.theme == 'filters':
            self.add_filters()
        elif self.often('special') or self.theme == 'special':
            self.add_special()
        self.finish()
        return self.case

    def library_name(self, i):
        letter = 'abdefghijk'[i]  # libc and libm are other tests' names
        if self.often('weird'):
            length = self.r.choice([200, 247, 248, 249, 300])  # NAME_MAX is 255
            return self.r.choice(['lib%s.so.' % letter + '9' * length, letter, letter + '.so',
                                  'lib %s.so' % letter, 'lib%s+x.so.1.2' % letter,
                                  'lib$ORIGIN%s.so' % letter, 'lib%s:x.so' % letter])
        return 'lib%s.so%s' % (letter, self.r.choice(['', '', '.1', '.2.3']))

    def choose_place(self):
        r = self.r
        if self.often('system'):
            return r.choice(SYSTEM_DIRS[self.libc] * 3 + OTHER_SYSTEM_DIRS)
        if self.often('conf'):
            return r.choice(CONF_DIRS)
        return r.choice(PRIVATE_DIRS) if self.often('spread') else self.home

    def path_of(self, i):
        return MAIN if i == -1 else self.place[i] + '/' + self.names[i]

    def new_library(self, i):
        r, d = self.r, {'kind': 'lib', 'stack': 'rw'}
        name = self.names[i]
        if self.often('soname'):
            soname = r.choice([None, None, name + '.9', r.choice(self.names), 'lib%d.so' % i, ''])
        else:
            soname = name
        if soname is not None:
            d['soname'] = soname
        if len(name) < 256:
            path = self.path_of(i)
            if self.often('hwcaps') and self.libc == 'glibc':
                sub = r.choice(['x86-64-v2', 'x86-64-v3', 'x86-64-v4', 'x86-64-v9', 'haswell'])
                self.case['objects']['%s/glibc-hwcaps/%s/%s' % (self.place[i], sub, name)] = d
                if self.chance(.7):
                    self.case['objects'][path] = d
            elif self.chance(.04):
                # Found through a link: $ORIGIN is where the link is.
                real = r.choice(PRIVATE_DIRS) + '/real-' + name
                if len(os.path.basename(real)) < 256:
                    self.case['objects'][real] = d
                    self.case['links'][path] = real
            else:
                self.case['objects'][path] = d
        return d

    def needed_as(self, by, i):
        r, name = self.r, self.names[i]
        if not self.often('named'):
            return name
        place = self.place[i]
        forms = [place + '/' + name, place + '/../' + os.path.basename(place) + '/' + name,
                 './' + name, 'lib/' + name, '$ORIGIN/' + name, '/' + place + '/' + name,
                 self.from_origin(by, place) + '/' + name, self.index[i].get('soname') or name,
                 name + '.none', '', '/' + name, place + '//' + name, '$LIB/' + name]
        return r.choice(forms)

    # --- search paths
    def from_origin(self, i, place):
        origin = os.path.dirname(self.path_of(i))
        relative = os.path.relpath(place, origin)
        token = self.r.choice(['$ORIGIN', '$ORIGIN', '${ORIGIN}'])
        return token if relative == '.' else token + '/' + relative

    def element(self, i, place):
        """One spelling of a directory in the search path of object i."""
        r = self.r
        kind = r.choice(['absolute', 'absolute', 'origin', 'origin', 'slash', 'dots', 'link'])
        if self.libc == 'glibc' and self.often('token'):
            if place.endswith('lib/' + MULTIARCH):
                return place.replace('lib/' + MULTIARCH, r.choice(['$LIB', '${LIB}']))
            self.case['links']['/plat/x86_64'] = place
            self.case['links']['/plat/haswell'] = place
            return r.choice(['/plat/$PLATFORM', '/plat/${PLATFORM}'])
        if kind == 'origin':
            return self.from_origin(i, place)
        if kind == 'slash':
            return place + r.choice(['/', '//'])
        if kind == 'dots':
            return place + r.choice(['/.', '/../' + os.path.basename(place)])
        if kind == 'link' and self.chance(.3):
            self.case['links']['/link'] = place
            return '/link'
        return place

    def noise(self, place):
        r = self.r
        elements = ['/none', '', '.', 'lib', '/none/' + 'x' * 40, '$ORIGIN/none', '/opt',
                    r.choice(PRIVATE_DIRS)]
        if self.chance(.4):
            elements = ['$ORIGINX', '$$ORIGIN', '$FOO' + place, place + '/$BAR', '${ORIGIN', '$',
                        '\\$ORIGIN/../lib', '$ORIGIN$ORIGIN', '$LIB', '${LIB}', '$PLATFORM',
                        '/$LIB', '/usr/$LIB', '/opt/$', '$ORIGIN_X/a', '${ORIGINX}', '/x$ORIGIN']
        return r.choice(elements)

    def add_paths(self, i):
        """Lets object i find what it needs, by one of the ways there are."""
        r, own = self.r, []
        for j in self.needs[i]:
            place = self.place[j]
            if place in SYSTEM_DIRS[self.libc] and self.chance(.7):
                continue
            if self.often('lost'):
                continue
            way = r.random()
            if place in CONF_DIRS and self.chance(.7):
                self.conf_dirs.append(place)
            elif self.often('env'):
                self.env_dirs.append(place)
            elif way < .35 and i != -1:
                self.paths.setdefault(-1, []).append(place)
            elif way < .5 and i > 0:
                self.paths.setdefault(r.randrange(i), []).append(place)
            else:
                own.append(place)
        self.paths.setdefault(i, []).extend(own)

    def set_paths(self, i):
        r, d = self.r, self.index[i]
        dirs = list(dict.fromkeys(self.paths.get(i, [])))
        r.shuffle(dirs)
        elements = [self.element(i, x) for x in dirs]
        while self.often('noise'):
            elements.insert(r.randrange(len(elements) + 1), self.noise(self.home))
        if not elements and not self.chance(.03):
            return
        separator = '\n' if self.libc == 'musl' and self.chance(.03) else ':'
        path = separator.join(elements)
        if self.often('tags'):
            d['rpath'] = path
            d['runpath'] = r.choice([path, '/none', '', self.home])
        elif i == -1 and self.theme in ('symbols', 'versions', 'special', 'libc'):
            d['rpath'] = path
        else:
            d[r.choice(['rpath', 'runpath'])] = path

    def add_decoys(self, i):
        """The same name in another directory: of no use, or another library."""
        r, name, case = self.r, self.names[i], self.case
        while self.often('decoy') and len(name) < 250:
            place = r.choice(PRIVATE_DIRS + SYSTEM_DIRS[self.libc] + OTHER_SYSTEM_DIRS)
            path = place + '/' + name
            if path in case['objects'] or path in case['links']:
                return
            kind = r.random()
            if kind < .5:
                bad = r.choice(DECOYS)
                if self.libc == 'musl' and bad in MUSL_BLIND:
                    continue
                case['objects'][path] = dict(self.index[i], bad=[bad])
            elif kind < .7:
                other = dict(self.index[i], defs=[{'name': 'other'}])
                if self.chance(.5):
                    other['soname'] = r.choice(self.names + ['libother.so'])
                case['objects'][path] = other
            elif kind < .78:
                case['dirs'].append(path)
            elif kind < .84:
                case['links'][path] = '/none/' + name
            elif kind < .88:
                case['links'][path] = path
            else:
                case['links'][path] = self.path_of(i)
            if self.chance(.6):
                self.paths.setdefault(r.choice([-1, -1, i]), []).append(place)

    # --- symbols
    def add_symbols(self):
        r, count = self.r, len(self.names)
        if not self.often('symbols'):
            return
        for i in range(count):
            self.add_definitions(self.index[i])
        if self.chance(.15):
            self.add_definitions(self.index[-1])
        for i in range(-1, count):
            for _ in range(r.choice([0, 1, 2, 3, 4])):
                self.add_reference(i)
        for d in self.index.values():
            d['hash'] = r.choice(['both', 'gnu', 'gnu', 'sysv'])
            if self.chance(.2):
                d['plain'] = r.choice([0, 1])
            if self.often('versions') and self.chance(.1):
                d['no_verdef'] = True
                d['defs'] = list({x['name']: x for x in d.get('defs', [])}.values())
            if self.chance(.02):
                d['nobase'] = True

    def add_definitions(self, d):
        r, defs = self.r, []
        versioned = self.often('versions')
        for name in r.sample(POOL + OBJECTS + TLS, r.choice([1, 2, 3, 4, 5])):
            kind = 'object' if name in OBJECTS else 'tls' if name in TLS else \
                r.choices(['func', 'ifunc', 'abs', 'notype'],
                          [90, 6 if self.theme == 'special' else .3, 1, 2])[0]
            x = {'name': name, 'type': kind}
            if self.chance(.15):
                x['bind'] = 'weak'
            if self.chance(.1) and kind == 'object':
                x['bind'] = 'unique'
            if self.chance(.02):
                x['bind'] = 'local'
            if self.chance(.08):
                x['vis'] = r.choice(['protected', 'hidden', 'internal'])
            if self.chance(.01) and kind in ('func', 'object', 'abs'):
                x['zero'] = True
            if versioned and self.chance(.85) and x.get('bind') != 'local':
                x['ver'] = r.choice(VERSIONS)
                if self.chance(.25):
                    x['hide'] = True
                if self.chance(.2):
                    old = dict(x, ver=r.choice([v for v in VERSIONS if v != x['ver']]))
                    old['hide'] = self.chance(.85)
                    defs.append(old)
            defs.append(x)
        d['defs'] = defs
        if versioned and self.chance(.2):
            d['verdefs'] = [r.choice(VERSIONS)]

    def add_reference(self, i):
        r, d = self.r, self.index[i]
        near = [(j, x) for j in self.needs[i] for x in self.index[j].get('defs', [])]
        far = [(j, x) for j in range(len(self.names)) for x in self.index[j].get('defs', [])]
        ref, source, x = {}, None, None
        if self.often('missing') or not far:
            ref['name'] = r.choice(NEVER + POOL)
        else:
            source, x = r.choice(near if near and self.chance(.8) else far)
            ref['name'] = x['name']
        kind = x['type'] if x else 'func'
        ref['reloc'] = self.choose_reloc(kind, i)
        if self.often('weak'):
            ref['weak'] = True
        self.choose_version(i, ref, source, x)
        types = {y['type'] for d2 in self.index.values() for y in d2.get('defs', [])
                 if y['name'] == ref['name']}
        if i == -1 and ref['reloc'] == 'jump' and types <= {'func'} and not ref.get('weak'):
            ref['call'] = True
        if i == -1 and d['kind'] == 'exe' and ref['reloc'] == 'jump' and self.chance(.1):
            ref['canon'] = True
        d.setdefault('refs', []).append(ref)

    def choose_reloc(self, kind, i):
        r = self.r
        if kind == 'tls':
            return r.choice(['tpoff', 'dtpmod'])
        if kind == 'object':
            return r.choice(['glob', 'abs', 'copy'] if i == -1 else ['glob', 'abs'])
        if self.chance(.02):
            return 'none'
        return r.choices(['jump', 'glob', 'abs'], [60, 30, 10])[0]

    def choose_version(self, i, ref, source, x):
        r = self.r
        if x is None or not x.get('ver'):
            if not (self.often('versions') and self.needs[i] and self.chance(.15)):
                return
            source = r.choice(self.needs[i])
            ref['ver'] = r.choice(VERSIONS + ['V9'])
        elif self.chance(.12):
            return
        else:
            ref['ver'] = x['ver'] if self.chance(.88) else r.choice(VERSIONS + ['V9'])
        if source not in self.needs[i] and self.chance(.9):
            if not self.needs[i]:
                del ref['ver']
                return
            source = r.choice(self.needs[i])
        needed = self.index[i].get('needed', [])
        ref['lib'] = needed[self.needs[i].index(source)] if source in self.needs[i] else \
            self.names[source]
        if self.chance(.08):
            ref['verweak'] = True
        if self.chance(.02):
            ref['verhide'] = True

    # --- the C library
    def add_libc(self):
        r = self.r
        for i in r.sample(sorted(self.index), r.randrange(1, len(self.index) + 1)):
            d = self.index[i]
            if self.libc == 'musl':
                name = r.choice(MUSL_NAMES) if self.chance(.6) else 'libc.so'
                if self.chance(.05):
                    name = r.choice(FOREIGN_MUSL_NAMES)
                refs = [{'name': r.choice(MUSL_SYMBOLS)} for _ in range(r.choice([0, 1, 2]))]
            else:
                name = 'libc.so.6'
                chosen = r.sample(GLIBC_SYMBOLS, r.choice([0, 1, 1, 2]))
                refs = [{'name': n, 'ver': v, 'lib': name} if v else {'name': n}
                        for n, v in chosen]
            for ref in refs:
                ref['reloc'] = r.choice(['jump', 'glob'])
                if self.chance(.15):
                    ref['weak'] = True
                if self.chance(.05):
                    ref['verweak'] = True
            d.setdefault('needed', []).insert(r.randrange(len(d.get('needed', [])) + 1), name)
            d.setdefault('refs', []).extend(refs)
        if self.libc == 'musl' and self.chance(.1):
            self.case['objects'][r.choice(['/opt/a', '/app/lib', '/lib']) + '/libm.so.6'] = \
                {'kind': 'lib', 'soname': 'libm.so.6', 'stack': 'rw'}

    # --- rare features
    def add_special(self):
        r = self.r
        kinds = ['now', 'now1', 'nowtag', 'symbolic', 'symbolictag', 'textrel', 'relr', 'relrlibc',
                 'rwx', 'nostack', 'irelative', 'nodeflib', 'piedep', 'exedep', 'aux', 'filter',
                 'interp', 'second-libc', 'unique', 'none', 'verneed', 'mainlink', 'defcanon',
                 'ifunc']
        for kind in r.sample(kinds, r.choice([1, 1, 2])):
            i = r.choice(sorted(self.index))
            self.specials(kind, i, self.index[i])

    def add_filters(self):
        for _ in range(self.r.choice([1, 2, 2, 3, 5])):
            i = self.r.choice(sorted(self.index))
            self.specials(self.r.choice(['aux', 'filter']), i, self.index[i])

    def specials(self, kind, i, d):
        r = self.r
        lib = self.index[r.randrange(len(self.names))]
        if kind == 'now':
            d['flags'] = d.get('flags', 0) | DF_BIND_NOW
        elif kind == 'now1':
            d['flags_1'] = d.get('flags_1', 0) | DF_1_NOW
        elif kind == 'nowtag':
            d['now_tag'] = True
        elif kind == 'symbolic':
            d['flags'] = d.get('flags', 0) | DF_SYMBOLIC
        elif kind == 'symbolictag':
            d['symbolic_tag'] = True
        elif kind == 'textrel':
            name = r.choice(POOL) if self.chance(.5) else self.any_definition()
            d.setdefault('refs', []).append({'name': name, 'reloc': 'text'})
            d['textrel'] = r.choice(['tag', 'flag'])
        elif kind in ('relr', 'relrlibc'):
            d['relr'] = 'use_relr_%d' % i if i >= 0 else 'yes'
            if i >= 0:  # the program uses it
                self.index[-1].setdefault('refs', []).append(
                    {'name': d['relr'], 'reloc': 'jump', 'call': True})
            if kind == 'relrlibc' and self.libc == 'glibc':
                d.setdefault('needed', []).append('libc.so.6')
                d.setdefault('verneeds', []).append(['libc.so.6', 'GLIBC_2.2.5'])
                if self.chance(.5):
                    d['verneeds'].append(['libc.so.6', 'GLIBC_ABI_DT_RELR'])
        elif kind == 'rwx':
            d['stack'] = 'rwx'
        elif kind == 'nostack':
            d.pop('stack', None)
        elif kind == 'irelative':
            d['irelative'] = True
        elif kind == 'nodeflib':
            d['flags_1'] = d.get('flags_1', 0) | DF_1_NODEFLIB
        elif kind == 'piedep':
            lib['flags_1'] = lib.get('flags_1', 0) | DF_1_PIE
        elif kind == 'exedep':
            lib['kind'] = 'exe'
            lib['interp'] = LOADER[self.libc]
        elif kind in ('aux', 'filter'):
            # Circles make the loader run until it is killed: they are seldom.
            later = self.names if self.chance(.02) else self.names[i + 1:]
            d[kind] = [r.choice(later + ['libnone.so']) for _ in range(r.choice([1, 1, 2]))]
            d['filters_last'] = self.chance(.5)
        elif kind == 'interp':
            self.index[-1]['interp'] = r.choice(['/lib/none.so.1', '/lib64/../' + LOADER[self.libc],
                                                 LOADER[self.libc]])
        elif kind == 'second-libc':
            lib.setdefault('defs', []).extend([{'name': '__libc_start_main', 'type': 'func'},
                                               {'name': 'stdin', 'type': 'object'}])
        elif kind == 'unique':
            for other in self.index.values():
                other.setdefault('defs', []).append(
                    {'name': 'once', 'type': 'object', 'bind': 'unique'})
            d.setdefault('refs', []).append({'name': 'once', 'reloc': 'glob'})
        elif kind == 'ifunc':
            # A program's or a library's, wanted by others that may be relocated before it.
            for other in self.r.sample(sorted(self.index), min(2, len(self.index))):
                if other != i:
                    self.index[other].setdefault('refs', []).append(
                        {'name': 'chosen', 'reloc': r.choice(['glob', 'glob', 'jump', 'abs'])})
            d.setdefault('defs', []).append({'name': 'chosen', 'type': 'ifunc'})
        elif kind == 'verneed' and d.get('needed'):
            d.setdefault('verneeds', []).append([r.choice(d['needed']), r.choice(VERSIONS)])
        elif kind == 'mainlink':
            self.case['links']['/usr/bin/prog'] = '../..' + MAIN
            self.case['run'] = '/usr/bin/prog'
        elif kind == 'defcanon' and self.index[-1]['kind'] == 'exe':
            self.index[-1].setdefault('refs', []).append(
                {'name': 'nowhere', 'reloc': 'jump', 'canon': True})
            d.setdefault('refs', []).append({'name': 'nowhere', 'reloc': 'glob'})

    def any_definition(self):
        names = [x['name'] for d in self.index.values() for x in d.get('defs', [])]
        return self.r.choice(names) if names else self.r.choice(POOL)

    # --- the surroundings
    def finish(self):
        r, case = self.r, self.case
        for i in self.index:
            self.set_paths(i)
        if self.env_dirs or self.chance(.05):
            elements = list(dict.fromkeys(self.env_dirs))
            while self.often('noise'):
                elements.append(self.noise(self.home))
            r.shuffle(elements)
            separator = r.choice([':', ':', ';'])
            case['env']['LD_LIBRARY_PATH'] = separator.join(elements)
        if self.libc == 'musl':
            self.set_musl_path()
        elif self.conf_dirs or self.chance(.05):
            case['conf'] = list(dict.fromkeys(self.conf_dirs))
        if self.libc == 'glibc' and self.chance(.4):
            case['usrmerge'] = True

    def set_musl_path(self):
        r, case = self.r, self.case
        if self.conf_dirs:
            dirs = list(dict.fromkeys(self.conf_dirs)) + r.choice([[], ['/lib', '/usr/lib'], ['']])
            case['musl_path'] = r.choice(['\n', ':']).join(dirs) + r.choice(['\n', ''])
        elif self.chance(.3):
            case['musl_path'] = r.choice(['/lib/x86_64-linux-musl\n/usr/lib/x86_64-linux-musl\n',
                                          '/lib:/usr/local/lib:/usr/lib', '', '\n', 'lib\n/lib\n'])


def generate(libc, seed, number):
    return Tree(libc, seed, number).make()


# --- shrinking
def pieces(value, path=()):
    """Paths of everything in a case that can be left out, big things first."""
    found = []
    if isinstance(value, dict):
        for k in list(value):
            if path == () and k in ('libc', 'main', 'theme'):
                continue
            if len(path) == 2 and k in ('kind', 'interp', 'stack') and path[0] == 'objects':
                continue
            if path and path[-1] in range(10000) and k in ('name', 'reloc', 'type', 'lib'):
                continue
            if not (path == ('objects',) and k == MAIN) and not (path == () and k == 'objects'):
                found.append(path + (k,))
            found += pieces(value[k], path + (k,))
    elif isinstance(value, list):
        for i in range(len(value)):
            found.append(path + (i,))
            if isinstance(value[i], dict):
                found += pieces(value[i], path + (i,))
    return sorted(found, key=len)


def without(case, path):
    out = copy.deepcopy(case)
    at = out
    for k in path[:-1]:
        at = at[k]
    del at[path[-1]]
    out['env'] = out.get('env', {})
    out['links'] = out.get('links', {})
    out['dirs'] = out.get('dirs', [])
    return out


def simpler_paths(case):
    """The case with one element of one search path left out."""
    for where, d in case['objects'].items():
        for tag in ('rpath', 'runpath'):
            elements = (d.get(tag) or '').split(':')
            for i in range(len(elements) if len(elements) > 1 else 0):
                out = copy.deepcopy(case)
                out['objects'][where][tag] = ':'.join(elements[:i] + elements[i + 1:])
                yield out
    elements = case['env'].get('LD_LIBRARY_PATH', '').split(':')
    for i in range(len(elements) if len(elements) > 1 else 0):
        out = copy.deepcopy(case)
        out['env']['LD_LIBRARY_PATH'] = ':'.join(elements[:i] + elements[i + 1:])
        yield out


def shrink(case, still_fails, budget=1500):
    """Leaves out one thing after another as long as the case still fails."""
    changed = True
    while changed:
        changed, i = False, 0
        while True:
            candidates = pieces(case)
            if i >= len(candidates) or budget <= 0:
                break
            budget -= 1
            smaller = without(case, candidates[i])
            if still_fails(smaller):
                case, changed = smaller, True
            else:
                i += 1
        for smaller in simpler_paths(case):
            budget -= 1
            if budget > 0 and still_fails(smaller):
                case, changed = smaller, True
                break
    return case
