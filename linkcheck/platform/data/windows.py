#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes windows.tsv: windows.py AMD64-LIBS 386-LIBS HEADERS > windows.tsv

What Windows' DLLs are called and export, from the import libraries and headers of mingw-w64, as
Debian packages them (mingw-w64-x86-64-dev, mingw-w64-i686-dev, mingw-w64-common):

    windows.py /usr/x86_64-w64-mingw32/lib /usr/i686-w64-mingw32/lib /usr/share/mingw-w64/include

An import library says that a name is there, in some Windows; none says that a name is not. The
headers say from which Windows on they declare a function (#if _WIN32_WINNT >= 0x0602).
"""

import collections
import glob
import os
import re
import struct
import sys

# On every Windows since 10, some since 7, but nobody links with them by name.
MORE = '''kernelbase combase bcryptprimitives win32u sechost msvcp_win gdi32full mscoree profapi
windows.storage coremessaging coreuicomponents nsi clbcatq twinapi.appcore wintypes xmllite rtworkq
uiautomationcore uiribbon uianimation explorerframe msxml3 msxml6 vbscript jscript mscorwks taskschd
wmvcore wmasf netprofm wuapi windowscodecsext webservices sppc xpsprint directmanipulation ninput
d3d10_1 d3d10core xaudio2_8 xaudio2_9 amsi fltlib msdelta tdh ualapi umpdc'''.split()

# Not part of Windows: installed by a redistributable package, or shipped with the program.
REDIST = re.compile(r'''^(msvcr(70|71|80|90|100|110|120)(d|_app)?|msvcp(70|71|80|90|100|110|120)(d|_app)?|
    vcruntime140(_1|_app|d)?|msvcp140(_1|_2|_atomic_wait|_codecvt_ids|d)?|concrt140|vcomp(90|100|110|120|140)?|
    vccorlib140|mfc(80|90|100|110|120|140)u?|atl(70|71|80|90|100|110)|d3dx(9|10|11)_\d+|d3dcompiler_(3\d|4[0-6])|
    d3dcsx(_\d+)?|x3daudio1_\d|xactengine\d_\d+|xaudio2_[0-7]|xinput1_[123]|xapofx1_\d)\.dll$''', re.X)
EXTRA_REDIST = '''vcruntime140 vcruntime140_1 msvcp140 msvcp140_1 msvcp140_2 msvcp140_atomic_wait
msvcp140_codecvt_ids concrt140 vcomp vcomp140 vccorlib140 mfc140 mfc140u msvcp100 msvcp110 msvcp120
msvcp90 msvcp80 msvcp71'''.split()
NOT_WINDOWS = {'libwinpthread-1.dll', 'dpnlobby.def'}

# Those whose exports are kept: what programs and libraries really import from.
EXPORTS = '''kernel32 ntdll user32 gdi32 advapi32 shell32 ole32 oleaut32 ws2_32 wsock32 mswsock
msvcrt ucrtbase shlwapi comctl32 comdlg32 version winmm crypt32 bcrypt ncrypt secur32 iphlpapi
userenv psapi dbghelp imm32 setupapi rpcrt4 winhttp wininet netapi32 powrprof dnsapi wtsapi32 uxtheme
dwmapi opengl32 gdiplus propsys cfgmgr32 avrt mpr hid normaliz usp10 wldap32 urlmon dxgi d3d11 d3d9
d3d12 dwrite d2d1 msimg32 oleacc credui pdh cabinet authz wintrust shcore wevtapi virtdisk mfplat mf
mfreadwrite httpapi winscard wlanapi winusb xinput9_1_0 dxva2 windowscodecs dinput8 dsound msacm32
avifil32 msvfw32 imagehlp rstrtmgr winspool.drv'''.split()

# DLLs without an import library, from which Rust and .NET programs import.
MORE_EXPORTS = {
    'bcryptprimitives.dll': ['ProcessPrng'],
    'mscoree.dll': ['_CorDllMain', '_CorExeMain'],
    'api-ms-win-crt-string-l1-1-0.dll': ['strnlen', 'wcsnlen', 'strtok_s'],
}

# Functions that Microsoft's import libraries import by ordinal, which never changed.
ORDINALS = {
    'ws2_32.dll': '1-23 51-57 101-116 151',
    'wsock32.dll': '1-23 51-57 101-116 151',
    'oleaut32.dll': '2-301 303-319 322-323 325-327 329-349 360-399 401-402 411-443',
    'wldap32.dll': '10-14 16-224 230-232 300-322 329-333',
    'comctl32.dll': '13-17',
}

# What the headers do not guard, from Microsoft's reference pages ("Minimum supported client").
SINCE = {
    '6.1': '''K32EnumProcesses K32EnumProcessModules K32GetModuleBaseNameA K32GetModuleBaseNameW
        K32GetModuleFileNameExA K32GetModuleFileNameExW K32GetModuleInformation K32GetProcessMemoryInfo
        K32GetProcessImageFileNameW K32GetPerformanceInfo K32GetMappedFileNameW
        TryAcquireSRWLockExclusive TryAcquireSRWLockShared QueryUnbiasedInterruptTime
        RegisterTouchWindow UnregisterTouchWindow GetTouchInputInfo CloseTouchInputHandle''',
    '6.2': '''WaitOnAddress WakeByAddressSingle WakeByAddressAll GetSystemTimePreciseAsFileTime CopyFile2
        GetHostNameW PathCchCanonicalize PathCchCombine PathCchAppend PathCchSkipRoot PathCchRemoveFileSpec
        PrefetchVirtualMemory GetOverlappedResultEx GetProcessMitigationPolicy GetCurrentPackageId
        GetCurrentPackageFullName GetCurrentThreadStackLimits SetThreadInformation GetThreadInformation
        SetProcessInformation GetPointerInfo GetPointerType GetPointerTouchInfo GetPointerPenInfo
        EnableMouseInPointer SetWindowFeedbackSetting''',
    '6.3': '''CreateDXGIFactory2 DiscardVirtualMemory OfferVirtualMemory ReclaimVirtualMemory
        GetDpiForMonitor GetProcessDpiAwareness SetProcessDpiAwareness GetProcessInformation''',
    '10.0': '''SetThreadDescription GetThreadDescription VirtualAlloc2 MapViewOfFile3 UnmapViewOfFile2
        QueryInterruptTime QueryInterruptTimePrecise QueryUnbiasedInterruptTimePrecise IsWow64Process2
        CreatePseudoConsole ResizePseudoConsole ClosePseudoConsole GetTempPath2A GetTempPath2W
        GetMachineTypeAttributes GetDpiForWindow GetDpiForSystem GetSystemMetricsForDpi
        AdjustWindowRectExForDpi SystemParametersInfoForDpi SetThreadDpiAwarenessContext
        GetThreadDpiAwarenessContext GetWindowDpiAwarenessContext SetProcessDpiAwarenessContext
        AreDpiAwarenessContextsEqual EnableNonClientDpiScaling D3D12CreateDevice D3D12GetDebugInterface
        D3D12SerializeRootSignature BCryptHash''',
}

VERSIONS = {'WIN2K': '5.0', 'WINXP': '5.1', 'WS03': '5.2', 'WIN6': '6.0', 'VISTA': '6.0', 'WS08': '6.0',
            'LONGHORN': '6.0', 'WIN7': '6.1', 'WIN8': '6.2', 'WINBLUE': '6.3', 'WINTHRESHOLD': '10.0', 'WIN10': '10.0'}
KNOWN = ('6.1', '6.2', '6.3', '10.0')


def members(data):
    """The members of an archive of GNU's kind, without its tables."""
    at = 8
    while data[:8] == b'!<arch>\n' and at + 60 <= len(data):
        name, size = data[at:at + 16].rstrip(), int(data[at + 48:at + 58])
        if name not in (b'/', b'//', b'/SYM64/'):
            yield data[at + 60:at + 60 + size]
        at += 60 + size + (size & 1)


def text_at(data, at):
    return data[at:data.index(b'\0', at)].decode('latin-1')


class Object:
    """A COFF object: contents of its sections, defined and undefined symbols."""

    def __init__(self, data):
        _, count, _, table, symbols, optional, _ = struct.unpack_from('<HHIIIHH', data)
        self.sections, self.defined, self.undefined = {}, [], []
        for i in range(count):
            at = 20 + optional + 40 * i
            size, start = struct.unpack_from('<II', data, at + 16)
            self.sections[data[at:at + 8].rstrip(b'\0').decode('latin-1')] = data[start:start + size]
        i = 0
        while i < symbols:
            at = table + 18 * i
            section, _, _, more = struct.unpack_from('<hHBB', data, at + 12)
            if data[at:at + 4] == b'\0\0\0\0':
                name = text_at(data, table + 18 * symbols + struct.unpack_from('<I', data, at + 4)[0])
            else:
                name = data[at:at + 8].rstrip(b'\0').decode('latin-1')
            if section > 0:
                self.defined.append(name)
            elif section == 0:
                self.undefined.append(name)
            i += 1 + more


def is_head(name):
    return name.lstrip('_').startswith('head_')


def import_library(path, word):
    """GNU dlltool's form: each function's object wants a _head_ object, which wants the one with the
    DLL's name (X_iname)."""
    heads, names, functions = {}, {}, []
    with open(path, 'rb') as f:
        data = f.read()
    for content in members(data):
        try:
            o = Object(content)
        except (struct.error, ValueError):
            continue
        for name in o.defined:
            if name.endswith('_iname') and '.idata$7' in o.sections:
                names[name] = o.sections['.idata$7'].rstrip(b'\0').decode('latin-1').lower()
        head = [n for n in o.defined if is_head(n)]
        if head:
            heads.update((h, u) for h in head for u in o.undefined if u.endswith('_iname'))
            continue
        wanted = [n for n in o.undefined if is_head(n)]
        if not wanted or '.idata$5' not in o.sections:
            continue
        entry = int.from_bytes(o.sections['.idata$5'][:word], 'little')
        named = o.sections.get('.idata$6', b'')
        if len(named) > 2:
            functions.append((wanted[0], text_at(named + b'\0', 2)))
        elif entry >> (8 * word - 1):
            functions.append((wanted[0], '#%d' % (entry & 0xffff)))
    found = {dll: set() for dll in names.values()}
    for head, function in functions:
        found[names[heads[head]]].add(function)
    return found


def all_libraries(folder, word):
    dlls = collections.defaultdict(set)
    for path in sorted(glob.glob(os.path.join(folder, '*.a'))):
        for dll, functions in import_library(path, word).items():
            dlls[dll] |= functions
    return dlls


def version_of(condition):
    """The Windows that a preprocessor condition asks for, or None when it does not."""
    if '||' in condition:
        return None
    found = []
    for value in re.findall(r'(?:_WIN32_WINNT|WINVER)\s*>=\s*\(?(\w+)', condition):
        number = re.match(r'0[xX]0*([0-9a-fA-F]+)$', value)
        if number:
            n = int(number.group(1), 16)
            found.append('%d.%d' % (n >> 8, n & 255))
        else:
            found.append(VERSIONS.get(value.replace('_WIN32_WINNT_', ''), None))
    for value in re.findall(r'NTDDI_VERSION\s*>=\s*NTDDI_(\w+)', condition):
        found.append('10.0' if value.startswith('WIN10') else VERSIONS.get(re.sub(r'SP\d$', '', value)))
    found = [f for f in found if f]
    return max(found, key=order) if found else None


def order(version):
    return tuple(int(n) for n in version.split('.'))


def scan_header(path, wanted, since):
    stack, text = [], open(path, encoding='latin-1').read()
    text = re.sub(r'/\*.*?\*/', ' ', text, flags=re.S).replace('\\\n', ' ')
    for line in text.split('\n'):
        m = re.match(r'\s*#\s*(if|ifdef|ifndef|elif|else|endif|define)\b(.*)', line)
        if m:
            word = m.group(1)
            if word.startswith('if'):
                stack.append(version_of(m.group(2)) if word == 'if' else None)
            elif word == 'elif' and stack:
                stack[-1] = version_of(m.group(2))
            elif word == 'else' and stack:
                stack[-1] = None
            elif word == 'endif' and stack:
                stack.pop()
            continue
        guards = [g for g in stack if g]
        version = max(guards, key=order) if guards else '0.0'
        for name in re.findall(r'\b([A-Za-z_]\w+)\s*\(', line):
            if name in wanted and (name not in since or order(version) < order(since[name])):
                since[name] = version


def main():
    amd64, i386 = all_libraries(sys.argv[1], 8), all_libraries(sys.argv[2], 4)
    for dll, ranges in ORDINALS.items():
        for ends in (r.split('-') for r in ranges.split()):
            numbers = range(int(ends[0]), int(ends[-1]) + 1)
            MORE_EXPORTS.setdefault(dll, []).extend('#%d' % n for n in numbers)
    for dll, functions in MORE_EXPORTS.items():
        for dlls in (amd64, i386):
            dlls[dll].update(functions)
    keep = {n if '.' in n else n + '.dll' for n in EXPORTS}
    names = (set(amd64) | set(i386) | {n + '.dll' for n in MORE + EXTRA_REDIST}) - NOT_WINDOWS
    keep |= {n for n in names if n.startswith('api-ms-win-')} | set(MORE_EXPORTS)
    wanted = {f for d in keep for f in amd64.get(d, set()) | i386.get(d, set())}
    since = {}
    for root, _, files in os.walk(sys.argv[3]):
        for f in sorted(files):
            if f.endswith('.h'):
                scan_header(os.path.join(root, f), wanted, since)
    since.update((name, version) for version, names in SINCE.items() for name in names.split())
    print('# DLLs of Windows and what they export, from mingw-w64; made by windows.py.')
    print('# @dll NAME system|redist, then its exports: NAME [ARCHITECTURE|- [FIRST-WINDOWS]]')
    for dll in sorted(names):
        print('@dll\t%s\t%s' % (dll, 'redist' if REDIST.match(dll) else 'system'))
        a, b = amd64.get(dll, set()), i386.get(dll, set())
        for f in sorted(a | b) if dll in keep else ():
            line = [f, '-' if f in a and f in b else 'amd64' if f in a else '386', since.get(f)]
            if line[2] not in KNOWN:
                line.pop()
            if len(line) == 2 and line[1] == '-':
                line.pop()
            print('\t'.join(line))


main()
