#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Packages of many formats, and what audits say of them:

audit-packages.py make TREE OUT        packs a directory in every format that needs no other program
audit-packages.py same A B             two ndjson reports: the same members, and the same said of each
audit-packages.py facts REPORT TREE    the same members as ELF files in the directory, and llvm-readobj's facts
audit-packages.py starts REPORT ROOT   of an image and of its --root: the same answers
"""

import gzip
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import zipfile


def walk(tree):
    for folder, dirs, names in os.walk(tree):
        dirs.sort()
        for name in sorted(names + [d for d in dirs if os.path.islink(os.path.join(folder, d))]):
            path = os.path.join(folder, name)
            yield path, os.path.relpath(path, tree)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def tar(tree, end=True, only=None):
    out = io.BytesIO()
    t = tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT)
    for path, rel in walk(tree):
        if only is None or only(rel):
            t.add(path, rel, recursive=False)
    if end:
        t.close()
        return out.getvalue()
    return out.getvalue()[:t.offset]


def zipped(tree):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for path, rel in walk(tree):
            info = zipfile.ZipInfo(rel)
            info.external_attr = os.lstat(path).st_mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, os.readlink(path) if os.path.islink(path) else read(path))
    return out.getvalue()


def newc(tree):
    out = b''
    parts = [(rel, os.lstat(path).st_mode, os.readlink(path).encode() if os.path.islink(path) else read(path))
             for path, rel in walk(tree)]
    parts.append(('TRAILER!!!', 0, b''))
    blocks = []
    for i, (name, mode, data) in enumerate(parts):
        head = b'070701' + b''.join(b'%08X' % v for v in (
            i + 1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)) + name.encode() + b'\0'
        blocks.append(head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4))
    return out + b''.join(blocks)


def ar(members):
    out = b'!<arch>\n'
    for name, content in members:
        out += b'%-16s%-12d%-6d%-6d%-8s%-10d`\n' % (name.encode(), 0, 0, 0, b'100644', len(content)) + content
        out += b'\n' * (len(content) % 2)
    return out


def flat(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as t:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            t.addfile(info, io.BytesIO(content))
    return out.getvalue()


def sha(data):
    return hashlib.sha256(data).hexdigest()


def layers(tree):
    """Three layers: the lower two have every second file each, and one too many that the third takes away."""
    files = [rel for _, rel in walk(tree)]
    odd, gone = set(files[::2]), io.BytesIO()
    with tarfile.open(fileobj=gone, mode='w') as t:
        t.addfile(tarfile.TarInfo('.wh.extra'))
    first = flat([('extra', b'\177ELF')])
    with tarfile.open(fileobj=io.BytesIO(first)) as t:
        head = first[:t.getmembers()[0].size and 1024]
    return [head + tar(tree, only=lambda rel: rel in odd), tar(tree, only=lambda rel: rel not in odd), gone.getvalue()]


def docker(tree):
    parts = layers(tree)
    manifest = [{'Config': 'c.json', 'RepoTags': ['t:1'], 'Layers': ['%d/layer.tar' % i for i in range(len(parts))]}]
    members = [('%d/layer.tar' % i, part) for i, part in reversed(list(enumerate(parts)))]
    return flat(members + [('manifest.json', json.dumps(manifest).encode())])


def oci(tree):
    blobs = [gzip.compress(part, 1) for part in layers(tree)]
    manifest = json.dumps({'layers': [{'digest': 'sha256:' + sha(b)} for b in blobs]}).encode()
    index = {'manifests': [{'digest': 'sha256:' + sha(manifest), 'platform': {'os': 'linux', 'architecture': 'amd64'}}]}
    files = [('oci-layout', b'{"imageLayoutVersion":"1.0.0"}'), ('index.json', json.dumps(index).encode())]
    return files + [('blobs/sha256/' + sha(b), b) for b in blobs + [manifest]]


def make(tree, out):
    def write(name, data):
        path = os.path.join(out, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)

    plain = tar(tree)
    write('plain.tar', plain)
    write('wheel.whl', zipped(tree))
    write('cpio.cpio', newc(tree))
    write('debian.deb', ar([('debian-binary', b'2.0\n'), ('control.tar.gz', gzip.compress(flat([('control', b'')]))),
                            ('data.tar.gz', gzip.compress(plain, 1))]))
    # apk(5): a signature and the control part without ends, then the content, each compressed by itself.
    info = io.BytesIO()
    with tarfile.open(fileobj=info, mode='w') as t:
        t.addfile(tarfile.TarInfo('.PKGINFO'))
    start = info.getvalue()[:512]
    write('alpine.apk', gzip.compress(start) + gzip.compress(start) + gzip.compress(plain, 1))
    write('nested.tar', flat([('pool/inner.whl', zipped(tree))]))
    write('nested.zip', b'')
    with zipfile.ZipFile(os.path.join(out, 'nested.zip'), 'w') as z:
        z.writestr('in/inner.deb', read(os.path.join(out, 'debian.deb')))
    write('docker.tar', docker(tree))
    for name, data in oci(tree):
        write('oci/' + name, data)
    write('oci.tar', flat(oci(tree)))


def members(report):
    """{member: what is said of it}, without the archives that it lies in."""
    found = {}
    with open(report) as f:
        for line in f:
            one = json.loads(line)
            name = one.get('member', one['path']).split('!')[-1]
            found[name] = one
    return found


def differ(text):
    print(text)
    differ.count += 1


differ.count = 0


def stripped(one):
    """All but the package's name and what is made of it."""
    kept = {k: v for k, v in one.items() if k not in ('path', 'member', 'root')}
    for finding in kept['findings']:
        finding.pop('fingerprint', None)
    return json.dumps(kept, sort_keys=True)


def same(a, b):
    a, b = members(a), members(b)
    if not a:
        differ('nothing was found')
    for name in sorted(set(a) ^ set(b)):
        differ(f'{name} is only in one of them')
    for name in sorted(set(a) & set(b)):
        if stripped(a[name]) != stripped(b[name]):
            differ(f'{name}:\n  {stripped(a[name])[:600]}\n  {stripped(b[name])[:600]}')


def elf_files(tree):
    for path, rel in walk(tree):
        if stat.S_ISREG(os.lstat(path).st_mode) and read(path)[:4] == b'\177ELF':
            yield rel, path


def readobj(path):
    tool = os.environ.get('READOBJ', 'llvm-readobj-19')
    text = subprocess.run([tool, '--elf-output-style=JSON', '--file-headers', '--dynamic-table', '--dyn-symbols',
                           '--relocations', path], capture_output=True, text=True).stdout
    return json.loads(text)[0]


def imports_of(obj):
    count = 0
    for item in obj.get('DynamicSymbols', []):
        s = item['Symbol']
        if s['Section']['Name'] != 'Undefined' or s['Binding']['Name'] == 'Local':
            continue
        count += s['Type']['Name'] not in ('Section', 'File')
    copies = sum('_COPY' in r['Relocation']['Type']['Name'] for section in obj.get('Relocations', [])
                 for r in section['Relocs'])
    return count + copies


def theirs(path):
    obj = readobj(path)
    facts = {'needed': [], 'rpath': None, 'runpath': None, 'soname': None, 'imports': imports_of(obj),
             'machine': obj['ElfHeader']['Machine']['Name'], 'big': obj['ElfHeader']['Ident']['DataEncoding']['Name'],
             'bits': obj['ElfHeader']['Ident']['Class']['Name']}
    for tag in obj.get('DynamicSection', []):
        kind = tag['Type']
        if kind == 'NEEDED':
            facts['needed'].append(tag['Library'])
        elif kind in ('RPATH', 'RUNPATH'):
            facts[kind.lower()] = [x for p in tag['Path'] for x in p.split(':')]
        elif kind == 'SONAME':
            facts['soname'] = tag['Name']
    return facts


ARCHES = {('EM_X86_64', '64-bit'): ['amd64'], ('EM_X86_64', '32-bit'): ['x32'], ('EM_386', '32-bit'): ['386'],
          ('EM_AARCH64', '64-bit'): ['arm64'], ('EM_ARM', '32-bit'): ['arm'], ('EM_S390', '64-bit'): ['s390x'],
          ('EM_PPC64', '64-bit'): ['ppc64', 'ppc64le'], ('EM_RISCV', '64-bit'): ['riscv64'],
          ('EM_LOONGARCH', '64-bit'): ['loong64'], ('EM_MIPS', '64-bit'): ['mips64', 'mips64le'],
          ('EM_MIPS', '32-bit'): ['mips', 'mipsle']}


def facts(report, tree):
    ours, wanted = members(report), dict(elf_files(tree))
    # Objects in static archives are members too, but no files of the tree.
    elf = {name for name, one in ours.items() if one['format'] == 'elf' and '!' not in one.get('member', '')}
    for name in sorted(set(wanted) ^ elf):
        differ(f'{name} is only in the {"tree" if name in wanted else "report"}')
    for name in sorted(set(wanted) & elf):
        a, b = ours[name], theirs(wanted[name])
        if a['type'] == 'object':
            continue
        if a['arch'] not in ARCHES.get((b['machine'], b['bits']), []):
            differ(f'{name}: {a["arch"]}, but {b["machine"]}')
        for key in ('needed', 'rpath', 'runpath', 'soname', 'imports'):
            mine = a.get(key, [] if key == 'needed' else None)
            if mine != b[key]:
                differ(f'{name}: {key} {mine} but {b[key]}')
    print(f'# {len(wanted)} ELF files')


def starts(report, root):
    a, b = members(report), {}
    with open(root) as f:
        for line in f:
            one = json.loads(line)
            b[one['path'].split('/./')[-1]] = one
    for name in sorted(set(a) ^ set(b)):
        differ(f'{name} is only in one of them')
    for name in sorted(set(a) & set(b)):
        x, y = a[name].get('root'), b[name].get('root')
        if not x or not y:
            if bool(x) != bool(y):
                differ(f'{name}: one has no answer')
            continue
        texts = []
        for answer in (x, y):
            own = answer['objects'].pop(0)['path']
            texts.append(json.dumps(answer).replace(json.dumps(own)[1:-1], name))
        if texts[0] != texts[1]:
            differ(f'{name}:\n  {texts[0][:600]}\n  {texts[1][:600]}')
    print(f'# {len(a)} files')


{'make': make, 'same': same, 'facts': facts, 'starts': starts}[sys.argv[1]](*sys.argv[2:])
sys.exit(differ.count > 0)
