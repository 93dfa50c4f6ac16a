"""A graph as text: one line per operator, and how many multiplications there are."""

from __future__ import annotations

from collections.abc import Iterator

from tinylab.engine.forest import Forest
from tinylab.engine.graph import (
    Activation,
    Graph,
    Operator,
    PooledConv2D,
    Tensor,
    Window,
)
from tinylab.text import ntr, tr


def macs(graph: Graph) -> int:
    """Multiply-accumulates of one run as the layers state them, taps in the padding included."""
    return sum(operator.macs(graph.tensors) for operator in graph.operators)


def describe(graph: Graph) -> Iterator[str]:
    """The graph as text, one line per operator: kind, shapes, what is special, the layer's name."""
    for operator in graph.operators:
        sources = " + ".join(shape_text(graph.tensors[i]) for i in operator.inputs)
        kind = type(operator).__name__
        details = "".join(f", {detail}" for detail in _details(operator))
        yield f"{kind}: {sources} -> {shape_text(graph.tensors[operator.output])}{details}  {operator.name}"


def _details(operator: Operator) -> Iterator[str]:
    """Kernel, stride, padding and clamp, where they are not the usual ones."""
    if isinstance(operator, PooledConv2D):
        yield from _details(operator.conv)
        yield tr("then the largest of ") + "×".join(map(str, operator.pool.window.kernel))
        return
    if isinstance(operator, Forest):
        yield ntr("1 tree", "{count} trees", len(operator.roots))
        yield ntr("1 node", "{count} nodes", len(operator.features))
    window = getattr(operator, "window", None)
    if window is not None:
        yield "kernel " + "×".join(map(str, window.kernel))
        if window.stride != (1, 1):
            yield "stride " + "×".join(map(str, window.stride))
        if window.dilation != (1, 1):
            yield "dilation " + "×".join(map(str, window.dilation))
        yield padding_text(window)
    activation = getattr(operator, "activation", Activation.NONE)
    if activation is not Activation.NONE:
        yield activation.name


def padding_text(window: Window) -> str:
    """A window's padding as text."""
    if window.around == ((0, 0), (0, 0)):
        return window.padding.value
    return tr("padded by {around}", around=window.around)


def shape_text(tensor: Tensor) -> str:
    """A shape without its batch."""
    return "×".join(str(n) for n in tensor.shape[1:]) or "1"
