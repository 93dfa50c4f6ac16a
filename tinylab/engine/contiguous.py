"""Convolutions whose windows are neighbouring bytes of the input, one window after the other along one axis.

Passes ask whether a convolution is one of these, and lowering builds its kernel call from the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinylab.engine.graph import Conv2D, Graph, MaxPool2D, Tensor, Window

# Columns become channels where that costs at most half again as many products, and few weights.
_MOST_EXTRA_WORK = 1.5
_MOST_EXPANDED_BYTES = 4096
_MOST_POOLED = 64  # windows of one pooled output, which all wait in scratch


@dataclass(frozen=True, slots=True, eq=False)
class WindowLine:
    """A convolution as windows along its rows."""

    op: Conv2D  # with its long axis along the rows
    source: Tensor  # its input, likewise
    columns: int  # outputs side by side that one window gives, each of all channels
    positions: int  # windows
    step: int  # bytes from one window to the next
    before: int  # bytes of padding before the first window's first input
    length: int  # bytes of input
    row_bytes: int  # of the input
    per_row: int = 1  # windows in one row of output; above 1 each window is one pixel
    pool: tuple[int, int] = (1, 1)  # (windows, columns) of which the largest is taken


def contiguous(graph: Graph, op: Conv2D) -> WindowLine | None:
    """The convolution along its rows; None where its windows are not contiguous, or where that would be wasteful."""
    conv, source = along_rows(op, graph.tensors[op.input])
    window, (_, rows, columns, depth) = conv.window, source.shape
    if window.kernel == (1, 1) and window.stride == (1, 1) and not any(map(any, window.around)):
        return WindowLine(conv, source, 1, rows * columns, depth, 0, source.elements, columns * depth, columns)
    return _whole_rows(conv, source)


def pooled(graph: Graph, op: Conv2D, pool: MaxPool2D) -> WindowLine | None:
    """The convolution's windows that are pooled; None where the kernel cannot pool sums.

    It can where its windows lie in a row, and those of the pooling are apart and whole.
    """
    conv, source = along_rows(op, graph.tensors[op.input])
    line = _whole_rows(conv, source)
    if line is None:
        return None
    window = pool.window if conv is op else transposed(pool.window)
    sizes = (line.positions, line.columns)
    outputs = [window.output_size(size, axis) for axis, size in enumerate(sizes)]
    whole = all(outputs[a] * window.kernel[a] <= sizes[a] for a in (0, 1))
    if window.stride != window.kernel or not whole or window.kernel[0] * window.kernel[1] == 1:
        return None
    if sizes[1] % window.kernel[1] or window.kernel[0] * window.kernel[1] > _MOST_POOLED:
        return None
    return replace(line, positions=outputs[0] * window.kernel[0], pool=window.kernel)


def along_rows(op: Conv2D, source: Tensor) -> tuple[Conv2D, Tensor]:
    """The same convolution and its input with the long axis along the rows: a (1, columns) signal is transposed."""
    _, rows, columns, depth = source.shape
    if rows != 1 or columns == 1 or not keeps_one_row(op.window):
        return op, source
    conv = replace(op, weights=op.weights.transpose(0, 2, 1, 3), window=transposed(op.window))
    return conv, replace(source, shape=(1, columns, rows, depth))


def keeps_one_row(window: Window) -> bool:
    """Whether one row of input gives one row of output, so that transposing both leaves every byte where it is."""
    return window.kernel[0] == 1 and window.output_size(1, 0) == 1


def transposed(window: Window) -> Window:
    """The same window with rows and columns exchanged."""
    return replace(
        window,
        kernel=window.kernel[::-1],
        stride=window.stride[::-1],
        dilation=window.dilation[::-1],
        around=window.around[::-1],
    )


def _whole_rows(op: Conv2D, source: Tensor) -> WindowLine | None:
    """Windows of whole input rows; the output's columns become further channels."""
    window, (_, rows, columns, depth) = op.window, source.shape
    kernel_rows, kernel_columns = window.kernel
    if kernel_rows > 1 and window.dilation[0] > 1:
        return None
    out_columns = window.output_size(columns, 1)
    expanded = out_columns * len(op.weights) * kernel_rows * columns * depth
    wasteful = expanded > _MOST_EXPANDED_BYTES and out_columns > 1
    if columns > _MOST_EXTRA_WORK * kernel_columns or wasteful:
        return None
    return WindowLine(
        op,
        source,
        columns=out_columns,
        positions=window.output_size(rows, 0),
        step=window.stride[0] * columns * depth,
        before=window.pad_before(rows, 0) * columns * depth,
        length=source.elements,
        row_bytes=columns * depth,
    )
