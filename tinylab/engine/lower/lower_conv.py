"""Dense layers become calls of tl_dense, convolutions of tl_conv (contiguous windows) or tl_conv2d (gathered ones)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tinylab.engine.arithmetic import activation_range
from tinylab.engine.graph import (
    Conv2D,
    FullyConnected,
    Graph,
    Int8Array,
    MaxPool2D,
    PooledConv2D,
    Tensor,
    Window,
)
from tinylab.engine.lower.overlap import pixel_by_pixel, walking
from tinylab.engine.lower.products import Products, even, in_fours, in_pairs, products
from tinylab.engine.program import Array, Fields, Part, Place, Step, Table, Value

# Columns become channels where that costs at most half again as many products, and few weights.
_MOST_EXTRA_WORK = 1.5
_MOST_EXPANDED_BYTES = 4096
_MOST_POOLED = 64  # windows of one pooled output, which all wait in scratch


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
    row_bytes: int  # of the input
    per_row: int = 1  # positions in one row of output

    def part(self, part: Part | None, pool: int = 1) -> _Line:
        """Only the rows of output that `part` names, `pool` rows of windows each."""
        if part is None:
            return self
        skipped, held = part.first * pool * self.per_row * self.step, part.held * self.row_bytes
        positions = part.rows * pool * self.per_row
        return replace(self, positions=positions, before=self.before - skipped + held, length=self.length - held)


def lower_dense(graph: Graph, op: FullyConnected, place: Place) -> Step:
    """A dense layer."""
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    outputs, inputs = op.weights.shape
    limits = activation_range(op.activation, result)
    numbers = products(op, op.weights, op.bias, (source, result), limits)
    fields: dict[str, Value] = {
        "rows": source.elements // inputs,
        "inputs": inputs,
        "outputs": outputs,
        "beyond": int(place.beyond),
        "weights": Table("int8_t", in_fours(even(numbers.weights, 1))),
        "biases": Table("int32_t", even(numbers.biases, 1), 8),
        "out": numbers.out,
    }
    return Step(op.name, "tl_dense", "tl_dense.h", (place.source,), place.target, Fields(fields))


def lower_conv(graph: Graph, op: Conv2D, place: Place, part: Part | None = None) -> Step:
    """A convolution; only some rows of its output where `part` says so, which asks for `is_line`."""
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    op, source, _ = _upright(op, source, None)
    line = _as_line(op, source, pooled=False)
    if line is None:
        assert part is None
        return _gathered(op, source, result, place)
    return _line_step(op, line.part(part), source, result, place, None)


def lower_pooled(graph: Graph, op: PooledConv2D, place: Place, part: Part | None = None) -> Step:
    """A convolution with the max-pooling that follows it."""
    source, result = graph.tensors[op.conv.input], graph.tensors[op.conv.output]
    conv, source, window = _upright(op.conv, source, op.pool)
    line = _pooled_line(conv, source, window)
    assert line is not None
    assert window is not None
    return _line_step(conv, line.part(part, window.kernel[0]), source, result, place, (op.pool, window))


def pools_on_sums(graph: Graph, op: Conv2D, pool: MaxPool2D) -> bool:
    """Whether a convolution can pool its sums: its windows lie in a row, those of the pooling are apart and whole."""
    conv, source, window = _upright(op, graph.tensors[op.input], pool)
    return _pooled_line(conv, source, window) is not None


def is_line(graph: Graph, op: Conv2D) -> bool:
    """Whether rows of the output follow from contiguous rows of the input."""
    conv, source, _ = _upright(op, graph.tensors[op.input], None)
    return _as_line(conv, source, pooled=False) is not None


def _upright(op: Conv2D, source: Tensor, pool: MaxPool2D | None) -> tuple[Conv2D, Tensor, Window | None]:
    """The same convolution with its long axis along the rows: (1, columns) signals are turned."""
    window = pool.window if pool else None
    _, rows, columns, depth = source.shape
    if rows != 1 or columns == 1 or not stays_flat(op.window):
        return op, source, window
    turned = replace(op, weights=op.weights.transpose(0, 2, 1, 3), window=turn(op.window))
    return turned, replace(source, shape=(1, columns, rows, depth)), turn(window) if window else None


def stays_flat(window: Window) -> bool:
    """Whether one row of input gives one row of output, so that turning both leaves every byte where it is."""
    return window.kernel[0] == 1 and window.output_size(1, 0) == 1


def turn(window: Window) -> Window:
    """The same window with rows and columns exchanged."""
    return replace(
        window,
        kernel=window.kernel[::-1],
        stride=window.stride[::-1],
        dilation=window.dilation[::-1],
        around=window.around[::-1],
    )


def _as_line(op: Conv2D, source: Tensor, *, pooled: bool) -> _Line | None:
    """Windows along the rows whose bytes are contiguous; None where they are not, or where that would be wasteful."""
    window, (_, rows, columns, depth) = op.window, source.shape
    kernel_rows, kernel_columns = window.kernel
    if kernel_rows > 1 and window.dilation[0] > 1:
        return None
    channels = len(op.weights)
    if window.kernel == (1, 1) and window.stride == (1, 1) and not (pooled or any(map(any, window.around))):
        matrix = op.weights.reshape(channels, depth)
        return _Line(matrix, op.bias, 1, rows * columns, depth, 0, source.elements, columns * depth, columns)
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
        columns * depth,
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


def _pooled_line(op: Conv2D, source: Tensor, window: Window | None) -> _Line | None:
    """The convolution's windows that are pooled; None where pooling on sums is not possible."""
    line = _as_line(op, source, pooled=True)
    if line is None or window is None:
        return None
    sizes = (line.positions, line.columns)
    outputs = [window.output_size(size, axis) for axis, size in enumerate(sizes)]
    whole = all(outputs[a] * window.kernel[a] <= sizes[a] for a in (0, 1))
    if window.stride != window.kernel or not whole or window.kernel[0] * window.kernel[1] == 1:
        return None
    if sizes[1] % window.kernel[1] or window.kernel[0] * window.kernel[1] > _MOST_POOLED:
        return None
    return replace(line, positions=outputs[0] * window.kernel[0])


def _line_step(
    op: Conv2D,
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
        limits, kernel = (max(limits[0], more[0]), min(limits[1], more[1])), pooling[1].kernel
    channels, taps = len(op.bias), line.matrix.shape[1]
    together = _together(line.positions, taps, kernel[0])
    rows = kernel[0] if kernel[0] > 1 else together
    edges = _has_edges(line, taps, rows, place)
    numbers = products(op, line.matrix, line.bias, (source, result), limits)
    fields: dict[str, Value] = {
        "positions": line.positions,
        "taps": taps,
        "step": line.step,
        "before": line.before,
        "length": line.length,
        "beyond": int(place.beyond),
        "edges": int(edges),
        "columns": line.columns,
        "channels": channels,
        "pool": kernel[0],
        "pool_columns": kernel[1],
        "together": together,
        "input_zero": source.zero_point,
        **_tables(numbers, line.columns),
    }
    blocks = np.arange(-(-line.positions // rows))
    made = np.minimum((blocks + 1) * rows, line.positions) // kernel[0]
    return Step(
        name=op.name,
        kernel="tl_conv",
        header="tl_conv.h",
        sources=(place.source,),
        target=place.target,
        fields=Fields(fields),
        scratch_bytes=_scratch_bytes(line, taps, rows, edges),
        overlap=walking(blocks * rows * line.step - line.before, made * (line.columns // kernel[1] * channels)),
    )


def _tables(numbers: Products, columns: int) -> dict[str, Value]:
    return {
        "weights": Table("int8_t", in_pairs(even(numbers.weights, columns))),
        "biases": Table("int32_t", even(numbers.biases, columns), 8),
        "out": numbers.out,
    }


def _has_edges(line: _Line, taps: int, rows: int, place: Place) -> bool:
    """Whether some windows hang over the input's ends, or must not be over-read where they end."""
    end = -(-line.positions // rows) * rows * line.step - line.step - line.before + taps
    reach = end if place.beyond else end + -taps % 4
    return line.before > 0 or reach > line.length


def _scratch_bytes(line: _Line, taps: int, rows: int, edges: bool) -> int:
    """16 bits per tap of each window of a row, and their bytes where there are edges."""
    units = (taps + 3) // 4
    return rows * units * 8 + ((rows - 1) * line.step + units * 4 if edges else 0)


def _together(positions: int, taps: int, pool: int) -> int:
    """How many windows are computed at once: what needs the fewest instructions on a Cortex-M4."""
    if pool > 1:
        return max(n for n in (1, 2, 3) if pool % n == 0)
    per_unit, around = {1: 10, 2: 16, 3: 23}, {1: 24, 2: 32, 3: 42}
    units = (taps + 3) // 4
    return min((1, 2, 3), key=lambda n: -(-positions // n) * (units * per_unit[n] + around[n]))


def _gathered(op: Conv2D, source: Tensor, result: Tensor, place: Place) -> Step:
    window, (_, rows, columns, depth) = op.window, source.shape
    matrix = op.weights.reshape(len(op.bias), -1)
    channels, taps = len(op.bias), matrix.shape[1]
    out_rows, out_columns = window.output_size(rows, 0), window.output_size(columns, 1)
    together = _together(out_rows * out_columns, taps, 1)
    step = (taps + 3) // 4 * 4
    numbers = products(op, matrix, op.bias, (source, result), activation_range(op.activation, result))
    conv: dict[str, Value] = {
        "positions": out_rows * out_columns,
        "taps": taps,
        "step": step,
        "columns": 1,
        "channels": channels,
        "pool": 1,
        "pool_columns": 1,
        "together": together,
        "input_zero": source.zero_point,
        **_tables(numbers, 1),
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
        together * step * 3,
        overlap,
    )
