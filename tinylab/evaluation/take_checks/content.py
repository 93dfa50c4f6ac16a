"""What the checks know of a take's signal: its windows as numbers, how much it moves, how it begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.dsp.windows import cut, resample
from tinylab.evaluation.window_numbers import G_PER_COUNT, LEAST_SAMPLES, counted, names, numbers_of

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.float32]

RATE_HZ: Final = 25.0  # people move below 12 Hz; one rate makes takes of all rates comparable
_WINDOW = 50  # samples: 2 s, less where a take is shorter
_STRIDE = 25
_EDGE = 5  # samples: 0.2 s
_MOST_WINDOWS = 16  # of a long part that are described: more say nothing new, and thousands of takes are kept at once


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What is kept of a part of a take, so that it can be judged again without its samples."""

    numbers: Numbers  # (windows, features): of windows of 2 s, each second or evenly spread; none where it is too short
    motion_g: float  # deviation of the acceleration in the window that moves most
    begins: float  # how much it moves in its first 0.2 s, as a share of where it moves most
    ends: float  # the same of its last 0.2 s


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A labelled part of a take, as the checks see it."""

    take_id: int
    label: str
    content: Content


def content_of(signal_g: npt.NDArray[np.floating], rate_hz: float) -> Content:
    """The content of a signal in g, shape (samples, 3)."""
    signal = resample(np.asarray(signal_g, dtype=np.float64), rate_hz, RATE_HZ)
    window = min(_WINDOW, len(signal))
    if window < LEAST_SAMPLES:
        return Content(np.empty((0, len(names())), np.float32), 0.0, 0.0, 0.0)
    windows = cut(counted(signal), window, _STRIDE)
    spread = windows.astype(np.float64).var(axis=1).sum(axis=1)
    begins, ends = _edges(signal)
    described = windows[_evenly(len(windows), _MOST_WINDOWS)]
    numbers = numbers_of(described, RATE_HZ).astype(np.float32)
    return Content(numbers, float(np.sqrt(spread.max()) * G_PER_COUNT), begins, ends)


def _evenly(count: int, most: int) -> npt.NDArray[np.intp]:
    """Which of `count` windows: all of them, or `most` from the first to the last."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.intp)


def _edges(signal: Floats) -> tuple[float, float]:
    """How fast the acceleration changes at both ends, 1 where it changes nowhere faster."""
    change = np.linalg.norm(np.diff(signal, axis=0), axis=1)
    smooth = np.convolve(change, np.full(_EDGE, 1 / _EDGE), "valid")
    most = float(smooth.max())
    return (float(smooth[0] / most), float(smooth[-1] / most)) if most > 0 else (0.0, 0.0)
