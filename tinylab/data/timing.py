"""The measured rate of a recording: from the board's clock, never from when bytes arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Timing:
    """Rate and jitter of a recording."""

    rate_hz: float
    jitter_us: float


def measure(sample_numbers: Sequence[int], times_us: Sequence[int], asked_hz: float) -> Timing:
    """Fit a line through (sample number, board's time in µs).

    With fewer than three points, or points that tell nothing, the rate asked for is the best guess.
    """
    if len(sample_numbers) < 3:
        return Timing(asked_hz, 0.0)
    numbers = np.asarray(sample_numbers, dtype=np.float64)
    times = np.asarray(times_us, dtype=np.float64)
    numbers, times = numbers - numbers[0], times - times[0]
    slope, offset = np.polyfit(numbers, times, 1)
    if not np.isfinite(slope) or slope <= 0:
        return Timing(asked_hz, 0.0)
    residuals = times - (slope * numbers + offset)
    return Timing(1e6 / float(slope), float(residuals.std()))


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
