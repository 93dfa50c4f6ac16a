"""Convolutions and dense layers become calls of tl_conv (contiguous windows) or tl_conv2d (gathered windows)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tinylab.engine.arithmetic import activation_range, channel_multipliers
from tinylab.engine.graph import (
    Conv2D,
    FullyConnected,
    Graph,
    Int8Array,
    MaxPool2D,
    Tensor,
    Window,
)
from tinylab.engine.overlap import pixel_by_pixel, walking
from tinylab.engine.requantize import requant
from tinylab.engine.steps import Array, Fields, Place, Step, Table, Value

# Columns become channels where that costs at most half again as many products, and few weights.
_MOST_EXTRA_WORK = 1.5
_MOST_EXPANDED_BYTES = 4096
_MOST_POOLED = 12  # windows of one pooled output, which are unrolled


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A layer as windows along one axis: `matrix` is (columns · channels, taps)."""

    matrix: Array
    bias: Array  # (columns · channels,)
    columns: int
    positions: int
    step: int
    before: int
    length: int


def lower_dense(graph: Graph, op: FullyConnected, place: Place) -> Step:
    """A dense layer: one window per row of inputs."""
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    inputs = op.weights.shape[1]
    line = _Line(op.weights, op.bias, 1, source.elements // inputs, inputs, 0, source.elements)
    return _line_step(op, line, source, result, place, None)


def lower_conv(graph: Graph, op: Conv2D, place: Place, pool: MaxPool2D | None = None) -> Step | None:
    """A convolution, with the max-pooling that follows it when `pool` is given; None: these two do not go together."""
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    op, source, pool_window = _upright(op, source, pool)
    line = _as_line(op, source, pool_window)
    if line is None:
        return None if pool else _gathered(op, source, result, place)
    if pool is not None:
        return _pooled(op, line, source, result, place, pool, pool_window)
    return _line_step(op, line, source, result, place, None)


def _upright(op: Conv2D, source: Tensor, pool: MaxPool2D | None) -> tuple[Conv2D, Tensor, Window | None]:
    """The same convolution with its long axis along the rows: (1, columns) signals are turned."""
    window = pool.window if pool else None
    _, rows, columns, depth = source.shape
    if rows != 1 or columns == 1 or op.window.kernel[0] != 1:
        return op, source, window
    turned = replace(op, weights=op.weights.transpose(0, 2, 1, 3), window=_turn(op.window))
    return turned, replace(source, shape=(1, columns, rows, depth)), _turn(window) if window else None


def _turn(window: Window) -> Window:
    return replace(window, kernel=window.kernel[::-1], stride=window.stride[::-1], dilation=window.dilation[::-1])


def _as_line(op: Conv2D, source: Tensor, pool: Window | None) -> _Line | None:
    """Windows along the rows whose bytes are contiguous; None where they are not, or where that would be wasteful."""
    window, (_, rows, columns, depth) = op.window, source.shape
    kernel_rows, kernel_columns = window.kernel
    if kernel_rows > 1 and window.dilation[0] > 1:
        return None
    channels = len(op.weights)
    if window.kernel == (1, 1) and window.stride == (1, 1) and pool is None:
        matrix = op.weights.reshape(channels, depth)
        return _Line(matrix, op.bias, 1, rows * columns, depth, 0, source.elements)
    out_columns = window.output_size(columns, 1)
    expanded = out_columns * channels * kernel_rows * columns * depth
    wasteful = expanded > _MOST_EXPANDED_BYTES and out_columns > 1
    if columns > _MOST_EXTRA_WORK * kernel_columns or wasteful:
        return None
    return _Line(
        _expanded(op.weights, window, columns, out_columns),
        np.tile(op.bias, out_columns),
        out_columns,
        window.output_size(rows, 0),
        window.stride[0] * columns * depth,
        window.pad_before(rows, 0) * columns * depth,
        source.elements,
    )


def _expanded(weights: Int8Array, window: Window, columns: int, out_columns: int) -> Array:
    """Weights over whole input rows: (output column · channel, kernel row · input column · depth), zeros in between."""
    channels, kernel_rows, kernel_columns, depth = weights.shape
    whole = np.zeros((out_columns, channels, kernel_rows, columns, depth), np.int8)
    for out_column in range(out_columns):
        for j in range(kernel_columns):
            column = out_column * window.stride[1] - window.pad_before(columns, 1) + j * window.dilation[1]
            if 0 <= column < columns:
                whole[out_column, :, :, column] = weights[:, :, j]
    return whole.reshape(out_columns * channels, -1)


def _pooled(
    op: Conv2D, line: _Line, source: Tensor, result: Tensor, place: Place, pool: MaxPool2D, window: Window | None
) -> Step | None:
    """The convolution and its pooling in one step, where the pooling's windows neither overlap nor hang over."""
    assert window is not None
    sizes = (line.positions, line.columns)
    outputs = [window.output_size(size, axis) for axis, size in enumerate(sizes)]
    whole = all(outputs[a] * window.kernel[a] <= sizes[a] for a in (0, 1))
    if window.stride != window.kernel or not whole or window.kernel[0] * window.kernel[1] == 1:
        return None
    if sizes[1] % window.kernel[1] or window.kernel[0] * window.kernel[1] > _MOST_POOLED:
        return None
    kept = replace(line, positions=outputs[0] * window.kernel[0])
    return _line_step(op, kept, source, result, place, (pool, window))


def _line_step(
    op: Conv2D | FullyConnected,
    line: _Line,
    source: Tensor,
    result: Tensor,
    place: Place,
    pooling: tuple[MaxPool2D, Window] | None,
) -> Step:
    limits = activation_range(op.activation, result)
    kernel = (1, 1)
    if pooling is not None:
        more = activation_range(pooling[0].activation, result)
        limits, kernel = _intersection(limits, more), pooling[1].kernel
    channels, taps = len(op.bias), line.matrix.shape[1]
    together, group = _block(line.positions, channels, kernel[0])
    single_tail = line.positions == 1 and not place.beyond
    fields: dict[str, Value] = {
        "positions": line.positions,
        "taps": taps,
        "step": line.step,
        "before": line.before,
        "length": line.length,
        "beyond": int(place.beyond),
        "single_tail": int(single_tail),
        "columns": line.columns,
        "channels": channels,
        "pool": kernel[0],
        "pool_columns": kernel[1],
        "together": together,
        "group": group,
        **_products(op, line.matrix, line.bias, source, result, limits, group),
    }
    rows = kernel[0] if kernel[0] > 1 else together
    blocks = np.arange(-(-line.positions // rows))
    width = line.columns // kernel[1] * channels
    made = np.minimum((blocks + 1) * rows, line.positions) // kernel[0]
    return Step(
        name=op.name,
        kernel="tl_conv",
        header="tl_conv.h",
        sources=(place.source,),
        target=place.target,
        fields=Fields(fields),
        scratch_bytes=(rows - 1) * line.step + (taps + 3) // 4 * 4
        if _needs_stage(line, taps, single_tail, place)
        else 0,
        overlap=walking(blocks * rows * line.step - line.before, made * width),
    )


def _needs_stage(line: _Line, taps: int, single_tail: bool, place: Place) -> bool:
    end = (line.positions - 1) * line.step - line.before + taps
    reach = end if place.beyond or single_tail else end + -taps % 4
    return line.before > 0 or reach > line.length


def _products(
    op: Conv2D | FullyConnected,
    matrix: Array,
    bias: Array,
    source: Tensor,
    result: Tensor,
    limits: tuple[int, int],
    group: int,
) -> dict[str, Value]:
    """Weights, biases and requantization, the input zero point folded in."""
    wide = matrix.astype(np.int64)
    folded = bias - source.zero_point * wide.sum(axis=1)
    magnitude = np.abs(wide).sum(axis=1)
    largest = int(max(np.max(np.abs(bias) + 255 * magnitude), np.max(np.abs(folded) + 128 * magnitude)))
    multipliers = channel_multipliers(source.scale, op.weight_scales, result.scale)
    return {
        "input_zero": source.zero_point,
        "weights": Table("int8_t", _packed(matrix, len(op.bias), group)),
        "biases": Table("int32_t", folded, 8),
        "out": requant(multipliers, result.zero_point, limits, largest, op.name),
    }


def _packed(matrix: Array, channels: int, group: int) -> Array:
    """Weights in the order in which tl_dot reads them: per group of channels words of four taps, channel by channel."""
    padded = np.pad(matrix, ((0, 0), (0, -matrix.shape[1] % 4)))
    parts = []
    for column in padded.reshape(-1, channels, padded.shape[1]):
        for first in range(0, channels, group):
            block = column[first : first + group]
            parts.append(block.reshape(len(block), -1, 4).transpose(1, 0, 2).reshape(-1))
    return np.concatenate(parts)


def _block(positions: int, channels: int, pool: int) -> tuple[int, int]:
    """How many positions and channels are computed at once, so that the sums stay in registers."""
    together = _largest_divisor(pool, 3) if pool > 1 else min(positions, 2)
    room = {1: 4, 2: 3, 3: 2}[together]
    group = max(g for g in range(1, room + 1) if channels % g == 0)
    return together, group if group > 1 else min(2, channels)


def _largest_divisor(number: int, limit: int) -> int:
    return max(d for d in range(1, limit + 1) if number % d == 0)


def _intersection(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], two[0]), min(one[1], two[1])


def _gathered(op: Conv2D, source: Tensor, result: Tensor, place: Place) -> Step:
    window, (_, rows, columns, depth) = op.window, source.shape
    matrix = op.weights.reshape(len(op.bias), -1)
    channels, taps = len(op.bias), matrix.shape[1]
    out_rows, out_columns = window.output_size(rows, 0), window.output_size(columns, 1)
    together, group = _block(out_rows * out_columns, channels, 1)
    step = (taps + 3) // 4 * 4
    conv: dict[str, Value] = {
        "positions": out_rows * out_columns,
        "taps": taps,
        "step": step,
        "columns": 1,
        "channels": channels,
        "pool": 1,
        "pool_columns": 1,
        "together": together,
        "group": group,
        **_products(op, matrix, op.bias, source, result, activation_range(op.activation, result), group),
    }
    fields: dict[str, Value] = {
        "rows": rows,
        "columns": columns,
        "depth": depth,
        "out_columns": out_columns,
        "kernel_rows": window.kernel[0],
        "kernel_columns": window.kernel[1],
        "stride_rows": window.stride[0],
        "stride_columns": window.stride[1],
        "dilation_rows": window.dilation[0],
        "dilation_columns": window.dilation[1],
        "pad_rows": window.pad_before(rows, 0),
        "pad_columns": window.pad_before(columns, 1),
        "conv": Fields(conv),
    }
    overlap = pixel_by_pixel(window, source.shape, channels)
    return Step(
        op.name,
        "tl_conv2d",
        "tl_conv2d.h",
        (place.source,),
        place.target,
        Fields(fields),
        together * step,
        overlap,
    )
