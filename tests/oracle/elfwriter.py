# SPDX-License-Identifier: MIT
"""Writes small ELF64 x86-64 programs and libraries from a description, without a linker.

An object is a dict (all keys but kind may be absent):
  kind      exe (ET_EXEC), pie or lib
  needed, aux, filter, filters_last (behind needed), soname, rpath, runpath, flags, flags_1, now_tag, symbolic_tag, interp
  hash      both, gnu or sysv
  defs      name, type (func object tls ifunc abs notype), bind (global weak unique local),
            vis (default hidden protected internal), ver, hide (foo@V, not foo@@V), zero (no value)
  refs      name, ver, lib (which the version is asked of), weak, verweak, verhide, canon,
            reloc (jump glob abs copy tpoff dtpmod text none), call
  plain     versym index of what has no version: 1, or 0; absent: no DT_VERSYM without need
  verdefs   versions defined besides those of defs; no_verdef: as without a version script
  nobase    the first verdef is no base definition
  relr      a pointer that DT_RELR relocates: a program reads through it before anything else, a
            library has it for its initializer and in a function of that name
  irelative an IRELATIVE relocation
  stack     rw, rwx or absent (no PT_GNU_STACK)
  textrel   how text relocations are announced: tag, flag or none
  bad       a list of damages: see DAMAGE

A program writes <S> when it is entered, calls what it refers to with `call`, writes <E>, exits 0.
"""
import struct

PAGE = 0x1000
TYPES = {'notype': 0, 'object': 1, 'func': 2, 'tls': 6, 'ifunc': 10, 'abs': 1}
BINDS = {'local': 0, 'global': 1, 'weak': 2, 'unique': 10}
VISIBLE = {'default': 0, 'internal': 1, 'hidden': 2, 'protected': 3}
RELOCS = {'abs': 1, 'copy': 5, 'glob': 6, 'jump': 7, 'dtpmod': 16, 'tpoff': 18, 'text': 1}
R_RELATIVE, R_IRELATIVE = 8, 37


def patch(offset, value):
    """Bytes laid over the file at an offset."""
    return lambda b: b[:offset] + value + b[offset + len(value):]


# What can be wrong with a candidate in a search path.
DAMAGE = {
    'magic': patch(0, b'\x7fELG'),
    'class': patch(4, b'\1'),
    'data': patch(5, b'\2'),
    'version': patch(6, b'\2'),
    'osabi-gnu': patch(7, b'\3'),
    'osabi-bsd': patch(7, b'\x09'),
    'abiversion': patch(8, b'\1'),
    'pad': patch(12, b'\1'),
    'rel': patch(16, b'\1\0'),
    'core': patch(16, b'\4\0'),
    'etype': patch(16, b'\xfe\xff'),
    'aarch64': patch(18, b'\xb7\0'),
    'i386': patch(18, b'\3\0'),
    'e_version': patch(20, b'\2'),
    'phentsize': patch(54, b'\x20\0'),
    'empty': lambda b: b'',
    'short': lambda b: b[:40],
    'text': lambda b: b'/* GNU ld script */\nINPUT(libx.so)\n' + b' ' * 64,
    'shorttext': lambda b: b'INPUT(x)\n',
    'elf32': lambda b: b'\x7fELF\1\1\1' + bytes(9) + struct.pack(
        '<HHIIIIIHHHHHH', 3, 3, 1, 0, 0, 0, 0, 52, 32, 0, 40, 0, 0),
}


def sysv_hash(name):
    h = 0
    for c in name.encode():
        h = (h << 4) + c
        g = h & 0xf0000000
        h = (h ^ g >> 24) & ~g & 0xffffffff
    return h


def gnu_hash(name):
    h = 5381
    for c in name.encode():
        h = (h * 33 + c) & 0xffffffff
    return h


class Strings:
    def __init__(self):
        self.bytes, self.known = b'\0', {'': 0}

    def add(self, s):
        if s not in self.known:
            self.known[s] = len(self.bytes)
            self.bytes += s.encode() + b'\0'
        return self.known[s]


class Symbol:
    """One entry of the dynamic symbol table."""

    def __init__(self, name, bind='global', type_='notype', vis='default', place=None, ver=None):
        self.name, self.bind, self.type, self.vis = name, bind, type_, vis
        self.place, self.ver = place, ver  # place: None undefined, else a string key
        self.value = self.size = 0


class Writer:
    def __init__(self, d):
        self.d = d
        self.strings = Strings()
        self.symbols, self.ref_symbol = [], []
        self.data, self.relocs, self.plt = [], [], []
        self.base = 0x400000 if d['kind'] == 'exe' else 0
        self.is_program = d['kind'] != 'lib'

    # Versions: an index for each (library or None, name, weak, hidden), definitions first.
    def number_versions(self):
        d = self.d
        names = list(d.get('verdefs', []))
        for x in d.get('defs', []):
            if x.get('ver') and x['ver'] not in names:
                names.append(x['ver'])
        self.verdefs = [] if d.get('no_verdef') else names
        self.indices, n = {}, 2
        for name in names:
            self.indices[None, name] = n
            n += 1
        self.verneeds = {}
        for r in d.get('refs', []):
            if r.get('ver'):
                key = r['lib'], r['ver']
                if key not in self.indices:
                    self.indices[key] = n
                    n += 1
                    self.verneeds.setdefault(r['lib'], []).append(
                        [r['ver'], bool(r.get('verweak')), n - 1, bool(r.get('verhide'))])
                elif not r.get('verweak'):
                    for need in self.verneeds[r['lib']]:
                        if need[0] == r['ver']:
                            need[1] = False
        for lib, ver in d.get('verneeds', []):  # asked of a library without a symbol
            if (lib, ver) not in self.indices:
                self.indices[lib, ver] = n
                n += 1
                self.verneeds.setdefault(lib, []).append([ver, False, n - 1, False])

    def collect_symbols(self):
        d, undefined, defined = self.d, [], []
        own = {}
        if d.get('relr') and not self.is_program:
            s = Symbol(d['relr'], 'global', 'func', 'default', 'use')
            s.hide = False
            defined.append(s)
        for x in d.get('defs', []):
            place = {'tls': 'tls', 'ifunc': 'ifunc', 'abs': 'abs', 'object': 'data'}.get(
                x.get('type', 'func'), 'ret')
            s = Symbol(x['name'], x.get('bind', 'global'), x.get('type', 'func'),
                       x.get('vis', 'default'), 'zero' if x.get('zero') else place,
                       (None, x['ver']) if x.get('ver') else None)
            s.hide = x.get('hide', False)
            defined.append(s)
            if not x.get('hide') or x['name'] not in own:
                own[x['name']] = s
        shared = {}
        for r in d.get('refs', []):
            ver = (r['lib'], r['ver']) if r.get('ver') else None
            if ver is None and r['name'] in own and r['reloc'] != 'copy':
                self.ref_symbol.append(own[r['name']])
                continue
            key = r['name'], ver, r['reloc'] == 'copy'
            s = shared.get(key)
            if not s:
                s = Symbol(r['name'], 'weak' if r.get('weak') else 'global', 'notype', 'default',
                           None, ver)
                s.hide = False
                if r['reloc'] == 'copy':
                    s.place, s.type = 'data', 'object'
                    defined.append(s)
                else:
                    undefined.append(s)
                    if r['reloc'] in ('tpoff', 'dtpmod'):
                        s.type = 'tls'
                shared[key] = s
            elif not r.get('weak') and s.place is None:
                s.bind = 'global'
            s.canon = getattr(s, 'canon', False) or bool(r.get('canon'))
            self.ref_symbol.append(s)
        # Local symbols come first (gABI); GNU hash wants the defined ones in order of bucket.
        self.buckets = max(1, len(defined) // 2)
        local = [s for s in defined if s.bind == 'local']
        hashed = sorted((s for s in defined if s.bind != 'local'),
                        key=lambda s: gnu_hash(s.name) % self.buckets)
        self.local_count = len(local)
        self.symbols = [None] + local + undefined + hashed
        self.first_hashed = len(self.symbols) - len(hashed)
        for i, s in enumerate(self.symbols):
            if s:
                s.index = i

    def versym(self):
        plain = self.d.get('plain')
        out = [0]
        for s in self.symbols[1:]:
            if s.ver and s.ver[0] is None and not self.verdefs:
                out.append(1)
            elif s.ver:
                out.append(self.indices[s.ver] | (0x8000 if s.hide else 0))
            elif s.bind == 'local':
                out.append(0)
            elif s.place is None:
                out.append(1 if plain is None else plain)
            else:
                out.append(1)
        needs = self.verneeds.values()
        hidden = {n[2] for need in needs for n in need if n[3]}
        out = [v | 0x8000 if v in hidden else v for v in out]
        return struct.pack('<%dH' % len(out), *out)

    def verneed_bytes(self):
        out = b''
        files = list(self.verneeds.items())
        for i, (lib, needs) in enumerate(files):
            size = 16 + 16 * len(needs)
            out += struct.pack('<HHIII', 1, len(needs), self.strings.add(lib), 16,
                               0 if i == len(files) - 1 else size)
            for j, (ver, weak, index, hide) in enumerate(needs):
                out += struct.pack('<IHHII', sysv_hash(ver), 2 if weak else 0,
                                   index | (0x8000 if hide else 0), self.strings.add(ver),
                                   0 if j == len(needs) - 1 else 16)
        return out, len(files)

    def verdef_bytes(self):
        if not self.verdefs:
            return b'', 0
        base = self.d.get('soname') or 'base'
        rows = [(base, 1, 0 if self.d.get('nobase') else 1)]
        rows += [(v, self.indices[None, v], 0) for v in self.verdefs]
        out = b''
        for i, (name, index, flags) in enumerate(rows):
            out += struct.pack('<HHHHIII', 1, flags, index, 1, sysv_hash(name), 20,
                               0 if i == len(rows) - 1 else 28)
            out += struct.pack('<II', self.strings.add(name), 0)
        return out, len(rows)

    def sysv_bytes(self):
        n = len(self.symbols)
        heads, chains = [0] * self.buckets, [0] * n
        for s in self.symbols[1:]:
            b = sysv_hash(s.name) % self.buckets
            chains[s.index], heads[b] = heads[b], s.index
        return struct.pack('<II%dI' % (self.buckets + n), self.buckets, n, *heads, *chains)

    def gnu_bytes(self):
        hashed = self.symbols[self.first_hashed:]
        shift, bloom = 6, 0
        heads, chain = [0] * self.buckets, []
        for i, s in enumerate(hashed):
            h = gnu_hash(s.name)
            bloom |= 1 << h % 64 | 1 << (h >> shift) % 64
            b = h % self.buckets
            heads[b] = heads[b] or s.index
            last = i + 1 == len(hashed) or gnu_hash(hashed[i + 1].name) % self.buckets != b
            chain.append(h & ~1 | int(last))
        return struct.pack('<IIIIQ%dI%dI' % (self.buckets, len(chain)), self.buckets,
                           self.first_hashed, 1, shift, bloom, *heads, *chain)

    def text_bytes(self, text, data_slots):
        """The code: ret at 0, an IFUNC resolver at 16, the PLT at 32, _start behind it."""
        def rip(at, length, target):
            return struct.pack('<i', target - (at + length))
        code = bytearray(b'\xc3' + b'\x90' * 15)
        code += b'\x48\x8d\x05' + rip(text + 16, 7, text) + b'\xc3'
        code += b'\x90' * (32 - len(code))
        gotplt = data_slots['gotplt']
        at = text + 32
        code += b'\xff\x35' + rip(at, 6, gotplt + 8) + b'\xff\x25' + rip(at + 6, 6, gotplt + 16)
        code += b'\x90' * 4
        for i in range(len(self.plt)):
            at = text + len(code)
            code += b'\xff\x25' + rip(at, 6, gotplt + 24 + 8 * i)
            code += b'\x68' + struct.pack('<I', i) + b'\xe9' + rip(at + 11, 5, text + 32)
        entry = text + len(code)
        if 'relr' in data_slots and not self.is_program:
            code += b'\x48\x8b\x05' + rip(entry, 7, data_slots['relr']) + b'\x8a\0\xc3'
        if self.is_program:
            if 'relr' in data_slots:
                at = text + len(code)
                code += b'\x48\x8b\x05' + rip(at, 7, data_slots['relr']) + b'\x8a\x00'
            self.add_write(code, text, data_slots['marks'])
            for i, call in enumerate(self.plt):
                if call:
                    at = text + len(code)
                    code += b'\xe8' + rip(at, 5, text + 48 + 16 * i)
            self.add_write(code, text, data_slots['marks'] + 3)
            code += b'\xb8\x3c\0\0\0\x31\xff\x0f\x05'
        return bytes(code), entry

    @staticmethod
    def add_write(code, text, where):
        code += b'\xb8\1\0\0\0\xbf\1\0\0\0\x48\x8d\x35'
        code += struct.pack('<i', where - (text + len(code) + 4))
        code += b'\xba\3\0\0\0\x0f\x05'

    def plan_relocs(self):
        """(reloc type, symbol, where, addend-kind); jump slots apart."""
        self.slots = []  # GOT and data words: one for each other relocation
        self.text_slots = 0
        for r, s in zip(self.d.get('refs', []), self.ref_symbol):
            kind = r['reloc']
            if kind == 'none':
                continue
            if kind == 'jump':
                self.plt.append(bool(r.get('call')) and not r.get('weak'))
                self.relocs.append(('jump', s, len(self.plt) - 1))
                s.plt = len(self.plt) - 1
            elif kind == 'text':
                self.relocs.append(('text', s, self.text_slots))
                self.text_slots += 1
            elif kind == 'copy':
                self.relocs.append(('copy', s, None))
            else:
                self.relocs.append((kind, s, len(self.slots)))
                self.slots.append(kind)

    def write(self):
        d = self.d
        self.number_versions()
        self.collect_symbols()
        self.plan_relocs()
        objects = [s for s in self.symbols[1:] if s.place == 'data']
        has_tls = any(s and s.place == 'tls' for s in self.symbols)
        has_init = bool(d.get('relr')) and not self.is_program
        for s in self.symbols[1:]:
            s.string = self.strings.add(s.name)
        verneed, verneed_count = self.verneed_bytes()
        verdef, verdef_count = self.verdef_bytes()
        # glibc dies of a DT_VERSYM without DT_VERNEED and DT_VERDEF, which no linker writes.
        needs_versym = verneed or verdef
        dynamic = self.dynamic_strings()
        hash_kind = d.get('hash', 'both')
        dyn_relocs = [r for r in self.relocs if r[0] != 'jump']
        jumps = [r for r in self.relocs if r[0] == 'jump']
        irelative = bool(d.get('irelative'))
        phnum = 4 + self.is_program * 2 + has_tls
        parts, at = {}, 64 + 56 * phnum

        def place(name, size, align=8):
            nonlocal at
            at = (at + align - 1) & -align
            parts[name] = at
            at += size
        interp = d.get('interp', '').encode() + b'\0' if self.is_program else b''
        place('interp', len(interp))
        place('dynsym', 24 * len(self.symbols))
        place('dynstr', len(self.strings.bytes))
        place('hash', len(self.sysv_bytes()) if hash_kind != 'gnu' else 0)
        place('gnu', len(self.gnu_bytes()) if hash_kind != 'sysv' else 0)
        place('versym', 2 * len(self.symbols) if needs_versym else 0)
        place('verneed', len(verneed))
        place('verdef', len(verdef))
        place('rela', 24 * (len(dyn_relocs) + irelative))
        place('relaplt', 24 * len(jumps))
        place('relr', 8)
        place('textslots', 8 * self.text_slots)
        text_size = 48 + 16 * len(self.plt) + 120 + 5 * len(self.plt)
        place('text', text_size, 16)
        head_size = at
        # The second segment: same offset in the file, a page further in memory.
        shift = PAGE
        data_start = at = (at + 15) & -16
        tag_count = len(dynamic) + 40
        place('dynamic', 16 * tag_count)
        place('gotplt', 8 * (3 + len(self.plt)))
        place('slots', 8 * len(self.slots))
        place('relrword', 8)
        place('irel', 8)
        place('objects', 16 * len(objects), 16)
        place('tls', 8 if has_tls else 0)
        place('marks', 6)
        file_size = at
        base = self.base
        addr = {k: base + v + (shift if v >= data_start else 0) for k, v in parts.items()}
        out = bytearray(file_size)

        def put(name, value, offset=0):
            out[parts[name] + offset:parts[name] + offset + len(value)] = value
        # Symbol values
        for i, s in enumerate(objects):
            s.value, s.size = addr['objects'] + 16 * i, 8
        for s in self.symbols[1:]:
            if s.place == 'ret':
                s.value = addr['text']
            elif s.place == 'ifunc':
                s.value = addr['text'] + 16
            elif s.place == 'abs':
                s.value = 0x1234
            elif s.place == 'use':
                s.value = addr['text'] + 48 + 16 * len(self.plt)
            elif s.place is None and getattr(s, 'canon', False) and hasattr(s, 'plt'):
                s.value = addr['text'] + 48 + 16 * s.plt
        sections = {None: 0, 'abs': 0xfff1}
        symtab = bytes(24)
        for s in self.symbols[1:]:
            symtab += struct.pack('<IBBHQQ', s.string, BINDS[s.bind] << 4 | TYPES[s.type],
                                  VISIBLE[s.vis], sections.get(s.place, 1), s.value, s.size)
        put('dynsym', symtab)
        put('dynstr', self.strings.bytes)
        if hash_kind != 'gnu':
            put('hash', self.sysv_bytes())
        if hash_kind != 'sysv':
            put('gnu', self.gnu_bytes())
        if needs_versym:
            put('versym', self.versym())
        put('verneed', verneed)
        put('verdef', verdef)
        put('interp', interp)
        slots = {'gotplt': addr['gotplt'], 'marks': addr['marks']}
        if d.get('relr'):
            slots['relr'] = addr['relrword']
        code, entry = self.text_bytes(addr['text'], slots)
        put('text', code)
        put('marks', b'<S><E>')
        put('gotplt', struct.pack('<QQQ', addr['dynamic'], 0, 0))
        # Relocations
        rela = b''
        for kind, s, where in dyn_relocs:
            if kind == 'copy':
                spot = s.value
            elif kind == 'text':
                spot = addr['textslots'] + 8 * where
            else:
                spot = addr['slots'] + 8 * where
            rela += struct.pack('<QQq', spot, s.index << 32 | RELOCS[kind], 0)
        if irelative:
            rela += struct.pack('<QQq', addr['irel'], R_IRELATIVE, addr['text'] + 16)
        put('rela', rela)
        relaplt = b''
        for kind, s, i in jumps:
            relaplt += struct.pack('<QQq', addr['gotplt'] + 24 + 8 * i,
                                   s.index << 32 | RELOCS['jump'], 0)
            put('gotplt', struct.pack('<Q', addr['text'] + 48 + 16 * i + 6), 24 + 8 * i)
        put('relaplt', relaplt)
        if d.get('relr'):
            put('relrword', struct.pack('<Q', addr['text'] if has_init else addr['marks']))
            if base == 0:
                put('relr', struct.pack('<Q', addr['relrword']))
        # The dynamic section
        tags = dynamic
        if hash_kind != 'gnu':
            tags.append((4, addr['hash']))
        if hash_kind != 'sysv':
            tags.append((0x6ffffef5, addr['gnu']))
        tags += [(5, addr['dynstr']), (6, addr['dynsym']), (10, len(self.strings.bytes)), (11, 24)]
        if self.is_program:
            tags.append((21, 0))
        if jumps:
            tags += [(3, addr['gotplt']), (2, len(relaplt)), (20, 7), (23, addr['relaplt'])]
        if rela:
            tags += [(7, addr['rela']), (8, len(rela)), (9, 24)]
        if d.get('relr') and base == 0:
            tags += [(36, addr['relr']), (35, 8), (37, 8)]
        if has_init:
            tags += [(25, addr['relrword']), (27, 8)]
        if needs_versym:
            tags.append((0x6ffffff0, addr['versym']))
        if verneed:
            tags += [(0x6ffffffe, addr['verneed']), (0x6fffffff, verneed_count)]
        if verdef:
            tags += [(0x6ffffffc, addr['verdef']), (0x6ffffffd, verdef_count)]
        flags = d.get('flags', 0)
        if self.text_slots and d.get('textrel', 'tag') == 'tag':
            tags.append((22, 0))
        if self.text_slots and d.get('textrel') == 'flag':
            flags |= 4
        if flags:
            tags.append((30, flags))
        if d.get('flags_1'):
            tags.append((0x6ffffffb, d['flags_1']))
        if d.get('now_tag'):
            tags.append((24, 0))
        if d.get('symbolic_tag'):
            tags.append((16, 0))
        put('dynamic', b''.join(struct.pack('<QQ', *t) for t in tags))
        # Headers
        headers = []
        if self.is_program:
            headers.append((6, 4, 64, base + 64, 56 * phnum, 56 * phnum, 8))
            headers.append((3, 4, parts['interp'], addr['interp'], len(interp), len(interp), 1))
        headers.append((1, 5, 0, base, head_size, head_size, PAGE))
        data_size = file_size - data_start
        headers.append((1, 6, data_start, base + data_start + shift, data_size, data_size, PAGE))
        headers.append((2, 6, parts['dynamic'], addr['dynamic'], 16 * tag_count, 16 * tag_count, 8))
        if has_tls:
            headers.append((7, 4, parts['tls'], addr['tls'], 8, 8, 8))
        if d.get('stack'):
            headers.append((0x6474e551, 7 if d['stack'] == 'rwx' else 6, 0, 0, 0, 0, 16))
        while len(headers) < phnum:
            headers.append((0, 0, 0, 0, 0, 0, 0))
        out[64:64 + 56 * phnum] = b''.join(
            struct.pack('<IIQQQQQQ', t, f, off, va, va, fs, ms, al)
            for t, f, off, va, fs, ms, al in headers)
        out[:64] = b'\x7fELF\2\1\1' + bytes(9) + struct.pack(
            '<HHIQQQIHHHHHH', 2 if d['kind'] == 'exe' else 3, 62, 1,
            entry if self.is_program else 0, 64, 0, 0, 64, 56, phnum, 64, 0, 0)
        result = bytes(out)
        for name in d.get('bad', []):
            result = DAMAGE[name](result)
        return result

    def dynamic_strings(self):
        """Tags whose values are strings, in the order in which linkers write them."""
        d, tags = self.d, []
        # lld writes filters before what is needed, GNU ld behind it.
        kinds = [(0x7ffffffd, 'aux'), (0x7fffffff, 'filter'), (1, 'needed')]
        for tag, key in kinds[::-1] if d.get('filters_last') else kinds:
            tags += [(tag, self.strings.add(n)) for n in d.get(key, [])]
        for tag, key in ((14, 'soname'), (15, 'rpath'), (29, 'runpath')):
            if d.get(key) is not None:
                tags.append((tag, self.strings.add(d[key])))
        return tags


def write(d):
    return Writer(d).write()
