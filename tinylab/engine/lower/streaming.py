"""Streaming: windows overlap, so most rows of each layer were computed a stride ago; only the new ones are computed.

A row of a layer's output may be kept while the window slides as long as padding does not influence it: these are the
rows from `first_kept` to before `first_padded`. Rows before and behind, and those that the new samples bring, are
computed again, from inputs that are kept in the same way. Rows that no later layer reads are not even held. What is
computed is the full window's output, bit for bit. The chain of such layers ends where a layer needs all its input at
once (dense, mean), where two layers read one output, or where the stride is no whole number of rows; from there on
everything is computed anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from tinylab.engine.graph import Graph, Operator
from tinylab.engine.lower.copies import SLIDE, copy, slide
from tinylab.engine.lower.full_window import input_names, lower_operator
from tinylab.engine.lower.lowering import OutputRows, RowLowering, RowSteps
from tinylab.engine.lower.operators import LOWERINGS
from tinylab.engine.program import Buffers, KernelCall, Program


@dataclass(frozen=True, slots=True)
class Streaming:
    """A network that takes a few new samples at a time."""

    program: Program
    newest: int  # calls at its start that follow from the new samples alone, whatever the other input is
    samples: int  # rows of the window that one call takes
    calls: int  # until a whole window has passed
    layers: int  # that keep what they computed


@dataclass(frozen=True, slots=True)
class _Kept:
    """Which rows of a tensor stay the same numbers while the window slides."""

    first_kept: int  # rows before this one depend on the padding before
    first_padded: int  # rows from here on depend on the padding behind
    moved: int  # rows by which they move when the window does


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer of the chain, in rows of its output (after pooling)."""

    op: Operator
    lowering: RowLowering
    steps: RowSteps
    row_bytes: int
    kept: _Kept

    @property
    def first_new(self) -> int:
        """The first row behind the kept ones that must be computed."""
        return self.kept.first_padded - self.kept.moved

    @property
    def first_read(self) -> int:
        """The first row of input that is ever read."""
        return 0 if self.kept.first_kept else max(self.first_new * self.steps.stride - self.steps.before, 0)


def stream(graph: Graph, samples: int) -> Streaming | None:
    """The program of an optimized graph that takes `samples` rows of its first input at a time.

    A second input is taken whole. None where nothing could be kept.
    """
    rows = rows_of(graph, graph.input)
    if not 0 < samples < rows:
        return None
    chain = _chain(graph, samples)
    if not chain or chain[0].first_read > rows - samples:
        return None
    first_held = [layer.first_read for layer in chain] + [0]
    source = len(graph.tensors) + 1
    row_bytes = graph.input_tensor.elements // rows
    calls, sizes = _append_samples(graph, source, (first_held[0], rows - samples, samples), row_bytes)
    for layer, first, target_first in zip(chain, first_held, first_held[1:], strict=False):
        calls += _layer_calls(graph, layer, source, first, target_first)
        source = layer.op.output
        sizes[source] = (layer.steps.rows - target_first) * layer.row_bytes
    rest = [call for op in graph.operators[len(chain) :] for call in lower_operator(graph, op)]
    sizes |= {call.target: graph.tensors[call.target].elements for call in rest}
    kept = frozenset(call.target for call in calls if call.kernel == SLIDE)
    names = {**input_names(graph), graph.input: "samples"}
    program = Program((*calls, *rest), sizes, names, graph.root(graph.output), kept)
    return Streaming(program, len(calls), samples, -(-rows // samples), len(chain))


def rows_of(graph: Graph, tensor: int) -> int:
    """The tensor's length in time: its first dimension, after the batch, that is above 1."""
    shape = graph.tensors[tensor].shape
    return next((size for size in shape[1:-1] if size > 1), 1)


def _chain(graph: Graph, samples: int) -> list[_Layer]:
    """The layers at the network's start that can keep rows."""
    readers = Counter(graph.root(i) for op in graph.operators for i in op.inputs)
    tensor, kept = graph.input, _Kept(0, rows_of(graph, graph.input), samples)
    found: list[_Layer] = []
    for op in graph.operators:
        alone = graph.root(op.input) == tensor and readers[tensor] == 1 and op.output != graph.root(graph.output)
        layer = _layer(graph, op, kept) if alone else None
        if layer is None or (found and rows_of(graph, op.input) != found[-1].steps.rows):
            break
        found.append(layer)
        tensor, kept = op.output, layer.kept
    return found


def _layer(graph: Graph, op: Operator, source: _Kept) -> _Layer | None:
    """The layer, where its rows follow from contiguous rows and some of them can be kept."""
    lowering = LOWERINGS[type(op)].by_rows
    steps = lowering.steps(graph, op) if lowering else None
    if lowering is None or steps is None:
        return None
    first = -(-(source.first_kept + steps.before) // steps.stride)
    last = min((source.first_padded + steps.before - steps.reach) // steps.stride + 1, steps.rows)
    if source.moved % steps.stride or last - source.moved // steps.stride <= first:
        return None
    kept = _Kept(first, last, source.moved // steps.stride)
    return _Layer(op, lowering, steps, graph.tensors[op.output].elements // steps.rows, kept)


def _append_samples(
    graph: Graph, buffer: int, rows: tuple[int, int, int], row_bytes: int
) -> tuple[list[KernelCall], dict[int, int]]:
    """Calls that slide the held samples and append the new ones, and the buffer's size.

    `rows`: the first that is held, the one where new ones begin, how many these are.
    """
    first, fresh, samples = rows
    at, new_bytes = (fresh - first) * row_bytes, samples * row_bytes
    append = copy("new samples", Buffers((graph.input,), buffer), new_bytes, at)
    return [slide(buffer, at, new_bytes), append], {buffer: at + new_bytes}


def _layer_calls(graph: Graph, layer: _Layer, source: int, first_held: int, first: int) -> list[KernelCall]:
    """Slide what the layer keeps, then compute the rows before and behind; its buffer begins with row `first`."""
    calls = []
    kept, target = layer.kept, layer.op.output
    first_new = max(layer.first_new, first)
    if first_new > first:
        calls.append(slide(target, (first_new - first) * layer.row_bytes, kept.moved * layer.row_bytes))
    before = [OutputRows(0, kept.first_kept, first_held)] if kept.first_kept else []
    for rows in (*before, OutputRows(first_new, layer.steps.rows - first_new, first_held)):
        call = layer.lowering.call(graph, layer.op, Buffers((source,), target, readable_behind=True), rows)
        calls.append(replace(call, overlap=None, target_offset=(rows.first - first) * layer.row_bytes))
    return calls
