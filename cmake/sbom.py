#!/usr/bin/env python3
"""Writes the site's bill of materials, sbom.cdx.json (CycloneDX 1.6), from what was linked.

The linker says which objects it took: those of our own libraries were optimised as a whole, and are
in its list of extracted members; of the system's, which came as machine code, those count that are
in its map of the result. Ninja says which files each object was made from. So a library of headers is
listed if, and only if, an object that was linked includes one of them.

Nothing in the file depends on the time, the machine or the folder.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse

EMSCRIPTEN = "/usr/share/emscripten/"
LLVM = "Apache-2.0 WITH LLVM-exception"

# Of each component: its licence, where it comes from, and its package URL, if not Debian's; {0} is the
# version, {1} the version without its first number.
GITHUB = "https://github.com/"
PROJECT = "pkg:github/llvm/llvm-project@llvmorg-{0}#"
COMPONENTS = {
    "ONNX Runtime": ("MIT", GITHUB + "microsoft/onnxruntime", "pkg:github/microsoft/onnxruntime@v{0}"),
    "ONNX": ("Apache-2.0", GITHUB + "onnx/onnx", "pkg:github/onnx/onnx@v{0}"),
    "Protocol Buffers": (
        "BSD-3-Clause", GITHUB + "protocolbuffers/protobuf", "pkg:github/protocolbuffers/protobuf@v{1}"),
    "FlatBuffers": ("Apache-2.0", GITHUB + "google/flatbuffers", None),
    "Eigen": ("MPL-2.0", "https://gitlab.com/libeigen/eigen", None),
    "Guidelines Support Library": ("MIT", GITHUB + "microsoft/GSL", None),
    "SafeInt": ("MIT", GITHUB + "dcleblanc/SafeInt", None),
    "date": ("MIT", GITHUB + "HowardHinnant/date", None),
    "Boost.Mp11": ("BSL-1.0", GITHUB + "boostorg/mp11", None),
    "JSON for Modern C++": ("MIT", GITHUB + "nlohmann/json", None),
    "tl::expected": ("CC0-1.0", GITHUB + "TartanLlama/expected", None),
    "Clang": (LLVM, GITHUB + "llvm/llvm-project", None),
    "Emscripten": ("MIT OR NCSA", GITHUB + "emscripten-core/emscripten", None),
    "musl": ("MIT", "https://musl.libc.org", "pkg:generic/musl@{0}"),
    "libc++": (LLVM, GITHUB + "llvm/llvm-project", PROJECT + "libcxx"),
    "libc++abi": (LLVM, GITHUB + "llvm/llvm-project", PROJECT + "libcxxabi"),
    "compiler-rt": (LLVM, GITHUB + "llvm/llvm-project", PROJECT + "compiler-rt"),
}

# Debian's packages of headers, without the version in their names.
PACKAGES = {
    "libflatbuffers-dev": "FlatBuffers",
    "libeigen3-dev": "Eigen",
    "libmsgsl-dev": "Guidelines Support Library",
    "libsafeint-dev": "SafeInt",
    "libhowardhinnant-date-dev": "date",
    "nlohmann-json3-dev": "JSON for Modern C++",
    "libexpected-dev": "tl::expected",
    "libclang-common-dev": "Clang",
}

TARBALLS = {"onnxruntime": "ONNX Runtime", "onnx": "ONNX", "protobuf": "Protocol Buffers"}

# What of others is in files of a component: component, name, licence, the files' names.
PARTS = [
    ("ONNX Runtime", "Caffe2", "Apache-2.0",
     r"/(softmax_shared\.cc|nn/conv\.cc|common/common\.h|make_string\.h|util/math(_cpu\.cc|\.h|_cpuonly\.h))$"),
    ("ONNX Runtime", "TensorFlow", "Apache-2.0",
     r"/(common/status\.(h|cc)|threadpool\.(h|cc)|bfc_arena\.h|mem_pattern_planner\.h"
     r"|platform/(posix/)?env(_time)?\.(h|cc))$"),
    ("ONNX Runtime", "Eigen's thread pool", "MPL-2.0", r"/(Barrier|EigenNonBlockingThreadPool)\.h$"),
    ("ONNX Runtime", "Attributes of pooling", "MIT", r"/pool_attributes\.h$"),
    ("ONNX Runtime", "gsl-lite", "MIT", r"/span_utils\.h$"),
    ("ONNX Runtime", "Conversion of half-precision numbers", "LicenseRef-Giesen", r"/onnxruntime_float16\.h$"),
    ("ONNX Runtime", "g3log", "Unlicense", r"/logging/capture\.cc$"),
    ("ONNX Runtime", "MurmurHash3", "LicenseRef-public-domain", r"/murmurhash3\.cc$"),
    ("Eigen", "Conversion of half-precision numbers", "LicenseRef-Giesen", r"/Default/Half\.h$"),
    ("Eigen", "TensorFlow", "Apache-2.0", r"/Default/BFloat16\.h$"),
    ("musl", "Exponential and logarithm", "MIT", r"/math/(exp2?f|logf?)(_data)?\.c$"),
]


def linked_objects(extracted, link_map):
    """The objects that make up the module, as (library, or None, and the object's name)."""
    member = re.compile(r"^(.*/)?([^/]+)\(([^()]+)\)$")
    objects = set()
    for line in extracted.read_text().splitlines()[1:]:
        reference, taken, _ = line.split("\t", 2)
        for name in (reference, taken):
            match = member.match(name)
            if not match and name.endswith(".o"):
                objects.add((None, pathlib.PurePath(name).name))
            elif match and not name.startswith(EMSCRIPTEN):
                objects.add((match[2], match[3]))
    for name in re.findall(rf"\s({EMSCRIPTEN}\S+\([^()]+\)):", link_map.read_text()):
        match = member.match(name)
        objects.add((match[2], match[3]))
    return objects


def read_dependencies(text):
    """The files that each object was made from: what `ninja -t deps` prints. A precompiled header
    stands for what is in it."""
    files, target = {}, None
    for line in text.splitlines():
        if ": #deps" in line:
            target = line.partition(": #deps")[0]
            files[target] = set()
        elif line.strip():
            files[target].add(line.strip())
    for names in files.values():
        for name in [name for name in names if name.endswith(".pch")]:
            names |= files.get(name, set())
    return files


def own_dependencies(ninja, build):
    """The files that our own objects were made from."""
    # Ninja is running already, and this one shall change nothing: hence -n.
    text = subprocess.run([ninja, "-n", "-C", build, "-t", "deps"],
                          capture_output=True, text=True, check=True).stdout
    return {
        target: {str((build / name).resolve()) for name in names}
        for target, names in read_dependencies(text).items() if target.startswith("src/")
    }


def owners(paths):
    """The Debian package that each of these files comes from."""
    if not paths:
        return {}
    result = subprocess.run(["dpkg-query", "-S", *sorted(paths)], capture_output=True, text=True)
    found = {}
    for line in result.stdout.splitlines():
        packages, _, path = line.partition(": ")
        found[path] = packages.split(",")[0].partition(":")[0]
    for path in paths - set(found):
        sys.exit(f"sbom.py: {path} was compiled into the module, but belongs to no Debian package")
    return found


def package_versions(package):
    """Debian's version of an installed package, and that of its upstream."""
    output = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version} ${source:Upstream-Version}", package],
        capture_output=True, text=True, check=True).stdout
    version, upstream = output.split()
    return version, re.split(r"[+~]", upstream)[0]


def component_of_package(package, path):
    """What a package's file is part of. A package that is not known here is itself a component."""
    if re.fullmatch(r"libboost[\d.]*-dev", package):
        return "Boost." + re.match(r"/usr/include/boost/(\w+)", path)[1].capitalize()
    name = re.sub(r"-\d+(?=-dev$)", "", package)
    return PACKAGES.get(name, package)


def system_source(library, name):
    """The component, and the source if it is to be found, of an object of Emscripten's libraries."""
    root = pathlib.Path(EMSCRIPTEN, "system/lib")
    folders = {"libc": "libc", "libcompiler_rt": "compiler-rt", "libc++": "libcxx", "libc++abi": "libcxxabi"}
    folder = folders.get(re.sub(r"(-[\w-]+)?\.a$", "", library))
    if folder:
        named = sorted((root / folder).rglob(f"{name.removesuffix('.o')}.*"))
        found = [path for path in named if path.suffix in (".c", ".cpp", ".S")]
        if found:
            # Where Emscripten has replaced a file of musl, it uses its own.
            path = min(found, key=lambda path: len(path.parts))
            return component_of_emscripten(str(path)), str(path)
    return "Emscripten", ""


def component_of_emscripten(path):
    """What a header or source of Emscripten's system belongs to."""
    own = r"/include/(emscripten|wasi|compat)[/.]|/emscripten_|/stack_ops\.|/stack_limits\."
    for pattern, name in [
        (own, "Emscripten"), (r"/lib/libcxxabi/|/cxxabi\.h$|/__cxxabi_config\.h$", "libc++abi"),
        (r"/c\+\+/v1/|/lib/libcxx/", "libc++"), (r"/lib/compiler-rt/", "compiler-rt"),
        (r"/lib/libc/musl/|/sysroot/include/", "musl"),
    ]:
        if re.search(pattern, path):
            return name
    return "Emscripten"


def emscripten_versions():
    """The versions of what Emscripten brings along, as its own files name them."""
    changes = pathlib.Path(EMSCRIPTEN, "ChangeLog.txt")
    text = changes.read_text() if changes.exists() else ""
    llvm = re.search(r"libcxx, libcxxabi,[^.]*?LLVM\s+(\d+\.\d+\.\d+)", text)
    if llvm:
        llvm = llvm[1]
    else:
        config = pathlib.Path(EMSCRIPTEN, "system/lib/libcxx/include/__config").read_text()
        number = int(re.search(r"define _LIBCPP_VERSION (\d+)", config)[1])
        llvm = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    musl = pathlib.Path(EMSCRIPTEN, "system/lib/libc/musl/VERSION").read_text().strip()
    return {"musl": musl, "libc++": llvm, "libc++abi": llvm, "compiler-rt": llvm}


def collect(objects, library, own):
    """Each component's files, and the objects that were made from them: two dictionaries; and of
    those from Debian's packages the package."""
    by_name = collections.defaultdict(set)
    for archive, dependencies in (("libonnxruntime.a", library), ("libnumeral_core.a", own), ("libnumeral_photo.a", own), (None, own)):
        for target, names in dependencies.items():
            by_name[archive, pathlib.PurePath(target).name] |= names

    files, makers, system = (collections.defaultdict(set) for _ in range(3))
    for archive, name in objects:
        if (archive, name) in by_name:
            for path in by_name[archive, name]:
                if path.startswith("/usr/") and not path.startswith(EMSCRIPTEN):
                    system[path].add((archive, name))
                    continue
                component = None
                first, _, rest = path.partition("/")
                if path.startswith(EMSCRIPTEN):
                    component = component_of_emscripten(path)
                elif first in TARBALLS:
                    component = TARBALLS[first]
                elif first == "generated" and rest.startswith("onnx/"):
                    component = "ONNX"
                elif first == "generated" and rest.startswith(("core/", "contrib_ops/")):
                    component = "ONNX Runtime"
                elif "/onnxruntime-wasm/" in path and path.endswith("_c_api.h"):
                    component = "ONNX Runtime"
                if component:
                    files[component].add(path)
                    makers[component].add((archive, name))
        elif archive in ("libonnxruntime.a", "libnumeral_core.a", "libnumeral_photo.a", None):
            sys.exit(f"sbom.py: {archive or ''}({name}) was linked, "
                     "but nothing says what it was made from")
        else:
            component, path = system_source(archive, name)
            files[component].add(path or name)
            makers[component].add((archive, name))

    packages = {}
    for path, package in owners(set(system)).items():
        component = component_of_package(package, path)
        packages[component] = package
        files[component].add(path)
        makers[component] |= system[path]
    return files, makers, packages


def licence(identifier):
    if " " in identifier:
        return [{"expression": identifier}]
    if identifier.startswith("LicenseRef-"):
        return [{"license": {"name": identifier.removeprefix("LicenseRef-")}}]
    return [{"license": {"id": identifier}}]


def describe(name, files, makers, package, tarball, versions):
    """A component as CycloneDX has it."""
    identifier, url, purl = COMPONENTS.get(name, (None, None, None))
    entry = {"type": "library", "name": name}
    if tarball:
        _, file, digest, _ = tarball.split("|")
        version = re.match(r"[a-z]+_([\d.]+\d)", file)[1]
        source, _, debian = file.partition("_")
    elif package:
        debian, version = package_versions(package)
        purl = f"pkg:deb/debian/{package}@{urllib.parse.quote(debian)}"
    else:
        version = versions[name]
    entry["version"] = version
    entry["bom-ref"] = f"{name}@{version}"
    if identifier:
        entry["licenses"] = licence(identifier)
    if purl:
        entry["purl"] = purl.format(version, version.partition(".")[2])
    references = [{"type": "website", "url": url}] if url else []
    if tarball:
        # Debian's source package, whatever mirror it comes from.
        debian = urllib.parse.quote(debian.partition(".orig.")[0])
        references.append({"type": "source-distribution",
                           "url": f"pkg:deb/debian/{source}@{debian}?arch=source",
                           "hashes": [{"alg": "SHA-256", "content": digest}]})
    if references:
        entry["externalReferences"] = references
    parts = []
    for component, part, part_licence, pattern in PARTS:
        found = [path for path in files if re.search(pattern, path)]
        if component == name and found:
            parts.append({"type": "library", "bom-ref": f"{entry['bom-ref']}/{part}", "name": part,
                          "licenses": licence(part_licence)})
    if parts:
        entry["components"] = parts
    entry["properties"] = [
        {"name": "numeral:linked-objects", "value": str(len(makers))},
        {"name": "numeral:files", "value": str(len(files))},
    ]
    return entry


def describe_site(site, output):
    """The site's files, as components, all but the bill itself."""
    return [
        {"type": "file", "bom-ref": f"file:{path.relative_to(site)}", "name": str(path.relative_to(site)),
         "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]}
        for path in sorted(site.rglob("*")) if path.is_file() and path != output
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=pathlib.Path, required=True, help="the site's folder")
    parser.add_argument("--version", required=True, help="Numeral's")
    parser.add_argument("--extracted", type=pathlib.Path, required=True, help="wasm-ld's --why-extract")
    parser.add_argument("--map", type=pathlib.Path, required=True, help="wasm-ld's -Map")
    parser.add_argument("--library", type=pathlib.Path, required=True, help="ONNX Runtime's dependencies.txt")
    parser.add_argument("--ninja", required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="where Ninja built our own objects")
    parser.add_argument("--tarball", action="append", default=[], help="package|file|SHA-256|folder")
    arguments = parser.parse_args()

    files, makers, packages = collect(
        linked_objects(arguments.extracted, arguments.map),
        read_dependencies(arguments.library.read_text()),
        own_dependencies(arguments.ninja, arguments.build))

    versions = emscripten_versions()
    packages["Emscripten"] = "emscripten"
    files["Emscripten"].add("numeral-wasm.js")
    tarballs = {TARBALLS[tarball.partition("|")[0]]: tarball for tarball in arguments.tarball}
    libraries = [
        describe(name, files[name], makers[name], packages.get(name), tarballs.get(name), versions)
        for name in sorted(files)
    ]

    output = arguments.site / "sbom.cdx.json"
    numeral = f"numeral@{arguments.version}"
    loader = [entry["bom-ref"] for entry in libraries if entry["name"] == "Emscripten"]
    site = describe_site(arguments.site, output)
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": numeral,
                "name": "numeral",
                "version": arguments.version,
                "licenses": licence("MIT"),
                "externalReferences": [{"type": "license", "url": "THIRD_PARTY_NOTICES.txt"}],
                "components": site,
            },
        },
        "components": libraries,
        "dependencies": [
            {"ref": numeral, "dependsOn": [entry["bom-ref"] for entry in site]},
            {"ref": "file:numeral-wasm.js", "dependsOn": loader},
            {"ref": "file:numeral.wasm", "dependsOn": [entry["bom-ref"] for entry in libraries]},
        ],
    }
    output.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
