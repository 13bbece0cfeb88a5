#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes archives that a web server can serve: real packages, signed with a key of the test's own.

usage: mirror.py debian DIR SUITE KEYHOME [option=value...] < lock
  DIR      the archive's base; pool/ and dists/SUITE/ are made below it
  KEYHOME  a GNUPGHOME with one secret key
  lock     an xbuild.lock, whose packages lie in store= /blobs/sha256
  options  store=DIR, codename=NAME, date=EPOCH, valid=SECONDS, formats=xz,gz, byhash=yes|no, components=main

usage: mirror.py alpine DIR VERSION ARCH ROOT KEY [option=value...]
  ROOT     a musl sysroot, whose files become packages as Alpine cuts them; with a libstdc++ that only the test believes
  KEY      an RSA key (PEM); what it signs is named after it: KEY.pub
  options  gcc=VERSION, break=package:what

usage: mirror.py freebsd DIR RELEASE ARCH-DIR CRT1
"""
import base64
import email.utils
import hashlib
import io
import json
import lzma
import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import time


def control(deb):
    return subprocess.run(['dpkg-deb', '-f', deb], check=True, capture_output=True, text=True).stdout


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


def debian(top, suite, home, options):
    packages, seen = {}, set()
    for entry in json.load(sys.stdin)['targets'].values():
        for p in entry['packages']:
            if p['sha256'] in seen:
                continue
            seen.add(p['sha256'])
            blob = f"{options['store']}/blobs/sha256/{p['sha256']}"
            path = f"{top}/{p['path']}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copyfile(blob, path)
            text = control(blob).rstrip('\n')
            text += f"\nFilename: {p['path']}\nSize: {p['size']}\nSHA256: {p['sha256']}\n"
            arch = p['arch']
            packages.setdefault(arch, []).append(text)
    arches = sorted(a for a in packages if a != 'all')
    dists = f'{top}/dists/{suite}'
    shutil.rmtree(dists, ignore_errors=True)
    sums = []
    for n, component in enumerate(options.get('components', 'main').split(',')):
        for arch in arches:
            text = '\n'.join(packages[arch] + packages.get('all', [])) if n == 0 else ''
            raw = text.encode()
            # apt wants the sum of what comes out, whether there is such a file or not
            sums.append(f' {hashlib.sha256(raw).hexdigest()} {len(raw):8} {component}/binary-{arch}/Packages')
            for form in options.get('formats', 'xz').split(','):
                data = {'xz': lzma.compress, 'gz': gzip.compress, 'plain': bytes}[form](raw)
                name = f'{component}/binary-{arch}/Packages' + ('' if form == 'plain' else f'.{form}')
                digest = hashlib.sha256(data).hexdigest()
                write(f'{dists}/{name}', data)
                write(f'{dists}/{component}/binary-{arch}/by-hash/SHA256/{digest}', data)
                if form != 'plain':
                    sums.append(f' {digest} {len(data):8} {name}')
    date = int(options.get('date', time.time()))
    release = f"Origin: Test\nLabel: Test\nSuite: stable\nCodename: {options.get('codename', suite)}\n"
    release += f'Date: {email.utils.formatdate(date, usegmt=True).replace("GMT", "UTC")}\n'
    if 'valid' in options:
        until = date + int(options['valid'])
        release += f'Valid-Until: {email.utils.formatdate(until, usegmt=True).replace("GMT", "UTC")}\n'
    release += f"Acquire-By-Hash: {options.get('byhash', 'yes')}\nArchitectures: {' '.join(arches)}\n"
    release += f"Components: {options.get('components', 'main').replace(',', ' ')}\n"
    release += 'SHA256:\n' + '\n'.join(sums) + '\n'
    write(f'{dists}/Release', release.encode())
    subprocess.run(['gpg', '-q', '--batch', '--yes', '--homedir', home, '--clearsign', '--digest-algo', 'SHA256',
                    '-o', f'{dists}/InRelease', f'{dists}/Release'], check=True)


def tar(members, end=False):
    """(name, content or link) pairs as a tar stream, without the blocks that end it unless asked for."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT) as t:
        for name, what, *kind in members:
            info = tarfile.TarInfo(name)
            info.mtime = 1700000000
            if kind:
                info.type, info.linkname = kind[0], what
                t.addfile(info)
            else:
                info.size = len(what)
                info.mode = 0o644
                t.addfile(info, io.BytesIO(what))
        cut = t.offset
    return out.getvalue() if end else out.getvalue()[:cut]


def signed(key, middle, algorithm='sha1'):
    sign = subprocess.run(['openssl', 'dgst', f'-{algorithm}', '-sign', key], input=middle, check=True, capture_output=True)
    kind = {'sha1': 'RSA', 'sha256': 'RSA256'}[algorithm]
    return gzip.compress(tar([(f'.SIGN.{kind}.{os.path.basename(key)}.pub', sign.stdout)]), mtime=0)


def alpine(top, version, arch, root, key, options):
    gcc = options.get('gcc', '13.2.1')
    triple = f'{arch}-alpine-linux-musl'
    broken = dict(b.split(':') for b in options.get('break', '').split(',') if b)
    packages = {n: [] for n in ['musl', 'musl-dev', 'linux-headers', 'gcc', 'libgcc', 'libstdc++', 'libstdc++-dev', 'zlib',
                                'zlib-dev', 'busybox']}
    loader = f'lib/ld-musl-{arch}.so.1'

    def content(path):
        with open(path, 'rb') as f:
            return f.read()

    for folder, _, names in os.walk(root):
        for name in sorted(names):
            path = os.path.join(folder, name)
            rel = os.path.relpath(path, root)
            if rel.startswith('usr/include/'):
                kernel = rel.split('/')[2] in ('linux', 'asm', 'asm-generic', 'drm', 'misc', 'mtd', 'rdma', 'scsi', 'sound', 'video', 'xen', 'cxl', 'regulator')
                packages['linux-headers' if kernel else 'musl-dev'].append((rel, content(path)))
            elif rel == 'usr/lib/libc.so':
                packages['musl'] += [(loader, content(path)), (f'lib/libc.musl-{arch}.so.1', f'ld-musl-{arch}.so.1', tarfile.SYMTYPE)]
                packages['musl-dev'].append((rel, f'../../{loader}', tarfile.SYMTYPE))
            elif name.startswith(('crtbegin', 'crtend', 'libgcc')):
                packages['gcc'].append((f'usr/lib/gcc/{triple}/{gcc}/{name}', content(path)))
            elif rel.startswith('usr/lib/') and not os.path.islink(path):
                packages['musl-dev'].append((rel, content(path)))
    packages['gcc'] += [('usr/bin/gcc', b'driver'), (f'usr/bin/{triple}-gcc', 'usr/bin/gcc', tarfile.LNKTYPE),
                        (f'usr/lib/gcc/{triple}/{gcc}/include/stddef.h', b'#error not for clang\n')]
    packages['libgcc'] += [('usr/lib/libgcc_s.so.1', b'unused')]
    packages['libstdc++'] += [('usr/lib/libstdc++.so.6', b'unused')]
    packages['libstdc++-dev'] += [
        (f'usr/include/c++/{gcc}/iostream', b'#include <bits/c++config.h>\n#include <cstdio>\n'),
        (f'usr/include/c++/{gcc}/cstdio', b'#include <stdio.h>\nnamespace std { using ::puts; }\n'),
        (f'usr/include/c++/{gcc}/{triple}/bits/c++config.h', b'#define TEST_CONFIG 1\n'),
        ('usr/lib/libstdc++.a', b'!<arch>\n'), ('usr/lib/libstdc++.so', b'INPUT ( libstdc++.a )\n')]
    zlib = options['zlib']  # where it was built for this target
    packages['zlib'] += [('usr/lib/libz.so.1', content(f'{zlib}/libz.so.1')), ('etc/zlib.conf', b'x')]
    packages['zlib-dev'] += [('usr/lib/libz.so', 'libz.so.1', tarfile.SYMTYPE), ('usr/lib/pkgconfig/zlib.pc', content(f'{zlib}/zlib.pc')),
                             ('usr/include/zlib.h', content(f'{zlib}/zlib.h')), ('usr/include/zconf.h', content(f'{zlib}/zconf.h'))]
    packages['zlib-static'] = [('usr/lib/libz.a', content(f'{zlib}/libz.a'))]
    packages['busybox'] += [('bin/busybox', b'x')]
    depends = {'zlib-dev': 'zlib=1.3.1-r0 so:libz.so.1 /bin/sh', 'zlib': 'so:libc.musl-x.so.1'}
    provides = {'zlib': 'so:libz.so.1=1.3.1', 'zlib-dev': 'pc:zlib=1.3.1', 'busybox': '/bin/sh cmd:sh=1', 'musl': 'so:libc.musl-x.so.1=1'}
    index = []
    for name, members in packages.items():
        wrong = broken.get(name, '')
        data = gzip.compress(tar(members, end=True), mtime=0)
        info = f'pkgname = {name}\npkgver = 1-r0\narch = {arch}\ndatahash = {hashlib.sha256(data).hexdigest()}\n'
        middle = gzip.compress(tar([('.PKGINFO', info.encode())]), mtime=0)
        first = signed(key, middle, options.get('hash', 'sha1'))
        checksum = base64.b64encode(hashlib.sha1(middle).digest()).decode()
        if wrong == 'data':
            data = gzip.compress(tar(members + [('usr/include/evil.h', b'evil')], end=True), mtime=0)
        if wrong == 'signature':
            middle = gzip.compress(tar([('.PKGINFO', info.encode() + b'evil = 1\n')]), mtime=0)
            checksum = base64.b64encode(hashlib.sha1(middle).digest()).decode()
        if wrong == 'other':
            checksum = base64.b64encode(hashlib.sha1(b'other').digest()).decode()
        blob = first + middle + data
        write(f'{top}/v{version}/main/{arch}/{name}-1-r0.apk', blob)
        index.append(f'C:Q1{checksum}\nP:{name}\nV:1-r0\nA:{arch}\nS:{len(blob)}\nI:1\nT:test\n' +
                     (f'D:{depends[name]}\n' if name in depends else '') + (f'p:{provides[name]}\n' if name in provides else ''))
    middle = gzip.compress(tar([('DESCRIPTION', f'v{version}'.encode()), ('APKINDEX', '\n'.join(index).encode() + b'\n')], end=True), mtime=0)
    first = signed(key, middle, options.get('hash', 'sha1'))
    if 'index' in broken:
        middle = gzip.compress(tar([('APKINDEX', b'')], end=True), mtime=0)
    write(f'{top}/v{version}/main/{arch}/APKINDEX.tar.gz', first + middle)


def freebsd(top, release, arch, crt1, options):
    with open(crt1, 'rb') as f:
        crt = f.read()
    members = [(f'./usr/lib/{n}', crt) for n in ('crt1.o', 'Scrt1.o', 'crti.o', 'crtn.o', 'crtbegin.o', 'crtend.o')]
    members += [(f'./usr/lib/{n}', b'!<arch>\n') for n in ('libc.a', 'libgcc.a', 'libc++.a', 'libm.a')]
    members += [('./usr/lib/libc.so', b'GROUP ( /lib/libc.so.7 /usr/lib/libgcc.a )\n'), ('./lib/libc.so.7', b'\x7fELF'),
                ('./usr/include/stdio.h', b'int x;\n'), ('./usr/include/machine/_types.h', b'\n'),
                ('./usr/include/c++/v1/iostream', b'\n'), ('./rescue/sh', b'x' * 5000), ('./rescue/ls', './rescue/sh', tarfile.LNKTYPE),
                ('./usr/bin/cc', b'x'), ('./dev/null', '', tarfile.CHRTYPE), ('./usr/tests/x', b'x'),
                ('./libexec/ld-elf.so.1', b'\x7fELF'), ('./usr/lib/libm.so', '../../lib/libm.so.5', tarfile.SYMTYPE), ('./lib/libm.so.5', b'\x7fELF')]
    data = lzma.compress(tar(members, end=True))
    write(f'{top}/{arch}/{release}/base.txz', data)
    line = f'base.txz\t{hashlib.sha256(data).hexdigest()}\t{len(members)}\tbase\t"Base system (MANDATORY)"\ton\n'
    write(f'{top}/{arch}/{release}/MANIFEST', ('kernel.txz\t' + '0' * 64 + '\t1\tkernel\t"Kernel"\ton\n' + line).encode())


what, arguments = sys.argv[1], sys.argv[2:]
plain = [a for a in arguments if '=' not in a]
given = dict(a.split('=', 1) for a in arguments if '=' in a)
globals()[what](*plain, given)
