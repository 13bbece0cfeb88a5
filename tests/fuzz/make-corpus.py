#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the corpus that the fuzz targets start from: tests/fuzz/make-corpus.py [DIRECTORY]

Every file of tests/fuzz/corpus is made here and nowhere else; tests/fuzz/corpus.t compares. What
fuzzing found is kept the same way, as found_* beside the seeds: a seed and the change that hurt.
"""

import hashlib
import os
import struct
import sys
import zlib

sys.dont_write_bytecode = True

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # also for those that import this file
import index_seeds  # noqa: E402
import macho_seeds  # noqa: E402
import pe_seeds  # noqa: E402

BASE = 0x10000
LOAD, DYNAMIC, INTERP, NOTE, TLS = 1, 2, 3, 4, 7
STACK, RELRO = 0x6474E551, 0x6474E552
REL, EXEC, DYN, CORE = 1, 2, 3, 4
M386, MIPS, PPC, PPC64, S390, ARM, AMD64, ARM64, RISCV = 3, 8, 20, 21, 22, 40, 62, 183, 243
RELOCS = {  # data, PLT slot, copy, irelative
    AMD64: (6, 7, 5, 37), M386: (6, 7, 5, 42), ARM64: (1025, 1026, 1024, 1032), ARM: (21, 22, 20, 160),
    PPC64: (20, 21, 19, 248), PPC: (20, 21, 19, 248), S390: (10, 11, 9, 61), RISCV: (2, 5, 4, 58),
    MIPS: (3, 127, 126, 128),
}


def sysv_hash(name):
    h = 0
    for c in name.encode():
        h = (h << 4) + c
        g = h & 0xF0000000
        h = (h ^ g >> 24) & ~g & 0xFFFFFFFF
    return h


def gnu_hash(name):
    h = 5381
    for c in name.encode():
        h = (h * 33 + c) & 0xFFFFFFFF
    return h


class Elf:
    """One ELF file; what is set after __init__ goes into it when bytes() is called."""

    def __init__(self, bits=64, big=False, machine=AMD64, kind=DYN, **more):
        self.bits, self.big, self.machine, self.kind = bits, big, machine, kind
        self.flags = self.osabi = 0
        self.interp = self.soname = self.rpath = self.runpath = None
        self.needed, self.filters = [], []
        self.symbols = []  # (name, options): undefined first; see symbol()
        self.needs = {}  # file: [(version, index, weak)]
        self.defs = []  # versions from index 2
        self.hash = 'gnu'
        self.dynamic = True
        self.tags = []  # further (tag, value)
        self.relr = False
        self.stack = 6
        self.notes = []  # (owner, type, description)
        self.sections = {}  # name: (type, content)
        self.static_symbols = []  # for .symtab
        self.code, self.data = b'', b''
        self.segments = []  # further (type, flags, content)
        for key, value in more.items():
            setattr(self, key, value)
        self.out, self.headers = bytearray(), []

    def pack(self, fmt, *values):
        return struct.pack(('>' if self.big else '<') + fmt.replace('W', 'Q' if self.bits == 64 else 'I'), *values)

    def add(self, content, align=8):
        self.out += b'\0' * (-len(self.out) % align)
        at = len(self.out)
        self.out += content
        return at

    def text(self, s):
        at = self.strings.find(b'\0' + s.encode() + b'\0')
        if at >= 0:
            return at + 1
        self.strings += s.encode() + b'\0'
        return len(self.strings) - len(s.encode()) - 1

    def segment(self, kind, flags, at, size, align=8):
        where = BASE + at
        if self.bits == 64:
            self.headers.append(self.pack('IIQQQQQQ', kind, flags, at, where, where, size, size, align))
        else:
            self.headers.append(self.pack('IIIIIIII', kind, at, where, where, size, size, flags, align))

    def symbol(self, name, defined=False, bind=1, kind=2, other=0, section=None, value=None, **_):
        section = (1 if defined else 0) if section is None else section
        value = (BASE + 64 if defined else 0) if value is None else value
        info = bind << 4 | kind
        if self.bits == 64:
            return self.pack('IBBHQQ', name, info, other, section, value, 8)
        return self.pack('IIIBBH', name, value, 8, info, other, section)

    def hash_table(self, dyn):
        names, n = [s[0] for s in self.symbols], len(self.symbols)
        if self.hash == 'sysv':
            word = 'Q' if self.machine == S390 and self.bits == 64 else 'I'  # s390x psABI
            table = [1, n + 1, 1 if n else 0, 0] + [i + 1 if i < n else 0 for i in range(1, n + 1)]
            dyn.append((4, BASE + self.add(self.pack(f'{len(table)}{word}', *table))))
        elif self.hash == 'gnu':
            first = next((i for i, s in enumerate(self.symbols) if s[1].get('defined')), n) + 1
            table = self.pack('IIIIWI', 1, first, 1, 6, (1 << self.bits) - 1, first if first <= n else 0)
            for i in range(first, n + 1):
                table += self.pack('I', gnu_hash(names[i - 1]) & ~1 | (i == n))
            dyn.append((0x6FFFFEF5, BASE + self.add(table)))

    def versions(self, dyn):
        if not self.needs and not self.defs:
            return
        index = [0] + [s[1].get('version', 1) for s in self.symbols]
        dyn.append((0x6FFFFFF0, BASE + self.add(self.pack(f'{len(index)}H', *index))))
        table = b''
        for i, (file, entries) in enumerate(self.needs.items()):
            last = i + 1 == len(self.needs)
            table += self.pack('HHIII', 1, len(entries), self.text(file), 16, 0 if last else 16 + 16 * len(entries))
            for k, (version, number, weak) in enumerate(entries):
                table += self.pack('IHHII', sysv_hash(version), 2 if weak else 0, number, self.text(version),
                                   16 if k + 1 < len(entries) else 0)
        if table:
            dyn += [(0x6FFFFFFE, BASE + self.add(table)), (0x6FFFFFFF, len(self.needs))]
        table, names = b'', [self.soname or 'base'] + self.defs
        for i, name in enumerate(names):
            table += self.pack('HHHHIII', 1, 0 if i else 1, i + 1, 1, sysv_hash(name), 20, 28 if i + 1 < len(names) else 0)
            table += self.pack('II', self.text(name), 0)
        if self.defs:
            dyn += [(0x6FFFFFFC, BASE + self.add(table)), (0x6FFFFFFD, len(names))]

    def relocs(self, dyn):
        rela, kinds = self.machine not in (M386, ARM, MIPS), RELOCS[self.machine]
        for plt in (False, True):
            table = b''
            for i, (_, options) in enumerate(self.symbols, 1):
                kind = options.get('reloc')
                if kind is None or (kind == 'plt') != plt:
                    continue
                number = kinds[('data', 'plt', 'copy', 'irelative').index(kind)]
                info = (i << 32 | number) if self.bits == 64 else (i << 8 | number)
                table += self.pack('WW', BASE + 8 * i, info) + (self.pack('W', 0) if rela else b'')
            if not table:
                continue
            at, size = BASE + self.add(table), len(table)
            if plt:
                dyn += [(23, at), (2, size), (20, 7 if rela else 17)]
            elif rela:
                dyn += [(7, at), (8, size), (9, 24 if self.bits == 64 else 12)]
            else:
                dyn += [(17, at), (18, size), (19, 8 if self.bits == 32 else 16)]

    def dynamic_part(self):
        self.strings, dyn = b'\0', []
        dyn += [(1, self.text(s)) for s in self.needed] + [(0x7FFFFFFF, self.text(s)) for s in self.filters]
        for tag, s in ((14, self.soname), (15, self.rpath), (29, self.runpath)):
            if s is not None:
                dyn.append((tag, self.text(s)))
        self.hash_table(dyn)
        table = b''.join(self.symbol(self.text(n), **o) for n, o in [('', {'bind': 0, 'kind': 0})] + self.symbols)
        dyn += [(6, BASE + self.add(table)), (11, 24 if self.bits == 64 else 16)]
        self.versions(dyn)
        self.relocs(dyn)
        if self.relr:
            dyn += [(36, BASE + self.add(self.pack('W', BASE + 256))), (35, self.bits // 8), (37, self.bits // 8)]
        dyn += self.tags
        if self.machine == MIPS:
            dyn += [(0x70000011, len(self.symbols) + 1), (0x70000013, 1), (0x7000000A, 0)]
        dyn += [(5, BASE + self.add(self.strings)), (10, len(self.strings)), (0, 0)]
        content = b''.join(self.pack('WW', *entry) for entry in dyn)
        self.segment(DYNAMIC, 6, self.add(content), len(content))

    def section_part(self):
        sections, names = dict(self.sections), b'\0'
        if self.static_symbols:
            texts = b'\0' + b''.join(n.encode() + b'\0' for n in self.static_symbols)
            table = self.symbol(0, bind=0, kind=0)
            table += b''.join(self.symbol(texts.index(n.encode()), defined=True) for n in self.static_symbols)
            sections['.symtab'], sections['.strtab'] = (2, table), (3, texts)
        if not sections:
            return 0, 0
        rows, order = [self.pack('IIWWWWIIWW', *[0] * 10)], list(sections) + ['.shstrtab']
        for name in order:
            at_name = len(names)
            names += name.encode() + b'\0'
            if name == '.shstrtab':
                kind, content = 3, names
            else:
                kind, content = sections[name]
            link = order.index('.strtab') + 1 if kind == 2 else 0
            rows.append(self.pack('IIWWWWIIWW', at_name, kind, 0, 0, self.add(content), len(content), link, 0, 1,
                                  (24 if self.bits == 64 else 16) if kind == 2 else 0))
        return self.add(b''.join(rows)), len(rows)

    def bytes(self):
        wide = self.bits == 64
        header, row = (64, 56) if wide else (52, 32)
        count = 1 + bool(self.interp) + self.dynamic + bool(self.stack) + len(self.notes) + len(self.segments)
        self.out, self.headers = bytearray(header + row * count), []
        entry = BASE + self.add(self.code or b'\x90' * 4)
        self.add(self.data)
        if self.interp:
            content = self.interp.encode() + b'\0'
            self.segment(INTERP, 4, self.add(content), len(content), 1)
        for owner, kind, content in self.notes:
            content = self.pack('III', len(owner) + 1, len(content), kind) + (owner + '\0').encode() + \
                b'\0' * (-(len(owner) + 1) % 4) + content
            self.segment(NOTE, 4, self.add(content, 4), len(content), 4)
        for kind, flags, content in self.segments:
            self.segment(kind, flags, self.add(content, 16), len(content))
        if self.dynamic:
            self.dynamic_part()
        if self.stack:
            self.segment(STACK, self.stack, 0, 0, 16)
        shoff, shnum = self.section_part()
        self.segment(LOAD, 5, 0, len(self.out), 0x1000)
        ident = b'\x7fELF' + bytes([2 if wide else 1, 2 if self.big else 1, 1, self.osabi]) + b'\0' * 8
        self.out[:header] = ident + self.pack(
            'HHIWWWIHHHHHH', self.kind, self.machine, 1, 0 if self.kind == REL else entry, header, shoff,
            self.flags, header, row, count, 64 if wide else 40, shnum, max(shnum - 1, 0))
        self.out[header:header + row * count] = b''.join(self.headers)
        return bytes(self.out)


MACHINES = [(64, False, AMD64, 0), (64, True, S390, 0), (32, False, ARM, 0x5000400), (32, True, MIPS, 0x1007),
            (32, True, PPC, 0), (64, False, RISCV, 5)]


def program(bits=64, big=False, machine=AMD64, flags=0, **more):
    return Elf(bits, big, machine, EXEC, flags=flags, hash='sysv', interp='/lib64/ld-linux-x86-64.so.2',
               needed=['libc.so.6', 'libm.so.6'], runpath='$ORIGIN/../lib:rel::/tmp/x:$LIB',
               symbols=[('puts', {'version': 3, 'reloc': 'plt'}), ('cos', {'version': 4, 'bind': 2, 'reloc': 'data'}),
                        ('stdout', {'version': 3, 'reloc': 'copy', 'kind': 1, 'defined': True})],
               needs={'libc.so.6': [('GLIBC_2.17', 3, False)], 'libm.so.6': [('GLIBC_2.38', 4, True)]}, **more)


def library(bits=64, big=False, machine=AMD64, flags=0, **more):
    return Elf(bits, big, machine, DYN, flags=flags, soname='libx.so.1', needed=['libc.so.6'],
               rpath='/opt/lib:${ORIGIN}', defs=['X_1', 'X_2'], filters=['libf.so'],
               symbols=[('__isoc23_strtol', {'version': 4, 'reloc': 'data'}), ('old', {'defined': True, 'version': 0x8002}),
                        ('old', {'defined': True, 'version': 3}), ('one', {'defined': True, 'bind': 10})],
               needs={'libc.so.6': [('GLIBC_2.38', 4, False)]}, **more)


def go_info(version, module):
    def text(s):
        return bytes([len(s) & 0x7F | 0x80, len(s) >> 7]) + s

    wrapped = b'\x30' * 16 + module + b'\x31' * 16
    return b'\xff Go buildinf:' + b'\x08\x02' + b'\0' * 16 + text(version) + text(wrapped)


def elf_seeds():
    yield 'empty', b''
    yield 'magic', b'\x7fELF\x02\x01\x01'
    for bits, big, machine, flags in MACHINES:
        name = f'{bits}{"be" if big else "le"}-{machine}'
        yield f'program-{name}', program(bits, big, machine, flags).bytes()
        yield f'library-{name}', library(bits, big, machine, flags).bytes()
    yield 'object', Elf(kind=REL, dynamic=False, stack=0, sections={'.text': (1, b'\x90' * 8)},
                        static_symbols=['main']).bytes()
    yield 'core', Elf(kind=CORE, dynamic=False).bytes()
    yield 'static-glibc', Elf(
        kind=EXEC, dynamic=False, data=b'Fatal glibc error\0/etc/nsswitch.conf\0',
        notes=[('GNU', 1, struct.pack('<IIII', 0, 3, 2, 0)), ('GNU', 3, bytes(range(20)))],
        static_symbols=['main', 'getaddrinfo', 'iconv_open'],
        sections={'.comment': (1, b'GCC: (Debian 12.2.0-14) 12.2.0\0')}).bytes()
    yield 'static-musl', Elf(kind=EXEC, dynamic=False, code=bytes.fromhex('4831ed4889e7488d3500000000'),
                             data=b'-0X+0X 0X-0x+0x 0x\0No error information\0').bytes()
    yield 'static-pie', Elf(needed=[], tags=[(0x6FFFFFFB, 0x08000001), (30, 8)], relr=True).bytes()
    yield 'musl-program', Elf(kind=DYN, interp='/lib/ld-musl-x86_64.so.1', needed=['libc.musl-x86_64.so.1'],
                              symbols=[('puts', {'reloc': 'data'})], tags=[(21, 0), (24, 0)]).bytes()
    yield 'relr-textrel-stack', library(relr=True, stack=7).bytes()
    yield 'irelative', Elf(
        soname='libi.so', symbols=[('x', {'defined': True, 'kind': 10, 'reloc': 'irelative'})],
        tags=[(22, 0), (16, 0)]).bytes()
    properties = struct.pack('<IIIIIIII', 0xC0000002, 4, 3, 0, 0xC0008002, 4, 4, 0)
    yield 'properties', library(notes=[('GNU', 5, properties), ('Android', 1, struct.pack('<I', 24)),
                                       ('FreeBSD', 1, struct.pack('<I', 1302001)),
                                       ('FDO', 0x407C0C0A, b'[{"soname":["libz.so.1"]}]\0\0')]).bytes()
    go = go_info(b'go1.22.1', b'path\tcmd\nmod\tcmd\t(devel)\t\nbuild\tCGO_ENABLED=1\nbuild\tGOARCH=amd64\n')
    yield 'go', Elf(kind=EXEC, dynamic=False, notes=[('Go', 4, b'id/of/go')], segments=[(LOAD, 6, go)],
                    sections={'.go.buildinfo': (1, go)}).bytes()
    yield 'go-no-sections', Elf(kind=EXEC, dynamic=False, segments=[(LOAD, 6, go)]).bytes()
    abiflags = struct.pack('>HBBBBBBIIII', 0, 32, 2, 1, 1, 0, 5, 0, 0, 0, 0)
    yield 'mips-abiflags', Elf(32, True, MIPS, segments=[(0x70000003, 4, abiflags)]).bytes()
    attributes = b'A\x19\0\0\0aeabi\0\x01\x0f\0\0\0\x05v7-A\0\x06\x0a\x1c\x01'
    yield 'arm-attributes', Elf(32, False, ARM, flags=0x5000000, sections={'.ARM.attributes': (0x70000003, attributes)}).bytes()
    yield 'no-hash', library(hash=None).bytes()
    yield 'long-names', Elf(needed=['n' * 300], soname='s' * 300, runpath=':'.join('/d%d' % i for i in range(20))).bytes()


PATHS = ['/opt/app/bin/prog', '/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libc.so.6',
         '/lib/ld-musl-x86_64.so.1', '/opt/app/lib/liba.so', '/opt/app/lib/libb.so', '/usr/lib/libx.so.1',
         '/lib/x86_64-linux-gnu/libm.so.6']  # as in fuzz_resolve.c


def world(flags, *files):
    out = bytes([flags])
    for index, elf in files:
        content = elf.bytes()
        out += struct.pack('<BH', index, len(content)) + content
    return out


def resolve_seeds():
    def undefined(name, **more):
        return (name, dict({'reloc': 'data'}, **more))

    def defined(name, **more):
        return (name, dict({'defined': True}, **more))

    loader = Elf(soname='ld-linux-x86-64.so.2', symbols=[defined('_dl_x')])
    libc = Elf(soname='libc.so.6', defs=['GLIBC_2.2.5', 'GLIBC_2.17', 'GLIBC_2.36'], needed=['ld-linux-x86-64.so.2'],
               symbols=[undefined('_dl_x'), defined('puts', version=2), defined('exit', version=0x8003)])
    needs = {'libc.so.6': [('GLIBC_2.2.5', 2, False), ('GLIBC_2.17', 3, False)]}
    main = Elf(interp='/lib64/ld-linux-x86-64.so.2', needed=['liba.so', 'libc.so.6'], runpath='$ORIGIN/../lib', needs=needs,
               symbols=[undefined('puts', version=2, reloc='plt'), undefined('a'), undefined('w', bind=2)])
    lib_a = Elf(soname='liba.so', needed=['libb.so'], symbols=[undefined('b'), defined('a')], rpath='/opt/app/lib')
    lib_b = Elf(soname='libb.so', needed=['liba.so', 'libc.so.6'], symbols=[defined('b'), defined('puts')], hash='sysv')
    glibc = [(1, loader), (2, libc)]
    yield 'glibc', world(0, (0, main), *glibc, (4, lib_a), (5, lib_b))
    yield 'glibc-now', world(4, (0, main), *glibc, (4, lib_a), (5, lib_b))
    yield 'glibc-path', world(1, (0, Elf(**dict(vars(main), runpath=None))), *glibc, (4, lib_a), (5, lib_b))
    yield 'glibc-missing', world(0x10, (0, main), *glibc, (4, lib_a))
    newer = dict(vars(main), needs={'libc.so.6': [('GLIBC_2.38', 2, False), ('GLIBC_2.17', 3, True)]}, relr=True)
    yield 'glibc-newer', world(0x20, (0, Elf(**newer)), *glibc, (4, lib_a), (5, lib_b))
    musl = Elf(soname='libc.musl-x86_64.so.1', symbols=[defined('puts'), defined('exit')])
    program_of_musl = Elf(interp='/lib/ld-musl-x86_64.so.1', needed=['liba.so', 'libc.musl-x86_64.so.1', 'libm.so.6'],
                          rpath='/opt/app/lib', symbols=[undefined('puts'), undefined('a'), undefined('none', reloc='plt')])
    yield 'musl', world(0x30, (0, program_of_musl), (3, musl), (4, lib_a), (5, lib_b))
    yield 'musl-missing', world(0x32, (0, program_of_musl), (4, lib_a))
    yield 'disk-glibc', world(64, (0, main), *glibc, (4, lib_a), (5, lib_b))
    yield 'disk-glibc-missing', world(64 | 8, (0, main), *glibc, (4, lib_a))
    yield 'disk-musl', world(64 | 0x30, (0, program_of_musl), (3, musl), (4, lib_a), (5, lib_b))
    yield 'disk-library', world(64, (4, lib_a), (5, lib_b), *glibc)
    yield 'library', world(0, (4, lib_a), (5, lib_b))
    yield 'library-itself', world(0, (4, Elf(soname='liba.so', needed=['liba.so'], runpath='/opt/app/lib')))
    copy = [('data', {'version': 2, 'reloc': 'copy', 'defined': True, 'kind': 1})]
    yield 'copy', world(0, (0, Elf(interp='/lib64/ld-linux-x86-64.so.2', needed=['libc.so.6'], needs=needs, symbols=copy)), *glibc)
    two = Elf(soname='libx.so.1', needed=['libc.musl-x86_64.so.1', 'libc.so.6'], symbols=[defined('a')])
    yield 'two-libcs', world(0, (0, Elf(**dict(vars(main), needed=['libx.so.1', 'libc.so.6']))), *glibc, (3, musl), (6, two))


def json_seeds():
    yield 'scalars', b'[null,true,false,0,-1,1.5e3,18446744073709551615,"","\\u00e9\\ud83d\\ude00\\n"]\n'
    yield 'object', b'{"a":{"b":[{},[],"x"]},"c":"text","n":12,"t":true}\n'
    yield 'deep', b'[' * 63 + b']' * 63
    yield 'too-deep', b'[' * 70 + b']' * 70
    yield 'duplicate', b'{"a":1,"a":2}'
    yield 'trailing', b'{} x'
    yield 'cut', b'{"a":"\\u12'
    yield 'not-utf8', b'["\xff\xc0\x80"]'
    yield 'nul', b'["a\0b","\\u0000"]'


def target_seeds():
    for text in ('linux/amd64/musl', 'linux/arm/v7/glibc2.31', 'darwin/arm64/11.0', 'windows/amd64/ucrt/10.0',
                 'aarch64-linux-musl', 'x86_64-unknown-linux-gnu.2.17', 'armhf', 'linux/*/musl', '*/arm64', '*/*/*', '',
                 'linux-arm-7', 'riscv64gc-unknown-linux-musl', 'linux/arm46/musl', 'mips64el-linux-gnuabi64'):
        yield text.replace('/', '+').replace('*', 'any') or 'nothing', text.encode()
    yield 'found_version_like_variant', b'*/*/6'
    yield 'environment', b'linux/arm\0GOARM=6\nGOAMD64=v3'
    yield 'not-text', b'linux/\xff\x01/musl'


LOCK = '''{
  "schema": 1,
  "targets": {
    "linux/arm64/musl": {
      "source": "debian:12",
      "set": "c-static",
      "root": "%s",
      "packages": [
        {
          "name": "musl-dev",
          "version": "1.2.3-1",
          "arch": "arm64",
          "filename": "pool/main/m/musl/musl-dev_1.2.3-1_arm64.deb",
          "size": 566724,
          "sha256": "%s"
        }
      ]
    }
  }
}
''' % ('a' * 64, 'b' * 64)


def lock_seeds():
    yield 'one', LOCK.encode()
    yield 'none', b'{"schema":1,"targets":{}}'
    yield 'wrong-digest', LOCK.replace('b' * 64, 'b' * 63 + 'G').encode()
    yield 'wrong-set', LOCK.replace('c-static', 'x').encode()
    yield 'climbing-file', LOCK.replace('pool/main', '../..').encode()
    yield 'newer', LOCK.replace('"schema": 1', '"schema": 9').encode()


def policy_seeds():
    yield 'whole', b"""{"name":"ours","summary":"s","extends":"manylinux_2_28","mode":"dynamic",
"floors":{"glibc":"2.31","ZLIB":"1.2.9"},"needs":{"allow":["libz.so.*"],"forbid":["libssl*"]},
"rpath":{"allow":["$ORIGIN/*"]},"rules":{"LC060":"error","rpath-useless":"off"},
"roles":{"plugin":{"needs":{"allow":[]}},"firmware":{"rules":{"LC061":"off"}}},
"arches":{"arm64":{"floors":{"glibc":"2.34"}}},"platforms":["debian:11"],
"suppressions":[{"rule":"LC041","file":"bin/*","symbol":"lib","reason":"r","expires":"2026-12-31"}]}
"""
    yield 'empty', b'{}'
    yield 'wrong-type', b'{"floors":{"glibc":2}}'
    yield 'unknown-rule', b'{"rules":{"LC999":"off"}}'
    yield 'late', b'{"suppressions":[{"rule":"LC041","reason":"r","expires":"2020-01-01"}]}'
    yield 'baseline', b'{"baseline":1,"findings":[{"fingerprint":"00","rule":"LC041","file":"f","where":"w"}]}'


def ldconf_seeds():
    yield 'include', b'# first\ninclude /etc/ld.so.conf.d/*.conf\n/usr/local/lib\n\0/lib/x86_64-linux-gnu # here\nhwcap 0 nosegneg\n\0/opt//x/../y=libc6\n'
    yield 'itself', b'include ld.so.conf\ninclude /etc/ld.so.conf.d/*.conf\n\0include /etc/ld.so.conf\n\0include *.conf\n'
    yield 'musl', b'/lib:/usr/local/lib\n:/usr/lib::rel'
    yield 'empty', b''


def ld_cache(entries, order='<', old=0):
    """sysdeps/generic/dl-cache.h, struct cache_file_new, behind one of the old form with `old` entries."""
    texts, rows, at = b'', b'', 48 + 24 * len(entries)
    for name, path, hwcap in entries:
        rows += struct.pack(order + 'iIIIQ', 3, at + len(texts), at + len(texts) + len(name) + 1, 0, hwcap)
        texts += name + b'\0' + path + b'\0'
    head = b'ld.so-1.7.0\0' + struct.pack(order + 'I', old) + b'\0' * (12 * old + -12 * old % 8) if old else b''
    return head + b'glibc-ld.so.cache1.1' + struct.pack(order + 'II5I', len(entries), len(texts), 0, 0, 0, 0, 0) + rows + texts


def ldcache_seeds():
    libc, libx = (b'libc.so.6', b'/lib/libc.so.6', 0), (b'libx.so.1', b'/usr/lib/libx.so.1', 0)
    fast = (b'libx.so.1', b'/usr/lib/glibc-hwcaps/x86-64-v3/libx.so.1', 1 << 62)
    yield 'little', ld_cache([libc, fast, libx])
    yield 'big', ld_cache([libc, fast, libx], order='>')
    yield 'behind-old', ld_cache([libc, libx], old=3)
    yield 'empty', ld_cache([])
    yield 'cut', ld_cache([libc, fast, libx])[:130]


def driver_seeds():
    yield 'compile', b'\0\0-c\nx.c\n-o\nx.o\n-O2'
    yield 'link', b'\0\0x.o\n-lm\n-static\n-Wl,--as-needed'
    yield 'response', b'-c "a b.c" \'c\\d\' @r2\0-fPIC\\ x -o "y\0@r1\n@r2\n@none'
    yield 'circle', b'@r2 @r2\0@r1 @r1\0@r1'
    yield 'internal', b'\0\0-cc1\n-emit-obj'
    yield 'ask', b'\0\0-dumpmachine'
    yield 'modes', b'\0\0-shared\n-pie\n-no-pie\n-static-pie\n-r\n-nostdlib\n-fuse-ld=bfd'


def gzip_stored(content):
    """Stored, not squeezed: the same bytes from every zlib."""
    stored = b''.join(struct.pack('<BHH', at + 65535 >= len(content), len(part), len(part) ^ 0xffff) + part
                      for at, part in ((at, content[at:at + 65535]) for at in range(0, max(len(content), 1), 65535)))
    return b'\x1f\x8b\x08' + b'\0' * 6 + b'\3' + stored + struct.pack('<II', zlib.crc32(content), len(content))


def tar_member(name, kind='0', content=b'', link='', mode=0o644, size=None):
    header = struct.pack('100s8s8s8s12s12s8s1s100s8s247x', name.encode(), b'%07o' % mode, b'0000000', b'0000000',
                         b'%011o' % (len(content) if size is None else size), b'%011o' % 1500000000, b' ' * 8,
                         kind.encode(), link.encode(), b'ustar\x0000')
    header = header[:148] + b'%06o\0 ' % sum(header) + header[156:]
    return header + content + b'\0' * (-len(content) % 512)


def ar_member(name, content):
    return b'%-16s%-12d%-6d%-6d%-8s%-10d`\n' % (name, 0, 0, 0, b'100644', len(content)) + content + b'\n' * (len(content) % 2)


def unpack_seeds():
    end = b'\0' * 1024
    yield 'files', tar_member('./usr/', '5', mode=0o755) + tar_member('./usr/include/stdio.h', content=b'int x;\n') + end
    yield 'links', tar_member('./usr/lib/x86_64-linux-gnu/libz.so.1', content=b'z') + \
        tar_member('./usr/lib/x86_64-linux-gnu/libz.so', '2', link='/usr/lib/x86_64-linux-gnu/libz.so.1') + \
        tar_member('./usr/lib/x86_64-linux-gnu/liby.so', '1', link='./usr/lib/x86_64-linux-gnu/libz.so.1') + end
    yield 'climbing', tar_member('../x', content=b'x') + tar_member('usr/include/../../../y', content=b'y') + end
    yield 'absolute', tar_member('/usr/include/x.h', content=b'x') + tar_member('/etc/passwd', content=b'x') + end
    yield 'through-link', tar_member('./usr/include/d', '2', link='../../..') + tar_member('./usr/include/d/p', content=b'x') + end
    yield 'device', tar_member('./usr/lib/null', '3') + tar_member('./usr/lib/fifo', '6') + tar_member('./usr/lib/s', content=b'x', mode=0o6755) + end
    yield 'too-long', tar_member('./usr/include/big.h', content=b'x', size=1 << 32)
    yield 'script', tar_member('./usr/lib/x86_64-linux-gnu/libc.so', content=b'/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\n'
                               b'GROUP ( /lib/x86_64-linux-gnu/libc.so.6 AS_NEEDED ( /lib64/ld-linux-x86-64.so.2 ) )\n') + end
    whole = tar_member('./usr/include/stdio.h', content=b'x') + end
    yield 'deb', b'!<arch>\n' + ar_member(b'debian-binary', b'2.0\n') + ar_member(b'control.tar', end) + ar_member(b'data.tar', whole)
    yield 'deb-cut', (b'!<arch>\n' + ar_member(b'debian-binary', b'2.0\n') + ar_member(b'data.tar', whole))[:200]
    yield 'deb-no-data', b'!<arch>\n' + ar_member(b'debian-binary', b'2.0\n')


def sdk(top=''):
    return tar_member(top + 'usr/include/stdio.h', content=b'int x;\n') + \
        tar_member(top + 'usr/lib/libSystem.tbd', content=b'targets: [ arm64-macos, x86_64-macos ]\n')


def import_seeds():
    end = b'\0' * 1024
    yield 'sdk', sdk('X.sdk/') + tar_member('X.sdk/SDKSettings.json', content=b'{"Version":"14.0","CanonicalName":"macosx14.0"}') + \
        tar_member('X.sdk/usr/lib/libm.tbd', '2', link='/usr/lib/libSystem.tbd') + end
    glibc = tar_member('./usr/include/stdio.h') + tar_member('./usr/include/features.h', content=b'#define __GLIBC__ 2\n') + \
        tar_member('./usr/include/linux/errno.h') + tar_member('./usr/lib/crt1.o', content=b'x') + \
        tar_member('./usr/lib/libc.so.6', content=b'GNU C Library x release version 2.36.\n')
    yield 'glibc', glibc + end
    yield 'musl', sdk('x/') + tar_member('usr/include/stdio.h') + tar_member('usr/include/features.h', content=b'x') + \
        tar_member('lib/ld-musl-aarch64.so.1', content=b'\0001.2.5\000xxx') + tar_member('usr/lib/gcc/aarch64-alpine-linux-musl/13/crtbegin.o') + end
    yield 'bsd', tar_member('usr/include/stdio.h') + tar_member('usr/include/sys/param.h', content=b'#define __FreeBSD_version 1400097\n') + \
        tar_member('usr/lib/crt1.o') + tar_member('lib/libc.so.7') + end
    low = sdk() + tar_member('usr/lib/d', '2', link='/usr/include') + tar_member('usr/lib/g.tbd', content=b'x') + end
    high = tar_member('usr/lib/d/n.tbd', content=b'x') + tar_member('usr/lib/.wh.g.tbd') + tar_member('usr/lib/o/.wh..wh..opq') + end
    yield 'docker', tar_member('b/layer.tar', content=high) + tar_member('a/layer.tar', content=low) + \
        tar_member('manifest.json', content=b'[{"Layers":["a/layer.tar","b/layer.tar"]}]') + end
    digest = hashlib.sha256(low).hexdigest()
    manifest = b'{"layers":[{"digest":"sha256:%s"}]}' % digest.encode()
    name = hashlib.sha256(manifest).hexdigest()
    index = b'{"manifests":[{"digest":"sha256:%s","platform":{"os":"linux","architecture":"arm64"}}]}' % name.encode()
    yield 'oci', tar_member('oci-layout', content=b'{}') + tar_member('index.json', content=index) + \
        tar_member('blobs/sha256/' + name, content=manifest) + tar_member('blobs/sha256/' + digest, content=low) + end
    yield 'climbing', sdk() + tar_member('../x', content=b'x') + end
    yield 'untidy', sdk() + tar_member('usr/lib/h', '1', link='usr/bin/none') + tar_member('usr/lib/null', '3') + end


def zip_member(name, content, how=0):
    """A local header and the entry of the list, for a stored or deflated member."""
    packed = gzip_stored(content)[10:-8] if how else content
    fields = struct.pack('<HHHHIIIHH', 0, how, 0, 0, zlib.crc32(content), len(packed), len(content), len(name), 0)
    local = b'PK\3\4' + struct.pack('<H', 20) + fields + name + packed
    entry = b'PK\1\2' + struct.pack('<HH', 0x314, 20) + fields + struct.pack('<HHHII', 0, 0, 0, 0o100755 << 16, 0)
    return local, entry, name


def zip_file(*members):
    out, entries = b'', b''
    for local, entry, name in members:
        entries += entry[:-4] + struct.pack('<I', len(out)) + name
        out += local
    count = len(members)
    return out + entries + b'PK\5\6' + struct.pack('<HHHHIIH', 0, 0, count, count, len(entries), len(out), 0)


def newc_member(name, content, ino=1, links=1, mode=0o100755):
    head = b'070701' + b''.join(b'%08X' % v for v in (
        ino, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)) + name + b'\0'
    return head + b'\0' * (-len(head) % 4) + content + b'\0' * (-len(content) % 4)


def container_seeds():
    end = b'\0' * 1024
    library = Elf(soname='liba.so.1', hash='gnu', symbols=[('foo', {'defined': True})]).bytes()
    program = Elf(interp='/lib64/ld-linux-x86-64.so.2', needed=['liba.so.1', 'libc.so.6'], runpath='$ORIGIN/../lib',
                  hash='sysv', symbols=[('foo', {'reloc': 'data'}), ('puts', {'reloc': 'plt'})]).bytes()
    tree = tar_member('./bin/x', content=program, mode=0o4755) + tar_member('lib/liba.so.1.0', content=library) + \
        tar_member('lib/liba.so.1', '2', link='liba.so.1.0') + tar_member('lib64', '2', link='lib') + \
        tar_member('bin/y', '1', link='bin/x') + tar_member('etc/ld.so.conf', content=b'/lib\ninclude /etc/x/*.conf\n') + end
    yield 'tar', tree
    yield 'tar-cut', tree[:len(program)]
    yield 'gzip', gzip_stored(tree)
    yield 'gzip-raw', gzip_stored(program)
    yield 'deb', b'!<arch>\n' + ar_member(b'debian-binary', b'2.0\n') + ar_member(b'control.tar.gz', gzip_stored(end)) + \
        ar_member(b'data.tar.gz', gzip_stored(tree))
    yield 'static', b'!<arch>\n' + ar_member(b'/', b'\0' * 4) + ar_member(b'x.o/', Elf(kind=REL).bytes()) + \
        ar_member(b'//', b'a_long_name_of_a_member.o/\n') + ar_member(b'/0', Elf(kind=REL).bytes())
    yield 'thin', b'!<thin>\n' + ar_member(b'x.o/', b'')
    yield 'zip', zip_file(zip_member(b'bin/x', program), zip_member(b'lib/liba.so.1', library, 8))
    yield 'zip-no-list', zip_member(b'bin/x', program)[0]
    yield 'cpio', newc_member(b'bin/x', b'', 7, 2) + newc_member(b'bin/y', program, 7, 2) + \
        newc_member(b'l', b'bin/x', 8, 1, 0o120777) + newc_member(b'TRAILER!!!', b'')
    yield 'nested', tar_member('a.zip', content=zip_file(zip_member(b'b.a', b'!<arch>\n' + ar_member(b'x.o/', library)))) + \
        tar_member('c.gz', content=gzip_stored(library)) + end
    yield 'fat', tar_member('f', content=struct.pack('>II5I5I', 0xcafebabe, 2, 0x01000007, 3, 48, 200, 0, 0x0100000c, 0, 248, 9, 0) +
                            program) + end
    manifest = b'[{"Config":"c","RepoTags":["i:1"],"Layers":["1/layer.tar","2/layer.tar"]}]'
    yield 'docker', tar_member('2/layer.tar', content=tar_member('lib/.wh.gone', content=b'') +
                               tar_member('bin/.wh..wh..opq', content=b'') + tar_member('bin/z', content=program)) + \
        tar_member('1/layer.tar', content=tree) + tar_member('manifest.json', content=manifest) + end
    index = b'{"manifests":[{"digest":"sha256:m","platform":{"os":"linux","architecture":"amd64"}}]}'
    yield 'oci', tar_member('oci-layout', content=b'{"imageLayoutVersion":"1.0.0"}') + tar_member('index.json', content=index) + \
        tar_member('blobs/sha256/m', content=b'{"layers":[{"digest":"sha256:l"},{"digest":"sha256:none"}]}') + \
        tar_member('blobs/sha256/l', content=gzip_stored(tree)) + end


SNAPSHOT = b"""xbuild snapshot 1
id image-1
label An%20image
libc glibc 2.36
conf /opt/lib
path /etc/ld-musl-x86_64.path /lib
dir /usr/lib
link /lib usr/lib
link /lib64 usr/lib
broken /usr/lib/libbad.so
file /usr/lib/ld-linux-x86-64.so.2
\telf 64 little 62 0 0 0
\tsoname ld-linux-x86-64.so.2
\tdef 1 ld-linux-x86-64.so.2 base
\tdef 2 GLIBC_2.3
\t+ fgdd0 2 __tls_get_addr
file /usr/lib/libc.so.6
\telf 64 little 62 0 3 0
\tsoname libc.so.6
\tinterp /lib64/ld-linux-x86-64.so.2
\tneeded ld-linux-x86-64.so.2
\tauxiliary libbad.so
\thas tls
\trunpath $ORIGIN
\tflags 8 1
\tstack rw
\thas relr
\tdef 1 libc.so.6 base
\tdef 2 GLIBC_2.2.5
\tdef 3 GLIBC_2.34
\tneed 4 ld-linux-x86-64.so.2 GLIBC_2.3 weak
\t- fgdu3 4 __tls_get_addr
\t+ fgdd0 2 puts
\t+ igdd0 2h memcpy
\t+ fwdd1 3 __libc_start_main
\t+ tgdz0 2 errno
\t+ ogdb0 3 _x
end
"""


def snapshot_seeds():
    yield 'whole', SNAPSHOT
    yield 'cached', SNAPSHOT.replace(b'conf /opt/lib\n', b'cache\ncache libc.so.6 /lib/libc.so.6\n')
    yield 'big', SNAPSHOT.replace(b'64 little 62', b'32 big 8').replace(b'igdd0', b'fgdd4')
    yield 'loop', SNAPSHOT.replace(b'link /lib usr/lib', b'link /lib lib64').replace(b'link /lib64 usr/lib', b'link /lib64 /lib')
    yield 'cut', SNAPSHOT[:700]
    yield 'no-elf', SNAPSHOT.replace(b'\telf 64 little 62 0 3 0\n', b'')
    yield 'stray', b'xbuild snapshot 1\n\telf 64 little 62 0 0 0\n'


TARGETS = {'snapshot': snapshot_seeds, 'elf': elf_seeds, 'resolve': resolve_seeds, 'json': json_seeds, 'target': target_seeds, 'lock': lock_seeds, 'policy': policy_seeds,
           'ldconf': ldconf_seeds, 'ldcache': ldcache_seeds, 'driver': driver_seeds, 'unpack': unpack_seeds, 'import': import_seeds,
           'container': container_seeds,
           'pe': pe_seeds.pe_seeds, 'ar': pe_seeds.ar_seeds,
           'macho': macho_seeds.macho_seeds, 'tbd': macho_seeds.tbd_seeds, **index_seeds.SEEDS}


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), 'corpus')
    for target, seeds in TARGETS.items():
        os.makedirs(os.path.join(top, target), exist_ok=True)
        for name, content in seeds():
            with open(os.path.join(top, target, name), 'wb') as f:
                f.write(content)


if __name__ == '__main__':
    main()
