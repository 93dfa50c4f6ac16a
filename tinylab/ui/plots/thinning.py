"""Fewer points for a dense signal: of the samples that share a column of the screen only the least and the largest.

The columns are counted from the board's own sample numbers, so that a picture that moves on does not shimmer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.floating[Any]]


def samples_a_column(seconds: float, rate_hz: float, columns: int) -> int:
    """How many samples share a column of a plot that shows `seconds` on so many of them; at least 1."""
    return max(1, int(seconds * rate_hz) // max(columns, 1))


def thinned(
    times: Numbers, values: Numbers, gaps: Sequence[int], step: int, phase: int
) -> tuple[Numbers, Numbers, list[int]]:
    """(times, values, gaps) with two points for each `step` samples, the least and the largest of each axis.

    `values` has shape (samples, axes), `gaps` the indices of the first samples after gaps, which begin a column of
    their own. `phase`: how many samples before the first one a column begins.
    """
    if step < 2 or len(values) < 2:
        return times, values, list(gaps)
    inside = sorted({gap for gap in gaps if 0 < gap < len(values)})
    edges = np.union1d(np.arange(-phase % step, len(values), step), np.array([0, *inside], dtype=np.int64))
    shown = np.empty((2 * len(edges), values.shape[1]))
    shown[0::2] = np.minimum.reduceat(values, edges, axis=0)
    shown[1::2] = np.maximum.reduceat(values, edges, axis=0)
    return np.repeat(times[edges], 2), shown, [2 * int(at) for at in np.searchsorted(edges, inside)]
