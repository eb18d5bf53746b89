#!/usr/bin/env python3
"""Prints the operators that models in ORT format use, each once and sorted:

    ort_operators.py MODEL.ort...

A line is `domain;version;operator;types`, such as `ai.onnx;13;Gather;float,int64_t`: the version is that
since which the operator is what it is, and the types are those of all elements that go into and come out of
its nodes. The format's schema is ONNX Runtime's core/flatbuffers/schema/ort.fbs.
"""

import struct
import sys

# Numbers of TensorDataType, as C++ spells them.
TYPES = {
    1: "float", 2: "uint8_t", 3: "int8_t", 4: "uint16_t", 5: "int16_t", 6: "int32_t", 7: "int64_t",
    8: "std::string", 9: "bool", 10: "MLFloat16", 11: "double", 12: "uint32_t", 13: "uint64_t", 16: "BFloat16",
}

# A union's number for the type in TypeInfo.
TENSOR, SEQUENCE = 1, 2


class Table:
    """A table of a FlatBuffers file. Fields have the numbers of their place in the schema; each union
    takes two, its kind first."""

    def __init__(self, data, position):
        self.data, self.position = data, position

    def number(self, form, position):
        return struct.unpack_from("<" + form, self.data, position)[0]

    def field(self, index):
        """The field's position, or None where it is left out."""
        entries = self.position - self.number("i", self.position)
        entry = 4 + 2 * index
        if entry >= self.number("H", entries):
            return None
        offset = self.number("H", entries + entry)
        return self.position + offset if offset else None

    def integer(self, index, form="i"):
        position = self.field(index)
        return 0 if position is None else self.number(form, position)

    def target(self, position):
        return position + self.number("I", position)

    def table(self, index):
        position = self.field(index)
        return None if position is None else Table(self.data, self.target(position))

    def elements(self, index):
        """The positions of a vector's elements, all of them offsets."""
        position = self.field(index)
        if position is None:
            return []
        start = self.target(position)
        return [self.target(start + 4 + 4 * i) for i in range(self.number("I", start))]

    def tables(self, index):
        return [Table(self.data, position) for position in self.elements(index)]

    def text_at(self, position):
        return self.data[position + 4 : position + 4 + self.number("I", position)].decode()

    def text(self, index):
        position = self.field(index)
        return "" if position is None else self.text_at(self.target(position))

    def texts(self, index):
        return [self.text_at(position) for position in self.elements(index)]


def element_type(info):
    """The element type that a TypeInfo says, or None."""
    kind, value = info.integer(1, "B"), info.table(2)
    if kind == SEQUENCE and value:
        inner = value.table(0)
        return element_type(inner) if inner else None
    return TYPES.get(value.integer(0)) if kind == TENSOR and value else None


def collect(graph, operators, outer):
    """Adds the operators of a graph and of those inside it. `outer`: the types of values outside."""
    types = dict(outer)
    for tensor in graph.tables(0):
        types[tensor.text(0)] = TYPES.get(tensor.integer(3))
    for value in graph.tables(1):
        info = value.table(2)
        types[value.text(0)] = (element_type(info) if info else None) or types.get(value.text(0))
    for node in graph.tables(2):
        name = node.text(2) or "ai.onnx", node.integer(3), node.text(5)
        found = operators.setdefault(name, set())
        found.update(types.get(value) for value in node.texts(8) + node.texts(9))
        for attribute in node.tables(10):
            inner = [attribute.table(7)] + attribute.tables(12)
            for subgraph in filter(None, inner):
                collect(subgraph, operators, types)


def main():
    operators = {}
    for name in sys.argv[1:]:
        with open(name, "rb") as file:
            data = file.read()
        if data[4:8] != b"ORTM":
            sys.exit(f"{name}: no model in ORT format")
        try:
            root = Table(data, struct.unpack_from("<I", data)[0])
            collect(root.table(1).table(7), operators, {})
        except (struct.error, AttributeError, UnicodeDecodeError):
            sys.exit(f"{name}: the file is damaged")
    for (domain, version, operator), types in sorted(operators.items()):
        print(f"{domain};{version};{operator};{','.join(sorted(filter(None, types)))}")


if __name__ == "__main__":
    main()
