#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes facts, one a line, of what llvm-readobj prints of PE files: readobj-pe.py READOBJ < paths

A file it gives up on is "PATH unreadable". The form is that of tests/real/pe_facts.c.
"""

import re
import subprocess
import sys

HEADER = {
    'MajorLinkerVersion': 'linker', 'MajorOperatingSystemVersion': 'os',
    'MajorSubsystemVersion': 'subsystemversion',
}


def hexadecimal(text):
    return format(int(text, 16), 'x')


class File:
    def __init__(self, path):
        self.path, self.kind, self.block, self.values = path, None, [], {}

    def say(self, text):
        print(self.path, text)

    def leave(self, block):
        v, self.values = self.values, {}
        if block == 'Section':
            self.say('section %s %s %s' % (v['Name'].split(' (')[0], hexadecimal(v['VirtualAddress']),
                                           format(int(v['RawDataSize']), 'x')))
        elif block == 'Export' and v.get('RVA') != '0x0':
            name, forward = v.get('Name', ''), v.get('ForwardedTo')
            self.say('export %s %s%s' % (v['Ordinal'], name, ' -> ' + forward if forward else ''))

    def line(self, text):
        if text.endswith('{') or text.endswith('['):
            self.block.append(text.split(' ')[0])
            return
        m = re.match(r'Characteristics \[ \((0x[0-9A-F]+)\)', text)
        if m:
            name = {'ImageFileHeader': 'characteristics', 'ImageOptionalHeader': 'dllcharacteristics'}
            if self.block[-1] in name:
                self.say('%s %s' % (name[self.block[-1]], hexadecimal(m.group(1))))
            self.block.append('Characteristics')
            return
        if text in ('}', ']'):
            block = self.block.pop()
            if block in ('Section', 'Export'):
                self.leave(block)
            return
        if ': ' in text or text.endswith(':'):
            key, _, value = text.partition(':')
            self.field(key, value.strip())

    def field(self, key, value):
        block = self.block[-1] if self.block else ''
        if block in ('Section', 'Export'):
            self.values[key] = value
        elif block == 'ImageFileHeader' and key == 'Machine':
            self.say('machine ' + hexadecimal(re.search(r'\((0x[0-9A-F]+)\)', value).group(1)))
        elif block == 'ImageFileHeader' and key == 'SectionCount':
            self.say('sections ' + value)
        elif block == 'ImageOptionalHeader':
            if key in HEADER:
                self.major = value
            elif key.startswith('Minor') and 'Major' + key[5:] in HEADER:
                self.say('%s %s.%s' % (HEADER['Major' + key[5:]], self.major, value))
            elif key == 'Subsystem':
                self.say('subsystem %d' % int(re.search(r'\((0x[0-9A-F]+)\)', value).group(1), 16))
            elif key == 'ImageBase':
                self.say('base ' + hexadecimal(value))
        elif block in ('Import', 'DelayImport', 'Symbol'):
            self.imports(key, value)
        elif key == 'PDBFileName' and value:
            self.say('pdb ' + value)

    def imports(self, key, value):
        if key == 'Name':
            self.dll = value
        elif key == 'Symbol':
            # "name (hint)", or " (ordinal)" without a name
            name, _, number = value.rpartition('(')
            number = number.rstrip(')')
            kind = 'delay' if 'DelayImport' in self.block else 'import'
            self.say('%s %s %s' % (kind, self.dll, name.strip() or '#' + number))


def main():
    readobj = sys.argv[1]
    for path in sys.stdin.read().split('\n'):
        if not path:
            continue
        out = subprocess.run(
            [readobj, '--file-headers', '--sections', '--coff-imports', '--coff-exports',
             '--coff-debug-directory', path], capture_output=True, check=False)
        f = File(path)
        if out.returncode != 0:
            f.say('unreadable')
            continue
        for line in out.stdout.decode('latin-1').split('\n'):
            f.line(line.strip())


main()
