"""Kernels that move a window over rows and columns: their geometry, and how far their output may begin before the
input that they are still reading."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tinylab.engine.graph import Window
from tinylab.engine.program import Overlap, Value


def geometry(window: Window, shape: tuple[int, ...], channels: str) -> dict[str, Value]:
    """Members for sizes, kernel, stride and padding; the input's depth is the member called `channels`."""
    _, rows, columns, depth = shape
    return {
        "rows": rows,
        "columns": columns,
        channels: depth,
        "out_rows": window.output_size(rows, 0),
        "out_columns": window.output_size(columns, 1),
        "kernel_rows": window.kernel[0],
        "kernel_columns": window.kernel[1],
        "stride_rows": window.stride[0],
        "stride_columns": window.stride[1],
        "pad_rows": window.pad_before(rows, 0),
        "pad_columns": window.pad_before(columns, 1),
    }


def block_by_block(first_read: npt.NDArray[np.int64], written: npt.NDArray[np.int64]) -> Overlap:
    """The overlap of a kernel that works in blocks.

    `first_read` is the first input byte that each block reads, `written` how many output bytes stand after it; a block
    may write before it has read everything.
    """
    still_needed = np.minimum.accumulate(np.maximum(first_read, 0)[::-1])[::-1]
    return Overlap(int(np.max(written - still_needed, initial=0)))


def pixel_by_pixel(window: Window, shape: tuple[int, ...], out_channels: int) -> Overlap:
    """The overlap of a kernel that makes pixel after pixel from an input of `shape` (1, rows, columns, depth)."""
    _, rows, columns, depth = shape
    out_rows, out_columns = window.output_size(rows, 0), window.output_size(columns, 1)
    pixels = np.arange(out_rows * out_columns)
    top = np.maximum(pixels // out_columns * window.stride[0] - window.pad_before(rows, 0), 0)
    left = np.maximum(pixels % out_columns * window.stride[1] - window.pad_before(columns, 1), 0)
    return block_by_block((top * columns + left) * depth, (pixels + 1) * out_channels)
