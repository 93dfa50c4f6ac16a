"""Streaming: windows overlap, so most rows of each layer were computed a stride ago; only the new ones are computed.

A row of a layer's output may be kept while the window slides as long as no padding had a say in it: rows [steady,
ragged) of `_Layer`. Rows before and behind, and those that the new samples bring, are computed again, from inputs that
are kept in the same way. Rows that no later layer asks for are not even held. What is computed is the full window's
output, bit for bit. The chain of such layers ends where a layer needs all its input at once (dense, mean), where two
layers read one output, or where the stride is no whole number of rows; from there on everything is computed anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from tinylab.engine.graph import Conv2D, DepthwiseConv2D, Graph, Operator, PooledConv2D
from tinylab.engine.lower.lower_conv import is_line, lower_conv, lower_pooled
from tinylab.engine.lower.lower_others import is_depthwise_line, lower_depthwise
from tinylab.engine.lower.lowering import lower_operator
from tinylab.engine.passes.pipeline import optimize
from tinylab.engine.program import Fields, Overlap, Part, Place, Program, Step


@dataclass(frozen=True, slots=True)
class Streaming:
    """A network that takes a few new samples at a time."""

    program: Program
    samples: int  # rows of the window that one call takes
    calls: int  # until a whole window has passed
    layers: int  # that keep what they computed


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer of the chain: how its rows follow from the input's, in rows of output after pooling."""

    op: Conv2D | PooledConv2D | DepthwiseConv2D
    rows: int
    row_bytes: int
    reach: int  # rows of input under one row of output
    stride: int  # rows of input from one row of output to the next
    before: int  # rows of padding
    steady: int  # rows from here on owe nothing to the padding before
    ragged: int  # rows from here on owe something to the padding behind
    moved: int  # rows by which the output moves when the window does

    @property
    def again(self) -> int:
        """The first row behind `steady` that must be computed."""
        return self.ragged - self.moved

    @property
    def needs(self) -> int:
        """The first row of input that is ever read."""
        return 0 if self.steady else max(self.again * self.stride - self.before, 0)


def stream(graph: Graph, samples: int) -> Streaming | None:
    """The program that takes `samples` rows of the input at a time; None where nothing could be kept."""
    graph = optimize(graph)
    rows = rows_of(graph, graph.input)
    if not 0 < samples < rows:
        return None
    chain = _chain(graph, samples)
    if not chain or chain[0].needs > rows - samples:
        return None
    held = [layer.needs for layer in chain] + [0]
    source = len(graph.tensors) + 1
    row_bytes = graph.input_tensor.elements // rows
    steps, sizes = _take(graph, source, (held[0], rows - samples, samples), row_bytes)
    for layer, first, target_first in zip(chain, held, held[1:], strict=False):
        steps += _layer_steps(graph, layer, source, first, target_first)
        source = layer.op.output
        sizes[source] = (layer.rows - target_first) * layer.row_bytes
    rest = [step for op in graph.operators[len(chain) :] for step in lower_operator(graph, op)]
    sizes |= {step.target: graph.tensors[step.target].elements for step in rest}
    kept = frozenset(step.target for step in steps if step.kernel == "tl_slide")
    program = Program((*steps, *rest), sizes, graph.input, graph.root(graph.output), kept)
    return Streaming(program, samples, -(-rows // samples), len(chain))


def rows_of(graph: Graph, tensor: int) -> int:
    """The tensor's length in time: its first dimension, after the batch, that is above 1."""
    shape = graph.tensors[tensor].shape
    return next((size for size in shape[1:-1] if size > 1), 1)


def _chain(graph: Graph, samples: int) -> list[_Layer]:
    readers = Counter(graph.root(i) for op in graph.operators for i in op.inputs)
    at, steady, ragged, moved = graph.input, 0, rows_of(graph, graph.input), samples
    found: list[_Layer] = []
    for op in graph.operators:
        alone = graph.root(op.input) == at and readers[at] == 1 and op.output != graph.root(graph.output)
        layer = _layer(graph, op, (steady, ragged, moved)) if alone else None
        if layer is None or (found and rows_of(graph, op.input) != found[-1].rows):
            break
        found.append(layer)
        at, steady, ragged, moved = op.output, layer.steady, layer.ragged, layer.moved
    return found


def _layer(graph: Graph, op: Operator, before: tuple[int, int, int]) -> _Layer | None:
    """The layer, where its rows follow from contiguous rows and some of them can be kept."""
    conv = op.conv if isinstance(op, PooledConv2D) else op
    if isinstance(conv, Conv2D):
        fits = is_line(graph, conv)
    else:
        fits = isinstance(conv, DepthwiseConv2D) and is_depthwise_line(graph, conv)
    if not fits or not isinstance(op, Conv2D | PooledConv2D | DepthwiseConv2D):
        return None
    assert isinstance(conv, Conv2D | DepthwiseConv2D)
    shape, result = graph.tensors[conv.input].shape, graph.tensors[op.output]
    axis = 0 if shape[1] > 1 else 1
    pool = op.pool.window.kernel[axis] if isinstance(op, PooledConv2D) else 1
    window, (steady, ragged, moved) = conv.window, before
    stride, padding = window.stride[axis] * pool, window.pad_before(shape[1 + axis], axis)
    reach = (pool - 1) * window.stride[axis] + window.reach(axis)
    rows = result.shape[1 + axis]
    first = -(-(steady + padding) // stride)
    last = min((ragged + padding - reach) // stride + 1, rows)
    if moved % stride or last - moved // stride <= first:
        return None
    return _Layer(op, rows, result.elements // rows, reach, stride, padding, first, last, moved // stride)


def _take(graph: Graph, buffer: int, rows: tuple[int, int, int], row_bytes: int) -> tuple[list[Step], dict[int, int]]:
    """Steps that slide the held samples and append the new ones; `rows`: first held, where new ones go, how many."""
    first, fresh, samples = rows
    at = (fresh - first) * row_bytes
    copy = Step(
        "new samples",
        "tl_copy",
        "tl_elementwise.h",
        (graph.input,),
        buffer,
        Fields({"length": samples * row_bytes}),
        overlap=Overlap(0),
        target_at=at,
    )
    return [_slide(buffer, at, samples * row_bytes), copy], {buffer: at + samples * row_bytes}


def _slide(buffer: int, kept: int, by: int) -> Step:
    return Step("slide", "tl_slide", "tl_elementwise.h", (), buffer, Fields({"kept": kept, "by": by}))


def _layer_steps(graph: Graph, layer: _Layer, source: int, held: int, first: int) -> list[Step]:
    """Slide what the layer keeps, then compute the rows before and behind; its buffer begins with row `first`."""
    steps = []
    again = max(layer.again, first)
    if again > first:
        steps.append(_slide(layer.op.output, (again - first) * layer.row_bytes, layer.moved * layer.row_bytes))
    parts = [Part(0, layer.steady, held)] if layer.steady else []
    for part in (*parts, Part(again, layer.rows - again, held)):
        step = _lowered(graph, layer.op, Place(source, layer.op.output, beyond=True), part)
        steps.append(replace(step, overlap=None, target_at=(part.first - first) * layer.row_bytes))
    return steps


def _lowered(graph: Graph, op: Conv2D | PooledConv2D | DepthwiseConv2D, place: Place, part: Part) -> Step:
    if isinstance(op, PooledConv2D):
        return lower_pooled(graph, op, place, part)
    if isinstance(op, DepthwiseConv2D):
        return lower_depthwise(graph, op, place, part)
    return lower_conv(graph, op, place, part)
