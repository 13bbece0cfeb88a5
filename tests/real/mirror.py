#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes archives that a web server can serve: real packages, signed with a key of the test's own.

usage: mirror.py debian DIR SUITE KEYHOME [option=value...] < lock
  DIR      the archive's base; pool/ and dists/SUITE/ are made below it
  KEYHOME  a GNUPGHOME with one secret key
  lock     an xbuild.lock, whose packages lie in store= /blobs/sha256
  options  store=DIR, codename=NAME, date=EPOCH, valid=SECONDS, formats=xz,gz, byhash=yes|no, components=main
"""
import email.utils
import hashlib
import json
import lzma
import gzip
import os
import shutil
import subprocess
import sys
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


what, arguments = sys.argv[1], sys.argv[2:]
plain = [a for a in arguments if '=' not in a]
given = dict(a.split('=', 1) for a in arguments if '=' in a)
globals()[what](*plain, given)
