# SPDX-License-Identifier: MIT
"""Cases whose objects real compilers and linkers make, under varied options.

A program and two or three libraries are linked against each other as their author had them; some
libraries are then replaced by another release: without a symbol, with other versions, hidden.
"""
import os
import random
import shutil
import subprocess

from trees import LOADER, MAIN

HOME = '/app/lib'
ENTRY = r'''
static void out(const char *s) {
	long r;
	__asm__ volatile("syscall" : "=a"(r) : "0"(1L), "D"(1L), "S"(s), "d"(3L)
		: "rcx", "r11", "memory");
}
static void run(void);
__attribute__((noreturn, used)) static void go(void) {
	out("<S>");
	run();
	out("<E>");
	for (;;)
		__asm__ volatile("syscall" : : "a"(60L), "D"(0L) : "rcx", "r11", "memory");
}
__asm__(".globl _start\n_start:\n\tandq $-16, %rsp\n\tcall go\n");
'''


def compilers():
    """[(command, family)] of what is installed."""
    found = []
    for command in ('clang', 'clang-19', 'clang-14', 'gcc'):
        if shutil.which(command) and not (command == 'clang' and found):
            found.append(command)
    return found


class Linked:
    def __init__(self, libc, seed, number, folder):
        self.r = random.Random('linked %s/%s/%s' % (libc, seed, number))
        self.libc, self.folder = libc, folder
        self.compiler = self.r.choice(compilers())
        lld = '-fuse-ld=lld' + self.compiler[5:] if self.compiler.startswith('clang-') else ''
        linkers = ['-fuse-ld=bfd'] + ([lld] * 2 if shutil.which('ld.lld' + self.compiler[5:])
                                      and lld else [])
        self.linker = self.r.choice(linkers)
        self.versions = self.r.random() < .5

    def chance(self, p):
        return self.r.random() < p

    def call(self, name, source, output, flags, needs):
        path = os.path.join(self.folder, name + '.c')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(source)
        command = [self.compiler, '-w', '-O1', '-nostdlib', '-nostartfiles', '-fno-stack-protector',
                   '-fno-asynchronous-unwind-tables', '-fcf-protection=none', '-ffreestanding',
                   self.linker, *flags, path, *needs, '-o', output]
        run = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if run.returncode:
            raise RuntimeError(' '.join(command) + '\n' + run.stdout.decode())

    def common_flags(self):
        r, flags = self.r, []
        flags.append('-Wl,--hash-style=' + r.choice(['sysv', 'gnu', 'both']))
        flags.append(r.choice(['-Wl,-z,lazy', '-Wl,-z,lazy', '-Wl,-z,now']))
        flags.append(r.choice(['-fplt', '-fplt', '-fno-plt']))
        if self.linker != '-fuse-ld=bfd' and self.chance(.1):
            flags.append('-Wl,--pack-dyn-relocs=relr')
        if self.chance(.1):
            flags.append('-Wl,--as-needed')
        return flags

    def plan(self, i):
        """What library i defines: [(name, kind, version or None, old version or None)]."""
        r, symbols = self.r, []
        for k in range(r.choice([2, 3, 4])):
            kind = r.choice(['func', 'func', 'func', 'data'])
            version = r.choice(['LIB_1', 'LIB_2', 'LIB_2']) if self.versions else None
            old = 'LIB_1' if version == 'LIB_2' and kind == 'func' and self.chance(.3) else None
            shared = self.chance(.15)  # the same name in every library
            name = 'both_%s%d' % (kind, k) if shared else 'lib%d_%d' % (i, k)
            symbols.append((name, kind, version, old))
        return symbols

    def source(self, i, symbols, uses):
        r, text, calls = self.r, '', ''
        for name, kind, weak in uses:
            attribute = '__attribute__((weak)) ' if weak else ''
            if kind == 'func':
                text += '%sextern void %s(void);\n' % (attribute, name)
                calls += '\t%s%s();\n' % ('if (%s) ' % name if weak else '', name)
            else:
                text += '%sextern int %s;\n' % (attribute, name)
                calls += '\tvolatile int *p_%s = &%s;\n' % (name, name)
        if i is None:
            return text + ENTRY + 'static void run(void) {\n%s}\n' % calls
        for name, kind, _, old in symbols:
            attribute = '__attribute__((weak)) ' if self.chance(.1) else ''
            if self.chance(.08):
                attribute += '__attribute__((visibility("protected"))) '
            if kind == 'func':
                text += '%svoid %s(void) {}\n' % (attribute, name)
            else:
                text += '%sint %s = %d;\n' % (attribute, name, r.randrange(1, 9))
            if old and self.versions:
                text += 'void old_%s(void) {}\n__asm__(".symver old_%s, %s@%s");\n' % (
                    name, name, name, old)
        return text + 'void use%d(void) {\n%s}\n' % (i, calls)

    def script(self, i, symbols):
        if not self.versions:
            return []
        nodes = {'LIB_1': ['use%d' % i], 'LIB_2': []}
        for name, _, version, _ in symbols:
            nodes[version].append(name)
        path = os.path.join(self.folder, 'lib%d.map' % i)
        with open(path, 'w', encoding='utf-8') as f:
            f.write('LIB_1 { global: %s; local: *; };\n' % '; '.join(nodes['LIB_1']))
            if nodes['LIB_2']:
                f.write('LIB_2 { global: %s; } LIB_1;\n' % '; '.join(nodes['LIB_2']))
        return ['-Wl,--version-script=' + path]

    def library(self, i, symbols, uses, needs, output):
        flags = self.common_flags() + self.script(i, symbols)
        if self.chance(.15):
            flags.append(self.r.choice(['-Wl,-Bsymbolic', '-Wl,-Bsymbolic-functions']))
        flags += ['-shared', '-fPIC', '-Wl,-soname,lib%d.so' % i, '-Wl,--allow-shlib-undefined',
                  self.r.choice(['-Wl,-rpath,$ORIGIN', '-Wl,-rpath,' + HOME])]
        self.call('lib%d' % i, self.source(i, symbols, uses), output, flags, needs)

    def other_release(self, symbols):
        """The library that is installed instead of the one that was linked against."""
        r, changed = self.r, list(symbols)
        k = r.randrange(len(changed))
        name, kind, version, _ = changed[k]
        how = r.random()
        if how < .6 or not version:
            del changed[k]
        elif how < .8:
            changed[k] = (name, kind, 'LIB_1' if version == 'LIB_2' else 'LIB_2', None)
        else:
            changed[k] = (name, kind, version, None)
        return changed

    def make(self):
        r = self.r
        count = r.choice([2, 3])
        plans = [self.plan(i) for i in range(count)]
        uses = []
        installed = {}
        built = []
        for i in range(count):
            known = [(n, k, self.chance(.15)) for p in plans[:i] for n, k, _, _ in p]
            uses.append(r.sample(known, min(len(known), r.choice([0, 1, 2]))))
            path = os.path.join(self.folder, 'lib%d.so' % i)
            self.library(i, plans[i], uses[i], list(built), path)
            installed[i] = path
            built.append(path)
        everything = [(n, k, self.chance(.15)) for p in plans for n, k, _, _ in p]
        own = list({x[0]: x for x in
                    r.sample(everything, min(len(everything), r.choice([1, 2, 4])))}.values())
        pie = self.chance(.6)
        program = os.path.join(self.folder, 'prog')
        flags = ['-pie', '-fPIE'] if pie else ['-no-pie', '-fno-pie']
        if self.chance(.2):
            flags.append('-Wl,-E')
        flags += [*self.common_flags(), '-Wl,--allow-shlib-undefined', '-Wl,-rpath,' + HOME,
                  '-Wl,--dynamic-linker=' + LOADER[self.libc],
                  r.choice(['-Wl,--enable-new-dtags', '-Wl,--disable-new-dtags'])]
        self.call('prog', self.source(None, [], own), program, flags, built)
        for i in range(count):
            if self.chance(.35):
                path = os.path.join(self.folder, 'new%d.so' % i)
                versions = self.versions
                if versions and self.chance(.1):
                    self.versions = False
                self.library(i, self.other_release(plans[i]), uses[i], built[:i], path)
                self.versions = versions
                installed[i] = path
        objects = {MAIN: program}
        for i in range(count):
            if not self.chance(.02):
                objects['%s/lib%d.so' % (HOME, i)] = installed[i]
        case = {'libc': self.libc, 'main': MAIN, 'theme': 'linked', 'objects': {}, 'links': {},
                'dirs': [], 'env': {}}
        for path, host in objects.items():
            with open(host, 'rb') as f:
                case['objects'][path] = {'raw': f.read(), 'interp': LOADER[self.libc]}
        return case


def generate(libc, seed, number, folder):
    os.makedirs(folder, exist_ok=True)
    return Linked(libc, seed, number, folder).make()
