#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ELF files that are well-formed enough to be read and mean harm: hostile-elf.py DIRECTORY"""

import importlib.util
import os
import struct
import sys

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location('corpus', os.path.join(here, '../fuzz/make-corpus.py'))
corpus = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(corpus)
Elf = corpus.Elf

LOADER = '/lib64/ld-linux-x86-64.so.2'
MILLION = 10**6
NEEDED = 1


def program(**more):
    return Elf(**dict({'interp': LOADER, 'needed': ['libc.so.6'], 'hash': 'sysv',
                       'symbols': [('puts', {'reloc': 'plt'})]}, **more))


def files():
    good = program().bytes()
    yield 'text', b'#!/bin/sh\necho hello\n'
    yield 'empty', b''
    yield 'cut-in-header', good[:30]
    yield 'cut-in-segments', good[:100]
    yield 'cut-in-dynamic', good[:good.index(b'\0libc.so.6') + 5]
    yield 'long-needed', program(needed=['n' * 5000]).bytes()
    yield 'long-needed-path', program(needed=['/' + 'n' * 5000 + '/x.so']).bytes()
    yield 'long-rpath', program(runpath='/' + 'r' * 5000, needed=['libx.so']).bytes()
    yield 'many-rpath', program(runpath=':'.join(f'/r{i}' for i in range(100000)), needed=['libx.so', 'liby.so']).bytes()
    yield 'million-needed', program(needed=['libx.so'], tags=[(NEEDED, 1)] * MILLION).bytes()
    # Every offset into one long name is another name.
    yield 'million-names', program(needed=['a' * 4000], tags=[(NEEDED, 1 + i % 4000) for i in range(MILLION)]).bytes()
    yield 'many-names', program(needed=['a' * 4000], tags=[(NEEDED, 1 + i % 4000) for i in range(60000)]).bytes()
    yield 'many-places', program(needed=['a' * 4000], tags=[(NEEDED, 1 + i) for i in range(3900)],
                                 runpath=':'.join(f'/r{i}' for i in range(1000))).bytes()
    yield 'escapes', program(needed=['lib\033]0;owned\007\nxbuild: all is well.so']).bytes()
    yield 'needs-itself', program(soname='self.so', needed=['self.so'], runpath='$ORIGIN').bytes()


def cache():
    """A loader's cache of 600,000 entries, all of them the same long ones."""
    count, text = 600000, b'libx.so.1\0/' + b'p' * 4000 + b'\0'
    at = 48 + 24 * count
    head = b'glibc-ld.so.cache1.1' + struct.pack('<II5I', count, len(text), 0, 0, 0, 0, 0)
    return head + struct.pack('<iIIIQ', 3, at, at + 10, 0, 0) * count + text


def main():
    os.mkdir(os.path.join(sys.argv[1], 'etc'))
    with open(os.path.join(sys.argv[1], 'etc/ld.so.cache'), 'wb') as f:
        f.write(cache())
    for name, content in files():
        with open(os.path.join(sys.argv[1], name), 'wb') as f:
            f.write(content)
    # 4 GB of nothing: without a header, and behind one whose segment maps all of it.
    huge = os.path.join(sys.argv[1], 'sparse-')
    for name, content in ('zeros', b''), ('elf', program().bytes()):
        data = bytearray(content)
        if data:
            at = data.index((0x10000).to_bytes(8, 'little') * 2 + len(data).to_bytes(8, 'little') * 2) + 16
            data[at:at + 16] = (4 << 30).to_bytes(8, 'little') * 2
        with open(huge + name, 'wb') as f:
            f.write(data)
            f.truncate(4 << 30)


main()
