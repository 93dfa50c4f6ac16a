"""Weights, biases and requantization of the layers that multiply, in the order in which their kernels read them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinylab.engine.arithmetic import channel_multipliers
from tinylab.engine.graph import Tensor, Weighted
from tinylab.engine.lower.requantize import requant
from tinylab.engine.program import Array, Struct


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """One row of weights and one bias per sum."""

    weights: Array  # (sums, taps), int8
    biases: Array  # (sums,), the input zero point folded in
    out: Struct


def products(
    op: Weighted,
    weights: Array,
    biases: Array,
    tensors: tuple[Tensor, Tensor],
    limits: tuple[int, int],
) -> Products:
    """Fold the input zero point into `biases`: sum(w · (x - zero)) = sum(w · x) - zero · sum(w).

    `weights` is (sums, taps), `biases` (sums,), `tensors` the layer's input and output, `limits` its clamp. Raises
    `EngineError` when a sum may exceed 32 bits.
    """
    source, result = tensors
    wide = weights.astype(np.int64)
    folded = biases - source.zero_point * wide.sum(axis=1)
    magnitude = np.abs(wide).sum(axis=1)
    largest = int(max(np.max(np.abs(biases) + 255 * magnitude), np.max(np.abs(folded) + 128 * magnitude)))
    multipliers = channel_multipliers(source.scale, op.weight_scales, result.scale)
    return Products(weights, folded, requant(multipliers, result.zero_point, limits, largest, op.name))


def even(rows: Array, columns: int) -> Array:
    """Each column's rows filled up with a row of zeros to an even number: (columns · channels, ...)."""
    apart = rows.reshape(columns, -1, *rows.shape[1:])
    padding = [(0, 0), (0, apart.shape[1] % 2)] + [(0, 0)] * (rows.ndim - 1)
    return np.pad(apart, padding).reshape(-1, *rows.shape[1:])


def in_pairs(weights: Array) -> Array:
    """For tl_conv: pairs of channels; per unit of four taps both channels of tap 0, of tap 2, of tap 1, of tap 3."""
    units = _whole_units(weights).reshape(len(weights) // 2, 2, -1, 4)
    return units[..., [0, 2, 1, 3]].transpose(0, 2, 3, 1).reshape(-1)


def in_fours(weights: Array) -> Array:
    """For tl_dense: groups of four outputs (two at the end); per unit of four taps one output after the other."""
    units = _whole_units(weights).reshape(len(weights), -1, 4)
    groups = [units[first : first + 4] for first in range(0, len(units), 4)]
    return np.concatenate([group.transpose(1, 0, 2).reshape(-1) for group in groups])


def _whole_units(weights: Array) -> Array:
    return np.pad(weights, ((0, 0), (0, -weights.shape[1] % 4)))
