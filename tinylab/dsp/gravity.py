"""Gravity of a window: the moving mean of its axes, in integers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_MOST_HALF: Final = 16383  # samples; sums of twice as many counts fit 32 bits on the board


def half_of(rate_hz: int) -> int:
    """Samples to either side of one that its mean is taken over: half a second, in which a tilt hardly changes."""
    return min(max(rate_hz // 2, 1), _MOST_HALF)


def moving_mean(windows: npt.NDArray[np.int16], half: int) -> npt.NDArray[np.int32]:
    """The mean of each axis around each sample, shape (windows, samples, 3), in whole counts, rounded half up.

    It is taken over `half` samples to either side, less where the window ends: what lies outside of a window is known
    neither in training nor in a test on the board. C twin: tl_split_axes in firmware/nn/tl_split_window.h.
    """
    samples = windows.shape[1]
    sums: npt.NDArray[Any] = np.zeros((len(windows), samples + 1, windows.shape[2]), np.int64)
    np.cumsum(windows, axis=1, dtype=np.int64, out=sums[:, 1:])
    at = np.arange(samples)
    first, end = np.maximum(at - half, 0), np.minimum(at + half + 1, samples)
    count = (end - first)[:, None]
    return ((sums[:, end] - sums[:, first] + count // 2) // count).astype(np.int32)
