"""The measured rate of a recording: from the board's clock, never from when bytes arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_SHORTEST_US, _LONGEST_US = 1.0, 1e9  # between two samples; what lies outside is no sampling


@dataclass(frozen=True, slots=True)
class Timing:
    """Rate and jitter of a recording."""

    rate_hz: float
    jitter_us: float


def measure(sample_numbers: Sequence[int], times_us: Sequence[int], asked_hz: float) -> Timing:
    """Fit a line through (sample number, board's time in µs).

    With fewer than three points, or points that tell nothing, the rate asked for is the best guess: a board's clock
    that stands still or races must not cost the take.
    """
    if len(sample_numbers) < 3:
        return Timing(asked_hz, 0.0)
    numbers = np.asarray(sample_numbers, dtype=np.float64)
    times = np.asarray(times_us, dtype=np.float64)
    numbers, times = numbers - numbers.mean(), times - times.mean()
    slope = float(numbers @ times / max(float(numbers @ numbers), 1e-9))
    if not _SHORTEST_US <= slope <= _LONGEST_US:
        return Timing(asked_hz, 0.0)
    return Timing(1e6 / slope, float((times - slope * numbers).std()))


@dataclass(frozen=True, slots=True)
class CaptureFigures:
    """What was recorded, and what was lost on the way."""

    recordings: int
    samples: int
    lost: int  # by the wire and by the sensor
    rate_hz: float  # measured, mean over the recordings

    def to_json(self) -> dict[str, float]:
        """What `--json` and the report print. Its keys are relied on: add to them, rename none."""
        return {
            "recordings": self.recordings,
            "samples": self.samples,
            "lost": self.lost,
            "rate_hz": round(self.rate_hz, 3),
        }
