#!/usr/bin/env python3
"""Reduces ONNX Runtime's CPU kernels to those that models need.

ONNX Runtime has two tables of all its CPU kernels: one for ONNX's own operators and one for
those of com.microsoft. Each kernel is registered by a macro in the source file that implements
it. This script copies the tables without the kernels that no given operator needs, finds the
source files of the others, and copies these without the registrations of what is not needed:
whatever nothing refers to, the compiler and the linker leave out.

Written to OUT: the reduced files under their own paths, relative to ONNX Runtime's folder
`onnxruntime/`, and lists of paths, one a line: `kernel_sources.txt`, the reduced files that are not
tables; `more_sources.txt`, the files of the framework and `mlas_sources.txt`, those of the matrix
library MLAS that these kernels need and that the BASE has not got.
"""

import argparse
import pathlib
import re
import sys

# Each table, and the folder where its kernels are implemented.
TABLES = {
    "core/providers/cpu/cpu_execution_provider.cc": "core/providers/cpu",
    "contrib_ops/cpu/cpu_contrib_kernels.cc": "contrib_ops/cpu",
}

# The domain names of a model, as the tables spell them.
DOMAINS = {"": "kOnnxDomain", "ai.onnx": "kOnnxDomain", "com.microsoft": "kMSDomain"}

# An entry names the domain, the first version (or the first and last), perhaps the element
# types, and the operator:
#   BuildKernelCreateInfo<ONNX_OPERATOR_VERSIONED_TYPED_KERNEL_CLASS_NAME(
#       kCpuExecutionProvider, kOnnxDomain, 7, 12, float, Add)>,
ENTRY = re.compile(
    r"^ *BuildKernelCreateInfo<\s*(?:class )?"
    r"ONNX_OPERATOR_(VERSIONED_)?(TYPED_|TWO_TYPED_)?KERNEL_CLASS_NAME\(([^)]*)\)\s*>,.*\n",
    re.MULTILINE,
)

# ONNX Runtime's own place to restrict the element types of all kernels, apart from those that a
# kernel cannot do without, such as int64_t for shapes.
TYPES_PATH = "core/providers/op_kernel_type_control_overrides.inc"
TYPES = """namespace onnxruntime::op_kernel_type_control {{
template <>
struct TypesHolder<tags::GlobalAllowed> {{
  using types = TypeList<{types}>;
}};
}}
"""

# The element types of a typed kernel, which may be several in one name: int64_t_string_int64_t.
ELEMENT_TYPE = re.compile(r"float|double|u?int\d+_t|bool|string|MLFloat16|BFloat16")

# Where kernels find what is no kernel: the files beside the headers that they include.
FRAMEWORK = ("core/framework/", "core/util/", "core/providers/")

# A free function that a header declares, and a class.
DECLARATION = re.compile(r"^(?!inline|template|using|typedef)\w[\w:<>*&, ]*[ *&](\w+)\([^;{}]*\);", re.MULTILINE)
CLASS = re.compile(r"^(?:class|struct) (\w+)[^;{]*\{", re.MULTILINE)

# MLAS, and a function that is defined, not called, there: its name starts the line. Or a table of functions.
MLAS = "core/mlas/lib"
MLAS_DEFINITION = re.compile(r"^(?:[\w:<>*& ]+ )?(Mlas\w+)(?:(?:<[^>\n]*>)?\(| = \{)", re.MULTILINE)
# What its header mlas.h defines, and the function that it calls.
MLAS_INLINE = {
    "MlasGemm": "MlasGemmBatch",
    "MLAS_QGEMM_REQUANT_OUTPUT_PROCESSOR": "MlasRequantizeOutput",
}
# Files of it for other processors than WebAssembly's.
MLAS_OTHERS = re.compile(r"neon|lsx|sdot|udot|mmla|sse|amx|avx|amd64|fp16|power|loongarch|q4gemm|q4common|sve|dgemm|scalar/|amd64/|x86")

# A registration starts at the beginning of a line and names the operator, the first version,
# and perhaps the last version and the element type:
#   REG_ELEMENTWISE_VERSIONED_TYPED_KERNEL(Add, 7, 12, float, Add);
REGISTRATION = re.compile(
    r"^\w*(?:KERNEL|REG)\w*\(\s*(\w+),\s*(?:k\w+Domain,\s*)?(\d+)(?:,([^,)]*))?(?:,([^,)]*))?",
    re.MULTILINE,
)


class Kernel:
    """One entry of a table."""

    def __init__(self, match):
        versioned, typed, arguments = match.groups()
        _, self.domain, *rest = [argument.strip() for argument in arguments.split(",")]
        self.first = int(rest.pop(0))
        self.last = int(rest.pop(0)) if versioned else None
        if typed == "TWO_TYPED_":
            self.types, self.operator = rest[:2], rest[2]
        else:
            self.types, self.operator = rest[:-1], rest[-1]

    def identity(self):
        return self.domain, self.operator, self.first, self.last, tuple(self.types)

    def is_of(self, types):
        """Whether it is for some of these element types, or for any."""
        own = {name for text in self.types for name in ELEMENT_TYPE.findall(text)}
        return not self.types or bool(own) and own <= types

    def implements(self, domain, version, operator):
        return (
            (self.domain, self.operator) == (domain, operator)
            and self.first <= version
            and (self.last is None or version <= self.last)
        )


def parse_operator(text):
    """`domain;version;operator;types` as (domain as the tables spell it, version, operator) and types."""
    domain, version, operator, types = (text.split(";") + [""] * 3)[:4]
    if not version.isdigit() or not operator.isidentifier():
        sys.exit(f"operator '{text}': expected domain;version;operator;types, such as ai.onnx;17;Conv;float")
    if domain not in DOMAINS:
        known = ", ".join(name for name in DOMAINS if name)
        sys.exit(f"operator '{text}': expected one of the domains {known}, found '{domain}'")
    return (DOMAINS[domain], int(version), operator), {name.removeprefix("std::") for name in types.split(",")}


def needed_kernels(kernels, operators):
    """The kernels that implement the operators. Where an operator has kernels of their own for
    different element types, those for others than the model's are not needed."""
    needed = {}
    for text in operators:
        operator, types = parse_operator(text)
        found = [kernel for kernel in kernels if kernel.implements(*operator)]
        if not found:
            sys.exit(
                f"operator '{text}': ONNX Runtime's CPU provider has no kernel for it: "
                "change the network so that it does without"
            )
        of_type = [kernel for kernel in found if kernel.is_of(types)]
        needed.update((kernel.identity(), kernel) for kernel in of_type or found)
    return list(needed.values())


def registering_sources(root, kernel):
    """The source files that register the kernel's operator."""
    folders = list(TABLES.values())
    if kernel.domain == "kMSDomain":
        folders.reverse()
    # Some files define a macro of their own that registers the operator for a type.
    for before in (r"^\w*", r"\b\w*"):
        registration = re.compile(rf"{before}(?:KERNEL|REG)\w*\([\s\\]*{kernel.operator}\s*,", re.M)
        for folder in folders:
            found = {
                path
                for path in (root / folder).rglob("*.cc")
                # fp16/ and nchwc_ops.cc have the same operators for other processors.
                if path.parent.name != "fp16" and path.name != "nchwc_ops.cc"
                and str(path.relative_to(root)) not in TABLES
                and registration.search(path.read_text())
            }
            if found:
                return found
    sys.exit(f"operator '{kernel.operator}': found no source file that registers its kernel")


def defining_sources(header):
    """The source files beside a header that define what it declares, where none has its name."""
    text = header.read_text()
    names = DECLARATION.findall(text) + [name + r"(?:<[^>\n]*>)?::~?\w+" for name in CLASS.findall(text)]
    if not names or header.with_suffix(".cc").exists():
        return []
    definition = re.compile(rf"^(?:\w[\w:<>*&, ]*[ *&])?(?:{'|'.join(names)})\([^;{{}}]*\{{", re.MULTILINE)
    return [path for path in sorted(header.parent.glob("*.cc")) if definition.search(path.read_text())]


def with_companions(root, sources):
    """The sources, and those of the headers that they include, directly or not, as far as these
    belong to the kernels."""
    folders = tuple(folder + "/" for folder in TABLES.values())
    seen, queue = set(), list(sources)
    while queue:
        path = queue.pop()
        if path in seen or not path.exists():
            continue
        seen.add(path)
        if path.suffix == ".h":
            queue += defining_sources(path)
        for header in re.findall(r'^#include "([^"]+)\.h"', path.read_text(), re.MULTILINE):
            # It may be beside the file.
            place = path.parent / header
            if not place.with_name(f"{place.name}.h").exists():
                place = root / header
            if str(place.relative_to(root)).startswith(folders):
                queue += [pathlib.Path(f"{place}.h"), pathlib.Path(f"{place}.cc")]
    names = {str(path.relative_to(root)) for path in seen if path.suffix == ".cc"}
    return sorted(names - set(TABLES))


def more_sources(root, sources, base):
    """The sources of the framework whose headers the kernels include, and which the base has not got."""
    headers = {f"{name[:-3]}.h" for name in sources} | set(sources)
    found = set()
    for name in headers:
        if not (root / name).exists():
            continue
        for header in re.findall(r'^#include "([^"]+)\.h"', (root / name).read_text(), re.MULTILINE):
            source = f"{header}.cc"
            if header.startswith(FRAMEWORK) and (root / source).exists():
                found.add(source)
    return sorted(found - base - set(sources) - set(TABLES))


def mlas_sources(root, sources, base, types):
    """The sources of MLAS that define what the given sources, their headers and these themselves call, and
    which the base has not got."""
    defining = {}
    for path in sorted((root / MLAS).glob("*.cpp")):
        name = str(path.relative_to(root))
        if not MLAS_OTHERS.search(path.name):
            for function in MLAS_DEFINITION.findall(path.read_text()):
                defining.setdefault(function, set()).add(name)
    found, done, queue = set(), set(), list(sources)
    while queue:
        name = queue.pop()
        path = root / name
        if name in done or not path.exists():
            continue
        done.add(name)
        text = path.read_text()
        # Templates of quantisation, which call it, and the source's own header.
        queue += re.findall(r'^#include "(core/util/[^"]+)"', text, re.MULTILINE)
        queue.append(str(pathlib.PurePath(name).with_suffix(".h")))
        called = set(re.findall(r"\bM(?:las|LAS_)\w+", text))
        for function in called | {MLAS_INLINE[word] for word in called & MLAS_INLINE.keys()}:
            places = defining.get(function, set())
            # Some functions are there for floats in a file of the base, and in others for small integers.
            if not places & base or types & {"int8_t", "uint8_t"}:
                queue += places - found - base
                found |= places - base
    return sorted(found)


def end_of_statement(text, start):
    """The position after the parentheses that open first after `start`, and after a semicolon."""
    depth = 0
    for position in range(text.index("(", start), len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position + 1 + text[position + 1 :].startswith(";")
    sys.exit("unbalanced parentheses in a registration")


def without_registrations(text, kernels, needed):
    """A source file without the registrations of kernels that are not needed."""
    operators = {kernel.operator for kernel in kernels}
    element_types = {name for kernel in kernels for name in kernel.types}
    kept, done = [], 0
    for match in REGISTRATION.finditer(text):
        operator, first, *more = match.groups()
        types = {name.strip() for name in more if name} & element_types
        if operator not in operators or any(
            kernel.operator == operator
            and kernel.first == int(first)
            and (not kernel.types or types <= set(kernel.types))
            for kernel in needed
        ):
            continue
        kept.append(text[done : match.start()])
        done = end_of_statement(text, match.start())
    return "".join(kept) + text[done:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=pathlib.Path, required=True,
                        help="ONNX Runtime's folder 'onnxruntime'")
    parser.add_argument("--operators", type=pathlib.Path, required=True,
                        help="a file with one operator a line: domain;version;operator;types")
    parser.add_argument("--base", type=pathlib.Path, required=True,
                        help="a file with the paths of all sources that every program has, one a line")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    root = arguments.source

    def write(name, text):
        path = arguments.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)

    tables = {name: (root / name).read_text() for name in TABLES}
    kernels = [Kernel(match) for text in tables.values() for match in ENTRY.finditer(text)]
    operators = arguments.operators.read_text().split()
    needed = needed_kernels(kernels, operators)
    types = sorted({name for text in operators for name in text.split(";")[3].split(",") if name})

    identities = {kernel.identity() for kernel in needed}
    for name, text in tables.items():
        write(name, ENTRY.sub(lambda m: m.group() if Kernel(m).identity() in identities else "", text))

    base = set(arguments.base.read_text().split())
    sources = with_companions(root, set().union(*(registering_sources(root, k) for k in needed)))
    sources = [name for name in sources if name not in base]
    for name in sources:
        text = without_registrations((root / name).read_text(), kernels, needed)
        # Headers beside the file are beside the copy no longer.
        folder = pathlib.PurePath(name).parent
        text = re.sub(r'^#include "([^/"]+)"',
                      lambda m: f'#include "{folder / m[1]}"' if (root / folder / m[1]).exists() else m[0],
                      text, flags=re.MULTILINE)
        write(name, text)
    write(TYPES_PATH, TYPES.format(types=", ".join(types)))
    more = more_sources(root, sources, base)
    mlas = mlas_sources(root, sources + more, base, set(types))
    for name, paths in {"kernel": sources, "more": more, "mlas": mlas}.items():
        write(f"{name}_sources.txt", "".join(f"{path}\n" for path in paths))
    print(f"{len(operators)} operators, {len(needed)} kernels, {len(sources + more + mlas)} source files for them")


if __name__ == "__main__":
    main()
