"""RELU and RELU6 that only clamp become the activation of the layer before them, where that has none."""

from __future__ import annotations

from dataclasses import replace

from tinylab.engine.graph import Activation, Add, Graph, Operator, Rescale, Weighted
from tinylab.engine.passes.only_reader import only_reader


def fuse_activations(graph: Graph) -> Graph:
    """The graph with such clamps in the layers before them."""
    operators: list[Operator] = []
    for op in graph.operators:
        before = operators[-1] if operators else None
        if isinstance(op, Rescale) and isinstance(before, Weighted | Add):
            source, result = graph.tensors[op.input], graph.tensors[op.output]
            same = (source.scale, source.zero_point) == (result.scale, result.zero_point)
            if same and only_reader(graph, before, op) and before.activation is Activation.NONE:
                operators[-1] = replace(before, output=op.output, activation=op.activation)
                continue
        operators.append(op)
    return replace(graph, operators=tuple(operators))
