# SPDX-License-Identifier: MIT
"""Writes small PE programs and DLLs for amd64 that call what they import. No compiler is needed.

Every exported function, and the entry point of a program, calls each import once; a program then ends with
STARTED. So what is missing is noticed even by a loader that notices it at the call only.
"""

import struct
import sys

ALIGN, PAGE = 0x200, 0x1000
STARTED = 42  # exit code of a program that got through; nobody else's


class Import:
    def __init__(self, dll, name=None, ordinal=0, hint=0, delay=False, call=True):
        self.dll, self.name, self.ordinal, self.hint = dll, name, ordinal, hint
        self.delay, self.call = delay, call


class Export:
    """`forward` ("other.Name") instead of a function; no name: by ordinal alone; `hole`: neither."""

    def __init__(self, name=None, forward=None, hole=False):
        self.name, self.forward, self.hole = name, forward, hole


class Pe:
    def __init__(self, dll=False, base=0x140000000, machine=0x8664):
        self.dll, self.base, self.machine = dll, base, machine
        self.imports, self.exports = [], []
        self.ordinal_base, self.own_name, self.sort = 1, 'made.dll', True

    def bytes(self):
        return Layout(self).bytes()


class Layout:
    """One section for all, at RVA PAGE."""

    def __init__(self, pe):
        self.pe, self.data, self.dirs = pe, bytearray(), {}
        self.plus = pe.machine != 0x14c
        self.word = 8 if self.plus else 4

    def room(self, size, align=8):
        while len(self.data) % align:
            self.data.append(0)
        at = len(self.data)
        self.data += bytes(size)
        return at

    def text(self, s):
        at = len(self.data)
        self.data += s.encode('latin-1') + b'\0'
        return at

    def put(self, at, fmt, *values):
        struct.pack_into('<' + fmt, self.data, at, *values)

    def import_tables(self, delay):
        """Returns {import: address of its slot}."""
        groups, slots = [], {}
        for i in (i for i in self.pe.imports if i.delay == delay):
            if not groups or groups[-1][0].dll != i.dll:
                groups.append([])
            groups[-1].append(i)
        if not groups:
            return slots
        size = 32 if delay else 20
        table = self.room(size * (len(groups) + 1))
        for n, group in enumerate(groups):
            names = self.room(self.word * (len(group) + 1))
            slot = self.room(self.word * (len(group) + 1))
            for k, i in enumerate(group):
                entry = 1 << (8 * self.word - 1) | i.ordinal
                if i.name is not None:
                    at = self.room(2, 2)
                    self.put(at, 'H', i.hint)
                    self.text(i.name)
                    entry = PAGE + at
                fmt = 'Q' if self.plus else 'I'
                self.put(names + self.word * k, fmt, entry)
                self.put(slot + self.word * k, fmt, entry)
                slots[i] = slot + self.word * k
            name = self.text(group[0].dll)
            if delay:
                handle = self.room(8)
                self.put(table + size * n, 'IIIII', 1, PAGE + name, PAGE + handle, PAGE + slot, PAGE + names)
            else:
                self.put(table + size * n, 'IIIII', PAGE + names, 0, 0, PAGE + name, PAGE + slot)
        self.dirs[13 if delay else 1] = (PAGE + table, size * (len(groups) + 1))
        return slots

    def code(self, slots):
        """sub rsp,28h; call [slot]...; then ExitProcess(STARTED), or ret."""
        at = self.room(0, 16)
        if not self.plus:
            self.data += b'\x31\xc0\xc3'
            return at
        self.data += b'\x48\x83\xec\x28'
        for i in self.pe.imports:
            if i.call and not i.delay:
                self.call(slots[i])
        if not self.pe.dll:
            self.data += b'\xb9' + struct.pack('<I', STARTED)
            self.call(slots[self.exit])
        self.data += b'\x31\xc0\x48\x83\xc4\x28\xc3'
        return at

    def call(self, slot):
        self.data += b'\xff\x15' + struct.pack('<i', slot - (len(self.data) + 6))

    def export_tables(self, function):
        exports = self.pe.exports
        if not exports:
            return
        named = [(e.name, n) for n, e in enumerate(exports) if e.name]
        if self.pe.sort:
            named.sort(key=lambda e: e[0].encode('latin-1'))
        table = self.room(40)
        functions, names = self.room(4 * len(exports)), self.room(4 * len(named))
        ordinals = self.room(2 * len(named), 2)
        self.put(table, 'IIHHIIIIIII', 0, 0, 0, 0, PAGE + self.text(self.pe.own_name), self.pe.ordinal_base,
                 len(exports), len(named), PAGE + functions, PAGE + names, PAGE + ordinals)
        for n, e in enumerate(exports):
            target = 0 if e.hole else PAGE + (self.text(e.forward) if e.forward else function)
            self.put(functions + 4 * n, 'I', target)
        for k, (name, n) in enumerate(named):
            self.put(names + 4 * k, 'I', PAGE + self.text(name))
            self.put(ordinals + 2 * k, 'H', n)
        self.dirs[0] = (PAGE + table, len(self.data) - table)

    def headers(self, entry):
        pe, size = self.pe, len(self.data)
        head = bytearray(ALIGN * 2)
        head[0:2] = b'MZ'
        struct.pack_into('<I', head, 60, 0x80)
        head[0x80:0x84] = b'PE\0\0'
        optional = 240 if self.plus else 224
        flags = 0x0022 | (0x2000 if pe.dll else 0) | (0 if self.plus else 0x0100)
        struct.pack_into('<HHIIIHH', head, 0x84, pe.machine, 1, 0, 0, 0, optional, flags)
        o, whole = 0x98, (size + ALIGN - 1) // ALIGN * ALIGN
        struct.pack_into('<HBBIIIII', head, o, 0x20b if self.plus else 0x10b, 14, 0, whole, 0, 0, entry, PAGE)
        if self.plus:
            struct.pack_into('<Q', head, o + 24, pe.base)
        else:
            struct.pack_into('<II', head, o + 24, PAGE, pe.base)
        memory = PAGE + (size + PAGE - 1) // PAGE * PAGE
        struct.pack_into('<IIHHHHHHIIIIHH', head, o + 32, PAGE, ALIGN, 6, 0, 0, 0, 6, 0, 0, memory, len(head), 0, 3, 0x100)
        struct.pack_into('<QQQQ' if self.plus else '<IIII', head, o + 72, 0x100000, 0x1000, 0x100000, 0x1000)
        fixed = 112 if self.plus else 96
        struct.pack_into('<I', head, o + fixed - 4, 16)
        for n, (rva, length) in self.dirs.items():
            struct.pack_into('<II', head, o + fixed + 8 * n, rva, length)
        s = o + optional
        head[s:s + 4] = b'.all'
        struct.pack_into('<IIII', head, s + 8, size, PAGE, whole, len(head))
        struct.pack_into('<I', head, s + 36, 0xE0000060)
        return bytes(head) + bytes(self.data) + bytes(whole - size)

    def bytes(self):
        self.exit = None
        if not self.pe.dll:
            self.exit = Import('kernel32.dll', 'ExitProcess', call=False)
            self.pe.imports.append(self.exit)
        slots = self.import_tables(False)
        slots.update(self.import_tables(True))
        function = self.code(slots)
        self.export_tables(function)
        if self.exit:
            self.pe.imports.pop()
        return self.headers(0 if self.pe.dll else PAGE + function)


if __name__ == '__main__':
    with open(sys.argv[1], 'wb') as f:
        f.write(Pe().bytes())
