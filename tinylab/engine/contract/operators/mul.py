"""MUL by a constant."""

from __future__ import annotations

import numpy as np

from tinylab.engine.arithmetic import mul_numbers
from tinylab.engine.contract.integers import Int64Array, clamped, repeated
from tinylab.engine.graph import Graph, MulConstant


def _mul_constant(graph: Graph, op: MulConstant, x: Int64Array) -> Int64Array:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    products = (x - source.zero_point) * (repeated(op.values, x) - op.constant.zero_point)
    scaled = products.astype(np.float32) * mul_numbers(source, op.constant, result).factor
    return clamped(np.rint(scaled).astype(np.int64) + result.zero_point, op.activation, result)


CONTRACT = {MulConstant: _mul_constant}
