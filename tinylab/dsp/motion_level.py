"""How strongly something moves: the standard deviation of the last fifth of a second, of all axes together, in g.

Gravity and how the board is held do not matter, for they do not change in that time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Signal = npt.NDArray[np.floating[Any]]
SPAN_S = 0.2
_REST_S = 2.0  # of the quietest moments that noise is judged by
_OVER_NOISE = 6.0  # times the noise at rest, and nobody at rest starts a take
LOWEST_G, HIGHEST_G = 0.03, 8.0  # of a threshold


def span_samples(rate_hz: float) -> int:
    """How many samples a level looks back over, itself counted in; at least 3."""
    return max(3, round(SPAN_S * rate_hz))


def motion_level(signal_g: Signal, rate_hz: float) -> Floats:
    """The level at each sample, from it and those before it; `signal_g` has shape (samples, 3), the result (samples,).

    The first samples look back over what there is.
    """
    if not len(signal_g):
        return np.zeros(0)
    centred = (np.asarray(signal_g, dtype=np.float64) - signal_g.mean(axis=0)).T  # small numbers, small rounding errors
    samples, span = len(signal_g), span_samples(rate_hz)
    sums = np.zeros((4, samples + 1))  # of each axis, and of their squares; along rows, for it is drawn at each frame
    np.cumsum(centred, axis=1, out=sums[:3, 1:])
    np.cumsum((centred**2).sum(axis=0), out=sums[3, 1:])
    recent = sums[:, 1:].copy()
    recent[:, span:] -= sums[:, 1 : max(samples + 1 - span, 1)]
    recent /= np.minimum(np.arange(1, samples + 1), span)
    result: Floats = np.sqrt(np.maximum(recent[3] - (recent[:3] ** 2).sum(axis=0), 0.0))
    return result


def suggested_threshold(signal_g: Signal, rate_hz: float) -> float:
    """A threshold in g that rest does not reach, from the quietest moments of a signal; shape (samples, 3)."""
    return over_noise(motion_level(signal_g, rate_hz), rate_hz)


def over_noise(levels_g: Floats, rate_hz: float) -> float:
    """The same from the signal's levels, shape (samples,)."""
    levels = np.sort(levels_g[span_samples(rate_hz) :])
    quiet = levels[: max(1, round(_REST_S * rate_hz))]
    noise = float(np.median(quiet)) if len(levels) else 0.0
    return float(np.clip(_OVER_NOISE * noise, LOWEST_G, HIGHEST_G))
