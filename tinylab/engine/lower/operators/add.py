"""ADD of two layers, and of a constant."""

from __future__ import annotations

import numpy as np

from tinylab.engine.arithmetic import activation_range, add_numbers
from tinylab.engine.graph import Add, AddConstant, Graph
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.program import IN_PLACE, Buffers, Kernel, KernelCall, Struct, Table, Value

ADD = Kernel("tl_add", "tl_elementwise.h")
ADD_CONSTANT = Kernel("tl_add_constant", "tl_add_constant.h")


def _add(graph: Graph, op: Add, buffers: Buffers) -> list[KernelCall]:
    result = graph.tensors[op.output]
    numbers = add_numbers(graph.tensors[op.inputs[0]], graph.tensors[op.inputs[1]], result)
    low, high = activation_range(op.activation, result)
    members: dict[str, Value] = {
        "length": result.elements,
        "first": numbers.first,
        "second": numbers.second,
        "offset": numbers.offset,
        "shift": numbers.right_shift,
        "zero": result.zero_point,
        "low": low,
        "high": high,
    }
    return [KernelCall(op.name, ADD, buffers.sources, buffers.target, Struct(members), overlap=IN_PLACE)]


def _add_constant(graph: Graph, op: AddConstant, buffers: Buffers) -> list[KernelCall]:
    """The second input is known: it becomes part of the offsets."""
    result = graph.tensors[op.output]
    numbers = add_numbers(graph.tensors[op.input], op.constant, result)
    low, high = activation_range(op.activation, result)
    offsets = op.values.astype(np.int64) * numbers.second + numbers.offset
    members: dict[str, Value] = {
        "length": result.elements,
        "period": op.values.size,
        "first": numbers.first,
        "offsets": Table("int32_t", offsets, 8),
        "shift": numbers.right_shift,
        "zero": result.zero_point,
        "low": low,
        "high": high,
    }
    return [KernelCall(op.name, ADD_CONSTANT, buffers.sources, buffers.target, Struct(members), overlap=IN_PLACE)]


LOWERINGS = {Add: Lowering(_add), AddConstant: Lowering(_add_constant)}
