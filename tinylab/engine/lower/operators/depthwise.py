"""DEPTHWISE_CONV_2D: along one axis where the layer has one only, else the general kernel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinylab.engine.arithmetic import activation_range
from tinylab.engine.contiguous import keeps_one_row, transposed
from tinylab.engine.graph import DepthwiseConv2D, Graph, Int8Array, Window
from tinylab.engine.lower.lowering import Lowering, OutputRows, RowLowering, RowSteps, row_steps
from tinylab.engine.lower.products import products
from tinylab.engine.lower.windows import geometry, pixel_by_pixel
from tinylab.engine.program import Array, Buffers, Kernel, KernelCall, Overlap, Struct, Table, Value

ALONG_ROWS = Kernel("tl_depthwise_line", "tl_depthwise.h")
GENERAL = Kernel("tl_depthwise", "tl_depthwise.h")
_MOST_TAPS = 16  # of the kernel along one axis, which keeps them in registers
_TOGETHER = 2  # rows of output that it computes at once


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A layer along its one axis."""

    taps: Array  # (channels, taps)
    stride: int
    rows: int  # of input that the buffer holds
    before: int  # rows of padding before these; negative where the first output begins further on
    out_rows: int

    def only(self, wanted: OutputRows) -> _Line:
        """Only some rows of output."""
        skipped = wanted.first * self.stride - wanted.first_held
        return _Line(self.taps, self.stride, self.rows - wanted.first_held, self.before - skipped, wanted.count)

    def ends_of_padding(self) -> tuple[int, int]:
        """The first row of output that reads no padding before, and the first behind those computed together."""
        head = min(max(-(-self.before // self.stride), 0), self.out_rows)
        fitting = min((self.rows + self.before - self.taps.shape[1]) // self.stride + 1, self.out_rows)
        return head, head + max(fitting - head, 0) // _TOGETHER * _TOGETHER


def _line(graph: Graph, op: DepthwiseConv2D) -> _Line | None:
    """The layer along its one axis; None where it has two."""
    _, rows, columns, _ = graph.tensors[op.input].shape
    window, weights = op.window, op.weights
    if rows == 1 and columns > 1 and keeps_one_row(window):
        rows, columns, weights, window = columns, 1, weights.transpose(1, 0, 2), transposed(window)
    taps = _taps(weights, window, columns) if op.multiplier == 1 else None
    if taps is None:
        return None
    return _Line(taps, window.stride[0], rows, window.pad_before(rows, 0), window.output_size(rows, 0))


def _taps(weights: Int8Array, window: Window, columns: int) -> Array | None:
    """(channel, tap) along the rows where there is one column and no dilation; few enough taps for registers."""
    if columns != 1 or window.output_size(columns, 1) != 1:
        return None
    if weights.shape[0] > _MOST_TAPS or (weights.shape[0] > 1 and window.dilation[0] != 1):
        return None
    middle = window.pad_before(1, 1) // window.dilation[1] if window.kernel[1] > 1 else 0
    if middle * window.dilation[1] != window.pad_before(1, 1):
        return None
    return np.ascontiguousarray(weights[:, middle].T)


def _calls(graph: Graph, op: DepthwiseConv2D, buffers: Buffers) -> list[KernelCall]:
    line = _line(graph, op)
    return [_general(graph, op, buffers) if line is None else _along_rows(graph, op, buffers, line)]


def _some_rows(graph: Graph, op: DepthwiseConv2D, buffers: Buffers, rows: OutputRows) -> KernelCall:
    line = _line(graph, op)
    assert line is not None
    return _along_rows(graph, op, buffers, line.only(rows))


def _along_rows(graph: Graph, op: DepthwiseConv2D, buffers: Buffers, line: _Line) -> KernelCall:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    channels, count = line.taps.shape
    head, tail = line.ends_of_padding()
    sums = products(op, line.taps, op.bias, (source, result), activation_range(op.activation, result))
    members: dict[str, Value] = {
        "rows": line.rows,
        "out_rows": line.out_rows,
        "channels": channels,
        "taps": count,
        "stride": line.stride,
        "before": line.before,
        "head": head,
        "tail": tail,
        "together": _TOGETHER,
        "input_zero": source.zero_point,
        "weights": Table("int8_t", line.taps.reshape(-1)),
        "biases": Table("int32_t", sums.biases, 8),
        "out": sums.out,
    }
    overlap = Overlap(line.before * channels, exact=True)
    return KernelCall(op.name, ALONG_ROWS, buffers.sources, buffers.target, Struct(members), overlap=overlap)


def _general(graph: Graph, op: DepthwiseConv2D, buffers: Buffers) -> KernelCall:
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    channels = op.weights.shape[2]
    limits = activation_range(op.activation, result)
    sums = products(op, op.weights.reshape(-1, channels).T, op.bias, (source, result), limits)
    members: dict[str, Value] = {
        **geometry(op.window, source.shape, "depth"),
        "multiplier": op.multiplier,
        "dilation_rows": op.window.dilation[0],
        "dilation_columns": op.window.dilation[1],
        "weights": Table("int8_t", op.weights.reshape(-1)),
        "input_zero": source.zero_point,
        "biases": Table("int32_t", sums.biases, 8),
        "out": sums.out,
    }
    overlap = pixel_by_pixel(op.window, source.shape, channels)
    return KernelCall(op.name, GENERAL, buffers.sources, buffers.target, Struct(members), overlap=overlap)


def _steps(graph: Graph, op: DepthwiseConv2D) -> RowSteps | None:
    return row_steps(graph, op, op.window) if _line(graph, op) is not None else None


LOWERINGS = {DepthwiseConv2D: Lowering(_calls, RowLowering(_steps, _some_rows))}
