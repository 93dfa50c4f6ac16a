"""A graph becomes a program: reshapes vanish, pooling and clamps join the layer before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from tinylab.engine.graph import (
    Activation,
    Add,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    Graph,
    MaxPool2D,
    Mean,
    Operator,
    Rescale,
    Reshape,
    Softmax,
    inputs_of,
)
from tinylab.engine.lower_conv import lower_conv, lower_dense
from tinylab.engine.lower_others import (
    copy,
    lower_add,
    lower_depthwise,
    lower_mean,
    lower_pool,
    lower_rescale,
    lower_softmax,
)
from tinylab.engine.steps import Place, Program, Step


def lower(graph: Graph) -> Program:
    """The kernel calls of a network, in order. Raises `EngineError` where a layer exceeds what kernels can do."""
    graph = fuse_clamps(graph)
    work = _Lowering(graph)
    steps = work.steps()
    output = work.root[graph.output]
    if output == graph.input:
        output = len(graph.tensors)
        steps.append(copy("output", Place(graph.input, output), graph.output_tensor.elements))
    sizes = {step.target: _elements(graph, step.target) for step in steps}
    return Program(tuple(steps), sizes, graph.input, output)


def _elements(graph: Graph, buffer: int) -> int:
    return graph.tensors[buffer].elements if buffer < len(graph.tensors) else graph.output_tensor.elements


def fuse_clamps(graph: Graph) -> Graph:
    """RELU and RELU6 that only clamp become the activation of the layer before them, where that has none."""
    users = Counter(i for op in graph.operators for i in inputs_of(op))
    operators: list[Operator] = []
    for op in graph.operators:
        before = operators[-1] if operators else None
        if isinstance(op, Rescale) and isinstance(before, FullyConnected | Conv2D | DepthwiseConv2D | Add):
            source, result = graph.tensors[op.input], graph.tensors[op.output]
            same = (source.scale, source.zero_point) == (result.scale, result.zero_point)
            alone = users[op.input] == 1 and op.input != graph.output and before.output == op.input
            if same and alone and before.activation is Activation.NONE:
                operators[-1] = replace(before, output=op.output, activation=op.activation)
                continue
        operators.append(op)
    return replace(graph, operators=tuple(operators))


class _Lowering:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.root = {graph.input: graph.input}  # tensor -> the buffer that holds its bytes
        for op in graph.operators:
            self.root[op.output] = self.root[op.input] if isinstance(op, Reshape) else op.output
        self._users = Counter(
            self.root[i] for op in graph.operators if not isinstance(op, Reshape) for i in inputs_of(op)
        )
        self._users[self.root[graph.output]] += 1

    def steps(self) -> list[Step]:
        operators = [op for op in self._graph.operators if not isinstance(op, Reshape)]
        steps: list[Step] = []
        skip = False
        for op, following in zip(operators, [*operators[1:], None], strict=True):
            if skip:
                skip = False
                continue
            fused = self._with_pool(op, following)
            skip = fused is not None
            steps.append(fused or self._alone(op))
        return steps

    def _with_pool(self, op: Operator, following: Operator | None) -> Step | None:
        if not (isinstance(op, Conv2D) and isinstance(following, MaxPool2D)):
            return None
        same_shape = self._graph.tensors[following.input].shape == self._graph.tensors[op.output].shape
        only = self.root[following.input] == op.output and self._users[op.output] == 1
        if not (same_shape and only):
            return None
        return lower_conv(self._graph, op, self._place(op.input, following.output), following)

    def _place(self, source: int, target: int) -> Place:
        root = self.root[source]
        outside = root in (self._graph.input, self.root[self._graph.output])
        return Place(root, target, beyond=not outside)

    def _alone(self, op: Operator) -> Step:
        place = self._place(op.input, op.output)
        if isinstance(op, Add):
            return lower_add(self._graph, op, (place.source, self.root[op.second]), op.output)
        step = _LOWERINGS[type(op)](self._graph, op, place)
        assert step is not None
        return step


_LOWERINGS: Mapping[type[Operator], Callable[..., Step | None]] = {
    FullyConnected: lower_dense,
    Conv2D: lower_conv,
    DepthwiseConv2D: lower_depthwise,
    MaxPool2D: lower_pool,
    AveragePool2D: lower_pool,
    Mean: lower_mean,
    Rescale: lower_rescale,
    Softmax: lower_softmax,
}
