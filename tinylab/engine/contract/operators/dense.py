"""FULLY_CONNECTED."""

from __future__ import annotations

from tinylab.engine.contract.integers import Int64Array, product, requantized
from tinylab.engine.graph import FullyConnected, Graph


def _dense(graph: Graph, op: FullyConnected, x: Int64Array) -> Int64Array:
    rows = x.reshape(-1, op.weights.shape[1]) - graph.tensors[op.input].zero_point
    return requantized(graph, op, product(rows, op.weights.T))


CONTRACT = {FullyConnected: _dense}
