"""Windows cut from a recording, and recordings brought to another rate or count size."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Counts = npt.NDArray[np.int16]

_INT16 = np.iinfo(np.int16)
SAME_RATE: Final = 0.01  # rates nearer than this are the same: no oscillator is more exact


def same_rate(one_hz: float, other_hz: float) -> bool:
    """Whether two rates count as equal."""
    return abs(one_hz / other_hz - 1) < SAME_RATE


def cut(counts: Counts, window: int, stride: int) -> Counts:
    """Every whole window, the first at sample 0, then one each `stride` samples.

    `counts` has shape (samples, 3); the result (windows, window, 3), possibly with no window at all.
    """
    if len(counts) < window:
        return np.empty((0, window, 3), dtype=np.int16)
    views = sliding_window_view(counts, window, axis=0)[::stride]
    return np.ascontiguousarray(views.transpose(0, 2, 1))


def centred(counts: Counts, window: int) -> tuple[Counts, int]:
    """Fewer samples than a window, (samples, 3), as one window with the movement in its middle, its ends held.

    Also how many samples stand before the first. Where nothing moves, the samples themselves are in the middle. In
    integers and rounded half up, as on the board (held_before in firmware/core/tl_movement.c).
    """
    change = np.abs(np.diff(counts.astype(np.int64), axis=0)).sum(axis=1)
    total, weighted = int(change.sum()), int((change * (2 * np.arange(len(change)) + 1)).sum())
    most = window - len(counts)
    before = min(max((window * total - weighted) // (2 * total), 0), most) if total else (most + 1) // 2
    return np.pad(counts, ((before, window - len(counts) - before), (0, 0)), mode="edge"), before


def resample(signal: npt.NDArray[np.float64], from_hz: float, to_hz: float) -> npt.NDArray[np.float64]:
    """The same movement at another rate; `signal` has shape (samples, 3), in any unit.

    Polyphase filtering, so nothing above the lower Nyquist frequency folds back. Rates within 1 % of each
    other count as equal: an oscillator is no more exact than that.
    """
    if same_rate(from_hz, to_hz):
        return signal
    from scipy.signal import resample_poly  # takes most of a second to import, and most projects never resample

    ratio = Fraction(to_hz / from_hz).limit_denominator(100)
    # Padding with the edge values keeps gravity from ringing where the recording begins and ends.
    result: npt.NDArray[np.float64] = resample_poly(signal, ratio.numerator, ratio.denominator, axis=0, padtype="edge")
    return result


def to_counts(signal_g: npt.NDArray[np.float64], g_per_count: float, range_g: float) -> Counts:
    """What a sensor of that range would have answered; `signal_g` in g, saturated at the range."""
    limit = min(range_g / g_per_count, float(_INT16.max))
    rounded = np.rint(signal_g / g_per_count)
    return np.clip(rounded, -limit, limit - 1).astype(np.int16)
