# SPDX-License-Identifier: MIT
"""Seeds of fuzz_macho and fuzz_tbd, for make-corpus.py."""

import struct

ARM64, AMD64, I386, PPC = 0x0100000C, 0x01000007, 7, 18
OBJECT, EXECUTE, DYLIB, BUNDLE, DSYM = 1, 2, 6, 8, 10
PIE, TWOLEVEL = 0x200000, 0x80
LOAD, WEAK, REEXPORT, RPATH, ID = 0xC, 0x80000018, 0x8000001F, 0x8000001C, 0xD


class Macho:
    """One Mach-O file; bytes() puts what the commands point at behind them."""

    def __init__(self, cpu=ARM64, kind=EXECUTE, bits=64, big=False, flags=PIE | TWOLEVEL):
        self.bits, self.e = bits, '>' if big else '<'
        self.head = (cpu, 0, kind, flags)
        self.commands, self.parts = [], []  # parts: (command, offset in it, content, count)

    def pack(self, fmt, *values):
        return struct.pack(self.e + fmt, *values)

    def command(self, cmd, body):
        body += b'\0' * (-len(body) % 8)
        self.commands.append(self.pack('II', cmd, 8 + len(body)) + body)

    def text(self, cmd, text):
        self.command(cmd, self.pack('I', 12) + text.encode() + b'\0')

    def dylib(self, cmd, name):
        self.command(cmd, self.pack('IIII', 24, 2, 0x10000, 0x10000) + name.encode() + b'\0')

    def build(self, platform=1, minos=0xB0000, sdk=0xE0000):
        self.command(0x32, self.pack('IIII', platform, minos, sdk, 0))

    def segment(self, name, off, size, section=None):
        w = 'Q' if self.bits == 64 else 'I'
        body = self.pack('16s4' + w + 'IIII', name.encode(), 0x1000, size, off, size, 7, 5, 1 if section else 0, 0)
        if section:
            body += self.pack('16s16s2' + w + '7I' + ('I' if self.bits == 64 else ''), section.encode(), name.encode(),
                              0x1000, size, off, *[0] * (7 if self.bits == 64 else 6))[:80 if self.bits == 64 else 68]
        self.command(0x19 if self.bits == 64 else 1, body)

    def data(self, cmd, *contents):
        """(offset, size) of each content, in the command's order; None for none."""
        self.command(cmd, b'\0' * 8 * len(contents))
        for i, c in enumerate(contents):
            if c is not None:
                self.parts.append((len(self.commands) - 1, 8 + 8 * i, c, len(c)))

    def symtab(self, symbols):
        names, table = b'\0', b''
        for name, kind, desc, value in symbols:
            table += self.pack('IBBH' + ('Q' if self.bits == 64 else 'I'), len(names), kind, 1, desc, value)
            names += name.encode() + b'\0'
        self.data(2, table, names)
        at = len(self.parts) - 2
        self.parts[at] = self.parts[at][:3] + (len(symbols),)

    def bytes(self):
        magic = 0xFEEDFACF if self.bits == 64 else 0xFEEDFACE
        size = sum(map(len, self.commands))
        off = (32 if self.bits == 64 else 28) + size
        commands, tail = [bytearray(c) for c in self.commands], b''
        for index, at, content, count in self.parts:
            tail += b'\0' * (-(off + len(tail)) % 16)
            commands[index][at:at + 8] = self.pack('II', off + len(tail), count)
            tail += content
        cpu, sub, kind, flags = self.head
        head = self.pack('7I', magic, cpu, sub, kind, len(commands), size, flags) + (b'\0' * 4 if self.bits == 64 else b'')
        return head + b''.join(commands) + tail


TRIE = bytes([0, 1]) + b'_a\0\6' + bytes([2, 0, 16, 3]) + b'b\0\x13c\0\x17d\0\x1e' + bytes([2, 4, 32, 0]) + \
    bytes([5, 8, 1]) + b'_z\0\0' + bytes([2, 1, 48, 0])
BINDS = b'\x11\x40_a\0\x51\x72\x80\x02\x90\x12\x41_w\0\xa0\x08\x3e\x40_flat\0\xb1\x3f\x40_main\0\xc0\x02\x08\0'
LAZY = b'\x72\x10\x11\x40_lazy\0\x90\0'


def chained(form):
    rows = [(1, 0, 1), (2, 1, 6), (0xFFFE, 0, 11)]
    table = b''
    for ordinal, weak, name in rows:
        if form == 3:
            table += struct.pack('<QQ', ordinal | weak << 16 | name << 32, 5)
        else:
            table += struct.pack('<I', (ordinal & 255) | weak << 8 | name << 9) + (b'\5\0\0\0' if form == 2 else b'')
    return struct.pack('<7I', 0, 28, 28, 28 + len(table), 3, form, 0) + table + b'\0_one\0_two\0_three\0'


def signature(flags):
    return struct.pack('>7I', 0xFADE0CC0, 52, 2, 0, 28, 0x10000, 44) + \
        struct.pack('>4I', 0xFADE0C02, 16, 0x20400, flags) + struct.pack('>2I', 0xFADE0B01, 8)


def fat(slices, wide=False):
    out, head = b'', struct.pack('>II', 0xCAFEBABF if wide else 0xCAFEBABE, len(slices))
    start = 8 + len(slices) * (32 if wide else 20)
    for cpu, content in slices:
        head += struct.pack('>IIQQII' if wide else '>5I', cpu, 0, start + len(out), len(content), 4, *([0] if wide else []))
        out += content
    return head + out


def program(**more):
    m = Macho(**more)
    m.segment('__TEXT', 0, 64, '__text')
    m.text(0xE, '/usr/lib/dyld')
    m.build()
    m.dylib(LOAD, '@rpath/libA.dylib')
    m.dylib(WEAK, '/usr/lib/libSystem.B.dylib')
    m.text(RPATH, '@executable_path/../lib')
    m.text(RPATH, '@loader_path')
    return m


def macho_seeds():
    m = program()
    m.data(0x80000034, chained(1))
    m.data(0x80000033, TRIE)
    m.data(0x1D, signature(0x20002))
    first = m.bytes()
    yield 'program', first
    m = program(cpu=AMD64)
    m.data(0x80000022, None, BINDS, b'\x40_op\0\x90\0', LAZY, TRIE)
    yield 'opcodes', m.bytes()
    yield 'fat', fat([(AMD64, m.bytes()), (ARM64, first)])
    yield 'fat-wide', fat([(ARM64, first)], True)
    for form in (2, 3):
        m = program()
        m.data(0x80000034, chained(form))
        yield 'chained-%d' % form, m.bytes()
    m = Macho(kind=DYLIB)
    m.dylib(ID, '@rpath/libA.dylib')
    m.dylib(REEXPORT, '/usr/lib/libB.dylib')
    m.data(0x80000033, TRIE)
    m.text(RPATH, '@loader_path')
    m.text(RPATH, '@loader_path')
    m.text(RPATH, '/Users/me/lib')
    yield 'dylib', m.bytes()
    m = Macho(cpu=PPC, kind=BUNDLE, bits=32, big=True, flags=0)
    m.segment('__DATA', 28, 32, '__data')
    m.command(0x24, m.pack('II', 0xA0400, 0))
    m.symtab([('_here', 15, 0, 0x1000), ('_there', 1, 0x100, 0), ('_flat', 1, 0xFE40, 0)])
    yield 'big-endian', m.bytes()
    m = Macho(kind=OBJECT, flags=0)
    m.segment('', 0, 16, '__text')
    m.symtab([('_main', 15, 0, 0), ('_puts', 1, 0, 0), ('_common', 1, 0, 8)])
    yield 'object', m.bytes()
    m = Macho(kind=DSYM)
    m.segment('__TEXT', 0, 1 << 20)
    yield 'dsym', m.bytes()
    m = Macho(kind=DYLIB)
    m.data(0x80000033, b'\0\1a\0\0')
    yield 'circle', m.bytes()


TBD_4 = b'''--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '/usr/lib/libSystem.B.dylib'
reexported-libraries:
  - targets: [ arm64-macos ]
    libraries: [ '/usr/lib/system/libc.dylib' ]
exports:
  - targets: [ arm64-macos ]
    symbols: [ _malloc, '$ld$hide$os10.5$_malloc', '$ld$previous$/a$1.0$1$10.9$11.0$_x$' ]
    objc-classes: [ A ]
...
'''


def tbd_seeds():
    yield 'v1', b'---\narchs: [ x86_64 ]\nplatform: macosx\ninstall-name: /usr/lib/libA.dylib\nexports:\n' \
        b'  - archs: [ x86_64 ]\n    re-exports: [ /b ]\n    symbols: [ _a ]\n    objc-classes: [ _A ]\n...\n'
    yield 'v3', b'--- !tapi-tbd-v3\narchs: [ arm64 ]\nplatform: zippered\ninstall-name: /a\nexports:\n' \
        b'  - archs: [ arm64 ]\n    weak-def-symbols: [ _w ]\n    objc-ivars: [ A.b ]\n'
    yield 'v4', TBD_4
    yield 'two', TBD_4 + b'--- !tapi-tbd\ntargets: [ arm64-macos ]\ninstall-name: /usr/lib/system/libc.dylib\n'
    yield 'v5', b'{"tapi_tbd_version":5,"main_library":{"target_info":[{"target":"arm64-macos","min_deployment":"11"}],' \
        b'"install_names":[{"name":"/a"}],"exported_symbols":[{"targets":["arm64-macos"],"data":{"global":["_d"],' \
        b'"objc_class":["A"]},"text":{"weak":["_w"]}}],"reexported_libraries":[{"names":["/b"]}]},"libraries":[]}'
    yield 'alias', b'---\ninstall-name: &x a\nexports: *x\n'
