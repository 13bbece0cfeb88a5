#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Damaged copies of ELF, Mach-O and PE files: mutants.py DIRECTORY SEED < list of files

One of each kind, named FILE.KIND; the same seed gives the same damage.
"""

import os
import random
import struct
import sys

NASTY = [0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63, 2**64 - 16, 2**64 - 1]


class Layout:
    """Where the parts of an ELF file of either class and byte order are."""

    def __init__(self, data):
        wide, order = data[4] == 2, '>' if data[5] == 2 else '<'

        def read(at, size):
            return struct.unpack_from(order + {2: 'H', 4: 'I', 8: 'Q'}[size], data, at)[0]

        word = 8 if wide else 4
        self.ehdr = (0, 64 if wide else 52)
        phoff, shoff = read(28 if not wide else 32, word), read(32 if not wide else 40, word)
        phentsize, phnum, shentsize, shnum = (read((54 if wide else 42) + 2 * i, 2) for i in range(4))
        self.phdr = (phoff, phentsize * phnum)
        self.shdr = (shoff, shentsize * shnum)
        self.dynamic = self.phdr
        for i in range(phnum):
            at = phoff + i * phentsize
            if read(at, 4) == 2:  # PT_DYNAMIC
                self.dynamic = (read(at + (8 if wide else 4), word), read(at + (32 if wide else 16), word))


def macho_parts(data):
    """Header, load commands and what they point at; of a fat file, of its first slice."""
    if data[:4] == b'\xca\xfe\xba\xbe':
        start = struct.unpack_from('>I', data, 16)[0]
        inside = macho_parts(data[start:])
        return {'fat': (4, 44), **{k: (at + start, n) for k, (at, n) in inside.items()}}
    count, size = struct.unpack_from('<II', data, 16)
    parts = {'header': (4, 28), 'commands': (32, size)}
    at = 32
    for _ in range(count):
        cmd, length = struct.unpack_from('<II', data, at)
        if cmd == 0x19 and data[at + 8:at + 18] == b'__LINKEDIT':
            parts['linkedit'] = struct.unpack_from('<QQ', data, at + 40)
        if cmd in (0x80000022, 0x80000034, 0x80000033, 0x1d):
            off, n = struct.unpack_from('<II', data, at + (40 if cmd == 0x80000022 else 8))
            parts['part%x' % (cmd & 0xff)] = (off, max(n, 1))
        at += length
    return parts


def pe_parts(data):
    """Headers, section table, and what the directories of exports, imports and delay imports point at."""
    at = struct.unpack_from('<I', data, 60)[0]
    count, size = struct.unpack_from('<H', data, at + 6)[0], struct.unpack_from('<H', data, at + 20)[0]
    optional = at + 24
    fixed = 112 if struct.unpack_from('<H', data, optional)[0] == 0x20b else 96
    parts = {'coff': (at + 4, 20), 'optional': (optional, fixed), 'directories': (optional + fixed, 128)}
    sections = [struct.unpack_from('<IIII', data, optional + size + 40 * i + 8) for i in range(count)]
    parts['sections'] = (optional + size, 40 * count)
    for name, n in (('exports', 0), ('imports', 1), ('resources', 2), ('delay', 13)):
        rva, length = struct.unpack_from('<II', data, optional + fixed + 8 * n)
        for memory, start, _, offset in sections:
            if rva and start <= rva < start + memory:
                parts[name] = (offset + rva - start, max(min(length, 512), 1))
    return parts


def elf_parts(data):
    layout = Layout(data)
    return {'ehdr': (4, layout.ehdr[1] - 4), 'phdr': layout.phdr, 'dynamic': layout.dynamic, 'shdr': layout.shdr}


def damage(data, part, rng):
    start, size = part
    size = max(1, min(size, len(data) - start))
    for _ in range(rng.randint(1, 8)):
        width = rng.choice((1, 2, 4, 8))
        value = rng.choice(NASTY) if rng.random() < 0.7 else rng.getrandbits(64)
        at = start + rng.randrange(size) // width * width
        data[at:at + width] = (value & (2 ** (8 * width) - 1)).to_bytes(width, rng.choice(('little', 'big')))


def main():
    out, rng = sys.argv[1], random.Random(int(sys.argv[2]))
    for path in sys.stdin.read().splitlines():
        with open(path, 'rb') as f:
            good = f.read()
        read = elf_parts if good[:4] == b'\x7fELF' else pe_parts if good[:2] == b'MZ' else macho_parts
        parts = read(good)
        parts['random'] = (0, len(good))
        for kind in ('truncate', *parts):
            data = bytearray(good)
            if kind == 'truncate':
                del data[rng.randrange(len(data)):]
            else:
                damage(data, parts[kind], rng)
            with open(os.path.join(out, f'{os.path.basename(path)}.{kind}'), 'wb') as f:
                f.write(data[:len(good)])


main()
