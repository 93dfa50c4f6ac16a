"""How a window moves from sample to sample: peaks, turning points, jerk; in integers, equal to C in every bit.

Jerk is how fast the acceleration changes, here the difference of neighbouring samples. Its mean is the group
`statistics`' "change", and crossings of the mean are that group's "crossings"; here are its largest value, how often it
changes its sign, and how much it changes. C twin: firmware/nn/tl_motion.h.

A peak is counted where a signal has risen by its prominence since it was lowest, and then fallen by as much since it
was highest; the prominence is the signal's own deviation in whole counts, rounded down, at least 1. Without
two peaks of equal height these are the peaks that scipy.signal.find_peaks finds with that prominence.

Why no sum leaves 64 bits, with n ≤ 4096 samples of 16 bits or lengths up to 56755: Σ|x''| < 2^12·2^17, Σx < 2^28, and
so n·Σx < 2^40.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tinylab.dsp.features.statistics import FRACTION, deviation
from tinylab.text import tr

Ints = npt.NDArray[np.int64]

MOTION_FEATURES = (
    "peaks",  # times
    "turning points",  # times that rising becomes falling or falling rising, however little: zeros of the jerk
    "largest jerk",  # counts per sample
    "jerk change",  # mean absolute second difference, counts/16
    "distance",  # mean absolute difference from the mean, counts/16
)
NAMES = tuple(f"{name} {axis}" for axis in ("x", "y", "z", "magnitude") for name in MOTION_FEATURES)
TITLE = tr("Peaks, turning points, jerk")


def compute(axes: Sequence[Ints]) -> list[Ints]:
    """NAMES in order, each of shape (windows,); `axes` are x, y, z and the magnitude, each (windows, samples)."""
    kinds = (peaks, turning_points, largest_jerk, jerk_change, distance)
    return [kind(axis) for axis in axes for kind in kinds]


def peaks(axis: Ints) -> Ints:
    """How often a signal rises and then falls by its deviation; shape (windows, samples) → (windows,)."""
    prominence = np.maximum(deviation(axis) // FRACTION, 1)
    found = np.zeros(len(axis), dtype=np.int64)
    rising = np.zeros(len(axis), dtype=bool)  # whether the highest is looked for, or the lowest
    extreme = axis[:, 0]
    for value in np.ascontiguousarray(axis.T):
        extreme = np.where(rising, np.maximum(extreme, value), np.minimum(extreme, value))
        turned = np.abs(value - extreme) >= prominence
        found += rising & turned
        rising = rising ^ turned
        extreme = np.where(turned, value, extreme)
    return found


def turning_points(axis: Ints) -> Ints:
    """How often the jerk changes its sign; between equal neighbours it keeps the sign it had."""
    signs = np.sign(np.diff(axis, axis=1))
    last = np.maximum.accumulate(np.where(signs != 0, np.arange(signs.shape[1]), 0), axis=1)
    held = np.take_along_axis(signs, last, axis=1)
    return np.asarray((held[:, 1:] * held[:, :-1] < 0).sum(axis=1), dtype=np.int64)


def largest_jerk(axis: Ints) -> Ints:
    """The largest absolute difference of neighbours."""
    return np.asarray(np.abs(np.diff(axis, axis=1)).max(axis=1))


def jerk_change(axis: Ints) -> Ints:
    """Mean absolute second difference, times FRACTION; 0 for two samples."""
    total: Ints = np.abs(np.diff(axis, n=2, axis=1)).sum(axis=1)
    return FRACTION * total // max(axis.shape[1] - 2, 1)


def distance(axis: Ints) -> Ints:
    """Mean of |x − mean|, times FRACTION: twice what the samples above the mean have more than the mean."""
    n, total = axis.shape[1], axis.sum(axis=1)
    above = axis > (total // n)[:, None]
    more: Ints = n * (axis * above).sum(axis=1) - above.sum(axis=1) * total
    return 2 * FRACTION * more // (n * n)
