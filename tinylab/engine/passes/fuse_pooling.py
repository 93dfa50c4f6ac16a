"""Max-pooling straight behind a convolution joins it, and pools sums before they are rounded.

Rounding is monotone, so nothing changes, and the convolution's whole output never exists.
"""

from __future__ import annotations

from dataclasses import replace

from tinylab.engine.contiguous import pooled
from tinylab.engine.graph import Conv2D, Graph, MaxPool2D, Operator, PooledConv2D
from tinylab.engine.passes.only_reader import only_reader


def fuse_pooling(graph: Graph) -> Graph:
    """The graph with such pooling in the convolutions before it."""
    operators: list[Operator] = []
    for op in graph.operators:
        before = operators[-1] if operators else None
        if isinstance(op, MaxPool2D) and isinstance(before, Conv2D) and only_reader(graph, before, op):
            same_shape = graph.tensors[op.input].shape == graph.tensors[before.output].shape
            if same_shape and pooled(graph, before, op) is not None:
                operators[-1] = PooledConv2D.of(before, op)
                continue
        operators.append(op)
    return replace(graph, operators=tuple(operators))
