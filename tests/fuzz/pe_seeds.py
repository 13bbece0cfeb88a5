# SPDX-License-Identifier: MIT
"""Seeds of fuzz_pe and fuzz_ar: PE files as tests/oracle/pewriter.py makes them, and static archives."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'oracle'))

from pewriter import Export, Import, Pe  # noqa: E402


def program(machine=0x8664, **more):
    pe = Pe(machine=machine, **more)
    pe.imports = [Import('kernel32.dll', 'Sleep', hint=3), Import('WS2_32.dll', None, 115),
                  Import('api-ms-win-crt-heap-l1-1-0.dll', 'malloc'), Import('late.dll', 'Later', delay=True)]
    return pe


def library(machine=0x8664):
    pe = Pe(dll=True, machine=machine, base=0x10000000)
    pe.imports = [Import('made.dll', 'Alpha', hint=0), Import('made.dll', None, 7)]
    pe.exports = [Export('Alpha'), Export('Beta', forward='NTDLL.RtlBeta'), Export(hole=True),
                  Export('Gamma', forward='made.#5'), Export(), Export('Delta', forward='made.Alpha')]
    pe.ordinal_base = 4
    return pe


def with_directory(content, number, rva, size):
    optional = 0x98
    fixed = 112 if struct.unpack_from('<H', content, optional)[0] == 0x20b else 96
    data = bytearray(content)
    struct.pack_into('<II', data, optional + fixed + 8 * number, rva, size)
    return bytes(data)


def appended(content, extra):
    """Content at the end of the one section; returns the file and the address of it."""
    section = 0x98 + struct.unpack_from('<H', content, 0x94)[0]
    _, rva, size, start = struct.unpack_from('<IIII', content, section + 8)
    data = bytearray(content) + extra
    struct.pack_into('<I', data, section + 8, size + len(extra))
    struct.pack_into('<I', data, section + 16, size + len(extra))
    return bytes(data), rva + size, start + size


def manifest():
    text = (b"<assembly><dependency><dependentAssembly><assemblyIdentity name='Microsoft.VC90.CRT'/>"
            b"</dependentAssembly></dependency><supportedOS Id='{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}'/></assembly>")
    tree = b''.join(struct.pack('<IIHHHHII', 0, 0, 0, 0, 0, 1, number, (n + 1) * 24 | (0x80000000 if n < 2 else 0))
                    for n, number in enumerate((24, 1, 1033)))
    content, rva, _ = appended(program().bytes(), tree + bytes(16) + text)
    at = len(content) - len(text) - 16
    data = bytearray(content)
    struct.pack_into('<II', data, at, rva + 88, len(text))
    return with_directory(bytes(data), 2, rva, 88 + len(text))


def debug():
    path = b'RSDS' + bytes(range(16)) + struct.pack('<I', 1) + b'C:\\build\\app.pdb\0'
    content, rva, start = appended(program().bytes(), bytes(28) + path)
    data = bytearray(content)
    struct.pack_into('<IIII', data, start + 12, 2, len(path), rva + 28, start + 28)
    return with_directory(bytes(data), 6, rva, 28)


def load_config():
    content, rva, start = appended(program().bytes(), bytes(256))
    data = bytearray(content)
    struct.pack_into('<I', data, start, 256)
    struct.pack_into('<I', data, start + 144, 0x10500)
    return with_directory(bytes(data), 10, rva, 256)


def pe_seeds():
    yield 'program-64', program().bytes()
    yield 'program-32', program(0x14c, base=0x400000).bytes()
    yield 'program-arm64', program(0xaa64).bytes()
    yield 'library-64', library().bytes()
    yield 'library-32', library(0x14c).bytes()
    unsorted = library()
    unsorted.exports.reverse()
    unsorted.sort = False
    yield 'unsorted', unsorted.bytes()
    wrapped = library()
    wrapped.ordinal_base = 0xffffffff
    yield 'found_ordinal_base', wrapped.bytes()
    yield 'manifest', manifest()
    yield 'debug', debug()
    yield 'load-config', load_config()
    yield 'managed', with_directory(program().bytes(), 14, 0x1000, 72)
    yield 'endless-imports', with_directory(program().bytes(), 1, 0x1004, 20)
    yield 'endless-exports', with_directory(library().bytes(), 0, 0x1000, 0xffffffff)
    yield 'cut', program().bytes()[:700]
    yield 'headers-only', program().bytes()[:0x198]


def member(name, content, size=None):
    head = '%-16s%-12d%-6d%-6d%-8s%-10d`\n' % (name, 0, 0, 0, '644', len(content) if size is None else size)
    return head.encode() + content + b'\n' * (len(content) & 1)


def ar_seeds():
    yield 'empty', b'!<arch>\n'
    yield 'gnu', (b'!<arch>\n' + member('/', b'\0\0\0\0') + member('//', b'a_rather_long_name.o/\nanother_long_one.o/\n') +
                  member('/0', b'one') + member('/22', b'two!') + member('short.o/', b'three'))
    yield 'bsd', (b'!<arch>\n' + member('#1/20', b'__.SYMDEF SORTED\0\0\0\0table') +
                  member('#1/12', b'long name.o\0four') + member('plain.o', b'five'))
    yield 'microsoft', (b'!<arch>\n' + member('/', b'\0\0\0\1') + member('/', b'\1\0\0\0') +
                        member('//', b'a_rather_long_name.obj\0b.obj\0') + member('/0', b'\0\0\xff\xff') +
                        member('/<ECSYMBOLS>/', b'\0') + member('/23', b'x'))
    yield 'thin', (b'!<thin>\n' + member('//', b'obj/one.o/\n\n') + member('/0', b'', 1000) + member('two.o/', b'', 7))
    yield 'cut', b'!<arch>\n' + member('a.o/', b'data') + member('b.o/', b'cut', 30)
    yield 'huge', b'!<arch>\n' + member('a.o/', b'', 9999999999)
    yield 'no-names', b'!<arch>\n' + member('/5', b'x')
