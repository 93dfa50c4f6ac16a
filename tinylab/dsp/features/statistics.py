"""How much and how strongly a window moves: statistics in integers, so that Python and C agree in every bit.

Each feature names its C twin in firmware/nn/tl_statistics.h; both sides floor their divisions and take the integer
square root. Inputs are raw counts, int16, shape (windows, samples, 3); samples is at most 4096.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.text import tr

Ints = npt.NDArray[np.int64]  # shape (windows, samples) for one axis, (windows,) for a result

MAX_SAMPLES = 4096  # up to here no sum leaves 64 bits
FRACTION = 16  # sixteenths of a count, where whole counts would be too coarse


def isqrt(values: Ints) -> Ints:
    """The integer square root, floor(sqrt(v)), exact for 0 ≤ v < 2^52."""
    root = np.sqrt(values.astype(np.float64)).astype(np.int64)
    root -= root * root > values
    root += (root + 1) * (root + 1) <= values
    return root


def _mean(axis: Ints) -> Ints:
    result: Ints = axis.sum(axis=1) // axis.shape[1]
    return result


def _variance(axis: Ints) -> Ints:
    """(n·Σx² − (Σx)²) / n², in counts², times FRACTION²."""
    n = axis.shape[1]
    spread: Ints = n * (axis * axis).sum(axis=1) - axis.sum(axis=1) ** 2
    return spread // n * FRACTION**2 // n


def deviation(axis: Ints) -> Ints:
    """The standard deviation of each window, (windows, samples) → (windows,), times FRACTION and rounded down."""
    return isqrt(_variance(axis))


def _minimum(axis: Ints) -> Ints:
    return np.asarray(axis.min(axis=1))


def _maximum(axis: Ints) -> Ints:
    return np.asarray(axis.max(axis=1))


def _change(axis: Ints) -> Ints:
    """Mean absolute difference of neighbours, times FRACTION."""
    result: Ints = FRACTION * np.abs(np.diff(axis, axis=1)).sum(axis=1) // (axis.shape[1] - 1)
    return result


def _crossings(axis: Ints) -> Ints:
    above = axis > _mean(axis)[:, None]
    return np.asarray((above[:, 1:] != above[:, :-1]).sum(axis=1), dtype=np.int64)


def _correlation(first: Ints, second: Ints) -> Ints:
    """Pearson's r times 1024, from the floored deviations; 0 where an axis does not move."""
    n = first.shape[1]
    spread = n * (first * second).sum(axis=1) - first.sum(axis=1) * second.sum(axis=1)
    covariance = spread // n * FRACTION**2 // n
    scale = deviation(first) * deviation(second)
    result: Ints = np.where(scale == 0, 0, 1024 * covariance // np.maximum(scale, 1))
    return np.clip(result, -1024, 1024)


def magnitude(windows: Ints) -> Ints:
    """The length of every sample, (windows, samples, 3) → (windows, samples)."""
    return isqrt((windows * windows).sum(axis=2))


@dataclass(frozen=True, slots=True)
class AxisFeature:
    """A number taken from one axis (or from the magnitude of all three)."""

    name: str
    unit: str
    compute: Callable[[Ints], Ints]
    c_twin: str


AXIS_FEATURES = (
    AxisFeature("mean", "counts", _mean, "tl_feature_mean"),
    AxisFeature("deviation", "counts/16", deviation, "tl_feature_deviation"),
    AxisFeature("minimum", "counts", _minimum, "tl_feature_minimum"),
    AxisFeature("maximum", "counts", _maximum, "tl_feature_maximum"),
    AxisFeature("change", "counts/16", _change, "tl_feature_change"),
    AxisFeature("crossings", "times", _crossings, "tl_feature_crossings"),
)
_AXES = ("x", "y", "z", "magnitude")
_PAIRS = ((0, 1), (0, 2), (1, 2))  # C twin: tl_feature_correlation

NAMES = tuple(f"{feature.name} {axis}" for axis in _AXES for feature in AXIS_FEATURES) + tuple(
    f"correlation {_AXES[a]}{_AXES[b]}" for a, b in _PAIRS
)
TITLE = tr("Statistics of each axis and of the magnitude")


def compute(axes: Sequence[Ints]) -> list[Ints]:
    """NAMES in order, each of shape (windows,); `axes` are x, y, z and the magnitude, each (windows, samples)."""
    columns = [feature.compute(axis) for axis in axes for feature in AXIS_FEATURES]
    return columns + [_correlation(axes[a], axes[b]) for a, b in _PAIRS]
