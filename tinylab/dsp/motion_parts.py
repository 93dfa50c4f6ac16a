"""Where in a take something moves: for trimming to the motion, and for splitting between two motions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tinylab.dsp.motion_level import LOWEST_G, Signal, motion_level, span_samples, suggested_threshold

_SHORTEST_REST_S = 0.35  # between two motions; a shorter one is part of the motion
_SHORTEST_S = 0.12  # of a motion
_OF_STRONG = 0.35
_AIR_S = 0.15  # kept before and behind a motion


def moving_parts(signal_g: Signal, rate_hz: float) -> list[tuple[int, int]]:
    """(first sample, first sample behind it) of each motion in a signal of shape (samples, 3), in order."""
    levels = motion_level(signal_g, rate_hz)
    above = np.flatnonzero(levels > movement_threshold(signal_g, rate_hz))
    if not len(above):
        return []
    rest, shortest = round(_SHORTEST_REST_S * rate_hz), max(2, round(_SHORTEST_S * rate_hz))
    breaks = np.flatnonzero(np.diff(above) > rest)
    firsts, lasts = above[np.r_[0, breaks + 1]], above[np.r_[breaks, len(above) - 1]]
    # The level looks back: it falls one span after the motion has ended.
    ends = np.maximum(lasts + 1 - span_samples(rate_hz) // 2, firsts + 1)
    return [(int(first), int(end)) for first, end in zip(firsts, ends, strict=True) if end - first >= shortest]


def movement_threshold(signal_g: Signal, rate_hz: float) -> float:
    """The level in g that rest does not reach; in a take that never rests its quietest moments are motion, too."""
    levels = motion_level(signal_g, rate_hz)
    strong = float(np.quantile(levels, 0.9)) if len(levels) else 0.0
    return max(LOWEST_G, min(suggested_threshold(signal_g, rate_hz), _OF_STRONG * strong))


def trimmed_to_motion(signal_g: Signal, rate_hz: float) -> tuple[int, int] | None:
    """(first sample, samples) from the first motion to the last, with a little air; None where nothing moves."""
    parts = moving_parts(signal_g, rate_hz)
    if not parts:
        return None
    air = round(_AIR_S * rate_hz)
    first, end = max(0, parts[0][0] - air), min(len(signal_g), parts[-1][1] + air)
    return first, end - first


def points_between_motions(signal_g: Signal, rate_hz: float) -> tuple[int, ...]:
    """The samples before which to split, one in the middle of the rest between two motions."""
    return tuple((before[1] + after[0]) // 2 for before, after in pairwise(moving_parts(signal_g, rate_hz)))
