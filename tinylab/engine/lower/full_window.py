"""An optimized graph becomes the program that takes a whole window: one kernel call after another."""

from __future__ import annotations

from tinylab.engine.graph import Graph, Operator
from tinylab.engine.lower.copies import copy
from tinylab.engine.lower.operators import LOWERINGS
from tinylab.engine.program import Buffers, KernelCall, Program


def lower(graph: Graph) -> Program:
    """The kernel calls of an optimized network, in order; `EngineError` where a layer exceeds what kernels can do."""
    calls = [call for op in graph.operators for call in lower_operator(graph, op)]
    sizes = {call.target: graph.tensors[call.target].elements for call in calls}
    output = graph.root(graph.output)
    if output in graph.inputs:  # nothing but changes of shape
        source, output, elements = output, len(graph.tensors), graph.output_tensor.elements
        calls.append(copy("output", Buffers((source,), output), elements))
        sizes[output] = elements
    return Program(tuple(calls), sizes, input_names(graph), output)


def input_names(graph: Graph) -> dict[int, str]:
    """What the network's inputs are called in C."""
    names = ("input",) if len(graph.inputs) == 1 else ("window", "features")
    return dict(zip(graph.inputs, names, strict=True))


def lower_operator(graph: Graph, op: Operator) -> list[KernelCall]:
    """The kernel calls of one operator."""
    return LOWERINGS[type(op)].calls(graph, op, _buffers(graph, op))


def _buffers(graph: Graph, op: Operator) -> Buffers:
    sources = tuple(graph.root(i) for i in op.inputs)
    callers = (*graph.inputs, graph.root(graph.output))  # behind these the caller's own memory begins
    return Buffers(sources, op.output, readable_behind=sources[0] not in callers)
