"""The passes: small pure functions from graph to graph, each of which keeps every output bit.

They run in the order of `PASSES`; `passes` gives the graph after each of them, for `tinylab compile --explain`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tinylab.engine.contiguous import pooled
from tinylab.engine.graph import (
    Activation,
    Add,
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    Graph,
    MaxPool2D,
    Operator,
    Pad,
    Padding,
    PooledConv2D,
    Rescale,
    Reshape,
)


def fold_shapes(graph: Graph) -> Graph:
    """RESHAPE, EXPAND_DIMS and SQUEEZE vanish: their outputs are other names for the same bytes."""
    aliases = dict(graph.aliases)
    for op in graph.operators:
        if isinstance(op, Reshape):
            aliases[op.output] = aliases.get(op.input, op.input)
    operators = tuple(op for op in graph.operators if not isinstance(op, Reshape))
    return replace(graph, operators=operators, aliases=aliases)


def fuse_activations(graph: Graph) -> Graph:
    """RELU and RELU6 that only clamp become the activation of the layer before them, where that has none."""
    operators: list[Operator] = []
    for op in graph.operators:
        before = operators[-1] if operators else None
        if isinstance(op, Rescale) and isinstance(before, FullyConnected | Conv2D | DepthwiseConv2D | Add):
            source, result = graph.tensors[op.input], graph.tensors[op.output]
            same = (source.scale, source.zero_point) == (result.scale, result.zero_point)
            if same and _only_reader(graph, before, op) and before.activation is Activation.NONE:
                operators[-1] = replace(before, output=op.output, activation=op.activation)
                continue
        operators.append(op)
    return replace(graph, operators=tuple(operators))


def fuse_padding(graph: Graph) -> Graph:
    """PAD before a convolution that does not pad becomes that convolution's own padding."""
    operators: list[Operator] = []
    for op in graph.operators:
        before = operators[-1] if operators else None
        if isinstance(op, Conv2D | DepthwiseConv2D) and isinstance(before, Pad) and _only_reader(graph, before, op):
            shape, padded = graph.tensors[before.input].shape, graph.tensors[before.output].shape
            whole = shape[1:] == before.inner and padded == graph.tensors[op.input].shape
            if whole and before.around[2] == (0, 0) and op.window.padding is Padding.VALID:
                window = replace(op.window, around=before.around[:2])
                operators[-1] = replace(op, inputs=before.inputs, window=window)
                continue
        operators.append(op)
    return replace(graph, operators=tuple(operators))


def fuse_pooling(graph: Graph) -> Graph:
    """Max-pooling straight behind a convolution joins it, and pools sums before they are rounded: rounding is monotone,
    so nothing changes, and the convolution's whole output never exists."""
    operators: list[Operator] = []
    for op in graph.operators:
        before = operators[-1] if operators else None
        if isinstance(op, MaxPool2D) and isinstance(before, Conv2D) and _only_reader(graph, before, op):
            same_shape = graph.tensors[op.input].shape == graph.tensors[before.output].shape
            if same_shape and pooled(graph, before, op) is not None:
                operators[-1] = PooledConv2D.of(before, op)
                continue
        operators.append(op)
    return replace(graph, operators=tuple(operators))


def _only_reader(graph: Graph, before: Operator, op: Operator) -> bool:
    """Whether `op` alone reads what `before` writes."""
    readers = Counter(graph.root(i) for o in graph.operators for i in o.inputs)
    readers[graph.root(graph.output)] += 1
    return graph.root(op.input) == before.output and readers[before.output] == 1


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass and what it does, in words."""

    title: str
    run: Callable[[Graph], Graph]


PASSES = (
    Pass("shapes folded away", fold_shapes),
    Pass("activations joined to the layers before them", fuse_activations),
    Pass("padding joined to the convolutions behind it", fuse_padding),
    Pass("pooling joined to the convolutions before it", fuse_pooling),
)


def passes(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """The graph as it was read, then after each pass, each with a title."""
    yield "as the file has it", graph
    for one in PASSES:
        graph = one.run(graph)
        yield one.title, graph


def optimize(graph: Graph) -> Graph:
    """The graph after all passes."""
    for one in PASSES:
        graph = one.run(graph)
    return graph
