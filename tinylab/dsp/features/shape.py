"""Which values a window takes: quartiles, skewness, kurtosis; in integers, so that Python and C agree in every bit.

A quartile is a sample of the window: the least one which a quarter, a half or three quarters of all samples do not
exceed (NumPy calls it "inverted_cdf"). Skewness and kurtosis come from the moments about the mean, mᵢ = Σ(x − mean)ⁱ/n:
m₃/m₂^1.5, which is 0 where the values lie evenly on both sides of their mean, and m₄/m₂², which is 3 for noise with a
bell shape and grows with rare, large values; see D. N. Joanes, C. A. Gill, “Comparing measures of sample skewness and
kurtosis”, The Statistician 47 (1998), g₁ and g₂ + 3. C twin: firmware/nn/tl_shape.h.

Why no sum leaves 64 bits, with n ≤ 4096 samples of 16 bits or lengths up to 56755: n·x − Σx is at most 2^28; it is
shifted, rounding half up, until it is at most 2^11. So |Σe| ≤ 2^11, Σe² ≤ 2^34, |Σe³| ≤ 2^45 and Σe⁴ ≤ 2^56, and the
largest products, 2^16·(Σe³ − 3·Σe·Σe²/n) and 2^6·Σe⁴, are at most 2^62. Both numbers are right within half a percent
and the step that is rounded down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.dsp.features.statistics import isqrt
from tinylab.text import tr

Ints = npt.NDArray[np.int64]

PART: Final = 256  # what is counted as one whole of skewness and kurtosis
_KEPT_BITS: Final = 11  # of a sample's distance from the mean

SHAPE_FEATURES = (
    "lower quartile",  # counts
    "median",  # counts; of an even number of samples the lower of the middle two
    "upper quartile",  # counts
    "skewness",  # in 1/256; 0 where nothing moves
    "kurtosis",  # in 1/256; 0 where nothing moves
)
NAMES = tuple(f"{name} {axis}" for axis in ("x", "y", "z", "magnitude") for name in SHAPE_FEATURES)
TITLE = tr("Quartiles, skewness, kurtosis")


def compute(axes: Sequence[Ints]) -> list[Ints]:
    """NAMES in order, each of shape (windows,); `axes` are x, y, z and the magnitude, each (windows, samples)."""
    return [column for axis in axes for column in (*quartiles(axis), *skewness_and_kurtosis(axis))]


def quartiles(axis: Ints) -> list[Ints]:
    """Lower quartile, median and upper quartile of one axis, each of shape (windows,)."""
    ranks = [-(-axis.shape[1] * quarters // 4) - 1 for quarters in (1, 2, 3)]
    ranked = np.partition(axis, ranks, axis=1)
    return [ranked[:, rank] for rank in ranks]


def skewness_and_kurtosis(axis: Ints) -> list[Ints]:
    """Both of one axis, times PART and rounded down, each of shape (windows,)."""
    n, distances = axis.shape[1], _distances(axis)
    squares = distances * distances
    second, third, fourth = squares.sum(axis=1), (squares * distances).sum(axis=1), (squares * squares).sum(axis=1)
    third -= 3 * (distances.sum(axis=1) * second // n)  # what rounding moved the mean by is taken off
    divisor = np.maximum(second, 1)
    deviation = np.maximum(isqrt((second << 16) // n), 1)  # times 2^8
    return [(third << 16) // divisor // deviation, 4 * n * ((fourth << 6) // divisor) // divisor]


def _distances(axis: Ints) -> Ints:
    """n times the distance of each sample from the mean, shifted until eleven bits hold the largest."""
    exact: Ints = axis.shape[1] * axis - axis.sum(axis=1, keepdims=True)
    bits = np.frexp(np.abs(exact).max(axis=1, keepdims=True).astype(np.float64))[1].astype(np.int64)
    shift = np.maximum(bits - _KEPT_BITS, 0)
    return (exact + ((1 << shift) >> 1)) >> shift
