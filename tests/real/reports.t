#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reports against what reads them: the official schemas of SARIF, CycloneDX and JSON Schema itself,
JUnit's XSD, and a browser for the HTML page. Names in the input would like to be markup."""
import glob
import html.parser
import json
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
XBUILD = os.environ.get("XBUILD", os.path.join(ROOT, "build", "xbuild"))
HOSTILE = b"a\"'<img src=x onerror=document.title=1><b>&%|`\x1b[31m\xff\n::error::x"
SYSTEM = [p for p in ("/usr/bin/git", "/bin/sh", "/usr/bin/perl", "/usr/bin/python3") if os.path.exists(p)]


class Skip(Exception):
    pass


def run(*args, cwd=None, limit=120):
    try:
        return subprocess.run(args, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=limit)
    except FileNotFoundError as e:
        raise Skip(f"there is no {args[0]} here") from e
    except subprocess.TimeoutExpired as e:
        raise Skip(f"{args[0]} did not end in {limit} seconds") from e


def need(*programs):
    for p in programs:
        if not shutil.which(p):
            raise Skip(f"there is no {p} here")


def jsonschema():
    try:
        import jsonschema as module  # pylint: disable=import-outside-toplevel
    except ImportError as e:
        raise Skip("there is no python3-jsonschema here") from e
    return module


def program(work):
    """A file whose name, needed library, rpath and symbols are hostile, and a plain one."""
    need("clang", "ld.lld")
    with open(f"{work}/a.c", "w", encoding="utf-8") as f:
        f.write("extern int hostile(void); void _start(void) { hostile(); }\n"
                "__asm__(\".globl hostile\\n\");\n")
    with open(f"{work}/b.c", "w", encoding="utf-8") as f:
        f.write("int hostile(void) { return 1; }\n")
    cc = ["clang", "--target=x86_64-linux-gnu", "-nostdlib", "-ffreestanding", "-fpic", "-O1", "-w", "-c"]
    for name in "ab":
        if run(*cc, f"{name}.c", "-o", f"{name}.o", cwd=work).returncode:
            raise Skip("clang does not compile for amd64 linux")
    run("ld.lld", "-shared", "b.o", "-o", "libb.so", "-soname", "lib<b>\"'&\x1b.so", cwd=work)
    done = run("ld.lld", "-pie", "a.o", "libb.so", "-o", "prog", "-dynamic-linker", "/lib64/ld-linux-x86-64.so.2",
               "-rpath", "r<i>\"'&\n", cwd=work)
    if done.returncode:
        raise RuntimeError(done.stderr)
    shutil.copy(f"{work}/prog", os.path.join(work.encode(), HOSTILE))
    return [f"{work}/prog".encode(), os.path.join(work.encode(), HOSTILE), f"{work}/libb.so".encode()]


def audit(fmt, paths, *options):
    done = run(XBUILD, "audit", "--format", fmt, *options, "--", *paths)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(f"exit {done.returncode}: {done.stderr!r}")
    return done.stdout


def problems(validator, document):
    return [f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in validator.iter_errors(document)][:10]


def from_pip(package, *, source=False):
    """The package's archive, fetched through pip."""
    where = tempfile.mkdtemp(dir=WORK)
    options = ["--no-binary", package] if source else ["--only-binary", ":all:"]
    done = run(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", *options,
               "-d", where, package)
    files = glob.glob(f"{where}/*")
    if done.returncode or not files:
        raise Skip(f"pip cannot fetch {package}")
    return files[0]


def from_npm(package):
    need("npm")
    where = tempfile.mkdtemp(dir=WORK)
    if run("npm", "pack", "--silent", package, cwd=where).returncode:
        raise Skip(f"npm cannot fetch {package}")
    return glob.glob(f"{where}/*.tgz")[0]


def own_json(paths):
    for command, schema in (("audit", "xbuild-audit"), ("deps", "xbuild-deps")):
        with open(f"{ROOT}/man/{schema}.schema.json", encoding="utf-8") as f:
            validator = jsonschema().Draft202012Validator(json.load(f))
        files = paths if command == "audit" else paths[:1] + [p.encode() for p in SYSTEM]
        for extra in ([], ["--root", "/"]):
            done = run(XBUILD, command, "--format", "json", *extra, "--", *files)
            yield from problems(validator, json.loads(done.stdout))


def sarif(paths):
    draft = jsonschema().Draft7Validator
    with tarfile.open(from_npm("@microsoft/jest-sarif")) as t:
        name = next(n for n in t.getnames() if "sarif-2.1.0" in n and n.endswith(".json"))
        schema = json.load(t.extractfile(name))
    for files in (paths, SYSTEM, ["/etc/passwd"]):
        document = json.loads(audit("sarif", files))
        yield from problems(draft(schema), document)
        for result in document["runs"][0]["results"]:
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            if not uri.isascii() or set(uri) & set("<>\"' \n"):
                yield f"URI {uri!r}"


def cyclonedx(paths):
    module = jsonschema()
    with zipfile.ZipFile(from_pip("cyclonedx-python-lib")) as z:
        read = {n.rsplit("/", 1)[1].replace(".SNAPSHOT", ""): json.loads(z.read(n))
                for n in z.namelist() if n.endswith(".schema.json")}
    schema, known = read["bom-1.6.schema.json"], {"http://cyclonedx.org/schema/" + n: s for n, s in read.items()}
    try:
        from referencing import Registry, Resource  # pylint: disable=import-outside-toplevel
        registry = Registry().with_resources([(n, Resource.from_contents(s)) for n, s in known.items()])
        validator = module.Draft7Validator(schema, registry=registry)
    except ImportError:  # jsonschema before 4.18
        validator = module.Draft7Validator(schema, resolver=module.RefResolver.from_schema(schema, store=known))
    for files, extra in ((paths, []), (SYSTEM, []), (SYSTEM, ["--root", "/"])):
        document = json.loads(audit("cyclonedx", files, *extra))
        yield from problems(validator, document)
        refs = [c["bom-ref"] for c in document["components"]]
        if len(refs) != len(set(refs)):
            yield "a bom-ref is there twice"
        for d in document["dependencies"]:
            for ref in [d["ref"], *d["dependsOn"]]:
                if ref not in refs:
                    yield f"no component {ref}"
        if extra and not any("hashes" in c for c in document["components"] if "libc" in c["name"]):
            yield "libc has no digest"


def junit(paths):
    need("xmllint")
    with tarfile.open(from_pip("pytest", source=True)) as t:
        name = next(n for n in t.getnames() if n.endswith("junit-10.xsd"))
        with open(f"{WORK}/junit.xsd", "wb") as f:
            f.write(t.extractfile(name).read())
    for files in (paths, SYSTEM + ["/etc/passwd"]):
        with open(f"{WORK}/junit.xml", "wb") as f:
            f.write(audit("junit", files))
        done = run("xmllint", "--noout", "--schema", f"{WORK}/junit.xsd", f"{WORK}/junit.xml")
        if done.returncode:
            yield done.stderr.decode()[:500]


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.hidden, self.title, self.inside = {}, set(), 0, "", None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes |= {a for a, _ in attrs}
        self.hidden += tag == "article" and ("hidden", "") in attrs
        self.inside = tag

    def handle_data(self, data):
        if self.inside == "title" and not self.title:
            self.title = data


def browser(url, *options):
    done = run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
               f"--user-data-dir={WORK}/browser", "--virtual-time-budget=3000", *options, url)
    if done.returncode:
        raise Skip("chromium does not start here: " + done.stderr.decode(errors="replace")[-200:].replace("\n", " "))
    return done.stdout.decode(errors="replace")


def picture(path):
    """Width, height and how many different rows of pixels a PNG has."""
    with open(path, "rb") as f:
        data = f.read()
    width, height = struct.unpack(">II", data[16:24])
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    raw = zlib.decompress(packed)
    step = len(raw) // height
    return width, height, len({raw[i * step:(i + 1) * step] for i in range(height)})


def page(paths):
    need("chromium")
    files = paths + [p.encode() for p in SYSTEM]
    path = f"{WORK}/audit.html"
    with open(path, "wb") as f:
        f.write(audit("html", files))
    with open(path, encoding="utf-8") as f:
        raw = Page(f.read())
    seen = Page(browser(f"file://{path}", "--dump-dom"))
    if seen.title != "xbuild audit":
        yield f"the title became {seen.title!r}: a name ran as a script"
    for tag in ("img", "b", "i", "iframe", "object", "link"):
        if tag in raw.tags or tag in seen.tags:
            yield f"a name became <{tag}>"
    if raw.tags.get("script") != 1 or any(a.startswith("on") for a in raw.attributes | seen.attributes):
        yield "there are scripts that are not ours"
    if seen.tags["article"] != len(files) or seen.hidden:
        yield f"{seen.tags['article']} cards of {len(files)}, {seen.hidden} hidden"
    if seen.tags.get("svg") != 1 or not seen.tags.get("rect"):
        yield "there is no graph"
    text = browser(f"file://{path}", "--dump-dom")
    if f">{len(files)} of {len(files)} files shown<" not in text:
        yield "the script did not run: its digest is not that of the policy"
    if text.index('id="summary"') > text.index('id="files"'):
        yield "the summary is not on top"
    found = browser(f"file://{path}#q=git", "--dump-dom")
    if f" of {len(files)} files shown<" not in found or f">{len(files)} of" in found:
        yield "#q= does not search"
    browser(f"file://{path}", f"--screenshot={WORK}/audit.png", "--window-size=1000,1400")
    width, height, rows = picture(f"{WORK}/audit.png")
    if (width, height) != (1000, 1400) or rows < 200:
        yield f"the picture has {width}x{height} pixels and {rows} different rows"


def main():
    checks = [("own schemas", own_json), ("SARIF 2.1.0", sarif), ("CycloneDX 1.6", cyclonedx), ("JUnit", junit),
              ("HTML in a browser", page)]
    print(f"1..{len(checks)}")
    bad = False
    for n, (name, check) in enumerate(checks, 1):
        try:
            wrong = list(check(program(WORK)))
        except Skip as e:
            print(f"ok {n} - {name} # SKIP {e}")
            continue
        print(f"{'not ' if wrong else ''}ok {n} - {name}")
        for line in wrong:
            print("#", line.encode("unicode_escape").decode())
        bad |= bool(wrong)
    return bad


WORK = tempfile.mkdtemp(prefix="xbuild-reports.")
try:
    sys.exit(main())
finally:
    shutil.rmtree(WORK, ignore_errors=True)
