"""CONV_2D, and with the max-pooling behind it."""

from __future__ import annotations

from tinylab.engine.contract.integers import Int64Array, product, requantized, taps
from tinylab.engine.contract.operators.pool import max_pool
from tinylab.engine.graph import Conv2D, Graph, PooledConv2D


def _conv(graph: Graph, op: Conv2D, x: Int64Array) -> Int64Array:
    seen = taps(x - graph.tensors[op.input].zero_point, op.window, 0)
    patches = seen.reshape(*seen.shape[:3], -1)
    return requantized(graph, op, product(patches, op.weights.reshape(len(op.weights), -1).T))


def _pooled_conv(graph: Graph, op: PooledConv2D, x: Int64Array) -> Int64Array:
    between = _conv(graph, op.conv, x)
    return max_pool(graph, op.pool, between.reshape(-1, *graph.tensors[op.pool.input].shape[1:]))


CONTRACT = {Conv2D: _conv, PooledConv2D: _pooled_conv}
