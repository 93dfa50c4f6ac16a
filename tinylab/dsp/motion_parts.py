"""Where in a take something moves: for trimming to the motion, and for splitting between two motions."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from tinylab.dsp.motion_level import LOWEST_G, Floats, Signal, motion_level, over_noise, span_samples

SHORTEST_REST_S: Final = 0.35  # between two motions; a shorter one is part of the motion
SHORTEST_S: Final = 0.12  # of a motion
AIR_S: Final = 0.15  # kept before and behind a motion
_OF_STRONG = 0.35
_STRONG = 0.9  # quantile of the levels


def moving_parts(signal_g: Signal, rate_hz: float) -> list[tuple[int, int]]:
    """(first sample, first sample behind it) of each motion in a signal of shape (samples, 3), in order."""
    levels = motion_level(signal_g, rate_hz)
    above = np.flatnonzero(levels > movement_threshold(levels, rate_hz))
    if not len(above):
        return []
    rest, shortest = round(SHORTEST_REST_S * rate_hz), max(2, round(SHORTEST_S * rate_hz))
    breaks = np.flatnonzero(np.diff(above) > rest)
    firsts, lasts = above[np.r_[0, breaks + 1]], above[np.r_[breaks, len(above) - 1]]
    # The level looks back: it falls one span after the motion has ended.
    ends = np.maximum(lasts + 1 - span_samples(rate_hz) // 2, firsts + 1)
    return [(int(first), int(end)) for first, end in zip(firsts, ends, strict=True) if end - first >= shortest]


def movement_threshold(levels_g: Floats, rate_hz: float) -> float:
    """What rest does not reach, in g, from the levels of a take, shape (samples,).

    In one that never rests its quietest moments are motion, too.
    """
    return max(LOWEST_G, min(over_noise(levels_g, rate_hz), _OF_STRONG * strong_level(levels_g)))


def strong_level(levels_g: Floats) -> float:
    """What the strongest moments of a take reach, in g; 0 for none."""
    return float(np.quantile(levels_g, _STRONG)) if len(levels_g) else 0.0


def trimmed_to_motion(signal_g: Signal, rate_hz: float) -> tuple[int, int] | None:
    """(first sample, samples) from the first motion to the last, with a little air; None where nothing moves."""
    parts = moving_parts(signal_g, rate_hz)
    if not parts:
        return None
    air = round(AIR_S * rate_hz)
    first, end = max(0, parts[0][0] - air), min(len(signal_g), parts[-1][1] + air)
    return first, end - first


def points_between_motions(signal_g: Signal, rate_hz: float) -> tuple[int, ...]:
    """The samples before which to split, one in the middle of the rest between two motions."""
    return tuple((before[1] + after[0]) // 2 for before, after in pairwise(moving_parts(signal_g, rate_hz)))
