#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Packages that mean harm: hostile-archives.py DIRECTORY"""

import gzip
import importlib.util
import io
import json
import lzma
import os
import struct
import sys
import tarfile
import zipfile
import zlib

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location('corpus', os.path.join(here, '../fuzz/make-corpus.py'))
corpus = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(corpus)

GOOD = corpus.Elf(interp='/lib64/ld-linux-x86-64.so.2', needed=['libc.so.6'], hash='sysv',
                  symbols=[('puts', {'reloc': 'plt'})]).bytes()
ZEROS = bytes(1 << 20)


def tar(members, **more):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT, **more) as t:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                t.addfile(info)
            else:
                info.size = len(content)
                t.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zipped(members, how=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', how) as z:
        for name, content in members:
            z.writestr(name, content)
    return out.getvalue()


def header(name, size, kind=b'0'):
    """A ustar header; sizes beyond eight octets in GNU's binary form."""
    field = b'%011o\0' % size if size < 8**11 else b'\x80' + size.to_bytes(11, 'big')
    h = bytearray(512)
    h[0:len(name)] = name
    h[100:108], h[108:116], h[116:124] = b'0000755\0', b'0000000\0', b'0000000\0'
    h[124:136], h[136:148], h[148:156], h[156:157] = field, b'%011o\0' % 0, b' ' * 8, kind
    h[257:265] = b'ustar\00000'
    h[148:156] = b'%06o\0 ' % sum(h)
    return bytes(h)


def pad(data):
    return data + bytes(-len(data) % 512)


def repeated(wbits, before, block, count, after=b''):
    """`before`, `count` times `block`, `after`, compressed. A full flush makes the block's code the same each time."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, wbits)
    head = squeeze.compress(before) + squeeze.flush(zlib.Z_FULL_FLUSH)
    code = squeeze.compress(block) + squeeze.flush(zlib.Z_FULL_FLUSH)
    tail = squeeze.compress(after) + squeeze.flush()
    return head + code * count + tail


def gzip_zeros(count, before=b'', after=b''):
    """`count` MiB of zeros between two texts; the sum at the end is wrong, for those who come so far."""
    return repeated(31, before, ZEROS, count, after)


def zip_bomb(gib):
    """One member of zeros, an ELF file by its first bytes."""
    packed = repeated(-15, GOOD, ZEROS, gib * 1024)
    return raw_zip([(b'big', packed, 0, min(len(GOOD) + gib * 2**30, 2**32 - 1))])


def raw_zip(members, overlap=0):
    """Members as they are; `overlap`: all of them have the content of the first."""
    out, central, first = b'', b'', 0
    for name, packed, crc, size in members:
        at = first if overlap and out else len(out)
        if not overlap or not out:
            out += struct.pack('<IHHHHHIIIHH', 0x04034b50, 20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0)
            out += name + packed
        central += struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, 0x314, 20, 0, 8, 0, 0, crc, len(packed), size,
                               len(name), 0, 0, 0, 0, 0o100755 << 16, at) + name
    end = struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, len(members), len(members), len(central), len(out), 0)
    return out + central + end


def overlapping(count):
    """One kernel of 64 MiB of zeros that every member claims to be."""
    packed = repeated(-15, GOOD, ZEROS, 64)
    crc = zlib.crc32(GOOD + ZEROS * 64)
    return raw_zip([(b'm%05d' % i, packed, crc, len(GOOD) + 64 * len(ZEROS)) for i in range(count)], overlap=1)


def deep(count, wrap):
    inner = GOOD
    for i in range(count):
        inner = wrap([('n%d' % i, inner), ('beside', GOOD)])
    return inner


def ar(members):
    out = b'!<arch>\n'
    for name, content in members:
        out += b'%-16s%-12d%-6d%-6d%-8s%-10d`\n' % (name, 0, 0, 0, b'100644', len(content)) + content
        out += b'\n' * (len(content) % 2)
    return out


def image(layers, count):
    """A `docker save` whose manifest lists `count` layers."""
    names = ['%d/layer.tar' % (i % len(layers)) for i in range(count)]
    manifest = json.dumps([{'Config': 'c.json', 'RepoTags': ['x:1'], 'Layers': names}] * 3)
    members = [('%d/layer.tar' % i, tar(layer)) for i, layer in enumerate(layers)]
    return tar(members + [('manifest.json', manifest.encode())])


def many(count, content):
    """So many members of one name, compressed: an archive of a few MiB."""
    return repeated(31, b'', header(b'member', len(content)) + pad(content), count)


def files():
    good = tar([('bin/x', GOOD), ('bin/y', GOOD)])
    yield 'gzip-bomb.tar.gz', gzip_zeros(8192, header(b'bin/big', 8192 << 20), header(b'last', 0))
    yield 'gzip-raw-bomb.gz', gzip_zeros(4096, GOOD)
    yield 'gzip-in-gzip.gz', gzip.compress(gzip_zeros(4096))
    yield 'elf-bomb.tar.gz', gzip_zeros(4096, header(b'bin/big', (4096 << 20) + 512 * 8) + GOOD[:512].ljust(512, b'\0'))
    yield 'xz-bomb.tar.xz', lzma.compress(header(b'bin/big', 128 << 20) + GOOD + ZEROS * 128, preset=0)
    yield 'zip-bomb.zip', zip_bomb(4)
    yield 'zip-overlap.zip', overlapping(5000)
    yield 'million.tar.gz', many(1100000, b'')
    yield 'million-elf.tar.gz', many(400000, GOOD[:64])
    yield 'million-gz.tar.gz', many(100000, gzip.compress(b'x'))
    yield 'absurd-size.tar', header(b'x', len(GOOD)) + pad(GOOD) + header(b'huge', 2**62) + GOOD
    yield 'absurd-zip.zip', raw_zip([(b'a', b'\3\0', 0, 2**32 - 2)] * 3)
    yield 'deep.tar', deep(100, tar)
    yield 'deep.zip', deep(40, zipped)
    yield 'truncated.tar', good[:len(GOOD) + 512 + 700]
    yield 'truncated.tar.gz', gzip.compress(good)[:-20]
    yield 'truncated.zip', zipped([('x', GOOD), ('y', GOOD)])[:300]
    yield 'crc.zip', zipped([('x', GOOD)], zipfile.ZIP_STORED).replace(GOOD[:64], GOOD[:60] + b'????')
    yield 'empty.deb', ar([(b'debian-binary', b'2.0\n')])
    yield 'twice.deb', ar([(b'debian-binary', b'2.0\n'), (b'data.tar', good), (b'data.tar.gz', gzip.compress(good))])
    yield 'overrun.a', ar([(b'x.o/', GOOD)]) + b'%-16s%-12d%-6d%-6d%-8s%-10d`\n' % (b'y.o/', 0, 0, 0, b'644', 10**9)
    yield 'links.tar', tar([('l%d' % i, 'l%d' % (i + 1)) for i in range(100000)] + [('a', 'b'), ('b', 'a'), ('x', GOOD)])
    yield 'deep-links.tar', tar([('d', 'd/' * 2000), ('e', '../' * 1300 + 'e'), ('x', GOOD)])
    yield 'long-names.tar', tar([('n' * 100000, GOOD), ('d/' * 3000 + 'x', GOOD), ('x', GOOD)])
    yield 'climbs.tar', tar([('../../../../etc/x', GOOD), ('/abs/x', GOOD), ('a/../../x', GOOD), ('', GOOD)])
    yield 'escapes.tar', tar([('bin/\033]0;owned\007\nxbuild: all is well', GOOD)])
    yield 'sparse.tar', sparse()
    yield 'whiteouts.tar', image([[('x', GOOD)], [('d%d/.wh.x' % i, b'') for i in range(50000)]], 2)
    yield 'layers.tar', image([[('bin/x', GOOD), ('.wh..wh..opq', b'')]], 100000)
    yield 'itself.tar', tar([('manifest.json', b'[{"Layers":["manifest.json","/","..",""]}]'), ('x', GOOD)])
    yield 'rpm.rpm', b'\xed\xab\xee\xdb\3\0' + bytes(90) + b'\x8e\xad\xe8\1' + bytes(4) + b'\xff' * 8 + GOOD
    yield 'cpio.cpio', b'070701' + b'%08X' * 13 % ((1, 0o100755, 0, 0, 1, 0, 0xfffffff0) + (0,) * 4 + (0xffffff, 0)) + GOOD
    yield 'fat', struct.pack('>II', 0xcafebabe, 40) + struct.pack('>5I', 0x0100000c, 0, 0, 0xffffffff, 0) * 40


def sparse():
    """GNU's form: one byte at the end of 1 TiB."""
    h = bytearray(header(b'bin/sparse', 512, b'S'))
    h[257:265] = b'ustar  \0'
    h[386:410] = b'%011o\0%011o\0' % (0, 512)
    h[410:434] = b'\x80' + (2**40 - 1).to_bytes(11, 'big') + b'%011o\0' % 0
    h[483:495] = b'\x80' + (2**40).to_bytes(11, 'big')
    h[148:156] = b' ' * 8
    h[148:156] = b'%06o\0 ' % sum(h)
    return bytes(h) + GOOD[:512].ljust(512, b'\0') + tar([('x', GOOD)])


def main():
    for name, content in files():
        with open(os.path.join(sys.argv[1], name), 'wb') as f:
            f.write(content)


main()
