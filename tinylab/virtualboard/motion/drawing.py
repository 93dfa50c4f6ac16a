"""From a path drawn on a pad to what a board would feel that is moved like it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tinylab.errors import BoardError
from tinylab.text import tr
from tinylab.virtualboard.motion.gestures import RATE_HZ

Motion = npt.NDArray[np.float64]
SHORTEST_S, LONGEST_S = 0.2, 10.0
_HALF_PAD_M = 0.35  # from the middle of the pad to its edge
_SMOOTH_S = 0.04  # a mouse moves in steps of a pixel, whose second derivative would be noise
_G = 9.81
_MOST_G = 6.0


def tilt_at(x: float, y: float) -> tuple[float, float, float]:
    """Gravity in g as a board feels it that is tilted towards a place on the pad, whose edge is at distance 1."""
    length = max(float(np.hypot(x, y)), 1.0)
    x, y = x / length, y / length
    return x, -y, float(np.sqrt(max(0.0, 1.0 - x * x - y * y)))


def drawn_motion(path: Sequence[tuple[float, float, float]]) -> Motion:
    """A path of (seconds, x, y) as acceleration in g at RATE_HZ, shape (samples, 3), gravity included.

    The board is tilted towards where the pointer is, and pushed as the pointer is. Raises BoardError for a path that
    is too short or too long.
    """
    points = np.array([point for point in path if np.isfinite(point).all()], dtype=np.float64).reshape(-1, 3)
    times, first = np.unique(points[:, 0], return_index=True)
    if len(times) < 3 or not SHORTEST_S <= times[-1] - times[0] <= LONGEST_S:
        raise BoardError(
            tr("A motion that is drawn lasts between {least} and {most} s.", least=SHORTEST_S, most=int(LONGEST_S)),
            hint=tr("Hold the button while you draw, then let it go."),
        )
    grid = np.arange(times[0], times[-1], 1 / RATE_HZ)
    xy = np.column_stack([np.interp(grid, times, points[first, axis]) for axis in (1, 2)])
    smooth = _smoothed(np.clip(xy, -1.5, 1.5))
    pushed = np.gradient(np.gradient(smooth, axis=0), axis=0) * RATE_HZ**2 * _HALF_PAD_M / _G
    gravity = np.array([tilt_at(x, y) for x, y in smooth])
    made: Motion = gravity + np.clip(np.column_stack([pushed[:, 0], -pushed[:, 1], 0 * grid]), -_MOST_G, _MOST_G)
    return made


def _smoothed(values: Motion) -> Motion:
    reach = round(3 * _SMOOTH_S * RATE_HZ)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (_SMOOTH_S * RATE_HZ)) ** 2)
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    return np.column_stack([np.convolve(axis, weights / weights.sum(), mode="valid") for axis in padded.T])
