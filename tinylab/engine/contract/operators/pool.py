"""MAX_POOL_2D and AVERAGE_POOL_2D."""

from __future__ import annotations

import numpy as np

from tinylab.engine.contract.integers import Int64Array, clamped, taps
from tinylab.engine.graph import AveragePool2D, Graph, MaxPool2D


def max_pool(graph: Graph, op: MaxPool2D, x: Int64Array) -> Int64Array:
    """The largest value under the window; padding never is."""
    return clamped(taps(x, op.window, -128).max(axis=(3, 4)), op.activation, graph.tensors[op.output])


def _average_pool(graph: Graph, op: AveragePool2D, x: Int64Array) -> Int64Array:
    """The sum over the taps inside, divided by their number, rounded half away from zero."""
    total = taps(x, op.window, 0).sum(axis=(3, 4))
    count = taps(np.ones_like(x), op.window, 0).sum(axis=(3, 4))
    quotient = (np.abs(total) + count // 2) // count
    return clamped(np.sign(total) * quotient, op.activation, graph.tensors[op.output])


CONTRACT = {MaxPool2D: max_pool, AveragePool2D: _average_pool}
