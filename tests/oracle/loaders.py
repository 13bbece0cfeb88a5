# SPDX-License-Identifier: MIT
"""Builds a case below a directory and asks the real loader of one release what it does with it."""
import os
import re
import shutil
import signal
import subprocess

import elfwriter
from trees import LOADER, MULTIARCH

SECONDS = 1
STARTED = '<S>'


class Suite:
    """A loader and its C library, of one release, unpacked in a directory."""

    def __init__(self, name, libc, folder, tools=None):
        self.name, self.libc, self.folder = name, libc, folder
        self.ldconfig = None
        for sbin in ('sbin', 'usr/sbin'):
            if tools and os.path.exists(os.path.join(tools, sbin, 'ldconfig')):
                self.ldconfig = os.path.join(tools, sbin, 'ldconfig')

    def find(self, *names):
        for top in ('', 'usr/'):
            for name in names:
                path = os.path.join(self.folder, top + name)
                if os.path.isfile(path):
                    return path
        raise FileNotFoundError('%s: no %s' % (self.folder, names[0]))

    def files(self):
        """Where its files belong in a root."""
        if self.libc == 'musl':
            return {'/lib/x86_64-linux-musl/libc.so': self.find('lib/x86_64-linux-musl/libc.so')}
        lib = 'lib/%s/' % MULTIARCH
        return {'/' + lib + 'ld-linux-x86-64.so.2':
                self.find(lib + 'ld-2.31.so', lib + 'ld-linux-x86-64.so.2'),
                '/' + lib + 'libc.so.6': self.find(lib + 'libc-2.31.so', lib + 'libc.so.6')}

    def links(self):
        if self.libc == 'musl':
            return {LOADER['musl']: 'x86_64-linux-musl/libc.so'}
        return {LOADER['glibc']: '/lib/%s/ld-linux-x86-64.so.2' % MULTIARCH}


def processor_level(suites):
    """This processor's best glibc-hwcaps directory, as a loader tells it; or None."""
    for suite in suites:
        if suite.libc == 'glibc':
            loader = suite.files()['/lib/%s/ld-linux-x86-64.so.2' % MULTIARCH]
            run = subprocess.run([loader, '--help'], check=False, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
            found = re.search(rb'(x86-64-v\d) \(supported, searched\)', run.stdout)
            if found:
                return found.group(1).decode()
    return None


class Root:
    """One directory that is filled with one case after another."""

    def __init__(self, folder):
        self.folder = folder
        self.parts = folder + '.parts'  # copies of the loaders, to be linked from
        self.back = os.open('/', os.O_RDONLY | os.O_DIRECTORY)
        self.kept = {}
        os.makedirs(self.parts, exist_ok=True)

    def host(self, path):
        return self.folder + path

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)

    def part(self, source):
        if source not in self.kept:
            copy = '%s/%d' % (self.parts, len(self.kept))
            shutil.copyfile(source, copy)
            os.chmod(copy, 0o755)
            self.kept[source] = copy
        return self.kept[source]

    def parent(self, path):
        os.makedirs(os.path.dirname(self.host(path)), exist_ok=True)

    def link(self, path, target):
        self.parent(path)
        if not os.path.lexists(self.host(path)):
            os.symlink(target, self.host(path))

    def build(self, case):
        """What all suites share. Links to directories first: other paths lead through them."""
        self.clear()
        for d in ('/cwd', '/etc', '/proc/self', '/tmp'):
            os.makedirs(self.host(d))
        if case.get('usrmerge'):
            for d in ('lib', 'lib64'):
                os.makedirs(self.host('/usr/' + d))
                os.symlink('usr/' + d, self.host('/' + d))
        for path, d in case['objects'].items():
            self.parent(path)
            if os.path.isdir(self.host(path)):
                continue
            with open(self.host(path), 'wb') as f:
                f.write(d['raw'] if 'raw' in d else elfwriter.write(d))
            os.chmod(self.host(path), 0o755)
        for path in case['dirs']:
            if not os.path.lexists(self.host(path)):
                os.makedirs(self.host(path))
        for path, target in case['links'].items():
            # Absolute targets are the root's, for the kernel below chroot and for xbuild.
            self.link(path, target)
        if case.get('musl_path') is not None:
            with open(self.host('/etc/ld-musl-x86_64.path'), 'w', encoding='utf-8') as f:
                f.write(case['musl_path'])
        # What readlink("/proc/self/exe") gives; no need of the real /proc.
        os.symlink(case['main'], self.host('/proc/self/exe'))

    def install(self, suite, case):
        for path, source in suite.files().items():
            self.parent(path)
            temporary = self.host(path) + '.new'
            os.link(self.part(source), temporary)
            os.replace(temporary, self.host(path))
        for path, target in suite.links().items():
            self.link(path, target)
        if case.get('conf') is not None and suite.ldconfig:
            with open(self.host('/etc/ld.so.conf'), 'w', encoding='utf-8') as f:
                f.write(''.join(line + '\n' for line in case['conf']))
            subprocess.run([suite.ldconfig, '-X', '-r', self.folder], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, argv, env):
        """Runs a program below the root; gives its status and all that it wrote."""
        out = os.open(self.folder + '.out', os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        os.chroot(self.folder)
        os.chdir('/cwd')
        try:
            pid = os.posix_spawn(argv[0], argv, env, file_actions=[
                (os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2)])
            signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            signal.setitimer(signal.ITIMER_REAL, 0)
        except OSError as e:
            status, text = 'exec: ' + os.strerror(e.errno), ''
        finally:
            os.fchdir(self.back)
            os.chroot('.')
        text = os.pread(out, 1 << 20, 0).decode('utf-8', 'replace')
        os.close(out)
        return status, text


def loaded_objects(text):
    """[(needed name, path or None)] as ldd prints them, without kernel's and loader's own."""
    found = []
    for line in text.splitlines():
        m = re.match(r'\t(.*) => (.*) \((?:0x)?[0-9a-f]+\)$', line) or \
            re.match(r'\t(.*) => (not found)$', line) or \
            re.match(r'\t((.*)) \(0x[0-9a-f]+\)$', line)
        if not m or m.group(1).startswith('linux-vdso'):
            continue
        found.append((m.group(1), None if m.group(2) == 'not found' else m.group(2)))
    return found


class Truth:
    """What one loader did."""

    def __init__(self):
        self.starts = self.starts_now = self.ends = False
        self.objects, self.missing = [], []
        self.undefined, self.undefined_start, self.versions = set(), None, set()
        self.late = [False, False]  # IFUNC resolvers called too early; with LD_BIND_NOW
        self.text = ''
        self.listed = True


def glibc_undefined(text):
    found = set()
    for m in re.finditer(r'^undefined symbol: (\S*?)(?:, version (\S+))?\t\((.*)\)$', text, re.M):
        found.add((m.group(3), m.group(1)))
    for m in re.finditer(r'^symbol (\S*), version (\S+) not defined in file (.*) with link time '
                         r'reference\t\((.*)\)$', text, re.M):
        found.add((m.group(4), m.group(1)))
    return found


def glibc_providers(root, case):
    """The objects that symbols of the program itself are bound to, when all of them are."""
    env = dict(case['env'], LD_DEBUG='bindings', LD_BIND_NOW='1')
    text = root.run([case.get('run', case['main'])], env)[1]
    found = re.findall(r"binding file (.*) \[0\] to (.*) \[0\]: \w+ symbol `(.*?)'", text)
    # The loader looks up malloc and others for itself, in the program's name.
    own = {r['name'] for r in case['objects'][case['main']].get('refs', [])}
    return {to for who, to, symbol in found
            if who in (case['main'], case.get('run')) and to != who and symbol in own}


def ask_glibc(root, case):
    t, env = Truth(), case['env']
    argv = [case.get('run', case['main'])]

    def run(**more):
        return root.run(argv, dict(env, **more))
    status, text = run()
    t.starts, t.ends, t.text = STARTED in text, '<E>' in text, '[%s] %s' % (status, text)
    t.late[0] = 'for IFUNC symbol' in text
    if status == -signal.SIGKILL:  # it would have gone on without end
        t.listed = False
        return t
    status, text = run(LD_BIND_NOW='1')
    t.starts_now, t.late[1] = STARTED in text, 'for IFUNC symbol' in text
    status, text = run(LD_TRACE_LOADED_OBJECTS='1', LD_WARN='1', LD_BIND_NOW='1')
    t.text += '\n[%s] %s' % (status, text)
    t.listed = bool(status == 0)
    found = loaded_objects(text)
    t.objects = [p for _, p in found
                 if p and os.path.basename(p) not in ('ld-linux-x86-64.so.2', 'ld-2.31.so')]
    t.missing = [n for n, p in found if not p]
    t.undefined = glibc_undefined(text)
    for m in re.finditer(r"(?<!weak )version `(\S+)' not found \(required by (.*)\)$", text, re.M):
        t.versions.add((m.group(2), m.group(1)))
    if t.undefined:
        _, text = run(LD_TRACE_LOADED_OBJECTS='1', LD_WARN='1')
        t.undefined_start = glibc_undefined(text)
    else:
        t.undefined_start = set()
    return t


def ask_musl(root, case):
    t, env = Truth(), case['env']
    status, text = root.run([case.get('run', case['main'])], env)
    # Everything is bound at start; that the calls work too shows that the objects are relocated.
    t.starts = t.starts_now = (STARTED if case['theme'] == 'linked' else '<E>') in text
    t.ends, t.text = '<E>' in text, '[%s] %s' % (status, text)
    interpreter = case['objects'][case['main']].get('interp')
    if interpreter != LOADER['musl']:
        t.listed = False
        return t
    # Called by the name of ldd, with the path that /proc/self/exe gives: $ORIGIN depends on it.
    status, text = root.run([LOADER['musl'], '--list', case['main']], env)
    t.text += '\n[%s] %s' % (status, text)
    t.listed = not isinstance(status, int) or status >= 0
    found = loaded_objects(text)
    t.objects = [p for _, p in found if not re.search(r'/ld-musl-x86_64\.so\.1$', p)]
    for m in re.finditer(r'^Error loading shared library (.*): (.*?) \(needed by (.*)\)$',
                         text, re.M):
        t.missing.append(m.group(1))
    for m in re.finditer(r'^Error relocating (.*): (.*): symbol not found$', text, re.M):
        t.undefined.add((m.group(1), m.group(2)))
    t.undefined_start = set(t.undefined)
    return t


def ask(root, suite, case):
    return ask_glibc(root, case) if suite.libc == 'glibc' else ask_musl(root, case)
