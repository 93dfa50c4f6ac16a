"""Which measured rates, or lengths, are one and the same: an oscillator is no more exact than a hundredth."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from tinylab.dsp.windows import SAME_RATE

TOLERANCE: Final = 1 + SAME_RATE  # times the next smaller one


def merged(values: Sequence[float]) -> list[float]:
    """Each value replaced by the median of those that are the same: neighbours in order are, within TOLERANCE.

    So what lies densely becomes one value, and two values of the result are always more than a hundredth apart.
    """
    groups: list[list[int]] = []
    for index in sorted(range(len(values)), key=values.__getitem__):
        if groups and values[index] <= TOLERANCE * values[groups[-1][-1]]:
            groups[-1].append(index)
        else:
            groups.append([index])
    found = list(values)
    for group in groups:
        middle = float(median(values[index] for index in group))
        for index in group:
            found[index] = middle
    return found
