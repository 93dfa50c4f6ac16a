"""DEPTHWISE_CONV_2D."""

from __future__ import annotations

from tinylab.engine.contract.integers import Int64Array, requantized, taps
from tinylab.engine.graph import DepthwiseConv2D, Graph


def _depthwise(graph: Graph, op: DepthwiseConv2D, x: Int64Array) -> Int64Array:
    seen = taps(x - graph.tensors[op.input].zero_point, op.window, 0).repeat(op.multiplier, axis=-1)
    return requantized(graph, op, (seen * op.weights).sum(axis=(3, 4)))


CONTRACT = {DepthwiseConv2D: _depthwise}
