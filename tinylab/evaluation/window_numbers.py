"""The board's own features of windows, on scales on which distances mean something.

The groups of dsp/features count in integers, for the board. A movement twice as strong is one step further whatever its
strength, so deviations and changes are taken as logarithms, and bins and crossings become frequencies, so that windows
of different lengths can stand side by side.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.dsp.features.menu import feature_names, features
from tinylab.dsp.features.spectrum import points
from tinylab.dsp.features.statistics import FRACTION
from tinylab.dsp.windows import Counts, to_counts

Floats = npt.NDArray[np.float64]

G_PER_COUNT: Final = 1 / 1024  # what signals in g are counted in here, whatever the sensor
RANGE_G: Final = 31.0
LEAST_SAMPLES: Final = 8  # of a window; with fewer there is nothing to describe
_GROUPS: Final = ("statistics", "spectrum")
_LOG_STEPS = 16.0  # of a band per octave of power
_LEAST_HZ = 0.25


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """What each column of `numbers_of` is called."""
    return feature_names(_GROUPS)


def counted(signal_g: Floats) -> Counts:
    """A signal in g, shape (samples, 3), in the counts that `numbers_of` expects."""
    return to_counts(signal_g, G_PER_COUNT, RANGE_G)


def numbers_of(windows: Counts, rate_hz: float) -> Floats:
    """Windows in counts of G_PER_COUNT, (windows, samples, 3) → (windows, len(names()))."""
    if not len(windows):
        return np.empty((0, len(names())))
    values = features(windows, _GROUPS).astype(np.float64)
    samples = windows.shape[1]
    for column, name in enumerate(names()):
        values[:, column] = _scaled(name, values[:, column], samples, rate_hz)
    return values


def _scaled(name: str, values: Floats, samples: int, rate_hz: float) -> Floats:
    kind = name.rsplit(" ", 1)[0]
    if kind in {"deviation", "change"}:
        return np.log2(values + FRACTION)  # from one count upwards
    if kind == "crossings":
        return np.sqrt(values / samples * rate_hz)
    if kind == "peak":
        return np.log2(_LEAST_HZ + values * rate_hz / points(samples))
    return values / _LOG_STEPS if kind.startswith("band") else values
