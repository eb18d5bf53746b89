#!/usr/bin/env python3
"""Reduces ONNX Runtime's CPU kernels to those that a model needs.

ONNX Runtime has two tables of all its CPU kernels: one for ONNX's own operators and one for
those of com.microsoft. Each kernel is registered by a macro in the source file that implements
it. This script copies the tables without the kernels that no given operator needs, finds the
source files of the others, and copies these without the registrations of what is not needed:
whatever nothing refers to, the compiler and the linker leave out.

Written to OUT: the reduced files under their own paths, relative to ONNX Runtime's folder
`onnxruntime/`, and `kernel_sources.txt`, the paths of those that are not tables, one a line.
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
  using types = TypeList<{type}>;
}};
}}
"""

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

    def implements(self, domain, version, operator):
        return (
            (self.domain, self.operator) == (domain, operator)
            and self.first <= version
            and (self.last is None or version <= self.last)
        )


def parse_operator(text):
    """`domain;version;type` as (domain as the tables spell it, version, type)."""
    domain, _, rest = text.partition(";")
    version, _, operator = rest.partition(";")
    if not version.isdigit() or not operator.isidentifier():
        sys.exit(f"operator '{text}': expected domain;version;type, such as ai.onnx;17;Conv")
    if domain not in DOMAINS:
        known = ", ".join(name for name in DOMAINS if name)
        sys.exit(f"operator '{text}': expected one of the domains {known}, found '{domain}'")
    return DOMAINS[domain], int(version), operator


def needed_kernels(kernels, operators, element_type):
    """The kernels that implement the operators. Where an operator has kernels of their own for
    different element types, those for others than `element_type` are not needed."""
    needed = {}
    for text in operators:
        operator = parse_operator(text)
        found = [kernel for kernel in kernels if kernel.implements(*operator)]
        if not found:
            sys.exit(
                f"operator '{text}': ONNX Runtime's CPU provider has no kernel for it: "
                "change the network so that it does without"
            )
        of_type = [kernel for kernel in found if not kernel.types or element_type in kernel.types]
        needed.update((kernel.identity(), kernel) for kernel in of_type or found)
    return list(needed.values())


def registering_sources(root, kernel):
    """The source files that register the kernel's operator."""
    folders = list(TABLES.values())
    if kernel.domain == "kMSDomain":
        folders.reverse()
    for folder in folders:
        found = {
            path
            for path in (root / folder).rglob("*.cc")
            # fp16/ and nchwc_ops.cc have the same operators for other processors.
            if path.parent.name != "fp16" and path.name != "nchwc_ops.cc"
            and str(path.relative_to(root)) not in TABLES
            and re.search(rf"^\w*(?:KERNEL|REG)\w*\(\s*{kernel.operator}\s*,", path.read_text(), re.M)
        }
        if found:
            return found
    sys.exit(f"operator '{kernel.operator}': found no source file that registers its kernel")


def with_companions(root, sources):
    """The sources, and those whose headers they include, directly or not, as far as these
    belong to the kernels."""
    folders = tuple(folder + "/" for folder in TABLES.values())
    seen, queue = set(), list(sources)
    while queue:
        path = queue.pop()
        if path in seen or not path.exists():
            continue
        seen.add(path)
        for header in re.findall(r'^#include "([^"]+)\.h"', path.read_text(), re.MULTILINE):
            if header.startswith(folders):
                queue += [root / f"{header}.h", root / f"{header}.cc"]
    names = {str(path.relative_to(root)) for path in seen if path.suffix == ".cc"}
    return sorted(names - set(TABLES))


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
                        help="a file with one operator a line: domain;version;type")
    parser.add_argument("--type", default="float", help="the model's element type, as in C++")
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
    needed = needed_kernels(kernels, operators, arguments.type)

    identities = {kernel.identity() for kernel in needed}
    for name, text in tables.items():
        write(name, ENTRY.sub(lambda m: m.group() if Kernel(m).identity() in identities else "", text))

    sources = with_companions(root, set().union(*(registering_sources(root, k) for k in needed)))
    for name in sources:
        text = without_registrations((root / name).read_text(), kernels, needed)
        # Headers beside the file are beside the copy no longer.
        folder = pathlib.PurePath(name).parent
        text = re.sub(r'^#include "([^/"]+)"',
                      lambda m: f'#include "{folder / m[1]}"' if (root / folder / m[1]).exists() else m[0],
                      text, flags=re.MULTILINE)
        write(name, text)
    write(TYPES_PATH, TYPES.format(type=arguments.type))
    write("kernel_sources.txt", "".join(f"{name}\n" for name in sources))
    print(f"{len(operators)} operators, {len(needed)} kernels, {len(sources)} source files for them")


if __name__ == "__main__":
    main()
