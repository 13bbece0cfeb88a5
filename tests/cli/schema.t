#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `xbuild audit --format json` prints obeys man/xbuild-audit.schema.json."""
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
XBUILD = os.environ.get("XBUILD", os.path.join(ROOT, "build", "xbuild"))


def check(schema, value, root, path="$"):
    """The part of JSON Schema that our schema uses. Yields what is wrong."""
    if "$ref" in schema:
        yield from check(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, root, path)
    if "anyOf" in schema and all(list(check(s, value, root, path)) for s in schema["anyOf"]):
        yield f"{path}: none of the alternatives: " + "; ".join(
            w for s in schema["anyOf"] for w in check(s, value, root, path))
    if "const" in schema and value != schema["const"]:
        yield f"{path}: not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is not one of {schema['enum']}"
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind == "integer" and isinstance(value, bool))):
        yield f"{path}: not of type {kind}"
        return
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: {value!r} does not match {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{path}: below {schema['minimum']}"
    for key in schema.get("required", []):
        if key not in value:
            yield f"{path}: lacks {key}"
    if kind == "object":
        for key, item in value.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
            if inner is False:
                yield f"{path}: unknown key {key}"
            elif inner is not True:
                yield from check(inner, item, root, f"{path}.{key}")
    if kind == "array" and "items" in schema:
        for i, item in enumerate(value):
            yield from check(schema["items"], item, root, f"{path}[{i}]")


def audit(*paths):
    run = subprocess.run([XBUILD, "audit", "--format", "json", *paths], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, check=False)
    return json.loads(run.stdout)


def policy(name):
    """What `xbuild explain` prints of a built-in policy: the JSON is the last thing."""
    text = subprocess.run([XBUILD, "explain", name], stdout=subprocess.PIPE, check=True).stdout.decode()
    return json.loads(text[text.rindex("\n{"):])


def check_policies():
    with open(os.path.join(ROOT, "man", "xbuild-policy.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    names = ["default", "strict", "static", "alpine", "manylinux_2_17", "manylinux_2_28", "manylinux_2_34",
             "musllinux_1_2"]
    for name in names:
        for line in check(schema, policy(name), schema):
            yield f"{name}: {line}"
    with open(os.path.join(ROOT, "man", "xbuild-policy.7"), encoding="utf-8") as f:
        page = f.read()
    example = page[page.index("\n{\n") + 1:page.index("\n}\n") + 3]
    yield from check(schema, json.loads(example), schema)
    with open(os.path.join(ROOT, "man", "xbuild-diff.schema.json"), encoding="utf-8") as f:
        diff = json.load(f)
    run = subprocess.run([XBUILD, "audit", "--format", "json", "--diff", "/bin/sh", XBUILD], stdout=subprocess.PIPE,
                         check=False)
    yield from check(diff, json.loads(run.stdout), diff)
    for word in [*schema["properties"], *names]:
        if not re.search(rf"^\.(It )?Cm .*{re.escape(word)}", page, re.M) and word != "$schema":
            yield f"xbuild-policy.7 lacks {word}"


def main():
    with open(os.path.join(ROOT, "man", "xbuild-audit.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    programs = [p for p in map(shutil.which, ["sh", "python3", "perl", "git"]) if p]
    cases = [("programs of this machine", programs),
             ("xbuild itself and files that are none", [XBUILD, "/dev/null", __file__, "/gone"])]
    print(f"1..{len(cases) + 1}")
    bad = False
    for n, (name, paths) in enumerate(cases, 1):
        document = audit(*paths)
        wrong = list(check(schema, document, schema))
        if len(document["files"]) != len(paths):
            wrong.append(f"{len(document['files'])} objects for {len(paths)} files")
        print(f"{'not ' if wrong else ''}ok {n} - {name}")
        for line in wrong:
            print("#", line)
        bad |= bool(wrong)
    wrong = list(check_policies())
    print(f"{'not ' if wrong else ''}ok {len(cases) + 1} - policies and their page")
    for line in wrong:
        print("#", line)
    return bad or bool(wrong)


sys.exit(main())
