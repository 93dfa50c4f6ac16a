"""ADD of two layers, and of a constant."""

from __future__ import annotations

from tinylab.engine.arithmetic import AddNumbers, add_numbers
from tinylab.engine.contract.integers import Int64Array, clamped, repeated
from tinylab.engine.graph import Add, AddConstant, Clamped, Graph


def _add(graph: Graph, op: Add, x: Int64Array, y: Int64Array) -> Int64Array:
    first, second = (graph.tensors[i] for i in op.inputs)
    return _sum(graph, op, x, y, add_numbers(first, second, graph.tensors[op.output]))


def _add_constant(graph: Graph, op: AddConstant, x: Int64Array) -> Int64Array:
    numbers = add_numbers(graph.tensors[op.input], op.constant, graph.tensors[op.output])
    return _sum(graph, op, x, repeated(op.values, x), numbers)


def _sum(graph: Graph, op: Clamped, x: Int64Array, y: Int64Array, n: AddNumbers) -> Int64Array:
    result = graph.tensors[op.output]
    total = (x * n.first + y * n.second + n.offset) >> n.right_shift
    return clamped(total + result.zero_point, op.activation, result)


CONTRACT = {Add: _add, AddConstant: _add_constant}
