"""PAD before a convolution that does not pad becomes that convolution's own padding."""

from __future__ import annotations

from dataclasses import replace

from tinylab.engine.graph import Conv2D, DepthwiseConv2D, Graph, Operator, Pad, Padding
from tinylab.engine.passes.only_reader import only_reader


def fuse_padding(graph: Graph) -> Graph:
    """The graph with such padding in the convolutions behind it."""
    operators: list[Operator] = []
    for op in graph.operators:
        before = operators[-1] if operators else None
        if isinstance(op, Conv2D | DepthwiseConv2D) and isinstance(before, Pad) and only_reader(graph, before, op):
            shape, padded = graph.tensors[before.input].shape, graph.tensors[before.output].shape
            whole = shape[1:] == before.inner and padded == graph.tensors[op.input].shape
            if whole and before.around[2] == (0, 0) and op.window.padding is Padding.VALID:
                window = replace(op.window, around=before.around[:2])
                operators[-1] = replace(op, inputs=before.inputs, window=window)
                continue
        operators.append(op)
    return replace(graph, operators=tuple(operators))
