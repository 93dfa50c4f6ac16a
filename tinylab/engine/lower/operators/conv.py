"""CONV_2D, and with the max-pooling behind it: contiguous windows where there are such, else gathered ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tinylab.engine.arithmetic import activation_range
from tinylab.engine.contiguous import WindowLine, along_rows, contiguous, pooled
from tinylab.engine.graph import Activation, Conv2D, Graph, PooledConv2D, Tensor
from tinylab.engine.lower.lowering import Lowering, OutputRows, RowLowering, RowSteps, row_steps
from tinylab.engine.lower.products import Products, even, in_pairs, products
from tinylab.engine.lower.windows import block_by_block, pixel_by_pixel
from tinylab.engine.program import Array, Buffers, Kernel, KernelCall, Overlap, Struct, Table, Value

CONTIGUOUS = Kernel("tl_conv", "tl_conv.h")
GATHERED = Kernel("tl_conv2d", "tl_conv2d.h")


def _conv(graph: Graph, op: Conv2D, buffers: Buffers) -> list[KernelCall]:
    line = contiguous(graph, op)
    return [_gathered(graph, op, buffers) if line is None else _contiguous(graph, line, buffers)]


def _conv_rows(graph: Graph, op: Conv2D, buffers: Buffers, rows: OutputRows) -> KernelCall:
    line = contiguous(graph, op)
    assert line is not None
    return _contiguous(graph, _only(line, rows), buffers)


def _conv_steps(graph: Graph, op: Conv2D) -> RowSteps | None:
    return row_steps(graph, op, op.window) if contiguous(graph, op) is not None else None


def _pooled(graph: Graph, op: PooledConv2D, buffers: Buffers) -> list[KernelCall]:
    return [_contiguous(graph, _pooled_line(graph, op), buffers, op.pool.activation)]


def _pooled_rows(graph: Graph, op: PooledConv2D, buffers: Buffers, rows: OutputRows) -> KernelCall:
    return _contiguous(graph, _only(_pooled_line(graph, op), rows), buffers, op.pool.activation)


def _pooled_steps(graph: Graph, op: PooledConv2D) -> RowSteps | None:
    fits = contiguous(graph, op.conv) is not None
    return row_steps(graph, op, op.conv.window, op.pool.window) if fits else None


def _pooled_line(graph: Graph, op: PooledConv2D) -> WindowLine:
    line = pooled(graph, op.conv, op.pool)
    assert line is not None
    return line


def _only(line: WindowLine, rows: OutputRows) -> WindowLine:
    """Only the windows of some rows of output."""
    windows_per_row = line.pool[0] * line.per_row
    skipped, held = rows.first * windows_per_row * line.step, rows.first_held * line.row_bytes
    positions = rows.count * windows_per_row
    return replace(line, positions=positions, before=line.before - skipped + held, length=line.length - held)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """How the kernel goes through its windows."""

    together: int  # windows that are computed at once
    windows: int  # of one block, all of which wait in scratch
    edges: bool  # whether some windows hang over the input's ends, or must not be over-read where they end
    scratch_bytes: int  # 16 bits per tap of each window of a block, and their bytes where there are edges

    @classmethod
    def of(cls, line: WindowLine, taps: int, readable_behind: bool) -> _Blocks:
        """The blocks for windows of so many taps."""
        together = _windows_at_once(line.positions, taps, line.pool[0])
        windows = line.pool[0] if line.pool[0] > 1 else together
        end = -(-line.positions // windows) * windows * line.step - line.step - line.before + taps
        edges = line.before > 0 or (end if readable_behind else end + -taps % 4) > line.length
        units = (taps + 3) // 4
        scratch = windows * units * 8 + ((windows - 1) * line.step + units * 4 if edges else 0)
        return cls(together, windows, edges, scratch)

    def overlap(self, line: WindowLine, channels: int) -> Overlap:
        """How far the output may begin before the input."""
        blocks = np.arange(-(-line.positions // self.windows))
        made = np.minimum((blocks + 1) * self.windows, line.positions) // line.pool[0]
        row = line.columns // line.pool[1] * channels
        return block_by_block(blocks * self.windows * line.step - line.before, made * row)


def _windows_at_once(positions: int, taps: int, pool: int) -> int:
    """How many windows are computed at once: what needs the fewest instructions on a Cortex-M4."""
    if pool > 1:
        return max(n for n in (1, 2, 3) if pool % n == 0)
    per_unit, around = {1: 10, 2: 16, 3: 23}, {1: 24, 2: 32, 3: 42}
    units = (taps + 3) // 4
    return min((1, 2, 3), key=lambda n: -(-positions // n) * (units * per_unit[n] + around[n]))


def _contiguous(
    graph: Graph, line: WindowLine, buffers: Buffers, pool_activation: Activation = Activation.NONE
) -> KernelCall:
    op, result = line.op, graph.tensors[line.op.output]
    clamps = [activation_range(activation, result) for activation in (op.activation, pool_activation)]
    limits = max(low for low, _ in clamps), min(high for _, high in clamps)
    matrix = _matrix(line)
    taps = matrix.shape[1]
    blocks = _Blocks.of(line, taps, buffers.readable_behind)
    sums = products(op, matrix, np.tile(op.bias, line.columns), (line.source, result), limits)
    members: dict[str, Value] = {
        "positions": line.positions,
        "taps": taps,
        "step": line.step,
        "before": line.before,
        "length": line.length,
        "beyond": int(buffers.readable_behind),
        "edges": int(blocks.edges),
        **_channel_members(op, line.source, sums, line.columns, line.pool, blocks.together),
    }
    return KernelCall(
        name=op.name,
        kernel=CONTIGUOUS,
        sources=buffers.sources,
        target=buffers.target,
        constants=Struct(members),
        scratch_bytes=blocks.scratch_bytes,
        overlap=blocks.overlap(line, len(op.bias)),
        reads_behind=buffers.readable_behind,
    )


def _matrix(line: WindowLine) -> Array:
    """The weights of one window: (columns · channels, taps).

    Over whole input rows, the taps are (kernel row, input column, depth), with zeros where a column is not under the
    kernel.
    """
    weights, window, columns = line.op.weights, line.op.window, line.source.shape[2]
    channels, kernel_rows, kernel_columns, depth = weights.shape
    if line.per_row > 1:
        return weights.reshape(channels, depth)
    whole = np.zeros((line.columns, channels, kernel_rows, columns, depth), np.int8)
    for out_column in range(line.columns):
        for j in range(kernel_columns):
            column = out_column * window.stride[1] - window.pad_before(columns, 1) + j * window.dilation[1]
            if 0 <= column < columns:
                whole[out_column, :, :, column] = weights[:, :, j]
    return whole.reshape(line.columns * channels, -1)


def _channel_members(
    op: Conv2D, source: Tensor, sums: Products, columns: int, pool: tuple[int, int], together: int
) -> dict[str, Value]:
    """What both kernels know of the sums that one window gives."""
    return {
        "columns": columns,
        "channels": len(op.bias),
        "pool": pool[0],
        "pool_columns": pool[1],
        "together": together,
        "input_zero": source.zero_point,
        "weights": Table("int8_t", in_pairs(even(sums.weights, columns))),
        "biases": Table("int32_t", even(sums.biases, columns), 8),
        "out": sums.out,
    }


def _gathered(graph: Graph, op: Conv2D, buffers: Buffers) -> KernelCall:
    """Each window's bytes are gathered into scratch before they are multiplied."""
    conv, source = along_rows(op, graph.tensors[op.input])
    result, window, (_, rows, columns, depth) = graph.tensors[op.output], conv.window, source.shape
    matrix = conv.weights.reshape(len(conv.bias), -1)
    positions, taps = window.output_size(rows, 0) * window.output_size(columns, 1), matrix.shape[1]
    together, step = _windows_at_once(positions, taps, 1), (taps + 3) // 4 * 4
    sums = products(conv, matrix, conv.bias, (source, result), activation_range(conv.activation, result))
    of_window: dict[str, Value] = {
        "positions": positions,
        "taps": taps,
        "step": step,
        **_channel_members(conv, source, sums, 1, (1, 1), together),
    }
    members: dict[str, Value] = {
        "rows": rows,
        "columns": columns,
        "depth": depth,
        "out_columns": window.output_size(columns, 1),
        "kernel_rows": window.kernel[0],
        "kernel_columns": window.kernel[1],
        "stride_rows": window.stride[0],
        "stride_columns": window.stride[1],
        "dilation_rows": window.dilation[0],
        "dilation_columns": window.dilation[1],
        "pad_rows": window.pad_before(rows, 0),
        "pad_columns": window.pad_before(columns, 1),
        "conv": Struct(of_window),
    }
    overlap = pixel_by_pixel(window, source.shape, len(conv.bias))
    scratch = together * step * 3
    return KernelCall(conv.name, GATHERED, buffers.sources, buffers.target, Struct(members), scratch, overlap)


LOWERINGS = {
    Conv2D: Lowering(_conv, RowLowering(_conv_steps, _conv_rows)),
    PooledConv2D: Lowering(_pooled, RowLowering(_pooled_steps, _pooled_rows)),
}
