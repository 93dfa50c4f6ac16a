"""MUL by a constant."""

from __future__ import annotations

from tinylab.engine.arithmetic import activation_range, mul_numbers
from tinylab.engine.graph import Graph, MulConstant
from tinylab.engine.lower.lowering import Lowering
from tinylab.engine.program import IN_PLACE, Buffers, Kernel, KernelCall, Struct, Table, Value

MUL_CONSTANT = Kernel("tl_mul_constant", "tl_mul_constant.h")


def _mul_constant(graph: Graph, op: MulConstant, buffers: Buffers) -> list[KernelCall]:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    numbers = mul_numbers(source, op.constant, result)
    low, high = activation_range(op.activation, result)
    members: dict[str, Value] = {
        "length": result.elements,
        "period": op.values.size,
        "input_zero": source.zero_point,
        "constant_zero": op.constant.zero_point,
        "constants": Table("int8_t", op.values),
        "multiplier": numbers.value,
        "shift": numbers.shift,
        "zero": result.zero_point,
        "low": low,
        "high": high,
    }
    return [KernelCall(op.name, MUL_CONSTANT, buffers.sources, buffers.target, Struct(members), overlap=IN_PLACE)]


LOWERINGS = {MulConstant: Lowering(_mul_constant)}
