"""An optimized graph becomes a program: one kernel call after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinylab.engine.graph import (
    Add,
    AddConstant,
    AveragePool2D,
    Concatenate,
    Conv2D,
    Curve,
    DepthwiseConv2D,
    FullyConnected,
    Graph,
    MaxPool2D,
    Mean,
    MulConstant,
    Operator,
    Pad,
    PooledConv2D,
    Rescale,
    Softmax,
)
from tinylab.engine.lower.lower_conv import lower_conv, lower_dense, lower_pooled
from tinylab.engine.lower.lower_joins import (
    lower_add_constant,
    lower_concatenate,
    lower_curve,
    lower_mul_constant,
    lower_pad,
)
from tinylab.engine.lower.lower_others import (
    copy,
    lower_add,
    lower_depthwise,
    lower_mean,
    lower_pool,
    lower_rescale,
    lower_softmax,
)
from tinylab.engine.passes.pipeline import optimize
from tinylab.engine.program import Place, Program, Step


def lower(graph: Graph) -> Program:
    """The kernel calls of a network, in order. Raises `EngineError` where a layer exceeds what kernels can do."""
    graph = optimize(graph)
    steps = [step for op in graph.operators for step in lower_operator(graph, op)]
    output = graph.root(graph.output)
    if output == graph.input:
        output = len(graph.tensors)
        steps.append(copy("output", Place(graph.input, output), graph.output_tensor.elements))
    sizes = {step.target: _elements(graph, step.target) for step in steps}
    return Program(tuple(steps), sizes, graph.input, output)


def _elements(graph: Graph, buffer: int) -> int:
    return graph.tensors[buffer].elements if buffer < len(graph.tensors) else graph.output_tensor.elements


def lower_operator(graph: Graph, op: Operator) -> list[Step]:
    """The kernel calls of one operator of an optimized graph."""
    place = place_of(graph, op)
    if isinstance(op, Add):
        return [lower_add(graph, op, (place.source, graph.root(op.inputs[1])), op.output)]
    if isinstance(op, Concatenate):
        return lower_concatenate(graph, op)
    return [_LOWERINGS[type(op)](graph, op, place)]


def place_of(graph: Graph, op: Operator) -> Place:
    """Where an operator reads and writes."""
    source = graph.root(op.input)
    outside = source in (graph.input, graph.root(graph.output))
    return Place(source, op.output, beyond=not outside)


_LOWERINGS: Mapping[type[Operator], Callable[..., Step]] = {
    FullyConnected: lower_dense,
    Conv2D: lower_conv,
    PooledConv2D: lower_pooled,
    DepthwiseConv2D: lower_depthwise,
    MaxPool2D: lower_pool,
    AveragePool2D: lower_pool,
    Mean: lower_mean,
    Rescale: lower_rescale,
    AddConstant: lower_add_constant,
    MulConstant: lower_mul_constant,
    Pad: lower_pad,
    Curve: lower_curve,
    Softmax: lower_softmax,
}
