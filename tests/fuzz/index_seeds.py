# SPDX-License-Identifier: MIT
"""Seeds for the readers of indexes, manifests and bundles."""
import hashlib
import io
import struct
import tarfile
import zlib

HEX = hashlib.sha256(b'x').hexdigest()
RELEASE = f"""Origin: Debian
Suite: stable
Codename: bookworm
Date: Sat, 10 May 2025 08:28:33 UTC
Valid-Until: Sat, 17 May 2025 08:28:33 UTC
Acquire-By-Hash: yes
SHA256:
 {HEX}  8788664 main/binary-arm64/Packages.xz
 {HEX}  1 main/binary-all/Packages
""".encode()


def stanza(name, more=''):
    return (f'Package: {name}\nVersion: 1:2.3-4+deb12u1\nArchitecture: arm64\n{more}'
            f'Filename: pool/main/{name}_2.3.deb\nSize: 10\nSHA256: {HEX}\n\n').encode()


PACKAGES = (stanza('musl') + stanza('musl-dev', 'Depends: musl (= 2.3), linux-libc-dev | kernel-headers [arm64] <!x>\n') +
            stanza('zlib1g-dev', 'Section: libdevel\nDepends: zlib1g, libc6-dev | libc-dev\nProvides: libz-dev (= 1)\n') +
            stanza('zlib1g', 'Section: libs\nPre-Depends: zlib1g-dev\n') + stanza('libpng-dev', 'Depends: libz-dev, ,|,\n'))
APKINDEX = b"""C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:musl
V:1.2.5-r0
A:aarch64
S:400000
p:so:libc.musl-aarch64.so.1=1

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:musl-dev
V:1.2.5-r0
A:aarch64
S:1
D:musl=1.2.5-r0 !bad so:libc.musl-aarch64.so.1 zlib-dev>1

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:zlib-dev
V:1.3-r0
A:aarch64
S:1
D:musl-dev pc:zlib /bin/sh
p:pc:zlib=1.3

"""
MANIFEST = f'base.txz\t{HEX}\t1200\tbase\t"Base system (MANDATORY)"\ton\nkernel.txz\t{HEX}\t800\tkernel\t"Kernel"\ton\n'.encode()


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as t:
        for name, data, *kind in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if kind:
                info.type = kind[0]
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()[:t.offset]


def gzip(data):
    """Stored blocks: the same bytes whatever zlib made them."""
    out = b'\x1f\x8b\x08\0\0\0\0\0\0\xff'
    for at in range(0, len(data), 60000):
        part = data[at:at + 60000]
        out += struct.pack('<BHH', at + 60000 >= len(data), len(part), len(part) ^ 0xffff) + part
    return out + struct.pack('<II', zlib.crc32(data), len(data))


def release_seeds():
    yield 'whole', RELEASE
    yield 'no-date', RELEASE.replace(b'Date:', b'Data:')
    yield 'date', b'Sat, 10 May 2025 08:28:33 UTC'
    yield 'dated', b'https://h/debian/20250510T082833Z/'


def packages_seeds():
    yield 'whole', PACKAGES
    yield 'cut', PACKAGES[:400]
    yield 'path', PACKAGES.replace(b'pool/main/musl_', b'../../../musl_')
    yield 'circle', stanza('libpng-dev', 'Depends: zlib1g-dev\n') + stanza('zlib1g-dev', 'Depends: libpng-dev, zlib1g-dev\n')


def apkindex_seeds():
    yield 'whole', APKINDEX
    yield 'cut', APKINDEX[:150]


def apk_seeds():
    first = gzip(tar([('.SIGN.RSA.k.rsa.pub', bytes(128))]))
    second = gzip(tar([('APKINDEX', APKINDEX)]))
    info = gzip(tar([('.PKGINFO', f'datahash = {HEX}\n'.encode())]))
    yield 'index', first + second
    yield 'package', first + info + gzip(tar([('usr/include/x.h', b'x')]))
    yield 'unsigned', second
    yield 'stranger', gzip(tar([('.SIGN.RSA.other.rsa.pub', bytes(128))])) + second
    yield 'outside', gzip(tar([('.SIGN.RSA.../../etc/passwd', bytes(128))])) + second
    yield 'cut', (first + second)[:-20]


def manifest_seeds():
    yield 'whole', MANIFEST
    yield 'short', MANIFEST.replace(HEX[:5].encode(), b'')


def bundle_seeds():
    yield 'whole', tar([('xbuild.lock', b'{}\n'), (f'blobs/sha256/{HEX}', b'x')])
    yield 'lies', tar([(f'blobs/sha256/{HEX}', b'y')])
    yield 'stray', tar([('etc/passwd', b'y')])
    yield 'climbs', tar([('blobs/sha256/../../x', b'y')])
    yield 'link', tar([(f'blobs/sha256/{HEX}', b'', tarfile.SYMTYPE)])
    yield 'cut', tar([(f'blobs/sha256/{HEX}', b'x')])[:520]


SEEDS = {'release': release_seeds, 'packages': packages_seeds, 'apkindex': apkindex_seeds, 'apk': apk_seeds,
         'manifest': manifest_seeds, 'bundle': bundle_seeds}
