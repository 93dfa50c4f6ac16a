"""Integer arithmetic that many operators share: one rounding, clamps, products, and what each tap of a window sees.

All values are int64, so nothing can overflow.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tinylab.engine.arithmetic import Multiplier, activation_range, channel_multipliers
from tinylab.engine.graph import Activation, Graph, Int8Array, Tensor, Weighted, Window

Int64Array: TypeAlias = npt.NDArray[np.int64]


def scaled(numbers: Int64Array, multipliers: tuple[Multiplier, ...]) -> Int64Array:
    """Numbers times a factor per last axis, rounded once, half up."""
    value = np.array([m.value for m in multipliers], np.int64)
    shift = np.array([m.right_shift for m in multipliers], np.int64)
    return (numbers * value + (np.int64(1) << (shift - 1))) >> shift


def clamped(numbers: Int64Array, activation: Activation, tensor: Tensor) -> Int64Array:
    """Numbers within the int8 values that an activation lets through on this tensor."""
    low, high = activation_range(activation, tensor)
    return np.clip(numbers, low, high)


def requantized(graph: Graph, op: Weighted, accumulators: Int64Array) -> Int64Array:
    """Accumulators of products, channels last, to int8 outputs."""
    source, result = graph.tensors[op.input], graph.tensors[op.output]
    multipliers = channel_multipliers(source.scale, op.weight_scales, result.scale)
    numbers = scaled(accumulators + op.bias, multipliers) + result.zero_point
    return clamped(numbers, op.activation, result)


def product(values: Int64Array, matrix: Int8Array) -> Int64Array:
    """values @ matrix; float64 multiplies faster and is exact, for all sums stay far below 2**53."""
    return np.matmul(values.astype(np.float64), matrix.astype(np.float64)).astype(np.int64)


def taps(x: Int64Array, window: Window, fill: int) -> Int64Array:
    """What each tap sees: (windows, output rows, output columns, kernel rows, kernel columns, channels)."""
    sizes = x.shape[1:3]
    outputs = [window.output_size(n, axis) for axis, n in enumerate(sizes)]
    before = [window.pad_before(n, axis) for axis, n in enumerate(sizes)]
    spans = [(outputs[a] - 1) * window.stride[a] + window.reach(a) for a in (0, 1)]
    behind = [max(spans[a] - before[a] - sizes[a], 0) for a in (0, 1)]
    padded = np.pad(x, ((0, 0), (before[0], behind[0]), (before[1], behind[1]), (0, 0)), constant_values=fill)
    rows, columns = (
        np.arange(outputs[a])[:, None] * window.stride[a] + np.arange(window.kernel[a]) * window.dilation[a]
        for a in (0, 1)
    )
    return padded[:, rows[:, None, :, None], columns[None, :, None, :], :]


def repeated(values: Int8Array, x: Int64Array) -> Int64Array:
    """A constant that repeats, once for each value of a window of `x`."""
    return np.resize(values.astype(np.int64), x[0].size).reshape(x.shape[1:])
